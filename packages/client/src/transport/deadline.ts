/** One abort controller for one attempt, fired by the caller's signals or by a timer, and able to tell which. */

/** The longest delay a platform timer can hold, in milliseconds (about 24.8 days); longer ones would fire at once. */
const longest = 2 ** 31 - 1;

export class Deadline {
  /** Its signal is what to give to fetch. Aborting it by hand counts neither as timeout nor as the caller's abort. */
  readonly controller: AbortController = new AbortController();
  /** True once the timer fired before anything else had aborted. */
  timedOut = false;
  #signals: readonly (AbortSignal | null | undefined)[];
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** Follows the given signals until {@link release}; one that is already aborted aborts at once. */
  constructor(...signals: readonly (AbortSignal | null | undefined)[]) {
    this.#signals = signals;
    for (const signal of signals) {
      if (signal?.aborted) this.#follow({ target: signal });
      else signal?.addEventListener('abort', this.#follow);
    }
  }

  get signal(): AbortSignal {
    return this.controller.signal;
  }

  /** True once one of the caller's signals has aborted, whatever aborted first. */
  get aborted(): boolean {
    return this.#signals.some((signal) => signal?.aborted);
  }

  /** Starts the timer, or starts it anew: aborts after `timeoutMs`, held to what a timer can hold. */
  arm(timeoutMs: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(this.#expire, Math.min(timeoutMs, longest));
  }

  /** Stops the timer; the caller's signals are still followed. */
  disarm(): void {
    clearTimeout(this.#timer);
  }

  /** Stops the timer and lets go of the caller's signals. Call it once the answer is read or has failed. */
  release(): void {
    this.disarm();
    for (const signal of this.#signals) signal?.removeEventListener('abort', this.#follow);
  }

  /** Releases once `body` is garbage: for an answer that is handed out unread, whose end nobody reports. */
  releaseAfter(body: object | null): void {
    void body;
  }

  #follow = (event: { target: unknown }): void => {
    this.controller.abort((event.target as AbortSignal).reason);
    this.release();
  };

  #expire = (): void => {
    this.timedOut = !this.signal.aborted;
    this.controller.abort();
  };
}
