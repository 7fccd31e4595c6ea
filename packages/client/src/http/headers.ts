/**
 * Merges headers in layers. A later layer replaces the names it has, and `null` removes a name for good. Knows nothing
 * about the headers of this API.
 */

type HeaderValue = string | null | undefined;

export type HeadersLike =
  | Headers
  | Iterable<readonly (HeaderValue | readonly HeaderValue[])[]>
  | Record<string, HeaderValue | readonly HeaderValue[]>
  | NullableHeaders
  | null
  | undefined;

/** Headers that remember which names (in lower case) were taken away. */
export interface NullableHeaders {
  /** The headers to send. */
  values: Headers;
  /** Names, in lower case, of headers that were set to `null`: not sent, nor added by a lower layer. */
  nulls: Set<string>;
}

const token = /^[\w!#$%&'*+.^`|~-]+$/;

/** The layers merged into one, the last winning. */
export function buildHeaders(layers: readonly HeadersLike[]): NullableHeaders {
  const merged: NullableHeaders = { values: new Headers(), nulls: new Set() };
  for (const layer of layers) addHeaders(merged, layer);
  return merged;
}

/** A copy that can be changed without changing `headers`: how headers built once serve many requests. */
export function copyHeaders(headers: NullableHeaders): NullableHeaders {
  return { values: new Headers(headers.values), nulls: new Set(headers.nulls) };
}

/**
 * Puts one more layer on top of `target`, in place.
 *
 * In an iterable a repeated name appends; in a plain object a later spelling of a name replaces the earlier.
 * Undefined is skipped. Throws a TypeError for a name that is no HTTP token, and one that does not tell the value for a
 * value that cannot be sent.
 */
export function addHeaders(target: NullableHeaders, layer: HeadersLike): void {
  if (!layer) return;
  if ('values' in layer && layer.values instanceof Headers) {
    for (const name of (layer as NullableHeaders).nulls) addHeaders(target, { [name]: null });
    return addHeaders(target, layer.values);
  }
  const given = Symbol.iterator in layer ? new Set<string>() : undefined;
  for (const [name, value] of given
    ? (layer as Iterable<[string, HeaderValue]>)
    : Object.entries(layer as Record<string, HeaderValue>)) {
    if (typeof name !== 'string') throw new TypeError('expected header name to be a string');
    const key = name.toLowerCase();
    let append = given?.has(key);
    for (const item of Array.isArray(value) ? (value as HeaderValue[]) : [value]) {
      if (item === undefined) continue;
      if (!token.test(name)) throw new TypeError(`Header name must be a valid HTTP token ["${name}"]`);
      if (item === null) {
        target.values.delete(name);
        target.nulls.add(key);
        continue;
      }
      try {
        target.values[append ? 'append' : 'set'](name, item);
      } catch {
        // The platform quotes the value, and this may be a key.
        throw new TypeError(`The header "${name}" has an invalid character`);
      }
      target.nulls.delete(key);
      given?.add(key);
      append = true;
    }
  }
}

/** `Name: value` lines, as in `OPENAI_CUSTOM_HEADERS`; lines without a colon are skipped. */
export function parseHeaderLines(text: string): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const line of text.split('\n')) {
    const colon = line.indexOf(':');
    if (colon >= 0) headers[line.slice(0, colon).trim()] = line.slice(colon + 1).trim();
  }
  return headers;
}
