/** The promise of every request. It resolves with the value, the `Response`, or both. */

import type { APIClient } from './api-client.ts';
import type { PromiseOrValue } from './options.ts';
import type { AbstractPage } from './page.ts';
import { readResponse } from './response.ts';
import type { APIResponseProps } from './send.ts';

/** Objects carry the `x-request-id` of their response, not enumerable; arrays, pages and `Response`s do not. */
export type WithRequestID<T> = T extends Array<any> | Response | AbstractPage<any>
  ? T
  : T extends object
    ? T & { _request_id?: string | null }
    : T;

/**
 * The promise of a request that has already been started. The body is read once, when the value is first requested. With
 * only the `Response`, the body stays unread.
 */
export class APIPromise<T> extends Promise<WithRequestID<T>> {
  // Not `#private`, and read without `this` being an APIPromise: tracers wrap promises in proxies.
  private _client: APIClient;
  private _answer: Promise<APIResponseProps>;
  /** Reads the body, once for all promises of the call. */
  private _parse: () => Promise<WithRequestID<T>>;

  constructor(
    client: APIClient,
    responsePromise: Promise<APIResponseProps>,
    parseResponse: (client: any, props: APIResponseProps) => PromiseOrValue<WithRequestID<T>> = readValue,
  ) {
    // Settled at once and never looked at: then, catch and finally go to the value.
    super(settle);
    let value: Promise<WithRequestID<T>> | undefined;
    this._client = client;
    this._answer = responsePromise;
    this._parse = () => (value ??= responsePromise.then((props) => parseResponse(client, props)));
  }

  /** A promise for the result of `transform`, which is called with the value and its response. */
  _thenUnwrap<U>(transform: (data: T, props: APIResponseProps) => U): APIPromise<U> {
    return new APIPromise<U>(this._client, this._answer, async (_client, props) =>
      withRequestID(await transform((await this._parse()) as T, props), props.response),
    );
  }

  /** The `Response`, its body unread. Rejects, like the value, when the status is not a success. */
  asResponse(): Promise<Response> {
    return this._answer.then(({ response, call }) => {
      const observed = call?.observed;
      // Deferred, because the caller may await the value as well: then the call ends when the value was read.
      if (observed) setTimeout(() => observed.reading || observed.end({ value: response }));
      return response;
    });
  }

  /**
   * The value and the `Response` that it was read from. If the body had to be fetched again, that is the last response.
   */
  async withResponse(): Promise<{ data: T; response: Response; request_id: string | null }> {
    const data = (await this._parse()) as T;
    const response = await this.asResponse();
    return { data, response, request_id: response.headers.get('x-request-id') };
  }

  override then<A = WithRequestID<T>, B = never>(
    onfulfilled?: ((value: WithRequestID<T>) => A | PromiseLike<A>) | undefined | null,
    onrejected?: ((reason: any) => B | PromiseLike<B>) | undefined | null,
  ): Promise<A | B> {
    return this._parse().then(onfulfilled, onrejected);
  }

  override finally(onfinally?: (() => void) | undefined | null): Promise<WithRequestID<T>> {
    return this._parse().finally(onfinally);
  }
}

function settle(resolve: (value: any) => void): void {
  resolve(undefined);
}

async function readValue<T>(_client: APIClient, props: APIResponseProps): Promise<WithRequestID<T>> {
  return withRequestID(await readResponse(props), props.response) as WithRequestID<T>;
}

/** `value`, with the request id of its response if it is an object that can carry one; a frozen one cannot. */
export function withRequestID<T>(value: T, response: Response): WithRequestID<T> {
  if (value && typeof value === 'object' && !Array.isArray(value) && value !== (response as unknown))
    Reflect.defineProperty(value, '_request_id', { value: response.headers.get('x-request-id') });
  return value as WithRequestID<T>;
}
