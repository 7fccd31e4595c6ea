// A sandbox server that runs while the tests of a file do, a client of it, and what they ask.
import { fileURLToPath } from 'node:url';
import { Fixtures, loadFixtures, startServer, type RunningServer } from 'colloquy-server';
import { afterAll, beforeAll } from 'vitest';
import { OpenAI } from '../../src/entries/index.ts';

export let server: RunningServer;
export let client: OpenAI;

beforeAll(async () => {
  const replies = fileURLToPath(new URL('../../../../examples/fixtures.yaml', import.meta.url));
  const fixtures = new Fixtures(await loadFixtures(replies));
  server = await startServer({ port: 0, db: ':memory:', fixtures });
  client = new OpenAI({ apiKey: 'k', baseURL: server.url, maxRetries: 0, logLevel: 'off' });
});
afterAll(() => server.close());

const messages: { role: 'user'; content: string }[] = [{ role: 'user', content: 'What is 2 + 2?' }];
export const body = { model: 'sandbox', messages };
export const streamed = { ...body, stream: true } as const;
