/**
 * One call: what it sends, how its response is read, and its observers. It is created once, and passed next to the
 * caller's options.
 */

import type { APIError } from '../errors/api-error.ts';
import type { LogTarget } from '../log/log.ts';
import type { ItemRules } from '../stream/items.ts';
import { observersOf } from './observe.ts';
import type { ObservedBy } from './observe.ts';
import type { ObservedRequest } from './observer.ts';
import type { ClientOptions, FinalRequestOptions, PromiseOrValue, RequestOptions } from './options.ts';

/** What a resource or a helper knows of a call. */
export interface CallFacts {
  /** What the response must be, as text for the error that other responses become: `a JSON object`. */
  expected?: string | undefined;
  /** The items of the response, if it is a stream: it is one when the root of the body says `stream: true`. */
  items?: ((snapshot?: () => any) => ItemRules<any>) | undefined;
  /** The response so far, from a helper that keeps it anyway. */
  snapshot?: (() => any) | undefined;
  /** The helper that makes the request: `chat.completions.parse`, `stream` or `runTools`. */
  helper?: string | undefined;
}

/** A call, from its first attempt to the end of its response. */
export interface Call extends CallFacts {
  /** What sends the request, and sends it again. */
  sender: Sender;
  /** A copy of what the caller passed, which hooks and observers may change from attempt to attempt. */
  options: FinalRequestOptions;
  /** Who observes it. */
  observed?: ObservedBy<ObservedRequest> | undefined;
}

/** The settings and hooks of a client that a call needs. The hooks are called once per attempt, in this order. */
export interface Sender extends LogTarget {
  /** Attempts after a failed first one. */
  maxRetries: number;
  /** Name of the header whose key makes retries safe. */
  idempotencyHeader?: string | undefined;
  _options?: ClientOptions;
  prepareOptions(options: FinalRequestOptions): Promise<void>;
  defaultIdempotencyKey(): string;
  buildRequest(
    options: FinalRequestOptions,
    facts: { retryCount?: number; helper?: string | undefined },
  ): Promise<{ req: RequestInit & { headers: Headers }; url: string; timeout: number }>;
  prepareRequest(request: RequestInit, context: { url: string; options: FinalRequestOptions }): Promise<void>;
  fetchWithAuth(
    url: string,
    init: RequestInit,
    timeout: number,
    controller: AbortController,
  ): Promise<Response>;
  /** Called at most once in a call. */
  makeStatusError(status: number, error: {}, message: string | undefined, headers: Headers): APIError;
}

/**
 * Where the options of a method carry its facts. A symbol, because wrappers and subclasses may replace any public method
 * between a helper and the request: those that pass a copy of the options pass it on, and nothing else sees it.
 */
const key: unique symbol = /* @__PURE__ */ Symbol.for('colloquy.call');

interface Marked {
  [key]?: CallFacts;
}

/** A copy of `options` that holds these facts as well. */
export function withFacts<Options extends object>(options: Options, facts: CallFacts): Options {
  return { ...options, [key]: { ...(options as Marked)[key], ...facts } };
}

/** The options of a caller, which may be a promise, over those that they may replace; with the facts of the method. */
export function joinOptions<Below extends RequestOptions>(
  below: Below,
  given?: PromiseOrValue<RequestOptions | null> | null,
  facts?: CallFacts,
): PromiseOrValue<Below & RequestOptions> {
  const join = (known?: RequestOptions | null): Below & RequestOptions => {
    const joined: Below & RequestOptions & Marked = { ...below, ...known };
    if (facts) joined[key] = { ...joined[key], ...facts };
    return joined;
  };
  return given instanceof Promise ? given.then(join) : join(given);
}

/** The call that `client` is to make. Its observers are called. */
export async function callOf(client: object, given: PromiseOrValue<FinalRequestOptions>): Promise<Call> {
  const { [key]: facts, ...options } = (await given) as FinalRequestOptions & Marked;
  const sender = client as Sender & { baseURL: string };
  const observed = observersOf(sender, options, () => ({
    ...options,
    kind: 'request',
    baseURL: sender.baseURL,
    helper: facts?.helper ?? (options.__metadata?.['helperMethod'] as string | undefined),
  }));
  return { ...facts, sender, options: observed?.info ?? options, observed };
}
