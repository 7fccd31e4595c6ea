/**
 * A response body to items, on demand. Knows reading, leaving, aborting and broken connections; what the pieces of
 * a body hold is its caller's business.
 */
import type { Bytes } from '../wire/lines.ts';
import {
  APIConnectionError,
  APIConnectionTimeoutError,
  castToError,
  isAbortError,
  OpenAIError,
  StreamTruncatedError,
} from './errors.ts';

/** Pieces of a body to records; `flush` gives what the end of the body left open. */
interface Decoder<Record> {
  push(chunk: Bytes): Record[];
  flush(): Record[];
}

/** The result after the last item. */
export const finished: IteratorReturnResult<undefined> = { value: undefined, done: true };

/** How reading came to its end. */
export type Outcome = 'complete' | 'aborted' | 'truncated' | 'error';

/** What is to happen beside reading, and what came of it. */
export interface Watch {
  /** Milliseconds to wait for the first item, and for each item after it. Default: no limit. */
  firstTimeout?: number | undefined;
  idleTimeout?: number | undefined;
  /** Another body in the place of one that was lost before its first item; rejects when there is none. */
  reopen?: ((error: Error) => Promise<Body>) | undefined;
  /** How a body has ended that was read to its end; throws if that is no way to end. Default: `complete`. */
  atEnd?: (() => Outcome) | undefined;
  /** Sees every error before it is thrown. */
  onError?: ((error: unknown) => void) | undefined;
  /** Called once, when nothing more will be read. */
  onOver?: (() => void) | undefined;
  /** Set when reading is over. */
  outcome?: Outcome | undefined;
}

type Body = ReadableStream<Bytes> | AsyncIterable<Bytes>;

/** The longest delay a platform timer can hold, in milliseconds. */
const longestTimer = 2 ** 31 - 1;

/**
 * Iterates over the items of a body, which is opened when the first item is asked for.
 *
 * `toItem` turns a record into a result when its turn comes: undefined skips it, `done` ends the iteration and
 * cancels the body; records that it inserts come next. Nothing is read ahead but the piece an
 * item came in, and an item that is already there costs one resolved promise. Calls of `next` that overlap are answered
 * in order.
 *
 * An abort of the controller, or a body that fails with an AbortError, ends the iteration without an error. A body
 * that fails otherwise throws APIConnectionError with the failure as `cause`, unless the failure is one of ours.
 * Leaving early and every failure abort the controller, then cancel the body.
 *
 * The clock of a timeout runs only while an item is waited for. One timer serves the whole body, is set anew when it
 * fires, and keeps no process alive.
 */
export function readBody<Record, Item>(
  open: () => Body,
  controller: AbortController,
  newDecoder: () => Decoder<Record>,
  toItem: (record: Record, insert: (more: Record[]) => void) => IteratorResult<Item, undefined> | undefined,
  watch: Watch = {},
): AsyncIterableIterator<Item, undefined> {
  type Result = IteratorResult<Item, undefined>;
  let decoder = newDecoder();
  let reader: ReadableStreamDefaultReader<Bytes> | undefined;
  let records: Record[] = [];
  let index = 0;
  /** The body has been read to its end. */
  let drained = false;
  /** Nothing more is given out. */
  let over = false;
  /** An item has been given out. */
  let begun = false;
  /** The pull under way, and the last answer promised while one was: who asks now waits for it. */
  let pulling: Promise<Result> | undefined;
  let last: Promise<Result> | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  /** Since when an item has been waited for, in milliseconds since the epoch; 0 while none is. */
  let waiting = 0;
  let late: Error | undefined;

  const start = (body: Body): void => {
    const readable: ReadableStream<Bytes> =
      'getReader' in body ? body : readableOf(body[Symbol.asyncIterator](), (piece) => piece);
    reader = readable.getReader();
    controller.signal.addEventListener('abort', onAbort);
    if (over || controller.signal.aborted) {
      reader.cancel().catch(() => {});
      end('aborted');
    }
  };

  const end = (outcome: Outcome): void => {
    if (over) return;
    over = true;
    records = [];
    reader?.cancel().catch(() => {});
    watch.outcome = outcome;
    clearTimeout(timer);
    controller.signal.removeEventListener('abort', onAbort);
    watch.onOver?.();
  };
  const onAbort = (): void => end('aborted');

  const leave = (outcome: Outcome): void => {
    controller.signal.removeEventListener('abort', onAbort);
    controller.abort();
    end(outcome);
  };

  const fail = (error: unknown): void => {
    watch.onError?.(error);
    leave(error instanceof StreamTruncatedError ? 'truncated' : 'error');
  };

  const limit = (): number => (begun ? watch.idleTimeout : watch.firstTimeout) ?? Infinity;

  const setTimer = (ms: number): void => {
    if (timer !== undefined || ms === Infinity) return;
    timer = setTimeout(onTimer, Math.min(ms, longestTimer));
    (timer as { unref?: () => void }).unref?.();
  };

  const onTimer = (): void => {
    timer = undefined;
    if (!waiting) return; // the next to wait sets it
    const left = waiting + limit() - Date.now();
    if (left > 0) return setTimer(left);
    late = new APIConnectionTimeoutError({
      message: `Request timed out: no ${begun ? '' : 'first '}item of the stream for ${limit()} ms.`,
    });
    reader!.cancel().catch(() => {}); // which ends the read under way
  };

  const insert = (more: Record[]): void => void records.splice(index, 0, ...more);

  /** The next item among the records that are there. */
  const take = (): Result | undefined => {
    while (index < records.length) {
      const result = toItem(records[index++]!, insert);
      if (!result) continue;
      if (result.done) end('complete');
      else if (!begun) {
        begun = true;
        clearTimeout(timer);
        timer = undefined;
      }
      return result;
    }
    if (drained && !over) end(watch.atEnd?.() ?? 'complete');
    return over ? finished : undefined;
  };

  /** Puts another body in the place of one that failed before its first item. Throws what the reader is to see. */
  const recover = async (failure: unknown): Promise<void> => {
    waiting = 0;
    if (over || isAbortError(failure)) throw failure;
    // Our own failures also come out of a body, when it is the other end of a stream.
    const ours = failure instanceof OpenAIError || failure instanceof SyntaxError;
    const error = ours ? failure : new APIConnectionError({ cause: castToError(failure) });
    if (begun || !watch.reopen || (ours && !late)) throw error;
    late = undefined;
    start(await watch.reopen(error));
    decoder = newDecoder();
    waiting = Date.now();
  };

  const pull = async (): Promise<Result> => {
    let reading = true;
    try {
      waiting = Date.now();
      for (;;) {
        reading = true;
        if (timer === undefined) setTimer(limit());
        let piece;
        try {
          piece = await reader!.read();
          if (late) throw late;
        } catch (failure) {
          await recover(failure);
          continue;
        }
        reading = false;
        if (over) return finished;
        drained = piece.done;
        records = piece.done ? decoder.flush() : decoder.push(piece.value);
        index = 0;
        const result = take();
        if (result) return result;
      }
    } catch (error) {
      if (reading && (over || isAbortError(error))) {
        leave('aborted');
        return finished;
      }
      fail(error);
      throw error;
    } finally {
      waiting = 0;
      if (last === pulling) last = undefined;
    }
  };

  const step = (): Promise<Result> => {
    let result: Result | undefined;
    try {
      if (!over && !reader) start(open());
      result = take();
    } catch (error) {
      fail(error);
      return Promise.reject(error as Error);
    }
    if (result) return Promise.resolve(result);
    pulling = pull();
    last ??= pulling;
    return pulling;
  };

  return {
    // Once calls have overlapped, each waits for the one before it.
    next: () => (last ? (last = last.then(step, step)) : step()),
    return(value) {
      if (reader && !over) leave('aborted');
      end('aborted');
      return Promise.resolve({ value: value as undefined, done: true });
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}

/**
 * What an iterator yields, as a web stream that pulls it on demand. Cancelling the stream, and a value that cannot be
 * encoded, call `onLeave` and then leave the iterator.
 */
export function readableOf<Item, Piece>(
  iterator: AsyncIterator<Item>,
  encode: (item: Item) => Piece,
  onLeave?: () => void,
): ReadableStream<Piece> {
  const cancel = async (): Promise<void> => {
    onLeave?.();
    await iterator.return?.();
  };
  return new ReadableStream({
    async pull(to) {
      try {
        const { value, done } = await iterator.next();
        if (done) to.close();
        else to.enqueue(encode(value));
      } catch (error) {
        to.error(error);
        await cancel();
      }
    },
    cancel,
  });
}
