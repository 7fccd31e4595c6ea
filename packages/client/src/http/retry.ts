/** Decides whether an attempt is retried, and how long to wait before that. */

import { askedDelay } from '../errors/rate-limit.ts';
import { setTimer } from '../wire/timer.ts';

/** `value` when it can count attempts (a safe integer of at least 0), else `fallback`. */
export function maxRetriesOf(value: unknown, fallback: number): number {
  return Number.isSafeInteger(value) && (value as number) >= 0 ? (value as number) : fallback;
}

/** The longest wait that a server may ask for, in milliseconds, unless `maxRetryDelay` says otherwise. */
const longestDelay = 60_000;

/**
 * Whether a response that is not a success may be different next time. `x-should-retry` overrules the status. False when the
 * server asks to wait for more than `longest` milliseconds.
 */
export function shouldRetry(response: Response, longest: number = longestDelay): boolean {
  if (askedDelay(response.headers) > longest) return false;
  const told = response.headers.get('x-should-retry');
  if (told === 'true' || told === 'false') return told === 'true';
  return [408, 409, 429].includes(response.status) || response.status >= 500;
}

/**
 * Milliseconds to wait before the next attempt; `attempt` is 1 for the first repeat.
 *
 * What the server's `retry-after-ms` or `retry-after` asks for, if that is at most `longest`. Otherwise half a second,
 * doubling up to eight, less a random quarter so that clients do not come back together.
 */
export function retryDelay(attempt: number, headers?: Headers, longest: number = longestDelay): number {
  const asked = askedDelay(headers);
  if (asked >= 0 && asked <= longest) return asked;
  return Math.min(500 * 2 ** (attempt - 1), 8_000) * (1 - Math.random() * 0.25);
}

/** Resolves after `delayMs`, or as soon as `signal` aborts: look at `signal.aborted` to tell. Never rejects. */
export function wait(delayMs: number, signal?: AbortSignal | null): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimer(done, delayMs);
    signal?.addEventListener('abort', done);
    if (signal?.aborted) done();
  });
}
