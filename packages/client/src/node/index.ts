/**
 * A `fetch` for Node over `node:http`, for a half (Node 24) to a third (Node 20) of the CPU time of the one that Node
 * has: `new OpenAI({ fetch })`. See docs/node.md.
 */

import { discard, encode, encodeRequest } from './body.ts';
import { readCall } from './call.ts';
import type { Call } from './call.ts';
import { givenSocket } from './connect.ts';
import type { SocketRequestOptions, TLSOptions } from './connect.ts';
import { exchange, header } from './exchange.ts';
import type { Exchange } from './exchange.ts';
import { skip, toResponse } from './message.ts';
import { createPool } from './pool.ts';
import type { Pool } from './pool.ts';
import { proxyAuthorization, proxyFor, readProxy } from './proxy.ts';
import { followRedirect } from './redirect.ts';

export type { TLSOptions } from './connect.ts';

export interface FetchOptions {
  /** Connections to one origin at a time; requests above that wait. Default: no limit. */
  maxSockets?: number | undefined;
  /** Milliseconds an idle connection is kept, or less if the server says so. 0 keeps none. Default: 60,000. */
  keepAliveMs?: number | undefined;
  /** Milliseconds until a connection must stand, with proxy and TLS. Default: 10,000. */
  connectTimeoutMs?: number | undefined;
  /** Bytes that the head of an answer may have. Default: Node's, 16 KiB. */
  maxHeaderBytes?: number | undefined;
  /**
   * An `http:` or `https:` URL, perhaps with user and password, for every request; `false` for none. Default: what
   * `HTTPS_PROXY`, `HTTP_PROXY` and `NO_PROXY` say when an origin is first asked.
   */
  proxy?: string | false | undefined;
  /** Certificates and limits of TLS. */
  tls?: TLSOptions | undefined;
}

/** What stands for the platform's `fetch`, with connections of its own. */
export interface NodeFetch {
  (input: string | URL | Request, init?: RequestInit): Promise<Response>;
  /** Closes idle connections, and others when their answers end. Later requests open new ones. */
  close(): void;
}

/** What the requests of one origin share. */
interface Origin {
  pool: Pool;
  /** Put before the path: all of the URL, for a proxy that reads it. */
  prefix: string;
  /** What such a proxy wants to know. */
  headers: string[];
}

/** In milliseconds; Node fires longer ones at once. */
const longestTimer = 2 ** 31 - 1;

/** Throws a TypeError that names an option that cannot be used. */
export function createFetch(options: FetchOptions = {}): NodeFetch {
  const { tls, proxy, maxHeaderBytes: maxHeaderSize } = options;
  const maxSockets = atLeast(1, options, 'maxSockets') ?? Infinity;
  const keepAliveMs = Math.min(atLeast(0, options, 'keepAliveMs') ?? 60_000, longestTimer);
  const connectTimeoutMs = Math.min(atLeast(1, options, 'connectTimeoutMs') ?? 10_000, longestTimer);
  atLeast(1, options, 'maxHeaderBytes');
  if (maxHeaderSize !== undefined && !Number.isSafeInteger(maxHeaderSize))
    throw new TypeError('maxHeaderBytes must be an integer');
  if (proxy) readProxy(proxy, 'proxy');
  const origins = new Map<string, Origin>();
  const parse = parser();

  const originOf = (url: URL): Origin => {
    const key = url.origin;
    let origin = origins.get(key);
    if (!origin) {
      const through = proxyFor(url, proxy);
      const pool = createPool({ url, proxy: through, tls, connectTimeoutMs }, maxSockets, keepAliveMs);
      const absolute = through && url.protocol === 'http:';
      origin = { pool, prefix: absolute ? key : '', headers: absolute ? proxyAuthorization(through) : [] };
      origins.set(key, origin);
    }
    return origin;
  };

  const send = ({ url, host, method, headers, payload, signal }: Call): Promise<Exchange> => {
    const { pool, prefix, headers: first } = originOf(url);
    const request: SocketRequestOptions = {
      agent: givenSocket,
      method,
      path: prefix + url.pathname + url.search,
      headers: ['host', host ?? url.host, ...first, ...headers],
    };
    if (maxHeaderSize !== undefined) request.maxHeaderSize = maxHeaderSize;
    return exchange(pool, request, payload, signal);
  };

  const fetch = async (input: string | URL | Request, init?: RequestInit | null): Promise<Response> => {
    const request = typeof input === 'object' && 'url' in input ? input : undefined;
    const start = parse(request ? request.url : `${input as string | URL}`);
    init ??= {};
    if (!/^https?:$/.test(start.protocol)) return globalThis.fetch(input, init);
    const signal = init.signal === undefined ? request?.signal : init.signal;
    const failure = (cause: unknown): unknown =>
      signal?.aborted ? signal.reason : new TypeError('fetch failed', { cause });

    let content = init.body == null ? undefined : encode(init.body);
    if (!content && request?.body)
      content = encodeRequest(request, signal).catch((cause: unknown) => {
        throw failure(cause);
      });
    if (content instanceof Promise) content = await content;
    const call = readCall(start, request, init, content, signal);
    for (let hops = 0; ; hops++) {
      let answer: Exchange | undefined;
      try {
        signal?.throwIfAborted();
        answer = await send(call);
        const { message } = answer;
        const { href } = call.url;
        if (!followRedirect(call, message.statusCode!, header(message, 'location'), hops))
          return toResponse(answer, call, href.replace(/#.*/, ''), hops > 0);
        skip(answer);
      } catch (cause) {
        if (answer) skip(answer);
        const error = failure(cause);
        discard(call.payload, error);
        throw error;
      }
    }
  };

  return Object.assign(fetch, {
    close() {
      for (const { pool } of origins.values()) pool.close();
      origins.clear();
    },
  });
}

/** A {@link createFetch} without options, for all who import it. */
export const fetch: NodeFetch = /* @__PURE__ */ createFetch();

/** Parses URLs; most requests go where the one before went. */
function parser(): (text: string) => URL {
  let last: { text: string; url: URL } | undefined;
  return (text) => {
    try {
      if (text !== last?.text) last = { text, url: new URL(text) };
    } catch (cause) {
      throw new TypeError(`Failed to parse URL from ${text}`, { cause });
    }
    return last!.url;
  };
}

function atLeast(least: number, options: FetchOptions, name: keyof FetchOptions): number | undefined {
  const value = options[name];
  if (value === undefined || (typeof value === 'number' && value >= least)) return value;
  throw new TypeError(`${name} must be a number of at least ${least}`);
}
