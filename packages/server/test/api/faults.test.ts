import { OpenAI } from 'colloquy';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Fixtures, sandboxModel, startServer, type RunningServer } from '../../src/index.ts';
import { completionBody, testApp } from '../support/app.ts';
import { fixtures } from '../support/scenes.ts';
import { readStream } from '../support/streams.ts';
import { modelsOf, sayingModel } from '../support/scripted-model.ts';

let server: RunningServer;
let id = 0;
beforeAll(async () => {
  server = await startServer({
    port: 0,
    db: ':memory:',
    logRequests: false,
    fixtures: new Fixtures(fixtures),
  });
});
afterAll(() => server.close());

const count = { model: 'sandbox', messages: [{ role: 'user' as const, content: 'Count to 9' }] };
const counted = '1, 2, 3, 4, 5, 6, 7, 8, 9';

const asking = (fault: string, extra: object = {}, signal?: AbortSignal): Promise<Response> =>
  fetch(`${server.url}/chat/completions`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'x-sandbox-fault': fault,
      'x-sandbox-fault-id': String(++id),
    },
    body: JSON.stringify({ ...count, ...extra }),
    signal: signal ?? null,
  });

const clientWith = (fault: string, maxRetries = 0): OpenAI =>
  new OpenAI({
    apiKey: 'any',
    baseURL: server.url,
    maxRetries,
    defaultHeaders: { 'x-sandbox-fault': fault, 'x-sandbox-fault-id': String(++id) },
  });

/** Reads until the body fails, ends, or says nothing for `patienceMs` once `begun` has been said. */
async function readBytes(
  { body }: Response,
  patienceMs = 400,
  begun = /^/,
): Promise<{ text: string; end: 'end' | 'silence' | Error }> {
  const reader = body!.getReader();
  const decoder = new TextDecoder();
  let text = '';
  for (;;) {
    const ms = begun.test(text) ? patienceMs : 10_000;
    const silence = new Promise<'silence'>((resolve) => setTimeout(() => resolve('silence'), ms));
    const step = await Promise.race([reader.read().catch((error: Error) => error), silence]);
    if (step === 'silence') void reader.cancel();
    if (step === 'silence' || step instanceof Error) return { text, end: step };
    if (step.done) return { text, end: 'end' };
    text += decoder.decode(step.value, { stream: true });
  }
}

const events = (text: string): number =>
  text.split('\n\n').filter((event) => event.startsWith('data: {')).length;

describe('a stream with a fault', () => {
  it('stall-after: says so many chunks and nothing more, and keeps the connection', async () => {
    const { text, end } = await readBytes(
      await asking('stall-after=3', { stream: true }),
      400,
      /(?:^data: .*\n\n){3}/m,
    );
    expect(end).toBe('silence');
    expect(events(text)).toBe(3);
    expect(text).not.toContain(':\x20keep');
  });

  it('cut-after: ends politely without a reason or [DONE]', async () => {
    const { text, end } = await readBytes(await asking('cut-after=5', { stream: true }), 10_000);
    expect(end).toBe('end');
    expect(events(text)).toBe(5);
    expect(text).not.toMatch(/\[DONE\]|"finish_reason":"/);
  });

  it('reset-after: breaks the connection after so many chunks', async () => {
    const { text, end } = await readBytes(await asking('reset-after=2', { stream: true }), 10_000);
    expect(end).toBeInstanceOf(TypeError);
    expect(events(text)).toBe(2);
  });

  it('error-after: ends with an error event', async () => {
    const { chunks, errors, done } = await readStream(await asking('error-after=2', { stream: true }));
    expect(chunks).toHaveLength(2);
    expect(errors).toMatchObject([{ error: { type: 'server_error' } }]);
    expect(done).toBe(false);
  });

  it('slow: takes its time for each chunk, and says all of it', async () => {
    const startedAt = performance.now();
    const { chunks, done } = await readStream(await asking('slow=20ms', { stream: true }));
    expect(done).toBe(true);
    expect(performance.now() - startedAt).toBeGreaterThan((chunks.length - 1) * 19);
  });

  it('keepalive: pings without end and without progress', async () => {
    const hangUp = new AbortController();
    const response = await asking('keepalive=30ms', { stream: true }, hangUp.signal);
    const decoder = new TextDecoder();
    let text = '';
    for await (const piece of response.body!) {
      text += decoder.decode(piece as Uint8Array, { stream: true });
      if (text.length > 60) break;
    }
    hangUp.abort();
    expect(text.replaceAll(': keep-alive\n\n', '')).toBe('');
  });

  it('keepalive after some chunks, and between slow ones, pings there', async () => {
    const first = await readBytes(
      await asking('stall-after=2;keepalive=30ms', { stream: true }, AbortSignal.timeout(2_000)),
      10_000,
    );
    expect(events(first.text)).toBe(2);
    expect(first.text.endsWith(': keep-alive\n\n')).toBe(true);
    const { comments, done } = await readStream(
      await asking('slow=60ms;keepalive=20ms', { stream: true, max_tokens: 5 }),
    );
    expect(comments.length).toBeGreaterThan(2);
    expect(done).toBe(true);
  });

  it('json: is answered with one completion', async () => {
    const response = await asking('json', { stream: true });
    expect(response.headers.get('content-type')).toMatch(/^application\/json/);
    expect(await response.json()).toMatchObject({ object: 'chat.completion' });
  });

  it('that would come after the end does not come', async () => {
    for (const fault of ['stall-after=1000', 'cut-after=1000', 'reset-after=1000', 'error-after=1000']) {
      const { done, errors } = await readStream(await asking(fault, { stream: true }));
      expect([done, errors]).toEqual([true, []]);
    }
  });
});

describe('an answer in one piece with a fault', () => {
  it('truncate-body: announces more than it sends', async () => {
    const response = await asking('truncate-body');
    const { text, end } = await readBytes(response, 10_000);
    expect(Number(response.headers.get('content-length'))).toBeGreaterThan(text.length + 50);
    expect(text).toMatch(/^\{"/);
    expect(end).toBeInstanceOf(TypeError);
  });

  it('after chunks: fails in the middle, whatever the number, and before it for 0', async () => {
    const whole = (await (await asking('slow=1ms')).text()).length;
    const cut = await readBytes(await asking('cut-after=7'), 10_000);
    expect(cut.end).toBe('end');
    expect(Math.abs(cut.text.length - whole / 2)).toBeLessThan(10);
    expect(await readBytes(await asking('cut-after=0'), 10_000)).toEqual({ text: '', end: 'end' });
    const reset = await readBytes(await asking('reset-after=7'), 10_000);
    expect(reset.end).toBeInstanceOf(TypeError);
    expect((await readBytes(await asking('stall-after=1'))).end).toBe('silence');
  });

  it('error-after: has status 200 and is an error', async () => {
    const response = await asking('error-after=1');
    expect(response.status).toBe(200);
    expect(await response.json()).toMatchObject({ error: { type: 'server_error' } });
  });

  it('slow and keepalive: blank lines come first, then all of it', async () => {
    const text = await (await asking('slow=200ms;keepalive=20ms')).text();
    expect(text).toMatch(/^\n{2,}\{/);
    expect(JSON.parse(text)).toMatchObject({ object: 'chat.completion' });
  });
});

describe('in place of any answer', () => {
  it('reset: the connection breaks before there is a status', async () => {
    for (const stream of [true, false]) {
      await expect(asking('reset', { stream })).rejects.toThrow('fetch failed');
    }
  });

  it('status: an error with the headers that say when to try again', async () => {
    for (const stream of [true, false]) {
      const response = await asking('status=429;retry-after=2', { stream });
      expect(response.status).toBe(429);
      expect(response.headers.get('retry-after')).toBe('2');
      expect(await response.json()).toMatchObject({
        error: { type: 'rate_limit_error', code: 'rate_limit_exceeded' },
      });
    }
  });

  it('html and empty: 200, or the status that is asked for', async () => {
    const page = await asking('html', { stream: true });
    expect([page.status, page.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
    expect(await page.text()).toContain('<title>Sign in</title>');
    expect((await asking('html;status=503')).status).toBe(503);
    const nothing = await asking('empty');
    expect([nothing.status, await nothing.text()]).toEqual([200, '']);
  });

  it('times: only the first so many requests with the same id fail', async () => {
    const statuses = async (headers: Record<string, string>): Promise<number[]> => {
      const list: number[] = [];
      for (let n = 0; n < 4; n++) {
        const response = await fetch(`${server.url}/chat/completions`, {
          method: 'POST',
          headers: {
            'content-type': 'application/json',
            'x-sandbox-fault': 'status=500;times=2',
            ...headers,
          },
          body: JSON.stringify(count),
        });
        await response.arrayBuffer();
        list.push(response.status);
      }
      return list;
    };
    const expected = [500, 500, 200, 200];
    expect(await statuses({ 'x-sandbox-fault-id': 'a' })).toEqual(expected);
    expect(await statuses({ 'x-sandbox-fault-id': 'b' })).toEqual(expected);
    expect(await statuses({ authorization: 'Bearer one' })).toEqual(expected);
    expect(await statuses({ authorization: 'Bearer two' })).toEqual(expected);
    expect(await statuses({ authorization: 'Bearer two' })).toEqual([200, 200, 200, 200]);
  });
});

describe('our client', () => {
  it('tries again after errors and resets, and gets the answer', async () => {
    for (const fault of [
      'status=429;retry-after=10ms;times=2',
      'status=500;retry-after=10ms;times=1',
      'reset;times=1',
    ]) {
      const completion = await clientWith(fault, 2).chat.completions.create(count);
      expect(completion.choices[0]?.message.content).toBe(counted);
    }
    await expect(
      clientWith('status=429;retry-after=10ms;times=2', 1).chat.completions.create(count),
    ).rejects.toBeInstanceOf(OpenAI.RateLimitError);
  });

  it('rejects an answer that is broken, cut, an error or something else', async () => {
    for (const fault of ['reset-after=3', 'cut-after=3', 'error-after=3', 'html', 'empty']) {
      await expect(
        clientWith(fault).chat.completions.stream(count).finalContent(),
        fault,
      ).rejects.toBeInstanceOf(Error);
    }
    for (const fault of ['truncate-body', 'cut-after=1', 'reset', 'status=503']) {
      await expect(clientWith(fault).chat.completions.create(count), fault).rejects.toBeInstanceOf(Error);
    }
  });

  it('reads a stream that is slow, pinged, or one completion', async () => {
    for (const fault of ['slow=5ms', 'slow=5ms;keepalive=2ms', 'json']) {
      expect(await clientWith(fault).chat.completions.stream(count).finalContent(), fault).toBe(counted);
    }
  });

  it('sees a stall as silence until it aborts', async () => {
    const hangUp = new AbortController();
    const stream = clientWith('stall-after=4').chat.completions.stream(count, { signal: hangUp.signal });
    let chunks = 0;
    stream.on('chunk', () => {
      if (++chunks === 4) setTimeout(() => hangUp.abort(), 100);
    });
    await expect(stream.finalContent()).rejects.toBeInstanceOf(OpenAI.APIUserAbortError);
    expect(chunks).toBe(4);
  });
});

describe('faults', () => {
  it('in a header that cannot be read are a 400 that says why', async () => {
    for (const [fault, reason] of [
      ['stall-after=x', "it needs a number of chunks, such as 'stall-after=3', not 'x'."],
      ['explode', "it must name a fault, not 'explode'. The faults are stall-after, "],
    ] as const) {
      const response = await asking(fault);
      expect(response.status).toBe(400);
      const { error } = (await response.json()) as { error: { message: string; param: string } };
      expect(error.param).toBe('x-sandbox-fault');
      expect(error.message).toContain(reason);
    }
  });

  it('are for the sandbox alone, and for its completions alone', async () => {
    const app = await testApp();
    const headers = { 'x-sandbox-fault': 'status=500' };
    const refused = await app.ask('POST', '/v1/chat/completions', completionBody(), headers);
    expect([refused.status, refused.body.error.param]).toEqual([400, 'x-sandbox-fault']);
    expect((await app.ask('GET', '/v1/models', undefined, headers)).status).toBe(200);
    await app.close();
    const other = await startServer({
      port: 0,
      db: ':memory:',
      models: modelsOf(sayingModel(['Hi'])),
      fault: 'status=500',
    });
    const answered = await fetch(`${other.url}/chat/completions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(completionBody()),
    });
    expect(answered.status).toBe(200);
    await other.close();
  });

  it('of the settings are for every request that does not say otherwise, and must be readable', async () => {
    const failing = await startServer({ port: 0, db: ':memory:', fault: 'status=503', logRequests: false });
    const ask = async (headers: Record<string, string>): Promise<number> => {
      const init = {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body: JSON.stringify(count),
      };
      return (await fetch(`${failing.url}/chat/completions`, init)).status;
    };
    expect(await ask({})).toBe(503);
    expect(await ask({ 'x-sandbox-fault': 'none' })).toBe(200);
    expect(await ask({ 'x-sandbox-fault': 'status=418' })).toBe(418);
    await failing.close();
    await expect(startServer({ port: 0, db: ':memory:', fault: 'stall' })).rejects.toThrow(
      "must name a fault, not 'stall'. Did you mean 'stall-after'?",
    );
  });

  it.each([
    ['that never end do so', 'stall-after=2', 2, false],
    ['that take time end well', 'slow=30ms', 18, true], // 6 numbers, 5 commas, 5 spaces, a role and a reason
  ])('%s when the server closes', async (_, fault, count, done) => {
    const closing = await startServer({
      port: 0,
      db: ':memory:',
      fault,
      fixtures: new Fixtures(fixtures),
      logRequests: false,
    });
    const messages = [{ role: 'user', content: 'Count to 6' }];
    const response = await fetch(`${closing.url}/chat/completions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ model: 'sandbox', messages, stream: true }),
    });
    const closed = closing.close();
    const text = await response.text();
    expect(text.endsWith('data: [DONE]\n\n')).toBe(done);
    expect(events(text)).toBe(count);
    await closed;
  });

  it('strike by their rate, in the same places for the same seed', async () => {
    /** For each request, whether it failed: `x` or `.`. */
    async function runs(seed: number, fault: string, headers: Record<string, string> = {}): Promise<string> {
      const app = await testApp({ model: sandboxModel(), config: { seed, fault } });
      let failed = '';
      for (let number = 0; number < 100; number++) {
        const { status } = await app.ask('POST', '/v1/chat/completions', count, headers);
        failed += status === 503 ? 'x' : '.';
      }
      await app.close();
      return failed;
    }
    const first = await runs(1, 'status=503;rate=0.2');
    expect(first.replaceAll('.', '').length).toBeGreaterThan(8);
    expect(first.replaceAll('.', '').length).toBeLessThan(35);
    expect(await runs(1, 'status=503;rate=0.2')).toBe(first);
    expect(await runs(2, 'status=503;rate=0.2')).not.toBe(first);
    expect(await runs(1, 'none', { 'x-sandbox-fault': 'status=503;rate=0.2' })).toBe(first);
    expect(await runs(1, 'none', { 'x-sandbox-fault': 'status=503;rate=0' })).toBe('.'.repeat(100));
    expect(await runs(1, 'status=503;rate=1')).toBe('x'.repeat(100));
    expect(await runs(1, 'status=503;rate=0.2;times=3')).toMatch(/^\.*x\.*x\.*x\.*$/);
  });

  it('with a rate are numbered apart for each x-sandbox-fault-id, and come from fixtures too', async () => {
    const fixture = { when: {}, reply: { text: 'Hi', fault: 'status=503;rate=0.5' } };
    /** The statuses of the id `one`, when requests of the other ids come between. */
    async function statuses(...others: string[]): Promise<number[]> {
      const app = await testApp({ model: sandboxModel(), fixtures: [fixture] });
      const of: Record<string, number[]> = {};
      for (let number = 0; number < 20; number++) {
        for (const id of ['one', ...others]) {
          const headers = { 'x-sandbox-fault-id': id };
          const { status } = await app.ask('POST', '/v1/chat/completions', count, headers);
          (of[id] ??= []).push(status);
        }
      }
      await app.close();
      return of['one']!;
    }
    const alone = await statuses();
    expect(await statuses('two', 'three')).toEqual(alone);
    expect(new Set(alone)).toEqual(new Set([200, 503]));
  });

  it('of the connection fail the body where there is no connection', async () => {
    const { createApp, CompletionStore, Models, openDatabase } = await import('../../src/index.ts');
    const db = await openDatabase(':memory:');
    const model = sandboxModel();
    const app = createApp({
      store: new CompletionStore(db),
      models: new Models([{ name: 'sandbox', model }]),
    });
    for (const [fault, stream] of [
      ['reset', false],
      ['reset-after=2', true],
      ['truncate-body', false],
    ] as const) {
      const response = await app.request('/v1/chat/completions', {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'x-sandbox-fault': fault },
        body: JSON.stringify({ ...count, stream }),
      });
      await expect(response.text(), fault).rejects.toThrow('asked to reset');
    }
    await db.destroy();
  });
});
