/**
 * Bodies that can be written to a socket without a `ReadableStream` between, which costs half as much again for each part. They are
 * streams like any other: who does not know them reads them as such.
 */
import type { ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';

/** Takes the parts of a body. */
export interface PartSink {
  /** `false` asks the source to give no more parts until `resume` is called. */
  part(part: Uint8Array): boolean;
  end(): void;
  /** The body is cut off. */
  fail(error: unknown): void;
}

/**
 * Where the parts of a body come from. Parts are pushed: a promise for each of them would cost more than passing it on. The sink
 * gets one `end` or `fail`. After a cancellation it ignores whatever a source still gives.
 */
export interface PartSource {
  /** Begins to give parts, which may be at once. Called once. */
  flow(sink: PartSink): void;
  /** The sink has room again. */
  resume(): void;
  /** The reader has gone. May also be called before `flow`, and after the end of the body. */
  cancel(reason?: unknown): void;
}

const sources = new WeakMap<ReadableStream, PartSource>();

/** A body with the parts of `source`. Nothing is read ahead. */
export function directBody(source: PartSource): ReadableStream<Uint8Array> {
  let flows = false;
  let isGiving = false;
  /** Whether the next part is wanted, too. */
  let isWanted = false;
  /** The reader has gone. What a source was about to give has no place to go. */
  let isCancelled = false;
  const body = new ReadableStream<Uint8Array>(
    {
      pull(controller) {
        // While a part is given, by the stream itself.
        if (isGiving) return void (isWanted = true);
        if (flows) return source.resume();
        flows = true;
        source.flow({
          part(part) {
            if (isCancelled) return false;
            isGiving = true;
            isWanted = false;
            controller.enqueue(part);
            isGiving = false;
            return isWanted;
          },
          end: () => isCancelled || controller.close(),
          fail: (error) => controller.error(error),
        });
      },
      cancel(reason) {
        isCancelled = true;
        source.cancel(reason);
      },
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
 * Writes a response to its connection. Resolves when all of it is written, or the reader has gone. The connection is reset where the
 * body is cut off: a polite end would look like the whole body. Never rejects.
 */
export function writeDirectly(
  { status, headers }: Response,
  source: PartSource,
  outgoing: ServerResponse,
): Promise<void> {
  return new Promise((resolve) => {
    outgoing.on('error', () => {});
    outgoing.on('close', () => {
      source.cancel();
      resolve();
    });
    if (outgoing.destroyed) {
      source.cancel();
      return resolve();
    }
    // A list, not an object: each cookie is a header line of its own.
    outgoing.writeHead(status, [...headers].flat());
    outgoing.on('drain', () => source.resume());
    let isBegun = false;
    source.flow({
      part(part) {
        isBegun = true;
        return outgoing.write(part);
      },
      end() {
        isBegun = true;
        outgoing.end();
      },
      async fail() {
        await sleep(headStartMs);
        outgoing.socket?.resetAndDestroy();
      },
    });
    // A first part that is there in the next turn of the event loop leaves with the headers, in one write.
    setImmediate(() => setImmediate(() => isBegun || outgoing.flushHeaders()));
  });
}
