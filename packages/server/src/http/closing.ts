/** Closes an HTTP server within a given time, whatever its peers do. */
import type { Server } from 'node:http';
import type { Socket } from 'node:net';
import { timerMs } from '../config.ts';

/**
 * Watches `server` from before it listens, and returns a function that closes it. That function accepts no new
 * connections, ends those without a request in flight at once, and the others after their response. Connections that
 * are still open after `graceMs` milliseconds are destroyed. It resolves when no connection is left.
 *
 * Node's own `close` waits without limit: for idle connections, for bodies that never arrive, and for peers that do
 * not read.
 */
export function closer(server: Server): (graceMs: number) => Promise<void> {
  const inFlight = new Map<Socket, number>();
  let closing = false;

  const count = (socket: Socket, change: 1 | -1): void => {
    const requests = (inFlight.get(socket) ?? 0) + change;
    inFlight.set(socket, requests);
    // Not `end()`: that would wait for the peer to end its side too.
    if (closing && requests === 0) socket.destroySoon();
  };
  server.on('connection', (socket) => {
    inFlight.set(socket, 0);
    socket.on('close', () => inFlight.delete(socket));
  });
  server.on('request', ({ socket }, response) => {
    count(socket, 1);
    response.on('close', () => count(socket, -1));
  });

  return (graceMs) =>
    new Promise((resolve) => {
      closing = true;
      const deadline = setTimeout(() => {
        for (const socket of inFlight.keys()) socket.destroy();
      }, timerMs(graceMs));
      server.close(() => {
        clearTimeout(deadline);
        resolve();
      });
      for (const [socket, requests] of inFlight) if (requests === 0) socket.destroy();
    });
}
