/** One abort controller for one attempt. The caller's signals abort it, and so may a timer elsewhere. */

/**
 * Listens by hand rather than through `AbortSignal.any`, which on Node 20 keeps two kilobytes per call until the
 * caller's signal is gone, and costs three times as much.
 */
export class Deadline {
  /** Its signal is for fetch. When it has aborted and {@link aborted} is false, time was up. */
  readonly controller: AbortController = new AbortController();
  #signals: (AbortSignal | null | undefined)[];

  /** Follows `signals` until {@link release}, and takes their reason; one that has aborted already aborts at once. */
  constructor(...signals: (AbortSignal | null | undefined)[]) {
    this.#signals = signals;
    for (const signal of signals) {
      if (signal?.aborted) this.#follow(signal);
      else if (signal && !this.controller.signal.aborted) follow(signal, this.#follow);
    }
  }

  /** Whether one of the caller's signals has aborted, whatever aborted first. */
  get aborted(): boolean {
    return this.#signals.some((signal) => signal?.aborted);
  }

  /** Removes the listeners from the caller's signals, once the response is read or has failed. */
  release(): void {
    for (const signal of this.#signals) if (signal) unfollow(signal, this.#follow);
    abandoned?.unregister(this); // which would hold it, and the body if it leads there
  }

  /**
   * Releases at the latest when `body` is collected: the end of a response that the caller reads is not reported.
   * Releases immediately when there is no body.
   */
  releaseAfter(body: object | null): void {
    if (!body) this.release();
    else if (this.#signals.some(Boolean)) abandoned?.register(body, this, this);
  }

  #follow = (signal: AbortSignal): void => {
    this.controller.abort(signal.reason);
    this.release();
  };
}

type Follower = (signal: AbortSignal) => void;

/**
 * One listener per signal serves all who follow it: Node warns of a leak from the eleventh on, and looks through all
 * of them for each that comes or goes.
 */
const followers: WeakMap<AbortSignal, Set<Follower>> = new WeakMap();

function follow(signal: AbortSignal, follower: Follower): void {
  const known = followers.get(signal);
  if (known) return void known.add(follower);
  followers.set(signal, new Set([follower]));
  signal.addEventListener('abort', tell);
}

function unfollow(signal: AbortSignal, follower: Follower): void {
  const known = followers.get(signal);
  if (!known?.delete(follower) || known.size) return;
  followers.delete(signal);
  signal.removeEventListener('abort', tell);
}

function tell({ target }: Event): void {
  for (const follower of followers.get(target as AbortSignal) ?? []) follower(target as AbortSignal);
}

/** Absent on some workers, where every isolate is short-lived anyway. */
const abandoned =
  typeof FinalizationRegistry === 'function'
    ? /* @__PURE__ */ new FinalizationRegistry<Deadline>((deadline) => deadline.release())
    : undefined;
