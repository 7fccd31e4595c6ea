/** Applies a fault to a response. */
import { setTimeout as delay } from 'node:timers/promises';
import { ApiError } from '../http/errors.ts';
import type { EventText } from '../http/events.ts';
import type { Fault } from './faults.ts';

/** What a fault can change besides the response. */
export interface Reach {
  /** Aborts when the caller has gone. */
  gone: AbortSignal;
  /** Aborts when the server begins to close: what would never end does so then. */
  stopping: AbortSignal | undefined;
  /** Resets the connection. Undefined where there is none: the body fails instead. */
  reset: (() => void) | undefined;
}

/** The body ends here, without a word. */
export class CutOff extends Error {
  override name = 'CutOff';
}

/** The body breaks here: its reader gets an error. */
export class BrokenOff extends Error {
  override name = 'BrokenOff';
}

/**
 * What the fault sends instead of the response, or undefined if the response is sent. Throws what is to be sent as an
 * error, and `BrokenOff` if there is no connection to reset.
 */
export async function insteadOfAnswer(fault: Fault, reach: Reach): Promise<Response | undefined> {
  const { status, retryHeaders: headers = {}, instead } = fault;
  if (fault.resetAfter === -1) {
    if (!reach.reset) throw new BrokenOff(resetWanted);
    reach.reset();
    return new Response(null, { status: 499 }); // which nobody gets
  }
  const isAnswer = status === undefined && (instead === undefined || instead === 'json');
  if (isAnswer) return undefined;
  if (fault.slow) await delay(fault.slow, undefined, { signal: reach.gone });
  if (instead === 'html')
    return new Response(loginPage, {
      status: status ?? 200,
      headers: { ...headers, 'content-type': 'text/html; charset=utf-8' },
    });
  if (instead === 'empty') return new Response(null, { status: status ?? 200, headers });
  const message = `The sandbox was asked to fail with ${status}.`;
  throw new ApiError(status ?? 500, message, {
    code: status === 429 ? 'rate_limit_exceeded' : null,
    headers,
  });
}

const loginPage = `<!doctype html>
<html>
  <head><title>Sign in</title></head>
  <body><h1>Sign in to continue</h1><form method="post"><input name="user"><input name="password" type="password"></form></body>
</html>
`;

/** The chunks until the fault, as slow as it says. The fault counts these chunks, from 0. */
export async function* failing<Chunk>(
  chunks: AsyncIterable<Chunk>,
  fault: Fault,
  reach: Reach,
): AsyncGenerator<Chunk> {
  let sent = 0;
  for await (const chunk of chunks) {
    await strike(sent, fault, reach);
    if (fault.slow) await delay(fault.slow, undefined, { signal: reach.gone });
    yield chunk;
    sent++;
  }
  await strike(sent, fault, reach);
}

const resetWanted = 'The sandbox was asked to reset the connection.';

/** What has been sent should arrive before the reset does. */
const headStartMs = 50;

async function strike(sent: number, fault: Fault, { gone, stopping, reset }: Reach): Promise<void> {
  if (sent === fault.errorAfter) throw new ApiError(500, 'The sandbox was asked to fail in the middle.');
  if (sent === fault.cutAfter) throw new CutOff('The sandbox was asked to stop in the middle.');
  if (sent === fault.stallAfter) {
    await aborted(stopping ? AbortSignal.any([gone, stopping]) : gone);
    throw new CutOff('The sandbox was asked to stall, and the client disconnected.');
  }
  if (sent === fault.resetAfter) {
    await delay(headStartMs, undefined, { signal: gone });
    if (!reset) throw new BrokenOff(resetWanted);
    reset();
    await aborted(gone);
    throw new CutOff(resetWanted);
  }
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}

/**
 * A completion that is not streamed as a stream of its text, for faults that need one: a fault after chunks applies in the
 * middle of the text, or before it if it says 0. An error in the middle replaces the completion.
 */
export function halves(body: string, fault: Fault): { pieces: AsyncIterable<string>; fault: Fault } {
  const middle = Math.ceil(body.length / 2);
  const after = (count: number | undefined): number | undefined => count && Math.min(count, 1);
  const inOnePiece: Partial<Fault> = {
    stallAfter: after(fault.stallAfter),
    cutAfter: after(fault.cutAfter),
    resetAfter: fault.truncateBody ? 1 : after(fault.resetAfter),
    errorAfter: fault.errorAfter && 0,
  } as Partial<Fault>;
  const isCut = Object.values(inOnePiece).some((count) => count === 1);
  async function* pieces(): AsyncGenerator<string> {
    if (isCut) yield body.slice(0, middle);
    yield isCut ? body.slice(middle) : body;
  }
  return { pieces: pieces(), fault: { ...fault, ...inOnePiece } };
}

/** Text that is no stream of events; blank lines before it keep a connection awake. */
export const bodyText: EventText = {
  event: String,
  end: () => '',
  failure: (body) => JSON.stringify(body),
  ping: () => '\n',
};
