/** Nested values as a query string: arrays as `a[]=1&a[]=2`, objects as `m[k]=v`, percent-encoded after RFC 3986. */

/**
 * The pairs of `query` in insertion order, without a leading `?`.
 *
 * Null gives `name=`; undefined, functions, empty arrays and empty objects give nothing; a Date is its ISO string.
 * Throws RangeError('Cyclic object value') for an object inside itself.
 */
export function stringifyQuery(query: object): string {
  return pairsOf('', query, []).join('&');
}

/** `open` are the objects that `value` is in. */
function pairsOf(name: string, value: unknown, open: readonly unknown[]): string[] {
  if (value === undefined || typeof value === 'function') return [];
  if (value instanceof Date) value = value.toISOString();
  if (typeof value !== 'object' || !value) return [`${encode(name)}=${encode(String(value ?? ''))}`];
  if (open.includes(value)) throw new RangeError('Cyclic object value');
  return Object.entries(value).flatMap(([key, item]) =>
    pairsOf(open.length ? `${name}[${Array.isArray(value) ? '' : key}]` : key, item, [...open, value]),
  );
}

/** Percent-encodes all but the unreserved characters; half a surrogate pair becomes U+FFFD. */
export function encode(text: string): string {
  return encodeURIComponent(text.replace(/\p{Surrogate}/gu, String.fromCharCode(0xfffd))).replace(
    /[!'()*]/g,
    (mark) => `%${mark.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}
