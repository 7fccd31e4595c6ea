import { describe, expect, test, vi } from 'vitest';
import { clientOf } from '../../test/support/client-of.ts';
import { cutOff, failure, json, noAnswer, unfinished } from '../../test/support/fake-fetch.ts';
import type { Step } from '../../test/support/fake-fetch.ts';
import { OpenAI } from '../client.ts';

describe('an attempt that fails', () => {
  test.each([408, 409, 429, 500, 503])('with status %i is repeated', async (status) => {
    const { client, requests } = clientOf([failure(status), json({ ok: 1 })]);
    expect(await client.get('/x')).toEqual({ ok: 1 });
    expect(requests.map(({ headers }) => headers['x-stainless-retry-count'])).toEqual(['0', '1']);
  });

  test('with another status is final, and becomes the error of that status', async () => {
    const { client, requests } = clientOf([
      failure(404, { message: 'gone', code: 'c' }, { 'x-request-id': 'r' }),
    ]);
    const error: any = await client.get('/x').catch((reason) => reason);
    expect(error).toBeInstanceOf(OpenAI.NotFoundError);
    expect(error).toMatchObject({ status: 404, message: '404 gone', code: 'c', requestID: 'r' });
    expect(requests).toHaveLength(1);
  });

  test('without any answer is repeated, then rejects with the cause', async () => {
    const cause = new TypeError('fetch failed');
    const { client, requests } = clientOf([cause, cause], { maxRetries: 1 });
    vi.spyOn(Math, 'random').mockReturnValue(1);
    const error: any = await client.get('/x').catch((reason) => reason);
    expect(error).toBeInstanceOf(OpenAI.APIConnectionError);
    const message = 'Connection error. The request to https://api.openai.com failed: fetch failed';
    expect(error).toMatchObject({ message, cause });
    expect(requests).toHaveLength(2);
  });

  test.each<[string, Step]>([
    ['headers', noAnswer],
    ['headers of a fetch that does not listen', () => new Promise(() => {})],
    ['a body', unfinished('{')],
    ['a body of a fetch that does not listen', () => new Response(new ReadableStream())],
  ])('by not giving %s in time rejects as a timeout', async (what, step) => {
    const { client, requests } = clientOf([step], { maxRetries: 0 });
    const error: any = await client.get('/x', { timeout: 20 }).catch((reason) => reason);
    expect(error).toBeInstanceOf(OpenAI.APIConnectionTimeoutError);
    const late = what.includes('body') ? 'complete response' : 'response';
    expect(error.message).toBe(`Request timed out. No ${late} from https://api.openai.com within 20 ms.`);
    expect(requests[0]!.signal.aborted).toBe(true);
  });

  test('by not giving its error body in time is a timeout that names the status as its cause', async () => {
    const { client } = clientOf([unfinished('{"error":', { status: 400 })]);
    const error: any = await client.get('/x', { timeout: 20 }).catch((reason) => reason);
    expect(error).toBeInstanceOf(OpenAI.APIConnectionTimeoutError);
    expect(error.cause).toBeInstanceOf(OpenAI.BadRequestError);
  });

  test('while its body is read is repeated', async () => {
    for (const step of [cutOff('{"a":'), unfinished('{"a":')]) {
      const { client, requests } = clientOf([step, json({ a: 1 })], { timeout: 500 });
      const { data, response } = await client.get('/x').withResponse();
      expect(data).toEqual({ a: 1 });
      expect(response.bodyUsed).toBe(true);
      expect(requests).toHaveLength(2);
    }
  });

  test('while its body is read and may not be repeated is a connection error', async () => {
    const { client } = clientOf([cutOff('{"a":')], { maxRetries: 0 });
    await expect(client.get('/x')).rejects.toBeInstanceOf(OpenAI.APIConnectionError);
  });

  test('after sending a stream is not repeated', async () => {
    const { client, requests } = clientOf([failure(500)]);
    const stream = new ReadableStream({ start: (controller) => controller.close() });
    await expect(client.post('/x', { body: stream })).rejects.toBeInstanceOf(OpenAI.InternalServerError);
    expect(requests).toHaveLength(1);
  });
});

describe('aborting', () => {
  const reason = new Error('enough');
  test.each<[string, Step[]]>([
    ['before headers', [noAnswer]],
    ['while the body is read', [unfinished('{')]],
    ['while waiting to repeat', [failure(500, {}, { 'retry-after-ms': '5000' })]],
    ['while an error body is read', [unfinished('{', { status: 400 })]],
  ])('%s rejects with the reason as cause', async (_name, script) => {
    const { client, requests } = clientOf(script);
    const controller = new AbortController();
    setTimeout(() => controller.abort(reason), 20);
    const error: any = await client.get('/x', { signal: controller.signal }).catch((failed) => failed);
    expect(error).toBeInstanceOf(OpenAI.APIUserAbortError);
    expect(error.cause).toBe(reason);
    expect(requests).toHaveLength(1);
  });

  test('beforehand sends nothing', async () => {
    const { client, requests } = clientOf([]);
    await expect(client.get('/x', { signal: AbortSignal.abort() })).rejects.toThrow('Request was aborted.');
    expect(requests).toEqual([]);
  });

  test('leaves no listener on a signal that many calls share', async () => {
    const { signal } = new AbortController();
    let listeners = 0;
    const { addEventListener, removeEventListener } = signal;
    signal.addEventListener = (...given: unknown[]) => (
      listeners++,
      Reflect.apply(addEventListener, signal, given)
    );
    signal.removeEventListener = (...given: unknown[]) => (
      listeners--,
      Reflect.apply(removeEventListener, signal, given)
    );
    const { client } = clientOf(Array.from({ length: 20 }, () => json({})));
    for (let i = 0; i < 20; i++) await client.get('/x', { signal });
    expect(listeners).toBeLessThanOrEqual(0);
  });
});
