/** The address of a request: base, path and query joined, and a template tag that keeps path parameters in their place. */
import { OpenAIError } from './errors.ts';
import { stringifyQuery } from './query.ts';

type Query = Record<string, unknown>;

/** Whether `url` brings its own scheme and so needs no base. */
export function isAbsoluteURL(url: string): boolean {
  return /^[a-z][a-z\d+.-]*:/i.test(url);
}

/**
 * The address of `path` below `base`, one slash between them when both bring one.
 *
 * An absolute path replaces the base. The query of the base is the lowest layer, then that of the path, then
 * `queries` in order; a key given as undefined takes the earlier ones away. A fragment of the base is dropped.
 * A name that the base or the path repeats keeps all its values, at the end, unless a later layer gives it.
 * `stringify` makes the query's text; a client's own may replace it.
 */
export function buildURL(
  base: string,
  path: string,
  queries: readonly (Query | undefined)[] = [],
  stringify: (query: object) => string = stringifyQuery,
): string {
  let from: URLSearchParams | undefined;
  if (!isAbsoluteURL(path)) {
    const end = base.search(/[?#]/);
    if (end >= 0) {
      from = new URL(base).searchParams;
      base = base.slice(0, end);
    }
    path = (base.endsWith('/') && path.startsWith('/') ? base.slice(0, -1) : base) + path;
  }
  const url = new URL(path);
  const merged = new Map<string, unknown[]>();
  for (const layer of [from, url.search ? url.searchParams : undefined, ...queries]) {
    if (layer instanceof URLSearchParams)
      for (const name of layer.keys()) merged.set(name, layer.getAll(name));
    else if (!Array.isArray(layer))
      for (const name of Object.keys(layer ?? {})) merged.set(name, [layer![name]]);
  }
  if (merged.size) {
    const single = [...merged].filter(([, values]) => values.length === 1);
    const texts = [stringify(Object.fromEntries(single.map(([name, [value]]) => [name, value])))];
    for (const [name, values] of merged)
      if (values.length > 1) for (const value of values) texts.push(stringify({ [name]: value }));
    url.search = texts.filter(Boolean).join('&');
  }
  return url.href;
}

/**
 * A template tag for request paths: the parts between are percent-encoded so that each stays inside its segment.
 *
 * Throws an {@link OpenAIError} that points at every value that is missing, is an ordinary object, or would make a
 * segment `.` or `..`. The empty string is accepted.
 */
export function path(fixed: readonly string[], ...values: unknown[]): string {
  const problems: { at: number; length: number; text: string }[] = [];
  let result = fixed[0]!;
  values.forEach((value, index) => {
    const wrong = typeWithoutText(value);
    const part = wrong ? (value == null ? String(value) : `[object ${wrong}]`) : encodePart(String(value));
    if (wrong) {
      const text = `Value of type ${wrong} is not a valid path parameter`;
      problems.push({ at: result.length, length: part.length, text });
    }
    result += part + fixed[index + 1];
  });
  let at = 0;
  for (const segment of result.split(/[?#]/)[0]!.split('/')) {
    const { length } = segment;
    if (/^(?:\.|%2e){1,2}$/i.test(segment)) {
      problems.push({ at, length, text: `Value "${segment}" can't be safely passed as a path parameter` });
    }
    at += length + 1;
  }
  if (!problems.length) return result;
  problems.sort((a, b) => a.at - b.at);
  let marks = '';
  for (const { at, length } of problems) marks = marks.padEnd(at) + '^'.repeat(length);
  throw new OpenAIError(
    [
      'Path parameters result in path with invalid segments:',
      ...problems.map((problem) => problem.text),
      result,
      marks,
    ].join('\n'),
  );
}

/** The type of a value that has no text of its own: nullish, a symbol, or an object that does not say what it is. */
function typeWithoutText(value: any): string | undefined {
  const tag = Object.prototype.toString.call(value);
  const texts =
    value != null &&
    typeof value !== 'symbol' &&
    typeof value.toString === 'function' &&
    String(value) !== tag;
  return texts ? undefined : tag.slice(8, -1);
}

/** `text` with all but the characters of an RFC 3986 `pchar` percent-encoded. */
function encodePart(text: string): string {
  return text.replace(/[^\w.~!$&'()*+,;=:@-]+/g, (run) =>
    encodeURIComponent(run.replace(/\p{Surrogate}/gu, '\ufffd')),
  );
}
