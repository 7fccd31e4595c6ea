/** OpenAI: options and environment become a client, and its methods become requests. */

import { Chat } from './resources/chat.ts';
import type { ChatCompletionsPage } from './resources/completions.ts';
import { APIPromise } from './transport/api-promise.ts';
import { encodeBody } from './transport/body.ts';
import * as Errors from './transport/errors.ts';
import { addHeaders, buildHeaders, copyHeaders, parseHeaderLines } from './transport/headers.ts';
import type { HeadersLike, NullableHeaders } from './transport/headers.ts';
import { parseLogLevel, redactingLogger } from './transport/log.ts';
import type {
  APIClient,
  ApiKeySetter,
  ClientOptions,
  DataResidency,
  Fetch,
  FetchOptions,
  FinalRequestOptions,
  HTTPMethod,
  Logger,
  LogLevel,
  PageConstructor,
  PromiseOrValue,
  RequestOptions,
  SecuritySchemes,
} from './transport/options.ts';
import * as Pages from './transport/page.ts';
// prettier-ignore
import { ConversationCursorPage, CursorPage, NextCursorPage, Page, TokenPage } from './transport/page.ts';
// prettier-ignore
import type {
  ConversationCursorPageParams, ConversationCursorPageResponse, CursorPageParams, CursorPageResponse,
  NextCursorPageParams, NextCursorPageResponse, TokenPageParams, TokenPageResponse, PageResponse,
} from './transport/page.ts';
import { isRunningInBrowser, readEnv } from './transport/platform.ts';
import { stringifyQuery } from './transport/query.ts';
import {
  attemptHeaders,
  fetchWithin,
  mergeFetchOptions,
  standingHeaders,
  timeoutOf,
} from './transport/request.ts';
import { maxRetriesOf } from './transport/retry.ts';
import { send } from './transport/send.ts';
import type { APIResponseProps, Sender } from './transport/send.ts';
import { toFile, toStreamingFile } from './transport/uploads.ts';
import { buildURL } from './transport/url.ts';
// prettier-ignore
import type {
  ChatCompletion, ChatCompletionAllowedToolChoice, ChatCompletionAllowedTools,
  ChatCompletionAssistantMessageParam, ChatCompletionAudio, ChatCompletionAudioParam, ChatCompletionChunk,
  ChatCompletionContentPart, ChatCompletionContentPartImage, ChatCompletionContentPartInputAudio,
  ChatCompletionContentPartRefusal, ChatCompletionContentPartText, ChatCompletionCreateParams,
  ChatCompletionCreateParamsNonStreaming, ChatCompletionCreateParamsStreaming, ChatCompletionCustomTool,
  ChatCompletionDeleted, ChatCompletionDeveloperMessageParam, ChatCompletionFunctionCallOption,
  ChatCompletionFunctionMessageParam, ChatCompletionFunctionTool, ChatCompletionListParams,
  ChatCompletionMessage, ChatCompletionMessageCustomToolCall, ChatCompletionMessageFunctionToolCall,
  ChatCompletionMessageParam, ChatCompletionMessageToolCall, ChatCompletionModality,
  ChatCompletionNamedToolChoice, ChatCompletionNamedToolChoiceCustom, ChatCompletionParseParams,
  ChatCompletionPredictionContent, ChatCompletionReasoningEffort, ChatCompletionRole,
  ChatCompletionStoreMessage, ChatCompletionStreamOptions, ChatCompletionSystemMessageParam,
  ChatCompletionTokenLogprob, ChatCompletionTool, ChatCompletionToolChoiceOption,
  ChatCompletionToolMessageParam, ChatCompletionUpdateParams, ChatCompletionUserMessageParam,
  ParsedChatCompletion, ParsedChatCompletionMessage, ParsedChatCompletionMessageToolCall, ParsedChoice,
  ParsedFunction, ParsedFunctionToolCall, CompletionUsage, AllModels, ChatModel, ComparisonFilter,
  CompoundFilter, CustomToolInputFormat, ErrorObject, FunctionDefinition, FunctionParameters, Metadata,
  OAuthErrorCode, Reasoning, ReasoningEffort, ResponseFormatJSONObject, ResponseFormatJSONSchema,
  ResponseFormatText, ResponseFormatTextGrammar, ResponseFormatTextPython, ResponsesModel,
} from './types/index.ts';
import { VERSION } from './version.ts';

export type { ApiKeySetter, ClientOptions, DataResidency, Logger, LogLevel };

const defaultURL = 'https://api.openai.com/v1';
const regions: readonly DataResidency[] = ['global', 'us', 'eu', 'ae', 'au', 'in', 'jp'];
const bearer: SecuritySchemes = { bearerAuth: true };

/**
 * A client for Chat Completions. Fields may be changed at any time and count from the next attempt on.
 *
 * Methods marked protected are hooks: each is called once per attempt, so that a subclass can sign, reroute or rewrite.
 */
export class OpenAI implements APIClient {
  apiKey: string | null;
  adminAPIKey: string | null;
  organization: string | null;
  project: string | null;
  webhookSecret: string | null;
  baseURL: string;
  /** Milliseconds. */
  timeout: number;
  maxRetries: number;
  logger: Logger;
  logLevel: LogLevel | undefined;
  fetchOptions: FetchOptions | undefined;

  /** Set by a subclass, requests other than GET carry their idempotency key in the header of this name. */
  protected idempotencyHeader?: string;
  protected _options: ClientOptions;
  #fetch: Fetch;
  #standing: { facts: unknown[]; headers: NullableHeaders } | undefined;
  #url: { base: string; path: string; url: string } | undefined;
  #keyCalls = 0;
  #keyKept = 0;

  chat: Chat = new Chat(this);

  constructor(options: ClientOptions = {}) {
    for (const name of ['workloadIdentity', 'x509Transport', 'credential', 'provider'] as const)
      if (options[name])
        throw new Errors.OpenAIError(
          `The \`${name}\` option is not supported; pass an \`apiKey\`, which may be a function that fetches one.`,
        );
    const read = (given: string | null | undefined, name: string): string | null =>
      given === undefined ? (readEnv(name) ?? null) : given;
    const apiKey = options.apiKey === undefined ? read(undefined, 'OPENAI_API_KEY') : options.apiKey;
    this.adminAPIKey = read(options.adminAPIKey, 'OPENAI_ADMIN_KEY');
    if (!apiKey && !this.adminAPIKey)
      throw new Errors.OpenAIError(
        'Missing credentials. Please pass an `apiKey` or `adminAPIKey`, or set the `OPENAI_API_KEY` or `OPENAI_ADMIN_KEY` environment variable.',
      );
    if (!options.dangerouslyAllowBrowser && isRunningInBrowser())
      throw new Errors.OpenAIError(
        "It looks like you're running in a browser-like environment.\n\nThis is disabled by default, as it exposes your secret API credentials to everybody who visits the page.\nIf you understand the risks, set the `dangerouslyAllowBrowser` option to `true`.",
      );
    this.apiKey = typeof apiKey === 'string' ? apiKey : null;
    this.organization = read(options.organization, 'OPENAI_ORG_ID');
    this.project = read(options.project, 'OPENAI_PROJECT_ID');
    this.webhookSecret = read(options.webhookSecret, 'OPENAI_WEBHOOK_SECRET');
    this.baseURL = baseURLOf(options);
    this.timeout = options.timeout ?? OpenAI.DEFAULT_TIMEOUT;
    if (!(this.timeout >= 0)) throw new Errors.OpenAIError('timeout must be a number of at least 0');
    this.maxRetries = maxRetriesOf(options.maxRetries, 2);
    this.fetchOptions = options.fetchOptions;
    const { fetch } = globalThis;
    if (!options.fetch && !fetch)
      throw new Error(
        '`fetch` is not defined as a global; pass `fetch` to the client: `new OpenAI({ fetch })`.',
      );
    this.#fetch = options.fetch ?? ((input, init) => fetch(input, init));
    this.logger = redactingLogger(options.logger ?? console);
    this.logLevel = 'warn'; // what the next line may say, should be heard
    this.logLevel =
      parseLogLevel(options.logLevel, 'ClientOptions.logLevel', this) ??
      parseLogLevel(readEnv('OPENAI_LOG'), "process.env['OPENAI_LOG']", this) ??
      'warn';
    const lines = readEnv('OPENAI_CUSTOM_HEADERS');
    this._options = {
      ...options,
      apiKey,
      fetch: this.#fetch,
      ...(lines && { defaultHeaders: buildHeaders([parseHeaderLines(lines), options.defaultHeaders]) }),
    };
  }

  /** A new client like this one as it is now, apart from `options`. Headers and queries are replaced, not merged. */
  withOptions(options: Partial<ClientOptions>): this {
    const inherited = { ...this._options, baseURL: this.baseURL };
    delete inherited.dataResidency; // is in the base URL by now
    if (options.dataResidency) delete (inherited as ClientOptions).baseURL;
    return new (this.constructor as any)({
      ...inherited,
      timeout: this.timeout,
      maxRetries: this.maxRetries,
      logger: this.logger,
      logLevel: this.logLevel,
      fetchOptions: this.fetchOptions,
      adminAPIKey: this.adminAPIKey,
      organization: this.organization,
      project: this.project,
      webhookSecret: this.webhookSecret,
      ...options,
    });
  }

  get<Rsp>(path: string, options?: PromiseOrValue<RequestOptions>): APIPromise<Rsp> {
    return this.request(withMethod('get', path, options));
  }

  post<Rsp>(path: string, options?: PromiseOrValue<RequestOptions>): APIPromise<Rsp> {
    return this.request(withMethod('post', path, options));
  }

  put<Rsp>(path: string, options?: PromiseOrValue<RequestOptions>): APIPromise<Rsp> {
    return this.request(withMethod('put', path, options));
  }

  patch<Rsp>(path: string, options?: PromiseOrValue<RequestOptions>): APIPromise<Rsp> {
    return this.request(withMethod('patch', path, options));
  }

  delete<Rsp>(path: string, options?: PromiseOrValue<RequestOptions>): APIPromise<Rsp> {
    return this.request(withMethod('delete', path, options));
  }

  request<Rsp>(
    options: PromiseOrValue<FinalRequestOptions>,
    remainingRetries: number | null = null,
  ): APIPromise<Rsp> {
    return new APIPromise(this, this.#send(options, remainingRetries));
  }

  getAPIList<Item, PageClass extends Pages.AbstractPage<Item> = Pages.AbstractPage<Item>>(
    path: string,
    Page: PageConstructor<PageClass>,
    options?: PromiseOrValue<RequestOptions>,
  ): Pages.PagePromise<PageClass, Item> {
    return this.requestAPIList(Page, withMethod('get', path, options));
  }

  requestAPIList<Item = unknown, PageClass extends Pages.AbstractPage<Item> = Pages.AbstractPage<Item>>(
    Page: PageConstructor<PageClass>,
    options: PromiseOrValue<FinalRequestOptions>,
  ): Pages.PagePromise<PageClass, Item> {
    return new Pages.PagePromise<PageClass, Item>(this, this.#send(options, null), Page);
  }

  /** The address of a request. `defaultBaseURL` counts unless this client was given a base URL of its own. */
  buildURL(path: string, query: object | null | undefined, defaultBaseURL?: string | undefined): string {
    const base = (this.baseURL === defaultURL && defaultBaseURL) || this.baseURL;
    const always = this.defaultQuery();
    if (query || always || this.stringifyQuery !== OpenAI.prototype.stringifyQuery)
      return buildURL(base, path, [always, query as Record<string, unknown>], (merged) =>
        this.stringifyQuery(merged),
      );
    if (this.#url?.base !== base || this.#url.path !== path)
      this.#url = { base, path, url: buildURL(base, path) };
    return this.#url.url;
  }

  /** Everything fetch is to be given for one attempt; asks a function key for its key. */
  async buildRequest(
    options: FinalRequestOptions,
    { retryCount = 0 }: { retryCount?: number } = {},
  ): Promise<{ req: RequestInit & { headers: Headers }; url: string; timeout: number }> {
    const url = this.buildURL(options.path, options.query, options.defaultBaseURL);
    const timeout = timeoutOf(options) ?? this.timeout;
    const extra =
      this.fetchOptions || options.fetchOptions
        ? mergeFetchOptions(this.fetchOptions, options.fetchOptions)
        : undefined;
    const { defaultHeaders } = this._options;

    // Before the key is waited for, so that what is sent is what the caller passed, whatever happens to it meanwhile.
    const encoded = encodeBody(options, {
      get: (name) =>
        defaultHeaders || options.headers
          ? buildHeaders([defaultHeaders, options.headers]).values.get(name)
          : null,
    });
    if (options.__mapItem) options.stream = encoded.streaming;

    const schemes = options.__security ?? bearer;
    const lowest: HeadersLike[] = [];
    if (extra?.headers) lowest.push(extra.headers);
    if (this.idempotencyHeader && options.method !== 'get')
      lowest.push({ [this.idempotencyHeader]: (options.idempotencyKey ??= this.defaultIdempotencyKey()) });
    const standing = this.#standingHeaders(options, schemes, lowest);
    const headers = standing instanceof Promise ? await standing : standing;
    const layers = [attemptHeaders(options, retryCount), defaultHeaders, encoded.headers, options.headers];
    for (const layer of layers) if (layer) addHeaders(headers, layer);
    this.validateHeaders(headers, schemes);

    const req: RequestInit & { headers: Headers; duplex?: 'half' } = {
      ...(extra?.init as object | undefined),
      method: options.method,
      headers: headers.values,
    };
    if (options.signal) req.signal = options.signal;
    if (encoded.body !== undefined) req.body = encoded.body;
    if (!encoded.repeatable) req.duplex = 'half';
    return { req, url, timeout };
  }

  /** Fetches, giving up `ms` milliseconds later if no headers came; `controller` is then aborted. */
  fetchWithTimeout(
    url: string | URL | Request,
    init: RequestInit | undefined,
    ms: number,
    controller: AbortController,
  ): Promise<Response> {
    return fetchWithin(this.#fetch, url, init ?? {}, ms, controller);
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

  /** May change the options of an attempt, before anything is built from them. */
  protected async prepareOptions(_options: FinalRequestOptions): Promise<void> {}

  /** May change what fetch is given, after it was built. */
  protected async prepareRequest(
    _request: RequestInit,
    _context: { url: string; options: FinalRequestOptions },
  ): Promise<void> {}

  protected async authHeaders(
    options: FinalRequestOptions,
    schemes: SecuritySchemes = bearer,
  ): Promise<NullableHeaders | undefined> {
    return buildHeaders([
      schemes.bearerAuth ? await this.bearerAuth(options) : undefined,
      schemes.adminAPIKeyAuth ? await this.adminAPIKeyAuth(options) : undefined,
    ]);
  }

  protected async bearerAuth(_options: FinalRequestOptions): Promise<NullableHeaders | undefined> {
    const { apiKey } = this._options;
    return authorization(typeof apiKey === 'function' ? await this.#askForKey(apiKey) : this.apiKey);
  }

  protected async adminAPIKeyAuth(_options: FinalRequestOptions): Promise<NullableHeaders | undefined> {
    return authorization(this.adminAPIKey);
  }

  /** Throws unless the headers hold credentials, or were told by a null to go without. */
  protected validateHeaders({ values, nulls }: NullableHeaders, _schemes?: SecuritySchemes): void {
    if (values.get('authorization') || values.get('api-key')) return;
    if (nulls.has('authorization') || nulls.has('api-key')) return;
    throw new Error(
      'Could not resolve authentication method. Expected either apiKey or adminAPIKey to be set. Or for one of the "Authorization" or "api-key" headers to be explicitly omitted',
    );
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
  ): Errors.APIError {
    return Errors.APIError.generate(status, error, message, headers);
  }

  protected defaultIdempotencyKey(): string {
    return `stainless-node-retry-${crypto.randomUUID()}`;
  }

  #send(options: PromiseOrValue<FinalRequestOptions>, retries: number | null): Promise<APIResponseProps> {
    const sender = this as unknown as Sender;
    return options instanceof Promise
      ? options.then((given) => send(sender, given, retries))
      : send(sender, options, retries);
  }

  /**
   * What lies below the caller's layers, to be added to. With nothing but a plain key in it that is the same for every
   * request, so it is built once, and copied as long as the fields it is made of do not change.
   */
  #standingHeaders(
    options: FinalRequestOptions,
    schemes: SecuritySchemes,
    lowest: HeadersLike[],
  ): PromiseOrValue<NullableHeaders> {
    const { apiKey, organization, project } = this;
    const standing = (): HeadersLike =>
      standingHeaders(`${this.constructor.name}/JS ${VERSION}`, organization, project);
    const stock = OpenAI.prototype;
    const usual =
      schemes === bearer &&
      typeof this._options.apiKey !== 'function' &&
      this.authHeaders === stock.authHeaders &&
      this.bearerAuth === stock.bearerAuth;
    if (!usual || lowest.length)
      return this.authHeaders(options, schemes).then((auth) => buildHeaders([...lowest, standing(), auth]));
    const facts = [apiKey, organization, project];
    const known = this.#standing;
    if (!known || facts.some((fact, index) => fact !== known.facts[index]))
      this.#standing = { facts, headers: buildHeaders([standing(), authorization(apiKey)]) };
    return copyHeaders(this.#standing!.headers);
  }

  /** Only the newest of overlapping calls is kept in `apiKey`; each is used for its own request. */
  async #askForKey(setter: ApiKeySetter): Promise<string> {
    const call = ++this.#keyCalls;
    let key: unknown;
    try {
      key = await setter();
    } catch (cause) {
      if (cause instanceof Errors.OpenAIError) throw cause;
      const { message } = Errors.castToError(cause);
      throw new Errors.OpenAIError(`Failed to get token from 'apiKey' function: ${message}`, { cause });
    }
    if (!key || typeof key !== 'string')
      throw new Errors.OpenAIError(
        `Expected 'apiKey' function argument to return a string but it returned ${key}`,
      );
    if (call > this.#keyKept) {
      this.#keyKept = call;
      this.apiKey = key;
    }
    return key;
  }

  static OpenAI: typeof OpenAI = this;
  /** Ten minutes, in milliseconds. */
  static DEFAULT_TIMEOUT = 600_000;

  static OpenAIError: typeof Errors.OpenAIError = Errors.OpenAIError;
  static APIError: typeof Errors.APIError = Errors.APIError;
  static APIConnectionError: typeof Errors.APIConnectionError = Errors.APIConnectionError;
  static APIConnectionTimeoutError: typeof Errors.APIConnectionTimeoutError =
    Errors.APIConnectionTimeoutError;
  static APIUserAbortError: typeof Errors.APIUserAbortError = Errors.APIUserAbortError;
  static NotFoundError: typeof Errors.NotFoundError = Errors.NotFoundError;
  static ConflictError: typeof Errors.ConflictError = Errors.ConflictError;
  static RateLimitError: typeof Errors.RateLimitError = Errors.RateLimitError;
  static BadRequestError: typeof Errors.BadRequestError = Errors.BadRequestError;
  static AuthenticationError: typeof Errors.AuthenticationError = Errors.AuthenticationError;
  static InternalServerError: typeof Errors.InternalServerError = Errors.InternalServerError;
  static PermissionDeniedError: typeof Errors.PermissionDeniedError = Errors.PermissionDeniedError;
  static UnprocessableEntityError: typeof Errors.UnprocessableEntityError = Errors.UnprocessableEntityError;
  static InvalidWebhookSignatureError: typeof Errors.InvalidWebhookSignatureError =
    Errors.InvalidWebhookSignatureError;

  static toFile: typeof toFile = toFile;
  static toStreamingFile: typeof toStreamingFile = toStreamingFile;

  // Typed by the namespace below, which a declared static of the same name would hide.
  static {
    Object.assign(this, { Chat, Page, CursorPage, ConversationCursorPage, NextCursorPage, TokenPage });
  }
}

export declare namespace OpenAI {
  export { Chat, Page, CursorPage, ConversationCursorPage, NextCursorPage, TokenPage };
  export type { DataResidency, RequestOptions };
  // prettier-ignore
  export type {
    ConversationCursorPageParams, ConversationCursorPageResponse, CursorPageParams, CursorPageResponse,
    NextCursorPageParams, NextCursorPageResponse, TokenPageParams, TokenPageResponse, PageResponse,
  };
  // prettier-ignore
  export type {
    CompletionUsage, ChatCompletion, ChatCompletionAllowedToolChoice, ChatCompletionAllowedTools,
    ChatCompletionAssistantMessageParam, ChatCompletionAudio, ChatCompletionAudioParam, ChatCompletionChunk,
    ChatCompletionContentPart, ChatCompletionContentPartImage, ChatCompletionContentPartInputAudio,
    ChatCompletionContentPartRefusal, ChatCompletionContentPartText, ChatCompletionCreateParams,
    ChatCompletionCreateParamsNonStreaming, ChatCompletionCreateParamsStreaming, ChatCompletionCustomTool,
    ChatCompletionDeleted, ChatCompletionDeveloperMessageParam, ChatCompletionFunctionCallOption,
    ChatCompletionFunctionMessageParam, ChatCompletionFunctionTool, ChatCompletionListParams,
    ChatCompletionMessage, ChatCompletionMessageCustomToolCall, ChatCompletionMessageFunctionToolCall,
    ChatCompletionMessageParam, ChatCompletionMessageToolCall, ChatCompletionModality,
    ChatCompletionNamedToolChoice, ChatCompletionNamedToolChoiceCustom, ChatCompletionParseParams,
    ChatCompletionPredictionContent, ChatCompletionReasoningEffort, ChatCompletionRole,
    ChatCompletionStoreMessage, ChatCompletionStreamOptions, ChatCompletionSystemMessageParam,
    ChatCompletionTokenLogprob, ChatCompletionTool, ChatCompletionToolChoiceOption,
    ChatCompletionToolMessageParam, ChatCompletionUpdateParams, ChatCompletionUserMessageParam,
    ChatCompletionsPage, ParsedChatCompletion, ParsedChatCompletionMessage,
    ParsedChatCompletionMessageToolCall, ParsedChoice, ParsedFunction, ParsedFunctionToolCall,
  };
  // prettier-ignore
  export type {
    AllModels, ChatModel, ComparisonFilter, CompoundFilter, CustomToolInputFormat, ErrorObject,
    FunctionDefinition, FunctionParameters, Metadata, OAuthErrorCode, Reasoning, ReasoningEffort,
    ResponseFormatJSONObject, ResponseFormatJSONSchema, ResponseFormatText, ResponseFormatTextGrammar,
    ResponseFormatTextPython, ResponsesModel,
  };
}

export default OpenAI;

function baseURLOf(options: ClientOptions): string {
  const { dataResidency: region } = options;
  if (region == null) {
    const { baseURL = readEnv('OPENAI_BASE_URL') } = options;
    return baseURL || defaultURL;
  }
  if ('baseURL' in options)
    throw new Errors.OpenAIError('The `dataResidency` and `baseURL` options are mutually exclusive.');
  if (!regions.includes(region))
    throw new Errors.OpenAIError(`Invalid \`dataResidency\`; expected one of: ${regions.join(', ')}.`);
  return region === 'global' ? defaultURL : defaultURL.replace('//', `//${region}.`);
}

function authorization(key: string | null): NullableHeaders | undefined {
  return key ? buildHeaders([{ Authorization: `Bearer ${key}` }]) : undefined;
}

function withMethod(
  method: HTTPMethod,
  path: string,
  options?: PromiseOrValue<RequestOptions>,
): PromiseOrValue<FinalRequestOptions> {
  const add = (given?: RequestOptions): FinalRequestOptions =>
    ({ method, path, ...given }) as FinalRequestOptions;
  return options instanceof Promise ? options.then(add) : add(options);
}
