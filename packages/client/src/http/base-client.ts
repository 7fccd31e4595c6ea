/** The base of every client: settings, requests, and the hooks that a subclass may override. */

import { APIError, ErrorStatics } from '../errors/api-error.ts';
import type { APIClient, PageConstructor } from './api-client.ts';
import { APIPromise } from './api-promise.ts';
import { askForKey, authorization, checkAuthorization } from './auth.ts';
import { encodeBody } from './body.ts';
import { callOf, joinOptions } from './call.ts';
import { addHeaders, buildHeaders, copyHeaders } from './headers.ts';
import type { HeadersLike, NullableHeaders } from './headers.ts';
import type { Observe } from './observer.ts';
import type {
  ClientOptions,
  Fetch,
  FinalRequestOptions,
  PromiseOrValue,
  RequestOptions,
  SecuritySchemes,
} from './options.ts';
import { PagePromise } from './page.ts';
import type { AbstractPage } from './page.ts';
import { stringifyQuery } from './query.ts';
import { mergeFetchOptions, standingHeaders, timeoutOf, within } from './request.ts';
import { send } from './send.ts';
import { defaultTimeout, defaultURL, settingsOf } from './settings.ts';
import type { Settings } from './settings.ts';
import { buildURL } from './url.ts';

const bearer: SecuritySchemes = { bearerAuth: true };

// oxlint-disable-next-line typescript/no-unsafe-declaration-merging -- the constructor assigns these
export interface BaseClient extends Settings {}

/**
 * A client without resources. Its settings may be changed at any time, and apply from the next attempt on.
 *
 * Protected methods are hooks. Each is called once per attempt, so that a subclass can sign, redirect or rewrite a
 * request.
 */
export class BaseClient extends ErrorStatics implements APIClient {
  /** The name of the header for the idempotency key of requests other than GET. Set it in a subclass. */
  declare protected idempotencyHeader?: string;
  protected _options: ClientOptions;
  /** The settings that are handed on as they are now, rather than as they were given. */
  #inherited: (keyof Settings)[];
  #fetch: Fetch;
  #kept: { facts: unknown[]; headers: NullableHeaders } | undefined;
  #url: { base: string; path: string; url: string } | undefined;
  #keyCalls = 0;
  #keyKept = 0;

  constructor(options: ClientOptions = {}) {
    super();
    const { settings, completed } = settingsOf(options);
    Object.assign(this, settings);
    const { apiKey: _asGiven, ...inherited } = settings;
    this.#inherited = Object.keys(inherited) as (keyof Settings)[];
    this._options = completed;
    this.#fetch = completed.fetch;
  }

  /**
   * A new client with the current settings of this one, except for `options`. Headers and queries are replaced, not
   * merged.
   */
  withOptions(options: Partial<ClientOptions>): this {
    const known: any = { ...this._options };
    for (const name of this.#inherited) known[name] = this[name];
    delete known.dataResidency; // is in the base URL by now
    if (options.dataResidency != null) delete known.baseURL;
    return new (this.constructor as any)({ ...known, ...options });
  }

  get<Rsp>(path: string, options?: PromiseOrValue<RequestOptions>): APIPromise<Rsp> {
    return this.request(joinOptions({ method: 'get', path }, options));
  }

  post<Rsp>(path: string, options?: PromiseOrValue<RequestOptions>): APIPromise<Rsp> {
    return this.request(joinOptions({ method: 'post', path }, options));
  }

  put<Rsp>(path: string, options?: PromiseOrValue<RequestOptions>): APIPromise<Rsp> {
    return this.request(joinOptions({ method: 'put', path }, options));
  }

  patch<Rsp>(path: string, options?: PromiseOrValue<RequestOptions>): APIPromise<Rsp> {
    return this.request(joinOptions({ method: 'patch', path }, options));
  }

  delete<Rsp>(path: string, options?: PromiseOrValue<RequestOptions>): APIPromise<Rsp> {
    return this.request(joinOptions({ method: 'delete', path }, options));
  }

  request<Rsp>(
    options: PromiseOrValue<FinalRequestOptions>,
    remainingRetries: number | null = null,
  ): APIPromise<Rsp> {
    return new APIPromise(this, send(callOf(this, options), remainingRetries));
  }

  getAPIList<Item, PageClass extends AbstractPage<Item> = AbstractPage<Item>>(
    path: string,
    Page: PageConstructor<PageClass>,
    options?: PromiseOrValue<RequestOptions>,
  ): PagePromise<PageClass, Item> {
    return this.requestAPIList(Page, joinOptions({ method: 'get', path }, options));
  }

  requestAPIList<Item = unknown, PageClass extends AbstractPage<Item> = AbstractPage<Item>>(
    Page: PageConstructor<PageClass>,
    options: PromiseOrValue<FinalRequestOptions>,
  ): PagePromise<PageClass, Item> {
    return new PagePromise<PageClass, Item>(this, send(callOf(this, options)), Page);
  }

  /** The URL of a request. `defaultBaseURL` applies unless this client was given its own base URL. */
  buildURL(path: string, query: object | null | undefined, defaultBaseURL?: string | undefined): string {
    const base = (this.baseURL === defaultURL && defaultBaseURL) || this.baseURL;
    const always = this.defaultQuery();
    if (query || always || this.stringifyQuery !== BaseClient.prototype.stringifyQuery)
      return buildURL(base, path, [always, query as Record<string, unknown>], (merged) =>
        this.stringifyQuery(merged),
      );
    if (this.#url?.base !== base || this.#url.path !== path)
      this.#url = { base, path, url: buildURL(base, path) };
    return this.#url.url;
  }

  /** The arguments of `fetch` for one attempt. Calls a function key to get the key. */
  async buildRequest(
    options: FinalRequestOptions,
    {
      retryCount = 0,
      helper = options.__metadata?.['helperMethod'] as string,
    }: { retryCount?: number; helper?: string | undefined } = {},
  ): Promise<{ req: RequestInit & { headers: Headers }; url: string; timeout: number }> {
    const url = this.buildURL(options.path, options.query, options.defaultBaseURL);
    const timeout = timeoutOf(options) ?? this.timeout;
    const { defaultHeaders } = this._options;
    const extra = mergeFetchOptions(this.fetchOptions, options.fetchOptions);

    // Before the key is waited for, so that what is sent is what the caller passed, whatever happens to it meanwhile.
    const given = [defaultHeaders, options.headers];
    const givenType = (): string | null =>
      given.some(Boolean) ? buildHeaders(given).values.get('content-type') : null;
    const { headers: type, ...body } = encodeBody(options, givenType);

    const lowest: HeadersLike[] = [extra.headers];
    if (this.idempotencyHeader && options.method !== 'get')
      lowest.push({ [this.idempotencyHeader]: options.idempotencyKey ?? this.defaultIdempotencyKey() });
    const headers = this.#keepsHeaders(lowest)
      ? this.#keptHeaders(type)
      : this.#lowHeaders(lowest, await this.authHeaders(options, bearer), type);
    const attempt = {
      'X-Stainless-Retry-Count': retryCount ? `${retryCount}` : undefined,
      'X-Stainless-Timeout': options.timeout ? `${Math.trunc(timeout / 1000)}` : undefined,
      'X-Stainless-Helper-Method': helper,
    };
    // The content type lies below, to be kept with what never changes; default headers do not replace it.
    for (const layer of [attempt, defaultHeaders, defaultHeaders && type, options.headers])
      addHeaders(headers, layer);
    this.validateHeaders(headers, bearer);

    const req: RequestInit & { headers: Headers } = {
      ...extra.init,
      method: options.method,
      headers: headers.values,
      ...body,
    };
    if (options.signal) req.signal = options.signal;
    return { req, url, timeout };
  }

  /**
   * Calls `fetch` with the signal of `controller`, which follows `init.signal`. Rejects when it aborts, which happens after `ms`
   * milliseconds without headers at the latest.
   */
  fetchWithTimeout(
    url: string | URL | Request,
    init: RequestInit | undefined,
    ms: number,
    controller: AbortController,
  ): Promise<Response> {
    const { method, signal: outer } = init ?? {};
    if (outer && outer !== controller.signal) {
      const follow = (): void => controller.abort(outer.reason);
      if (outer.aborted) follow();
      else outer.addEventListener('abort', follow, { once: true, signal: controller.signal });
    }
    const fetch = this.#fetch;
    const response = fetch(url, {
      ...init,
      ...(method && { method: method.toUpperCase() }),
      signal: controller.signal,
    });
    // Fakes in tests often return a response instead of a promise.
    return within(Promise.resolve(response), ms, controller, outer);
  }

  protected fetchWithAuth(
    url: string | URL | Request,
    init: RequestInit,
    timeout: number,
    controller: AbortController,
    _schemes?: SecuritySchemes,
  ): Promise<Response> {
    return this.fetchWithTimeout(url, init, timeout, controller);
  }

  /** May change the options of an attempt, before the request is built from them. */
  protected async prepareOptions(_options: FinalRequestOptions): Promise<void> {}

  /** May change the arguments of `fetch`, after they were built. */
  protected async prepareRequest(
    _request: RequestInit,
    _context: { url: string; options: FinalRequestOptions },
  ): Promise<void> {}

  protected async authHeaders(
    options: FinalRequestOptions,
    _schemes?: SecuritySchemes,
  ): Promise<NullableHeaders | undefined> {
    return this.bearerAuth(options);
  }

  /** Of overlapping calls of a function key only the newest is kept in `apiKey`; each is used for its own request. */
  protected async bearerAuth(_options: FinalRequestOptions): Promise<NullableHeaders | undefined> {
    const { apiKey } = this._options;
    if (typeof apiKey !== 'function') return authorization(this.apiKey);
    const call = ++this.#keyCalls;
    const key = await askForKey(apiKey);
    if (call > this.#keyKept) {
      this.#keyKept = call;
      this.apiKey = key;
    }
    return authorization(key);
  }

  protected validateHeaders(headers: NullableHeaders, _schemes?: SecuritySchemes): void {
    checkAuthorization(headers);
  }

  protected defaultQuery(): Record<string, string | undefined> | undefined {
    return this._options.defaultQuery;
  }

  protected stringifyQuery(query: object): string {
    return stringifyQuery(query);
  }

  protected makeStatusError(
    status: number,
    error: {},
    message: string | undefined,
    headers: Headers,
  ): APIError {
    return APIError.generate(status, error, message, headers);
  }

  protected defaultIdempotencyKey(): string {
    return `stainless-node-retry-${crypto.randomUUID()}`;
  }

  /** @internal The observers of every call of this client. */
  _observers(): Observe[] {
    const { observe } = this._options;
    return observe ? [observe] : [];
  }

  /** What lies below the caller's layers, to be added to. */
  #lowHeaders(lowest: HeadersLike[], auth: HeadersLike, type: HeadersLike): NullableHeaders {
    const standing = standingHeaders(this.constructor.name, this.organization, this.project);
    return buildHeaders([...lowest, standing, auth, type]);
  }

  /** Whether that is the same for every request: nothing but a plain key is in it. */
  #keepsHeaders(lowest: HeadersLike[]): boolean {
    const stock = BaseClient.prototype;
    return (
      !lowest.some(Boolean) &&
      typeof this._options.apiKey !== 'function' &&
      this.authHeaders === stock.authHeaders &&
      this.bearerAuth === stock.bearerAuth
    );
  }

  /** Built once, and copied as long as the fields it is made of do not change. */
  #keptHeaders(type: HeadersLike): NullableHeaders {
    const facts = [this.apiKey, this.organization, this.project, type];
    if (!this.#kept?.facts.every((fact, at) => fact === facts[at]))
      this.#kept = { facts, headers: this.#lowHeaders([], authorization(this.apiKey), type) };
    return copyHeaders(this.#kept.headers);
  }

  static DEFAULT_TIMEOUT: number = defaultTimeout;
}
