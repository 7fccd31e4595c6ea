import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { sse, text as chunksOf } from '../../test/support/chunks.ts';
import { fakeFetch, failure } from '../../test/support/fake-fetch.ts';
import type { Step } from '../../test/support/fake-fetch.ts';
import { OpenAI } from '../client.ts';
import {
  APIConnectionError,
  APIConnectionTimeoutError,
  APIUserAbortError,
  RateLimitError,
  StreamTruncatedError,
} from '../errors/api-error.ts';
import type { PatienceOptions } from './options.ts';

const body = { model: 'm', messages: [], stream: true as const };
const whole = sse(chunksOf('Hel', 'lo'));
const half = whole.slice(0, whole.indexOf('lo"')).replace(/data[^\n]*$/, '');
const encoder = new TextEncoder();

/** Gives each piece after so many milliseconds, then ends, fails, or gives nothing more. */
function slow(pieces: [ms: number, piece: string][], then: 'end' | 'hang' | Error = 'end'): Response {
  let at = 0;
  const stream = new ReadableStream({
    async pull(controller) {
      const next = pieces[at++];
      if (next) {
        await new Promise((resolve) => setTimeout(resolve, next[0]));
        controller.enqueue(encoder.encode(next[1]));
      } else if (then === 'end') controller.close();
      else if (then === 'hang') await new Promise(() => {});
      else controller.error(then);
    },
  });
  return new Response(stream, { headers: { 'content-type': 'text/event-stream' } });
}

/** The same answer with a body of workerd, where cancelling rejects a read under way. */
function asOfWorkerd(response: Response): Response {
  const reader = response.body!.getReader();
  let cancel: () => void;
  const cancelled = new Promise<never>((_resolve, reject) => {
    cancel = () => reject(new Error('Stream was cancelled.'));
  });
  cancelled.catch(() => {});
  const body = {
    getReader: () => ({
      read: () => Promise.race([reader.read(), cancelled]),
      cancel: async () => cancel(),
    }),
  };
  return Object.defineProperty(response, 'body', { value: body });
}

async function read(
  steps: Step[],
  options: PatienceOptions & { timeout?: number; signal?: AbortSignal } = {},
) {
  const fetch = fakeFetch(...steps);
  const client = new OpenAI({ apiKey: 'k', fetch, maxRetries: steps.length - 1, logLevel: 'off' });
  const start = Date.now();
  let text = '';
  let stream;
  try {
    stream = await client.chat.completions.create(body, options);
    for await (const chunk of stream) text += chunk.choices[0]?.delta.content ?? '';
    return { text, after: Date.now() - start, outcome: stream.outcome, fetch, error: undefined as any };
  } catch (error: any) {
    return { text, after: Date.now() - start, outcome: stream?.outcome, fetch, error };
  }
}

const finish = async <T>(promise: Promise<T>, ms = 3_600_000): Promise<T> => {
  await vi.advanceTimersByTimeAsync(ms);
  return promise;
};

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe('a stream that stalls', () => {
  test('fails after idleTimeout, with what came', async () => {
    const result = await finish(read([slow([[50, half]], 'hang')], { idleTimeout: 700 }));
    expect(result.error).toBeInstanceOf(APIConnectionTimeoutError);
    expect(result).toMatchObject({ text: 'Hel', after: 750, outcome: 'error' });
    expect(result.error.partial.choices[0]).toMatchObject({
      finish_reason: null,
      message: { content: 'Hel' },
    });
    expect(Object.keys(result.error)).not.toContain('partial');
    expect(vi.getTimerCount()).toBe(0);
  });

  test('fails with the same error where cancelling rejects a read', async () => {
    const late = 'Request timed out. No item of the stream for 700 ms.';
    const result = await finish(read([asOfWorkerd(slow([[50, half]], 'hang'))], { idleTimeout: 700 }));
    expect(result).toMatchObject({ text: 'Hel', after: 750, outcome: 'error', error: { message: late } });
    const steps = [asOfWorkerd(slow([], 'hang')), slow([[0, whole]])];
    expect(await finish(read(steps, { firstChunkTimeout: 700 }))).toMatchObject({ text: 'Hello' });
  });

  test('fails after the timeout when no other is given', async () => {
    const result = await finish(read([slow([[50, half]], 'hang')], { timeout: 900 }));
    expect(result.error).toBeInstanceOf(APIConnectionTimeoutError);
    expect(result.after).toBe(950);
  });

  test('is not kept alive by comments and pings', async () => {
    const pings = Array.from({ length: 50 }, (): [number, string] => [
      100,
      ': ping\n\nevent: ping\n\ndata: {}\n\n',
    ]);
    const result = await finish(read([slow([[0, half], ...pings], 'hang')], { idleTimeout: 1_000 }));
    expect(result.error).toBeInstanceOf(APIConnectionTimeoutError);
    expect(result.after).toBeLessThan(1_200);
  });

  test('may take as long as it likes while every item comes in time', async () => {
    const pieces = whole.split(/(?<=\n\n)/).map((piece): [number, string] => [900, piece]);
    const result = await finish(read([slow(pieces)], { idleTimeout: 1_000, firstChunkTimeout: 1_000 }));
    expect(result).toMatchObject({ text: 'Hello', error: undefined, outcome: 'complete' });
    expect(result.after).toBe(900 * pieces.length);
    expect(vi.getTimerCount()).toBe(0);
  });

  test('may wait for ever when that is asked for', async () => {
    let settled = false;
    const limits = { idleTimeout: Infinity, firstChunkTimeout: Infinity };
    void read([slow([[50, half]], 'hang')], limits).then(() => (settled = true));
    await vi.advanceTimersByTimeAsync(2 ** 31);
    expect(settled).toBe(false);
    expect(vi.getTimerCount()).toBe(0);
  });

  test('does not blame the server for a reader that is slow', async () => {
    const client = new OpenAI({
      apiKey: 'k',
      fetch: fakeFetch(
        slow([
          [0, half],
          [10, whole.slice(half.length)],
        ]),
      ),
    });
    const reading = (async () => {
      let text = '';
      for await (const chunk of await client.chat.completions.create(body, { idleTimeout: 100 })) {
        text += chunk.choices[0]?.delta.content ?? '';
        await new Promise((resolve) => setTimeout(resolve, 5_000));
      }
      return text;
    })();
    expect(await finish(reading)).toBe('Hello');
  });

  test('has ended when its choices have, and throws nothing', async () => {
    const open = whole.replace('data: [DONE]\n\n', '');
    const result = await finish(read([slow([[50, open]], 'hang')], { idleTimeout: 700 }));
    expect(result).toMatchObject({ text: 'Hello', after: 750, error: undefined, outcome: 'complete' });
  });

  test('has ended for the helpers, too, and where cancelling rejects a read', async () => {
    const open = whole.replace('data: [DONE]\n\n', '');
    for (const given of [(response: Response) => response, asOfWorkerd]) {
      const fetch = fakeFetch(given(slow([[0, open]], 'hang')));
      const client = new OpenAI({ apiKey: 'k', fetch, idleTimeout: 700, logLevel: 'off' });
      const run = client.chat.completions.stream({ model: 'm', messages: [] });
      expect(await finish(run.finalContent())).toBe('Hello');
    }
  });

  test('is not waited for longer than five seconds once its usage has come, too', async () => {
    const usage = 'data: {"id":"c","choices":[],"usage":{"total_tokens":3}}\n\n';
    const open = whole.replace('data: [DONE]\n\n', usage);
    const result = await finish(read([slow([[50, open]], 'hang')]));
    expect(result).toMatchObject({ text: 'Hello', after: 5_050, error: undefined, outcome: 'complete' });
    const early = await finish(read([slow([[50, half + usage]], 'hang')], { idleTimeout: 7_000 }));
    expect(early).toMatchObject({ text: 'Hel', after: 7_050, outcome: 'error' });
    expect(vi.getTimerCount()).toBe(0);
  });

  test('is not blamed for a process that was too busy to read', async () => {
    vi.useRealTimers();
    const piece = (text: string): Uint8Array => encoder.encode(text);
    const stream = new ReadableStream({
      start(controller) {
        controller.enqueue(piece(half));
        // As sockets are, it is read after timers.
        setTimeout(() => setImmediate(() => controller.enqueue(piece(whole.slice(half.length)))), 10);
        setTimeout(() => {
          for (const end = Date.now() + 200; Date.now() < end;);
        }, 5);
      },
    });
    const answer = new Response(stream, { headers: { 'content-type': 'text/event-stream' } });
    expect(await read([answer], { idleTimeout: 60 })).toMatchObject({ text: 'Hello', error: undefined });
  });

  test('before its first item is asked for again, within firstChunkTimeout', async () => {
    const result = await finish(
      read([slow([[100, ': hi\n\n']], 'hang'), slow([[10, whole]])], {
        firstChunkTimeout: 500,
        idleTimeout: 50,
      }),
    );
    expect(result).toMatchObject({ text: 'Hello', error: undefined, outcome: 'complete' });
    expect(result.fetch.requests).toHaveLength(2);
  });
});

describe('a stream that breaks', () => {
  const reset = new TypeError('terminated');

  test('before its first item is asked for again while retries are left', async () => {
    const result = await finish(read([slow([], reset), slow([[0, ': hi\n\n']], reset), slow([[0, whole]])]));
    expect(result).toMatchObject({ text: 'Hello', error: undefined });
    expect(result.fetch.requests.map(({ headers }) => headers['x-stainless-retry-count'])).toEqual([
      '0',
      '1',
      '2',
    ]);
    const lost = await finish(read([slow([], reset)]));
    expect(lost.error).toBeInstanceOf(APIConnectionError);
    expect(lost.error.cause).toBe(reset);
    expect(lost.error.partial).toBeUndefined();
  });

  test('after it is not, and has what came', async () => {
    const result = await finish(read([slow([[0, half]], reset), slow([[0, whole]])]));
    expect(result.error).toBeInstanceOf(APIConnectionError);
    expect(result.error.partial.choices[0].message.content).toBe('Hel');
    expect(result.fetch.requests).toHaveLength(1);
  });

  test('tells the request that failed, not the one before it', async () => {
    const answer = (id: string, stream: Response): Response => {
      stream.headers.set('x-request-id', id);
      return stream;
    };
    const failed = `${half}data: {"error":{"message":"gone","code":502}}\n\n`;
    const result = await finish(
      read([answer('first', slow([], reset)), answer('second', slow([[0, failed]]))]),
    );
    expect(result.error).toMatchObject({ status: 502, requestID: 'second' });
  });

  test('throws what the second request is answered with', async () => {
    const result = await finish(read([slow([], reset), failure(401)]));
    expect(result.error).toMatchObject({ status: 401 });
    const json = Response.json({ error: { message: 'gone', code: 502 } });
    expect((await finish(read([slow([], reset), json]))).error).toMatchObject({ status: 502, code: 502 });
  });

  test('is not asked for again once its caller has aborted, and the new request follows the caller', async () => {
    const controller = new AbortController();
    setTimeout(() => controller.abort('enough'), 100);
    const waiting = await finish(read([slow([], reset), slow([[0, whole]])], { signal: controller.signal }));
    expect(waiting).toMatchObject({ text: '', error: undefined, outcome: 'aborted' });
    expect(waiting.fetch.requests).toHaveLength(1);

    const later = new AbortController();
    setTimeout(() => later.abort('enough'), 5_000);
    const reading = await finish(
      read([slow([], reset), slow([[0, half]], 'hang')], { signal: later.signal }),
    );
    expect(reading).toMatchObject({ text: 'Hel', error: undefined, outcome: 'aborted' });
    expect(reading.fetch.requests[1]!.signal.aborted).toBe(true);
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe('an answer that stops half way', () => {
  test('throws with what came, or returns', async () => {
    const result = await finish(read([slow([[0, half]])]));
    expect(result.error).toBeInstanceOf(StreamTruncatedError);
    expect(result.error).toBeInstanceOf(APIConnectionError);
    expect(result.error.partial).toMatchObject({
      object: 'chat.completion',
      choices: [{ message: { role: 'assistant', content: 'Hel' } }],
    });
    expect(result.outcome).toBe('truncated');
    expect(await finish(read([slow([[0, half]])], { onTruncated: 'return' }))).toMatchObject({
      text: 'Hel',
      error: undefined,
      outcome: 'truncated',
    });
  });

  test('has not, with [DONE] or with a finish reason', async () => {
    for (const end of [`${half}data: [DONE]\n\n`, whole.replace('data: [DONE]\n\n', '')])
      expect(await finish(read([slow([[0, end]])]))).toMatchObject({ error: undefined, outcome: 'complete' });
  });
});

test('raw lines are on the error only when asked for, and never in its message', async () => {
  const wire = `${half}event: chunk\ndata: {"secret\n\n`;
  const quiet = await finish(read([slow([[0, wire]])]));
  const loud = await finish(read([slow([[0, wire]])], { debugWire: true }));
  expect(quiet.error).toBeInstanceOf(SyntaxError);
  expect(quiet.error.raw).toBeUndefined();
  expect(loud.error.raw).toBe('event: chunk\ndata: {"secret');
  for (const { error } of [quiet, loud]) {
    expect(error.partial.choices[0].message.content).toBe('Hel');
    expect(error.message).not.toContain('secret');
  }
});

describe('a server that asks for time', () => {
  const later = (): Response => failure(429, undefined, { 'retry-after': '120', 'retry-after-ms': '' });

  test('gets it within maxRetryDelay; beyond, the call fails at once and says how long', async () => {
    const lost = await finish(read([later(), slow([[0, whole]])]));
    expect(lost.error).toBeInstanceOf(RateLimitError);
    expect(lost.error.retryAfter).toBe(120_000);
    expect(lost.after).toBe(0);
    const waited = await finish(read([later(), slow([[0, whole]])], { maxRetryDelay: 120_000 }));
    expect(waited).toMatchObject({ text: 'Hello', after: 120_000 });
  });

  test('is not asked again when the quota is spent', async () => {
    const spent = (): Response =>
      failure(429, { message: 'no', code: 'insufficient_quota' }, { 'x-should-retry': 'true' });
    const result = await finish(read([spent(), slow([[0, whole]])]));
    expect(result.error).toMatchObject({ code: 'insufficient_quota', message: '429 no' });
    expect(result.fetch.requests).toHaveLength(1);
    expect(await finish(read([failure(429), slow([[0, whole]])]))).toMatchObject({ text: 'Hello' });
  });

  test.each([
    '{"code":"insufficient_quota"}',
    '{"detail":{"code":"insufficient_quota","message":"no"}}',
    '{"error":{"error":{"type":"insufficient_quota"}}}',
    '{"error":{"code":429,"metadata":{"raw":"{\\"error\\":{\\"code\\":\\"insufficient_quota\\"}}"}}}',
    'insufficient_quota',
  ])('nor when a gateway says so: %s', async (said) => {
    const spent = new Response(said, { status: 429, headers: { 'retry-after-ms': '0' } });
    const result = await finish(read([spent, slow([[0, whole]])]));
    expect(result.error).toBeInstanceOf(RateLimitError);
    expect(result.fetch.requests).toHaveLength(1);
  });

  test('a caller who aborts while the quota is looked up hears of the abort', async () => {
    const controller = new AbortController();
    const stuck = new Response(new ReadableStream({}), { status: 429 });
    setTimeout(() => controller.abort(), 100);
    const result = await finish(read([stuck, slow([[0, whole]])], { signal: controller.signal }));
    expect(result.error).toBeInstanceOf(APIUserAbortError);
    expect(result.after).toBe(100);
  });
});

describe('a stream that is nearly right', () => {
  const [, first, second] = chunksOf('Hel', 'lo').map((chunk) => JSON.stringify(chunk)) as [
    string,
    string,
    string,
  ];
  const rest = whole.slice(whole.indexOf(second) + second.length);

  test.each([
    ['glued', `data: ${first}\n\ndata: ${second.slice(0, 40)}data: ${second}${rest}`, 'Hello'],
    ['cut', `data: ${first}\n\ndata: ${second.slice(0, 40)}${rest}`, 'Hel'],
    ['cut before [DONE]', `data: ${first}\n\ndata: ${second.slice(0, 40)}data: [DONE]\n\n`, 'Hel'],
  ])('gives what can be read of a frame that is %s, when asked to', async (_, wire, text) => {
    const salvaged = await finish(read([slow([[0, wire]])], { onMalformed: 'salvage' }));
    expect(salvaged).toMatchObject({ text, error: undefined, outcome: 'complete' });
    for (const options of [{}, { onMalformed: 'throw' as const }])
      expect((await finish(read([slow([[0, wire]])], options))).error).toBeInstanceOf(SyntaxError);
  });

  test('warns of an answer that is done without a finish reason, once', async () => {
    const warn = vi.fn<(...line: unknown[]) => void>();
    const logger = { error() {}, warn, info() {}, debug() {} };
    const readAll = async (wire: string) => {
      const client = new OpenAI({ apiKey: 'k', logger, fetch: async () => slow([[0, wire]]) });
      for await (const chunk of await client.chat.completions.create(body)) void chunk;
    };
    await finish(readAll(whole));
    expect(warn).not.toHaveBeenCalled();
    await finish(readAll(`data: ${first}\n\ndata: ${second}\n\ndata: [DONE]\n\n`));
    expect(warn.mock.calls).toEqual([['The stream ended, but a choice has no finish_reason.']]);
  });
});

describe('options that cannot be', () => {
  test.each<[object, string]>([
    [{ idleTimeout: 0 }, 'idleTimeout must be a number above 0'],
    [{ idleTimeout: '5' }, 'idleTimeout must be a number above 0'],
    [{ firstChunkTimeout: -1 }, 'firstChunkTimeout must be a number above 0'],
    [{ firstChunkTimeout: NaN }, 'firstChunkTimeout must be a number above 0'],
    [{ maxRetryDelay: -1 }, 'maxRetryDelay must be a number of at least 0'],
    [{ onTruncated: 'error' }, "onTruncated must be 'throw' or 'return'"],
    [{ onMalformed: 'skip' }, "onMalformed must be 'throw' or 'salvage'"],
  ])('%j is refused by a client and by a request', async (options, message) => {
    expect(() => new OpenAI({ apiKey: 'k', ...options })).toThrow(message);
    const client = new OpenAI({ apiKey: 'k', fetch: fakeFetch() });
    await expect(client.get('/x', options)).rejects.toThrow(message);
  });

  test('of a client count for its requests and its copies, unless a request says otherwise', async () => {
    const fetch = fakeFetch(...[1, 2].map(() => () => slow([[0, half]])));
    const client = new OpenAI({ apiKey: 'k', fetch, onTruncated: 'return' }).withOptions({ maxRetries: 0 });
    const all = async (options?: PatienceOptions) => {
      for await (const _ of await client.chat.completions.create(body, options));
    };
    await finish(all());
    // oxlint-disable-next-line vitest/valid-expect -- awaited below, once the clock has moved
    const thrown = expect(all({ onTruncated: 'throw' })).rejects.toBeInstanceOf(StreamTruncatedError);
    await finish(thrown);
  });
});
