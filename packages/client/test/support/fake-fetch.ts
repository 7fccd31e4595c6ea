/** A fetch that answers from a script and keeps what it was asked. */

import type { Fetch } from '../../src/http/options.ts';

export interface RecordedRequest {
  url: string;
  method: string;
  /** Names in lower case. */
  headers: Record<string, string>;
  body: BodyInit | null | undefined;
  signal: AbortSignal;
  init: RequestInit;
}

/** An answer, a failure to connect, or what makes one of them from the request. */
export type Step = Response | Error | ((request: RecordedRequest) => Response | Promise<Response>);

export type FakeFetch = Fetch & { requests: RecordedRequest[] };

/** Answers the first request with the first step and so on. One request too many is an error, not a repeat. */
export function fakeFetch(...script: Step[]): FakeFetch {
  const requests: RecordedRequest[] = [];
  const fetch: Fetch = async (url, init = {}) => {
    const request = {
      url: String(url),
      method: init.method ?? 'GET',
      headers: Object.fromEntries(new Headers(init.headers)),
      body: init.body,
      signal: init.signal as AbortSignal,
      init,
    };
    requests.push(request);
    const step = script[requests.length - 1];
    if (!step) throw new Error(`The script ends before request ${requests.length}`);
    if (step instanceof Error) throw step;
    return typeof step === 'function' ? step(request) : step;
  };
  return Object.assign(fetch, { requests });
}

export function json(value: unknown, init: ResponseInit = {}): Response {
  const headers = new Headers(init.headers);
  if (!headers.has('content-type')) headers.set('content-type', 'application/json');
  return new Response(JSON.stringify(value), { ...init, headers });
}

export function text(body: string, contentType = 'text/plain', init: ResponseInit = {}): Response {
  return new Response(body, { ...init, headers: { 'content-type': contentType, ...init.headers } });
}

/** An API error; repeated at once when it is repeated at all. */
export function failure(
  status: number,
  error: object = { message: 'no' },
  headers: HeadersInit = {},
): Response {
  return json({ error }, { status, headers: { 'retry-after-ms': '0', ...headers } });
}

/** A fetch that gives no headers until it is aborted. */
export function noAnswer({ signal }: RecordedRequest): Promise<Response> {
  return new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
}

/** A body that begins with `start` and then gives nothing until it is aborted. */
export function unfinished(start: string, init: ResponseInit = {}): (request: RecordedRequest) => Response {
  return ({ signal }) =>
    new Response(
      new ReadableStream({
        start(controller) {
          controller.enqueue(new TextEncoder().encode(start));
          signal.addEventListener('abort', () => controller.error(signal.reason));
        },
      }),
      { headers: { 'content-type': 'application/json' }, ...init },
    );
}

/** A body that begins with `start`, then the connection is gone. */
export function cutOff(start: string, init: ResponseInit = {}): Response {
  let pulls = 0;
  return new Response(
    new ReadableStream({
      pull(controller) {
        if (pulls++) controller.error(new TypeError('terminated'));
        else controller.enqueue(new TextEncoder().encode(start));
      },
    }),
    { headers: { 'content-type': 'application/json' }, ...init },
  );
}
