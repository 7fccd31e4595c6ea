import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { least } from '../../../../test/timing.ts';
import type { UpstreamCall } from '../models/upstream.ts';
import { Cassette, type CassetteOptions, type CassetteRequest, type Recorded } from './cassette.ts';
import type { Exchange } from './recording.ts';
import { replay, type Pace } from './replay.ts';

const folder = mkdtempSync(join(tmpdir(), 'colloquy-tape-'));
afterAll(() => rmSync(folder, { recursive: true }));
let files = 0;
const fresh = (): string => join(folder, `${++files}`, 'tape.jsonl');

function ask(value: unknown, headers: Record<string, string> = {}, signal?: AbortSignal): CassetteRequest {
  const body = Buffer.from(JSON.stringify(value));
  const own = signal ?? new AbortController().signal;
  return { path: '/chat/completions', headers: new Headers(headers), body, value, signal: own };
}

const hello = { model: 'm', messages: [{ role: 'user', content: 'Hello' }] };

/** An upstream in memory that answers each call with the next response. */
function upstreamOf(...responses: (() => Response)[]): Recorded & { calls: UpstreamCall[] } {
  const calls: UpstreamCall[] = [];
  return {
    calls,
    url: new URL('https://a.example/v1?api-version=2024-10-21'),
    headersFor: (headers) => ({ ...Object.fromEntries(headers), authorization: 'Bearer upstream-secret' }),
    async send(call) {
      calls.push(call);
      return responses[Math.min(calls.length, responses.length) - 1]!();
    },
    async close() {},
  };
}

const json = (value: unknown, init?: ResponseInit) => (): Response => Response.json(value, init);

function streamOf(texts: string[], { fail = false, waitMs = 0 } = {}) {
  return (): Response => {
    let next = 0;
    const body = new ReadableStream<Uint8Array>({
      async pull(controller) {
        if (waitMs) await new Promise((resolve) => setTimeout(resolve, waitMs));
        const text = texts[next++];
        if (text !== undefined) controller.enqueue(Buffer.from(text));
        else if (fail) controller.error(new Error('broken'));
        else controller.close();
      },
    });
    return new Response(body, { headers: { 'content-type': 'text/event-stream' } });
  };
}

const open = (options: CassetteOptions): Promise<Cassette> => Cassette.open(options);
const linesOf = (file: string): Exchange[] =>
  readFileSync(file, 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Exchange);

describe('recording', () => {
  it('passes the response through and replays it from the file: status, headers that count, bytes', async () => {
    const file = fresh();
    const headers = {
      'content-type': 'text/event-stream',
      'x-request-id': 'req_1',
      'x-other': 'a',
      'set-cookie': 'a=b',
    };
    const events = ['data: {"n":1}\n\n', ': ping\n\n', 'data: "ünï', 'cödé"\r\n\r\ndata: [DONE]\n\n'];
    const upstream = upstreamOf(() => new Response(streamOf(events)().body, { status: 201, headers }));
    const recorder = await open({ file, mode: 'record', upstream });
    const recorded = await recorder.respond(ask(hello));
    expect(recorded.headers.get('x-other')).toBe('a');
    expect(await recorded.text()).toBe(events.join(''));
    await recorder.close();

    const replayed = await (await open({ file })).respond(ask({ ...hello, user: 'someone' }));
    expect(replayed.status).toBe(201);
    expect(Object.fromEntries(replayed.headers)).toEqual({
      'content-type': 'text/event-stream',
      'x-request-id': 'req_1',
    });
    expect(await replayed.text()).toBe(events.join(''));
    const { chunks = [] } = linesOf(file)[0]!.response;
    expect(chunks.map((chunk) => (chunk as [number, string])[1])).toEqual([
      'data: {"n":1}\n\n',
      ': ping\n\n',
      'data: "ünïcödé"\r\n\r\n',
      'data: [DONE]\n\n',
    ]);
  });

  it.each([
    ['compact JSON', '{"a":[1,"ü"]}', { json: { a: [1, 'ü'] } }],
    ['JSON with indentation', '{\n  "a": 1\n}\n', { json: { a: 1 } }],
    ['JSON after blank lines', '\n\n{"a":1}', { text: '\n\n{"a":1}' }],
    [
      'JSON with a number that would change',
      '{"a":12345678901234567890}',
      { text: '{"a":12345678901234567890}' },
    ],
    ['HTML', '<p>Hi</p>', { text: '<p>Hi</p>' }],
    ['nothing', '', {}],
    ['bytes that are not text', Buffer.from([0xff, 0x00]), { base64: '/wA=' }],
  ])('keeps %s so that it can be read, and replays it', async (_name, body, kept) => {
    const file = fresh();
    const upstream = upstreamOf(
      () => new Response(body, { headers: { 'content-type': 'application/json' } }),
    );
    const recorder = await open({ file, mode: 'record', upstream });
    expect(Buffer.from(await (await recorder.respond(ask(hello))).arrayBuffer())).toEqual(Buffer.from(body));
    const { status, headers, ms, ...rest } = linesOf(file)[0]!.response;
    expect([status, headers, typeof ms]).toEqual([200, { 'content-type': 'application/json' }, 'number']);
    expect(rest).toEqual(kept);
    const replayed = Buffer.from(await (await (await open({ file })).respond(ask(hello))).arrayBuffer());
    const isLayout = typeof body === 'string' && body.startsWith('{\n');
    expect(replayed).toEqual(Buffer.from(isLayout ? '{"a":1}' : body));
  });

  it('is in the file before the reader sees the end', async () => {
    const file = fresh();
    const recorder = await open({ file, mode: 'record', upstream: upstreamOf(streamOf(['data: 1\n\n'])) });
    const reader = (await recorder.respond(ask(hello))).body!.getReader();
    await reader.read();
    expect((await reader.read()).done).toBe(true);
    expect(linesOf(file)).toHaveLength(1);
  });

  it('keeps no credential of the caller, the upstream or its URL, and matches without them', async () => {
    const file = fresh();
    const secret = 'caller-key-1234';
    const body = { ...hello, api_key: 'x', messages: [{ role: 'user', content: `My key is ${secret}` }] };
    const upstream = upstreamOf(
      json({ error: `Bad key ${secret}, upstream-secret, 2024-10-21` }, { status: 401 }),
    );
    const recorder = await open({ file, mode: 'record', upstream });
    const headers = { authorization: `Bearer ${secret}` };
    expect(await (await recorder.respond(ask(body, headers))).text()).toContain(secret);
    expect(Buffer.from(upstream.calls[0]!.body!).toString()).toContain(secret);
    const text = readFileSync(file, 'utf8');
    for (const credential of [secret, 'upstream-secret']) expect(text).not.toContain(credential);
    const replayed = await (await open({ file })).respond(ask(body, headers));
    expect(await replayed.json()).toEqual({ error: 'Bad key [REDACTED], [REDACTED], [REDACTED]' });
  });

  it('of a connection that breaks replays the break; a reader that leaves records nothing', async () => {
    const file = fresh();
    const upstream = upstreamOf(streamOf(['data: 1\n\n'], { fail: true }));
    const recorder = await open({ file, mode: 'record', upstream });
    await expect((await recorder.respond(ask(hello))).text()).rejects.toThrow('broken');
    await (await recorder.respond(ask(hello))).body!.cancel();
    const controller = new AbortController();
    const left = await recorder.respond(ask(hello, {}, controller.signal));
    controller.abort();
    await expect(left.text()).rejects.toThrow('broken');
    expect(linesOf(file)).toHaveLength(1);
    const reader = (await (await open({ file })).respond(ask(hello))).body!.getReader();
    expect(Buffer.from((await reader.read()).value!).toString()).toBe('data: 1\n\n');
    await expect(reader.read()).rejects.toThrow('The recorded connection broke here.');
  });

  it('keeps the response of a reader that leaves after [DONE] of a connection that stays open', async () => {
    const upstream = upstreamOf(
      () =>
        new Response(
          new ReadableStream<Uint8Array>({
            start: (controller) => controller.enqueue(Buffer.from('data: 1\n\ndata: [DONE]\n\n')),
          }),
          { headers: { 'content-type': 'text/event-stream' } },
        ),
    );
    const recorder = await open({ mode: 'record', upstream });
    const reader = (await recorder.respond(ask(hello))).body!.getReader();
    await reader.read();
    await reader.cancel();
    expect(recorder.length).toBe(1);
  });

  it('that fails is logged with the reason, and the response is passed on', async () => {
    const logged: string[] = [];
    const log = (line: string): void => void logged.push(line);
    const file = fresh();
    const upstream = upstreamOf(json(1, { headers: { 'content-encoding': 'gzip' } }), json(2));
    const recorder = await open({ file, mode: 'record', upstream, log });
    expect(await (await recorder.respond(ask(hello))).json()).toBe(1);
    writeFileSync(dirname(file), ''); // where the folder should be
    expect(await (await recorder.respond(ask(hello))).json()).toBe(2);
    expect(logged).toEqual([
      'Not recorded: POST /chat/completions: its body has the encoding gzip.',
      expect.stringMatching(/^Not recorded: POST \/chat\/completions: Error: E/),
    ]);
  });

  it('that fails passes the response on also when the log throws', async () => {
    const warned = vi.spyOn(process, 'emitWarning').mockImplementation(() => {});
    const log = (): never => {
      throw new Error('The disk is full.');
    };
    const upstream = upstreamOf(json(1, { headers: { 'content-encoding': 'gzip' } }));
    const recorder = await open({ mode: 'record', upstream, log });
    expect(await (await recorder.respond(ask(hello))).json()).toBe(1);
    expect(warned.mock.calls).toEqual([["The function 'log' threw: The disk is full."]]);
    warned.mockRestore();
  });

  it('into a file with recordings adds to it, and says so', async () => {
    const file = fresh();
    const logged: string[] = [];
    for (const n of [1, 2]) {
      const options = { file, mode: 'record' as const, log: (line: string) => void logged.push(line) };
      const recorder = await open({ ...options, upstream: upstreamOf(json({ n })) });
      await (await recorder.respond(ask(hello))).text();
    }
    expect(linesOf(file).map(({ response }) => response.json)).toEqual([{ n: 1 }, { n: 2 }]);
    expect(logged).toEqual([expect.stringContaining('already has 1 exchange.')]);
  });
});

describe('replaying', () => {
  const exchange = (n: number, body: object = hello): Exchange => ({
    version: 1,
    request: { path: '/chat/completions', body: { ...body } },
    response: { json: n },
  });

  it('gives the recordings of a request in their order, the last one again and again, and all again after reset()', async () => {
    const cassette = await open({ exchanges: [exchange(1), exchange(9, { model: 'other' }), exchange(2)] });
    const next = async (value: object = hello): Promise<unknown> =>
      (await cassette.respond(ask(value))).json();
    expect([await next(), await next({ model: 'other' }), await next(), await next(), await next()]).toEqual([
      1, 9, 2, 2, 2,
    ]);
    cassette.reset();
    expect([await next(), await next()]).toEqual([1, 2]);
  });

  it('of a request without a recording is a 404 that shows the nearest one and what differs', async () => {
    const file = fresh();
    const cassette = await open({ file, mode: 'record', upstream: upstreamOf(json(1)) });
    for (const value of [
      { model: 'x', messages: [] },
      { ...hello, temperature: 0.2 },
    ]) {
      await (await cassette.respond(ask(value))).text();
    }
    await expect((await open({ file })).respond(ask(hello))).rejects.toMatchObject({
      status: 404,
      code: 'recording_not_found',
      param: 'temperature',
      message:
        `No recording in the cassette ${file} matches this request. ` +
        'The nearest is on line 2. It differs in temperature: recorded 0.2, requested nothing.',
    });
    await expect((await open({})).respond(ask(hello))).rejects.toMatchObject({
      message: expect.stringContaining('It is empty.'),
    });
  });

  it('waits with the pace real as long as the server did, and not with the pace instant', async () => {
    const file = fresh();
    const recorder = await open({
      file,
      mode: 'record',
      upstream: upstreamOf(streamOf(['data: 1\n\n', 'data: 2\n\n'], { waitMs: 60 })),
    });
    await (await recorder.respond(ask(hello))).text();
    const took = async (pace: 'real' | 'instant'): Promise<number> => {
      const cassette = await open({ file, pace });
      const startedAt = performance.now();
      expect(await (await cassette.respond(ask(hello))).text()).toBe('data: 1\n\ndata: 2\n\n');
      return performance.now() - startedAt;
    };
    const real = await took('real');
    expect(real).toBeGreaterThan(110);
    expect(await least(real, () => took('instant'))).toBeLessThan(real);
  });

  it('divides the recorded times by the factor of its pace', async () => {
    const recorded: Exchange = { ...exchange(1), response: { ms: 40, chunks: [[100, 'data: 1\n\n']] } };
    const took = async (pace: Pace): Promise<number> => {
      const cassette = await open({ exchanges: [recorded], pace });
      const startedAt = performance.now();
      await (await cassette.respond(ask(hello))).text();
      return performance.now() - startedAt;
    };
    const [double, half] = [await took('2x'), await took('0.5x')];
    expect(await least(double, () => took('1000x'))).toBeLessThan(double);
    expect(double).toBeGreaterThan(48);
    expect(half).toBeGreaterThan(198);
  });

  it.each(['0x', '-1x', 'x', '2', '1e3x', 'Infinityx', '', 2, null])('refuses the pace %j', async (pace) => {
    const reason = `The pace must be real, instant or a factor such as 2x or 0.5x, not '${pace}'.`;
    await expect(open({ pace: pace as Pace })).rejects.toThrow(reason);
    await expect(replay({ text: 'x' }, { pace: pace as Pace })).rejects.toThrow(reason);
  });

  it('with the pace real ends when the caller leaves', async () => {
    const slow: Exchange = {
      ...exchange(1),
      response: {
        ms: 1,
        chunks: [
          [5, 'data: 1\n\n'],
          [80_000, 'data: 2\n\n'],
        ],
      },
    };
    const controller = new AbortController();
    const cassette = await open({ exchanges: [slow], pace: 'real' });
    const reading = (await cassette.respond(ask(hello, {}, controller.signal))).text();
    setTimeout(() => controller.abort(new Error('gone')), 20);
    await expect(reading).rejects.toThrow('gone');
  });

  it.each([
    [{ text: 'data: 1\n\n' }, 'text/event-stream; charset=utf-8', 'data: 1\n\n'],
    [
      { chunks: ['data: 1\n\n', [5, { base64: '/w==' }] as [number, { base64: string }]] },
      'text/event-stream; charset=utf-8',
      'data: 1\n\n\ufffd',
    ],
    [{ json: null }, 'application/json', 'null'],
    [{ text: '{"a":' }, 'application/json', '{"a":'],
    [{ text: '<html>' }, 'text/html; charset=utf-8', '<html>'],
    [{ text: 'no', headers: { 'Content-Type': 'text/x' } }, 'text/x', 'no'],
    [{ status: 204 }, null, ''],
  ])('of %j that is written by hand needs no content type', async (recording, type, text) => {
    const response = await replay(recording);
    expect(response.headers.get('content-type')).toBe(type);
    expect(await response.text()).toBe(text);
  });
});

describe('record-on-miss', () => {
  it('asks the upstream once for each request, and replays what it said', async () => {
    const file = fresh();
    const upstream = upstreamOf(json(1), json(2));
    for (const round of [1, 2]) {
      const cassette = await open({ file, mode: 'record-on-miss', upstream });
      const answers = [];
      for (const value of [hello, { ...hello, seed: 1 }, hello])
        answers.push(await (await cassette.respond(ask(value))).json());
      expect([round, ...answers]).toEqual([round, 1, 2, 1]);
    }
    expect(upstream.calls).toHaveLength(2);
  });

  it.each([401, 429, 500, 503])(
    'does not keep a %d, which says nothing about the request',
    async (status) => {
      const upstream = upstreamOf(json('no', { status }), json('yes'));
      const cassette = await open({ mode: 'record-on-miss', upstream });
      const next = async (): Promise<unknown> => (await cassette.respond(ask(hello))).json();
      expect([await next(), await next(), await next()]).toEqual(['no', 'yes', 'yes']);
      expect(upstream.calls).toHaveLength(2);
    },
  );

  it('keeps a 400, which the same request always gets', async () => {
    const upstream = upstreamOf(json('no', { status: 400 }), json('yes'));
    const cassette = await open({ mode: 'record-on-miss', upstream });
    expect([
      await (await cassette.respond(ask(hello))).json(),
      await (await cassette.respond(ask(hello))).json(),
    ]).toEqual(['no', 'no']);
  });
});

describe('a request', () => {
  it.each([
    ['an array', []],
    ['null', null],
    ['a text', 'text'],
    ['nested too deeply', { messages: JSON.parse(`${'['.repeat(9_999)}${']'.repeat(9_999)}`) }],
  ])('whose body is %s is a 400', async (_name, value) => {
    const cassette = await open({ mode: 'record', upstream: upstreamOf(json(1)) });
    await expect(cassette.respond({ ...ask({}), value })).rejects.toMatchObject({ status: 400 });
  });
});
