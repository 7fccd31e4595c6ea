import { once } from 'node:events';
import { createServer } from 'node:http';
import type { IncomingMessage } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import { connect } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { createServer as createTLSServer } from 'node:tls';
import type { TLSSocket } from 'node:tls';
import { expect, onTestFinished, test, vi } from 'vitest';
import { cert, key } from '../../test/support/certificate.ts';
import { eventually, serve } from '../../test/support/http-server.ts';
import { fetchWith } from '../../test/support/node-fetch.ts';
import { createFetch } from './index.ts';
import { proxyAuthorization, proxyFor, readProxy } from './proxy.ts';

const names = ['http_proxy', 'https_proxy', 'no_proxy'].flatMap((name) => [name, name.toUpperCase()]);

/** Nothing is set but `given`, until the test is over. */
function environment(given: Record<string, string>): void {
  for (const name of names) vi.stubEnv(name, given[name]);
  onTestFinished(() => void vi.unstubAllEnvs());
}

const http = 'http://api.test/';
const https = 'https://api.test/';

test.for([
  ['nothing', {}, http, undefined],
  ['http_proxy, for http', { http_proxy: 'http://p:1' }, http, 'http://p:1/'],
  ['http_proxy, not for https', { http_proxy: 'http://p:1' }, https, undefined],
  ['https_proxy', { https_proxy: 'https://p:1' }, https, 'https://p:1/'],
  ['upper case', { HTTPS_PROXY: 'http://p:1' }, https, 'http://p:1/'],
  ['lower case first', { HTTPS_PROXY: 'http://p:1', https_proxy: 'http://q:2' }, https, 'http://q:2/'],
  ['lower case first, also empty', { HTTPS_PROXY: 'http://p:1', https_proxy: '' }, https, undefined],
  ['no scheme', { http_proxy: 'p:8080' }, http, 'http://p:8080/'],
] as const)('the environment says the proxy: %s', ([_, env, url, proxy]) => {
  environment(env);
  expect(proxyFor(new URL(url), undefined)?.href).toBe(proxy);
});

test('a proxy that is given counts for every URL, and false is none', () => {
  environment({ http_proxy: 'http://p:1', no_proxy: '*' });
  expect(proxyFor(new URL(https), 'q:2')?.href).toBe('http://q:2/');
  environment({ http_proxy: 'http://p:1' });
  expect(proxyFor(new URL(http), false)).toBe(undefined);
});

test.for([
  ['*', http, true],
  ['api.test', http, true],
  ['API.TEST', http, true],
  ['a.test, api.test', http, true],
  ['a.test api.test', http, true],
  ['test', http, true],
  ['.test', http, true],
  ['*.api.test', http, true],
  ['pi.test', http, false],
  ['x.api.test', http, false],
  ['other', http, false],
  ['', http, false],
  [' , ', http, false],
  ['api.test:80', http, true],
  ['api.test:443', http, false],
  ['api.test:443', https, true],
  ['api.test:8080', 'http://api.test:8080/', true],
  ['10.1.2.3', 'http://10.1.2.3/', true],
  ['2.3', 'http://10.1.2.3/', false],
  ['10.0.0.0/8', 'http://10.1.2.3/', true],
  ['10.0.0.0/8', 'http://11.1.2.3/', false],
  ['10.1.2.3/32', 'http://10.1.2.3/', true],
  ['10.1.2.3/33', 'http://10.1.2.3/', false],
  ['10.0.0.0/8', http, false],
  ['::1', 'http://[::1]/', true],
  ['[::1]', 'http://[::1]/', true],
  ['[::1]:81', 'http://[::1]/', false],
  ['fd00::/8', 'http://[fd00::1]/', true],
  ['fd00::/8', 'http://[fe00::1]/', false],
  ['::1/128', 'http://[::1]/', true],
  ['fd00::/8', 'http://10.1.2.3/', false],
] as const)('no_proxy=%s and %s', ([list, url, excluded]) => {
  environment({ http_proxy: 'p:1', https_proxy: 'p:1', no_proxy: list });
  expect(proxyFor(new URL(url), undefined) === undefined).toBe(excluded);
});

test('a bad proxy is refused by the name of what said it, without its password', () => {
  expect(() => readProxy('socks5://u:secret@p', 'https_proxy')).toThrow(
    new TypeError('https_proxy must be an http: or https: URL, not socks5:'),
  );
  expect(() => readProxy('http://u:secret@[', 'proxy')).toThrow(
    new TypeError('proxy must be an http: or https: URL'),
  );
  expect(() => createFetch({ proxy: 'ftp://p' })).toThrow('proxy must be an http: or https: URL, not ftp:');
});

test('a proxy is told user and password, decoded, if there are any', () => {
  const basic = (text: string): string[] => [
    'proxy-authorization',
    `Basic ${Buffer.from(text).toString('base64')}`,
  ];
  expect(proxyAuthorization(new URL('http://u%40x:p%3Aä@p'))).toEqual(basic('u@x:p:ä'));
  expect(proxyAuthorization(new URL('http://u@p'))).toEqual(basic('u:'));
  expect(proxyAuthorization(new URL('http://:p@p'))).toEqual(basic(':p'));
  expect(proxyAuthorization(new URL('http://p'))).toEqual([]);
});

test('an http: URL is asked for by its whole address at the proxy, which alone hears its password', async () => {
  const proxy = await serve((_, response) => response.end('by proxy'));
  const fetch = fetchWith({ proxy: `http://u:p@127.0.0.1:${proxy.port}` });
  const response = await fetch('http://api.test:81/v1?q', { headers: { 'Proxy-Authorization': 'mine' } });
  expect([response.url, await response.text()]).toEqual(['http://api.test:81/v1?q', 'by proxy']);
  expect(proxy.arrived).toMatchObject([
    {
      url: 'http://api.test:81/v1?q',
      headers: { host: ['api.test:81'], 'proxy-authorization': ['Basic dTpw'] },
    },
  ]);
});

/** Answers over TLS with what it knows of the connection. */
async function serveTLS(): Promise<{ port: number }> {
  const sockets = new Set<TLSSocket>();
  const server = createTLSServer({ key, cert, ALPNProtocols: ['h2', 'http/1.1'] }, (socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    socket.on('data', (head) => {
      const { servername, alpnProtocol } = socket as TLSSocket & { servername: string };
      const text = JSON.stringify({ servername, alpnProtocol, resumed: socket.isSessionReused() });
      const close = head.includes('x-close') ? 'connection: close\r\n' : '';
      socket.write(
        `HTTP/1.1 200 OK\r\n${close}x-head: ${head.includes('proxy-')}\r\ncontent-length: ${text.length}\r\n\r\n${text}`,
      );
    });
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return { port: (server.address() as AddressInfo).port };
}

test('an https: URL is asked by HTTP/1.1 over TLS, and a second connection resumes its session', async () => {
  const { port } = await serveTLS();
  const fetch = fetchWith({ tls: { ca: cert } });
  const ask = async () => (await fetch(`https://localhost:${port}/`, { headers: { 'x-close': '1' } })).json();
  const facts = { servername: 'localhost', alpnProtocol: 'http/1.1' };
  expect(await ask()).toEqual({ ...facts, resumed: false });
  expect(await ask()).toEqual({ ...facts, resumed: true });
  const byAddress = await (await fetch(`https://127.0.0.1:${port}/`)).json();
  expect(byAddress).toMatchObject({ servername: false });
  const renamed = fetchWith({ tls: { ca: cert, servername: 'api.test' } });
  const response = await renamed(`https://localhost:${port}/`);
  expect(await response.json()).toMatchObject({ servername: 'api.test' });
});

test('a certificate that is not trusted fails the call with the reason, unless told not to look', async () => {
  const { port } = await serveTLS();
  const url = `https://localhost:${port}/`;
  await expect(fetchWith({})(url)).rejects.toMatchObject({
    message: 'fetch failed',
    cause: { code: expect.stringMatching(/SELF_SIGNED_CERT/) },
  });
  const careless = fetchWith({ tls: { rejectUnauthorized: false } });
  expect((await careless(url)).status).toBe(200);
  const elsewhere = fetchWith({ tls: { ca: cert, servername: 'other.test' } });
  await expect(elsewhere(url)).rejects.toMatchObject({ cause: { code: 'ERR_TLS_CERT_ALTNAME_INVALID' } });
});

/** A proxy that connects to `port` whatever it is asked for, or refuses with `status`. */
async function serveTunnel(
  port: number,
  { status = 200, secure = false } = {},
): Promise<{ address: string; asked: IncomingMessage[]; sockets: Set<Socket> }> {
  const asked: IncomingMessage[] = [];
  const sockets = new Set<Socket>();
  const server = secure ? createSecureServer({ key, cert }) : createServer();
  server.on('connect', (request: IncomingMessage, socket: Socket) => {
    asked.push(request);
    sockets.add(socket);
    socket.on('error', () => {}).on('close', () => sockets.delete(socket));
    if (status !== 200) return void socket.end(`HTTP/1.1 ${status} No Way\r\n\r\n`);
    const onward = connect(port, '127.0.0.1');
    onward.on('error', () => {}).on('close', () => socket.destroy());
    socket.on('close', () => onward.destroy());
    socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
    socket.pipe(onward).pipe(socket);
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return { address: `127.0.0.1:${(server.address() as AddressInfo).port}`, asked, sockets };
}

test('an https: URL goes through a tunnel, which is kept, and only the tunnel hears the password', async () => {
  const { port } = await serveTLS();
  const { address, asked } = await serveTunnel(port);
  const fetch = fetchWith({ proxy: `http://u:p@${address}`, tls: { ca: cert } });
  const ask = async (): Promise<unknown[]> => {
    const response = await fetch('https://api.test/v1');
    return [response.headers.get('x-head'), await response.json()];
  };
  const facts = { servername: 'api.test', alpnProtocol: 'http/1.1', resumed: false };
  expect([await ask(), await ask()]).toEqual([
    ['false', facts],
    ['false', facts],
  ]);
  expect(asked.map(({ url, headers }) => [url, headers.host, headers['proxy-authorization']])).toEqual([
    ['api.test:443', 'api.test:443', 'Basic dTpw'],
  ]);
  const six = fetchWith({ proxy: address, tls: { rejectUnauthorized: false } });
  await (await six('https://[::1]:4443/')).text();
  expect(asked[1]!.url).toBe('[::1]:4443');
});

test.for([300, 407, 502])(
  'a tunnel that is refused (%i) fails the call with what the proxy answered',
  async (status) => {
    const { address, sockets } = await serveTunnel(1, { status });
    const fetch = fetchWith({ proxy: address });
    await expect(fetch('https://api.test/')).rejects.toMatchObject({
      message: 'fetch failed',
      cause: { message: `proxy ${address} answered ${status} No Way to CONNECT api.test:443` },
    });
    await eventually(() => expect(sockets.size).toBe(0));
  },
);

test('a proxy may itself be asked over TLS, by the authorities that are trusted', async () => {
  const { port } = await serveTLS();
  const { address, asked } = await serveTunnel(port, { secure: true });
  const proxy = `https://${address.replace('127.0.0.1', 'localhost')}`;
  const fetch = fetchWith({ proxy, tls: { ca: cert } });
  const facts = { servername: 'api.test', alpnProtocol: 'http/1.1', resumed: false };
  expect(await (await fetch('https://api.test/')).json()).toEqual(facts);
  expect(asked).toHaveLength(1);
  await expect(fetchWith({ proxy })('https://api.test/')).rejects.toThrow('fetch failed');
  expect(asked).toHaveLength(1);
});

test('a tunnel to a server that is not trusted fails the call and is closed', async () => {
  const { port } = await serveTLS();
  const { address, sockets } = await serveTunnel(port);
  const fetch = fetchWith({ proxy: address });
  await expect(fetch('https://api.test/')).rejects.toMatchObject({
    cause: { code: expect.stringMatching(/SELF_SIGNED_CERT/) },
  });
  await eventually(() => expect(sockets.size).toBe(0));
});

test('a proxy that answers nothing is given up in time, and named', async () => {
  const silent = createServer();
  silent.on('connect', () => {});
  await once(silent.listen(0, '127.0.0.1'), 'listening');
  onTestFinished(() => void silent.close());
  const address = `127.0.0.1:${(silent.address() as AddressInfo).port}`;
  const fetch = fetchWith({ proxy: address, connectTimeoutMs: 40 });
  await expect(fetch('https://api.test/')).rejects.toMatchObject({
    cause: { code: 'ETIMEDOUT', message: `connecting to ${address} timed out after 40 ms` },
  });
});
