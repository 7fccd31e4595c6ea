import { once } from 'node:events';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { OpenAI } from 'colloquy';
import { afterEach, describe, expect, it } from 'vitest';
import { startServer, type RunningServer, type ServerOptions } from '../src/index.ts';
import { completionBody } from './support/app.ts';
import { openSocket, sendRaw } from './support/raw.ts';
import { chunksOf, modelsOf, sayingModel, scriptedModel } from './support/scripted-model.ts';

let server: RunningServer;
afterEach(() => server.close());

async function start(options: ServerOptions = {}): Promise<void> {
  const models = modelsOf(sayingModel(['Hello', ' there']));
  server = await startServer({ port: 0, db: ':memory:', models, ...options });
}

/** The beginning of a request with a body, up to what says how long it is. */
const postHead =
  'POST /v1/chat/completions HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\n';

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address() as AddressInfo;
  await new Promise((resolve) => probe.close(resolve));
  return port;
}

const post = (body: object, signal?: AbortSignal): Promise<Response> =>
  fetch(`${server.url}/chat/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
    signal: signal ?? null,
  });

describe('a started server', () => {
  it('answers our own client: create, stream, list, update, messages, delete', async () => {
    await start();
    const client = new OpenAI({ apiKey: 'any', baseURL: server.url, maxRetries: 0 });
    const { completions } = client.chat;
    const messages = [{ role: 'user' as const, content: 'Hi' }];
    const created = await completions.create({
      model: 'test-model',
      messages,
      store: true,
      metadata: { n: '1' },
    });
    expect(created.choices[0]?.message.content).toBe('Hello there');
    const streamed = await completions
      .stream({ model: 'test-model', messages, store: true, stream_options: { include_usage: true } })
      .finalChatCompletion();
    expect(streamed.usage?.total_tokens).toBe(3);
    const listed = [];
    for await (const one of completions.list({ limit: 1 })) listed.push(one.id);
    expect(listed).toEqual([created.id, streamed.id]);
    expect((await completions.list({ metadata: { n: '1' } })).data).toHaveLength(1);
    expect((await completions.update(created.id, { metadata: { n: '2' } })).metadata).toEqual({ n: '2' });
    expect((await completions.messages.list(created.id)).data[0]?.content).toBe('Hi');
    for await (const one of completions.list({ limit: 1 })) await completions.delete(one.id);
    await expect(completions.retrieve(created.id)).rejects.toBeInstanceOf(OpenAI.NotFoundError);
    expect((await completions.list()).data).toEqual([]);
  });

  it('has a sandbox model under any name when it is given none', async () => {
    await start({ models: undefined });
    const response = await post(completionBody({ model: 'gpt-anything' }));
    expect(await response.json()).toMatchObject({ object: 'chat.completion', model: 'gpt-anything' });
    const models = (await (await fetch(`${server.url}/models`)).json()) as { data: { id: string }[] };
    expect(models.data.map(({ id }) => id)).toEqual(['sandbox']);
  });

  it('tells the model when a client hangs up, in the middle of a stream or before the answer', async () => {
    let gone = 0;
    let hangUp = new AbortController();
    await start({
      models: modelsOf(
        scriptedModel(async function* (request, signal) {
          signal.addEventListener('abort', () => gone++);
          if (request.stream) yield* chunksOf(['x']).slice(0, 2);
          hangUp.abort();
          await sleep(10_000, undefined, { signal });
        }),
      ),
    });
    for (const stream of [true, false]) {
      hangUp = new AbortController();
      const answer = post(completionBody({ stream }), hangUp.signal);
      await expect(answer.then((response) => response.text())).rejects.toMatchObject({ name: 'AbortError' });
    }
    await expect.poll(() => gone, { timeout: 10_000 }).toBe(2);
  });

  it('reads a body sent in pieces, and stops reading one that is too large', async () => {
    await start({ bodyLimit: 2_000 });
    const text = JSON.stringify(completionBody());
    const head =
      'POST /v1/chat/completions HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\ncontent-type: application/json\r\n';
    const piece = (part: string): string => `${part.length.toString(16)}\r\n${part}\r\n`;
    const pieces = `${piece(text.slice(0, 9))}${piece(text.slice(9))}`;
    expect(await sendRaw(server.port, `${head}transfer-encoding: chunked\r\n\r\n${pieces}0\r\n\r\n`)).toMatch(
      /^HTTP\/1.1 200 /,
    );
    const large = piece('x'.repeat(3_000));
    expect(await sendRaw(server.port, `${head}transfer-encoding: chunked\r\n\r\n${large}0\r\n\r\n`)).toMatch(
      /^HTTP\/1.1 413 /,
    );
    expect(await sendRaw(server.port, `${head}content-length: 3000\r\n\r\n${'x'.repeat(3_000)}`)).toMatch(
      /^HTTP\/1.1 413 /,
    );
    // Announced, but never sent: the answer does not wait for it.
    const socket = await openSocket(server.port);
    socket.write(`${head}content-length: 1000000000\r\n\r\n`);
    expect(String((await once(socket, 'data'))[0])).toMatch(/^HTTP\/1.1 413 /);
    socket.destroy();
  });

  it.each([
    ['a path of two slashes', 'GET //x HTTP/1.1\r\nhost: localhost', 404],
    ['a host with a blank', 'GET /v1/models HTTP/1.1\r\nhost: a b', 400],
    ['a host that is no address', 'GET /v1/models HTTP/1.1\r\nhost: 127.999.999.999', 400],
    ['another such host', 'GET /health HTTP/1.1\r\nhost: 1.2.3.4.5', 400],
    ['a host with a user', 'GET /v1/models HTTP/1.1\r\nhost: user@evil.example', 400],
    ['another host', 'GET http://evil.example/v1/models HTTP/1.1\r\nhost: evil.example', 403],
    ['no path', 'OPTIONS * HTTP/1.1\r\nhost: localhost', 400],
    ['no host', 'GET /v1/models HTTP/1.1', 400],
    ['no host, in HTTP/1.0', 'GET /v1/models HTTP/1.0', 400],
    ['a URL of 20,000 characters', `GET /v1/models?${'x'.repeat(20_000)} HTTP/1.1\r\nhost: localhost`, 431],
    ['an odd expectation', 'GET /v1/models HTTP/1.1\r\nhost: localhost\r\nexpect: a miracle', 417],
    ['a length in letters', 'POST /v1/models HTTP/1.1\r\nhost: localhost\r\ncontent-length: x', 400],
    ['words', 'nonsense', 400],
    ['bytes', '\0\x01\x02', 400],
    ['a body that breaks', `${postHead}transfer-encoding: chunked\r\n\r\nzz`, 400],
    ['a body that ends early', `${postHead}content-length: 5\r\n\r\n{`, 400],
  ])('refuses %s with the error object of the API, and goes on', async (_name, request, status) => {
    await start();
    const head = request.replace(/( HTTP\/1\.[01])/, '$1\r\nconnection: close');
    const answer = await sendRaw(server.port, `${head}\r\n\r\n`);
    expect(answer).toMatch(new RegExp(`^HTTP/1.1 ${status} [^]*\r\nx-request-id: req_[^]*\r\n\r\n`, 'i'));
    const { error } = JSON.parse(answer.slice(answer.indexOf('\r\n\r\n'))) as { error: { message: string } };
    expect(error).toEqual(expect.objectContaining({ message: expect.any(String), type: expect.any(String) }));
    expect((await fetch(`${server.url}/models`)).status).toBe(200);
  });

  it('says nothing in the middle of an answer about what comes after it', async () => {
    let goOn!: () => void;
    const released = new Promise<void>((resolve) => (goOn = resolve));
    await start({
      models: modelsOf(
        scriptedModel(async function* () {
          const [first, ...rest] = chunksOf(['x']);
          if (first) yield first;
          await released;
          yield* rest;
        }),
      ),
    });
    const body = JSON.stringify(completionBody({ stream: true }));
    const socket = await openSocket(server.port);
    let answer = '';
    socket.setEncoding('utf8').on('data', (piece: string) => (answer += piece));
    socket.write(`${postHead}content-length: ${body.length}\r\n\r\n${body}`);
    await expect.poll(() => answer).toContain('data: ');
    socket.write('nonsense\r\n\r\n');
    await once(socket, 'close');
    goOn();
    expect(answer.match(/HTTP\/1\.1/g)).toHaveLength(1);
  });

  it('leaves the Request and the Response of the program in their place', async () => {
    const before = [Request, Response];
    await start();
    expect([Request, Response]).toEqual(before);
    expect(await fetch(`${server.url}/models`)).toBeInstanceOf(Response);
  });

  it('on loopback and without keys answers only to loopback names', async () => {
    await start();
    const ask = (host: string): Promise<string> =>
      sendRaw(server.port, `GET /v1/models HTTP/1.1\r\nhost: ${host}\r\nconnection: close\r\n\r\n`);
    expect(await ask(`localhost:${server.port}`)).toMatch(/^HTTP\/1.1 200 /);
    expect(await ask('rebound.example')).toMatch(/^HTTP\/1.1 403 /);
    await server.close();
    await start({ allowedHosts: ['rebound.example'] });
    expect(await ask('rebound.example')).toMatch(/^HTTP\/1.1 200 /);
    await server.close();
    await start({ apiKeys: ['k'] });
    expect(await ask('rebound.example')).toMatch(/^HTTP\/1.1 401 /);
  });

  it('leaves no file behind when it cannot start, and does not listen', async () => {
    await start();
    const folder = await mkdtemp(join(tmpdir(), 'colloquy-start-'));
    const db = join(folder, 'start.db');
    const free = await freePort();
    const refused: [ServerOptions, object][] = [
      [{ db, port: server.port }, { code: 'EADDRINUSE' }],
      [{ db, host: '192.0.2.1' }, { code: 'EADDRNOTAVAIL' }],
      [{ db, port: free, quirk: 'olama' }, { name: 'SettingError' }],
      [{ db, port: free, fault: 'status=9' }, { name: 'SettingError' }],
      [{ db: join(folder, 'missing', 'x.db'), port: free }, { name: 'DatabaseError' }],
    ];
    for (const [options, error] of refused) {
      await expect(startServer({ port: 0, ...options })).rejects.toMatchObject(error);
      expect(await readdir(folder)).toEqual([]);
      await expect(openSocket(free)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    }
    await rm(folder, { recursive: true });
  });

  it('serves a request that arrives while the database is being opened', async () => {
    const port = await freePort();
    const starting = start({ port });
    const early = await openSocket(port);
    early.end('GET /v1/models HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n');
    const [response] = await once(early, 'data');
    expect(String(response)).toMatch(/^HTTP\/1.1 200 /);
    await starting;
  });
});
