/**
 * A response body to items, on demand. Knows reading, leaving, aborting and broken connections; what the pieces of
 * a body hold is its caller's business.
 */
import type { Bytes } from '../wire/lines.ts';
import { APIConnectionError, castToError, isAbortError, OpenAIError } from './errors.ts';

/** Pieces of a body to records; `flush` gives what the end of the body left open. */
interface Decoder<Record> {
  push(chunk: Bytes): Record[];
  flush(): Record[];
}

/** The result after the last item. */
export const finished: IteratorReturnResult<undefined> = { value: undefined, done: true };

/**
 * Iterates over the items of a body, which is opened when the first item is asked for.
 *
 * `toItem` turns a record into a result when its turn comes: undefined skips it, `done` ends the iteration and
 * cancels the body. Nothing is read ahead but the piece an item came in, and an item that is already there costs
 * one resolved promise. Calls of `next` that overlap are answered in order.
 *
 * An abort of the controller, or a body that fails with an AbortError, ends the iteration without an error. A body
 * that fails otherwise throws APIConnectionError with the failure as `cause`, unless the failure is one of ours.
 * Leaving early and every failure abort the controller, then cancel the body.
 */
export function readBody<Record, Item>(
  open: () => ReadableStream<Bytes> | AsyncIterable<Bytes>,
  controller: AbortController,
  decoder: Decoder<Record>,
  toItem: (record: Record) => IteratorResult<Item, undefined> | undefined,
): AsyncIterableIterator<Item, undefined> {
  type Result = IteratorResult<Item, undefined>;
  let reader: ReadableStreamDefaultReader<Bytes> | undefined;
  let records: Record[] = [];
  let index = 0;
  /** The body has been read to its end. */
  let drained = false;
  /** Nothing more is given out. */
  let over = false;
  /** The pull under way, and the last answer promised while one was: who asks now waits for it. */
  let pulling: Promise<Result> | undefined;
  let last: Promise<Result> | undefined;

  const start = (): ReadableStreamDefaultReader<Bytes> => {
    const body = open();
    const readable: ReadableStream<Bytes> =
      'getReader' in body ? body : readableOf(body[Symbol.asyncIterator](), (piece) => piece);
    reader = readable.getReader();
    if (controller.signal.aborted) cancel();
    else controller.signal.addEventListener('abort', cancel);
    return reader;
  };

  const cancel = (): void => {
    over = true;
    records = [];
    controller.signal.removeEventListener('abort', cancel);
    reader?.cancel().catch(() => {});
  };

  const abort = (): void => {
    controller.abort();
    cancel();
  };

  /** The next item among the records that are there. */
  const take = (): Result | undefined => {
    while (index < records.length) {
      const result = toItem(records[index++]!);
      if (result?.done) cancel();
      if (result) return result;
    }
    if (drained) cancel();
    return over ? finished : undefined;
  };

  const pull = async (): Promise<Result> => {
    let reading = true;
    try {
      for (;;) {
        reading = true;
        const piece = await reader!.read();
        reading = false;
        if (over) return finished;
        drained = piece.done;
        records = piece.done ? decoder.flush() : decoder.push(piece.value);
        index = 0;
        const result = take();
        if (result) return result;
      }
    } catch (error) {
      const quiet = reading && (over || isAbortError(error));
      abort();
      if (quiet) return finished;
      // Our own failures also come out of a body, when it is the other end of a stream.
      if (!reading || error instanceof OpenAIError || error instanceof SyntaxError) throw error;
      throw new APIConnectionError({ cause: castToError(error) });
    } finally {
      if (last === pulling) last = undefined;
    }
  };

  const step = (): Promise<Result> => {
    let result: Result | undefined;
    try {
      if (!over) reader ??= start();
      result = take();
    } catch (error) {
      abort();
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
      if (reader && !over) abort();
      over = true;
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
