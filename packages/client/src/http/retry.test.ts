import * as fc from 'fast-check';
import { afterEach, expect, test, vi } from 'vitest';
import { maxRetriesOf, retryDelay, shouldRetry, wait } from './retry.ts';

afterEach(() => void vi.useRealTimers());

test('only a safe integer of at least 0 counts retries', () => {
  expect([0, 1, 9].map((value) => maxRetriesOf(value, 2))).toEqual([0, 1, 9]);
  for (const value of [-1, 1.5, Number.NaN, Infinity, '3', null, undefined, 2 ** 53])
    expect(maxRetriesOf(value, 2)).toBe(2);
});

test('408, 409, 429 and 500 upwards are repeated, unless the server says otherwise in so many letters', () => {
  const verdict = (status: number, told?: string): boolean =>
    shouldRetry({ status, headers: new Headers(told ? { 'x-should-retry': told } : {}) } as Response);
  for (let status = 300; status < 600; status++) {
    expect(verdict(status)).toBe([408, 409, 429].includes(status) || status >= 500);
    expect(verdict(status, 'true')).toBe(true);
    expect(verdict(status, 'false')).toBe(false);
    expect(verdict(status, 'TRUE')).toBe(verdict(status));
  }
});

test('without being asked, the delay doubles from half a second to eight, less at most a quarter', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 2_000 }), (attempt) => {
      const full = Math.min(500 * 2 ** (attempt - 1), 8_000);
      const delay = retryDelay(attempt);
      expect(delay).toBeLessThanOrEqual(full);
      expect(delay).toBeGreaterThan(full * 0.75 - 1e-9);
    }),
  );
});

const asked = (headers: Record<string, string>): number => retryDelay(1, new Headers(headers));
const backoff = (delay: number): boolean => delay >= 375 && delay <= 500;

test('for any number of milliseconds up to a minute, the server is obeyed', () => {
  fc.assert(
    fc.property(fc.double({ min: 0, max: 60_000, noNaN: true }), (ms) => {
      expect(asked({ 'retry-after-ms': String(ms) })).toBeCloseTo(ms);
      expect(asked({ 'retry-after': String(ms / 1_000) })).toBeCloseTo(ms);
    }),
  );
});

test('retry-after-ms goes before retry-after, and junk there falls through to it', () => {
  expect(asked({ 'retry-after-ms': '20', 'retry-after': '3' })).toBe(20);
  expect(asked({ 'retry-after-ms': 'junk', 'retry-after': '3' })).toBe(3_000);
  expect(asked({ 'retry-after': '0' })).toBe(0);
});

test('a date is waited for', () => {
  vi.useFakeTimers({ now: Date.parse('2026-01-01T00:00:00Z') });
  expect(asked({ 'retry-after': 'Thu, 01 Jan 2026 00:00:07 GMT' })).toBe(7_000);
});

test.each(['-1', '60.001', 'junk', '', 'Infinity', 'Thu, 01 Jan 1970 00:00:00 GMT'])(
  'a retry-after of "%s" is not obeyed',
  (value) => {
    expect(backoff(asked({ 'retry-after': value }))).toBe(true);
  },
);

test('waiting ends in time, or at once when the signal aborts, and leaves no listener and no timer', async () => {
  vi.useFakeTimers();
  const controller = new AbortController();
  const removed = vi.spyOn(controller.signal, 'removeEventListener');
  let ended = 0;
  const count = (): number => ended++;
  void wait(1_000, controller.signal).then(count);
  await vi.advanceTimersByTimeAsync(999);
  expect(ended).toBe(0);
  await vi.advanceTimersByTimeAsync(1);
  expect(ended).toBe(1);
  expect(removed).toHaveBeenCalledTimes(1);
  void wait(1_000, controller.signal).then(count);
  controller.abort();
  await Promise.resolve();
  expect(ended).toBe(2);
  await wait(1_000, controller.signal);
  expect(vi.getTimerCount()).toBe(0);
});
