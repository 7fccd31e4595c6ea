/** What came back: the message of an exchange as a `Response`, or put aside. */

import { Answer } from './answer.ts';
import { decode } from './decode.ts';
import { header } from './exchange.ts';
import type { Exchange } from './exchange.ts';

/** A body that is not wanted is read up to this many bytes, for the sake of its connection. */
const worthReading = 65_536;

/** A `Response` whose body is decoded and can be aborted by `signal`; answers that cannot have a body have none. */
export function toResponse(
  { message, release }: Exchange,
  call: { method: string; signal: AbortSignal | null | undefined },
  url: string,
  redirected: boolean,
): Response {
  const { rawHeaders, statusCode: status = 0, statusMessage: statusText = '' } = message;
  const facts = { status, statusText, rawHeaders, url, redirected };
  if (call.method === 'HEAD' || status === 204 || status === 205 || status === 304) {
    message.on('end', release).on('close', release).resume();
    return new Answer(facts, null) as Response;
  }
  const { signal } = call;
  const readable = decode(message, header(message, 'content-encoding'));
  const failure = (): unknown => (signal?.aborted ? signal.reason : undefined);
  return new Answer(facts, { readable, failure, release }) as Response;
}

/** Reads the rest of an answer nobody wants, or closes its connection if that could be long. */
export function skip({ message, release }: Exchange): void {
  message.on('end', release).on('close', release).resume();
  const length = header(message, 'content-length');
  if (length && Number(length) > worthReading) message.destroy();
}
