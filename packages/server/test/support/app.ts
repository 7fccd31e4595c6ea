/** An app over a database in memory, and the shortest way to ask it something. */
import { createApp } from '../../src/app.ts';
import type { AppConfig } from '../../src/config.ts';
import type { Fixture } from '../../src/fixtures/fixture.ts';
import { Fixtures } from '../../src/fixtures/fixtures.ts';
import type { Metrics } from '../../src/metrics/metrics.ts';
import type { ChatModel } from '../../src/models/model.ts';
import { CompletionStore } from '../../src/store/completions.ts';
import { openDatabase } from '../../src/store/database.ts';
import { modelsOf, sayingModel } from './scripted-model.ts';

export interface Answer {
  status: number;
  headers: Headers;
  /** The parsed body. Tests look inside; a wrong shape fails them. */
  body: any;
}

export interface TestApp {
  fetch(request: Request): Promise<Response>;
  /** Sends a request; `body` goes as JSON unless it is a string. */
  ask(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Answer>;
  store: CompletionStore;
  /** Everything that was logged. */
  logged: string[];
  close(): Promise<void>;
}

export async function testApp(
  options: {
    model?: ChatModel;
    config?: Partial<AppConfig>;
    db?: string;
    fixtures?: readonly Fixture[];
    metrics?: Metrics;
  } = {},
): Promise<TestApp> {
  const db = await openDatabase(options.db ?? ':memory:');
  const store = new CompletionStore(db);
  const logged: string[] = [];
  const app = createApp({
    store,
    models: modelsOf(options.model ?? sayingModel(['Hello', ' there'])),
    fixtures: new Fixtures(options.fixtures),
    metrics: options.metrics,
    config: { log: (line) => logged.push(line), ...options.config },
  });
  const fetch = async (request: Request): Promise<Response> => app.fetch(request);
  return {
    fetch,
    store,
    logged,
    async ask(method, path, body, headers = {}) {
      const init: RequestInit = { method, headers };
      if (body !== undefined) {
        init.body = typeof body === 'string' ? body : JSON.stringify(body);
        init.headers = { 'content-type': 'application/json', ...headers };
      }
      const response = await fetch(new Request(`http://127.0.0.1${path}`, init));
      const text = await response.text();
      return {
        status: response.status,
        headers: response.headers,
        body: text === '' ? null : JSON.parse(text),
      };
    },
    close: () => db.destroy(),
  };
}

/** A request body that the test models answer. */
export function completionBody(extra: object = {}): Record<string, unknown> {
  return { model: 'test-model', messages: [{ role: 'user', content: 'Hi' }], ...extra };
}
