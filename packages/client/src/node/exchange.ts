/** One request and the beginning of its answer, over a socket of a pool; tried again when the socket had gone stale. */

import type { ClientRequest, ClientRequestArgs, IncomingMessage } from 'node:http';
import { discard, isRepeatable, transmit } from './body.ts';
import type { Payload } from './body.ts';
import { requestOn } from './connect.ts';
import type { Pool } from './pool.ts';

export interface Exchange {
  message: IncomingMessage;
  /** Lets go of the caller's signal; until then an abort closes the connection. */
  release(): void;
}

/**
 * Resolves with the headers of the answer. Rejects with the signal's reason, or with what went wrong: no connection,
 * a connection that was lost, an answer that is not HTTP, a body that failed.
 *
 * A kept socket may be closed by the server just when a request is sent on it. If it dies before a byte of the answer,
 * the request is sent once more, on a fresh one, provided its body can be.
 */
export function exchange(
  pool: Pool,
  options: ClientRequestArgs,
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
    const start = (fresh: boolean): void => {
      takeBack = pool.acquire((error, socket, reused) => {
        if (!socket) return fail(error);
        const read = socket.bytesRead;
        request = requestOn(socket, options);
        request.on('error', (error) => {
          // A failure after the headers is the body's, and told there.
          if (message || signal?.aborted) return;
          if (reused && socket.bytesRead === read && isRepeatable(payload)) start(true);
          else fail(error);
        });
        request.on('response', (answer) => {
          message = answer;
          const keepAlive = header(answer, 'keep-alive');
          if (keepAlive) pool.hint(socket, keepAlive);
          answer.on('error', () => {});
          resolve({ message, release });
        });
        transmit(request, payload);
      }, fresh);
    };
    signal?.addEventListener('abort', abort);
    start(false);
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
