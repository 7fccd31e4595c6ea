/**
 * What the server costs: CPU for each streamed chunk, against a bare node:http server that writes the same events,
 * and requests per second. The server runs in a process of its own, so that only its CPU is counted.
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { Agent, createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { Models, startServer, type ChatModel, type Chunk } from '../src/index.ts';

const chunksPerAnswer = 500;

type Kind = 'bare' | 'app';

const chunk = (delta: object, finish_reason: 'stop' | null = null): Chunk => ({
  id: `chatcmpl-${Math.random().toString(36).slice(2)}${Math.random().toString(36).slice(2)}`,
  object: 'chat.completion.chunk',
  created: Math.floor(Date.now() / 1_000),
  model: 'bench',
  system_fingerprint: 'fp_0123456789',
  choices: [{ index: 0, delta, finish_reason, logprobs: null }],
});

/** The chunks of one answer. Model `paced` gives one in each turn of the event loop, as a network would. */
async function* answer(model: string): AsyncGenerator<Chunk> {
  const head = chunk({ role: 'assistant', content: '' });
  for (let n = 0; n < (model === 'short' ? 2 : chunksPerAnswer - 1); n++) {
    if (model === 'paced') await nextTurn();
    yield {
      ...head,
      choices: [{ index: 0, delta: { content: ' word' }, finish_reason: null, logprobs: null }],
    };
  }
  yield { ...head, choices: [{ index: 0, delta: {}, finish_reason: 'stop', logprobs: null }] };
}

async function serveBare(): Promise<number> {
  const server = createServer((incoming, outgoing) => {
    incoming.setEncoding('utf8');
    let body = '';
    incoming.on('data', (text: string) => (body += text));
    incoming.on('end', async () => {
      outgoing.writeHead(200, { 'content-type': 'text/event-stream' });
      const { model } = JSON.parse(body) as { model: string };
      for await (const one of answer(model)) outgoing.write(`data: ${JSON.stringify(one)}\n\n`);
      outgoing.end('data: [DONE]\n\n');
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

async function serveApp(db: string): Promise<number> {
  const model = (id: string): ChatModel => ({ id, created: 0, ownedBy: 'bench', complete: () => answer(id) });
  const names = ['ready', 'paced', 'short'];
  return (
    await startServer({
      port: 0,
      db,
      models: new Models(names.map((name) => ({ name, model: model(name) }))),
    })
  ).port;
}

async function serve(kind: Kind, db: string): Promise<void> {
  const port = kind === 'bare' ? await serveBare() : await serveApp(db);
  process.on('message', () => process.send?.(process.cpuUsage()));
  process.send?.(port);
}

interface Load {
  model: string;
  requests: number;
  concurrency: number;
  extra: object;
}

/** Sends the load twice and measures the second time. */
async function measure(kind: Kind, load: Load): Promise<{ cpuMs: number; wallMs: number }> {
  const folder = await mkdtemp(join(tmpdir(), 'colloquy-bench-'));
  const child = fork(fileURLToPath(import.meta.url), ['serve', kind, join(folder, 'bench.db')]);
  const [port] = (await once(child, 'message')) as [number];
  const cpu = async (): Promise<number> => {
    child.send('cpu');
    const [{ user, system }] = (await once(child, 'message')) as [NodeJS.CpuUsage];
    return (user + system) / 1_000;
  };
  await send(port, load);
  const [cpuBefore, wallBefore] = [await cpu(), performance.now()];
  await send(port, load);
  const measured = { wallMs: performance.now() - wallBefore, cpuMs: (await cpu()) - cpuBefore };
  child.kill('SIGKILL');
  await once(child, 'exit');
  await rm(folder, { recursive: true });
  return measured;
}

async function send(port: number, { model, requests, concurrency, extra }: Load): Promise<void> {
  const agent = new Agent({ keepAlive: true });
  const body = JSON.stringify({ model, messages: [{ role: 'user', content: 'Hi' }], ...extra });
  const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) };
  const one = (): Promise<void> =>
    new Promise((resolve, reject) => {
      const options = {
        port,
        host: '127.0.0.1',
        path: '/v1/chat/completions',
        method: 'POST',
        headers,
        agent,
      };
      const sent = request(options, (response) => {
        if (response.statusCode !== 200) reject(new Error(`status ${response.statusCode}`));
        response.resume().on('end', resolve);
      });
      sent.on('error', reject).end(body);
    });
  const numbers = Array.from({ length: requests }).values();
  await Promise.all(
    Array.from({ length: concurrency }, async () => {
      for (const _ of numbers) await one();
    }),
  );
  agent.destroy();
}

async function bench(): Promise<void> {
  for (const model of ['paced', 'ready']) {
    const load = { model, requests: 100, concurrency: 16, extra: { stream: true } };
    const each = async (kind: Kind): Promise<number> =>
      ((await measure(kind, load)).cpuMs * 1_000) / (load.requests * chunksPerAnswer);
    const [bare, app] = [await each('bare'), await each('app')];
    console.log(
      `streamed, ${model}: ${app.toFixed(2)} µs CPU a chunk; bare node:http ${bare.toFixed(2)}; ratio ${(app / bare).toFixed(2)}`,
    );
  }
  for (const [name, extra] of Object.entries({
    plain: {},
    stored: { store: true, metadata: { a: 'b', c: 'd' } },
  })) {
    const load = { model: 'short', requests: 3_000, concurrency: 64, extra };
    const { cpuMs, wallMs } = await measure('app', load);
    console.log(
      `${name}: ${((load.requests / wallMs) * 1_000).toFixed(0)} requests/s, ${((cpuMs / load.requests) * 1_000).toFixed(0)} µs CPU each`,
    );
  }
}

const [mode, kind, db] = process.argv.slice(2);
if (mode === 'serve') await serve(kind as Kind, db ?? ':memory:');
else await bench();
