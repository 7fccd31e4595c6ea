/** What callers may pass to a client and to one request. Types only: `settings.ts` has the defaults. */

import type { Logger, LogLevel } from '../log/log.ts';
import type { HeadersLike } from './headers.ts';
import type { Observe } from './observer.ts';
import type { OnUsage } from './usage.ts';

export type PromiseOrValue<T> = T | Promise<T>;

export type HTTPMethod = 'get' | 'post' | 'put' | 'patch' | 'delete';

export type DataResidency = 'global' | 'us' | 'eu' | 'ae' | 'au' | 'in' | 'jp';

/** Resolves with a key that is not empty. Called for every attempt, so a key may expire between two attempts. */
export type ApiKeySetter = () => Promise<string>;

/** A replacement for the platform's `fetch`. It is called with a URL string, and without `this`. */
export type Fetch = (input: string | URL | Request, init?: RequestInit) => Promise<Response>;

/**
 * More fields for the second argument of `fetch`, such as `redirect`, `keepalive` or Node's `dispatcher`. They cannot replace
 * the method, headers, body or signal of a request; `headers` are added below those of the client.
 */
export type MergedRequestInit = Omit<RequestInit, 'body' | 'headers' | 'method' | 'signal'> & {
  /** A dispatcher of undici: connections, proxies, timeouts. It must be from the same package as `fetch`. */
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

/**
 * Which credentials are sent. Default: only `bearerAuth`. If both are set, an admin key takes precedence if the client
 * has one.
 */
export interface SecuritySchemes {
  /** Sends `apiKey`. */
  bearerAuth?: boolean;
  /** Sends `adminAPIKey`. */
  adminAPIKeyAuth?: boolean;
}

/** How long to wait for a server, and what happens with responses that end early; for a client and for one request. */
export interface PatienceOptions {
  /**
   * The longest wait from the headers of a stream to its first item, in milliseconds; above 0, `Infinity` for no limit.
   * Default: the timeout of the request. Comments and pings are not items. A request whose stream is late is retried while
   * retries are left, then it fails with `APIConnectionTimeoutError`.
   */
  firstChunkTimeout?: number | undefined;
  /**
   * The longest wait for the next item of a stream, in milliseconds; above 0, `Infinity` for no limit. It counts only while
   * the program waits. Default: the timeout of the request. A stream that stalls fails with `APIConnectionTimeoutError`, whose
   * `partial` is the completion so far.
   */
  idleTimeout?: number | undefined;
  /**
   * The longest wait before a retry that a server may request, in milliseconds; 60,000 by default. If a response requests
   * more, the call fails immediately. `retryAfter` of the error is the wait.
   */
  maxRetryDelay?: number | undefined;
  /**
   * Whether a streamed completion that ends without `[DONE]`, and without a finish reason for every choice, throws a
   * `StreamTruncatedError`, which is the default, or just ends.
   */
  onTruncated?: 'throw' | 'return' | undefined;
  /**
   * What happens if an event is not JSON: `throw`, the default, fails the stream; `salvage` skips the event,
   * but reads a frame that begins inside it, because some servers write one over the other. Both are logged.
   */
  onMalformed?: 'throw' | 'salvage' | undefined;
  /**
   * Adds the lines of the event, or the body, that could not be read to the error, as `raw`. They may contain
   * what the model wrote.
   */
  debugWire?: boolean | undefined;
}

/** Who observes calls; for a client and for one request. */
export interface ObserveOptions {
  /**
   * Called with each call, before its first attempt. Returns an object whose methods are called for its attempts, responses,
   * retries, chunks and end. If a client and a request both have an observer, both are called.
   */
  observe?: Observe | undefined;
}

export interface RequestOptions extends PatienceOptions, ObserveOptions {
  /** Default: that of the method you call. */
  method?: HTTPMethod | undefined;
  /**
   * Default: the path of the method you call. A path that begins with a scheme, such as `https:`, also replaces the base
   * URL.
   */
  path?: string | undefined;
  /** Merged last, over the queries of the base URL, the path and the client. */
  query?: object | undefined | null;
  /** Default: that of the method you call. */
  body?: unknown;
  /** Merged last. `null` removes a header, also one that the client adds. */
  headers?: HeadersLike;
  /** Retries after a failed first attempt; anything but an integer >= 0 counts as 2. Default: the client's. */
  maxRetries?: number | undefined;
  /** Whether the response is an event stream. Methods of a resource find this out from the body that they send. */
  stream?: boolean | undefined;
  /** The longest time for one attempt, in milliseconds: until the body is read or, for a stream, until its headers arrive. Default: the client's. */
  timeout?: number | undefined;
  /** Merged over the client's `fetchOptions`. */
  fetchOptions?: MergedRequestInit | undefined;
  /**
   * Aborts the call, which rejects with `APIUserAbortError` until there is a result. A stream that is being read ends
   * without an error.
   */
  signal?: AbortSignal | undefined | null;
  /** Sent by subclasses that name an `idempotencyHeader`. Default: generated once, and the same for all retries. */
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
  /** Path below the base URL, or a complete URL. */
  path: string;
}

/** Every option may also be `undefined`, which is the same as leaving it out. */
export interface ClientOptions extends PatienceOptions, ObserveOptions {
  /** Default: `OPENAI_API_KEY`. A function is called for every attempt; see {@link ApiKeySetter}. */
  apiKey?: string | ApiKeySetter | null | undefined;
  /** Default: `OPENAI_ADMIN_KEY`. For subclasses; this package does not send it. */
  adminAPIKey?: string | null | undefined;
  /** Default: `OPENAI_ORG_ID`. */
  organization?: string | null | undefined;
  /** Default: `OPENAI_PROJECT_ID`. */
  project?: string | null | undefined;
  /** Default: `OPENAI_WEBHOOK_SECRET`. For subclasses; this package does not use it. */
  webhookSecret?: string | null | undefined;
  /** Default: `OPENAI_BASE_URL`, or else `https://api.openai.com/v1`. With `null` or `''`, the variable is ignored. */
  baseURL?: string | null | undefined;
  /** Selects the regional endpoint, and takes precedence over `OPENAI_BASE_URL`. Cannot be combined with `baseURL`. */
  dataResidency?: DataResidency | null | undefined;
  /**
   * The longest time for one attempt, in milliseconds; 10 minutes by default. Each retry has the same time again. Values
   * above 2^31-1 are clamped; anything but a number >= 0 throws. Node's own `fetch` gives up after five minutes without headers or body
   * bytes, whatever the value: pass a `fetch` and a `dispatcher` from the same `undici` to wait longer.
   */
  timeout?: number | undefined;
  /** More fields for the second argument of every `fetch`. */
  fetchOptions?: MergedRequestInit | undefined;
  /** Default: the platform's `fetch`, looked up when the client is created. */
  fetch?: Fetch | undefined;
  /** Retries after a failed first attempt, 2 by default; anything but an integer >= 0 counts as 2. */
  maxRetries?: number | undefined;
  /** Merged over the client's own, below those of a request. `null` removes a header. */
  defaultHeaders?: HeadersLike;
  /** Merged over the query of the base URL and the path. */
  defaultQuery?: Record<string, string | undefined> | undefined;
  /**
   * Called with the token counts of each attempt that the server accepted, for completions and embeddings. A stream that does not set
   * `include_usage` requests it, and the chunk with the usage is hidden. Not in `colloquy/core`.
   */
  usage?: OnUsage | undefined;
  /** Allows the client in a browser, where every visitor of the page can read the key. */
  dangerouslyAllowBrowser?: boolean | undefined;
  /** Default: `OPENAI_LOG`, else `'warn'`. */
  logLevel?: LogLevel | undefined;
  /** Default: `console`. It receives copies without credentials. */
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
