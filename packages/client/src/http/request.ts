/** What a request is made of, each part on its own: its options, the headers every request has, its time, what fetch is given. */

import { OpenAIError } from '../errors/openai-error.ts';
import { VERSION } from '../version.ts';
import { setTimer } from '../wire/timer.ts';
import type { HeadersLike } from './headers.ts';
import type { Fetch, FinalRequestOptions, PromiseOrValue, RequestOptions } from './options.ts';
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
    'X-Stainless-Retry-Count': '0',
    ...platformHeaders(),
    'OpenAI-Organization': organization ?? undefined,
    'OpenAI-Project': project ?? undefined,
  };
}

/** What an attempt says of itself, if anything: its timeout in whole seconds when the request names one. */
export function attemptHeaders(
  { timeout, __metadata }: FinalRequestOptions,
  retryCount: number,
): Record<string, string | undefined> | undefined {
  if (!retryCount && !timeout && !__metadata) return undefined;
  return {
    'X-Stainless-Retry-Count': `${retryCount}`,
    'X-Stainless-Timeout': timeout ? `${Math.trunc(timeout / 1000)}` : undefined,
    'X-Stainless-Helper-Method': __metadata?.['helperMethod'] as string | undefined,
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

/** A caller's options, which may be a promise of them, over what they may replace and below what they may not. */
export function joinOptions<Below extends RequestOptions>(
  below: Below,
  given?: PromiseOrValue<RequestOptions | null> | null,
  above?: RequestOptions,
): PromiseOrValue<Below & RequestOptions> {
  const join = (known?: RequestOptions | null): Below & RequestOptions => ({ ...below, ...known, ...above });
  return given instanceof Promise ? given.then(join) : join(given);
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
    const lose = (): void => {
      stop();
      reject(controller.signal.reason);
    };
    const timer = setTimer(() => {
      controller.abort(late?.());
      lose();
    }, timeoutMs);
    if (watch) controller.signal.addEventListener('abort', lose);
    promise.then(resolve, reject).then(stop);
  });
}

/** Calls `fetch` with the controller's signal, which follows `init.signal` and aborts when headers are late. */
export function fetchWithin(
  fetch: Fetch,
  url: string | URL | Request,
  init: RequestInit,
  timeoutMs: number,
  controller: AbortController,
): Promise<Response> {
  const { method, signal: outer } = init;
  if (outer && outer !== controller.signal) {
    const follow = (): void => controller.abort(outer.reason);
    if (outer.aborted) follow();
    else outer.addEventListener('abort', follow, { once: true, signal: controller.signal });
  }
  const answer = fetch(url, {
    ...init,
    ...(method && { method: method.toUpperCase() }),
    signal: controller.signal,
  });
  // Fakes in tests often answer at once.
  return within(Promise.resolve(answer), timeoutMs, controller, outer);
}
