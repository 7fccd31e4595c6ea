/** Servers on loopback for tests of what happens on a connection; one remembers what arrived. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { ServerOptions, ServerResponse } from 'node:http';
import { createServer as createRawServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { onTestFinished, vi } from 'vitest';

export interface Arrived {
  method: string;
  /** Path and query. */
  url: string;
  /** Names in lower case; values of one name in their order. */
  headers: Record<string, string[]>;
  body: Buffer;
  /** Names the connection it came on. */
  connection: number;
}

export interface TestServer {
  origin: string;
  port: number;
  arrived: Arrived[];
  /** How many connections are open. */
  connections(): Promise<number>;
}

/** Answers every request, when its body has arrived, by `answer`; is closed when the test is over. */
export async function serve(
  answer: (request: Arrived, response: ServerResponse) => void,
  options: ServerOptions = {},
): Promise<TestServer> {
  const arrived: Arrived[] = [];
  const server = createServer(options, (request, response) => {
    const pieces: Buffer[] = [];
    request.on('error', () => {});
    request.on('data', (piece: Buffer) => pieces.push(piece));
    request.on('end', () => {
      const one: Arrived = {
        method: request.method!,
        url: request.url!,
        headers: request.headersDistinct as Record<string, string[]>,
        body: Buffer.concat(pieces),
        connection: request.socket.remotePort!,
      };
      arrived.push(one);
      answer(one, response);
    });
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return {
    origin: `http://127.0.0.1:${port}`,
    port,
    arrived,
    connections: () =>
      new Promise((resolve, reject) =>
        server.getConnections((error, count) => (error ? reject(error) : resolve(count))),
      ),
  };
}

/** A server that is given its sockets as they are. */
export async function serveRaw(greet: (socket: Socket, connection: number) => void): Promise<string> {
  let connections = 0;
  const sockets = new Set<Socket>();
  const server = createRawServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    greet(socket, connections++);
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
}

/** An address where nobody listens. */
export async function nobody(): Promise<string> {
  const server = createRawServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  await once(server.close(), 'close');
  return `http://127.0.0.1:${port}/`;
}

/** Waits until `check` passes; what the other end of a connection sees comes a little later. */
export const eventually = (check: () => void | Promise<void>): Promise<void> =>
  vi.waitFor(check, { timeout: 10_000, interval: 10 });
