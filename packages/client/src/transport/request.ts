/** What a request is made of, each part on its own: the headers every request has, its time, what fetch is given. */

import { OpenAIError } from './errors.ts';
import { isRunningInBrowser, platformHeaders } from './platform.ts';
import type { Fetch, FetchOptions, FinalRequestOptions } from './options.ts';

/** The longest delay a platform timer can hold, in milliseconds; a longer one would fire at once. */
const longestTimer = 2 ** 31 - 1;

/** The same for every request of a client until one of these fields changes. */
export function standingHeaders(facts: {
  userAgent: string;
  organization: string | null;
  project: string | null;
}): Record<string, string | null | undefined> {
  return {
    Accept: 'application/json',
    'User-Agent': isRunningInBrowser() ? undefined : facts.userAgent,
    'X-Stainless-Retry-Count': '0',
    ...platformHeaders(),
    'OpenAI-Organization': facts.organization ?? undefined,
    'OpenAI-Project': facts.project ?? undefined,
  };
}

/** What differs from attempt to attempt. The timeout is told in whole seconds, and only when the request names one. */
export function attemptHeaders(options: FinalRequestOptions, retryCount: number): Record<string, string> {
  const { timeout, __metadata } = options;
  const helper = __metadata?.['helperMethod'] as string | undefined;
  return {
    ...(retryCount && { 'X-Stainless-Retry-Count': `${retryCount}` }),
    ...(timeout && { 'X-Stainless-Timeout': `${Math.trunc(timeout / 1000)}` }),
    ...(helper && { 'X-Stainless-Helper-Method': helper }),
  };
}

/** The request's own timeout in milliseconds, if it names one. Throws an OpenAIError unless it is an integer >= 0. */
export function timeoutOf({ timeout }: { timeout?: unknown }): number | undefined {
  if (timeout === undefined) return undefined;
  if (!Number.isInteger(timeout)) throw new OpenAIError('timeout must be an integer');
  if ((timeout as number) < 0) throw new OpenAIError('timeout must be a positive integer');
  return timeout as number;
}

/** `fetchOptions` of the client and of a request in one, without the keys that a request itself decides. */
export function mergeFetchOptions(
  ...given: (FetchOptions | undefined)[]
): { rest: object; headers: Record<string, string> | undefined } | undefined {
  if (!given.some(Boolean)) return undefined;
  const { method, headers, body, signal, ...rest } = Object.assign({}, ...given);
  return { rest, headers };
}

/**
 * Calls `fetch`, and aborts `controller` when no headers have come after `timeoutMs` or when `init.signal` aborts.
 *
 * Rejects at the abort even if `fetch` itself does not listen to its signal.
 */
export function fetchWithin(
  fetch: Fetch,
  url: string | URL | Request,
  init: RequestInit,
  timeoutMs: number,
  controller: AbortController,
): Promise<Response> {
  const { signal } = controller;
  const outer = init.signal;
  if (outer && outer !== signal) {
    const follow = (): void => controller.abort(outer.reason);
    if (outer.aborted) follow();
    else outer.addEventListener('abort', follow, { once: true, signal });
  }
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => controller.abort(), Math.min(timeoutMs, longestTimer));
    const settle =
      <T>(with_: (value: T) => void) =>
      (value: T): void => {
        clearTimeout(timer);
        with_(value);
      };
    const method = init.method?.toUpperCase();
    signal.addEventListener('abort', () => reject(signal.reason));
    fetch(url, { ...init, ...(method && { method }), signal }).then(settle(resolve), settle(reject));
  });
}
