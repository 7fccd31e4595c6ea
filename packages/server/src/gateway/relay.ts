/** Forwards the body of an upstream's response unchanged, and reads the completion in it so that it can be stored. */
import type { ApiError } from '../http/errors.ts';
import type { PartSink, PartSource } from '../http/direct.ts';
import { plainText } from '../http/events.ts';
import type { Source } from './source.ts';
import type { Reading, StreamTap } from './tap.ts';

/** What becomes of a completion that is read beside its caller. */
export interface Tapping {
  /** Gets the whole completion, and may keep it. Rejects when that fails. */
  read(reading: Reading): Promise<void>;
  /** There is no whole completion. */
  lost(reason: unknown): void;
  /** The upstream closed the connection, or was silent for too long. */
  broken(kind: 'cut' | 'timeout'): void;
  /** The error as the caller may see it. */
  fail(thrown: unknown): ApiError;
}

/**
 * A stream whose completion is read, and may be kept. The part that ends it is passed on when the completion is on disk, so that a caller who has
 * seen the end can rely on it. Where keeping fails, an error event takes the place of that part. A caller who leaves before the end
 * ends the request upstream, and nothing is kept.
 */
export class TappedStream implements PartSource, PartSink {
  readonly #source: Source;
  readonly #tap: StreamTap;
  readonly #tapping: Tapping;
  /** Resolves when the completion is kept, or lost. */
  readonly #read: Promise<void>;
  #sink!: PartSink;
  /** While a part is held, the next one must wait, even where a reader has asked for both. */
  #isHolding = false;

  constructor(source: Source, tap: StreamTap, tapping: Tapping) {
    this.#source = source;
    this.#tap = tap;
    this.#tapping = tapping;
    this.#read = tap.reading.then(tapping.read, tapping.lost);
    this.#read.catch(() => {});
  }

  flow(sink: PartSink): void {
    this.#sink = sink;
    this.#source.flow(this);
  }

  resume(): void {
    if (!this.#isHolding) this.#source.resume();
  }

  cancel(): void {
    this.#tap.abort();
    this.#source.cancel();
  }

  part(part: Uint8Array): boolean {
    const reading = this.#tap.add(part);
    if (!reading && !this.#tap.isOver) return this.#sink.part(part);
    this.#isHolding = true;
    void this.#hold(part, reading);
    return false;
  }

  end(): void {
    this.#tap.end();
    void this.#keep().then((isKept) => isKept && this.#sink.end());
  }

  fail(error: unknown): void {
    this.#tapping.broken(this.#source.lateness ? 'timeout' : 'cut');
    this.#tap.abort();
    this.#sink.fail(error);
  }

  /** Passes a part on when it has been read; one with the end, when the completion is kept. */
  async #hold(part: Uint8Array, reading: Promise<void> | undefined): Promise<void> {
    await reading;
    if (this.#tap.isOver && !(await this.#keep())) return;
    this.#isHolding = false;
    if (this.#sink.part(part)) this.#source.resume();
  }

  /** False when keeping failed: then the body ends with an error event. */
  async #keep(): Promise<boolean> {
    try {
      await this.#read;
      return true;
    } catch (error) {
      this.#source.cancel();
      this.#sink.part(Buffer.from(plainText.failure(this.#tapping.fail(error).toJSON())));
      this.#sink.end();
      return false;
    }
  }
}

/** The largest response that is read to be stored when it is not streamed, in bytes. */
const maxWhole = 64 * 1024 * 1024;

/**
 * All bytes of a body, which `source` gives again. Rejects when they are too many, or the body is cut off: then `source` gives what
 * was read, and continues from there.
 */
export function allOf(source: Source): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    const parts: Uint8Array[] = [];
    let length = 0;
    source.flow({
      part(part) {
        parts.push(part);
        length += part.length;
        if (length <= maxWhole) return true;
        source.giveBack(parts);
        reject(new Error('The response is too large.'));
        return false;
      },
      end() {
        source.giveBack(parts);
        resolve(Buffer.concat(parts, length));
      },
      fail(error) {
        source.giveBack(parts);
        reject(error as Error);
      },
    });
  });
}
