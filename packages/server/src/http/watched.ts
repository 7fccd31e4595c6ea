/** A response body that reports how it is read, and how it ended. */
import { directBody, sourceOf, type PartSink, type PartSource } from './direct.ts';

/** Completely, cancelled by the client, or cut off by a failure. */
export type Ending = 'complete' | 'cancelled' | 'broken';

export interface Watcher {
  onPiece(piece: Uint8Array): void;
  /** Called once. */
  onEnd(ending: Ending): void;
}

/** `body`, with a note of every piece that its reader takes: nothing is read ahead. */
export function watched(
  body: ReadableStream<Uint8Array>,
  { onPiece, onEnd }: Watcher,
): ReadableStream<Uint8Array> {
  const source = sourceOf(body) ?? new ReaderSource(body);
  let tail = '';
  let hasEnded = false;
  const end = (ending: Ending): void => {
    if (!hasEnded) onEnd(ending);
    hasEnded = true;
  };
  return directBody({
    flow(sink) {
      source.flow({
        part(piece) {
          tail = (tail + String.fromCharCode(...piece.subarray(-20))).slice(-20);
          onPiece(piece);
          return sink.part(piece);
        },
        end() {
          end('complete');
          sink.end();
        },
        fail(error) {
          end('broken');
          sink.fail(error);
        },
      });
    },
    resume: () => source.resume(),
    cancel(reason) {
      // Clients leave a stream at its `[DONE]`, and do not wait for the end of the body.
      end(/^data: ?\[DONE\]\s*$/m.test(tail) ? 'complete' : 'cancelled');
      source.cancel(reason);
    },
  });
}

/** The parts of any stream. */
class ReaderSource implements PartSource {
  readonly #reader: ReadableStreamDefaultReader<Uint8Array>;
  #onResume: (() => void) | undefined;

  constructor(body: ReadableStream<Uint8Array>) {
    this.#reader = body.getReader();
  }

  flow(sink: PartSink): void {
    void this.#run(sink);
  }

  resume(): void {
    this.#onResume?.();
  }

  cancel(reason?: unknown): void {
    void this.#reader.cancel(reason).catch(() => {});
  }

  async #run(sink: PartSink): Promise<void> {
    try {
      for (;;) {
        const { done, value } = await this.#reader.read();
        if (done) break;
        if (!sink.part(value)) await new Promise<void>((resolve) => (this.#onResume = resolve));
      }
    } catch (error) {
      return sink.fail(error);
    }
    sink.end();
  }
}
