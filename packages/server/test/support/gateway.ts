/** Servers for tests of upstreams: one in front, and beneath it any server whose bytes are written down. */
import { once } from 'node:events';
import { createServer, request, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { startServer, type RunningServer, type ServerOptions } from '../../src/server.ts';

export interface Gateway extends RunningServer {
  /** Everything that was logged. */
  logged: string[];
}

/** A server in front of upstreams, with its completions in memory. */
export async function gateway(
  upstreams: ServerOptions['upstreams'],
  options: ServerOptions = {},
): Promise<Gateway> {
  const logged: string[] = [];
  const server = await startServer({
    port: 0,
    db: ':memory:',
    graceMs: 0,
    logRequests: false,
    log: (line) => logged.push(line),
    ...options,
    upstreams,
  });
  return { ...server, logged };
}

export interface Listener {
  url: string;
  server: Server;
  close(): void;
}

export async function listening(listener: RequestListener): Promise<Listener> {
  const server = createServer(listener).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    server,
    url: `http://127.0.0.1:${port}/v1`,
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}

/** A response as its bytes arrived. */
export interface Arrived {
  status: number;
  headers: IncomingMessage['headers'];
  body: Buffer;
  /** Whether the connection broke before the end of the body. */
  broken: boolean;
}

/** What passed through a recorder. */
export interface Exchange {
  sent: Buffer;
  headers: IncomingMessage['headers'];
  /** Undefined when the connection broke before there was a status. */
  arrived: Arrived | undefined;
}

/** A server that passes everything on to `target`, byte by byte, and writes it down. */
export async function recorder(target: string): Promise<Listener & { exchanges: Exchange[] }> {
  const exchanges: Exchange[] = [];
  const listener = await listening(async (incoming, outgoing) => {
    const sent = await bytesOf(incoming);
    const exchange: Exchange = { sent, headers: incoming.headers, arrived: undefined };
    exchanges.push(exchange);
    const upstream = request(target + incoming.url!.replace('/v1', ''), {
      method: incoming.method,
      headers: incoming.headers,
    });
    outgoing.on('close', () => upstream.destroy());
    upstream.on('error', () => outgoing.destroy());
    upstream.on('response', (response) => {
      const arrived: Arrived = {
        status: response.statusCode!,
        headers: response.headers,
        body: Buffer.alloc(0),
        broken: true,
      };
      exchange.arrived = arrived;
      outgoing.writeHead(response.statusCode!, response.headers);
      outgoing.flushHeaders();
      response.on('data', (part: Buffer) => {
        arrived.body = Buffer.concat([arrived.body, part]);
        outgoing.write(part);
      });
      response.on('end', () => {
        arrived.broken = false;
        outgoing.end();
      });
      response.on('error', () => outgoing.destroy());
    });
    upstream.end(sent);
  });
  return Object.assign(listener, { exchanges });
}

export async function bytesOf(message: IncomingMessage): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const part of message as AsyncIterable<Buffer>) parts.push(part);
  return Buffer.concat(parts);
}

export interface PostOptions {
  headers?: Record<string, string>;
  signal?: AbortSignal;
  method?: string;
}

/** Sends a request with bytes, or a value as JSON, over a connection of its own. Resolves also when the connection breaks in the body. */
export async function post(
  url: string,
  body: unknown,
  { headers = {}, signal, method = 'POST' }: PostOptions = {},
): Promise<Arrived> {
  const outgoing = request(url, {
    method,
    agent: false,
    headers: { 'content-type': 'application/json', ...headers },
    signal,
  });
  outgoing.on('error', () => {});
  if (method === 'POST') outgoing.end(Buffer.isBuffer(body) ? body : JSON.stringify(body));
  else outgoing.end();
  const [response] = (await once(outgoing, 'response')) as [IncomingMessage];
  const parts: Buffer[] = [];
  let broken = false;
  try {
    for await (const part of response as AsyncIterable<Buffer>) parts.push(part);
  } catch {
    broken = true;
  }
  return { status: response.statusCode!, headers: response.headers, body: Buffer.concat(parts), broken };
}
