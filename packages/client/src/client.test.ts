import { describe, expect, test, vi } from 'vitest';
import { clientOf } from '../test/support/client-of.ts';
import { completion, eventStream, text as chunksOf } from '../test/support/chunks.ts';
import { failure, fakeFetch, json, text } from '../test/support/fake-fetch.ts';
import { OpenAI } from './client.ts';
import type { NullableHeaders } from './http/headers.ts';
import type { FinalRequestOptions } from './http/options.ts';

const body = { model: 'gpt-4o', messages: [{ role: 'user' as const, content: 'Hi' }] };

describe('a request', () => {
  test('is one POST of the JSON with the usual headers', async () => {
    const { client, requests } = clientOf([json(completion('Hi'))], { organization: 'org', project: 'proj' });
    expect(await client.chat.completions.create(body)).toEqual(completion('Hi'));
    expect(requests).toHaveLength(1);
    expect(requests[0]).toMatchObject({
      url: 'https://api.openai.com/v1/chat/completions',
      method: 'POST',
      body: JSON.stringify(body),
      headers: {
        accept: 'application/json',
        authorization: 'Bearer sk-1',
        'content-type': 'application/json',
        'openai-organization': 'org',
        'openai-project': 'proj',
        'x-stainless-lang': 'js',
        'x-stainless-retry-count': '0',
      },
    });
    expect(requests[0]!.headers['user-agent']).toMatch(/^OpenAI\/JS \d/);
    expect(requests[0]!.headers).not.toHaveProperty('x-stainless-timeout');
  });

  test('starts although nobody awaits it', async () => {
    const { client, requests } = clientOf([json({})]);
    void client.get('/x');
    await new Promise((resolve) => setTimeout(resolve));
    expect(requests).toHaveLength(1);
  });

  test('follows fields changed since the last one', async () => {
    const { client, requests } = clientOf([json({}), json({})]);
    await client.get('/x');
    Object.assign(client, { apiKey: 'sk-2', organization: 'org', baseURL: 'http://other.test' });
    await client.get('/x');
    expect(requests[1]).toMatchObject({
      url: 'http://other.test/x',
      headers: { authorization: 'Bearer sk-2', 'openai-organization': 'org' },
    });
  });

  test('is not changed by what an earlier fetch did to its headers', async () => {
    const { client, requests } = clientOf([
      ({ init }) => {
        (init.headers as Headers).set('x-trace', '1');
        (init.headers as Headers).delete('accept');
        return json({});
      },
      json({}),
    ]);
    await client.get('/x');
    await client.get('/x');
    expect(requests[1]!.headers).toMatchObject({ accept: 'application/json' });
    expect(requests[1]!.headers).not.toHaveProperty('x-trace');
  });

  test('layers headers: the environment below defaults below its own, and null removes', async () => {
    vi.stubEnv('OPENAI_CUSTOM_HEADERS', 'x-env: e\nx-both: e\nnonsense');
    const { client, requests } = clientOf([json({})], { defaultHeaders: { 'x-both': 'd', 'x-gone': 'd' } });
    await client.get('/x', { headers: { 'X-Gone': null, Accept: 'text/plain', 'x-two': ['1', '2'] } });
    expect(requests[0]!.headers).toMatchObject({
      'x-env': 'e',
      'x-both': 'd',
      accept: 'text/plain',
      'x-two': '1, 2',
    });
    expect(requests[0]!.headers).not.toHaveProperty('x-gone');
  });

  test('tells its own timeout in whole seconds', async () => {
    const { client, requests } = clientOf([json({})]);
    await client.get('/x', { timeout: 2_900 });
    expect(requests[0]!.headers['x-stainless-timeout']).toBe('2');
  });

  test('takes an explicitly undefined timeout for none', async () => {
    const { client } = clientOf([json({ ok: 1 })]);
    expect(await client.get('/x', { timeout: undefined })).toEqual({ ok: 1 });
  });

  test.each([
    [-1, 'timeout must be a positive integer'],
    [1.5, 'timeout must be an integer'],
    [null, 'timeout must be an integer'],
  ])('with a timeout of %s rejects', async (timeout, message) => {
    const { client, requests } = clientOf([]);
    await expect(client.get('/x', { timeout: timeout as number })).rejects.toThrow(message);
    expect(requests).toEqual([]);
  });

  test('survives a timeout longer than a timer can hold', async () => {
    const slow = async () => {
      await new Promise((resolve) => setTimeout(resolve, 20));
      return json({ ok: 1 });
    };
    const { client } = clientOf([slow, slow], { timeout: 2 ** 40 });
    expect(await client.get('/x')).toEqual({ ok: 1 });
    expect(await client.get('/x', { timeout: 2 ** 45 })).toEqual({ ok: 1 });
  });

  test('keeps its method, headers, body and signal from fetchOptions, which go into the init otherwise', async () => {
    const stray = { method: 'PUT', body: 'no', headers: { 'x-low': '1', accept: 'no' }, redirect: 'manual' };
    const { client, requests } = clientOf([json({})], {
      fetchOptions: { cache: 'no-store', redirect: 'error' },
    });
    await client.post('/x', { body: { a: 1 }, fetchOptions: stray as object });
    expect(requests[0]).toMatchObject({
      method: 'POST',
      body: '{"a":1}',
      headers: { 'x-low': '1', accept: 'application/json' },
      init: { cache: 'no-store', redirect: 'manual' },
    });
  });

  test('merges queries, the last winning and undefined removing', async () => {
    const { client, requests } = clientOf([json({})], {
      baseURL: 'http://b.test/v1?base=1&x=0',
      defaultQuery: { d: '1', gone: '1' },
    });
    await client.get('/p?x=1', { query: { gone: undefined, list: [1, 2] } });
    expect(decodeURIComponent(requests[0]!.url)).toBe('http://b.test/v1/p?base=1&x=1&d=1&list[]=1&list[]=2');
  });

  test('without a body for create rejects instead of throwing', async () => {
    const { client, requests } = clientOf([]);
    await expect(client.chat.completions.create(null as never)).rejects.toThrow(TypeError);
    expect(requests).toEqual([]);
  });

  test('accepts options that are still to come', async () => {
    const { client, requests } = clientOf([json({})]);
    await client.post('/x', Promise.resolve({ body: { a: 1 } }));
    expect(requests[0]!.body).toBe('{"a":1}');
  });
});

describe('a subclass', () => {
  test('sees its hooks called once per attempt, in order', async () => {
    const calls: string[] = [];
    class Traced extends OpenAI {
      protected override async prepareOptions(options: FinalRequestOptions): Promise<void> {
        calls.push(`options ${options.path}`);
      }
      protected override async authHeaders(
        options: FinalRequestOptions,
      ): Promise<NullableHeaders | undefined> {
        calls.push('auth');
        return super.authHeaders(options);
      }
      protected override async prepareRequest(
        request: RequestInit,
        { url }: { url: string; options: FinalRequestOptions },
      ): Promise<void> {
        calls.push(`request ${url}`);
        (request.headers as Headers).set('x-signed', 'yes');
      }
    }
    const fetch = fakeFetch(failure(503), json({}));
    await new Traced({ apiKey: 'k', fetch, baseURL: 'http://b' }).get('/x');
    expect(calls).toEqual([
      'options /x',
      'auth',
      'request http://b/x',
      'options /x',
      'auth',
      'request http://b/x',
    ]);
    expect(fetch.requests[1]!.headers).toMatchObject({ 'x-signed': 'yes', authorization: 'Bearer k' });
    expect(fetch.requests[0]!.headers['user-agent']).toMatch(/^Traced\/JS/);
  });

  test('that names an idempotency header sends one key for all attempts of a call', async () => {
    class Once extends OpenAI {
      protected override idempotencyHeader = 'Idempotency-Key';
    }
    const fetch = fakeFetch(failure(500), json({}), json({}));
    const client = new Once({ apiKey: 'k', fetch });
    await client.post('/x', { body: {} });
    await client.get('/x');
    const keys = fetch.requests.map(({ headers }) => headers['idempotency-key']);
    expect(keys[0]).toMatch(/^stainless-node-retry-[\da-f-]{36}$/);
    expect(keys).toEqual([keys[0], keys[0], undefined]);
  });

  test('can write the query in its own way', async () => {
    class Plain extends OpenAI {
      protected override stringifyQuery(query: object): string {
        return Object.keys(query).join('+');
      }
    }
    const fetch = fakeFetch(json({}));
    await new Plain({ apiKey: 'k', fetch }).get('/x', { query: { a: 1, b: 2 } });
    expect(fetch.requests[0]!.url).toBe('https://api.openai.com/v1/x?a+b');
  });
});

describe('the answer', () => {
  test('carries its request id where nobody iterates', async () => {
    const { client } = clientOf([json({ a: 1 }, { headers: { 'x-request-id': 'req_1' } })]);
    const value = (await client.get('/x')) as { _request_id?: string };
    expect(value._request_id).toBe('req_1');
    expect(Object.keys(value)).toEqual(['a']);
  });

  test.each<[string, Response, unknown]>([
    ['a 204', new Response(null, { status: 204 }), null],
    ['JSON of no length', text('', 'application/json'), undefined],
    ['a JSON subtype', text('[1]', 'Application/Problem+JSON; charset=utf-8'), [1]],
    ['text', text('{"a":1}'), '{"a":1}'],
  ])('for %s is what it says', async (_name, response, value) => {
    const { client } = clientOf([response]);
    expect(await client.get('/x')).toEqual(value);
  });

  test('is the same object for all who await it, read once', async () => {
    const { client } = clientOf([json({ a: 1 })]);
    const promise = client.get('/x');
    expect(await promise).toBe(await promise);
    expect((await promise.withResponse()).data).toBe(await promise);
  });

  test('can be the unread Response, which is then the caller’s to read', async () => {
    const { client } = clientOf([json({ a: 1 })]);
    const promise = client.get('/x');
    const response = await promise.asResponse();
    expect(await response.json()).toEqual({ a: 1 });
    await expect(promise).rejects.toThrow('The body has another reader, or was already read.');
  });

  test('is a stream when the JSON that was sent asks for one', async () => {
    const { client } = clientOf([eventStream(chunksOf('a', 'b')), json(completion('x'))]);
    const stream = await client.chat.completions.create({ ...body, stream: true });
    const contents: unknown[] = [];
    for await (const chunk of stream) contents.push(chunk.choices[0]!.delta.content);
    expect(contents).toEqual(['', 'a', 'b', undefined]);
    expect(await client.chat.completions.create({ ...body, stream: 1 as never })).toEqual(completion('x'));
  });
});

describe('the log', () => {
  test('has a line for each outcome, and says which attempt it repeats', async () => {
    const lines: string[] = [];
    const write = (line: string) => lines.push(line);
    const logger = { error: write, warn: write, info: write, debug: () => {} };
    const { client } = clientOf(
      [failure(500, {}, { 'x-request-id': 'r1' }), new TypeError('fetch failed'), json({})],
      {
        logger,
        logLevel: 'info',
      },
    );
    vi.spyOn(Math, 'random').mockReturnValue(0.999);
    await client.post('/x?api-key=secret', { body: {} });
    const id = /log_[\da-f]{6}/.exec(lines[0]!)![0];
    expect(lines[0]).toMatch(
      /^\[log_[\da-f]{6}, x-request-id: "r1"\] post https:\S+ failed with status 500 in \d+ms - retrying, 2 attempts remaining$/,
    );
    expect(lines[1]).toMatch(/^\[log_[\da-f]{6}\] connection failed - retrying, 1 attempts remaining$/);
    expect(lines[2]).toMatch(
      new RegExp(`^\\[log_[\\da-f]{6}, retryOf: ${id}\\] post .* succeeded with status 200 in`),
    );
    expect(lines.join()).not.toContain('secret');
  });

  test('warns of a level that is none, and says where it came from', () => {
    const warn = vi.fn<(line: string) => void>();
    const logger = { error: warn, warn, info: warn, debug: warn };
    expect(new OpenAI({ apiKey: 'k', logger, logLevel: 'loud' as never }).logLevel).toBe('warn');
    expect(warn.mock.calls[0]![0]).toBe(
      'ClientOptions.logLevel was set to "loud", expected one of ["off","error","warn","info","debug"]',
    );
  });
});
