/** The connection of a response: resets it, and has a body that resets it when it fails. */
import type { ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Context } from 'hono';

/** What the caller of `app.fetch` may pass as its second argument: the HTTP adapter does `outgoing`, a test `reset`. */
interface Connection {
  outgoing?: ServerResponse;
  reset?: () => void;
}

/** Resets the connection. Undefined when there is none. */
export function resetOf(c: Context): (() => void) | undefined {
  const { outgoing, reset } = (c.env ?? {}) as Connection;
  return reset ?? (outgoing && (() => outgoing.socket?.resetAndDestroy()));
}

/** Whether the response is written to a socket. */
export function hasSocket(c: Context): boolean {
  return ((c.env ?? {}) as Connection).outgoing !== undefined;
}

/** What was sent before should arrive before the reset does. */
const headStartMs = 50;

/**
 * `response`, whose connection is reset when its body fails. The HTTP adapter would add the text of the error to the body and
 * end it, so that a client could take it for a whole one.
 */
export function breakable(response: Response, c: Context): Response {
  const reset = resetOf(c);
  if (!response.body || !reset) return response;
  const reader = response.body.getReader();
  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      try {
        const step = await reader.read();
        if (step.done) controller.close();
        else controller.enqueue(step.value);
      } catch {
        await sleep(headStartMs);
        reset();
        controller.close();
      }
    },
    cancel: (reason) => reader.cancel(reason),
  });
  return new Response(body, { status: response.status, headers: response.headers });
}
