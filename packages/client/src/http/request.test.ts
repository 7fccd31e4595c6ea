import { getEventListeners } from 'node:events';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { OpenAI } from '../client.ts';
import { within } from './request.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const never = new Promise<never>(() => {});

test('time that is up aborts the controller and rejects with its reason, whatever the promise does', async () => {
  const controller = new AbortController();
  const failure = within(never, 100, controller, undefined).catch((reason: unknown) => reason);
  vi.advanceTimersByTime(99);
  expect(controller.signal.aborted).toBe(false);
  vi.advanceTimersByTime(1);
  expect(controller.signal.aborted).toBe(true);
  expect(await failure).toBe(controller.signal.reason);
});

test.each([2 ** 31, Number.MAX_SAFE_INTEGER, Infinity])('%d ms do not pass at once', async (timeout) => {
  const controller = new AbortController();
  const failure = within(never, timeout, controller, undefined).catch((reason: unknown) => reason);
  vi.advanceTimersByTime(2 ** 31 - 2);
  expect(controller.signal.aborted).toBe(false);
  vi.advanceTimersByTime(1);
  expect(controller.signal.aborted).toBe(true);
  await failure;
});

test.each([
  ['resolves', async () => 'answer'],
  ['rejects', () => Promise.reject(new Error('lost'))],
])('a promise that %s leaves no timer and no listener', async (_, make) => {
  const promise = make();
  const controller = new AbortController();
  const [expected] = await Promise.allSettled([promise]);
  const [result] = await Promise.allSettled([within(promise, 100, controller, true)]);
  expect(result).toEqual(expected);
  expect([getEventListeners(controller.signal, 'abort').length, vi.getTimerCount()]).toEqual([0, 0]);
});

test('a fetch may replace every part of the init it is given, as wrappers do, and change nobody else’s', async () => {
  const { signal } = new AbortController();
  const init = { method: 'post', headers: new Headers({ a: '1' }), body: 'text' };
  const seen: RequestInit[] = [];
  const wrapper = async (_: unknown, given: RequestInit = {}): Promise<Response> => {
    given.signal = signal;
    given.headers = { b: '2' };
    given.body = null;
    seen.push(given);
    return new Response('');
  };
  const client = new OpenAI({ apiKey: 'k', fetch: wrapper });
  await client.fetchWithTimeout('https://host/', init, 100, new AbortController());
  expect(seen).toEqual([{ method: 'POST', headers: { b: '2' }, body: null, signal }]);
  expect(init.body).toBe('text');
});
