/** The contract between the reader of a body and its items. */
import type { Bytes, Decoder } from '../wire/lines.ts';

/** The result after the last item. */
export const finished: IteratorReturnResult<undefined> = { value: undefined, done: true };

/** How reading ended. */
export type Outcome = 'complete' | 'aborted' | 'truncated' | 'error';

/** Timeouts and callbacks of one body, and how reading it ended. */
export interface Watch {
  /** Where the body is from, for the error of a lost connection. */
  url?: string | undefined;
  /** Milliseconds to wait for the first item, and for each further item. Can be lowered later. Default: no limit. */
  firstTimeout?: number | undefined;
  idleTimeout?: number | undefined;
  /** Replaces a body that was lost before its first item. Rejects if there is no other body. */
  reopen?: ((error: Error) => Promise<Body>) | undefined;
  /** The outcome of a body that was read to its end. Throws if the body is truncated. Default: `complete`. */
  atEnd?: (() => Outcome) | undefined;
  /** Whether a silent body counts as complete. */
  isWhole?: (() => boolean) | undefined;
  /** Called with every error before it is thrown. */
  onError?: ((error: unknown) => void) | undefined;
  /** Called once, when nothing more will be read. */
  onOver?: (() => void) | undefined;
  /** Set when reading has ended. */
  outcome?: Outcome | undefined;
  /** The only iterator that reads the body: the first one from which an item was requested. */
  reader?: object | undefined;
}

/** The contents of a body. */
export interface Source<Record, Item> {
  /** Creates the decoder of one body. */
  decoder(): Decoder<Record>;
  /**
   * A record as a result, when its turn comes: undefined skips it, `done` ends the iteration and cancels the body,
   * and a list has the records that come in its place.
   */
  item(record: Record): Result<Item> | Record[] | undefined;
  /** Shared by all readers of the body. */
  readonly watch: Watch;
}

export type Body = ReadableStream<Bytes> | AsyncIterable<Bytes>;

export type Result<Item> = IteratorResult<Item, undefined>;
