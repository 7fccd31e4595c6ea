/** Encodes a request body: its bytes, its content type, and the option that `fetch` needs for it. */
import { readableOf } from '../stream/web-stream.ts';
import { typeName } from '../wire/type-name.ts';
import type { HeadersLike } from './headers.ts';
import { stringifyQuery } from './query.ts';

export interface EncodedBody {
  /** A layer for `buildHeaders`: the content type, unless the platform or the caller knows it better. */
  headers?: HeadersLike;
  body?: BodyInit;
  /** Set for streams, whose bytes are gone after one attempt: `fetch` requires it. */
  duplex?: 'half';
}

const jsonType = { 'content-type': 'application/json' };

/** Types fetch takes as they are and labels itself; told by tag, so that those of another realm count too. */
const platformBody = /^\[object (ArrayBuffer|Blob|File|FormData|URLSearchParams)]$/;

/**
 * Encodes `options.body` once, for every attempt of a request. `givenType` tells the content type of the caller's
 * headers: with one a string is sent as it is, and an object is a form when it is the form type.
 *
 * Nothing, null, false, 0 and '' are no body. Iterators and async iterables become streams, their strings UTF-8.
 * Throws the TypeError of JSON.stringify for cycles and bigints.
 */
export function encodeBody(options: { body?: unknown }, givenType: () => string | null): EncodedBody {
  const { body } = options;
  if (!body) return body === undefined && 'body' in options ? { headers: jsonType } : {};
  if (typeof body === 'object') {
    const tag = typeName(body);
    if (platformBody.test(tag) || ArrayBuffer.isView(body)) return { body: body as BodyInit };
    if (tag === '[object ReadableStream]') return { body: body as ReadableStream, duplex: 'half' };
    const iterator = iteratorOf(body);
    if (iterator) return { body: toStream(iterator), duplex: 'half' };
  }
  const type = givenType();
  if (typeof body === 'string' && type) return { body };
  if (typeof body === 'object' && /^application\/x-www-form-urlencoded\b/i.test(type ?? ''))
    return { body: stringifyQuery(body) };
  const text = JSON.stringify(body) as string | undefined;
  return { headers: jsonType, ...(text && { body: text }) };
}

/**
 * Whether the root of what was sent for `body` has `stream: true`.
 *
 * A plain property says what was written, so the JSON is read again only when `stream` is boxed or a getter, or the body has a
 * `toJSON`, and the key is in the text at all (quotes inside strings are escaped, so `"stream":true` there is a key).
 */
export function asksForStream(body: any, sent: unknown): boolean {
  // A subclass may have compressed it.
  if (typeof sent !== 'string') return body?.stream === true;
  // The last key of the root, as in `{ ...body, stream: true }`: no need to search a long conversation.
  const last = /[{,]"stream":(true|false)}$/.exec(sent.slice(-16));
  if (last) return last[1] === 'true';
  if (!/"stream"\s*:\s*true/.test(sent)) return false;
  const root = Object(body) as object;
  const own = Object.getOwnPropertyDescriptor(root, 'stream');
  if (own?.value === true && own.enumerable && !('toJSON' in root)) return true;
  return (JSON.parse(sent) as { stream?: unknown }).stream === true;
}

function iteratorOf(body: any): AsyncIterator<unknown> | Iterator<unknown> | undefined {
  if (Symbol.asyncIterator in body) return body[Symbol.asyncIterator]();
  if (Symbol.iterator in body && typeof body.next === 'function') return body[Symbol.iterator]();
  return undefined;
}

/** Pulls one item when the connection wants more; a cancelled request ends the iterator. */
function toStream(iterator: AsyncIterator<unknown> | Iterator<unknown>): ReadableStream {
  const encoder = new TextEncoder();
  return readableOf(iterator, (piece) => (typeof piece === 'string' ? encoder.encode(piece) : piece));
}
