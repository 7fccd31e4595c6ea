/**
 * Bodies that can be written to a socket without a `ReadableStream` between, which costs half as much again for each part. They are
 * streams like any other: who does not know them reads them as such.
 */
import type { ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';

/** Where the parts of a body come from. */
export interface PartSource {
  /** The next part; undefined at the end. Rejects where the body is cut off. */
  next(): Promise<Uint8Array | undefined>;
  /** The reader has gone. May also be called after the end of the body. */
  cancel(reason?: unknown): void;
}

const sources = new WeakMap<ReadableStream, PartSource>();

/** A body with the parts of `source`. Nothing is read ahead. */
export function directBody(source: PartSource): ReadableStream<Uint8Array> {
  const body = new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const part = await source.next();
        if (part === undefined) controller.close();
        else controller.enqueue(part);
      },
      cancel: (reason) => source.cancel(reason),
    },
    { highWaterMark: 0 },
  );
  sources.set(body, source);
  return body;
}

/** Where the parts of a body come from, if `directBody` made it and it is not being read. Then it must be read from there only. */
export function sourceOf(body: ReadableStream): PartSource | undefined {
  return body.locked ? undefined : sources.get(body);
}

/** What was sent before should arrive before the reset does. */
const headStartMs = 50;

/**
 * Writes a response to its connection, and waits while that takes no more. The connection is reset where the body is cut off: a
 * polite end would look like the whole body. Never rejects.
 */
export async function writeDirectly(
  { status, headers }: Response,
  source: PartSource,
  outgoing: ServerResponse,
): Promise<void> {
  outgoing.on('close', () => source.cancel());
  outgoing.on('error', () => {});
  if (outgoing.destroyed) return source.cancel();
  outgoing.writeHead(status, Object.fromEntries(headers));
  outgoing.flushHeaders();
  try {
    for (let part = await source.next(); part !== undefined; part = await source.next()) {
      if (outgoing.destroyed) return;
      if (!outgoing.write(part)) await drained(outgoing);
    }
    outgoing.end();
  } catch {
    await sleep(headStartMs);
    outgoing.socket?.resetAndDestroy();
  }
}

function drained(outgoing: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      outgoing.off('drain', done);
      outgoing.off('close', done);
      resolve();
    };
    outgoing.on('drain', done);
    outgoing.on('close', done);
    if (outgoing.destroyed) done();
  });
}
