/** The base of all resources: their client, and lists that accept request options instead of a query. */

import type { APIClient } from '../http/api-client.ts';
import { joinOptions } from '../http/call.ts';
import type { CallFacts } from '../http/call.ts';
import type { PromiseOrValue, RequestOptions } from '../http/options.ts';

export abstract class APIResource {
  protected _client: APIClient;

  constructor(client: APIClient) {
    this._client = client;
  }
}

/** The options for a `POST` with `body`. Rejects with a TypeError if there is no body. */
export function bodyOptions(
  body: object | null | undefined,
  options: RequestOptions | undefined,
  facts: CallFacts,
): PromiseOrValue<RequestOptions> {
  return body
    ? joinOptions({ body }, options, facts)
    : Promise.reject(new TypeError(`create() needs a body, got ${body}`));
}

type PlainOption =
  | 'headers'
  | 'maxRetries'
  | 'maxRetryDelay'
  | 'timeout'
  | 'signal'
  | 'idempotencyKey'
  | 'query';
type TransportOption =
  | 'method'
  | 'path'
  | 'body'
  | 'stream'
  | 'httpAgent'
  | 'fetchOptions'
  | 'defaultBaseURL'
  | '__metadata'
  | '__binaryResponse';

/** Options that may stand alone in the place of a query, and those that must not. */
const plain = /^(headers|maxRetries|maxRetryDelay|timeout|signal|idempotencyKey|query)$/;
const transport =
  /^(method|path|body|stream|httpAgent|fetchOptions|defaultBaseURL|__metadata|__binaryResponse)$/;

/** A query in its own place: no request option is mixed in. */
export type ListQuery<Params> =
  | (Params & ({ [K in PlainOption | TransportOption]?: never } | null | undefined))
  | null
  | undefined;

/** Request options instead of a query. */
export type ListOptions = { [K in PlainOption]?: RequestOptions[K] } & { [K in TransportOption]?: never };

/**
 * The request options of `list(query, options)` or `list(options)`; `arguments` are those after the path.
 *
 * Throws a TypeError when a query and options are mixed in one object, or when options that stand alone change where or
 * how the request is sent.
 */
export function listOptions(given: unknown[]): PromiseOrValue<RequestOptions> {
  const [first, second] = given as [Record<string, unknown> | null | undefined, RequestOptions | undefined];
  const keys = Object.keys(first ?? {}).filter((key) => first![key] !== undefined);
  const isOption = (key: string): boolean => plain.test(key) || transport.test(key);
  if (!keys.some(isOption)) return joinOptions({ query: first ?? {} }, second);
  if (second != null || !keys.every(isOption))
    throw new TypeError('Query parameters and request options must be passed as separate arguments.');
  if (keys.some((key) => transport.test(key)))
    throw new TypeError('Pass transport overrides in the explicit request options argument.');
  return { query: {}, ...first };
}
