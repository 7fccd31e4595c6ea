/** Keys open one project each: whatever route a request takes, it neither reads nor changes another project. */
import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createApp } from '../../src/app.ts';
import { SettingError, type AppConfig } from '../../src/config.ts';
import { hashOf } from '../../src/http/auth.ts';
import { Journal } from '../../src/http/journal.ts';
import { createMetrics } from '../../src/metrics/metrics.ts';
import { CompletionStore } from '../../src/store/completions.ts';
import { openDatabase, type Database } from '../../src/store/database.ts';
import { completionBody } from '../support/app.ts';
import { modelsOf, sayingModel } from '../support/scripted-model.ts';

const keys = { red: 'sk-colloquy-red-0123456789', blue: 'sk-colloquy-blue-9876543210' };
const plain = 'sk-plain-0123456789';
const secret = 'the plans of the red team';
const base = '/v1/chat/completions';

let db: Database;
let logged: string[];
let app: ReturnType<typeof createApp>;

async function start(config: Partial<AppConfig> = {}): Promise<void> {
  db = await openDatabase(':memory:');
  logged = [];
  app = createApp({
    store: new CompletionStore(db),
    models: modelsOf(sayingModel(['Fine'])),
    journal: new Journal(),
    control: { forgets: true },
    metrics: await createMetrics(),
    config: {
      apiKeys: [plain],
      keys: Object.entries(keys).map(([project, key]) => ({ name: project, hash: hashOf(key), project })),
      log: (line) => logged.push(line),
      ...config,
    },
  });
}

interface Asked {
  status: number;
  text: string;
}

async function ask(key: string, method: string, path: string, body?: object): Promise<Asked> {
  const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' };
  const init = { method, headers, ...(body && { body: JSON.stringify(body) }) };
  const response = await app.fetch(new Request(`http://127.0.0.1${path}`, init));
  return { status: response.status, text: await response.text() };
}

async function storeOne(key: string, content: string): Promise<string> {
  const body = completionBody({
    store: true,
    metadata: { team: 'any', note: content },
    messages: [{ role: 'user', content }],
  });
  return (JSON.parse((await ask(key, 'POST', base, body)).text) as { id: string }).id;
}

describe('every route', () => {
  let id: string;
  beforeAll(async () => {
    await start();
    id = await storeOne(keys.red, secret);
    await storeOne(keys.red, secret);
  });
  afterAll(() => db.destroy());

  /** A valid body for each route that takes one. */
  const bodies: Record<string, object> = {
    'POST /chat/completions': completionBody({ store: true, metadata: { team: 'any' } }),
    'POST /chat/completions/:id': { metadata: { team: 'blue' } },
    'POST /completions': { model: 'test-model', prompt: 'Hi' },
    'POST /embeddings': { model: 'test-model', input: 'Hi' },
    'POST /moderations': { model: 'test-model', input: 'Hi' },
    'POST /sandbox/fixtures': { when: { user: 'never' }, reply: 'Hi' },
    'POST /sandbox/reset': {},
  };

  /** Queries with which a route is called besides. `ID` stands for a completion of the other project. */
  const queries: Record<string, string[]> = {
    'GET /chat/completions': [
      '?after=ID',
      '?after=ID&order=desc',
      '?metadata[team]=any',
      '?model=test-model&metadata[team]=any',
      `?metadata[note]=${encodeURIComponent(secret)}`,
      '?created_after=0',
    ],
    'GET /chat/completions/:id/messages': ['?after=ID-0'],
  };

  const everything = async (key: string): Promise<string> => {
    const list = await ask(key, 'GET', `${base}?limit=100`);
    const messages = await ask(key, 'GET', `${base}/${id}/messages`);
    return list.text + messages.text;
  };

  it('neither shows nor changes anything of another project', async () => {
    const before = await everything(keys.red);
    expect(before.split(secret).length - 1).toBe(3);
    const routes = app.routes.filter(({ method, path }) => method !== 'ALL' && !path.includes('*'));
    const names = new Set(routes.map(({ method, path }) => `${method} ${path.replace(/^\/v1(?=\/)/, '')}`));
    expect(names).toContain('GET /chat/completions/:id');
    expect(names).toContain('POST /sandbox/reset');
    expect(names.size).toBeGreaterThanOrEqual(19);
    for (const name of names) {
      const [method = '', path = ''] = name.split(' ');
      const body = bodies[name];
      if (method === 'POST') expect(body, `a body for ${name}`).toBeDefined();
      for (const query of ['', ...(queries[name] ?? [])]) {
        const target = path.replace(/:id(\{.*\})?/, id) + query.replace('ID', id);
        const response = await ask(keys.blue, method, target, body);
        expect(response.text, `${method} ${target}`).not.toContain(secret);
        if (path.startsWith('/chat/completions/:id') || query.includes('ID'))
          expect(response, `${method} ${target}`).toMatchObject({ status: 404 });
        // The other project reads what it read before, whatever this request did.
        expect(await everything(keys.red), `after ${method} ${target}`).toBe(before);
      }
    }
  });

  it('an id of another project is as unknown as one that never was', async () => {
    const unknown = 'chatcmpl-never';
    for (const [method, path] of [
      ['GET', `${base}/ID`],
      ['POST', `${base}/ID`],
      ['DELETE', `${base}/ID`],
      ['GET', `${base}/ID/messages`],
      ['GET', `${base}?after=ID`],
    ] as const) {
      const body = method === 'POST' ? { metadata: null } : undefined;
      const [theirs, never] = [id, unknown].map((one) =>
        ask(keys.blue, method, path.replace('ID', one), body).then(({ status, text }) => ({
          status,
          text: text.replaceAll(one, 'ID'),
        })),
      );
      expect(await theirs).toEqual(await never);
    }
  });

  it('keys without a project open the project of everybody without one', async () => {
    expect((await ask(plain, 'GET', `${base}/${id}`)).status).toBe(404);
    const own = await storeOne(plain, 'mine');
    expect((await ask(plain, 'GET', `${base}/${own}`)).status).toBe(200);
    for (const key of Object.values(keys)) expect((await ask(key, 'GET', `${base}/${own}`)).status).toBe(404);
  });

  it('refuses keys that are not quite right', async () => {
    for (const wrong of [keys.red.slice(0, -1), `${keys.red}0`, hashOf(keys.red), 'sha256:', 'x'])
      expect((await ask(wrong, 'GET', base)).status).toBe(401);
  });
});

it.each(['', 'sha256:', 'sha256:00', `md5:${'0'.repeat(64)}`, keys.red])(
  'the hash %j of a key cannot be read',
  async (hash) => {
    const config = { keys: [{ name: 'ci', hash }] };
    await expect(start(config)).rejects.toThrow(SettingError);
    await expect(start(config)).rejects.toThrow(/The hash of the key 'ci' must be sha256:/);
  },
);

describe('the log', () => {
  it.each(['text', 'json'] as const)(
    'never has a key, wherever a client writes it, as %s',
    async (logFormat) => {
      const key = fc.string({ minLength: 12, maxLength: 40, unit: fc.constantFrom(...'aB3-_./+=%') });
      const place = fc.constantFrom('header', 'path', 'model', 'content', 'metadata', 'after', 'id');
      await fc.assert(
        fc.asyncProperty(key, place, fc.boolean(), async (word, where, isRight) => {
          const text = `sk-${word}`;
          const at = (here: string): string => (where === here ? text : 'test-model');
          await start({ logFormat, apiKeys: [isRight ? text : plain], keys: [] });
          const body = completionBody({
            model: at('model'),
            store: true,
            messages: [{ role: 'user', content: at('content') }],
            metadata: { k: at('metadata') },
          });
          await ask(text, 'POST', base, body);
          await ask(text, 'GET', `${base}?after=${encodeURIComponent(at('after'))}`);
          await ask(text, 'GET', `${base}/${encodeURIComponent(at('id'))}`);
          await ask(text, 'GET', `/${encodeURIComponent(at('path'))}`);
          // A failure that is logged with its reason.
          await db.destroy();
          await ask(text, 'GET', base);
          expect(logged.length).toBeGreaterThanOrEqual(5);
          for (const line of logged) {
            expect(line).not.toContain(text);
            expect(line).not.toContain(encodeURIComponent(text));
          }
        }),
        { numRuns: 30 },
      );
    },
  );
});
