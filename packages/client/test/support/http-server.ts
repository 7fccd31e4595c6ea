/** A server on loopback that remembers what arrived, for tests of what happens on a connection. */
import { createServer } from 'node:http';
import type { ServerOptions, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';

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
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
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
