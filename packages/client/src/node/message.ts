/** What came back: the message of an exchange as a `Response`, or put aside. */

import { Readable } from 'node:stream';
import { Answer } from './answer.ts';
import { decode } from './decode.ts';
import { header } from './exchange.ts';
import type { Exchange } from './exchange.ts';

/** A body that is not wanted is read up to this many bytes, and for so many milliseconds, to keep its connection. */
const worthReading = { bytes: 65_536, ms: 1000 };

/** A `Response` whose body is decoded and can be aborted by `signal`; answers that cannot have a body have none. */
export function toResponse(
  exchange: Exchange,
  call: { method: string; signal: AbortSignal | null | undefined },
  url: string,
  redirected: boolean,
): Response {
  const { message, release } = exchange;
  const { rawHeaders, statusCode: status = 0, statusMessage: statusText = '' } = message;
  const facts = { status, statusText, rawHeaders, url, redirected };
  if (call.method === 'HEAD' || status === 204 || status === 205 || status === 304) {
    skip(exchange);
    return new Answer(facts, null) as Response;
  }
  const { signal } = call;
  let readable: Readable;
  if (message.complete && !message.readableLength) {
    // Nobody may ever read what is empty, and its connection need not wait for that.
    skip(exchange);
    readable = Readable.from([]);
  } else exchange.body = readable = decode(message, header(message, 'content-encoding'));
  const failure = (): unknown => (signal?.aborted ? signal.reason : undefined);
  return new Answer(facts, { readable, failure, release }) as Response;
}

/** Reads the rest of an answer nobody wants, or closes its connection if that is long. */
export function skip({ message, release }: Exchange): void {
  let read = 0;
  const timer = setTimeout(() => message.destroy(), worthReading.ms).unref();
  message
    .on('data', (piece: Buffer) => {
      read += piece.length;
      if (read > worthReading.bytes) message.destroy();
    })
    .on('close', () => {
      clearTimeout(timer);
      release();
    });
}
