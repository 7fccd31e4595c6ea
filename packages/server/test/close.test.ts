/** `close()` ends in time whatever the peers do, and keeps what was acknowledged. */
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { OpenAI } from 'colloquy';
import * as fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { startServer, type RunningServer, type ServerOptions } from '../src/index.ts';
import { least, wallMs } from '../../../test/timing.ts';
import { completionBody } from './support/app.ts';
import { openSocket } from './support/raw.ts';
import { chunksOf, modelsOf, sayingModel, scriptedModel } from './support/scripted-model.ts';
import { readStream } from './support/streams.ts';

let server: RunningServer;
afterEach(() => server.close());

async function start(options: ServerOptions = {}): Promise<void> {
  const models = modelsOf(sayingModel(['Hello', ' there']));
  server = await startServer({ port: 0, db: ':memory:', models, ...options });
}

const post = (body: object): Promise<Response> =>
  fetch(`${server.url}/chat/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });

describe('close', () => {
  it('lets answers in flight finish, refuses new ones, and ends idle connections', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'colloquy-close-'));
    const db = join(folder, 'close.db');
    const texts = Array.from({ length: 20 }, (_, n) => `${n} `);
    let begun = 0;
    let goOn!: () => void;
    const released = new Promise<void>((resolve) => (goOn = resolve));
    await start({
      db,
      models: modelsOf(
        scriptedModel(async function* () {
          begun++;
          const [role, ...rest] = chunksOf(texts);
          if (role) yield role;
          await released;
          yield* rest;
        }),
      ),
    });
    const idle = await openSocket(server.port); // a connection that is kept alive
    idle.write('GET /v1/models HTTP/1.1\r\nhost: localhost\r\n\r\n');
    await once(idle, 'data');
    const silent = await openSocket(server.port); // and one that never asks
    const streaming = await post(completionBody({ stream: true, store: true }));
    const plain = post(completionBody({ store: true }));
    await expect.poll(() => begun, { timeout: 10_000 }).toBe(2);

    const ends = Promise.all([idle, silent].map((socket) => once(socket, 'close')));
    const startedAt = performance.now();
    const closed = server.close();
    await expect(fetch(`${server.url}/models`)).rejects.toThrow('fetch failed');
    await ends; // Node itself would keep the first for five seconds, and the other for a minute.
    expect(performance.now() - startedAt).toBeLessThan(4_000);

    goOn();
    const { chunks, done } = await readStream(streaming);
    expect(done).toBe(true);
    expect((await plain).status).toBe(200);
    await closed;

    await start({ db });
    const again = await fetch(`${server.url}/chat/completions/${chunks[0]?.id}`);
    expect(((await again.json()) as OpenAI.ChatCompletion).choices[0]?.message.content).toBe(texts.join(''));
    await server.close();
    await rm(folder, { recursive: true });
  });
});

const postHead =
  'POST /v1/chat/completions HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\n';

function postText(body: object, headers = ''): string {
  const text = JSON.stringify(completionBody(body));
  return `${postHead}${headers}content-length: ${text.length}\r\n\r\n${text}`;
}

/** A connection that sends `text`, and then neither reads nor ends its side. */
async function deafPeer(text: string): Promise<Socket> {
  const socket = connect({ port: server.port, host: '127.0.0.1', allowHalfOpen: true });
  socket.on('error', () => {});
  await once(socket, 'connect');
  socket.pause();
  socket.write(text);
  return socket;
}

const getModels = 'GET /v1/models HTTP/1.1\r\nhost: localhost\r\n\r\n';

/** What a peer can do that keeps its connection open. */
const peers: Record<string, () => Promise<Socket>> = {
  'that never sends a request': () => deafPeer(''),
  'that sends half of a head': () => deafPeer('POST /v1/chat/comp'),
  'that sends half of a body': () => deafPeer(`${postHead}content-length: 500\r\n\r\n{`),
  'that sends half of a body in pieces': () =>
    deafPeer(`${postHead}transfer-encoding: chunked\r\n\r\n1\r\n{\r\n`),
  'that is asked to continue': () => deafPeer(`${postHead}expect: 100-continue\r\ncontent-length: 9\r\n\r\n`),
  'that is kept alive': () => deafPeer(getModels),
  'that sends many requests and reads nothing': () => deafPeer(getModels.repeat(50)),
  'that reads nothing of a long stream': () => deafPeer(postText({ model: 'gpt-long', stream: true })),
  'that reads nothing of a long body': () => deafPeer(postText({ model: 'gpt-long' })),
  'whose model never responds': () => deafPeer(postText({ model: 'gpt-never' })),
  'whose model never responds, in a stream': () => deafPeer(postText({ model: 'gpt-never', stream: true })),
  'whose stream is asked to stall': () =>
    deafPeer(postText({ model: 'gpt-stalls', stream: true }, 'x-sandbox-fault: stall-after=1\r\n')),
};

/** A model that ignores its signal: a `long` response is more than any buffer holds, and `never` has no end. */
const stubbornModel = {
  ...scriptedModel(async function* ({ model }) {
    if (model === 'gpt-never') await new Promise(() => {});
    yield* chunksOf(
      model === 'gpt-long' ? Array.from({ length: 400 }, () => 'x'.repeat(50_000)) : ['x'],
      model,
    );
  }),
  sandbox: true as const,
};

describe('close, with a grace time', { timeout: 30_000 }, () => {
  const graceMs = 200;
  /** On a busy machine timers are late. A connection that holds the server holds it for seconds, or for ever. */
  const slackMs = 2_000;

  /** Starts a server with these peers, and closes it after a while. */
  async function closesInTime(connectPeers: (() => Promise<Socket>)[], waitMs: number): Promise<void> {
    const limit = graceMs + slackMs;
    const took = await least(limit, async () => {
      await start({ graceMs, models: modelsOf(stubbornModel) });
      const sockets = await Promise.all(connectPeers.map((connectPeer) => connectPeer()));
      await new Promise((resolve) => setTimeout(resolve, waitMs));
      const ms = await wallMs(() => server.close());
      for (const socket of sockets) socket.destroy();
      return ms;
    });
    expect(took).toBeLessThan(limit);
  }

  it.each(Object.entries(peers))('ends in time with a peer %s', async (_name, connectPeer) => {
    await closesInTime([connectPeer], 50); // the request should be in flight
  });

  it('ends in time with any peers, whenever it is called', async () => {
    const crowd = fc.array(fc.constantFrom(...Object.keys(peers)), { minLength: 1, maxLength: 8 });
    await fc.assert(
      fc.asyncProperty(crowd, fc.nat(20), (names, waitMs) =>
        closesInTime(
          names.map((name) => peers[name]!),
          waitMs,
        ),
      ),
      { numRuns: 15 },
    );
  });

  it('waits no longer than it must: the last response in flight ends it', async () => {
    await start({ graceMs: 60_000 });
    const streaming = await post(completionBody({ stream: true }));
    const closed = server.close();
    expect((await readStream(streaming)).done).toBe(true);
    await closed;
  });

  it('breaks off at once with a grace time of 0', async () => {
    await start({ graceMs: 0, models: modelsOf(stubbornModel) });
    const pending = post(completionBody({ model: 'gpt-never' }));
    pending.catch(() => {});
    await new Promise((resolve) => setTimeout(resolve, 50));
    await server.close();
    await expect(pending).rejects.toThrow('fetch failed');
  });

  it('keeps every stream whose end was seen, whole', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'colloquy-grace-'));
    const db = join(folder, 'grace.db');
    await start({
      graceMs: 100,
      db,
      models: modelsOf(sayingModel(Array(40).fill('word '), { paced: true })),
    });
    const ended = new Set<string>();
    const one = async (): Promise<void> => {
      for (;;) {
        const response = await post(completionBody({ stream: true, store: true }));
        let text = '';
        for await (const piece of response.body!.pipeThrough(new TextDecoderStream())) {
          text += piece;
          const id = /"id":"([^"]+)"/.exec(text)?.[1];
          if (id && text.includes('"finish_reason":"stop"')) ended.add(id);
        }
      }
    };
    const readers = Array.from({ length: 30 }, () => one().catch(() => {}));
    await expect.poll(() => ended.size, { timeout: 20_000 }).toBeGreaterThan(20);
    await server.close();
    await Promise.all(readers);

    await start({ db });
    for (const id of ended) {
      const stored = (await (
        await fetch(`${server.url}/chat/completions/${id}`)
      ).json()) as OpenAI.ChatCompletion;
      expect(stored.choices[0]?.message.content).toBe('word '.repeat(40));
    }
    await server.close();
    await rm(folder, { recursive: true });
  });
});
