import { once } from 'node:events';
import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { least } from '../../../../test/timing.ts';
import { Upstream, type UpstreamCall, type UpstreamOptions } from './upstream.ts';

const open: { server?: Server; upstream: Upstream }[] = [];
afterEach(async () => {
  for (const { server, upstream } of open.splice(0)) {
    await upstream.close();
    server?.closeAllConnections();
    server?.close();
  }
});

async function upstreamOf(
  listener: RequestListener,
  options: Partial<UpstreamOptions> = {},
  path = '/v1/',
): Promise<Upstream> {
  const server = createServer(listener).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const upstream = new Upstream({ baseURL: `http://127.0.0.1:${port}${path}`, ...options });
  open.push({ server, upstream });
  return upstream;
}

function call(extra: Partial<UpstreamCall> = {}): UpstreamCall {
  return {
    path: '/chat/completions',
    headers: new Headers({ 'content-type': 'application/json', authorization: 'Bearer caller' }),
    body: Buffer.from('{"model":"m"}'),
    signal: new AbortController().signal,
    ...extra,
  };
}

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const part of request as AsyncIterable<Buffer>) parts.push(part);
  return Buffer.concat(parts);
}

describe('Upstream', () => {
  it('passes bytes through unchanged in both directions', async () => {
    const upstream = await upstreamOf(async (request, response) => {
      const body = await bodyOf(request);
      response.writeHead(200, { 'content-type': 'application/octet-stream' });
      const half = body.length >> 1;
      response.write(body.subarray(0, half));
      await sleep(1);
      response.end(body.subarray(half));
    });
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ minLength: 1, maxLength: 3_000 }), async (body) => {
        const response = await upstream.send(call({ body }));
        expect(new Uint8Array(await response.arrayBuffer())).toEqual(body);
      }),
      { numRuns: 40 },
    );
  });

  it('sends the path below the base URL with its query, and the headers that are not of a connection', async () => {
    const seen: IncomingMessage[] = [];
    const upstream = await upstreamOf(
      (request, response) => {
        seen.push(request);
        response.end('{}');
      },
      {},
      '/deployments/a/?api-version=1',
    );
    const headers = new Headers({
      authorization: 'Bearer caller',
      'content-type': 'application/json',
      connection: 'keep-alive, x-hop',
      'x-hop': '1',
      'x-mine': '2',
      'x-sandbox-fault': 'reset',
      cookie: 'a=b',
      origin: 'https://a.example',
      'accept-encoding': 'gzip',
    });
    await (await upstream.send(call({ headers }))).text();
    expect(seen[0]?.url).toBe('/deployments/a/chat/completions?api-version=1');
    expect(seen[0]?.headers).toEqual({
      'accept-encoding': 'identity',
      authorization: 'Bearer caller',
      'content-type': 'application/json',
      'x-mine': '2',
      connection: 'keep-alive',
      'content-length': '13',
      host: upstream.url.host,
    });
  });

  it('sends its own key in place of that of the caller; a user in the URL is a basic credential', () => {
    const headers = new Headers({ authorization: 'Bearer caller' });
    const own = new Upstream({ baseURL: 'http://a.example', apiKey: 'sk-own' });
    expect(own.headersFor(headers)['authorization']).toBe('Bearer sk-own');
    const basic = new Upstream({ baseURL: 'http://me:p%40ss@a.example' });
    expect(basic.headersFor(headers)['authorization']).toBe(`Basic ${btoa('me:p@ss')}`);
  });

  it.each([400, 429, 503, 302, 204])('passes on the status %d with its body and headers', async (status) => {
    const upstream = await upstreamOf((_request, response) => {
      response.writeHead(status, {
        'retry-after': '7',
        'x-many': ['a', 'b'],
        'set-cookie': 'a=b',
        location: '/x',
      });
      response.end(status === 204 ? undefined : '{"error":{"message":"no"}}');
    });
    const response = await upstream.send(call());
    expect(response.status).toBe(status);
    expect(response.headers.get('retry-after')).toBe('7');
    expect(response.headers.get('x-many')).toBe('a, b');
    expect(response.headers.get('set-cookie')).toBeNull();
    expect(response.headers.get('connection')).toBeNull();
    expect(await response.text()).toBe(status === 204 ? '' : '{"error":{"message":"no"}}');
  });

  it.each(['before the headers', 'in the body'])(
    'ends the request upstream within 100 ms of an abort %s',
    async (when) => {
      const closesAfter = async (): Promise<number> => {
        let closedAt = 0;
        let arrive!: () => void;
        const arrived = new Promise<void>((resolve) => (arrive = resolve));
        const upstream = await upstreamOf((_request, response) => {
          response.on('close', () => (closedAt = performance.now()));
          if (when === 'in the body') response.write('data: 1\n\n');
          arrive();
        });
        const controller = new AbortController();
        const sent = upstream.send(call({ signal: controller.signal }));
        const failed = sent.then((response) => response.text()).catch((error: Error) => error.message);
        await arrived;
        await sleep(20);
        const abortedAt = performance.now();
        controller.abort(new Error('gone'));
        expect(await failed).toBe('gone');
        await expect.poll(() => closedAt, { interval: 5 }).toBeGreaterThan(0);
        return closedAt - abortedAt;
      };
      expect(await least(100, closesAfter)).toBeLessThan(100);
    },
  );

  it('ends the request upstream when the body is cancelled', async () => {
    let closed = false;
    const upstream = await upstreamOf((_request, response) => {
      response.on('close', () => (closed = true));
      response.write('data: 1\n\n');
    });
    const response = await upstream.send(call());
    await response.body?.cancel();
    await expect.poll(() => closed, { interval: 5 }).toBe(true);
  });

  it('fails the body when the connection breaks in the middle', async () => {
    const upstream = await upstreamOf((_request, response) => {
      response.write('data: 1\n\n');
      setTimeout(() => response.destroy(), 20);
    });
    const response = await upstream.send(call());
    const reader = response.body!.getReader();
    expect(Buffer.from((await reader.read()).value!).toString()).toBe('data: 1\n\n');
    await expect(reader.read()).rejects.toThrow(/closed|terminated|aborted/);
  });

  it('is a 502 that names the host and no credential when nobody listens', async () => {
    const upstream = new Upstream({ baseURL: 'http://user:hunter22@127.0.0.1:1/v1?key=hunter22' });
    open.push({ upstream });
    await expect(upstream.send(call())).rejects.toMatchObject({
      status: 502,
      code: 'upstream_unreachable',
      message: 'The upstream 127.0.0.1:1 could not be reached (ECONNREFUSED).',
    });
  });

  it('is a 504 when the headers do not come in time', async () => {
    const upstream = await upstreamOf(() => {}, { timeout: 50 });
    await expect(upstream.send(call())).rejects.toMatchObject({ status: 504, code: 'upstream_timeout' });
  });

  it.each(['ftp://a.example', 'nowhere', ''])('refuses the base URL %j', (baseURL) => {
    expect(() => new Upstream({ baseURL })).toThrow(TypeError);
  });
});
