// AzureOpenAI: which options it takes, and where its requests go.
import { afterEach, describe, expect, vi } from 'vitest';
import { differs, same } from './compare.ts';
import type { Package } from './packages.ts';
import { type Reply, fakeWorld, json } from './world.ts';

type Client = InstanceType<Package['AzureOpenAI']>;
type Options = Record<string, unknown>;
type Run = (client: Client) => unknown;

afterEach(() => void vi.unstubAllEnvs());

const base = { apiKey: 'k', apiVersion: 'v', endpoint: 'https://e.test' };
const token = { ...base, apiKey: undefined, azureADTokenProvider: async () => 't' };
const body = { model: 'gpt/4 o', messages: [] };
const chat: Run = (c) => c.chat.completions.create(body);

function make(from: Package, options?: Options): Client {
  return new from.AzureOpenAI(options as never);
}

/** What the server saw, and what the call threw. */
async function sent(from: Package, options: Options, run: Run, replies?: Reply[]): Promise<unknown> {
  const world = fakeWorld(replies ?? [json({ id: 'x', data: [] })]);
  let result: unknown;
  try {
    result = await run(make(from, { maxRetries: 0, ...options, fetch: world.fetch }));
  } catch (error) {
    result = error;
  }
  return { result, seen: world.seen.map(({ at: _, ...request }) => request) };
}

describe('options', () => {
  const env = {
    version: 'OPENAI_API_VERSION',
    key: 'AZURE_OPENAI_API_KEY',
    endpoint: 'AZURE_OPENAI_ENDPOINT',
  };
  const all = { [env.version]: 'ev', [env.key]: 'ek', [env.endpoint]: 'https://env.test/' };
  const cases: [string, Options | undefined, Record<string, string>?][] = [
    ['none', undefined],
    ['empty', {}],
    ['no version', { ...base, apiVersion: undefined }],
    ['an empty version', { ...base, apiVersion: '' }],
    ['no key', { ...base, apiKey: undefined }],
    ['a null key', { ...base, apiKey: null }],
    ['an empty key', { ...base, apiKey: '' }],
    ['no endpoint', { ...base, endpoint: undefined }],
    ['an empty endpoint', { ...base, endpoint: '' }],
    ['an endpoint', base],
    ['an endpoint with slashes', { ...base, endpoint: 'https://e.test//' }],
    ['an endpoint with a path', { ...base, endpoint: 'https://e.test/openai' }],
    ['a deployment', { ...base, deployment: 'd' }],
    ['a base URL', { ...base, endpoint: undefined, baseURL: 'https://b.test/openai' }],
    ['an endpoint and a base URL', { ...base, baseURL: 'https://b.test/openai' }],
    ['a null base URL', { ...base, baseURL: null }],
    ['an empty base URL', { ...base, baseURL: '' }],
    ['a token provider', token],
    ['a key and a token provider', { ...token, apiKey: 'k' }],
    ['a function as key', { ...base, apiKey: async () => 't' }],
    ['a residency', { ...base, dataResidency: 'eu' }],
    ['a residency, and nothing else', { dataResidency: 'eu' }],
    ['a null residency', { ...base, dataResidency: null }],
    [
      'queries and headers',
      { ...base, defaultQuery: { a: 'b', 'api-version': 'x' }, defaultHeaders: { h: '1' } },
    ],
    ['the environment', {}, all],
    ['the environment and a token provider', { azureADTokenProvider: async () => 't' }, all],
    ['OPENAI_BASE_URL and an endpoint', base, { OPENAI_BASE_URL: 'https://base.test' }],
    ['OPENAI_BASE_URL', { ...base, endpoint: undefined }, { OPENAI_BASE_URL: 'https://base.test' }],
    [
      'OPENAI_BASE_URL and an endpoint of the environment',
      { ...base, endpoint: undefined },
      { OPENAI_BASE_URL: 'https://base.test', [env.endpoint]: 'https://env.test' },
    ],
    ['OPENAI_API_KEY is not read', { ...base, apiKey: undefined }, { OPENAI_API_KEY: 'k' }],
    ['blank variables', {}, { ...all, [env.key]: '  ' }],
  ];
  for (const [name, options, variables] of cases)
    same(name, (from) => {
      for (const [key, value] of Object.entries(variables ?? {})) vi.stubEnv(key, value);
      const { baseURL, apiKey, apiVersion, deploymentName, organization, ...client } = make(from, options);
      const { defaultQuery } = (client as unknown as { _options: Options })._options;
      return { baseURL, apiKey, apiVersion, deploymentName, organization, defaultQuery };
    });

  for (const [name, options] of [
    ['a key', base],
    ['a token provider', token],
    ['a token provider, and no browser', { ...token, dangerouslyAllowBrowser: false }],
  ] as const)
    same(`in a browser, ${name}`, (from) => {
      vi.stubGlobal('window', { document: {} });
      vi.stubGlobal('document', {});
      try {
        return make(from, options).apiVersion;
      } catch (error) {
        return (error as Error).constructor.name;
      } finally {
        vi.unstubAllGlobals();
      }
    });
});

describe('requests', () => {
  const scripts: Record<string, [Options, Run]> = {
    chat: [base, chat],
    'chat of a deployment': [{ ...base, deployment: 'd x' }, chat],
    'chat without a model': [base, (c) => c.chat.completions.create({ messages: [] } as never)],
    'chat without a model, of a deployment': [
      { ...base, deployment: 'd' },
      (c) => c.chat.completions.create({ messages: [] } as never),
    ],
    embeddings: [base, (c) => c.embeddings.create({ model: 'm', input: 'x', encoding_format: 'float' })],
    completions: [base, (c) => c.completions.create({ model: 'm', prompt: 'x' })],
    moderations: [base, (c) => c.moderations.create({ model: 'm', input: 'x' })],
    'models of a deployment': [{ ...base, deployment: 'd' }, (c) => c.models.list()],
    retrieve: [base, (c) => c.chat.completions.retrieve('id')],
    list: [base, (c) => c.chat.completions.list({ limit: 2 })],
    'a base URL': [{ ...base, endpoint: undefined, baseURL: 'https://b.test/openai/' }, chat],
    'a body in options': [base, (c) => c.chat.completions.create(body, { body: { ...body, model: 'z' } })],
    'a model that is a number': [base, (c) => c.post('/embeddings', { body: { model: 5 } })],
    'an empty model': [base, (c) => c.post('/embeddings', { body: { model: '' } })],
    'no body': [{ ...base, deployment: 'd' }, (c) => c.post('/embeddings')],
    get: [base, (c) => c.get('/chat/completions', { query: { a: 1 } })],
    put: [base, (c) => c.put('/chat/completions', { body: { model: 'm' } })],
    'a path with a query': [
      base,
      (c) => c.post('/chat/completions?x=1', { body: { model: 'm' }, query: { 'api-version': 'q' } }),
    ],
    'a redirect is not followed with a key': [
      { ...base, fetchOptions: { redirect: 'follow' } },
      (c) => c.get('/x'),
    ],
    'without its key': [base, (c) => c.get('/x', { headers: { 'api-key': null } })],
    'an organization': [{ ...base, organization: 'o' }, (c) => c.get('/x')],
    'a token': [token, chat],
    'a function as key': [{ ...base, apiKey: async () => 'f' }, chat],
    'a token that is none': [{ ...token, azureADTokenProvider: async () => 5 }, chat],
    'an empty token': [{ ...token, azureADTokenProvider: async () => '' }, chat],
    'a token that cannot be had': [
      { ...token, azureADTokenProvider: () => Promise.reject(new Error('no')) },
      chat,
    ],
    'fields that change': [
      base,
      async (c) => {
        c.apiKey = 'new';
        c.apiVersion = 'later';
        c.deploymentName = 'other';
        await chat(c);
        c.baseURL = 'https://m.test';
        await chat(c);
      },
    ],
  };
  for (const path of [
    '/completions',
    '/chat/completions',
    '/embeddings',
    '/audio/transcriptions',
    '/audio/translations',
    '/audio/speech',
    '/images/generations',
    '/images/edits',
    '/images/variations',
    '/batches',
    '/responses',
    '/moderations',
    '/fine_tuning/jobs',
    '/files',
  ])
    scripts[`post ${path}`] = [base, (c) => c.post(path, { body: { model: 'm' } })];
  for (const name of ['.', '..', '%2e%2e', '../../x', "a:b+c@d$&,;=!(')*", ' ', {}, 7] as string[]) {
    const text = JSON.stringify(name);
    scripts[`the model ${text}`] = [base, (c) => c.chat.completions.create({ ...body, model: name })];
    scripts[`the deployment ${text}`] = [{ ...base, deployment: name }, chat];
  }
  for (const baseURL of [
    'https://b/deployments',
    'https://b/openai/deployments/z',
    'https://b/deploymentsX',
    'https://b/x?y=/deployments/z',
  ])
    scripts[`a base URL like ${baseURL}`] = [{ ...base, endpoint: undefined, baseURL }, chat];
  const changes: [string, Options, Options][] = [
    ['a timeout', base, { timeout: 5 }],
    ['a timeout, with a token', token, { timeout: 5 }],
    ['a timeout, with a deployment', { ...base, deployment: 'd' }, { timeout: 5 }],
    ['a deployment', { ...base, deployment: 'd' }, { deployment: 'e' }],
    ['a version', base, { apiVersion: 'v2' }],
    ['an endpoint', base, { endpoint: 'https://f.test' }],
    ['a base URL', base, { baseURL: 'https://f.test/x' }],
    ['both', base, { endpoint: 'https://f.test', baseURL: 'https://f.test/x' }],
    ['a key', base, { apiKey: 'k2' }],
    ['a key in place of a token', token, { apiKey: 'k2' }],
    ['a residency', base, { dataResidency: 'eu' }],
    ['a query', base, { defaultQuery: { a: 'b' } }],
  ];
  for (const [name, options, change] of changes)
    scripts[`withOptions: ${name}`] = [options, (c) => chat(c.withOptions(change as never))];
  for (const [name, [options, run]] of Object.entries(scripts))
    same(name, (from) => sent(from, options, run));

  same('a token is asked for at every attempt', (from) => {
    let calls = 0;
    const options = { ...token, maxRetries: 1, azureADTokenProvider: async () => `t${++calls}` };
    const failed = json({}, { status: 500, headers: { 'retry-after-ms': '1' } });
    return sent(from, options, chat, [failed, json({ id: 'x' })]);
  });
  same('a stream', (from) =>
    sent(
      from,
      base,
      async (c) => {
        const items: unknown[] = [];
        for await (const item of await c.chat.completions.create({ ...body, stream: true })) items.push(item);
        return items;
      },
      [
        {
          headers: { 'content-type': 'text/event-stream' },
          body: 'data: {"id":"1","choices":[]}\n\ndata: [DONE]\n\n',
        },
      ],
    ),
  );

  differs(
    'azure-bodies',
    'text',
    (from) =>
      sent(from, { ...base, deployment: 'd' }, (c) =>
        c.post('/embeddings', { body: '{"model":"m"}', headers: { 'content-type': 'application/json' } }),
      ),
    (mine) => {
      expect(mine.seen[0].url).toBe('https://e.test/openai/deployments/d/embeddings?api-version=v');
      expect(mine.seen[0].body).toBe('{"model":"m"}');
    },
  );
  differs(
    'azure-bodies',
    'a form',
    (from) =>
      sent(from, base, (c) => {
        const form = new FormData();
        form.set('model', 'whisper');
        return c.post('/audio/transcriptions', { body: form });
      }),
    (mine) =>
      expect(mine.seen[0].url).toBe(
        'https://e.test/openai/deployments/whisper/audio/transcriptions?api-version=v',
      ),
  );
  for (const [name, options] of [
    ['a key', base],
    ['a token', token],
  ] as const)
    differs(
      'azure-new-token',
      `in place of ${name}`,
      (from) =>
        sent(from, options, (c) => chat(c.withOptions({ azureADTokenProvider: async () => 'second' }))),
      (mine) => expect(mine.seen[0].headers.authorization).toBe('Bearer second'),
    );
});
