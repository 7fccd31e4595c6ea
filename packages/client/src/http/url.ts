/**
 * Builds the URL of a request from base, path and query. Also has a template tag that keeps path parameters inside their
 * segment.
 */
import { originOf } from '../errors/connection-error.ts';
import { brand, OpenAIError } from '../errors/openai-error.ts';
import { typeName } from '../wire/type-name.ts';
import { encode, stringifyQuery } from './query.ts';

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
  let search = '';
  if (!isAbsoluteURL(path)) {
    [, base, search] = /^([^?#]*)([^#]*)/.exec(base) as unknown as [string, string, string];
    path = (path.startsWith('/') ? base.replace(/\/$/, '') : base) + path;
  }
  const url = parseURL(path);
  const merged = new Map<string, unknown[]>();
  for (const layer of [new URLSearchParams(search), url.searchParams, ...queries]) {
    if (layer instanceof URLSearchParams) {
      for (const name of layer.keys()) merged.set(name, []);
      for (const [name, value] of layer) merged.get(name)!.push(value);
    } else if (!Array.isArray(layer))
      for (const name of Object.keys(layer ?? {})) merged.set(name, [layer![name]]);
  }
  if (merged.size) {
    const single: Query = Object.create(null);
    let repeated = '';
    for (const [name, values] of merged)
      if (values.length === 1) single[name] = values[0];
      else for (const value of values) repeated += `&${stringify({ [name]: value })}`;
    url.search = (stringify(single) + repeated).replace(/^&/, '');
  }
  return url.href;
}

/** The TypeError of an invalid URL is also an OpenAIError. */
function parseURL(text: string): URL {
  try {
    return new URL(text);
  } catch {
    const message = `Invalid URL. A base URL needs a scheme and a host, as in http://localhost:8080/v1, not ${originOf(text) || 'only a path'}.`;
    throw brand(new TypeError(message), 'OpenAIError');
  }
}

/**
 * A template tag for request paths: the parts between are percent-encoded so that each stays inside its segment.
 *
 * Throws an {@link OpenAIError} that points at every value that is missing, is an ordinary object, or would make a
 * segment `.` or `..`. The empty string is accepted.
 */
export function path(fixed: readonly string[], ...values: unknown[]): string {
  const problems: { index: number; length: number; text: string }[] = [];
  let result = fixed[0]!;
  values.forEach((value, position) => {
    const wrong = typeWithoutText(value);
    const part = wrong ? (value == null ? `${value}` : `[object ${wrong}]`) : encodePart(String(value));
    if (wrong) {
      const text = `Value of type ${wrong} is not a valid path parameter`;
      problems.push({ index: result.length, length: part.length, text });
    }
    result += part + fixed[position + 1];
  });
  for (const { 0: segment, index } of result.matchAll(/(?<![^/])(\.|%2e){1,2}(?![^/])/gi)) {
    const text = `Value "${segment}" can't be safely passed as a path parameter`;
    problems.push({ index, length: segment.length, text });
  }
  if (!problems.length) return result;
  problems.sort((a, b) => a.index - b.index);
  let marks = '';
  for (const { index, length } of problems) marks = marks.padEnd(index) + '^'.repeat(length);
  const lines = problems.map((problem) => problem.text);
  throw new OpenAIError(
    ['Path parameters result in path with invalid segments:', ...lines, result, marks].join('\n'),
  );
}

/** The type of a value that has no text of its own: nullish, a symbol, or an object that does not say what it is. */
function typeWithoutText(value: any): string | undefined {
  const tag = typeName(value);
  const hasText = typeof value?.toString === 'function' && typeof value !== 'symbol' && String(value) !== tag;
  return hasText ? undefined : tag.slice(8, -1);
}

/** `text` with all but the characters of an RFC 3986 `pchar` percent-encoded. */
function encodePart(text: string): string {
  return encode(text).replace(/%(2[146-9A-C]|3[ABD]|40)/g, decodeURIComponent);
}
