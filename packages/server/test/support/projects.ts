/** An app with a key for each of two projects, and one without a project. */
import { createApp } from '../../src/app.ts';
import type { Cassette } from '../../src/cassette/cassette.ts';
import type { AppConfig } from '../../src/config.ts';
import { Fixtures } from '../../src/fixtures/fixtures.ts';
import { hashOf } from '../../src/http/auth.ts';
import { Journal } from '../../src/http/journal.ts';
import { createMetrics } from '../../src/metrics/metrics.ts';
import { CompletionStore } from '../../src/store/completions.ts';
import { openDatabase, type Database } from '../../src/store/database.ts';
import { completionBody } from './app.ts';
import { modelsOf, sayingModel } from './scripted-model.ts';

export const keys = { red: 'sk-colloquy-red-0123456789', blue: 'sk-colloquy-blue-9876543210' };
export const plain = 'sk-plain-0123456789';
export const base = '/v1/chat/completions';

export interface Asked {
  status: number;
  text: string;
}

export interface ProjectApp {
  app: ReturnType<typeof createApp>;
  db: Database;
  logged: string[];
  ask(key: string, method: string, path: string, body?: object, headers?: object): Promise<Asked>;
  /** The reply to a message, or the status of a failure. */
  said(key: string, content: string, headers?: object): Promise<string | number>;
  /** The id of a new completion. */
  store(key: string, content: string): Promise<string>;
}

export async function projectApp(
  config: Partial<AppConfig> = {},
  name = ':memory:',
  cassette?: Cassette,
): Promise<ProjectApp> {
  const db = await openDatabase(name);
  const logged: string[] = [];
  const metrics = await createMetrics();
  const app = createApp({
    store: new CompletionStore(db),
    models: modelsOf(sayingModel(['Fine'])),
    journal: new Journal(),
    control: { forgets: true },
    metrics,
    cassette,
    fixtures: new Fixtures([
      { when: { lastUser: 'count' }, reply: ['one', 'two', 'three'] },
      { when: { lastUser: 'fail' }, reply: { text: 'fine', fault: 'status=503;times=1' } },
    ]),
    config: {
      apiKeys: [plain],
      keys: Object.entries(keys).map(([project, key]) => ({ name: project, hash: hashOf(key), project })),
      log: (line) => logged.push(line),
      ...config,
    },
  });
  const ask: ProjectApp['ask'] = async (key, method, path, body, others = {}) => {
    const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json', ...others };
    const init = { method, headers, ...(body && { body: JSON.stringify(body) }) };
    const response = await app.fetch(new Request(`http://127.0.0.1${path}`, init));
    return { status: response.status, text: await response.text() };
  };
  return {
    app,
    db,
    logged,
    ask,
    async said(key, content, headers) {
      const body = completionBody({ messages: [{ role: 'user', content }] });
      const { status, text } = await ask(key, 'POST', base, body, headers);
      return status === 200 ? (JSON.parse(text).choices[0].message.content as string) : status;
    },
    async store(key, content) {
      const metadata = { team: 'any', note: content };
      const body = completionBody({ store: true, metadata, messages: [{ role: 'user', content }] });
      return (JSON.parse((await ask(key, 'POST', base, body)).text) as { id: string }).id;
    },
  };
}
