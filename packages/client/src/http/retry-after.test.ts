import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { failure } from '../../test/support/fake-fetch.ts';
import { finish, read, slow, whole } from '../../test/support/slow-streams.ts';
import { APIUserAbortError, RateLimitError } from '../errors/api-error.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

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
