/**
 * Another server behind this one. Bytes pass through unchanged in both directions, and so do status, error bodies and
 * headers; only what belongs to one connection stays behind.
 */
import type { Dispatcher } from 'undici';
import { ApiError } from '../http/errors.ts';

export interface UpstreamOptions {
  /** Such as `https://api.openai.com/v1`. A query is kept for each request, such as `?api-version=…`. */
  baseURL: string;
  /** Sent as the bearer token, in place of the caller's. Default: none of its own. */
  apiKey?: string | undefined;
  /** Whether the caller's `authorization` is passed on. Default `true`; `false` when it holds a key of this server. */
  passAuthorization?: boolean | undefined;
  /** Milliseconds to wait for the headers, and between two parts of a body. Default 600,000. */
  timeout?: number | undefined;
}

/** One request to pass on. */
export interface UpstreamCall {
  /** Below the base URL: `/chat/completions`. */
  path: string;
  /** The headers of the caller. Those of its connection, and those for this server alone, are left out. */
  headers: Headers;
  /** The JSON body as it was received. */
  body: Uint8Array;
  /** Aborts the request upstream, or the body of its response. */
  signal: AbortSignal;
}

/** Headers about a connection or about this server, which another one must not see. */
const ofConnection =
  /^(?:accept-encoding|connection|content-length|cookie|expect|forwarded|host|keep-alive|origin|proxy-[\w-]+|referer|te|trailer|transfer-encoding|upgrade|via|x-forwarded-[\w-]+|x-sandbox-[\w-]+)$/;

/** Response headers that hold for the connection to the upstream only, or would set cookies for another site. */
const ofResponseConnection =
  /^(?:alt-svc|connection|keep-alive|proxy-[\w-]+|set-cookie|strict-transport-security|trailer|transfer-encoding|upgrade)$/;

const bodiless = new Set([204, 205, 304]);

export class Upstream {
  readonly url: URL;
  readonly #apiKey: string | undefined;
  readonly #passAuthorization: boolean;
  readonly #timeout: number;
  #agent: Promise<Dispatcher> | undefined;

  /** Throws a `TypeError` when `baseURL` is no HTTP URL. */
  constructor({ baseURL, apiKey, passAuthorization = true, timeout = 600_000 }: UpstreamOptions) {
    this.url = new URL(baseURL);
    if (!/^https?:$/.test(this.url.protocol)) throw new TypeError(`not an HTTP URL: ${this.url.protocol}`);
    this.#apiKey = apiKey;
    this.#passAuthorization = passAuthorization;
    this.#timeout = timeout;
  }

  /** The headers that `send` sends. */
  headersFor(headers: Headers): Record<string, string> {
    const named = (headers.get('connection') ?? '').toLowerCase().split(/\s*,\s*/);
    const passed = [...headers].filter(([name]) => !ofConnection.test(name) && !named.includes(name));
    const { username, password } = this.url;
    // Only an unencoded body can be recorded, stored and counted.
    const sent: Record<string, string> = { ...Object.fromEntries(passed), 'accept-encoding': 'identity' };
    if (!this.#passAuthorization) delete sent['authorization'];
    if (username || password) {
      const credentials = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
      sent['authorization'] = `Basic ${Buffer.from(credentials).toString('base64')}`;
    }
    if (this.#apiKey !== undefined) sent['authorization'] = `Bearer ${this.#apiKey}`;
    return sent;
  }

  /**
   * Resolves with the response of the upstream when its headers are there, whatever its status. Rejects with an `ApiError`
   * (502, or 504 for a timeout) when there is none, and with the reason of the signal when that aborts. Cancelling the body
   * ends the request upstream.
   */
  async send({ path, headers, body, signal }: UpstreamCall): Promise<Response> {
    signal.throwIfAborted();
    const dispatcher = await (this.#agent ??= this.#connect());
    try {
      const { request } = await import('undici');
      const response = await request(this.#target(path), {
        method: 'POST',
        headers: this.headersFor(headers),
        body,
        signal,
        dispatcher,
        headersTimeout: this.#timeout,
        bodyTimeout: this.#timeout,
      });
      return responseOf(response);
    } catch (error) {
      signal.throwIfAborted();
      throw this.#failure(error);
    }
  }

  /** Ends the connections that are kept alive. */
  async close(): Promise<void> {
    await (await this.#agent)?.destroy();
    this.#agent = undefined;
  }

  /** Loaded with the first request: a server without an upstream need not pay for it. */
  async #connect(): Promise<Dispatcher> {
    const { Agent } = await import('undici');
    return new Agent();
  }

  #target(path: string): URL {
    const target = new URL(this.url);
    target.pathname = target.pathname.replace(/\/+$/, '') + path;
    target.username = '';
    target.password = '';
    target.hash = '';
    return target;
  }

  #failure(cause: unknown): ApiError {
    const { code = '' } = cause as NodeJS.ErrnoException;
    const { host } = this.url;
    if (/TIMEOUT/.test(code)) {
      return new ApiError(504, `The upstream ${host} did not respond in time.`, {
        code: 'upstream_timeout',
        cause,
      });
    }
    return new ApiError(502, `The upstream ${host} could not be reached${code && ` (${code})`}.`, {
      code: 'upstream_unreachable',
      cause,
    });
  }
}

function responseOf({ statusCode: status, headers, body }: Dispatcher.ResponseData): Response {
  const passed = new Headers();
  const named = String(headers['connection'] ?? '')
    .toLowerCase()
    .split(/\s*,\s*/);
  for (const [name, value] of Object.entries(headers)) {
    if (value === undefined || ofResponseConnection.test(name) || named.includes(name)) continue;
    for (const item of [value].flat()) passed.append(name, item);
  }
  if (bodiless.has(status)) {
    body.resume();
    return new Response(null, { status, headers: passed });
  }
  // Its reader gets the error; without a listener of its own, it would end the process when there is no reader.
  body.on('error', () => {});
  const parts = body[Symbol.asyncIterator]();
  const stream = new ReadableStream<Uint8Array>({
    async pull(controller) {
      const { done, value } = (await parts.next()) as IteratorResult<Uint8Array>;
      if (done) controller.close();
      else controller.enqueue(value);
    },
    cancel: (reason) => void body.destroy(reason instanceof Error ? reason : undefined),
  });
  return new Response(stream, { status, headers: passed });
}
