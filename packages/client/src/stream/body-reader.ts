/**
 * Reads the items of a response body on demand. Handles leaving, aborting and broken connections. The caller knows what
 * the pieces of a body contain.
 */
import { APIConnectionTimeoutError, isAbortError, StreamTruncatedError } from '../errors/api-error.ts';
import { connectionError } from '../errors/connection-error.ts';
import { OpenAIError } from '../errors/openai-error.ts';
import type { Bytes, Decoder } from '../wire/lines.ts';
import { setTimer } from '../wire/timer.ts';
import { finished, type Body, type Outcome, type Result, type Source, type Watch } from './source.ts';
import { checkPiece, webStream, lockedBody } from './web-stream.ts';

/**
 * How long to wait for the body to end after its last possible item, in milliseconds: some servers send no `[DONE]` and
 * keep the connection open. The timer has the same interval.
 */
export const grace = 5_000;

/** Milliseconds a timer may be late before that is a sign of a busy process. */
const tick = 20;

/**
 * Iterates over the items of a body, which is opened when the first item is requested.
 *
 * Nothing is read ahead except the network chunk of an item. An item that has already arrived costs one resolved promise.
 * Calls of `next` that overlap resolve in order. A second reader of the same body fails with its first call.
 *
 * An abort of the controller, or a body that fails with an AbortError, ends the iteration without an error. A body
 * that fails otherwise throws APIConnectionError with the failure as `cause`, unless the failure is one of ours. That
 * includes a read that had failed before the abort. Leaving early and every failure abort the controller, then cancel
 * the body. Whatever ends the iteration also unlocks the body.
 *
 * The clock of a timeout runs only while an item is waited for, and waits for a process that was too busy to read. One
 * timer serves the whole body, is set again when it fires, and keeps no process alive.
 *
 * A class, as are the sources: what engines learn of one stream then holds for the next, and functions that are made
 * for each stream are optimized again for each.
 */
export class BodyReader<Record, Item> implements AsyncIterableIterator<Item, undefined> {
  readonly #open: () => Body;
  readonly #source: Source<Record, Item>;
  readonly #controller: AbortController;
  readonly #watch: Watch;
  #decoder: Decoder<Record>;
  #reader: ReadableStreamDefaultReader<Bytes> | undefined;
  /** Whether the body that was left had not failed before: cancelling one that has failed rejects. */
  #sound: Promise<boolean> | undefined;
  /** Records to read before those of the decoder. The last one is first. */
  readonly #inserted: Record[] = [];
  /** The body has been read to its end. */
  #drained = false;
  /** No more items are returned. */
  #over = false;
  /** An item has been returned. */
  #begun = false;
  /** The pull in progress, and the last promise returned during it: the next call waits for that. */
  #pulling: Promise<Result<Item>> | undefined;
  #last: Promise<Result<Item>> | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** Since when an item has been waited for, in milliseconds since the epoch; undefined while none is. */
  #waiting: number | undefined;
  /** Whether the process was too busy to read when time was up. */
  #busy = false;
  #late: Error | undefined;

  constructor(open: () => Body, source: Source<Record, Item>, controller: AbortController) {
    this.#open = open;
    this.#source = source;
    this.#controller = controller;
    this.#watch = source.watch;
    this.#decoder = source.decoder();
  }

  next(): Promise<Result<Item>> {
    if (!this.#over && (this.#watch.reader ??= this) !== this) {
      return Promise.reject(
        new OpenAIError('Cannot iterate over a consumed stream, use `.tee()` to split the stream.'),
      );
    }
    if (!this.#last) return this.#step();
    // Once calls have overlapped, each waits for the one before it.
    const step = (): Promise<Result<Item>> => this.#step();
    return (this.#last = this.#last.then(step, step));
  }

  return(value?: unknown): Promise<Result<Item>> {
    const { reader } = this.#watch;
    if (reader === this || (!reader && this.#controller.signal.aborted)) {
      if (!this.#over) this.#leave('aborted');
    } else this.#over = true; // leaves the body to another
    return Promise.resolve({ value: value as undefined, done: true });
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  #step(): Promise<Result<Item>> {
    let result: Result<Item> | undefined;
    try {
      if (!this.#over && !this.#reader) this.#start();
      result = this.#take();
    } catch (error) {
      this.#fail(error);
      return Promise.reject(error as Error);
    }
    if (result) return Promise.resolve(result);
    this.#pulling = this.#pull();
    this.#last ??= this.#pulling;
    return this.#pulling;
  }

  async #pull(): Promise<Result<Item>> {
    try {
      this.#waiting = Date.now();
      this.#busy = false;
      for (;;) {
        if (this.#timer === undefined) this.#setTimer(this.#limit());
        let piece;
        try {
          piece = await this.#reader!.read();
          if (this.#late) throw this.#late;
        } catch (failure) {
          await this.#recover(failure);
          if (this.#over) return finished;
          continue;
        }
        if (this.#over) return finished;
        this.#drained = piece.done;
        if (piece.done) this.#decoder.end();
        else this.#decoder.push(piece.value instanceof Uint8Array ? piece.value : checkPiece(piece.value));
        const result = this.#take();
        if (result) return result;
      }
    } catch (error) {
      this.#fail(error);
      throw error;
    } finally {
      this.#waiting = undefined;
      if (this.#last === this.#pulling) this.#last = undefined;
    }
  }

  /** The next item among the records that have arrived. */
  #take(): Result<Item> | undefined {
    while (!this.#over) {
      const record = this.#inserted.length ? this.#inserted.pop() : this.#decoder.next();
      if (record === undefined) {
        if (!this.#drained) return undefined;
        this.#end(this.#watch.atEnd?.() ?? 'complete');
        break;
      }
      const result = this.#source.item(record);
      if (!result) continue;
      if (Array.isArray(result)) {
        for (const more of result.reverse()) this.#inserted.push(more);
        continue;
      }
      if (result.done) this.#end('complete');
      else if (!this.#begun) {
        this.#begun = true;
        clearTimeout(this.#timer);
        this.#timer = undefined;
      }
      return result;
    }
    return finished;
  }

  #start(body = this.#open()): void {
    const stream = webStream(body);
    if (stream.locked) throw lockedBody();
    this.#reader = stream.getReader();
    const { signal } = this.#controller;
    if (this.#over) this.#letGo();
    else if (signal.aborted) this.#end('aborted');
    else signal.addEventListener('abort', this.#onAbort);
  }

  /**
   * Puts another body in the place of one that failed before its first item, or ends the iteration if the failure comes
   * of an abort. Throws what the reader is to see.
   */
  async #recover(failure: unknown): Promise<void> {
    this.#waiting = undefined;
    if (this.#late) failure = this.#late; // workerd rejects a read whose body is cancelled
    else if (isAbortError(failure)) return this.#over ? undefined : this.#leave('aborted');
    else if (this.#over && (failure === this.#controller.signal.reason || (await this.#sound))) return;
    // Our own failures also come out of a body, when it is the other end of a stream.
    const ours = failure instanceof OpenAIError || failure instanceof SyntaxError;
    const error = ours ? failure : connectionError(failure, this.#watch);
    const { reopen } = this.#watch;
    if (this.#over || this.#begun || !reopen || (ours && !this.#late)) throw error;
    this.#late = undefined;
    const body = await reopen(error as Error).catch((failed) => {
      if (!this.#over) throw failed;
    });
    if (body) this.#start(body);
    this.#decoder = this.#source.decoder();
    this.#waiting = Date.now();
  }

  #limit(): number {
    return (this.#begun ? this.#watch.idleTimeout : this.#watch.firstTimeout) ?? Infinity;
  }

  #setTimer(ms: number): void {
    if (ms === Infinity) return;
    this.#timer = setTimer(() => this.#onTimer(), Math.min(ms, grace));
    (this.#timer as { unref?: () => void }).unref?.();
  }

  #onTimer(): void {
    this.#timer = undefined;
    if (!this.#waiting) return; // the next to wait sets it
    const limit = this.#limit();
    const left = this.#waiting + limit - Date.now();
    if (left > 0) return this.#setTimer(left);
    if (left < -tick && !this.#busy) {
      // Nothing has run for a while, so what came meanwhile may still be unread.
      this.#busy = true;
      return this.#setTimer(tick);
    }
    if (this.#watch.isWhole?.()) return this.#end('complete');
    this.#late = new APIConnectionTimeoutError({
      message: `Request timed out. No ${this.#begun ? '' : 'first '}stream item for ${limit} ms.`,
    });
    this.#letGo(); // which ends the read under way
  }

  /** Cancels the body and unlocks it. */
  #letGo(): void {
    const reader = this.#reader;
    if (!reader) return;
    this.#reader = undefined;
    this.#sound = Promise.resolve(reader.cancel()).then(
      () => true,
      () => false,
    );
    reader.releaseLock?.(); // which readers made by hand may lack
  }

  #end(outcome: Outcome): void {
    this.#watch.outcome = outcome;
    if (this.#over) return;
    this.#over = true;
    this.#inserted.length = 0;
    this.#letGo();
    clearTimeout(this.#timer);
    this.#controller.signal.removeEventListener('abort', this.#onAbort);
    this.#watch.onOver?.();
  }

  readonly #onAbort = (): void => this.#end('aborted');

  #leave(outcome: Outcome): void {
    this.#controller.signal.removeEventListener('abort', this.#onAbort);
    this.#controller.abort();
    this.#end(outcome);
  }

  #fail(error: unknown): void {
    this.#watch.onError?.(error);
    this.#leave(error instanceof StreamTruncatedError ? 'truncated' : 'error');
  }
}
