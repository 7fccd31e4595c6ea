/** What callers may pass to a client and to one request. Types only: `settings.ts` has the defaults. */

import type { Logger, LogLevel } from '../log/log.ts';
import type { HeadersLike } from './headers.ts';
import type { Observe } from './observer.ts';
import type { OnUsage } from './usage.ts';

export type PromiseOrValue<T> = T | Promise<T>;

export type HTTPMethod = 'get' | 'post' | 'put' | 'patch' | 'delete';

export type DataResidency = 'global' | 'us' | 'eu' | 'ae' | 'au' | 'in' | 'jp';

/** Answers with a non-empty key. Called once per attempt, so a key may expire between a try and its repeat. */
export type ApiKeySetter = () => Promise<string>;

/** What stands in for the platform's `fetch`; called with a URL string and without `this`. */
export type Fetch = (input: string | URL | Request, init?: RequestInit) => Promise<Response>;

/**
 * Further keys for the init of `fetch`, such as `redirect`, `keepalive` or Node's `dispatcher`. What a request itself
 * decides (method, headers, body, signal) cannot be replaced here; `headers` given at run time are layered below ours.
 */
export type MergedRequestInit = Omit<RequestInit, 'body' | 'headers' | 'method' | 'signal'> & {
  /** undici's dispatcher: agents, proxies, its own timeouts. Must come from the same package as `fetch`. */
  dispatcher?: unknown;
  /** The agent of node-fetch. */
  agent?: unknown;
  /** Deno's HTTP client. */
  client?: unknown;
  /** Bun's proxy. */
  proxy?: unknown;
  body?: never;
  headers?: never;
  method?: never;
  signal?: never;
};

/** `bearerAuth` alone is the default. An admin key, when both are asked for and one is there, wins. */
export interface SecuritySchemes {
  /** Sends `apiKey`. */
  bearerAuth?: boolean;
  /** Sends `adminAPIKey`. */
  adminAPIKeyAuth?: boolean;
}

/** How long to wait for a server, and what to make of answers that end early; for a client and for one request. */
export interface PatienceOptions {
  /**
   * Milliseconds a stream may take to its first item, after its headers; above 0, `Infinity` for no limit. Default:
   * the timeout of the request. Comments and pings are no items. A stream that is late is asked for again while
   * retries are left, then fails with `APIConnectionTimeoutError`.
   */
  firstChunkTimeout?: number | undefined;
  /**
   * Milliseconds from one item of a stream to the next, while the next is waited for; above 0, `Infinity` for no limit.
   * Default: the timeout of the request. A stream that stalls fails with `APIConnectionTimeoutError`, which has what
   * came before as `partial`.
   */
  idleTimeout?: number | undefined;
  /**
   * The longest wait before a repeat that a server may ask for, in milliseconds; 60,000 by default. An answer that
   * asks for more is not repeated: it fails at once, with the wait as `retryAfter` on its error.
   */
  maxRetryDelay?: number | undefined;
  /**
   * Whether a streamed completion that ends without `[DONE]`, and without a finish reason for every choice, throws a
   * `StreamTruncatedError`, which is the default, or just ends.
   */
  onTruncated?: 'throw' | 'return' | undefined;
  /**
   * What an event that is not JSON does to its stream: `throw`, the default, fails it; `salvage` goes on without the event,
   * but with the frame that begins inside it, as some servers write one over the other. The log tells of both.
   */
  onMalformed?: 'throw' | 'salvage' | undefined;
  /**
   * Puts the lines of the event that failed a stream, or a body that is no answer, on the error, as `raw`. They may hold
   * what the model said.
   */
  debugWire?: boolean | undefined;
}

/** Who observes calls; for a client and for one request. */
export interface ObserveOptions {
  /**
   * Called with each call, before its first attempt. Returns the methods that are called for what happens to it: attempts,
   * responses, retries, chunks, its end. Given to a client and to a request, both are called.
   */
  observe?: Observe | undefined;
}

export interface RequestOptions extends PatienceOptions, ObserveOptions {
  /** Decided by the method of the resource; given here it replaces that. */
  method?: HTTPMethod | undefined;
  /** Decided by the method of the resource; given here it replaces that. `scheme:...` replaces the base URL too. */
  path?: string | undefined;
  /** Merged last, over the queries of the base URL, the path and the client. */
  query?: object | undefined | null;
  /** Decided by the method of the resource; given here it is sent in place of that. */
  body?: unknown;
  /** Merged last. `null` removes a header, also one we would add. */
  headers?: HeadersLike;
  /** Repeats after a failed first try; anything but an integer >= 0 counts as 2. Default: the client's. */
  maxRetries?: number | undefined;
  /** Whether the answer is an event stream. Methods of a resource find this out from the body they send. */
  stream?: boolean | undefined;
  /** Milliseconds for one attempt, until the body is read, or until headers arrive for a stream. Default: the client's. */
  timeout?: number | undefined;
  /** Merged over the client's `fetchOptions`. */
  fetchOptions?: MergedRequestInit | undefined;
  /** Aborting rejects with `APIUserAbortError` at any time before the result; a running stream ends quietly. */
  signal?: AbortSignal | undefined | null;
  /** Sent by subclasses that name an `idempotencyHeader`; made up once and kept over repeats when absent. */
  idempotencyKey?: string | undefined;
  /** Base URL of this request unless the client was given its own. */
  defaultBaseURL?: string | undefined;

  /** @internal An option of the `openai` package: `helperMethod` is sent as `X-Stainless-Helper-Method`. */
  __metadata?: Record<string, unknown> | undefined;
  /** @internal An option of the `openai` package: the value is the `Response` itself. */
  __binaryResponse?: boolean | undefined;
}

export interface FinalRequestOptions extends RequestOptions {
  /** The HTTP method. */
  method: HTTPMethod;
  /** Path below the base URL, or a whole URL. */
  path: string;
}

/** Every option may also be `undefined`, which is the same as leaving it out. */
export interface ClientOptions extends PatienceOptions, ObserveOptions {
  /** Default: `OPENAI_API_KEY`. A function is called for every attempt; see {@link ApiKeySetter}. */
  apiKey?: string | ApiKeySetter | null | undefined;
  /** Default: `OPENAI_ADMIN_KEY`. Kept for subclasses; nothing here sends it. */
  adminAPIKey?: string | null | undefined;
  /** Default: `OPENAI_ORG_ID`. */
  organization?: string | null | undefined;
  /** Default: `OPENAI_PROJECT_ID`. */
  project?: string | null | undefined;
  /** Default: `OPENAI_WEBHOOK_SECRET`. Kept for subclasses; nothing here reads it. */
  webhookSecret?: string | null | undefined;
  /** Default: `OPENAI_BASE_URL`, else `https://api.openai.com/v1`; `null` or `''` is the latter. */
  baseURL?: string | null | undefined;
  /** Picks the regional endpoint, over `OPENAI_BASE_URL`. Cannot be combined with `baseURL`. */
  dataResidency?: DataResidency | null | undefined;
  /**
   * Milliseconds for one attempt (repeats have their own), 10 minutes by default. More than 2^31-1 means 2^31-1;
   * anything but a number >= 0 is refused. Node's own `fetch` gives up after five minutes without headers or body
   * bytes whatever is asked for here: pass a `fetch` and a `dispatcher` from the same `undici` to wait longer.
   */
  timeout?: number | undefined;
  /** Further keys for the init of every `fetch`. */
  fetchOptions?: MergedRequestInit | undefined;
  /** Default: the platform's `fetch`, looked up when the client is made. */
  fetch?: Fetch | undefined;
  /** Repeats after a failed first try, 2 by default; anything but an integer >= 0 counts as 2. */
  maxRetries?: number | undefined;
  /** Merged over ours, below those of a request. `null` removes a header. */
  defaultHeaders?: HeadersLike;
  /** Merged over the query of the base URL and the path. */
  defaultQuery?: Record<string, string | undefined> | undefined;
  /**
   * Called with what each accepted attempt used, for completions and embeddings. Streams that do not say whether they want their
   * usage are asked for it, unseen by who reads them. Not in `colloquy/core`.
   */
  usage?: OnUsage | undefined;
  /** Lets the client be made in a browser, where everybody who sees the page can read the key. */
  dangerouslyAllowBrowser?: boolean | undefined;
  /** Default: `OPENAI_LOG`, else `'warn'`. */
  logLevel?: LogLevel | undefined;
  /** Default: `console`. Receives copies without credentials. */
  logger?: Logger | undefined;
  /** @deprecated Not part of this package: a truthy value throws. Exchange the token yourself in an `apiKey` function. */
  workloadIdentity?: unknown;
  /** @deprecated Not part of this package: a truthy value throws. */
  x509Transport?: unknown;
  /** @deprecated Not part of this package: a truthy value throws. */
  credential?: unknown;
  /** @deprecated Not part of this package: a truthy value throws. */
  provider?: unknown;
}
