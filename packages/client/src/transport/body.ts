/** What goes over the wire for a request body: its bytes, its content type, and whether it can be sent again. */
import type { HeadersLike } from './headers.ts';
import { stringifyQuery } from './query.ts';

export interface EncodedBody {
  /** A layer for {@link buildHeaders}: the content type, unless the platform or the caller knows it better. */
  headers: HeadersLike;
  body: BodyInit | undefined;
  /** False for streams: their bytes are gone after the first attempt. Send them with `duplex: 'half'`. */
  repeatable: boolean;
  /** The JSON has `"stream": true` at its root, so the answer is to be read as events. */
  streaming: boolean;
}

export function encodeBody(
  options: { body?: unknown },
  headers: { get(name: string): string | null },
): EncodedBody {
  const { body } = options;
  const plain = { headers: undefined, repeatable: true, streaming: false };
  if (!body && !(body === undefined && 'body' in options)) return { ...plain, body: undefined };
  if (isPlatformBody(body)) return { ...plain, body };
  const stream = toStream(body);
  if (stream) return { ...plain, body: stream, repeatable: false };
  const type = headers.get('content-type');
  if (typeof body === 'string' && type) return { ...plain, body };
  if (type === 'application/x-www-form-urlencoded' && typeof body === 'object')
    return { ...plain, body: stringifyQuery(body!) };
  const root = resolve(body);
  return {
    headers: json,
    body: JSON.stringify(root),
    repeatable: true,
    streaming: resolve((root as any)?.stream)?.valueOf() === true,
  };
}

const json = { 'content-type': 'application/json' };

function resolve(value: any): any {
  return typeof value?.toJSON === 'function' ? value.toJSON('') : value;
}

function isPlatformBody(body: unknown): body is BodyInit {
  return (
    ArrayBuffer.isView(body) ||
    body instanceof ArrayBuffer ||
    body instanceof Blob ||
    body instanceof FormData ||
    body instanceof URLSearchParams
  );
}

function toStream(_body: unknown): ReadableStream | undefined {
  return undefined;
}
