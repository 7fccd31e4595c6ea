/** The connections of one place: at most so many, kept for the next request, the latest used first. */

import type { Socket } from 'node:net';
import { connect } from './connect.ts';
import type { Route } from './connect.ts';

/** A socket, and what must be known to use it again. */
export interface Connection {
  socket: Socket;
  /** Bytes it had read when it was given out. */
  read: number;
  /** Whether a request was sent on it before. */
  reused: boolean;
  /** Milliseconds it may be idle. */
  limit: number;
  /** `performance.now()` from which on it is not used again. */
  until: number;
}

/** Called once; at once when a connection is idle. */
type Waiter = (error: Error | undefined, connection?: Connection) => void;

export interface Pool {
  /** Asks for a connection; `fresh` wants one that nothing was sent on. The result takes the request back. */
  acquire(waiter: Waiter, fresh: boolean): () => void;
  /** Closes idle connections now, others when their answer has ended. */
  close(): void;
}

const nothing = (): void => {};

/** A connection comes back when its socket emits `free`, as Node's client does when an answer was read to its end. */
export function createPool(route: Route, maxSockets: number, keepAliveMs: number): Pool {
  let idle: Connection[] = [];
  let closed = false;
  /** Open, or being opened. */
  let count = 0;
  let sweeper: ReturnType<typeof setTimeout> | undefined;
  /** In the order they came. */
  const waiting = new Set<Waiter>();

  const dial = (waiter: Waiter): void => {
    count++;
    connect(route, (error, socket) => {
      if (!socket) {
        lose();
        return waiter(error);
      }
      const connection = { socket, read: 0, reused: false, limit: keepAliveMs, until: 0 };
      socket
        .on('free', () => release(connection))
        .on('close', () => {
          idle = idle.filter((other) => other !== connection);
          lose();
        });
      use(connection, waiter);
    });
  };

  const lose = (): void => {
    count--;
    const next = longest();
    if (next) dial(next);
  };

  /** Takes the one out that has waited longest. */
  const longest = (): Waiter | undefined => {
    const [first] = waiting;
    if (first) waiting.delete(first);
    return first;
  };

  const use = (connection: Connection, waiter: Waiter): void => {
    connection.read = connection.socket.bytesRead;
    waiter(undefined, connection);
  };

  const release = (connection: Connection): void => {
    const { socket, limit } = connection;
    if (closed || limit <= 0 || !socket.writable) return void socket.destroy();
    connection.reused = true;
    const next = longest();
    if (next) return use(connection, next);
    connection.read = socket.bytesRead;
    connection.until = performance.now() + limit;
    socket.unref();
    idle.push(connection);
    sweeper ??= setTimeout(sweep, limit).unref();
  };

  /** One timer for all, because setting one for every request costs more than the rest of this file. */
  const sweep = (): void => {
    const now = performance.now();
    for (const { socket, until } of idle) if (until <= now) socket.destroy();
    idle = idle.filter(({ until }) => until > now);
    const soonest = Math.min(...idle.map(({ until }) => until));
    sweeper = idle.length ? setTimeout(sweep, Math.ceil(soonest - now)).unref() : undefined;
  };

  return {
    acquire(waiter, fresh) {
      for (let known; (known = fresh ? undefined : idle.pop());) {
        const { socket, read, until } = known;
        // Bytes that nobody asked for would be taken for the next answer.
        if (!socket.writable || socket.bytesRead !== read || until <= performance.now()) socket.destroy();
        else {
          socket.ref();
          waiter(undefined, known);
          return nothing;
        }
      }
      let wanted = true;
      const give: Waiter = (error, connection) => {
        if (wanted) waiter(error, connection);
        else if (connection) release(connection);
      };
      if (count < maxSockets || fresh) dial(give);
      else waiting.add(give);
      return () => {
        wanted = false;
        waiting.delete(give);
      };
    },
    close() {
      closed = true;
      clearTimeout(sweeper);
      const all = idle;
      idle = [];
      for (const { socket } of all) socket.destroy();
    },
  };
}
