/** Passes on the body of an upstream's response unchanged, and reads the completion in it so that it can be stored. */
import type { ApiError } from '../http/errors.ts';
import type { PartSource } from '../http/direct.ts';
import { plainText } from '../http/events.ts';
import type { Source } from './source.ts';
import type { Reading, StreamTap } from './tap.ts';

/** A body as it comes. */
export function passing(source: Source): PartSource {
  return { next: () => source.next(), cancel: () => source.destroy() };
}

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
export class TappedStream implements PartSource {
  readonly #source: Source;
  readonly #tap: StreamTap;
  readonly #tapping: Tapping;
  /** Resolves when the completion is kept, or lost. */
  readonly #read: Promise<void>;
  #hasFailed = false;

  constructor(source: Source, tap: StreamTap, tapping: Tapping) {
    this.#source = source;
    this.#tap = tap;
    this.#tapping = tapping;
    this.#read = tap.reading.then(tapping.read, tapping.lost);
    this.#read.catch(() => {});
  }

  async next(): Promise<Uint8Array | undefined> {
    if (this.#hasFailed) return undefined;
    const part = await this.#part();
    if (part === undefined) this.#tap.end();
    else {
      const reading = this.#tap.add(part);
      if (reading) await reading;
    }
    if (part !== undefined && !this.#tap.isOver) return part;
    try {
      await this.#read;
      return part;
    } catch (error) {
      this.#hasFailed = true;
      this.#source.destroy();
      return Buffer.from(plainText.failure(this.#tapping.fail(error).toJSON()));
    }
  }

  cancel(): void {
    this.#tap.abort();
    this.#source.destroy();
  }

  async #part(): Promise<Uint8Array | undefined> {
    try {
      return await this.#source.next();
    } catch (error) {
      this.#tapping.broken(this.#source.lateness ? 'timeout' : 'cut');
      this.#tap.abort();
      throw error;
    }
  }
}

/** The largest response that is read to be stored when it is not streamed, in bytes. */
const maxWhole = 64 * 1024 * 1024;

/**
 * All bytes of a body, which `source` gives again. Rejects when they are too many, or the body is cut off: then `source` gives what
 * was read, and continues from there.
 */
export async function allOf(source: Source): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let length = 0;
  try {
    for (let part = await source.next(); part !== undefined; part = await source.next()) {
      parts.push(part);
      length += part.length;
      if (length > maxWhole) throw new Error('The response is too large.');
    }
    return Buffer.concat(parts, length);
  } finally {
    source.giveBack(parts);
  }
}
