/** Upstreams whose responses are not HTTP as it should be, or try to write into the log. */
import { once } from 'node:events';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { afterEach, expect, it } from 'vitest';
import { gateway, post, type Gateway } from '../support/gateway.ts';

const open: { close(): unknown }[] = [];
afterEach(async () => {
  for (const one of open.splice(0).toReversed()) await one.close();
});

/** A server in front of an upstream that sends `reply` to every request, and ends the connection. */
const inFrontOf = (reply: string | Buffer): Promise<Gateway> =>
  inFrontOfSocket((socket) => socket.end(reply));

/** A server in front of an upstream that does `respond` with every connection. */
async function inFrontOfSocket(
  respond: (socket: Socket) => unknown,
  timeouts: { firstChunk?: number } = {},
): Promise<Gateway> {
  const upstream = createServer((socket) => {
    socket.on('error', () => {});
    socket.once('data', () => respond(socket));
  }).listen(0, '127.0.0.1');
  await once(upstream, 'listening');
  const { port } = upstream.address() as AddressInfo;
  const baseURL = `http://127.0.0.1:${port}/v1`;
  const server = await gateway({ upstreams: { up: { baseURL, timeouts } } });
  open.push(upstream, server);
  return server;
}

const hello = { model: 'm', messages: [{ role: 'user', content: 'Hello' }] };

it.each([600, 999])('responds with 502 to the status %i', async (status) => {
  const server = await inFrontOf(`HTTP/1.1 ${status} Odd\r\nContent-Length: 2\r\n\r\n{}`);
  for (const [path, method] of [
    ['/chat/completions', 'POST'],
    ['/models/m', 'GET'],
  ] as const) {
    const { status: sent, body } = await post(`${server.url}${path}`, hello, { method });
    expect(sent).toBe(502);
    expect(JSON.parse(body.toString()).error).toMatchObject({
      code: 'upstream_invalid_status',
      message: expect.stringContaining(String(status)),
    });
  }
});

it('breaks the connection where the card of a model breaks off', async () => {
  const server = await inFrontOf('HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{"id":');
  const cut = post(`${server.url}/models/m`, undefined, { method: 'GET' });
  await expect(cut.then(({ broken, body }) => ({ broken, body: body.toString() }))).resolves.toEqual({
    broken: true,
    body: '{"id":',
  });
});

it('ends the request upstream for HEAD, whose body nobody reads', async () => {
  let open = 0;
  const server = await inFrontOfSocket((socket) => {
    open++;
    socket.on('close', () => open--);
    socket.write(`HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n{"id":`);
  });
  const response = await post(`${server.url}/models/m`, undefined, { method: 'HEAD' });
  expect(response).toMatchObject({ status: 200, broken: false });
  await expect.poll(() => open).toBe(0);
});

it.each([
  ['text/event-stream', 'data: ', true],
  ['application/json', '', false],
])('writes what an upstream says as %s on one line of the log', async (type, before, stream) => {
  const error = JSON.stringify({ error: { message: 'evil\n2026 forged\r\u001B[31m\u009B31m\u2028' } });
  const server = await inFrontOf(`HTTP/1.1 200 OK\r\nContent-Type: ${type}\r\n\r\n${before}${error}\n\n`);
  await post(`${server.url}/chat/completions`, { ...hello, store: true, stream });
  expect(server.logged).toEqual([expect.stringMatching(/was not stored: evil 2026 forged/)]);
  expect(server.logged[0]).toMatch(/^[\x20-\x7E]*$/);
});

const head = (type: string, more = ''): string => `HTTP/1.1 200 OK\r\nContent-Type: ${type}\r\n${more}\r\n`;
const delta = { choices: [{ index: 0, delta: { role: 'assistant', content: 'a' }, finish_reason: 'stop' }] };
const stream = `data: ${JSON.stringify(delta)}\n\ndata: [DONE]\n\n`;

it('takes a stream that arrives byte by byte as begun', async () => {
  const server = await inFrontOfSocket(
    async (socket) => {
      socket.setNoDelay(true).write(head('text/event-stream'));
      for (const byte of stream) {
        await sleep(10);
        socket.write(byte);
      }
      socket.end();
    },
    // The first chunk begins within a tenth of it, and all of them take longer.
    { firstChunk: 1_000 },
  );
  const { broken, body } = await post(`${server.url}/chat/completions`, {
    ...hello,
    stream: true,
    store: true,
  });
  expect({ broken, text: body.toString() }).toEqual({ broken: false, text: stream });
  expect(server.logged).toEqual([]);
});

it('passes on what an upstream compresses unasked, and says why it is not stored', async () => {
  const bytes = gzipSync(stream);
  const headers = head('text/event-stream', `Content-Encoding: gzip\r\nContent-Length: ${bytes.length}\r\n`);
  const server = await inFrontOf(Buffer.concat([Buffer.from(headers), bytes]));
  const { broken, body } = await post(`${server.url}/chat/completions`, {
    ...hello,
    stream: true,
    store: true,
  });
  expect({ broken, body: Buffer.from(body) }).toEqual({ broken: false, body: bytes });
  expect(server.logged).toEqual([expect.stringMatching(/was not stored: The upstream compressed it/)]);
});

it.each(['garbage\r\n\r\n', 'HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n{}'])(
  'calls %j an invalid response',
  async (reply) => {
    const server = await inFrontOf(reply);
    const { status, body } = await post(`${server.url}/chat/completions`, hello);
    expect(status).toBe(502);
    expect(JSON.parse(body.toString()).error.code).toBe('upstream_invalid_response');
  },
);
