/** The sockets of one place: at most so many, kept for the next request, the latest used first. */

import type { Socket } from 'node:net';
import { connect } from './connect.ts';
import type { Route } from './connect.ts';

/** Called once, at once when a socket is idle. */
type Waiter = (error: Error | undefined, socket?: Socket, reused?: boolean) => void;

interface Idle {
  socket: Socket;
  /** Bytes it had read when its last answer ended. */
  read: number;
}

export interface Pool {
  /** Asks for a socket; `fresh` wants one that nothing was sent on. The result takes the request back. */
  acquire(waiter: Waiter, fresh: boolean): () => void;
  /** How long the server will keep an idle socket, as the header field of an answer says: `timeout=5` (seconds). */
  hint(socket: Socket, keepAlive: string): void;
  /** Closes idle sockets now, others when their answer has ended. */
  close(): void;
}

/** A socket comes back by its event `free`, which Node's client emits when an answer has been read to its end. */
export function createPool(route: Route, maxSockets: number, keepAliveMs: number): Pool {
  let idle: Idle[] = [];
  let closed = false;
  /** Open, or being opened. */
  let count = 0;
  const waiting: Waiter[] = [];
  const limits = new WeakMap<Socket, number>();

  const dial = (waiter: Waiter): void => {
    count++;
    connect(route, (error, socket) => {
      if (error) {
        lose();
        return waiter(error);
      }
      socket!
        .on('free', () => release(socket!))
        .on('timeout', () => socket!.destroy())
        .on('close', () => {
          idle = idle.filter((entry) => entry.socket !== socket);
          lose();
        });
      waiter(undefined, socket, false);
    });
  };

  const lose = (): void => {
    count--;
    const next = waiting.shift();
    if (next) dial(next);
  };

  const release = (socket: Socket): void => {
    const limit = limits.get(socket) ?? keepAliveMs;
    if (closed || limit <= 0 || !socket.writable) return void socket.destroy();
    const next = waiting.shift();
    if (next) return next(undefined, socket, true);
    idle.push({ socket, read: socket.bytesRead });
    socket.unref();
    socket.setTimeout(limit);
  };

  return {
    acquire(waiter, fresh) {
      for (let entry; (entry = fresh ? undefined : idle.pop());) {
        const { socket, read } = entry;
        // Bytes that nobody asked for would be taken for the next answer.
        if (!socket.writable || socket.bytesRead !== read) socket.destroy();
        else {
          socket.ref();
          socket.setTimeout(0);
          waiter(undefined, socket, true);
          return () => {};
        }
      }
      if (count < maxSockets || fresh) {
        let wanted = true;
        dial((error, socket) => {
          if (wanted) waiter(error, socket);
          else if (socket) release(socket);
        });
        return () => (wanted = false);
      }
      waiting.push(waiter);
      return () => {
        const place = waiting.indexOf(waiter);
        if (place >= 0) waiting.splice(place, 1);
      };
    },
    hint(socket, keepAlive) {
      const seconds = /\btimeout=(\d+)/.exec(keepAlive)?.[1];
      // A second early, so that a request does not meet the server's closing.
      if (seconds) limits.set(socket, Math.min(keepAliveMs, Number(seconds) * 1000 - 1000));
    },
    close() {
      closed = true;
      for (const { socket } of idle) socket.destroy();
    },
  };
}
