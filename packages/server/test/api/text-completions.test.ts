import { afterEach, describe, expect, it } from 'vitest';
import { ApiError } from '../../src/http/errors.ts';
import type { ChatModel } from '../../src/models/model.ts';
import type { TextCompletion } from '../../src/models/neighbours.ts';
import { sandboxModel } from '../../src/sandbox/model.ts';
import { testApp, type Answer, type TestApp } from '../support/app.ts';
import { readStream } from '../support/streams.ts';

let app: TestApp;
afterEach(() => app.close());

async function start(script?: NonNullable<ChatModel['completeText']>): Promise<void> {
  const model = sandboxModel({ id: 'gpt-text' });
  app = await testApp({ model: script ? { ...model, completeText: script } : model });
}
const ask = (extra: object, headers?: Record<string, string>): Promise<Answer> =>
  app.ask('POST', '/v1/completions', { model: 'gpt-text', prompt: 'Count to 30', ...extra }, headers);
function stream(
  extra: object = {},
  headers: Record<string, string> = {},
  signal?: AbortSignal,
): Promise<Response> {
  return app.fetch(
    new Request('http://127.0.0.1/v1/completions', {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify({ model: 'gpt-text', prompt: 'Count to 30', stream: true, ...extra }),
      signal: signal ?? null,
    }),
  );
}
const chunk = (text: string, finish_reason: 'stop' | null = null): TextCompletion => ({
  id: 'cmpl-1',
  object: 'text_completion',
  created: 1,
  model: 'gpt-text',
  choices: [{ index: 0, text, logprobs: null, finish_reason }],
});

describe('POST /completions', () => {
  it('responds with a text completion, under /v1 and without it', async () => {
    await start();
    for (const path of ['/v1/completions', '/completions']) {
      const { status, body } = await app.ask('POST', path, { model: 'gpt-text', prompt: 'Count to 30' });
      expect(status).toBe(200);
      expect(body).toMatchObject({
        object: 'text_completion',
        model: 'gpt-text',
        choices: [
          {
            index: 0,
            text: expect.stringContaining('“Count to 30”'),
            logprobs: null,
            finish_reason: 'length',
          },
        ],
        usage: { completion_tokens: 16 },
      });
      expect(body.id).toMatch(/^cmpl-/);
    }
  });

  it.each([
    [{ prompt: 7 }, 'prompt', /expected one of a string/],
    [{ prompt: [] }, 'prompt', /empty array/],
    [{ prompt: ['a', 'b', 'c', 4] }, 'prompt[3]', /expected a string, but got an integer/],
    [{ prompt: [1, 'a'] }, 'prompt[1]', /expected an integer/],
    [{ prompt: [[1], [100_256]] }, 'prompt[1][0]', /not the id of a token/],
    [{ prompt: ['a', 'word '.repeat(17_000)] }, 'prompt[1]', /maximum input length is 16384/],
    [{ max_tokens: 16_383 }, 'prompt', /maximum context length is 16384 tokens/],
    [{ n: 0 }, 'n', /below minimum/],
    [{ n: 3, best_of: 2 }, 'best_of', /'n' \(currently 3\) to be at most 'best_of' \(currently 2\)/],
    [{ best_of: 21 }, 'best_of', /above maximum/],
    [{ best_of: 2, stream: true }, 'best_of', /cannot be streamed/],
    [{ prompt: Array.from({ length: 2000 }, () => 'a'), n: 2 }, 'n', /more than 2048 choices/],
    [{ logprobs: true }, 'logprobs', /expected an integer/],
    [{ logprobs: 6 }, 'logprobs', /above maximum/],
    [{ echo: 1 }, 'echo', /expected a boolean/],
    [{ suffix: 1 }, 'suffix', /expected a string/],
    [{ stop: ['a', ''] }, 'stop[1]', /empty string/],
    [{ max_tokens: -1 }, 'max_tokens', /below minimum/],
    [{ logit_bias: { a: 1 } }, 'logit_bias', /id of a token/],
    [{ stream_options: {} }, 'stream_options', /only allowed when 'stream' is enabled/],
    [{ messages: [] }, 'messages', /chat\/completions/],
    [{ maxTokens: 3 }, 'maxTokens', /Did you mean 'max_tokens'/],
  ])('refuses %j and names %s', async (extra, param, message) => {
    await start();
    const { status, body } = await ask(extra);
    expect(status).toBe(400);
    expect(body.error).toMatchObject({ type: 'invalid_request_error', param });
    expect(body.error.message).toMatch(message);
  });

  it('is a 404 for a model that writes no text completions, streamed or not', async () => {
    app = await testApp();
    for (const extra of [{}, { stream: true }]) {
      const { status, body } = await ask({ model: 'test-model', ...extra });
      expect([status, body.error.code]).toEqual([404, 'unsupported_model']);
    }
  });

  it('is a 502 when the model stops before the end', async () => {
    await start(async function* () {
      yield chunk('a');
    });
    expect((await ask({})).status).toBe(502);
  });
});

describe('POST /completions with stream: true', () => {
  it('sends each chunk as an event, with the usage where it is asked for, and [DONE] at the end', async () => {
    await start();
    const { body } = await ask({});
    const response = await stream({ stream_options: { include_usage: true } });
    expect(response.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
    const { chunks, done } = await readStream(response);
    const texts = (chunks as unknown as TextCompletion[]).map(({ choices }) => choices[0]?.text ?? '');
    expect(texts.join('')).toBe(body.choices[0].text);
    expect(chunks.at(-1)).toMatchObject({ choices: [], usage: body.usage });
    expect(done).toBe(true);
    const plain = await readStream(await stream());
    expect(plain.chunks.some((chunk) => 'usage' in chunk)).toBe(false);
    const padded = await readStream(await stream({ stream_options: { include_obfuscation: true } }));
    expect(padded.chunks.every((chunk) => 'obfuscation' in chunk)).toBe(true);
  });

  it('a failure in mid-stream is an error event, on other wires too', async () => {
    await start(async function* () {
      yield chunk('a');
      throw new ApiError(500, 'broken');
    });
    const { errors, done } = await readStream(await stream());
    expect([errors, done]).toMatchObject([[{ error: { message: 'broken' } }], false]);
    const openrouter = await (await stream({}, { 'x-sandbox-quirk': 'openrouter' })).text();
    const last = JSON.parse(openrouter.split('data: ').at(-1)!) as { choices: object[] };
    expect(last).toMatchObject({
      error: { message: 'broken' },
      choices: [{ index: 0, text: '', finish_reason: 'error' }],
    });
    expect(openrouter).toContain(': OPENROUTER PROCESSING');
  });

  it('aborts the model when the reader goes away, and logs no failure', async () => {
    let aborted = false;
    await start(async function* (_request, signal) {
      signal.addEventListener('abort', () => (aborted = true));
      yield chunk('a');
      await new Promise((resolve) => signal.addEventListener('abort', resolve));
      throw signal.reason;
    });
    const reader = (await stream()).body!.getReader();
    await reader.read();
    await reader.cancel();
    await expect.poll(() => aborted).toBe(true);
    const gone = new AbortController();
    aborted = false;
    const response = await stream({}, {}, gone.signal);
    gone.abort();
    expect(await response.text()).not.toContain('error');
    expect(aborted).toBe(true);
    expect(app.logged.filter((line) => line.includes('Error'))).toEqual([]);
  });

  it('cuts, stalls and fails as it is asked to', async () => {
    await start();
    const cut = await readStream(await stream({}, { 'x-sandbox-fault': 'cut-after=2' }));
    expect([cut.chunks.length, cut.done]).toEqual([2, false]);
    expect((await stream({}, { 'x-sandbox-fault': 'status=503' })).status).toBe(503);
    const whole = await stream({}, { 'x-sandbox-fault': 'json' });
    expect(await whole.json()).toMatchObject({ object: 'text_completion' });
  });
});
