/** The parts of a request: its options, its headers, its time limit, and the arguments of `fetch`. */

import { OpenAIError } from '../errors/openai-error.ts';
import { VERSION } from '../version.ts';
import { setTimer } from '../wire/timer.ts';
import type { HeadersLike } from './headers.ts';
import { isRunningInBrowser, platformHeaders } from './platform.ts';

/** What every request of a client says of itself, and of where it runs. */
export function standingHeaders(
  clientName: string,
  organization: string | null,
  project: string | null,
): Record<string, string | undefined> {
  return {
    Accept: 'application/json',
    'User-Agent': isRunningInBrowser() ? undefined : `${clientName}/JS ${VERSION}`,
    ...platformHeaders(),
    'X-Stainless-Retry-Count': '0', // until a retry replaces it
    'OpenAI-Organization': organization ?? undefined,
    'OpenAI-Project': project ?? undefined,
  };
}

/** The request's own timeout in milliseconds, if it names one. Throws an OpenAIError unless it is an integer >= 0. */
export function timeoutOf({ timeout }: { timeout?: unknown }): number | undefined {
  if (timeout === undefined) return undefined;
  if (!Number.isInteger(timeout)) throw new OpenAIError('timeout must be an integer');
  if ((timeout as number) < 0) throw new OpenAIError('timeout must be a positive integer');
  return timeout as number;
}

/**
 * The layers of `fetchOptions`, client's first, as a part of fetch's init. What a request decides itself is not taken
 * from them; their headers come apart, to be put below all others.
 */
export function mergeFetchOptions(...layers: (object | undefined)[]): {
  init: object;
  headers: HeadersLike;
} {
  const { headers, method, body, signal, ...init }: RequestInit = Object.assign({}, ...layers);
  return { init, headers: headers as HeadersLike };
}

/**
 * `promise`, or a rejection once `controller` has aborted, which happens `timeoutMs` from now at the latest, with `late`
 * as its reason. What made the promise should listen to the controller's signal, but this rejects even if it does not.
 *
 * Aborts by others are only seen with `watch`: a listener costs as much as all the rest.
 */
export function within<T>(
  promise: Promise<T>,
  timeoutMs: number,
  controller: AbortController,
  watch: unknown,
  late?: () => Error,
): Promise<T> {
  return new Promise((resolve, reject) => {
    const stop = (): void => {
      clearTimeout(timer);
      // What stays on the signal keeps the answer, and with it all that waits for the answer to be garbage.
      if (watch) controller.signal.removeEventListener('abort', lose);
    };
    const fail = (error: unknown): void => {
      stop();
      reject(error as Error);
    };
    const lose = (): void => fail(controller.signal.reason);
    const timer = setTimer(() => {
      controller.abort(late?.());
      lose();
    }, timeoutMs);
    if (watch) controller.signal.addEventListener('abort', lose);
    promise.then((value) => {
      stop();
      resolve(value);
    }, fail);
  });
}
