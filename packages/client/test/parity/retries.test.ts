// Which outcomes repeat, how often and after how long, on a fake clock.
import { afterEach, beforeEach, describe, expect, vi } from 'vitest';
import { differs, same } from './compare.ts';
import { describeError } from './describe.ts';
import type { Package } from './packages.ts';
import { type Reply, fakeWorld, json } from './world.ts';

type Client = InstanceType<Package['OpenAI']>;

const ok = json({ fine: true });
const failure = (status: number, headers: Record<string, string> = {}): Reply =>
  json({ error: { message: 'no' } }, { status, headers });
const reset = (): Reply => ({
  fail: () => Object.assign(new TypeError('fetch failed'), { cause: new Error('ECONNRESET') }),
});

beforeEach(() => {
  vi.useFakeTimers({ now: new Date('2026-01-01T00:00:00Z') });
  vi.spyOn(Math, 'random').mockReturnValue(0.4);
  // As on the platform, a timer of zero is one of a millisecond; the fake clock would make it depend on the caller.
  const fake = globalThis.setTimeout;
  globalThis.setTimeout = ((run: () => void, ms = 0) => fake(run, Math.max(1, ms))) as typeof setTimeout;
});
afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

/** When each attempt left, what its retry header said, and how the call ended after how long. */
async function attempts(
  from: Package,
  replies: Reply[],
  {
    call = (client: Client): unknown => client.get('/x'),
    options = {} as object,
    limitMs = 3_600_000,
  }: { call?: (client: Client) => unknown; options?: object; limitMs?: number } = {},
): Promise<unknown> {
  vi.setSystemTime(new Date('2026-01-01T00:00:00Z'));
  const world = fakeWorld(replies);
  const client = new from.OpenAI({ apiKey: 'k', fetch: world.fetch, baseURL: 'http://h', ...options });
  const start = Date.now();
  let end: unknown = 'still pending';
  let after = 0;
  const done = Promise.resolve()
    .then(() => call(client))
    .then(
      (value) => (end = { value }),
      (error) => (end = { threw: describeError(error, from) }),
    )
    .then(() => (after = Date.now() - start));
  await Promise.race([done, vi.advanceTimersByTimeAsync(limitMs)]);
  return { end, after, sent: world.seen.map(({ at, headers }) => [at, headers['x-stainless-retry-count']]) };
}

describe('which outcomes repeat', () => {
  for (const status of [
    300, 400, 401, 403, 404, 408, 409, 413, 422, 425, 429, 499, 500, 502, 503, 504, 520, 599,
  ]) {
    same(`status ${status} for good`, (from) => attempts(from, [failure(status)]));
    same(`status ${status} once`, (from) => attempts(from, [failure(status), ok]));
    for (const should of ['true', 'false', 'True', '1', ''])
      same(`status ${status} with x-should-retry: ${should}`, (from) =>
        attempts(from, [failure(status, { 'x-should-retry': should }), ok]),
      );
  }
  same('a network failure', (from) => attempts(from, [reset(), reset(), ok]));
  same('a network failure for good', (from) => attempts(from, [reset()]));
  same('a thrown string', (from) => attempts(from, [{ fail: () => 'just text' }]));
  same('a failure that looks like a timeout', (from) =>
    attempts(from, [{ fail: () => new Error('socket timed out') }]),
  );
  same('a cause that looks like a timeout', (from) =>
    attempts(from, [{ fail: () => new TypeError('fetch failed', { cause: new Error('connect timeout') }) }]),
  );
  same('an abort nobody asked for', (from) =>
    attempts(from, [{ fail: () => new DOMException('gone', 'AbortError') }]),
  );
  same('a streaming body never repeats', (from) =>
    attempts(from, [failure(500), ok], {
      call: (c) => c.post('/x', { body: new ReadableStream({ start: (s) => s.close() }) as never }),
    }),
  );
  same('a text repeats, whatever fetchOptions say of its duplex', (from) =>
    attempts(from, [failure(500), ok], { options: { fetchOptions: { duplex: 'half' } as never } }),
  );
  same('a streamed request repeats before it starts', (from) =>
    attempts(
      from,
      [failure(503), { headers: { 'content-type': 'text/event-stream' }, body: 'data: [DONE]\n\n' }],
      {
        call: async (c) => {
          const items: unknown[] = [];
          for await (const item of await c.chat.completions.create({
            model: 'm',
            messages: [],
            stream: true,
          }))
            items.push(item);
          return items;
        },
      },
    ),
  );
});

describe('how many times', () => {
  for (const maxRetries of [0, 1, 3, -1, 1.5, '2', null, undefined, Infinity]) {
    same(`client maxRetries ${maxRetries}`, (from) =>
      attempts(from, [failure(500)], { options: { maxRetries } }),
    );
    same(`request maxRetries ${maxRetries}`, (from) =>
      attempts(from, [failure(500)], { call: (c) => c.get('/x', { maxRetries: maxRetries as never }) }),
    );
  }
  same('the backoff grows to eight seconds', (from) =>
    attempts(from, [failure(500)], { options: { maxRetries: 8 } }),
  );
  for (const random of [0, 0.999])
    same(`jitter ${random}`, (from) => {
      vi.mocked(Math.random).mockReturnValue(random);
      return attempts(from, [failure(500)], { options: { maxRetries: 3 } });
    });
});

describe('after how long', () => {
  const headers: Record<string, string>[] = [
    { 'retry-after-ms': '1234' },
    { 'retry-after-ms': '0' },
    { 'retry-after-ms': '12.5' },
    { 'retry-after-ms': 'junk' },
    { 'retry-after-ms': 'junk', 'retry-after': '3' },
    { 'retry-after-ms': '-5', 'retry-after': '3' },
    { 'retry-after': '2' },
    { 'retry-after': '0' },
    { 'retry-after': '0.25' },
    { 'retry-after': '60' },
    { 'retry-after': '-1' },
    { 'retry-after': 'soon' },
    { 'retry-after': '5 seconds' },
    { 'retry-after': 'Thu, 01 Jan 2026 00:00:07 GMT' },
    { 'retry-after': 'Wed, 31 Dec 2025 23:59:00 GMT' },
    { 'retry-after': '' },
  ];
  for (const header of headers)
    same(JSON.stringify(header), (from) => attempts(from, [failure(429, header), failure(429, header), ok]));
});

describe('a server that asks for too much', () => {
  const asked: [Record<string, string>, number][] = [
    [{ 'retry-after-ms': '70000' }, 70_000],
    [{ 'retry-after-ms': '70000', 'retry-after': '3' }, 70_000],
    [{ 'retry-after': '60.001' }, 60_001],
    [{ 'retry-after': '61' }, 61_000],
    [{ 'retry-after': 'Thu, 01 Jan 2026 00:05:00 GMT' }, 300_000],
  ];
  for (const [header, ms] of asked) {
    differs(
      'long-retry-after',
      JSON.stringify(header),
      (from) => attempts(from, [failure(429, header), ok]),
      (mine) => {
        expect(mine).toMatchObject({ after: 0, end: { threw: { class: 'RateLimitError' } } });
        expect(mine.sent).toHaveLength(1);
      },
    );
    differs(
      'long-retry-after',
      `${JSON.stringify(header)} and a maxRetryDelay that allows it`,
      (from) => attempts(from, [failure(429, header), ok], { options: { maxRetryDelay: 300_000 } }),
      (mine) => expect(mine).toMatchObject({ after: ms, end: { value: { fine: true } } }),
    );
  }
  for (const field of ['code', 'type'])
    differs(
      'spent-quota',
      `no credit left, as the ${field}`,
      (from) =>
        attempts(from, [
          json({ error: { message: 'no', [field]: 'insufficient_quota' } }, { status: 429 }),
          ok,
        ]),
      (mine) => {
        expect(mine.end.threw).toMatchObject({ class: 'RateLimitError', message: '429 no' });
        expect(mine.sent).toHaveLength(1);
      },
    );
});

describe('streams', () => {
  const chunk = `data: ${JSON.stringify({ id: 'c', choices: [{ index: 0, delta: { content: 'Hi' }, finish_reason: null }] })}\n\n`;
  const rest = `data: ${JSON.stringify({ id: 'c', choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] })}\n\ndata: [DONE]\n\n`;
  /** Sends the pieces, then nothing for good, or an error. */
  const body = (pieces: string[], error?: unknown): Reply => ({
    headers: { 'content-type': 'text/event-stream' },
    body: () =>
      new ReadableStream({
        pull(controller) {
          const piece = pieces.shift();
          if (piece) controller.enqueue(new TextEncoder().encode(piece));
          else if (error) controller.error(error);
          else return new Promise(() => {});
        },
      }),
  });
  const readAll = async (client: Client): Promise<unknown> => {
    const items: unknown[] = [];
    for await (const item of await client.chat.completions.create({ model: 'm', messages: [], stream: true }))
      items.push(item);
    return items.length;
  };
  differs(
    'stream-timeouts',
    'a stream that stalls',
    (from) => attempts(from, [body([chunk])], { call: readAll, options: { timeout: 900 } }),
    (mine, original) => {
      expect(mine).toMatchObject({ after: 900, end: { threw: { class: 'APIConnectionTimeoutError' } } });
      expect(mine.sent).toHaveLength(1);
      expect(original.end).toBe('still pending');
    },
  );
  const finished = rest.replace('data: [DONE]\n\n', '');
  const usage = 'data: {"id":"c","choices":[],"usage":{"total_tokens":3}}\n\n';
  for (const [end, items, after] of [
    [finished, 2, 900],
    [finished + usage, 3, 5_000],
  ] as const)
    differs(
      'silence-after-the-end',
      `a stream that says no more after ${items} chunks`,
      (from) =>
        attempts(from, [body([chunk + end])], {
          call: readAll,
          options: { timeout: after === 900 ? after : 60_000 },
        }),
      (mine, original) => {
        expect(mine).toMatchObject({ after, end: { value: items } });
        expect(original.end).toBe('still pending');
      },
    );
  differs(
    'stream-reconnects',
    'a stream that breaks before its first item',
    (from) =>
      attempts(from, [body([': hi\n\n'], new TypeError('terminated')), body([chunk + rest])], {
        call: readAll,
      }),
    (mine) => {
      expect(mine.end).toEqual({ value: 2 });
      expect(mine.sent.map(([, count]: string[]) => count)).toEqual(['0', '1']);
    },
  );
});

describe('timeouts and aborts', () => {
  same('a hanging server times out, three times', (from) =>
    attempts(from, [{ hang: true }], { options: { timeout: 1000 } }),
  );
  same('a request timeout', (from) =>
    attempts(from, [{ hang: true }, ok], { call: (c) => c.get('/x', { timeout: 700 }) }),
  );
  same('timeout 0', (from) =>
    attempts(from, [{ hang: true }], { call: (c) => c.get('/x', { timeout: 0, maxRetries: 0 }) }),
  );
  same('a body that stalls counts against the timeout', (from) =>
    attempts(
      from,
      [{ headers: { 'content-type': 'application/json' }, body: () => new ReadableStream({}) }],
      {
        options: { timeout: 900, maxRetries: 1 },
      },
    ),
  );
  same('an aborted signal sends nothing', (from) =>
    attempts(from, [ok], { call: (c) => c.get('/x', { signal: AbortSignal.abort('why not') }) }),
  );
  same('an abort while waiting for the server', (from) =>
    attempts(from, [{ hang: true }], {
      call: (c) => {
        const controller = new AbortController();
        setTimeout(() => controller.abort(new Error('changed my mind')), 50);
        return c.get('/x', { signal: controller.signal });
      },
    }),
  );
  same('an abort while waiting to repeat', (from) =>
    attempts(from, [failure(500, { 'retry-after': '30' })], {
      call: (c) => {
        const controller = new AbortController();
        setTimeout(() => controller.abort('enough'), 50);
        return c.get('/x', { signal: controller.signal });
      },
    }),
  );
  differs(
    'long-timeout',
    'a timeout of a month does not fire at once',
    (from) =>
      attempts(from, [{ hang: true }], {
        options: { timeout: 2_592_000_000, maxRetries: 0 },
        limitMs: 600_000,
      }),
    (mine, original) => {
      if (mine.end !== 'still pending') throw new Error(JSON.stringify(mine));
      if (original.end === 'still pending') throw new Error('the original waits now');
    },
  );
  differs(
    'error-body-timeout',
    'an error body that stalls is under the timeout',
    (from) =>
      attempts(
        from,
        [
          {
            status: 400,
            headers: { 'content-type': 'application/json' },
            body: () => new ReadableStream({}),
          },
        ],
        {
          options: { timeout: 900, maxRetries: 0 },
          limitMs: 600_000,
        },
      ),
    (mine, original) => {
      if (mine.end.threw?.class !== 'APIConnectionTimeoutError' || mine.after !== 900)
        throw new Error(JSON.stringify(mine));
      if (original.end !== 'still pending') throw new Error('the original ends now');
    },
  );
  differs(
    'cut-connection',
    'a buffered body that is cut is repeated, then an APIConnectionError',
    (from) =>
      attempts(from, [
        {
          headers: { 'content-type': 'application/json' },
          body: () =>
            new ReadableStream({
              start: (c) => c.enqueue(new TextEncoder().encode('{"a":')),
              pull: (c) => c.error(new TypeError('terminated')),
            }),
        },
      ]),
    (mine) => {
      if (mine.sent.length !== 3 || mine.end.threw?.class !== 'APIConnectionError')
        throw new Error(JSON.stringify(mine));
    },
  );
});
