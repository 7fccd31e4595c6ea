// Corners of requests and errors in which ours is meant to differ: each script shows one known difference.
import { describe, expect } from 'vitest';
import { differs } from './compare.ts';
import type { Package } from './packages.ts';
import { type Reply, fakeWorld, json } from './world.ts';

type Client = InstanceType<Package['OpenAI']>;

async function sent(
  from: Package,
  run: (client: Client) => unknown,
  options: object = {},
  replies: Reply[] = [json({ fine: true })],
) {
  const world = fakeWorld(replies);
  const client = new from.OpenAI({
    apiKey: 'k',
    baseURL: 'http://h',
    fetch: world.fetch,
    maxRetries: 0,
    ...options,
  });
  const result = await run(client);
  return {
    result,
    requests: world.seen.map(({ url, body, headers }) => ({ url, body, type: headers['content-type'] })),
  };
}

const url = (mine: { requests: { url: string }[] }): string => mine.requests[0]!.url;

describe('settings and time', () => {
  for (const timeout of [-1, Number.NaN])
    differs(
      'constructor-timeout',
      `a client timeout of ${timeout} is refused`,
      (from) => void new from.OpenAI({ apiKey: 'k', timeout }),
      (mine) =>
        expect(mine.threw).toMatchObject({
          class: 'OpenAIError',
          message: expect.stringContaining('timeout'),
        }),
    );
  differs(
    'ignored-signal',
    'a fetch that never listens cannot outlast the timeout',
    async (from) => {
      const client = new from.OpenAI({
        apiKey: 'k',
        maxRetries: 0,
        timeout: 20,
        fetch: () => new Promise(() => {}),
      });
      const late = new Promise((resolve) => setTimeout(resolve, 500, 'still waiting'));
      return Promise.race([client.get('/x'), late]);
    },
    (mine, original) => {
      expect(mine.threw).toMatchObject({ class: 'APIConnectionTimeoutError' });
      expect(original).toBe('still waiting');
    },
  );
  differs(
    'abort-cause',
    'an abort while the body is read has its reason',
    (from) => {
      const controller = new AbortController();
      const body = (): ReadableStream<Uint8Array> =>
        new ReadableStream({
          start(stream) {
            stream.enqueue(new TextEncoder().encode('{'));
            setTimeout(() => {
              controller.abort(new Error('enough'));
              stream.error(new DOMException('This operation was aborted', 'AbortError'));
            }, 20);
          },
        });
      return sent(from, (c) => c.get('/x', { signal: controller.signal }), {}, [
        { headers: { 'content-type': 'application/json' }, body },
      ]);
    },
    (mine, original) => {
      expect(mine.threw).toMatchObject({ class: 'APIUserAbortError', cause: { message: 'enough' } });
      expect(original.threw.cause).toBe(undefined);
    },
  );
});

describe('URLs and bodies', () => {
  differs(
    'repeated-query-keys',
    'a repeated key of a path keeps its values',
    (from) => sent(from, (c) => c.get('/x?a=1&a=2')),
    (mine) => expect(url(mine)).toBe('http://h/x?a=1&a=2'),
  );
  differs(
    'repeated-query-keys',
    'repeated keys of a base URL are encoded as others are',
    (from) => sent(from, (c) => c.get('/x?z=1'), { baseURL: 'http://h?k=a b&k=2&m=3' }),
    (mine) => expect(url(mine)).toContain('k=a%20b&k=2'),
  );
  differs(
    'base-fragment',
    'the fragment of a base URL is dropped',
    (from) => sent(from, (c) => c.get('/x'), { baseURL: 'http://h/v1#top' }),
    (mine) => expect(url(mine)).toBe('http://h/v1/x'),
  );
  differs(
    'lone-surrogates',
    'in a query',
    (from) => sent(from, (c) => c.get('/x', { query: { a: 'b\uD800c' } })),
    (mine) => expect(url(mine)).toBe('http://h/x?a=b%EF%BF%BDc'),
  );
  differs(
    'lone-surrogates',
    'in a path',
    (from) => sent(from, (c) => c.chat.completions.retrieve('\uDC00')),
    (mine) => expect(url(mine)).toBe('http://h/chat/completions/%EF%BF%BD'),
  );
  for (const [name, value] of [
    ['a symbol', Symbol('s')],
    ['an object without a prototype', Object.create(null)],
  ] as const)
    differs(
      'odd-path-values',
      name,
      (from) => sent(from, (c) => c.chat.completions.retrieve(value as never)),
      (mine) =>
        expect(mine.threw).toMatchObject({
          class: 'OpenAIError',
          message: expect.stringContaining('not a valid path parameter'),
        }),
    );
  const form = { 'Content-Type': 'application/x-www-form-urlencoded; charset=utf-8' };
  differs(
    'form-with-parameters',
    'is a form',
    (from) => sent(from, (c) => c.post('/x', { body: { a: 1 }, headers: form })),
    (mine) => expect(mine.requests[0].body).toBe('a=1'),
  );
  differs(
    'page-options',
    'a page shows the options of the caller only',
    async (from) => {
      const page = await sent(from, (c) => c.chat.completions.list({ limit: 1 }), {}, [
        json({ data: [], has_more: false }),
      ]);
      return Object.keys((page.result as unknown as { options: object }).options).map(
        (key) => `option ${key}`,
      );
    },
    (mine) => expect(mine.toSorted()).toEqual(['option method', 'option path', 'option query']),
  );
});

describe('errors made by hand', () => {
  differs(
    'generate-whole-body',
    'an object without an error member is the error',
    (from) => from.errors.APIError.generate(400, { message: 'm', code: 'c' }, undefined, new Headers()),
    (mine) => expect(mine).toMatchObject({ code: 'c', message: '400 m' }),
  );
  differs(
    'spare-arguments',
    'a connection error without options',
    (from) => new (from.errors.APIConnectionError as any)(),
    (mine) => expect(mine).toMatchObject({ class: 'APIConnectionError', message: 'Connection error.' }),
  );
  differs(
    'connection-reason',
    'a connection error names the server and the reason',
    (from) =>
      Promise.all(
        ['localhost:8799/v1', 'http://u:s3cret@h:1/v1?key=s3cret'].map((baseURL) => {
          const fetch = (): never => {
            throw new TypeError('fetch failed', { cause: new Error(`no way to ${baseURL}`) });
          };
          const client = new from.OpenAI({ apiKey: 'k', baseURL, fetch, maxRetries: 0 });
          return client.get('/x').catch(({ message }: Error) => ({ told: message.split(/(?<=error\.) /) }));
        }),
      ),
    (mine, original) => {
      expect(original).toEqual([{ told: ['Connection error.'] }, { told: ['Connection error.'] }]);
      expect(mine).toEqual([
        {
          told: [
            'Connection error.',
            'The base URL localhost:8799 has no scheme, as in http://localhost:8799.',
          ],
        },
        { told: ['Connection error.', 'The request to http://h:1 failed: no way to http://h:1'] },
      ]);
    },
  );
  differs(
    'quiet-cause',
    'cause is not enumerable',
    (from) => Object.keys(new from.errors.APIConnectionError({ cause: new Error('c') })),
    (mine, original) => {
      expect(mine).not.toContain('cause');
      expect(original).toContain('cause');
    },
  );
});
