// A walk through Colloquy over real HTTP: our client, our server, its database. Without arguments it starts a server of
// its own; with OPENAI_BASE_URL (and OPENAI_API_KEY) it walks through any other compatible server.
import { mkdirSync, rmSync } from 'node:fs';
import { relative, resolve } from 'node:path';
import OpenAI from 'colloquy';
import { Fixtures, loadFixtures, startServer } from 'colloquy-server';
import { chat } from './chat.ts';
import { errors } from './errors.ts';
import { helpers } from './helpers.ts';
import { heading, line } from './print.ts';
import { stored } from './stored.ts';

const elsewhere = process.env['OPENAI_BASE_URL']?.trim();
const database = resolve('.colloquy', 'tour', 'completions.db');
const server = elsewhere ? undefined : await startOwnServer();

async function startOwnServer() {
  rmSync(resolve(database, '..'), { recursive: true, force: true });
  mkdirSync(resolve(database, '..'), { recursive: true });
  const fixtures = new Fixtures(await loadFixtures(resolve(import.meta.dirname, 'fixtures.yaml')));
  // Paced like a model, so that streaming can be seen.
  return startServer({ port: 0, db: database, tokensPerSecond: 60, fixtures });
}

const client = server
  ? new OpenAI({ baseURL: server.url, apiKey: 'any-key-will-do' })
  : new OpenAI({ apiKey: process.env['OPENAI_API_KEY'] ?? 'none' });
const model = process.env['OPENAI_MODEL'] ?? (await firstModel());

async function firstModel(): Promise<string> {
  if (server) return 'sandbox';
  const { data } = await client.get<{ data: { id: string }[] }>('/models');
  return data[0]?.id ?? 'gpt-4o-mini';
}

heading('Colloquy: a tour', {
  server: client.baseURL + (server ? '  (colloquy-server in this process)' : ''),
  model: model + (server ? '  (replies from fixtures.yaml: no key, no network)' : ''),
  ...(server && { database: `${relative('.', database)}  (SQLite; kept after the tour)` }),
});

const run = `run-${Date.now().toString(36)}`;

try {
  const tour = { client, model, run };
  const first = await chat(tour);
  await helpers(tour);
  await stored(tour, first);
  await errors(tour, first);
} finally {
  await server?.close();
}

line(`
Where to go from here

  Look at what the tour has stored: start a server, and open its page
    npm run server -- --db .colloquy/tour/completions.db
    http://127.0.0.1:8787/

  Keep a server running, and tour it from another terminal
    npm run server -- --fixtures examples/tour/fixtures.yaml
    OPENAI_BASE_URL=http://127.0.0.1:8787/v1 OPENAI_API_KEY=any npm start

  Tour a server of another kind
    OPENAI_BASE_URL=http://localhost:11434/v1 OPENAI_API_KEY=ollama npm start

  Use the client where you use openai, without changing an import
    README.md, First five minutes
`);
