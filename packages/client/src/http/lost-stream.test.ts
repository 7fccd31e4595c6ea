import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { text as chunksOf } from '../../test/support/chunks.ts';
import { failure } from '../../test/support/fake-fetch.ts';
import { body, finish, half, read, slow, whole } from '../../test/support/slow-streams.ts';
import { OpenAI } from '../client.ts';
import { APIConnectionError, StreamTruncatedError } from '../errors/api-error.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

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
