import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { ApiError } from '../../src/http/errors.ts';
import { completionBody, testApp, type TestApp } from '../support/app.ts';
import { chunksOf, sayingModel, scriptedModel } from '../support/scripted-model.ts';
import { readStream } from '../support/streams.ts';

let app: TestApp;
afterEach(() => app.close());

function streamRequest(extra: object = {}, signal?: AbortSignal): Request {
  return new Request('http://127.0.0.1/v1/chat/completions', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(completionBody({ stream: true, ...extra })),
    signal: signal ?? null,
  });
}

describe('POST /chat/completions', () => {
  it('answers with a completion, under /v1 and without it', async () => {
    app = await testApp();
    for (const path of ['/v1/chat/completions', '/chat/completions']) {
      const { status, body } = await app.ask('POST', path, completionBody());
      expect(status).toBe(200);
      expect(body).toMatchObject({
        object: 'chat.completion',
        model: 'test-model',
        usage: { total_tokens: 3 },
      });
      expect(body.choices[0].message.content).toBe('Hello there');
      expect(Object.keys(body).slice(0, 4)).toEqual(['id', 'object', 'created', 'model']);
    }
  });

  it('keeps a completion only when the request says store: true', async () => {
    app = await testApp();
    const kept = await app.ask(
      'POST',
      '/v1/chat/completions',
      completionBody({ store: true, metadata: { k: 'v' } }),
    );
    const other = await app.ask('POST', '/v1/chat/completions', completionBody());
    expect((await app.ask('GET', `/v1/chat/completions/${kept.body.id}`)).body).toEqual({
      ...kept.body,
      metadata: { k: 'v' },
      colloquy: { total_ms: expect.any(Number) },
    });
    expect((await app.ask('GET', `/v1/chat/completions/${other.body.id}`)).status).toBe(404);
  });

  it('keeps how long the completion and, of a stream, its first token took', async () => {
    app = await testApp({
      model: scriptedModel(async function* () {
        const [role, ...rest] = chunksOf(['a', 'b']);
        yield role!;
        await sleep(30);
        for (const chunk of rest) {
          yield chunk;
          await sleep(30);
        }
      }),
    });
    await (await app.fetch(streamRequest({ store: true }))).text();
    await app.ask('POST', '/v1/chat/completions', completionBody({ store: true }));
    const { data } = (await app.ask('GET', '/v1/chat/completions')).body;
    const [streamed, whole] = data.map((item: { colloquy: object }) => item.colloquy);
    expect(streamed.first_token_ms).toBeGreaterThanOrEqual(29);
    expect(streamed.total_ms).toBeGreaterThanOrEqual(streamed.first_token_ms + 29);
    expect(whole).toEqual({ total_ms: expect.any(Number) });
    expect(whole.total_ms).toBeGreaterThanOrEqual(59);
  });

  it('answers 404 model_not_found for a model nobody serves', async () => {
    app = await testApp();
    const { status, body } = await app.ask('POST', '/v1/chat/completions', completionBody({ model: 'nope' }));
    expect(status).toBe(404);
    expect(body.error.code).toBe('model_not_found');
  });

  it('names the parameter at fault', async () => {
    app = await testApp();
    const { status, body } = await app.ask(
      'POST',
      '/v1/chat/completions',
      completionBody({ temperature: 'hot' }),
    );
    expect(status).toBe(400);
    expect(body.error).toMatchObject({ type: 'invalid_request_error', param: 'temperature' });
  });

  it('tells the model when the client goes away, and logs no failure', async () => {
    const gone = new AbortController();
    let heard: unknown;
    app = await testApp({
      model: scriptedModel(async function* (_request, signal) {
        setImmediate(() => gone.abort(new Error('left')));
        await new Promise((resolve) => signal.addEventListener('abort', resolve));
        heard = signal.reason;
        throw signal.reason;
      }),
    });
    const answer = app.fetch(new Request(streamRequest({ stream: false }), { signal: gone.signal }));
    expect((await answer).status).toBe(499);
    expect(heard).toMatchObject({ message: 'left' });
    expect(app.logged.filter((line) => line.includes('Error'))).toEqual([]);
  });
});

describe('POST /chat/completions with stream: true', () => {
  it('sends each chunk as an event and [DONE] at the end', async () => {
    app = await testApp();
    const response = await app.fetch(streamRequest());
    expect(response.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
    expect(response.headers.get('x-request-id')).toMatch(/^req_[0-9a-f]{32}$/);
    const text = await response.text();
    expect(text.endsWith('data: [DONE]\n\n')).toBe(true);
    const events = text.trimEnd().split('\n\n');
    expect(events.every((event) => event.startsWith('data: ') && !event.includes('\n'))).toBe(true);
    const chunks = events.slice(0, -1).map((event) => JSON.parse(event.slice(6)));
    expect(chunks.map((chunk) => chunk.choices[0]?.delta.content ?? '').join('')).toBe('Hello there');
    expect(chunks.some((chunk) => chunk.usage)).toBe(false);
  });

  it('sends the usage last when include_usage asks for it', async () => {
    app = await testApp();
    const { chunks } = await readStream(
      await app.fetch(streamRequest({ stream_options: { include_usage: true } })),
    );
    expect(chunks.at(-1)).toMatchObject({ choices: [], usage: { total_tokens: 3 } });
  });

  it('a chunk leaves without waiting for the next', async () => {
    let release = (): void => {};
    const held = new Promise<void>((resolve) => (release = resolve));
    app = await testApp({
      model: scriptedModel(async function* () {
        const [first, ...rest] = chunksOf(['a']);
        if (first) yield first;
        await held;
        yield* rest;
      }),
    });
    const reader = (await app.fetch(streamRequest())).body!.getReader();
    const { value } = await reader.read();
    expect(new TextDecoder().decode(value)).toMatch(/^data: \{.*\}\n\n$/);
    release();
    while (!(await reader.read()).done);
  });

  it('a failure before the first chunk is an HTTP error', async () => {
    app = await testApp({
      model: scriptedModel(async function* () {
        throw new ApiError(429, 'Slow down', {
          code: 'rate_limit_exceeded',
          headers: { 'retry-after': '3' },
        });
      }),
    });
    const response = await app.fetch(streamRequest());
    expect(response.status).toBe(429);
    expect(response.headers.get('retry-after')).toBe('3');
    expect(await response.json()).toEqual({
      error: { message: 'Slow down', type: 'rate_limit_error', param: null, code: 'rate_limit_exceeded' },
    });
  });

  it('a failure in mid-stream is an error event, and the stream ends without [DONE]', async () => {
    app = await testApp({
      model: scriptedModel(async function* () {
        yield* chunksOf(['a']).slice(0, 2);
        throw new Error('secret of the house');
      }),
    });
    const response = await app.fetch(streamRequest());
    expect(response.status).toBe(200);
    const { chunks, errors, done } = await readStream(response);
    expect(chunks).toHaveLength(2);
    expect(errors).toMatchObject([{ error: { type: 'server_error' } }]);
    expect(JSON.stringify(errors)).not.toContain('secret');
    expect(done).toBe(false);
    const requestId = response.headers.get('x-request-id') ?? '?';
    expect(
      app.logged.filter((line) => line.startsWith(requestId) && line.includes('secret of the house')),
    ).toHaveLength(1);
  });

  it.each(['text', 'json'] as const)('ends also when the log throws, as %s', async (logFormat) => {
    const warned = vi.spyOn(process, 'emitWarning').mockImplementation(() => {});
    const log = (): never => {
      throw new Error('The disk is full.');
    };
    app = await testApp({
      config: { log, logFormat },
      model: scriptedModel(async function* () {
        yield* chunksOf(['a']).slice(0, 2);
        throw new Error('secret of the house');
      }),
    });
    const { chunks, errors } = await readStream(await app.fetch(streamRequest()));
    expect(chunks).toHaveLength(2);
    expect(errors).toMatchObject([{ error: { type: 'server_error' } }]);
    expect((await app.ask('POST', '/v1/chat/completions', completionBody())).status).toBe(500);
    expect(warned.mock.calls).toEqual([["The function 'log' threw: The disk is full."]]);
    warned.mockRestore();
  });

  it('logs no failure when the client goes away before anybody has read of the answer', async () => {
    app = await testApp({
      model: scriptedModel(async function* (_request, signal) {
        yield* chunksOf(['x']).slice(0, 2);
        await new Promise((resolve) => signal.addEventListener('abort', resolve));
        throw signal.reason;
      }),
    });
    const gone = new AbortController();
    const response = await app.fetch(new Request(streamRequest(), { signal: gone.signal }));
    gone.abort(new Error('left'));
    expect(await response.text()).not.toContain('error');
    expect(app.logged.filter((line) => line.includes('Error'))).toEqual([]);
  });

  it('aborts the model when the reader goes away, and asks it for nothing more', async () => {
    let given = 0;
    let aborted = false;
    app = await testApp({
      model: scriptedModel(async function* (_request, signal) {
        signal.addEventListener('abort', () => (aborted = true));
        for (;;) {
          for (const chunk of chunksOf(['x'])) {
            given++;
            yield { ...chunk, choices: chunk.choices.map((choice) => ({ ...choice, finish_reason: null })) };
          }
          await sleep(1);
        }
      }),
    });
    const reader = (await app.fetch(streamRequest())).body!.getReader();
    await reader.read();
    await reader.cancel();
    const atCancel = given;
    await sleep(30);
    expect(aborted).toBe(true);
    expect(given).toBeLessThanOrEqual(atCancel + 4);
  });

  it('a reader that does not read makes the model wait', async () => {
    let given = 0;
    app = await testApp({
      model: scriptedModel(async function* () {
        for (const chunk of chunksOf(Array.from({ length: 10_000 }, () => 'x'.repeat(1_000)))) {
          given++;
          yield chunk;
        }
      }),
    });
    const reader = (await app.fetch(streamRequest())).body!.getReader();
    await reader.read();
    await sleep(50);
    expect(given).toBeLessThan(100);
    await reader.cancel();
  });

  it('many chunks of one turn leave in few pieces', async () => {
    app = await testApp({ model: sayingModel(Array.from({ length: 1_000 }, () => 'word ')) });
    const reader = (await app.fetch(streamRequest())).body!.getReader();
    let pieces = 0;
    while (!(await reader.read()).done) pieces++;
    expect(pieces).toBeLessThan(30);
  });

  it('says something now and then while the model is silent, before the first chunk and after it', async () => {
    let heard = 0;
    const silenceUntil = (comments: number): Promise<void> =>
      vi.waitFor(() => expect(heard).toBeGreaterThanOrEqual(comments), { interval: 1, timeout: 10_000 });
    app = await testApp({
      config: { keepAliveMs: 20 },
      model: scriptedModel(async function* () {
        const [first, ...rest] = chunksOf(['a']);
        await silenceUntil(2);
        if (first) yield first;
        await silenceUntil(4);
        yield* rest;
      }),
    });
    const { body } = await app.fetch(streamRequest());
    let text = '';
    for await (const piece of body!.pipeThrough(new TextDecoderStream())) {
      text += piece;
      heard = text.match(/^:/gm)?.length ?? 0;
    }
    expect(text.match(/^data: \{/gm)).toHaveLength(3);
    expect(text).toMatch(/data: \[DONE\]\n\n$/);
  });

  it('a stored stream can be retrieved once it has ended', async () => {
    app = await testApp();
    const { chunks } = await readStream(
      await app.fetch(streamRequest({ store: true, metadata: { a: 'b' } })),
    );
    const { status, body } = await app.ask('GET', `/v1/chat/completions/${chunks[0]?.id}`);
    expect(status).toBe(200);
    expect(body.choices[0].message.content).toBe('Hello there');
    expect(body.metadata).toEqual({ a: 'b' });
  });
});
