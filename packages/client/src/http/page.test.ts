import { describe, expect, test } from 'vitest';
import { fakeFetch, json, text } from '../../test/support/fake-fetch.ts';
import type { Step } from '../../test/support/fake-fetch.ts';
import { OpenAI } from '../client.ts';
import { APIError } from '../errors/api-error.ts';
import { OpenAIError } from '../errors/openai-error.ts';
import { ConversationCursorPage, CursorPage, NextCursorPage, Page, TokenPage } from './page.ts';

function listing(...script: Step[]) {
  const fetch = fakeFetch(...script);
  const client = new OpenAI({ apiKey: 'k', fetch, baseURL: 'http://b' });
  return {
    client,
    list: client.chat.completions.list.bind(client.chat.completions),
    requests: fetch.requests,
  };
}

const page = (has_more: boolean, ...ids: (string | undefined)[]) =>
  json({ data: ids.map((id) => ({ id })), has_more });

describe('a list', () => {
  test('goes through all pages, asking for each after the last item of the one before', async () => {
    const { list, requests } = listing(page(true, 'a', 'b'), page(true, 'c'), page(false, 'd'));
    const ids: string[] = [];
    for await (const { id } of list({ limit: 2 }, { headers: { 'x-a': '1' } })) ids.push(id);
    expect(ids).toEqual(['a', 'b', 'c', 'd']);
    expect(requests.map(({ url }) => url.slice(8))).toEqual([
      '/chat/completions?limit=2',
      '/chat/completions?limit=2&after=b',
      '/chat/completions?limit=2&after=c',
    ]);
    expect(requests.every(({ headers }) => headers['x-a'] === '1')).toBe(true);
  });

  test.each([
    ['at once', ['a', 'a'], ['a']],
    ['in a circle', ['a', 'b', 'a'], ['a', 'b']],
  ])('whose cursors repeat %s ends with an error, and gives no item twice', async (_, cursors, items) => {
    const { list } = listing(...cursors.map((id) => page(true, id)));
    const ids: string[] = [];
    const walk = async () => {
      for await (const { id } of list()) ids.push(id);
    };
    await expect(walk()).rejects.toThrow(new OpenAIError('The list repeats the cursor a.'));
    expect(ids).toEqual(items);
  });

  test('fetches no page before its items are reached', async () => {
    const { list, requests } = listing(page(true, 'a'), page(false, 'b'));
    for await (const { id } of list()) if (id === 'a') break;
    expect(requests).toHaveLength(1);
  });

  test('yields a last page without items', async () => {
    const { list } = listing(page(true, 'a'), page(false));
    const sizes: number[] = [];
    for await (const { data } of (await list()).iterPages()) sizes.push(data.length);
    expect(sizes).toEqual([1, 0]);
  });

  test('refuses a page after the last when it does not know where that begins', async () => {
    const { list } = listing(page(true, undefined));
    const first = await list();
    expect(first.hasNextPage()).toBe(false);
    await expect(first.getNextPage()).rejects.toThrow(OpenAIError);
  });

  test('asks for the next page when told to, whatever the server says of it', async () => {
    const { list, requests } = listing(page(false, 'a'), page(false, 'b'));
    const next = await (await list()).getNextPage();
    expect(next.data).toEqual([{ id: 'b' }]);
    expect(requests[1]!.url).toContain('after=a');
  });

  test('without data has no items', async () => {
    const { list } = listing(json({}));
    expect(await list()).toMatchObject({ data: [], has_more: false });
  });

  test.each([
    ['nothing', json(null), /^Expected a page, got application\/json: null$/],
    [
      'no content',
      new Response(null, { status: 204 }),
      /^Expected a page, got no content type: \(no body\)$/,
    ],
    [
      'a page to log in on',
      text('<html>Log in', 'text/html'),
      /^Expected a page, got text\/html: <html>Log in$/,
    ],
    ['an error', json({ error: { message: 'no credit', code: 402 } }), /^402 no credit$/],
  ])('that is answered by %s is an error, and not empty', async (_, answer, message) => {
    const { list } = listing(answer);
    const failed = list();
    await expect(failed).rejects.toBeInstanceOf(APIError);
    await expect(failed).rejects.toThrow(message);
  });
});

describe('options in the place of a query', () => {
  test('are options when they stand alone', async () => {
    const { list, requests } = listing(page(false), page(false), page(false));
    await list({ headers: { 'x-a': '1' } });
    await list({ query: { model: 'm' } });
    await list({ limit: 1 }, { query: { order: 'asc' } });
    expect(requests[0]).toMatchObject({ url: 'http://b/chat/completions', headers: { 'x-a': '1' } });
    expect(requests[1]!.url).toBe('http://b/chat/completions?model=m');
    expect(requests[2]!.url).toBe('http://b/chat/completions?order=asc');
  });

  test.each([
    [[{ limit: 1, timeout: 5 }], /separate arguments/],
    [[{ unknown: 1, timeout: 5 }], /separate arguments/],
    [[{ timeout: 5 }, {}], /separate arguments/],
    [[{ path: '/x' }], /transport overrides/],
  ])('are refused at once in %j', (given, message) => {
    const { list, client } = listing();
    expect(() => (list as Function)(...given)).toThrow(TypeError);
    expect(() => (list as Function)(...given)).toThrow(message);
    expect(() => (client.chat.completions.messages.list as Function)('id', ...given)).toThrow(message);
  });

  test('a message list takes the completion’s id into its path, escaped', async () => {
    const { client, requests } = listing(page(false));
    await client.chat.completions.messages.list('a/b', { order: 'desc' });
    expect(requests[0]!.url).toBe('http://b/chat/completions/a%2Fb/messages?order=desc');
    expect(() => client.chat.completions.messages.list(undefined as never)).toThrow(OpenAIError);
  });
});

test.each([
  [CursorPage, { data: [{ id: 'z' }], has_more: true }, { after: 'z' }],
  [ConversationCursorPage, { data: [1], has_more: true, last_id: 'l' }, { after: 'l' }],
  [NextCursorPage, { data: [1], has_more: true, next: 'n' }, { after: 'n' }],
  [TokenPage, { data: [1], has_more: true, next: 'n' }, { page: 'n' }],
  [Page, { data: [1], object: 'list' }, undefined],
])('%o knows where the next page begins', (Class: any, body, query) => {
  const options = { method: 'get', path: '/x', query: { limit: 1 } };
  const next = new Class({}, new Response(), body, options).nextPageRequestOptions();
  expect(next).toEqual(query ? { ...options, query: { limit: 1, ...query } } : null);
});

test('a page that was made without a client says so when the next one is requested', async () => {
  const body = { data: [{ id: 'z' }], has_more: true };
  for (const client of [undefined, null]) {
    const made = new CursorPage(client as never, new Response(), body, { method: 'get', path: '/x' });
    await expect(made.getNextPage()).rejects.toThrow('The page has no client.');
  }
});
