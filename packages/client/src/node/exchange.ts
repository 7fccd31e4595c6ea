/** One request and the beginning of its answer, over a pooled connection; tried again when that had gone stale. */

import { setMaxListeners } from 'node:events';
import { ClientRequest } from 'node:http';
import type { IncomingMessage } from 'node:http';
import type { Readable } from 'node:stream';
import { discard, isRepeatable, transmit } from './body.ts';
import type { Payload } from './body.ts';
import type { SocketRequestOptions } from './connect.ts';
import type { Connection, Pool } from './pool.ts';

export interface Exchange {
  message: IncomingMessage;
  /** What an abort destroys: the message, or what it is decoded by. */
  body: Readable;
  /**
   * Lets go of the caller's signal; until then an abort closes the connection. Of a request or an answer that is not
   * whole by now nothing more is wanted, so its connection is closed.
   */
  release(): void;
}

const ignore = (): void => {};

/**
 * Resolves with the headers of the answer. Rejects with the signal's reason, or with what went wrong: no connection,
 * a connection that was lost, an answer that is not HTTP, a request that cannot be written, a body that failed.
 *
 * A kept connection may be closed by the server just when a request is sent on it. If it dies before a byte of the
 * answer, the request is sent once more, on a fresh one, provided its body can be.
 */
export function exchange(
  pool: Pool,
  options: SocketRequestOptions,
  payload: Payload | undefined,
  signal: AbortSignal | null | undefined,
): Promise<Exchange> {
  return new Promise((resolve, reject) => {
    let request: ClientRequest | undefined;
    let exchange: Exchange | undefined;
    let takeBack: (() => void) | undefined;

    const release = (): void => {
      signal?.removeEventListener('abort', abort);
      if (!exchange) return;
      if (!exchange.message.complete) exchange.message.destroy();
      else if (!request!.writableFinished) request!.destroy();
    };
    const abort = (): void => {
      takeBack?.();
      (exchange?.body ?? request)?.destroy(new Error('aborted'));
      fail(signal!.reason);
    };
    const fail = (error: unknown): void => {
      release();
      reject(error);
      discard(payload, error);
    };
    const begin = (error: Error | undefined, connection?: Connection): void => {
      if (!connection) return fail(error);
      const { socket, read, reused } = connection;
      options.socket = socket;
      try {
        request = new ClientRequest(options);
      } catch (error) {
        socket.emit('free');
        return fail(error);
      }
      request.on('error', (error) => {
        if (signal?.aborted) return;
        // A failure after the headers is the body's, if that is not there already.
        if (exchange) return void (exchange.message.complete || exchange.message.destroy(error));
        if (reused && socket.bytesRead === read && isRepeatable(payload))
          takeBack = pool.acquire(begin, true);
        else fail(error);
      });
      request.on('response', (message) => {
        exchange = { message, body: message, release };
        message.on('error', ignore);
        heed(header(message, 'keep-alive'), connection);
        resolve(exchange);
      });
      request.on('upgrade', (_, socket) => {
        socket.destroy();
        fail(new Error('the server changed the protocol'));
      });
      transmit(request, payload);
    };
    if (signal) listen(signal, abort);
    takeBack = pool.acquire(begin, false);
  });
}

function listen(signal: AbortSignal, abort: () => void): void {
  try {
    // One signal may end any number of requests; before Node 24 that is warned of from eleven on.
    setMaxListeners(0, signal);
  } catch {
    // A signal that is not Node's has no such limit.
  }
  signal.addEventListener('abort', abort);
}

/** The fields of that name, which is in lower case, as one. */
export function header({ rawHeaders }: IncomingMessage, name: string): string | undefined {
  let value: string | undefined;
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const field = rawHeaders[i]!;
    if (field.length !== name.length || field.toLowerCase() !== name) continue;
    value = value === undefined ? rawHeaders[i + 1]! : `${value}, ${rawHeaders[i + 1]!}`;
  }
  return value;
}

/** Keeps a connection no longer than the server says it will: `timeout=5`, in seconds. */
function heed(keepAlive: string | undefined, connection: Connection): void {
  const seconds = keepAlive && /\btimeout=(\d+)/.exec(keepAlive)?.[1];
  // A second early, so that a request does not meet the server's closing.
  if (seconds) connection.limit = Math.min(connection.limit, Number(seconds) * 1000 - 1000);
}
