/**
 * Another server that requests are forwarded to. Bytes, status, error bodies and headers pass through unchanged in both
 * directions. Only headers of one connection are left out.
 */
import type { Readable } from 'node:stream';
import type { Dispatcher, request as sendRequest } from 'undici';
import { keyHeaders } from '../http/auth.ts';
import { ApiError } from '../http/errors.ts';

export interface UpstreamOptions {
  /** Such as `https://api.openai.com/v1`. A query string in it is sent with each request, such as `?api-version=…`. */
  baseURL: string;
  /** Sent as the bearer token instead of the caller's. Default: none. */
  apiKey?: string | undefined;
  /** Whether the caller's credentials are forwarded. Default `true`. Set `false` if they are for this server. */
  passAuthorization?: boolean | undefined;
  /** Sent with every request. They replace the caller's headers of the same name. */
  headers?: Readonly<Record<string, string>> | undefined;
  /** The `baseURL` is an Azure OpenAI resource: models are its deployments, and the key is sent as `api-key`. */
  azure?: { apiVersion: string } | undefined;
  /** Milliseconds to wait for a connection. Default 10,000. */
  connectTimeout?: number | undefined;
  /** Milliseconds that `send` waits for the headers, and between two parts of a body. Default 600,000. */
  timeout?: number | undefined;
}

/** One request to forward. */
export interface UpstreamCall {
  /** The path below the base URL: `/chat/completions`. */
  path: string;
  /** The headers of the caller. Those of its connection, and those for this server alone, are left out. */
  headers: Headers;
  /** Default `POST`. */
  method?: 'GET' | 'POST' | undefined;
  /** What is sent, as bytes. A request with `GET` has none. */
  body?: Uint8Array | undefined;
  /** The name of the model, which the addresses of Azure have in them. */
  model?: string | undefined;
  /** Aborts the request upstream, or the body of its response. */
  signal: AbortSignal;
}

/** Headers about a connection or about this server, which another one must not see. */
const ofConnection =
  /^(?:accept-encoding|connection|content-length|cookie|expect|forwarded|host|keep-alive|origin|proxy-[\w-]+|referer|te|trailer|transfer-encoding|upgrade|via|x-forwarded-[\w-]+|x-sandbox-[\w-]+)$/;

/** Response headers that hold for the connection to the upstream only, or would set cookies for another site. */
const ofResponseConnection =
  /^(?:alt-svc|connection|keep-alive|proxy-[\w-]+|set-cookie|strict-transport-security|trailer|transfer-encoding|upgrade)$/;

/** Statuses whose responses have no body, which `Response` insists on. */
export const bodiless: ReadonlySet<number> = new Set([204, 205, 304]);

/** The response of an upstream before its body is read. */
export interface UpstreamReply {
  status: number;
  headers: Headers;
  body: Readable;
}

/** Milliseconds; 0 waits without end. */
interface Waits {
  headers: number;
  body: number;
}

interface Connection {
  request: typeof sendRequest;
  dispatcher: Dispatcher;
}

export class Upstream {
  readonly url: URL;
  readonly #options: UpstreamOptions;
  #connection: Promise<Connection> | undefined;

  /** Throws a `TypeError` when `baseURL` is no HTTP URL. */
  constructor(options: UpstreamOptions) {
    this.url = new URL(options.baseURL);
    if (!/^https?:$/.test(this.url.protocol)) throw new TypeError(`not an HTTP URL: ${this.url.protocol}`);
    this.#options = options;
  }

  /** The headers that `send` sends. */
  headersFor(headers: Headers): Record<string, string> {
    const { apiKey, azure, passAuthorization = true, headers: own = {} } = this.#options;
    const named = (headers.get('connection') ?? '').toLowerCase().split(/\s*,\s*/);
    const passed = [...headers].filter(([name]) => !ofConnection.test(name) && !named.includes(name));
    const { username, password } = this.url;
    // Only an unencoded body can be recorded, stored and counted.
    const sent: Record<string, string> = { ...Object.fromEntries(passed), 'accept-encoding': 'identity' };
    const hasOwnKey = apiKey !== undefined || username !== '' || password !== '';
    if (!passAuthorization || hasOwnKey) for (const name of keyHeaders) delete sent[name];
    if (username || password) {
      const credentials = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
      sent['authorization'] = `Basic ${Buffer.from(credentials).toString('base64')}`;
    }
    if (apiKey !== undefined) Object.assign(sent, keyHeader(apiKey, azure !== undefined));
    for (const [name, value] of Object.entries(own)) sent[name.toLowerCase()] = value;
    return sent;
  }

  /**
   * Resolves with the response of the upstream when its headers are there, whatever its status. Rejects with an `ApiError`
   * (502, or 504 for a timeout) when there is none, and with the reason of the signal when that aborts. Cancelling the body
   * ends the request upstream.
   */
  async send(call: UpstreamCall): Promise<Response> {
    const { timeout = 600_000 } = this.#options;
    return responseOf(await this.open(call, { headers: timeout, body: timeout }));
  }

  /** Like `send`, with the body as it is read from the connection. Destroying it ends the request upstream. */
  async open(call: UpstreamCall, waits: Waits = { headers: 0, body: 0 }): Promise<UpstreamReply> {
    const { path, headers, method = 'POST', body = null, signal, model } = call;
    signal.throwIfAborted();
    const target = this.#target(path, model);
    const { request, dispatcher } = await (this.#connection ??= this.#connect());
    try {
      const response = await request(target, {
        method,
        headers: this.headersFor(headers),
        body,
        signal,
        dispatcher,
        headersTimeout: waits.headers,
        bodyTimeout: waits.body,
      });
      // Its reader gets the error; without a listener of its own, it would end the process when there is no reader.
      response.body.on('error', () => {});
      if (response.statusCode > 599) {
        response.body.destroy();
        throw invalidStatus(this.url.host, response.statusCode);
      }
      return {
        status: response.statusCode,
        headers: passedHeaders(response.headers),
        body: response.body,
      };
    } catch (error) {
      signal.throwIfAborted();
      throw error instanceof ApiError ? error : this.#failure(error);
    }
  }

  /** Ends the connections that are kept alive. */
  async close(): Promise<void> {
    await (await this.#connection)?.dispatcher.destroy();
    this.#connection = undefined;
  }

  /** Loaded with the first request: a server without an upstream need not pay for it. */
  async #connect(): Promise<Connection> {
    const { Agent, request } = await import('undici');
    const dispatcher = new Agent({ connect: { timeout: this.#options.connectTimeout ?? 10_000 } });
    return { request, dispatcher };
  }

  #target(path: string, model = ''): URL {
    const { azure } = this.#options;
    const target = new URL(this.url);
    const base = target.pathname.replace(/\/+$/, '');
    target.pathname = azure ? azureBase(base, model) + path : base + path;
    if (azure) target.searchParams.set('api-version', azure.apiVersion);
    target.username = '';
    target.password = '';
    target.hash = '';
    return target;
  }

  #failure(cause: unknown): ApiError {
    const { code = '', name } = cause as NodeJS.ErrnoException;
    const { host } = this.url;
    if (/TIMEOUT/.test(code)) return timedOut(host, cause);
    if (invalidHTTP.test(code || name)) {
      return new ApiError(502, `The upstream ${host} sent an invalid HTTP response.`, {
        code: 'upstream_invalid_response',
        cause,
      });
    }
    return new ApiError(502, `The upstream ${host} could not be reached${code && ` (${code})`}.`, {
      code: 'upstream_unreachable',
      cause,
    });
  }
}

/** Codes, or the name, of errors for responses that are not HTTP. */
const invalidHTTP = /^(?:HPE_|UND_ERR_HEADERS_OVERFLOW$|ERR_ASSERTION$|HTTPParserError$)/;

/** The error for an upstream that is too slow. */
export function timedOut(host: string, cause?: unknown): ApiError {
  return new ApiError(504, `The upstream ${host} did not respond in time.`, {
    code: 'upstream_timeout',
    cause,
  });
}

/** The error for a status that HTTP does not have, and `Response` refuses. */
function invalidStatus(host: string, status: number): ApiError {
  return new ApiError(502, `The upstream ${host} responded with the invalid status ${status}.`, {
    code: 'upstream_invalid_status',
  });
}

function keyHeader(key: string, isAzure: boolean): Record<string, string> {
  return isAzure ? { 'api-key': key } : { authorization: `Bearer ${key}` };
}

/** A name as a part of a path. Throws a 404 for what would lead to another path. */
export function pathPart(name: string): string {
  if (name !== '.' && name !== '..') return encodeURIComponent(name);
  throw new ApiError(404, `The model '${name}' does not exist or you do not have access to it.`, {
    code: 'model_not_found',
  });
}

/** https://learn.microsoft.com/azure/ai-services/openai/reference#rest-api-versioning */
function azureBase(base: string, deployment: string): string {
  return `${base.replace(/\/openai$/, '')}/openai/deployments/${pathPart(deployment)}`;
}

/** The headers of a response that are for the caller, too. */
function passedHeaders(headers: Dispatcher.ResponseData['headers']): Headers {
  const passed = new Headers();
  const named = String(headers['connection'] ?? '')
    .toLowerCase()
    .split(/\s*,\s*/);
  for (const [name, value] of Object.entries(headers)) {
    if (value === undefined || ofResponseConnection.test(name) || named.includes(name)) continue;
    for (const item of [value].flat()) passed.append(name, item);
  }
  return passed;
}

function responseOf({ status, headers, body }: UpstreamReply): Response {
  if (bodiless.has(status)) {
    body.resume();
    return new Response(null, { status, headers });
  }
  const parts = body[Symbol.asyncIterator]();
  const stream = new ReadableStream<Uint8Array>({
    async pull(controller) {
      const { done, value } = (await parts.next()) as IteratorResult<Uint8Array>;
      if (done) controller.close();
      else controller.enqueue(value);
    },
    cancel: (reason) => void body.destroy(reason instanceof Error ? reason : undefined),
  });
  return new Response(stream, { status, headers });
}
