// What goes wrong on the way to a connection, or is asked of it that cannot be.
import { once } from 'node:events';
import { createServer } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import { connect } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { cert, key } from '../../test/support/certificate.ts';
import { nobody, serve, serveRaw } from '../../test/support/http-server.ts';
import { fetchWith } from '../../test/support/node-fetch.ts';
import { createPool } from './pool.ts';
import type { Connection } from './pool.ts';

/** Over TLS; its port. */
async function serveSecurely(): Promise<number> {
  const server = createSecureServer({ key, cert }, (_, response) => response.end('secret'));
  await once(server.listen(0, '127.0.0.1'), 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return (server.address() as AddressInfo).port;
}

/** The address of a proxy that leads to `port`, whatever it is asked for. */
async function serveProxy(port: number, onSocket: (socket: Socket) => void = () => {}): Promise<string> {
  const server = createServer();
  server.on('connect', (_, socket: Socket) => {
    onSocket(socket);
    const onward = connect(port, '127.0.0.1');
    onward.on('error', () => {}).on('close', () => socket.destroy());
    socket.on('error', () => {}).on('close', () => onward.destroy());
    socket.write('HTTP/1.1 200 Yes\r\n\r\n');
    socket.pipe(onward).pipe(socket);
    onTestFinished(() => void socket.destroy());
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  onTestFinished(() => void server.close());
  return `localhost:${(server.address() as AddressInfo).port}`;
}

describe('TLS options that cannot be used', () => {
  const tls = { cert: 'no certificate', key: 'no key' };
  const failed = { message: 'fetch failed', cause: { code: expect.stringMatching(/^ERR_/) } };

  test('fail every request, and no more than that', async () => {
    const port = await serveSecurely();
    const fetch = fetchWith({ tls, maxSockets: 1 });
    for (let i = 0; i < 3; i++)
      await expect(fetch(`https://localhost:${port}`)).rejects.toMatchObject(failed);
  });

  test('fail every request through a proxy, whose connections are closed', async () => {
    const sockets: Socket[] = [];
    const proxy = await serveProxy(await serveSecurely(), (socket) => sockets.push(socket));
    const fetch = fetchWith({ tls, proxy, maxSockets: 1 });
    for (let i = 0; i < 2; i++) await expect(fetch('https://api.test/')).rejects.toMatchObject(failed);
    await vi.waitFor(() => expect(sockets.map(({ destroyed }) => destroyed)).toEqual([true, true]));
  });
});

test('an address behind a proxy must be in the certificate, not the name of the proxy', async () => {
  const proxy = await serveProxy(await serveSecurely());
  const fetch = fetchWith({ proxy, tls: { ca: cert } });
  expect(await (await fetch('https://127.0.0.1/')).text()).toBe('secret');
  expect(await (await fetch('https://localhost/')).text()).toBe('secret');
  await expect(fetch('https://127.0.0.2/')).rejects.toMatchObject({
    cause: { code: 'ERR_TLS_CERT_ALTNAME_INVALID' },
  });
});

test('a servername that is undefined is the host of the URL', async () => {
  const names: string[] = [];
  const server = createSecureServer({ key, cert }, (_, response) => response.end());
  server.on('secureConnection', ({ servername }) => names.push(String(servername)));
  await once(server.listen(0, '127.0.0.1'), 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const fetch = fetchWith({ tls: { ca: cert, servername: undefined } });
  await fetch(`https://localhost:${(server.address() as AddressInfo).port}/`);
  expect(names).toEqual(['localhost']);
});

test('a proxy whose password is no escaped text is told it as it is', async () => {
  const proxy = await serve((_, response) => response.end());
  await fetchWith({ proxy: `http://u:100%@127.0.0.1:${proxy.port}` })('http://api.test/');
  const [field] = proxy.arrived[0]!.headers['proxy-authorization']!;
  expect(Buffer.from(field!.slice('Basic '.length), 'base64').toString()).toBe('u:100%');
});

test('a proxy that hangs up, or talks nonsense, fails the request', async () => {
  for (const [answer, code] of [
    ['', 'ECONNRESET'],
    ['hello\r\n\r\n', 'HPE_INVALID_CONSTANT'],
  ] as const) {
    const proxy = await serveRaw((socket) => void socket.once('data', () => socket.end(answer)));
    const call = fetchWith({ proxy })('https://api.test/');
    await expect(call).rejects.toMatchObject({ message: 'fetch failed', cause: { code } });
  }
});

test('a proxy that hangs up during the handshake fails the request', async () => {
  const port = Number(
    new URL(await serveRaw((socket) => void socket.once('data', () => socket.destroy()))).port,
  );
  const fetch = fetchWith({ proxy: await serveProxy(port) });
  await expect(fetch('https://api.test/')).rejects.toThrow('fetch failed');
});

test('times may be as long as one likes', async () => {
  const warned = vi.fn<(warning: Error) => void>();
  process.on('warning', warned);
  onTestFinished(() => void process.off('warning', warned));
  const { origin, arrived } = await serve((_, response) => response.end('hi'));
  for (const ms of [Infinity, 1e12]) {
    const fetch = fetchWith({ keepAliveMs: ms, connectTimeoutMs: ms });
    await (await fetch(origin)).text();
    await delay(20);
    await (await fetch(origin)).text();
  }
  expect(arrived.map(({ connection }) => connection === arrived[0]!.connection)).toEqual([
    true,
    true,
    false,
    false,
  ]);
  expect(warned).not.toHaveBeenCalled();
});

test('who gives up while a connection is opened for them is not given it, and the next one is', async () => {
  const url = new URL(await serveRaw(() => {}));
  const route = { url, proxy: undefined, tls: undefined, connectTimeoutMs: 1000 };
  const pool = createPool(route, 1, 1000);
  const ask = (): Promise<Connection | undefined> =>
    new Promise((resolve) => pool.acquire((_, connection) => resolve(connection), false));
  const first = await ask();
  const gone = vi.fn<() => void>();
  const giveUp = pool.acquire(gone, false);
  const next = ask();
  // Now one is opened for who waits longest.
  await once(first!.socket.destroy(), 'close');
  giveUp();
  const connection = await next;
  expect(gone).not.toHaveBeenCalled();
  connection!.socket.destroy();
});

test('a server that nobody answers for fails with what happened, also by a name of two addresses', async () => {
  const { port } = new URL(await nobody());
  const call = fetchWith()(`http://localhost:${port}/`);
  await expect(call).rejects.toMatchObject({ message: 'fetch failed', cause: { code: 'ECONNREFUSED' } });
});

test('IPv6 addresses are reached, and named in brackets', async () => {
  const server = createServer((request, response) => response.end(request.headers.host));
  server.listen(0, '::1');
  try {
    await once(server, 'listening');
  } catch {
    return; // No IPv6 here.
  }
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const host = `[::1]:${(server.address() as AddressInfo).port}`;
  expect(await (await fetchWith()(`http://${host}/`)).text()).toBe(host);
});
