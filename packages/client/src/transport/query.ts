/** Nested values as a query string: arrays as `a[]=1&a[]=2`, objects as `m[k]=v`, percent-encoded after RFC 3986. */

/**
 * The pairs of `query` in insertion order, without a leading `?`.
 *
 * Null gives `name=`; undefined, functions, empty arrays and empty objects give nothing; a Date is its ISO string.
 * Throws RangeError('Cyclic object value') for an object inside itself.
 */
export function stringifyQuery(query: object): string {
  const pairs: string[] = [];
  addPairs(pairs, '', query, []);
  return pairs.join('&');
}

function addPairs(pairs: string[], name: string, value: unknown, open: readonly unknown[]): void {
  if (value === undefined || typeof value === 'function') return;
  if (value instanceof Date) value = value.toISOString();
  if (typeof value !== 'object' || value === null) {
    pairs.push(`${encode(name)}=${encode(String(value ?? ''))}`);
    return;
  }
  if (open.includes(value)) throw new RangeError('Cyclic object value');
  const path = [...open, value];
  for (const [key, item] of Object.entries(value)) {
    addPairs(pairs, path.length === 1 ? key : `${name}[${Array.isArray(value) ? '' : key}]`, item, path);
  }
}

/** Percent-encodes all but the unreserved characters; half a surrogate pair becomes U+FFFD. */
function encode(text: string): string {
  return encodeURIComponent(text.replace(/\p{Surrogate}/gu, '\ufffd')).replace(
    /[!'()*]/g,
    (mark) => `%${mark.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}
