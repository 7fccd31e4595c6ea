import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { completion, eventStream, text as chunksOf } from '../test/support/chunks.ts';
import { cutOff, failure, fakeFetch, json, noAnswer, text, unfinished } from '../test/support/fake-fetch.ts';
import type { Step } from '../test/support/fake-fetch.ts';
import { OpenAI } from './client.ts';
import { OpenAIError } from './transport/errors.ts';
import type { NullableHeaders } from './transport/headers.ts';
import type { ClientOptions, FinalRequestOptions } from './transport/options.ts';

const body = { model: 'gpt-4o', messages: [{ role: 'user' as const, content: 'Hi' }] };

function clientOf(script: Step[], options: ClientOptions = {}) {
  const fetch = fakeFetch(...script);
  return { client: new OpenAI({ apiKey: 'sk-1', fetch, ...options }), requests: fetch.requests };
}

const variables = 'API_KEY ADMIN_KEY ORG_ID PROJECT_ID WEBHOOK_SECRET BASE_URL LOG CUSTOM_HEADERS'.split(' ');
beforeEach(() => variables.forEach((name) => vi.stubEnv(`OPENAI_${name}`, undefined)));
afterEach(() => vi.unstubAllEnvs());

describe('the options of a client', () => {
  test.each([
    ['baseUrl', 'baseURL'],
    ['base_url', 'baseURL'],
    ['basePath', 'baseURL'],
    ['apikey', 'apiKey'],
    ['api_key', 'apiKey'],
    ['accessToken', 'apiKey'],
    ['adminApiKey', 'adminAPIKey'],
    ['organizationId', 'organization'],
    ['maxretries', 'maxRetries'],
    ['retries', 'maxRetries'],
    ['httpAgent', 'fetchOptions'],
    ['httpsAgent', 'fetchOptions'],
    ['headers', 'defaultHeaders'],
    ['loglevel', 'logLevel'],
    ['debugwire', 'debugWire'],
  ])('%s is warned of, and %s named in its place, once for a client and those made of it', (given, right) => {
    const warn = vi.fn<(...args: unknown[]) => void>();
    const logger = { error: warn, warn, info: warn, debug: warn };
    const unknown = { [given]: 'secret-value' };
    const client = new OpenAI({ apiKey: 'k', logger, ...unknown });
    expect(warn.mock.calls).toEqual([[`Unknown option \`${given}\`: use \`${right}\``]]);
    client.withOptions({ timeout: 5 }).withOptions(unknown);
    expect(warn).toHaveBeenCalledTimes(1);
    clientOf([], { logger, ...unknown });
    expect(warn).toHaveBeenCalledTimes(2);
    clientOf([], { logger, logLevel: 'off', ...unknown });
    expect(warn).toHaveBeenCalledTimes(2);
  });

  test('a misspelled name in withOptions is warned of, and so is one in options that are refused', () => {
    const warn = vi.fn<(...args: unknown[]) => void>();
    const logger = { error: warn, warn, info: warn, debug: warn };
    clientOf([], { logger }).client.withOptions({ baseurl: 'http://h' } as object);
    expect(() => new OpenAI({ apikey: 'k', logger } as object)).toThrow(/^Missing credentials/);
    expect(warn.mock.calls.flat()).toEqual([
      'Unknown option `baseurl`: use `baseURL`',
      'Unknown option `apikey`: use `apiKey`',
    ]);
  });

  test('names that are ours, undefined or of a subclass are not warned of', () => {
    const warn = vi.fn<(...args: unknown[]) => void>();
    const logger = { error: warn, warn, info: warn, debug: warn };
    const others = { basePath: undefined, region: 'eu', constructor: 1, __proto: 1, _: 1, '': 1 };
    const ours = { fetchOptions: {}, defaultHeaders: {}, idleTimeout: 5, debugWire: true, apiKey: 'k' };
    clientOf([], { ...others, ...ours, logger } as object);
    expect(warn.mock.calls).toEqual([]);
  });

  test('withOptions names a region that is none', () => {
    const client = new OpenAI({ apiKey: 'k', baseURL: 'http://h' });
    expect(() => client.withOptions({ dataResidency: '' as never })).toThrow(/^Invalid `dataResidency`/);
    expect(client.withOptions({ dataResidency: null }).baseURL).toBe('http://h');
  });

  test.each([
    ['no credentials', {}, /^Missing credentials\./],
    ['an empty key', { apiKey: '' }, /^Missing credentials\./],
    [
      'a base URL next to a region',
      { apiKey: 'k', dataResidency: 'eu', baseURL: undefined },
      /mutually exclusive/,
    ],
    [
      'a region that is none',
      { apiKey: 'k', dataResidency: 'mars' },
      /^Invalid `dataResidency`.*global, us, eu/,
    ],
    ['workload identity', { workloadIdentity: {} }, /`workloadIdentity`/],
    ['a provider', { apiKey: 'k', provider: {} }, /`provider`/],
    ['a negative timeout', { apiKey: 'k', timeout: -1 }, /timeout/],
    ['a timeout that is no number', { apiKey: 'k', timeout: NaN }, /timeout/],
  ])('%s is refused at once', (_name, options, message) => {
    expect(() => new OpenAI(options as ClientOptions)).toThrow(OpenAIError);
    expect(() => new OpenAI(options as ClientOptions)).toThrow(message);
  });

  test('come from the environment when they are left out, but not when they are null', () => {
    vi.stubEnv('OPENAI_API_KEY', ' sk-env ');
    vi.stubEnv('OPENAI_ORG_ID', 'org');
    vi.stubEnv('OPENAI_BASE_URL', 'http://env.test/v1');
    expect(new OpenAI({ apiKey: undefined })).toMatchObject({
      apiKey: 'sk-env',
      organization: 'org',
      baseURL: 'http://env.test/v1',
    });
    expect(new OpenAI({ organization: null, baseURL: null })).toMatchObject({
      organization: null,
      baseURL: 'https://api.openai.com/v1',
    });
  });

  test('a region decides the base URL over the environment', () => {
    vi.stubEnv('OPENAI_BASE_URL', 'http://env.test/v1');
    const urlOf = (dataResidency: 'eu' | 'global') => new OpenAI({ apiKey: 'k', dataResidency }).baseURL;
    expect([urlOf('eu'), urlOf('global')]).toEqual([
      'https://eu.api.openai.com/v1',
      'https://api.openai.com/v1',
    ]);
  });

  test('retries that cannot be counted are the default', () => {
    const retriesOf = (maxRetries: number) => new OpenAI({ apiKey: 'k', maxRetries }).maxRetries;
    expect([-1, 1.5, NaN, 0, 5].map(retriesOf)).toEqual([2, 2, 2, 0, 5]);
  });

  test('withOptions keeps the current fields but the original key, and replaces headers whole', async () => {
    const { client, requests } = clientOf([json({})], {
      defaultHeaders: { 'x-a': '1' },
      dataResidency: 'us',
    });
    Object.assign(client, { apiKey: 'changed', timeout: 5, maxRetries: 7, baseURL: 'http://b.test' });
    const other = client.withOptions({ defaultHeaders: { 'x-b': '2' } });
    expect(other).toMatchObject({ apiKey: 'sk-1', timeout: 5, maxRetries: 7, baseURL: 'http://b.test' });
    await other.get('/x');
    expect(requests[0]!.headers).toMatchObject({ 'x-b': '2', authorization: 'Bearer sk-1' });
    expect(requests[0]!.headers).not.toHaveProperty('x-a');
    expect(client.withOptions({ dataResidency: 'jp' }).baseURL).toBe('https://jp.api.openai.com/v1');
  });
});

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

describe('credentials', () => {
  test('from a function are asked for again on every attempt', async () => {
    let calls = 0;
    const { client, requests } = clientOf([failure(500), json({})], { apiKey: async () => `key-${++calls}` });
    expect(client.apiKey).toBeNull();
    await client.get('/x');
    expect(requests.map(({ headers }) => headers['authorization'])).toEqual(['Bearer key-1', 'Bearer key-2']);
    expect(client.apiKey).toBe('key-2');
  });

  test('that an older call brings late are used for its own request and not kept', async () => {
    const waiting: ((key: string) => void)[] = [];
    const { client, requests } = clientOf([json({}), json({})], {
      apiKey: () => new Promise<string>((resolve) => waiting.push(resolve)),
    });
    const [older, newer] = [client.get('/old'), client.get('/new')];
    await vi.waitFor(() => expect(waiting).toHaveLength(2));
    waiting[1]!('new');
    await newer;
    waiting[0]!('old');
    await older;
    expect(client.apiKey).toBe('new');
    expect(requests.map(({ url, headers }) => [url.slice(-3), headers['authorization']])).toEqual([
      ['new', 'Bearer new'],
      ['old', 'Bearer old'],
    ]);
  });

  test.each([
    ['throws', () => Promise.reject(new Error('vault')), "Failed to get token from 'apiKey' function: vault"],
    [
      'answers nothing',
      async () => '',
      "Expected 'apiKey' function argument to return a string but it returned ",
    ],
  ])('from a function that %s reject the request', async (_name, apiKey, message) => {
    const { client, requests } = clientOf([], { apiKey });
    await expect(client.get('/x')).rejects.toThrow(message);
    expect(requests).toEqual([]);
  });

  test('of an administrator are kept, and never sent', async () => {
    const admin = clientOf([], { apiKey: null, adminAPIKey: 'adm' });
    await expect(admin.client.chat.completions.create(body)).rejects.toThrow(
      /^Could not resolve authentication method\./,
    );
    const both = clientOf([json({})], { adminAPIKey: 'adm' });
    await both.client.get('/organization/projects');
    expect(both.client.adminAPIKey).toBe('adm');
    expect(JSON.stringify(both.requests)).not.toContain('adm');
  });

  test('may be taken away on purpose', async () => {
    const { client, requests } = clientOf([json({})]);
    await client.get('/x', { headers: { Authorization: null } });
    expect(requests[0]!.headers).not.toHaveProperty('authorization');
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

describe('an attempt that fails', () => {
  test.each([408, 409, 429, 500, 503])('with status %i is repeated', async (status) => {
    const { client, requests } = clientOf([failure(status), json({ ok: 1 })]);
    expect(await client.get('/x')).toEqual({ ok: 1 });
    expect(requests.map(({ headers }) => headers['x-stainless-retry-count'])).toEqual(['0', '1']);
  });

  test('with another status is final, and becomes the error of that status', async () => {
    const { client, requests } = clientOf([
      failure(404, { message: 'gone', code: 'c' }, { 'x-request-id': 'r' }),
    ]);
    const error: any = await client.get('/x').catch((reason) => reason);
    expect(error).toBeInstanceOf(OpenAI.NotFoundError);
    expect(error).toMatchObject({ status: 404, message: '404 gone', code: 'c', requestID: 'r' });
    expect(requests).toHaveLength(1);
  });

  test('without any answer is repeated, then rejects with the cause', async () => {
    const cause = new TypeError('fetch failed');
    const { client, requests } = clientOf([cause, cause], { maxRetries: 1 });
    vi.spyOn(Math, 'random').mockReturnValue(1);
    const error: any = await client.get('/x').catch((reason) => reason);
    expect(error).toBeInstanceOf(OpenAI.APIConnectionError);
    const message = 'Connection error. The request to https://api.openai.com failed: fetch failed';
    expect(error).toMatchObject({ message, cause });
    expect(requests).toHaveLength(2);
  });

  test.each<[string, Step]>([
    ['headers', noAnswer],
    ['headers of a fetch that does not listen', () => new Promise(() => {})],
    ['a body', unfinished('{')],
    ['a body of a fetch that does not listen', () => new Response(new ReadableStream())],
  ])('by not giving %s in time rejects as a timeout', async (what, step) => {
    const { client, requests } = clientOf([step], { maxRetries: 0 });
    const error: any = await client.get('/x', { timeout: 20 }).catch((reason) => reason);
    expect(error).toBeInstanceOf(OpenAI.APIConnectionTimeoutError);
    const late = what.includes('body') ? 'complete response' : 'response';
    expect(error.message).toBe(`Request timed out. No ${late} from https://api.openai.com within 20 ms.`);
    expect(requests[0]!.signal.aborted).toBe(true);
  });

  test('by not giving its error body in time is a timeout that names the status as its cause', async () => {
    const { client } = clientOf([unfinished('{"error":', { status: 400 })]);
    const error: any = await client.get('/x', { timeout: 20 }).catch((reason) => reason);
    expect(error).toBeInstanceOf(OpenAI.APIConnectionTimeoutError);
    expect(error.cause).toBeInstanceOf(OpenAI.BadRequestError);
  });

  test('while its body is read is repeated', async () => {
    for (const step of [cutOff('{"a":'), unfinished('{"a":')]) {
      const { client, requests } = clientOf([step, json({ a: 1 })], { timeout: 50 });
      const { data, response } = await client.get('/x').withResponse();
      expect(data).toEqual({ a: 1 });
      expect(response.bodyUsed).toBe(true);
      expect(requests).toHaveLength(2);
    }
  });

  test('while its body is read and may not be repeated is a connection error', async () => {
    const { client } = clientOf([cutOff('{"a":')], { maxRetries: 0 });
    await expect(client.get('/x')).rejects.toBeInstanceOf(OpenAI.APIConnectionError);
  });

  test('after sending a stream is not repeated', async () => {
    const { client, requests } = clientOf([failure(500)]);
    const stream = new ReadableStream({ start: (controller) => controller.close() });
    await expect(client.post('/x', { body: stream })).rejects.toBeInstanceOf(OpenAI.InternalServerError);
    expect(requests).toHaveLength(1);
  });
});

describe('aborting', () => {
  const reason = new Error('enough');
  test.each<[string, Step[]]>([
    ['before headers', [noAnswer]],
    ['while the body is read', [unfinished('{')]],
    ['while waiting to repeat', [failure(500, {}, { 'retry-after-ms': '5000' })]],
    ['while an error body is read', [unfinished('{', { status: 400 })]],
  ])('%s rejects with the reason as cause', async (_name, script) => {
    const { client, requests } = clientOf(script);
    const controller = new AbortController();
    setTimeout(() => controller.abort(reason), 20);
    const error: any = await client.get('/x', { signal: controller.signal }).catch((failed) => failed);
    expect(error).toBeInstanceOf(OpenAI.APIUserAbortError);
    expect(error.cause).toBe(reason);
    expect(requests).toHaveLength(1);
  });

  test('beforehand sends nothing', async () => {
    const { client, requests } = clientOf([]);
    await expect(client.get('/x', { signal: AbortSignal.abort() })).rejects.toThrow('Request was aborted.');
    expect(requests).toEqual([]);
  });

  test('leaves no listener on a signal that many calls share', async () => {
    const { signal } = new AbortController();
    let listeners = 0;
    const { addEventListener, removeEventListener } = signal;
    signal.addEventListener = (...given: unknown[]) => (
      listeners++,
      Reflect.apply(addEventListener, signal, given)
    );
    signal.removeEventListener = (...given: unknown[]) => (
      listeners--,
      Reflect.apply(removeEventListener, signal, given)
    );
    const { client } = clientOf(Array.from({ length: 20 }, () => json({})));
    for (let i = 0; i < 20; i++) await client.get('/x', { signal });
    expect(listeners).toBeLessThanOrEqual(0);
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
    await expect(promise).rejects.toThrow('The body has another reader, or was read already.');
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
