// A walk through Colloquy over real HTTP: our client, our server, its database. Without arguments it starts a server of
// its own; with OPENAI_BASE_URL (and OPENAI_API_KEY) it walks through any other compatible server.
import { mkdirSync, rmSync } from 'node:fs';
import { relative, resolve } from 'node:path';
import OpenAI from 'colloquy';
import { startServer } from 'colloquy-server';
import { facts, heading, line, say, step, streamed } from './tour-print.ts';

const elsewhere = process.env['OPENAI_BASE_URL']?.trim();
const database = resolve('.colloquy', 'tour', 'completions.db');
const server = elsewhere ? undefined : await startOwnServer();

async function startOwnServer() {
  rmSync(resolve(database, '..'), { recursive: true, force: true });
  mkdirSync(resolve(database, '..'), { recursive: true });
  // Paced like a model, so that streaming can be seen.
  return startServer({ port: 0, db: database, tokensPerSecond: 60 });
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
  model: model + (server ? '  (answers from the request alone: no key, no network)' : ''),
  ...(server && { database: `${relative('.', database)}  (SQLite; kept after the tour)` }),
});

const run = `run-${Date.now().toString(36)}`;

try {
  await walk();
} finally {
  await server?.close();
}

line(`
Where to go from here

  Keep a server running       npm run server            (or: npx colloquy-server)
  Tour another server         OPENAI_BASE_URL=http://localhost:11434/v1 OPENAI_API_KEY=ollama npm start
  Use it in your project      "openai": "npm:colloquy"  in package.json; your imports stay as they are
`);

async function walk(): Promise<void> {
  const question = 'Why is the sky blue? Answer in two sentences.';

  const first = await step(
    'Create a completion, and keep it',
    `chat.completions.create({ model, messages, store: true })`,
    async () => {
      const completion = await client.chat.completions.create({
        model,
        messages: [
          { role: 'system', content: 'You are a patient teacher.' },
          { role: 'user', content: question },
        ],
        store: true,
        metadata: { tour: run, topic: 'sky' },
      });
      say('user', question);
      say('assistant', completion.choices[0]?.message.content);
      facts({
        id: completion.id,
        tokens: `${completion.usage?.prompt_tokens} in, ${completion.usage?.completion_tokens} out`,
        request: completion._request_id,
      });
      return completion;
    },
  );

  await step(
    'Stream an answer as it comes',
    `for await (const chunk of await chat.completions.create({ …, stream: true }))`,
    async () => {
      const followUp = 'And why are sunsets red?';
      say('user', followUp);
      const stream = await client.chat.completions.create({
        model,
        messages: [
          { role: 'user', content: question },
          { role: 'assistant', content: first?.choices[0]?.message.content ?? '' },
          { role: 'user', content: followUp },
        ],
        stream: true,
        stream_options: { include_usage: true },
        store: true,
        metadata: { tour: run, topic: 'sky' },
      });
      const out = streamed('assistant');
      let chunks = 0;
      let tokens: number | undefined;
      for await (const chunk of stream) {
        chunks += 1;
        out.write(chunk.choices[0]?.delta.content ?? '');
        tokens = chunk.usage?.completion_tokens ?? tokens;
      }
      out.end();
      facts({ chunks, tokens: tokens === undefined ? 'not reported' : `${tokens} out` });
    },
  );

  const stored = first?.id ?? 'unknown';
  await step(
    'Retrieve the first one again',
    `chat.completions.retrieve(${JSON.stringify(stored)})`,
    async () => {
      const completion = await client.chat.completions.retrieve(stored);
      say('assistant', completion.choices[0]?.message.content);
      facts({
        same:
          completion.choices[0]?.message.content === first?.choices[0]?.message.content
            ? 'word for word'
            : 'no',
      });
    },
  );

  await step(
    'Change its metadata',
    `chat.completions.update(id, { metadata: { …, reviewed: 'yes' } })`,
    async () => {
      const { metadata } = await client.chat.completions.update(stored, {
        metadata: { tour: run, topic: 'sky', reviewed: 'yes' },
      });
      facts({ metadata: JSON.stringify(metadata) });
    },
  );

  await step(
    'Find completions by metadata, page by page',
    `for await (const completion of chat.completions.list({ metadata: { topic: 'rivers' }, limit: 3 }))`,
    async () => {
      const rivers = ['Nile', 'Danube', 'Mekong', 'Amazon', 'Volga', 'Rhine', 'Ganges'];
      await Promise.all(
        rivers.map((river) =>
          client.chat.completions.create({
            model,
            messages: [{ role: 'user', content: `In one word: which sea does the ${river} reach?` }],
            store: true,
            metadata: { tour: run, topic: 'rivers', river },
            max_completion_tokens: 20,
          }),
        ),
      );
      const query = { metadata: { tour: run, topic: 'rivers' }, limit: 3 };
      const found: string[] = [];
      for await (const completion of client.chat.completions.list(query))
        found.push(completion.metadata?.['river'] ?? '?');
      let pages = 0;
      for await (const page of (await client.chat.completions.list(query)).iterPages())
        pages += page.data.length > 0 ? 1 : 0;
      facts({
        kept: `${rivers.length} about rivers, beside the ones about the sky`,
        found: found.join(', '),
        pages: `${pages} pages of up to 3`,
      });
    },
  );

  await step('Read the messages that led to an answer', `chat.completions.messages.list(id)`, async () => {
    for await (const message of client.chat.completions.messages.list(stored))
      say(message.role, message.content);
  });

  await step('Delete it', `chat.completions.delete(id)`, async () => {
    const { deleted } = await client.chat.completions.delete(stored);
    facts({ deleted });
  });

  await step(
    'Meet a typed error',
    `catch (error) { if (error instanceof OpenAI.NotFoundError) … }`,
    async () => {
      try {
        await client.chat.completions.retrieve(stored);
        throw new Error('The deleted completion is still there.');
      } catch (error) {
        if (!(error instanceof OpenAI.NotFoundError)) throw error;
        facts({
          class: error.constructor.name,
          status: error.status,
          message: error.message,
          request: error.requestID,
        });
      }
      try {
        await client.chat.completions.create({
          model,
          messages: [{ role: 'user', content: 'Hi' }],
          temperature: 9,
        });
      } catch (error) {
        if (!(error instanceof OpenAI.BadRequestError)) throw error;
        facts({
          class: error.constructor.name,
          param: error.param,
          code: error.code,
          message: error.message,
        });
      }
    },
  );
}
