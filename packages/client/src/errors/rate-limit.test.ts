import { expect, test } from 'vitest';
import { APIError, RateLimitError } from './api-error.ts';
import { rateLimitOf } from './rate-limit.ts';

const limitsOf = (fields: Record<string, string>) => rateLimitOf(new Headers(fields));

test('reads all six headers', () => {
  const headers = {
    'x-ratelimit-limit-requests': '60',
    'x-ratelimit-remaining-requests': '59',
    'x-ratelimit-reset-requests': '1s',
    'x-ratelimit-limit-tokens': '150000',
    'x-ratelimit-remaining-tokens': '0',
    'x-ratelimit-reset-tokens': '6m0s',
  };
  const limits = {
    requests: { limit: 60, remaining: 59, reset: 1_000 },
    tokens: { limit: 150_000, remaining: 0, reset: 360_000 },
  };
  expect(limitsOf(headers)).toEqual(limits);
  const error = APIError.generate(429, undefined, 'slow down', new Headers(headers));
  expect(error).toBeInstanceOf(RateLimitError);
  expect(error.rateLimit).toEqual(limits);
  expect(Object.keys(error)).not.toContain('rateLimit');
});

test.each([
  ['17ms', 17],
  ['7.66s', 7_660],
  ['2m59.56s', 179_560],
  ['1h2m3s', 3_723_000],
  ['1d', 86_400_000],
  ['3', 3_000],
  ['0s', 0],
  ['soon', undefined],
  ['', undefined],
  ['-1s', undefined],
  ['1s!', undefined],
  [`${'1'.repeat(64)}!`, undefined],
])('a reset of %j is %j ms', (text, ms) => {
  expect(limitsOf({ 'x-ratelimit-reset-tokens': text })?.tokens.reset).toBe(ms);
});

test.each([1, 1_000])(
  'a reset at a time since the epoch, in %d ms each, is what is left until then',
  (unit) => {
    const now = Date.now();
    const resetIn = (ms: number): number =>
      limitsOf({ 'x-ratelimit-reset-tokens': String(Math.ceil((now + ms) / unit)) })!.tokens.reset!;
    expect(resetIn(90_000)).toBeGreaterThan(85_000);
    expect(resetIn(90_000)).toBeLessThan(91_001);
    expect(resetIn(-5_000)).toBe(0);
  },
);

test('is undefined without any of them, and of errors without an answer', () => {
  expect(limitsOf({ 'content-type': 'x' })).toBeUndefined();
  expect(new APIError(undefined, undefined, 'm', undefined).rateLimit).toBeUndefined();
});

test.each<[Record<string, string>, number | undefined]>([
  [{ 'retry-after': '120' }, 120_000],
  [{ 'retry-after-ms': '5', 'retry-after': '120' }, 5],
  [{ 'retry-after': 'Thu, 01 Jan 1970 00:00:00 GMT' }, undefined],
  [{ 'retry-after': 'Infinity' }, undefined],
  [{}, undefined],
])('retryAfter of %j is %j', (headers, ms) => {
  expect(APIError.generate(503, undefined, 'm', new Headers(headers)).retryAfter).toBe(ms);
});
