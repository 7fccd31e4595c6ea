/** A queue between a producer that pushes and a consumer that awaits. */

import { Fifo } from './fifo.ts';

const finished: IteratorReturnResult<undefined> = { value: undefined, done: true };

/**
 * Values come out in order, then the end. A failure is delivered once, after the values pushed before it, even if
 * no reader was waiting when it happened; then the end. Leaving a `for await` early drops what is queued and
 * calls `onReturn`. There is no limit: a slow consumer costs memory, but is safe.
 */
export class AsyncQueue<T> implements AsyncIterableIterator<T> {
  readonly #values = new Fifo<T>();
  /** Resolves the promises of the waiting readers. */
  readonly #waiting = new Fifo<(result: IteratorResult<T> | Promise<never>) => void>();
  #ended = false;
  #failure: { error: unknown } | undefined;
  readonly #onReturn: (() => void) | undefined;

  constructor(onReturn?: () => void) {
    this.#onReturn = onReturn;
  }

  /** Ignored after the end. */
  push(value: T): void {
    if (this.#ended) return;
    const answer = this.#waiting.shift();
    if (answer) answer({ value, done: false });
    else this.#values.push(value);
  }

  end(): void {
    this.#ended = true;
    while (!this.#waiting.empty) this.#waiting.shift()!(finished);
  }

  /** Ends the queue; the first reader to find it empty gets the error. */
  fail(error: unknown): void {
    if (this.#ended) return;
    const answer = this.#waiting.shift();
    if (answer) answer(Promise.reject(error as Error));
    else this.#failure = { error };
    this.end();
  }

  next(): Promise<IteratorResult<T>> {
    if (!this.#values.empty) return Promise.resolve({ value: this.#values.shift() as T, done: false });
    const failure = this.#failure;
    if (failure) {
      this.#failure = undefined;
      return Promise.reject(failure.error as Error);
    }
    if (this.#ended) return Promise.resolve(finished);
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  return(): Promise<IteratorResult<T>> {
    this.#values.clear();
    this.#failure = undefined;
    this.end();
    this.#onReturn?.();
    return Promise.resolve(finished);
  }

  [Symbol.asyncIterator](): this {
    return this;
  }
}
