// Pages and promises: what a list, its pages and its items look like, and what a call's promise offers.
import { describe, expect } from 'vitest';
import { differs, same } from './compare.ts';
import type { Package } from './packages.ts';
import { type Reply, fakeWorld, json } from './world.ts';

type Client = InstanceType<Package['OpenAI']>;

const page = (ids: (string | null)[], has_more?: boolean): Reply =>
  json({ object: 'list', data: ids.map((id) => ({ id })), ...(has_more === undefined ? {} : { has_more }) });

async function walked(from: Package, replies: Reply[], run: (client: Client) => unknown): Promise<unknown> {
  const world = fakeWorld(replies);
  const client = new from.OpenAI({ apiKey: 'k', fetch: world.fetch, maxRetries: 0, baseURL: 'http://h' });
  let result: unknown;
  try {
    result = await run(client);
  } catch (error) {
    result = error;
  }
  return { result, urls: world.seen.map(({ url, method, headers }) => [method, url, headers['x-mine']]) };
}

async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const list: T[] = [];
  for await (const item of items) list.push(item);
  return list;
}

const three = [page(['a', 'b'], true), page(['c'], true), page([], false)];
const list = (c: Client) =>
  c.chat.completions.list({ limit: 2, metadata: { k: 'v' } }, { headers: { 'X-Mine': '1' } });

describe('lists', () => {
  const scripts: Record<string, [Reply[], (client: Client) => unknown]> = {
    'items of all pages': [three, (c) => all(list(c))],
    'items of an awaited page': [three, async (c) => all(await list(c))],
    'pages, the empty last one too': [
      three,
      async (c) => (await all((await list(c)).iterPages())).map((p) => p.data),
    ],
    'one page': [[page(['a'], false)], (c) => all(list(c))],
    'has_more missing': [
      [page(['a'])],
      async (c) => ({ more: (await list(c)).hasNextPage(), items: await all(list(c)) }),
    ],
    'data missing': [[json({ has_more: true })], (c) => all(list(c))],
    'data null': [[json({ data: null, has_more: true })], (c) => all(list(c))],
    'a last item without id': [[page(['a', null], true)], (c) => all(list(c))],
    'a last item with an empty id': [[page(['a', ''], true)], (c) => all(list(c))],
    getNextPage: [three, async (c) => (await (await list(c)).getNextPage()).data],
    'getNextPage past the end': [[page([], false)], async (c) => (await list(c)).getNextPage()],
    'getNextPage ignores has_more': [
      [page(['a'], false), page(['b'], false)],
      async (c) => (await (await list(c)).getNextPage()).data,
    ],
    'what a page shows': [
      three,
      async (c) => {
        const first = await list(c);
        return {
          keys: Object.keys(first).toSorted(),
          class: first.constructor.name,
          data: first.data,
          more: first.has_more,
          text: JSON.parse(JSON.stringify(first)),
        };
      },
    ],
    nextPageRequestOptions: [three, async (c) => (await list(c)).nextPageRequestOptions()],
    getPaginatedItems: [three, async (c) => (await list(c)).getPaginatedItems()],
    messages: [three, (c) => all(c.chat.completions.messages.list('id', { limit: 2 }))],
    'an error on the second page': [
      [three[0]!, json({ error: { message: 'gone' } }, { status: 404 })],
      (c) => all(list(c)),
    ],
    'leaving early asks for no more': [
      three,
      async (c) => {
        for await (const item of list(c)) return item;
      },
    ],
    'getAPIList with a page class': [
      [json({ data: [{ id: 'm' }], object: 'list' })],
      async (c) => {
        const { Page } = c.constructor as unknown as { Page: never };
        return all(c.getAPIList('/models', Page));
      },
    ],
  };
  for (const [name, [replies, run]] of Object.entries(scripts))
    same(name, (from) => walked(from, replies, run));

  const answers: [string, Reply, string | RegExp][] = [
    ['a null body', json(null), 'Expected a page, got application/json: null'],
    [
      'a page to log in on',
      { body: '<html>', headers: { 'content-type': 'text/html' } },
      /text\/html: <html>$/,
    ],
    ['an error behind a status of 200', json({ error: { message: 'gone', code: 404 } }), '404 gone'],
  ];
  for (const [name, reply, message] of answers)
    differs(
      'responses-are-completions',
      `a list answered by ${name}`,
      (from) => walked(from, [reply], (c) => all(list(c))),
      (mine) => {
        expect(mine.result.is).toContain('APIError');
        expect(mine.result.message).toMatch(message);
      },
    );
  differs(
    'bare-lists',
    'an array body',
    (from) => walked(from, [json([{ id: 'x' }])], (c) => all(list(c))),
    (mine, original) => {
      expect(mine.result).toEqual([{ id: 'x' }]);
      expect(original.result).toEqual([]);
    },
  );
  differs(
    'repeated-pages',
    'a server that ignores `after`',
    (from) =>
      walked(from, [three[0]!], async (c) => {
        let items = 0;
        for await (const _ of list(c)) if (++items === 20) return items;
        return items;
      }),
    (mine, original) => {
      expect(mine.result.message).toBe('The list repeats the cursor b.');
      expect(mine.urls).toHaveLength(2);
      expect(original.result).toBe(20);
    },
  );
});

describe('promises', () => {
  const body = json({ id: 'c' }, { headers: { 'x-request-id': 'req_7' } });
  const scripts: Record<string, [Reply[], (client: Client) => unknown]> = {
    '_request_id is there and not enumerable': [
      [body],
      async (c) => {
        const value = await c.get<Record<string, unknown>>('/x');
        return {
          id: value['_request_id'],
          keys: Object.keys(value),
          own: Object.getOwnPropertyDescriptor(value, '_request_id'),
        };
      },
    ],
    '_request_id is null when the server sent none': [
      [json({}, { headers: { 'x-request-id': '' } }), json({})],
      async (c) => Object.getOwnPropertyDescriptor(await c.get<object>('/x'), '_request_id'),
    ],
    'arrays have no _request_id': [
      [json([1])],
      async (c) => Object.getOwnPropertyNames(await c.get<object>('/x')),
    ],
    'pages have no _request_id': [
      [page(['a'], false)],
      async (c) => '_request_id' in (await c.chat.completions.list()),
    ],
    'streams have one': [
      [
        {
          headers: { 'content-type': 'text/event-stream', 'x-request-id': 'req_8' },
          body: 'data: [DONE]\n\n',
        },
      ],
      async (c) =>
        Object.getOwnPropertyDescriptor(
          await c.chat.completions.create({ model: 'm', messages: [], stream: true }),
          '_request_id',
        ),
    ],
    'the same object every time': [
      [body],
      async (c) => {
        const promise = c.get('/x');
        return (await promise) === (await promise);
      },
    ],
    'asResponse leaves the body': [[body], async (c) => (await c.get('/x').asResponse()).text()],
    'asResponse rejects for errors': [
      [json({ error: { message: 'm' } }, { status: 400 })],
      (c) => c.get('/x').asResponse(),
    ],
    withResponse: [
      [body],
      async (c) => {
        const { data, response, request_id } = await c.get('/x').withResponse();
        return { data, status: response.status, request_id };
      },
    ],
    'withResponse without a request id': [
      [{ body: '{}', headers: { 'content-type': 'application/json' } }],
      async (c) => (await c.get('/x').withResponse()).request_id,
    ],
    'catch and finally': [
      [json({ error: { message: 'm' } }, { status: 404 })],
      async (c) => {
        let cleaned = false;
        const status = await c
          .get('/x')
          .finally(() => (cleaned = true))
          .catch((error: { status: number }) => error.status);
        return { cleaned, status };
      },
    ],
    '_thenUnwrap keeps the request id': [
      [body],
      async (c) => {
        const value = (await c
          .get<{ id: string }>('/x')
          ._thenUnwrap(({ id }) => ({ wrapped: id }))) as Record<string, unknown>;
        return { value, id: value['_request_id'] };
      },
    ],
    'the request starts before anybody waits': [
      [body],
      async (c) => {
        const promise = c.get('/x');
        await new Promise((resolve) => setTimeout(resolve, 5));
        return promise.asResponse().then((response) => response.bodyUsed);
      },
    ],
    names: [
      [body],
      async (c) => {
        const promise = c.get('/x');
        const tag = Object.prototype.toString.call(promise);
        return { tag, class: promise.constructor.name, list: c.chat.completions.list().constructor.name };
      },
    ],
  };
  for (const [name, [replies, run]] of Object.entries(scripts))
    same(name, (from) => walked(from, replies, run));
  differs(
    'unreadable-responses',
    'a body that was read through asResponse',
    (from) =>
      walked(from, [body], async (c) => {
        const promise = c.get('/x');
        await (await promise.asResponse()).text();
        return promise;
      }),
    (mine, original) => {
      expect(mine.result.is).toContain('OpenAIError');
      expect(original.result).toMatchObject({ class: 'TypeError', is: [] });
    },
  );
});
