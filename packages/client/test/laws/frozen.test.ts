// Every object that a caller passes is read, and never written into. Each method is called with objects that may be
// changed, then with frozen ones, and must do the same. The server is a real one. Each first attempt fails, and of a stream
// the second one as well, when its body is read.
import { beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { OpenAI as CoreOpenAI } from '../../src/entries/core.ts';
import { zodFunction, zodResponseFormat } from '../../src/entries/helpers/zod.ts';
import { AzureOpenAI, OpenAI } from '../../src/entries/index.ts';
import type { ClientOptions, FinalRequestOptions } from '../../src/http/options.ts';
import { CursorPage, Page } from '../../src/http/page.ts';
import { body, client as direct, server } from '../support/sandbox.ts';

type Freeze = <T>(value: T) => T;
const leave: Freeze = (value) => value;

/** Freezes a value and whatever it leads to: but for what keeps its state elsewhere, as schemas of zod and signals do. */
const freeze: Freeze = (value) => {
  if (Object(value) !== value || Object.isFrozen(value)) return value;
  if (value instanceof AbortSignal || value instanceof z.ZodType) return value;
  Object.freeze(value);
  for (const key of Reflect.ownKeys(value as object))
    freeze(Object.getOwnPropertyDescriptor(value, key)!.value as unknown);
  return value;
};

let stored: string;
beforeAll(async () => {
  for (let left = 2; left; left--)
    ({ id: stored } = await direct.chat.completions.create({ ...body, store: true, metadata: { a: 'b' } }));
});

const question = { role: 'user', content: [{ type: 'text', text: 'What is 2 + 2?' }] };
const chat = (more: object = {}): any => ({
  model: 'sandbox',
  messages: [{ role: 'system', content: 'Be brief.' }, structuredClone(question)],
  metadata: { a: 'b' },
  stop: ['never'],
  ...more,
});
const answered = (): any => ({
  messages: [
    structuredClone(question),
    {
      role: 'assistant',
      tool_calls: [{ id: 'c', type: 'function', function: { name: 'add', arguments: '{}' } }],
    },
  ],
});
const tools = (): any[] => [
  {
    type: 'function',
    function: { name: 'add', parameters: { type: 'object', properties: {} }, function: () => 'four' },
  },
  { type: 'custom', custom: { name: 'raw', function: () => 'four' } },
];
const structured = (): any =>
  chat({
    response_format: zodResponseFormat(z.object({ sum: z.number() }), 'result'),
    tools: [zodFunction({ name: 'add', parameters: z.object({ a: z.number() }) })],
  });
const options = (more: object = {}): any => ({
  headers: { 'x-a': ['1', '2'], 'x-b': null },
  query: { deep: { list: [1, 2] } },
  fetchOptions: { keepalive: false },
  maxRetries: 2,
  signal: new AbortController().signal,
  __metadata: { helperMethod: 'mine' },
  ...more,
});
const observe = () => ({
  attempt: ({ headers }: { headers: Headers }) => headers.set('x-observed', '1'),
});
const posted = (): any => options({ method: 'post', path: '/chat/completions', body: chat() });

/** The methods by name, and other ways to call one after a comma. */
type Calls = Record<string, (client: any, given: Freeze) => unknown>;

const ofEvery: Calls = {
  get: (client, given) => client.get('/models', given(options())),
  post: (client, given) => client.post('/chat/completions', given(options({ body: chat() }))),
  put: (client, given) => client.put('/nowhere', given(options({ body: chat() }))),
  patch: (client, given) => client.patch('/nowhere', given(options({ body: chat() }))),
  delete: (client, given) => client.delete('/chat/completions/none', given(options())),
  request: (client, given) => client.request(given(posted())),
  getAPIList: (client, given) => client.getAPIList('/models', Page, given(options())),
  requestAPIList: (client, given) =>
    client.requestAPIList(CursorPage, given(options({ method: 'get', path: '/chat/completions' }))),
  buildURL: (client, given) => client.buildURL('/x?a=1', given({ b: { c: [1] } })),
  buildRequest: async (client, given) => (await client.buildRequest(given(posted()))).url,
  async fetchWithTimeout(client, given) {
    const init = given({ method: 'post', headers: { 'x-a': '1' }, body: '{}' });
    const url = `${server.url}/nowhere`;
    return (await client.fetchWithTimeout(url, init, 10_000, new AbortController())).status;
  },
  withOptions: (client, given) =>
    client.withOptions(given({ defaultHeaders: { 'x-d': 'e' }, defaultQuery: { q: '1' } })).get('/models'),
  'chat.completions.create': (client, given) =>
    client.chat.completions.create(given(chat()), given(options())),
  'chat.completions.create, observed': (client, given) =>
    client.chat.completions.create(given(chat()), given(options({ observe }))),
  'chat.completions.create, streamed': (client, given) =>
    client.chat.completions.create(given(chat({ stream: true, n: 2 })), given(options())),
  'chat.completions.retrieve': (client, given) => client.chat.completions.retrieve(stored, given(options())),
  'chat.completions.update': (client, given) =>
    client.chat.completions.update(stored, given({ metadata: { a: 'b' } }), given(options())),
  'chat.completions.list': (client, given) =>
    client.chat.completions.list(given({ limit: 1, metadata: { a: 'b' } }), given(options())),
  'chat.completions.list, options alone': (client, given) =>
    client.chat.completions.list(given({ headers: { 'x-a': '1' }, query: { limit: 1 } })),
  'chat.completions.delete': (client, given) => client.chat.completions.delete('none', given(options())),
  'chat.completions.messages.list': (client, given) =>
    client.chat.completions.messages.list(stored, given({ limit: 1 }), given(options())),
};

const ofRoot: Calls = {
  ...ofEvery,
  'chat.completions.parse': (client, given) =>
    client.chat.completions.parse(given(structured()), given(options())),
  'chat.completions.stream': (client, given) =>
    client.chat.completions.stream(given(structured()), given(options())),
  'chat.completions.runTools': (client, given) =>
    client.chat.completions.runTools(
      given(chat({ tools: tools(), toolContext: { a: 1 } })),
      given(options()),
    ),
  'chat.completions.runTools, streamed': (client, given) =>
    client.chat.completions.runTools(given(chat({ tools: tools(), stream: true })), given(options())),
  'chat.completions.runTools, with calls that wait': (client, given) =>
    client.chat.completions.runTools(given(chat({ tools: tools(), ...answered() })), given(options())),
  'embeddings.create': (client, given) =>
    client.embeddings.create(given({ model: 'm', input: ['a', 'b'] }), given(options())),
  'moderations.create': (client, given) =>
    client.moderations.create(given({ input: ['a'] }), given(options())),
  'completions.create': (client, given) =>
    client.completions.create(given({ model: 'm', prompt: ['a'] }), given(options())),
  'completions.create, streamed': (client, given) =>
    client.completions.create(given({ model: 'm', prompt: 'a', stream: true }), given(options())),
  'models.list': (client, given) => client.models.list(given(options())),
  'models.retrieve': (client, given) => client.models.retrieve('sandbox', given(options())),
  'models.delete': (client, given) => client.models.delete('sandbox', given(options())),
};

class Hooked extends OpenAI {
  protected override idempotencyHeader = 'idempotency-key';
  protected override defaultIdempotencyKey(): string {
    return 'made';
  }
  protected override async prepareOptions(options: FinalRequestOptions): Promise<void> {
    options.headers = { ...(options.headers as object), 'x-hook': '1' };
    options.query = { ...options.query, hook: '1' };
  }
}

type Make = (options: Omit<ClientOptions, 'apiKey' | 'dataResidency' | 'provider'>, given: Freeze) => object;
const clients: [string, Make, Calls][] = [
  ['OpenAI', (options, given) => new OpenAI(given({ ...options, apiKey: 'k' })), ofRoot],
  [
    'a subclass with hooks, not observed',
    ({ usage: _, observe: __, ...options }, given) => new Hooked(given({ ...options, apiKey: 'k' })),
    ofRoot,
  ],
  [
    'AzureOpenAI',
    (options, given) => new AzureOpenAI(given({ ...options, apiKey: 'k', apiVersion: 'v' })),
    ofRoot,
  ],
  [
    'colloquy/core',
    ({ usage: _, ...options }, given) => new CoreOpenAI(given({ ...options, apiKey: 'k' })),
    ofEvery,
  ],
];

/** The request that is sent, and the result of the call. */
async function outcome(make: Make, call: Calls[string], given: Freeze): Promise<unknown> {
  const sent: unknown[] = [];
  const fetch = async (url: any, init: any): Promise<Response> => {
    sent.push({ url, method: init.method, body: init.body, headers: [...new Headers(init.headers)] });
    if (sent.length === 1) return new Response('{}', { status: 503, headers: { 'retry-after-ms': '1' } });
    if (sent.length === 2 && String(init.body).includes('"stream":true'))
      return new Response(new ReadableStream({ start: (to) => to.error(new Error('lost')) }));
    // Only our own clients have these.
    return globalThis.fetch(url.replace(/\?.*|\/deployments\/[^/]+/g, ''), init);
  };
  const client = make(
    {
      baseURL: server.url,
      maxRetries: 2,
      fetch,
      logLevel: 'off',
      defaultHeaders: { 'x-default': ['1'], 'x-gone': null },
      defaultQuery: { all: 'yes' },
      fetchOptions: { keepalive: false },
      usage: () => {},
      observe,
    },
    given,
  );
  let result;
  try {
    result = await readAll(await call(client, given));
  } catch (error: any) {
    result = [error.constructor.name, error.status, error.message];
  }
  return JSON.parse(JSON.stringify({ sent, result }).replaceAll(/(?:chatcmpl-|cmpl-|call_)\w+/g, 'made'));
}

async function readAll(value: any): Promise<unknown> {
  if (value?.done) return value.done().then(() => value.messages.at(-1));
  if (typeof value === 'string') return value;
  if (!value?.[Symbol.asyncIterator]) return { ...value, created: 0, id: 0 };
  const items = [];
  for await (const item of value) items.push({ ...item, created: 0 });
  return items;
}

describe.each(clients)('%s', (_name, make, calls) => {
  it.each(Object.entries(calls))('%s', async (_method, call) => {
    const usual = await outcome(make, call, leave);
    expect(await outcome(make, call, freeze)).toEqual(usual);
  });
});

it('holds for every method there is', () => {
  const hooks =
    /^(_.*|constructor|fetchWithAuth|prepare.*|authHeaders|bearerAuth|validateHeaders|default.*|stringifyQuery|makeStatusError)$/;
  const methodsOf = (target: object): string[] => {
    const proto = Object.getPrototypeOf(target);
    return proto ? [...Object.getOwnPropertyNames(target), ...methodsOf(proto)] : [];
  };
  const client: any = new OpenAI({ apiKey: 'k' });
  const { chat, embeddings, moderations, models, completions } = client;
  const all = Object.entries({
    '': client,
    'chat.completions.': chat.completions,
    'chat.completions.messages.': chat.completions.messages,
    'embeddings.': embeddings,
    'moderations.': moderations,
    'models.': models,
    'completions.': completions,
  }).flatMap(([prefix, target]) =>
    methodsOf(Object.getPrototypeOf(target))
      .filter((name) => !hooks.test(name))
      .map((name) => prefix + name),
  );
  const called = Object.keys(ofRoot).map((name) => name.split(',')[0]);
  expect(new Set(called)).toEqual(new Set(all));
});
