/** What a call of `fetch` asks for, read and checked as the platform does. */

import type { Outgoing, Payload } from './body.ts';
import { accepted } from './decode.ts';

export interface Call {
  url: URL;
  method: string;
  /** In place of the URL's, if the caller named one. */
  host: string | undefined;
  /** Names in lower case and values in turn, without those of the connection. */
  headers: string[];
  payload: Payload | undefined;
  signal: AbortSignal | null | undefined;
  redirect: RequestRedirect;
}

/** Decided by the connection, or meant for a proxy; dropped when a caller names them, as browsers do. */
const ours = new Set([
  'content-length',
  'keep-alive',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

/** Sent unless the call has its own. */
const standing = Object.entries({ accept: '*/*', 'accept-encoding': accepted, 'user-agent': 'node' });

const notASCII = /[^\0-\x7f]/;
const token = /^[!#$%&'*+.^`|~\w-]+$/;

/**
 * Throws the TypeErrors of fetch. Of a `Request` everything is kept that `init` does not replace. What has no meaning
 * here (`cache`, `mode`, `credentials`, `keepalive` ...) is ignored.
 */
export function readCall(
  url: URL,
  request: Request | undefined,
  init: RequestInit & { dispatcher?: unknown },
  content: Outgoing | undefined,
  signal: AbortSignal | null | undefined,
): Call {
  if (url.username || url.password)
    throw new TypeError(`Request cannot be constructed from a URL that includes credentials: ${url}`);
  if (init.dispatcher)
    throw new TypeError(
      'dispatcher is for the platform’s fetch; give createFetch a `proxy` or `tls` instead',
    );
  const method = (init.method ?? request?.method ?? 'GET').toUpperCase();
  if (!token.test(method)) throw new TypeError(`'${method}' is not a valid HTTP method.`);
  if (/^(CONNECT|TRACE|TRACK)$/.test(method)) throw new TypeError(`'${method}' HTTP method is unsupported.`);

  const given = init.headers ?? request?.headers;
  const fields = given instanceof Headers ? given : new Headers(given);
  const bodiless = method === 'GET' || method === 'HEAD';
  if (content && bodiless) throw new TypeError('Request with GET/HEAD method cannot have body.');

  const headers: string[] = [];
  let host: string | undefined;
  for (const [name, value] of fields) {
    if (name === 'host') host = value;
    else if (!ours.has(name)) headers.push(name, value);
  }
  for (const [name, value] of standing) if (!fields.has(name)) headers.push(name, value);
  let payload: Payload | undefined;
  if (content) {
    const { type, length } = content;
    payload = content.payload;
    if (type && !fields.has('content-type')) headers.push('content-type', type);
    headers.push(
      ...(length === undefined ? ['transfer-encoding', 'chunked'] : ['content-length', `${length}`]),
    );
    // Node would send the headers with the body, and in its encoding.
    if (typeof payload === 'string' && notASCII.test(headers.join(''))) payload = Buffer.from(payload);
  } else if (/^P(OST|UT|ATCH)$/.test(method)) headers.push('content-length', '0');

  const redirect = init.redirect ?? request?.redirect ?? 'follow';
  if (!/^(follow|error|manual)$/.test(redirect)) throw new TypeError(`redirect cannot be '${redirect}'`);
  return { url, method, host, headers, payload, signal, redirect };
}

/** Turns a call into one without a body, as some redirects ask for. */
export function dropBody(call: Call): void {
  call.payload = undefined;
  call.headers = without(call.headers, /^(content-.*|transfer-encoding)$/);
}

/** `headers` without the fields whose names match. */
export function without(headers: string[], names: RegExp): string[] {
  return headers.filter((_, i) => !names.test(headers[i & ~1]!));
}
