// Limits of requests and tokens, as a client that slows down sees them.
import { setImmediate } from 'node:timers/promises';
import OpenAI, { RateLimitError, rateLimitOf } from 'colloquy';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createSandbox } from '../../src/testing/sandbox.ts';
import { readRateLimit } from '../../src/sandbox/rate-limit.ts';

beforeEach(() => void vi.useFakeTimers({ toFake: ['Date'] }));
afterEach(() => void vi.useRealTimers());
const pass = (ms: number): unknown => vi.setSystemTime(Date.now() + ms);

async function limited(rateLimit: { requests?: number; tokens?: number }) {
  const sandbox = await createSandbox({ rateLimit });
  const clientOf = (apiKey: string): OpenAI => new OpenAI({ apiKey, fetch: sandbox.fetch, maxRetries: 0 });
  const params = (more: object = {}) => ({
    model: 'gpt-4o',
    messages: [{ role: 'user' as const, content: 'Hi' }],
    ...more,
  });
  const send = async (more?: object, client = clientOf('one')): Promise<Headers> =>
    (await client.chat.completions.create(params(more)).asResponse()).headers;
  const refused = async (more?: object): Promise<RateLimitError> => {
    const error = await send(more).catch((error: unknown) => error);
    expect(error).toBeInstanceOf(RateLimitError);
    return error as RateLimitError;
  };
  return { sandbox, clientOf, send, refused };
}

describe('requests in a minute', () => {
  it('are counted in the headers, and become available again evenly', async () => {
    const { send } = await limited({ requests: 60 });
    expect(rateLimitOf(await send())?.requests).toEqual({ limit: 60, remaining: 59, reset: 1_000 });
    expect(rateLimitOf(await send())?.requests).toEqual({ limit: 60, remaining: 58, reset: 2_000 });
    pass(1_500);
    expect(rateLimitOf(await send())?.requests).toEqual({ limit: 60, remaining: 58, reset: 1_500 });
    pass(3_600_000);
    expect((await send()).get('x-ratelimit-remaining-requests')).toBe('59');
  });

  it('that are too many get a 429 that says when to come back, and do not count', async () => {
    const { send, refused } = await limited({ requests: 3 });
    for (let at = 0; at < 3; at++) await send();
    const error = await refused();
    expect(error).toMatchObject({
      status: 429,
      code: 'rate_limit_exceeded',
      type: 'requests',
      retryAfter: 20_000,
    });
    expect(error.message).toContain(
      'Rate limit reached for gpt-4o on requests per min (RPM): Limit 3, Used 3, Requested 1. Please try again in 20s.',
    );
    expect(error.headers?.get('retry-after')).toBe('20');
    expect(error.rateLimit?.requests).toEqual({ limit: 3, remaining: 0, reset: 60_000 });
    pass(19_999);
    await refused();
    pass(1);
    await send();
    await refused();
  });

  it('are counted for each key, in streams too', async () => {
    const { send, refused, clientOf } = await limited({ requests: 1 });
    expect((await send({ stream: true })).get('x-ratelimit-remaining-requests')).toBe('0');
    await refused();
    expect((await send({}, clientOf('two'))).get('x-ratelimit-remaining-requests')).toBe('0');
  });
});

describe('tokens in a minute', () => {
  it('are a quarter of the length of the request, or what it may generate', async () => {
    const { send } = await limited({ tokens: 1_000 });
    const remaining = async (more: object): Promise<number> =>
      Number((await send(more)).get('x-ratelimit-remaining-tokens'));
    const long = { messages: [{ role: 'user', content: 'x'.repeat(400) }] };
    const first = await remaining(long);
    expect(first).toBeGreaterThan(850);
    expect(first).toBeLessThan(900);
    expect(await remaining({ max_completion_tokens: 300 })).toBe(first - 300);
    expect(await remaining({ max_tokens: 50 })).toBe(first - 350);
  });

  it.each(['abc', '50', {}, [60], true, -1])(
    'are those of the length of the request where %j is the most it may generate',
    async (most) => {
      const { sandbox } = await limited({ tokens: 1_000 });
      const remaining = async (fields: object): Promise<number> => {
        const body = JSON.stringify({ model: 'text-embedding-3-small', input: 'Hi', ...fields });
        const headers = { 'content-type': 'application/json' };
        const init = { method: 'POST', headers, body };
        const response = await sandbox.fetch('http://127.0.0.1/v1/embeddings', init);
        return Number(response.headers.get('x-ratelimit-remaining-tokens'));
      };
      const first = await remaining({ max_tokens: most });
      expect(first).toBeGreaterThan(970);
      expect(await remaining({})).toBeLessThan(first);
    },
  );

  it('that are too many for any minute are refused without a time', async () => {
    const { refused, send } = await limited({ requests: 10, tokens: 100 });
    const error = await refused({ max_tokens: 101 });
    expect(error.message).toContain(
      'Request too large for gpt-4o on tokens per min (TPM): Limit 100, Requested 101.',
    );
    expect(error).toMatchObject({ type: 'tokens', retryAfter: undefined });
    // It counts for neither limit.
    expect((await send()).get('x-ratelimit-remaining-requests')).toBe('9');
  });
});

it('a client that retries waits as long as the response says', async () => {
  const { sandbox, send } = await limited({ tokens: 60_000 });
  const client = new OpenAI({ apiKey: 'one', fetch: sandbox.fetch, maxRetries: 1 });
  await send({ max_tokens: 60_000 });
  const waiting = send({ max_tokens: 100 }, client);
  while (!sandbox.requests.some(({ response }) => response?.status === 429)) await setImmediate();
  pass(100);
  await waiting;
  expect(sandbox.requests.map(({ response }) => response?.status)).toEqual([200, 429, 200]);
});

it('without limits there are no headers about them, and reset() makes all available again', async () => {
  const { sandbox, send, refused } = await limited({ requests: 1 });
  await send();
  await refused();
  sandbox.reset();
  await send();
  const free = await limited({});
  expect(rateLimitOf(await free.send())).toBeUndefined();
});

it.each(['', 'requests', 'requests=0', 'requests=-1', 'requests=1.5', 'days=3', 'requests=60,tokens=1'])(
  'the flag refuses %j',
  (text) => expect(() => readRateLimit(text)).toThrow("such as 'requests=60"),
);

it('the flag takes one limit or both', async () => {
  expect(readRateLimit(' requests=60; tokens=90000;')).toEqual({ requests: 60, tokens: 90_000 });
  expect(readRateLimit('tokens=5')).toEqual({ tokens: 5 });
  await expect(limited({ requests: Number.NaN }).then(({ send }) => send())).rejects.toThrow(
    'rateLimit.requests',
  );
});
