/** Ends an HTTP server without cutting an answer short. */
import type { Server } from 'node:http';
import type { Socket } from 'node:net';

/**
 * Watches `server` from before it listens, and returns what closes it: no new connections, those without an
 * answer in flight end at once, the others with their answer. Resolves when all have ended.
 *
 * Node's own `close` would wait for connections that are kept alive, or that never sent a request.
 */
export function closer(server: Server): () => Promise<void> {
  const inFlight = new Map<Socket, number>();
  let closing = false;

  const count = (socket: Socket, change: 1 | -1): void => {
    const requests = (inFlight.get(socket) ?? 0) + change;
    inFlight.set(socket, requests);
    if (closing && requests === 0) socket.end();
  };
  server.on('connection', (socket) => {
    inFlight.set(socket, 0);
    socket.on('close', () => inFlight.delete(socket));
  });
  server.on('request', ({ socket }, response) => {
    count(socket, 1);
    response.on('close', () => count(socket, -1));
  });

  return () =>
    new Promise((resolve) => {
      closing = true;
      server.close(() => resolve());
      for (const [socket, requests] of inFlight) if (requests === 0) socket.destroy();
    });
}
