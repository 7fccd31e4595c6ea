/** One request and the beginning of its answer, over a pooled connection; tried again when that had gone stale. */

import { ClientRequest } from 'node:http';
import type { IncomingMessage } from 'node:http';
import { discard, isRepeatable, transmit } from './body.ts';
import type { Payload } from './body.ts';
import type { SocketRequestOptions } from './connect.ts';
import type { Connection, Pool } from './pool.ts';

export interface Exchange {
  message: IncomingMessage;
  /** Lets go of the caller's signal; until then an abort closes the connection. */
  release(): void;
}

const ignore = (): void => {};

/**
 * Resolves with the headers of the answer. Rejects with the signal's reason, or with what went wrong: no connection,
 * a connection that was lost, an answer that is not HTTP, a body that failed.
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
    let message: IncomingMessage | undefined;
    let takeBack: (() => void) | undefined;

    const release = (): void => {
      signal?.removeEventListener('abort', abort);
      // An answer to half a request: the rest would be read as the start of the next one.
      if (message?.complete && !request!.writableFinished) request!.destroy();
    };
    const abort = (): void => {
      fail(signal!.reason);
      takeBack?.();
      (message ?? request)?.destroy(new Error('aborted'));
    };
    const fail = (error: unknown): void => {
      release();
      reject(error);
      if (!request) discard(payload, error);
    };
    const begin = (error: Error | undefined, connection?: Connection): void => {
      if (!connection) return fail(error);
      const { socket, read, reused } = connection;
      options.socket = socket;
      request = new ClientRequest(options);
      request.on('error', (error) => {
        // A failure after the headers is the body's, and told there.
        if (message || signal?.aborted) return;
        if (reused && socket.bytesRead === read && isRepeatable(payload))
          takeBack = pool.acquire(begin, true);
        else fail(error);
      });
      request.on('response', (answer) => {
        message = answer;
        answer.on('error', ignore);
        heed(header(answer, 'keep-alive'), connection);
        resolve({ message, release });
      });
      transmit(request, payload);
    };
    signal?.addEventListener('abort', abort);
    takeBack = pool.acquire(begin, false);
  });
}

/** The first field of that name, which is in lower case. */
export function header({ rawHeaders }: IncomingMessage, name: string): string | undefined {
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const field = rawHeaders[i]!;
    if (field.length === name.length && field.toLowerCase() === name) return rawHeaders[i + 1];
  }
  return undefined;
}

/** Keeps a connection no longer than the server says it will: `timeout=5`, in seconds. */
function heed(keepAlive: string | undefined, connection: Connection): void {
  const seconds = keepAlive && /\btimeout=(\d+)/.exec(keepAlive)?.[1];
  // A second early, so that a request does not meet the server's closing.
  if (seconds) connection.limit = Math.min(connection.limit, Number(seconds) * 1000 - 1000);
}
