// What the server is sent: method, URL, every header, body. Each script runs against both packages over the same fake
// fetch or the same loopback server.
import { createRequire } from 'node:module';
import fc from 'fast-check';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { differs, expectSame, same } from './compare.ts';
import type { Package } from './packages.ts';
import { type Reply, type Seen, fakeWorld, json, loopbackWorld } from './world.ts';

type Client = InstanceType<Package['OpenAI']>;
type Options = NonNullable<ConstructorParameters<Package['OpenAI']>[0]>;

const messages = [{ role: 'user' as const, content: 'Say hi. Ünïcödé 🙂' }];
const body = { model: 'gpt-4o', messages };
const completion = {
  id: 'chatcmpl-1',
  object: 'chat.completion',
  created: 1,
  model: 'gpt-4o',
  choices: [
    {
      index: 0,
      finish_reason: 'stop',
      logprobs: null,
      message: { role: 'assistant', content: 'hi', refusal: null },
    },
  ],
};

/** What the server saw, and what the call gave. */
async function sent(
  from: Package,
  run: (client: Client) => unknown,
  options: Options = {},
  replies: Reply[] = [json(completion)],
): Promise<{ seen: Seen[]; result: unknown }> {
  const world = fakeWorld(replies);
  const client = new from.OpenAI({ apiKey: 'sk-test', fetch: world.fetch, maxRetries: 0, ...options });
  const result = await settled(() => run(client), from);
  for (const request of world.seen) request.at = 0;
  return { seen: world.seen, result };
}

async function settled(run: () => unknown, from: Package): Promise<unknown> {
  const { describeError } = await import('./describe.ts');
  try {
    return await run();
  } catch (error) {
    return { threw: describeError(error, from) };
  }
}

/** Options that come later; both packages take them, though neither declares it for resources. */
const promised = (): any =>
  Promise.resolve({ headers: { 'X-Mine': '1' }, timeout: 5000, query: { later: 1 } });
const refused = (): any => Promise.reject(new Error('no options'));

/** A script per call: the name is the test's, the call is made on a fresh client. */
type Calls = Record<string, (client: Client) => unknown>;

function each(calls: Calls, options?: Options, replies?: Reply[]): void {
  for (const [name, run] of Object.entries(calls)) same(name, (from) => sent(from, run, options, replies));
}

describe('resource methods', () => {
  each({
    'create sends the body as JSON': (c) => c.chat.completions.create(body),
    'create drops undefined and keeps null': (c) =>
      c.chat.completions.create({
        ...body,
        temperature: null,
        top_p: undefined,
        metadata: { a: 'b' },
      } as never),
    'create keeps fields nobody declared': (c) =>
      c.chat.completions.create({ ...body, extra_body: { deep: [1, { two: null }] } } as never),
    // A wrapper may trace the `create` of a copy: it must not see what parse() sends.
    'parse on a copy calls create of the client': (c) =>
      Object.assign(Object.create(c.chat.completions), {
        create: () => Promise.reject(new Error('create of the copy')),
      }).parse(body),
    'create with stream: 1 parses JSON': (c) => c.chat.completions.create({ ...body, stream: 1 } as never),
    'create with stream: null parses JSON': (c) => c.chat.completions.create({ ...body, stream: null }),
    'create with stream: false parses JSON': (c) => c.chat.completions.create({ ...body, stream: false }),
    'retrieve asks for the id': (c) => c.chat.completions.retrieve('chatcmpl-1'),
    'retrieve escapes the id': (c) => c.chat.completions.retrieve('a/b?c#d%e f ü'),
    'retrieve keeps what may stay literal': (c) => c.chat.completions.retrieve("-._~!$&'()*+,;=:@"),
    'retrieve with an empty id': (c) => c.chat.completions.retrieve(''),
    'update posts metadata': (c) => c.chat.completions.update('x', { metadata: { k: 'v' } }),
    'update posts null metadata': (c) => c.chat.completions.update('x', { metadata: null }),
    'delete has no body': (c) => c.chat.completions.delete('x'),
    'create with promised options': (c) => c.chat.completions.create(body, promised()),
    'create with promised options, streaming': async (c) => {
      await c.chat.completions.create({ ...body, stream: true }, promised());
    },
    'create with options that never come': (c) => c.chat.completions.create(body, refused()),
    'retrieve with promised options': (c) => c.chat.completions.retrieve('x', promised()),
    'update with promised options': (c) => c.chat.completions.update('x', { metadata: null }, promised()),
    'delete with promised options': (c) => c.chat.completions.delete('x', promised()),
    'list with promised options': (c) => c.chat.completions.list({ limit: 1 }, promised()),
    'messages.list with promised options': (c) => c.chat.completions.messages.list('x', null, promised()),
  });
  for (const nothing of [undefined, null])
    differs(
      'missing-body',
      `create(${nothing}) says what is missing`,
      (from) => sent(from, (c) => c.chat.completions.create(nothing as never)),
      (mine, original) => {
        expect(mine).toMatchObject({
          seen: [],
          result: { threw: { class: 'TypeError', message: expect.stringContaining('needs a body') } },
        });
        expect(original).toMatchObject({ seen: [], result: { threw: { class: 'TypeError' } } });
      },
    );
  for (const bad of ['.', '..', '%2e', '%2E%2e', undefined, null, {}, 0, true, ['a', 'b']])
    same(`retrieve with the id ${JSON.stringify(bad)}`, (from) =>
      sent(from, (c) => c.chat.completions.retrieve(bad as never)),
    );
  same('a bad id is refused synchronously', (from) => {
    const client = new from.OpenAI({ apiKey: 'k', fetch: fakeWorld([json({})]).fetch });
    client.chat.completions.retrieve('..').catch(() => {});
  });
});

describe('lists', () => {
  const page = [json({ object: 'list', data: [], has_more: false })];
  each(
    {
      'list without arguments': (c) => c.chat.completions.list(),
      'list with a query': (c) =>
        c.chat.completions.list({
          after: 'x',
          limit: 5,
          model: 'm',
          order: 'desc',
          metadata: { 'a b': 'c&d', e: '' },
        }),
      'list with null metadata': (c) => c.chat.completions.list({ metadata: null }),
      'list with options in the place of the query': (c) =>
        c.chat.completions.list({ headers: { 'X-A': '1' } } as never),
      'list with timeout and signal in the place of the query': (c) =>
        c.chat.completions.list({ timeout: 1000, signal: new AbortController().signal } as never),
      'list with query and options': (c) =>
        c.chat.completions.list({ limit: 1 }, { query: { limit: 2, after: 'z' } }),
      'list with mixed query and options': (c) => c.chat.completions.list({ limit: 1, headers: {} } as never),
      'list with a transport override in the query': (c) =>
        c.chat.completions.list({ method: 'post' } as never),
      'list with undefined option keys': (c) =>
        c.chat.completions.list({ limit: 1, headers: undefined } as never),
      'list with options twice': (c) => c.chat.completions.list({ headers: {} } as never, { timeout: 5 }),
      'list with an unknown query key': (c) => c.chat.completions.list({ colour: 'red' } as never),
      'messages.list': (c) => c.chat.completions.messages.list('id', { limit: 3, order: 'asc', after: 'm' }),
      'messages.list with options for a query': (c) =>
        c.chat.completions.messages.list('id', { headers: { a: 'b' } } as never),
      'messages.list with a bad id': (c) => c.chat.completions.messages.list('..'),
    },
    {},
    page,
  );
});

describe('headers', () => {
  const withHeaders = (headers: unknown) => (c: Client) =>
    c.chat.completions.create(body, { headers: headers as never });
  each({
    'plain object': withHeaders({ 'X-One': '1', 'x-two': '2' }),
    'null removes': withHeaders({ 'User-Agent': null, 'X-Stainless-Lang': null }),
    'undefined is ignored': withHeaders({ accept: undefined }),
    'an array value sends several': withHeaders({ 'X-Many': ['a', 'b'] }),
    'an array value with null': withHeaders({ 'X-Many': ['a', null] }),
    'pairs append within a layer': withHeaders([
      ['X-A', '1'],
      ['x-a', '2'],
      ['X-B', ['3', '4']],
    ]),
    'Headers object': withHeaders(new Headers({ 'X-C': 'c' })),
    'Map of headers': withHeaders(new Map([['X-D', 'd']])),
    'a later spelling in an object replaces': withHeaders({ 'X-E': '1', 'x-e': '2' }),
    'a caller authorization wins': withHeaders({ Authorization: 'Basic zzz' }),
    'null authorization sends none': withHeaders({ authorization: null }),
    'null authorization with api-key': withHeaders({ authorization: null, 'api-key': 'k' }),
    'a bad name rejects': withHeaders({ 'bad name': 'x' }),
    'an empty name rejects': withHeaders({ '': 'x' }),
    'a content type of the caller': withHeaders({ 'Content-Type': 'application/vnd.api+json' }),
    'null content type': withHeaders({ 'content-type': null }),
    'null headers': withHeaders(null),
    'numbers become text': withHeaders({ 'X-N': 5 }),
    'timeout header in whole seconds': (c) => c.chat.completions.create(body, { timeout: 12_999 }),
    'timeout header below a second': (c) => c.chat.completions.create(body, { timeout: 999 }),
    'a caller timeout header wins': (c) =>
      c.chat.completions.create(body, { timeout: 5000, headers: { 'X-Stainless-Timeout': '7' } }),
    'a caller retry count wins': withHeaders({ 'x-stainless-retry-count': '42' }),
    'idempotencyKey sends nothing': (c) => c.chat.completions.create(body, { idempotencyKey: 'abc' }),
  });
  for (const [name, options, headers] of [
    ['a key with a line break', { apiKey: 'sk-1\nsecret' }, undefined],
    ['a header with a line break', {}, { 'X-A': 'sk-1\nsecret' }],
    ['a header of the client', { defaultHeaders: { 'X-A': 'sk-1\nsecret' } }, undefined],
  ] as const)
    differs(
      'header-values',
      `${name} rejects without telling it`,
      (from) => sent(from, (c) => c.chat.completions.create(body, { headers }), options),
      (mine, original) => {
        const { threw } = mine.result;
        expect(threw.class).toBe(original.result.threw.class);
        expect(threw.message).toMatch(/^The header "(Authorization|X-A)" has an invalid character/);
        expect(original.result.threw.message).toContain('secret');
      },
    );
  each(
    { 'default headers': (c) => c.chat.completions.create(body) },
    { defaultHeaders: { 'X-D': 'd', accept: 'text/x' } },
  );
  each(
    {
      'request headers over default headers': (c) =>
        c.chat.completions.create(body, { headers: { 'x-d': null, 'X-E': 'r' } }),
    },
    { defaultHeaders: { 'X-D': 'd', 'x-e': 'd', 'OpenAI-Organization': null } as never, organization: 'org' },
  );
  each(
    { 'organization and project': (c) => c.chat.completions.create(body) },
    { organization: 'org-1', project: 'proj-1' },
  );
  test('layers of random headers', async () => {
    const name = fc.constantFrom(
      'x-a',
      'X-A',
      'x-b',
      'Accept',
      'user-agent',
      'Authorization',
      'content-type',
    );
    const value = fc.oneof(
      fc.constantFrom('1', 'b', ''),
      fc.constant(null),
      fc.constant(undefined),
      fc.array(fc.constantFrom('p', 'q')),
    );
    const layer = fc.oneof(
      fc.dictionary(name, value),
      fc.array(fc.tuple(name, fc.constantFrom('1', '2', null))),
    );
    await fc.assert(
      fc.asyncProperty(layer, layer, (first, second) =>
        expectSame((from) =>
          sent(from, (c) => c.chat.completions.create(body, { headers: second as never }), {
            defaultHeaders: first as never,
          }),
        ),
      ),
      { numRuns: 150 },
    );
  });
});

describe('URL and query', () => {
  const get = (path: string, query?: unknown) => (c: Client) => c.get(path, { query: query as never });
  for (const baseURL of [
    'http://h/v1',
    'http://h/v1/',
    'http://h',
    'http://h/v1?k=1&k=2',
    'http://h/v1?k=1#frag',
    'http://h/v1/?a=b',
    '',
    null,
  ])
    for (const path of ['/x', 'x', '/x?p=1&k=9', 'https://other/abs', 'https://other/abs?z=1'])
      same(`base ${baseURL}, path ${path}`, (from) =>
        sent(from, get(path, { q: 1, k: undefined }), {
          baseURL: baseURL as never,
          defaultQuery: { d: 'e', p: 'default' },
        }),
      );
  each({
    'array of scalars': get('/x', { a: [1, 2] }),
    'array of objects': get('/x', { a: [{ b: 3 }, { b: [4] }] }),
    'nested objects': get('/x', { m: { k: 'v', n: { o: 'p' } } }),
    'null and undefined': get('/x', { n: null, u: undefined, e: [], o: {}, z: [null, undefined] }),
    scalars: get('/x', { t: true, f: false, n: 1.5, b: 10n, s: "a b&c=d!*'()~" }),
    dates: get('/x', { d: new Date(0), i: { d: new Date(0) } }),
    unicode: get('/x', { ключ: 'знач🙂' }),
    'an array as the whole query': get('/x', [1, 2]),
    'an empty query': get('/x', {}),
    'symbols and functions': get('/x', { f: () => 1, s: Symbol.for('s') }),
    'defaultBaseURL is used while the base is the default': (c) =>
      c.get('/x', { defaultBaseURL: 'http://d/v9' }),
  });
  each(
    { 'defaultBaseURL is ignored for another base': (c) => c.get('/x', { defaultBaseURL: 'http://d/v9' }) },
    { baseURL: 'http://h/v1' },
  );
  same('a cyclic query rejects', (from) => {
    const cycle: Record<string, unknown> = {};
    cycle['self'] = cycle;
    return sent(from, (c) => c.get('/x', { query: cycle }));
  });
  for (const dataResidency of ['global', 'us', 'eu', 'ae', 'au', 'in', 'jp', null] as const)
    same(`data residency ${dataResidency}`, (from) =>
      sent(from, get('/x'), { dataResidency: dataResidency as never }),
    );
  test('random queries', async () => {
    const scalar = fc.oneof(
      fc.string({ unit: 'grapheme' }),
      fc.integer(),
      fc.double({ noNaN: true }),
      fc.boolean(),
      fc.constant(null),
    );
    const { query } = fc.letrec((tie) => ({
      value: fc.oneof({ maxDepth: 3 }, scalar, fc.array(tie('value'), { maxLength: 3 }), tie('query')),
      query: fc.dictionary(fc.string({ minLength: 1, maxLength: 6 }), tie('value'), { maxKeys: 4 }),
    }));
    await fc.assert(
      fc.asyncProperty(query, (value) => expectSame((from) => sent(from, get('/x', value), {}))),
      { numRuns: 300 },
    );
  });
  test('random ids', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.string({
          unit: fc.constantFrom('.', '%', '2', 'e', 'E', '/', 'a', ' ', '?', '#', 'ü', '🙂', '\\'),
        }),
        (id) => expectSame((from) => sent(from, (c) => c.chat.completions.retrieve(id))),
      ),
      { numRuns: 300 },
    );
  });
});

describe('bodies of the generic methods', () => {
  const post = (content: unknown, headers?: Record<string, string>) => (c: Client) =>
    c.post('/x', { body: content as never, ...(headers && { headers }) });
  const form = { 'Content-Type': 'application/x-www-form-urlencoded' };
  each({
    object: post({ a: 1 }),
    array: post([1, 2]),
    string: post('text'),
    'string with a content type': post('text', { 'Content-Type': 'text/plain' }),
    number: post(5),
    true: post(true),
    null: post(null),
    zero: post(0),
    'empty string': post(''),
    false: post(false),
    'undefined under the key': post(undefined),
    'no body': (c) => c.post('/x'),
    'url-encoded object': post({ a: [1, { b: 2 }], c: 'd e' }, form),
    'url-encoded string': post('a=1', form),
    bytes: post(new TextEncoder().encode('bytes')),
    'array buffer': post(new TextEncoder().encode('buffer').buffer),
    'data view': post(new DataView(new TextEncoder().encode('view').buffer)),
    blob: post(new Blob(['blob'], { type: 'text/x-blob' })),
    'search params': post(new URLSearchParams({ a: 'b c' })),
    'object with toJSON': post({ toJSON: () => ({ made: 'by toJSON' }) }),
    date: post(new Date(0)),
    map: post(new Map([['a', 1]])),
    'bigint inside': post({ n: 1n }),
    put: (c) => c.put('/x', { body: { a: 1 } }),
    patch: (c) => c.patch('/x', { body: { a: 1 } }),
    'delete with a body': (c) => c.delete('/x', { body: { a: 1 } }),
    'get with a body': (c) => c.get('/x', { body: { a: 1 } }),
    request: (c) => c.request({ method: 'post', path: '/y', body: { b: 2 }, query: { q: 1 } }),
    'request with promised options': (c) => c.request(Promise.resolve({ method: 'get', path: '/later' })),
    'options as a promise': (c) => c.get('/x', Promise.resolve({ query: { p: 1 } })),
    'options that replace method, path and body': (c) =>
      c.chat.completions.create(body, { method: 'put', path: '/elsewhere', body: { other: true } } as never),
  });
  same('readable stream', (from) =>
    sent(
      from,
      post(new ReadableStream({ start: (c) => (c.enqueue(new TextEncoder().encode('str')), c.close()) })),
    ),
  );
  same('async iterable', (from) =>
    sent(
      from,
      post(
        (async function* () {
          yield new TextEncoder().encode('a');
          yield new TextEncoder().encode('b');
        })(),
      ),
    ),
  );
  same('form data', (from) => {
    const data = new FormData();
    data.append('a', 'b');
    return sent(from, async (c) => (await c.post('/x', { body: data }), 'sent')).then(
      ({ seen }) => seen.length,
    );
  });
});

describe('options and environment', () => {
  each({
    'timeout: a string': (c) => c.chat.completions.create(body, { timeout: '5' as never }),
    'timeout: negative': (c) => c.chat.completions.create(body, { timeout: -1 }),
    'timeout: fractional': (c) => c.chat.completions.create(body, { timeout: 1.5 }),
    'timeout: NaN': (c) => c.chat.completions.create(body, { timeout: Number.NaN }),
    'timeout: null': (c) => c.chat.completions.create(body, { timeout: null as never }),
    'fetchOptions of the request': (c) =>
      c.chat.completions.create(body, { fetchOptions: { redirect: 'error', cache: 'no-store' } as never }),
  });
  each(
    {
      'fetchOptions merge, the request over the client': (c) =>
        c.get('/x', { fetchOptions: { cache: 'reload' } as never }),
    },
    { fetchOptions: { cache: 'no-store', credentials: 'omit' } as never },
  );
  differs(
    'undefined-timeout',
    'timeout: undefined counts as absent',
    (from) => sent(from, (c) => c.chat.completions.create(body, { timeout: undefined as never })),
    (mine) => {
      if (mine.seen.length !== 1 || mine.result.id !== 'chatcmpl-1')
        throw new Error('the request did not go out');
    },
  );
  for (const key of ['headers', 'method', 'body'])
    differs(
      'reserved-fetch-options',
      `fetchOptions.${key} cannot replace what the client set`,
      (from) =>
        sent(from, (c) =>
          c.chat.completions.create(body, {
            fetchOptions: {
              [key]: key === 'headers' ? { only: 'this' } : key === 'method' ? 'PUT' : 'x',
            } as never,
          }),
        ),
      (mine) => {
        const [request] = mine.seen;
        if (
          request.headers.authorization !== 'Bearer sk-test' ||
          request.method !== 'POST' ||
          !request.body.includes('gpt-4o')
        )
          throw new Error(JSON.stringify(request));
      },
    );

  const constructed = (options: unknown) => (from: Package) => {
    const client = new from.OpenAI(options as Options);
    const {
      apiKey,
      adminAPIKey,
      organization,
      project,
      webhookSecret,
      baseURL,
      maxRetries,
      timeout,
      logLevel,
    } = client;
    return {
      apiKey,
      adminAPIKey,
      organization,
      project,
      webhookSecret,
      baseURL,
      maxRetries,
      timeout,
      logLevel,
    };
  };
  const optionCases: Record<string, unknown> = {
    'admin key only': { adminAPIKey: 'a' },
    'all given': {
      apiKey: 'k',
      organization: 'o',
      project: 'p',
      baseURL: 'http://h',
      timeout: 5,
      maxRetries: 4,
      logLevel: 'off',
    },
    'null base URL': { apiKey: 'k', baseURL: null },
    'empty base URL': { apiKey: 'k', baseURL: '' },
    'residency and base URL': { apiKey: 'k', baseURL: 'http://h', dataResidency: 'eu' },
    'residency and an undefined base URL': { apiKey: 'k', baseURL: undefined, dataResidency: 'eu' },
    'unknown residency': { apiKey: 'k', dataResidency: 'moon' },
    'maxRetries -1': { apiKey: 'k', maxRetries: -1 },
    'maxRetries 1.5': { apiKey: 'k', maxRetries: 1.5 },
    'maxRetries text': { apiKey: 'k', maxRetries: '3' },
    'maxRetries Infinity': { apiKey: 'k', maxRetries: Infinity },
    'maxRetries null': { apiKey: 'k', maxRetries: null },
    'function key': { apiKey: async () => 'k' },
  };
  for (const [name, options] of Object.entries({
    'no credentials': {},
    'empty key': { apiKey: '' },
    'null key': { apiKey: null },
  }))
    differs('advanced-auth', `constructor: ${name}`, constructed(options), (mine, original) => {
      const message = expect.stringMatching(/^Missing credentials\..*OPENAI_API_KEY/);
      for (const { threw } of [mine, original])
        expect(threw).toMatchObject({ class: 'OpenAIError', message });
    });
  for (const option of ['workloadIdentity', 'x509Transport', 'credential', 'provider'])
    differs('advanced-auth', `constructor: ${option}`, constructed({ apiKey: 'k', [option]: {} }), (mine) =>
      expect(mine.threw).toMatchObject({ class: 'OpenAIError', message: expect.stringContaining(option) }),
    );
  for (const [name, options] of Object.entries(optionCases))
    same(`constructor: ${name}`, constructed(options));

  describe('in Internet Explorer', () => {
    afterEach(() => vi.unstubAllGlobals());
    // Both packages look at the platform once, so this needs copies that have not looked yet.
    const fresh = async (from: Package): Promise<Package['OpenAI']> => {
      if (from.name === 'openai') return createRequire(import.meta.url)('openai').OpenAI;
      vi.resetModules();
      return (await import('../../src/entries/index.ts')).OpenAI;
    };
    differs(
      'internet-explorer',
      'the runtime that is sent',
      async (from) => {
        const Fresh = await fresh(from);
        const userAgent = 'Mozilla/5.0 (compatible; MSIE 10.0; Windows NT 6.2; Trident/6.0)';
        vi.stubGlobal('navigator', { userAgent });
        vi.stubGlobal('process', undefined);
        const world = fakeWorld([json({})]);
        await new Fresh({ apiKey: 'k', fetch: world.fetch }).get('/x');
        vi.unstubAllGlobals();
        return world.seen[0]!.headers['x-stainless-runtime'];
      },
      (mine, original) => expect([mine, original]).toEqual(['unknown', 'browser:ie']),
    );
  });

  describe('with the environment set', () => {
    afterEach(() => vi.unstubAllEnvs());
    const environment = {
      OPENAI_API_KEY: ' env-key ',
      OPENAI_ADMIN_KEY: 'env-admin',
      OPENAI_ORG_ID: 'env-org',
      OPENAI_PROJECT_ID: '  ',
      OPENAI_WEBHOOK_SECRET: 'whsec',
      OPENAI_BASE_URL: 'http://env/v1',
      OPENAI_LOG: 'error',
      OPENAI_CUSTOM_HEADERS: 'X-One: 1\nno colon here\n X-Two :  a: b \nX-One: again',
    };
    const withEnvironment = (script: (from: Package) => unknown) => (from: Package) => {
      for (const [key, value] of Object.entries(environment)) vi.stubEnv(key, value);
      return script(from);
    };
    for (const options of [
      {},
      { apiKey: undefined, baseURL: undefined, organization: undefined },
      { apiKey: null },
      { organization: null, project: null, webhookSecret: null },
      { baseURL: null },
      { baseURL: '' },
      { dataResidency: 'eu' },
      { apiKey: 'given', baseURL: 'http://given', logLevel: 'debug' },
    ])
      same(`constructor: ${JSON.stringify(options)}`, withEnvironment(constructed(options)));
    same(
      'custom headers from the environment',
      withEnvironment((from) => sent(from, (c) => c.get('/x'), { defaultHeaders: { 'x-two': 'given' } })),
    );
  });
});

describe('keys', () => {
  each({ 'a function key': (c) => c.get('/x') }, { apiKey: async () => 'from-function' });
  each({ 'a function key that gives nothing': (c) => c.get('/x') }, { apiKey: (async () => '') as never });
  each({ 'a function key that gives a number': (c) => c.get('/x') }, { apiKey: (async () => 5) as never });
  each(
    { 'a function key that throws': (c) => c.get('/x') },
    {
      apiKey: async () => {
        throw new Error('vault closed');
      },
    },
  );
  each(
    { 'a function key that rejects with an object': (c) => c.get('/x') },
    { apiKey: () => Promise.reject({ message: 'vault closed', code: 5 }) },
  );
  same('a function key that throws an OpenAIError passes unchanged', (from) =>
    sent(from, (c) => c.get('/x'), {
      apiKey: async () => {
        throw new from.errors.OpenAIError('mine');
      },
    }),
  );
  each(
    { 'an admin key alone cannot call': (c) => c.chat.completions.create(body) },
    { apiKey: null as never, adminAPIKey: 'adm' },
  );
  differs(
    'admin-key',
    'an admin key',
    (from) =>
      sent(from, (c) => c.get('/x', { __security: { adminAPIKeyAuth: true } } as never), {
        adminAPIKey: 'adm',
      }),
    (mine, original) => {
      expect(mine.seen[0].headers.authorization).toBe('Bearer sk-test');
      expect(original.seen[0].headers.authorization).toBe('Bearer adm');
    },
  );
  same('a changed key, base URL and organization hold for later requests', (from) =>
    sent(from, async (c) => {
      await c.get('/one');
      c.apiKey = 'changed';
      c.baseURL = 'http://changed/v2';
      c.organization = 'later-org';
      await c.get('/two');
    }),
  );
  same('withOptions inherits and replaces', (from) =>
    sent(
      from,
      async (c) => {
        c.baseURL = 'http://mutated/v1';
        c.apiKey = 'mutated';
        await c.withOptions({ defaultHeaders: { 'X-New': '1' } }).get('/a');
        await c.withOptions({ organization: 'o2', defaultQuery: { z: '1' } }).get('/b');
        await c.withOptions({ apiKey: 'k2', baseURL: 'http://third/v1' }).get('/c');
      },
      { defaultHeaders: { 'X-Old': '1' }, defaultQuery: { a: 'b' }, project: 'p' },
    ),
  );
  same('withOptions can choose a residency', (from) =>
    sent(from, (c) => c.withOptions({ dataResidency: 'eu' } as never).get('/x')),
  );
  same('a subclass shows its name', async (from) => {
    class Special extends from.OpenAI {}
    const world = fakeWorld([json({})]);
    await new Special({ apiKey: 'k', fetch: world.fetch }).get('/x');
    return world.seen[0]?.headers;
  });
  same('hooks of a subclass run in order', async (from) => {
    const order: string[] = [];
    class Special extends from.OpenAI {
      protected override async prepareOptions(options: never): Promise<void> {
        order.push(`options ${(options as { path: string }).path}`);
      }
      protected override async prepareRequest(request: never, about: { url: string }): Promise<void> {
        order.push(`request ${about.url}`);
        (request as RequestInit & { headers: Headers }).headers.set('x-hook', 'yes');
      }
    }
    const world = fakeWorld([json({ error: {} }, { status: 500 }), json({})]);
    await new Special({ apiKey: 'k', fetch: world.fetch, maxRetries: 1, baseURL: 'http://h' })
      .get('/x')
      .catch(() => {});
    return { order, hooked: world.seen.map((request) => request.headers['x-hook']) };
  });
  const named = (helperMethod?: unknown) => ({ __metadata: { helperMethod } }) as never;
  const reply = json({ choices: [{ index: 0, message: { content: '{}' }, finish_reason: 'stop' }] });
  each(
    {
      'a helper name of the caller': (c) => c.chat.completions.create(body, named('mine')),
      'a helper name of the caller, to get': (c) => c.get('/x', named('mine')),
      'a helper name of the caller, to request': (c) =>
        c.request({ method: 'post', path: '/x', __metadata: { helperMethod: 'mine' } } as never),
      'a helper name of the caller, to list': (c) => c.chat.completions.list({}, named('mine')),
      'metadata without a helper name': (c) => c.chat.completions.create(body, named()),
      'a helper name that a header replaces': (c) =>
        c.chat.completions.create(body, {
          ...(named('mine') as object),
          headers: { 'x-stainless-helper-method': 'other' },
        }),
      'a helper name that a header takes away': (c) =>
        c.chat.completions.create(body, {
          ...(named('mine') as object),
          headers: { 'x-stainless-helper-method': null },
        }),
      'parse puts its name in the place of it': async (c) => {
        await c.chat.completions.parse(body as never, named('mine'));
      },
    },
    {},
    [reply],
  );
  same('runTools puts its name in the place of a helper name', async (from) => {
    const tool = { type: 'function', function: { name: 'f', parameters: {}, function: () => 'x' } };
    const message = { role: 'assistant', content: 'Hi.' };
    const { seen } = await sent(
      from,
      (c) => c.chat.completions.runTools({ ...body, tools: [tool] } as never, named('mine')).done(),
      {},
      [json({ choices: [{ index: 0, message, finish_reason: 'stop' }] })],
    );
    return seen.map(({ headers }) => headers);
  });
  same('stream puts its name in the place of a helper name', async (from) => {
    const events = `data: ${JSON.stringify({ choices: [{ index: 0, delta: { content: 'a' }, finish_reason: 'stop' }] })}\n\n`;
    const headers = { 'content-type': 'text/event-stream' };
    const { seen } = await sent(
      from,
      (c) => c.chat.completions.stream(body as never, named('mine')).done(),
      {},
      [{ headers, body: `${events}data: [DONE]\n\n` }],
    );
    return seen;
  });
  same('a subclass may pass on copies of what it was given', async (from) => {
    const copyOf = async (options: any): Promise<any> => ({ ...(await options) });
    class Special extends from.OpenAI {
      override post(path: string, options?: any): any {
        return super.post(path, copyOf(options));
      }
      override request(options: any, ...rest: never[]): any {
        return super.request(copyOf(options), ...rest);
      }
      override buildRequest(options: any, facts?: any): any {
        return super.buildRequest({ ...options }, { ...facts });
      }
    }
    const world = fakeWorld([
      {
        headers: { 'content-type': 'text/event-stream' },
        body: 'data: {"id":"1","choices":[]}\n\ndata: [DONE]\n\n',
      },
      reply,
    ]);
    const client = new Special({ apiKey: 'k', fetch: world.fetch, maxRetries: 0 });
    const chunks: unknown[] = [];
    for await (const chunk of await client.chat.completions.create({ ...body, stream: true }))
      chunks.push(chunk);
    await client.chat.completions.parse(body as never);
    return { chunks, names: world.seen.map(({ headers }) => headers['x-stainless-helper-method']) };
  });
  differs(
    'options-stay-as-they-are',
    'options that are passed more than once',
    async (from) => {
      class Special extends from.OpenAI {
        protected override idempotencyHeader = 'idempotency-key';
      }
      const keep: Options = { apiKey: 'k', maxRetries: 0 };
      const results: unknown[] = [];
      for (const make of [
        (more: Options) => new Special({ ...keep, ...more }),
        (more: Options) =>
          new from.AzureOpenAI({ ...keep, ...more, apiVersion: 'v', baseURL: 'http://h' } as never),
      ]) {
        const world = fakeWorld([json({}), json({}), json({})]);
        const client = make({ fetch: world.fetch });
        const options = { method: 'post' as const, path: '/chat/completions', body: { model: 'm' } };
        const given = { ...options };
        await client.request(given);
        await client.request(given);
        const frozen = await settled(() => client.buildRequest(Object.freeze(options)), from);
        const keys = world.seen.map(({ headers }) => headers['idempotency-key']);
        results.push({
          given,
          keys: new Set(keys).size,
          throws: JSON.stringify(frozen).includes('TypeError'),
        });
      }
      return results;
    },
    (mine, original) => {
      const given = { method: 'post', path: '/chat/completions', body: { model: 'm' } };
      expect(mine).toEqual([
        { given, keys: 2, throws: false },
        { given, keys: 1, throws: false },
      ]);
      expect(original).toMatchObject([
        { given: { idempotencyKey: expect.any(String) }, keys: 1, throws: true },
        { given: { path: '/deployments/m/chat/completions' }, throws: true },
      ]);
    },
  );
});

describe('over loopback HTTP', () => {
  for (const [name, run] of Object.entries<(client: Client) => unknown>({
    create: (c) => c.chat.completions.create({ ...body, metadata: { a: 'b' } }),
    'create with stream': async (c) => {
      const items: unknown[] = [];
      for await (const chunk of await c.chat.completions.create({ ...body, stream: true })) items.push(chunk);
      return items;
    },
    retrieve: (c) => c.chat.completions.retrieve('a b'),
    list: (c) => c.chat.completions.list({ metadata: { k: 'v' }, limit: 1 }),
    update: (c) => c.chat.completions.update('x', { metadata: { k: 'v' } }),
    delete: (c) => c.chat.completions.delete('x'),
    'messages.list': (c) => c.chat.completions.messages.list('x'),
    'a streamed body': (c) =>
      c.post('/x', {
        body: new ReadableStream({
          start: (s) => (s.enqueue(new TextEncoder().encode('s')), s.close()),
        }) as never,
      }),
    'a form': (c) => c.post('/x', { body: new URLSearchParams({ a: '1' }) as never }),
    '404': (c) => c.get('/missing'),
  }))
    same(name, async (from) => {
      const reply =
        name === '404'
          ? json({ error: { message: 'no', code: 'c', type: 't', param: null } }, { status: 404 })
          : name === 'create with stream'
            ? {
                headers: { 'content-type': 'text/event-stream' },
                body: 'data: {"id":"1","choices":[]}\n\ndata: [DONE]\n\n',
              }
            : json({ object: 'list', data: [], has_more: false });
      const world = await loopbackWorld([reply]);
      try {
        const client = new from.OpenAI({ apiKey: 'sk-test', baseURL: world.url, maxRetries: 0 });
        const result = await settled(() => run(client), from);
        for (const request of world.seen) request.at = 0;
        return { seen: world.seen, result };
      } finally {
        await world.close();
      }
    });
});

describe('a fetch of the caller', () => {
  same('may answer at once instead of with a promise', async (from) => {
    const fetch = (() =>
      new Response('{"a":1}', { headers: { 'content-type': 'application/json' } })) as never;
    return new from.OpenAI({ apiKey: 'k', fetch, maxRetries: 0 }).get('/x');
  });
  same('may throw what has no text', async (from) => {
    const fetch = (() => Promise.reject(Object.create(null))) as never;
    return new from.OpenAI({ apiKey: 'k', fetch, maxRetries: 0 })
      .get('/x')
      .catch((error: Error) => `${error.constructor.name}: ${error.message}`);
  });
});
