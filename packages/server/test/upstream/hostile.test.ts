/** Upstreams whose responses are not HTTP as it should be, or try to write into the log. */
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { afterEach, expect, it } from 'vitest';
import { gateway, post, type Gateway } from '../support/gateway.ts';

const open: { close(): unknown }[] = [];
afterEach(async () => {
  for (const one of open.splice(0).toReversed()) await one.close();
});

/** A server in front of an upstream that sends `reply` to every request, and ends the connection. */
async function inFrontOf(reply: string): Promise<Gateway> {
  const upstream = createServer((socket) => {
    socket.on('error', () => {});
    socket.once('data', () => socket.end(reply));
  }).listen(0, '127.0.0.1');
  await once(upstream, 'listening');
  const { port } = upstream.address() as AddressInfo;
  const server = await gateway({ upstreams: { up: { baseURL: `http://127.0.0.1:${port}/v1` } } });
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
