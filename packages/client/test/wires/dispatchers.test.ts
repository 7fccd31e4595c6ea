// The recipes of docs/node.md: undici's `fetch` and a dispatcher of the same package, against real servers and proxies.
import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import { connect } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';
import {
  Agent,
  EnvHttpProxyAgent,
  fetch as undiciFetch,
  MockAgent,
  ProxyAgent,
  type Dispatcher,
} from 'undici';
import { afterEach, expect, onTestFinished, test, vi } from 'vitest';
import { OpenAI } from '../../src/entries/index.ts';
import { cert, key } from '../support/certificate.ts';
import { serve } from '../support/http-server.ts';

/** The types of undici's `Request` and the platform's differ; the client passes a URL. */
const fetch = undiciFetch as unknown as typeof globalThis.fetch;
const completion = { id: 'c', object: 'chat.completion', created: 1, model: 'm', choices: [] };
const body = { model: 'm', messages: [] };

afterEach(() => void vi.unstubAllEnvs());

function clientOf(baseURL: string, dispatcher: Dispatcher): OpenAI {
  onTestFinished(() => dispatcher.close().catch(() => {})); // which one client of the same test may have done
  return new OpenAI({ apiKey: 'k', baseURL, maxRetries: 0, fetch, fetchOptions: { dispatcher } });
}

const respond = (
  _: unknown,
  response: { setHeader(name: string, value: string): { end(text: string): unknown } },
) => void response.setHeader('content-type', 'application/json').end(JSON.stringify(completion));

async function listen(server: Server): Promise<number> {
  await once(server.listen(0, '127.0.0.1'), 'listening');
  onTestFinished(() => void server.close());
  return (server.address() as AddressInfo).port;
}

const serveSecurely = () => listen(createSecureServer({ key, cert }, respond));

/** A proxy that leads every tunnel to `port`. */
async function serveTunnel(port: number): Promise<{ address: string; asked: IncomingMessage[] }> {
  const asked: IncomingMessage[] = [];
  const server = createServer().on('connect', (request: IncomingMessage, socket: Socket) => {
    asked.push(request);
    const onward = connect(port, '127.0.0.1');
    onward.on('error', () => {}).on('close', () => socket.destroy());
    socket.on('error', () => {}).on('close', () => onward.destroy());
    socket.write('HTTP/1.1 200 OK\r\n\r\n');
    socket.pipe(onward).pipe(socket);
  });
  return { address: `127.0.0.1:${await listen(server)}`, asked };
}

test('EnvHttpProxyAgent tunnels to the origins that no_proxy leaves to it', async () => {
  const { address, asked } = await serveTunnel(await serveSecurely());
  vi.stubEnv('https_proxy', `http://u:p@${address}`);
  vi.stubEnv('no_proxy', '127.0.0.1');
  const dispatcher = new EnvHttpProxyAgent({ requestTls: { ca: cert } });
  expect(await clientOf('https://api.test/v1', dispatcher).chat.completions.create(body)).toMatchObject(
    completion,
  );
  expect(asked.map(({ url, headers }) => [url, headers['proxy-authorization']])).toEqual([
    ['api.test:443', `Basic ${btoa('u:p')}`],
  ]);

  const direct = await serve(respond);
  await clientOf(direct.origin, dispatcher).chat.completions.create(body);
  expect([direct.arrived.length, asked.length]).toEqual([1, 1]);
});

test('ProxyAgent sends the whole URL of an http: origin to the proxy', async () => {
  const proxy = await serve(respond);
  const dispatcher = new ProxyAgent({ uri: `http://u:p@127.0.0.1:${proxy.port}`, proxyTunnel: false });
  await clientOf('http://api.test/v1', dispatcher).chat.completions.create(body);
  expect(proxy.arrived).toMatchObject([
    {
      url: 'http://api.test/v1/chat/completions',
      headers: { authorization: ['Bearer k'], 'proxy-authorization': [`Basic ${btoa('u:p')}`] },
    },
  ]);
});

test('a certificate authority is trusted where `connect` names it, and nowhere else', async () => {
  const url = `https://localhost:${await serveSecurely()}/v1`;
  const trusting = clientOf(url, new Agent({ connect: { ca: cert } }));
  expect(await trusting.chat.completions.create(body)).toMatchObject(completion);
  await expect(clientOf(url, new Agent()).chat.completions.create(body)).rejects.toThrow(
    'self-signed certificate',
  );
});

test('no more than `connections` are open', async () => {
  const { origin, arrived } = await serve(
    (request, response) => void setTimeout(respond, 5, request, response),
  );
  const client = clientOf(origin, new Agent({ connections: 2 }));
  await Promise.all(Array.from({ length: 6 }, () => client.chat.completions.create(body)));
  expect([arrived.length, new Set(arrived.map(({ connection }) => connection)).size]).toEqual([6, 2]);
});

test('a MockAgent replies in place of the server', async () => {
  const dispatcher = new MockAgent();
  dispatcher.disableNetConnect();
  dispatcher
    .get('https://api.test')
    .intercept({ path: '/v1/chat/completions', method: 'POST' })
    .reply(200, completion, {
      headers: { 'content-type': 'application/json' },
    });
  const client = clientOf('https://api.test/v1', dispatcher);
  expect(await client.chat.completions.create(body)).toMatchObject(completion);
  await expect(client.chat.completions.create(body)).rejects.toThrow('api.test');
});

test('a redirect to another origin drops the key of `authorization`, or is not followed', async () => {
  const away = await serve(respond);
  const home = await serve((_, response) => void response.writeHead(307, { location: away.origin }).end());
  const client = clientOf(home.origin, new Agent());
  await client.chat.completions.create(body);
  expect(away.arrived[0]!.headers['authorization']).toBeUndefined();
  const refusing = client.withOptions({ fetchOptions: { redirect: 'error' } });
  await expect(refusing.chat.completions.create(body)).rejects.toThrow('unexpected redirect');
  expect(away.arrived).toHaveLength(1);
});
