/**
 * A JSON value against the table of an endpoint's parameters.
 *
 * Unlike in the API, unknown fields pass, because providers have parameters of their own. Only a misspelled known name
 * (`max_token`, `responseFormat`) is refused: ignoring it would change the response without notice.
 */
import { invalidRequest } from '../http/errors.ts';
import type { Sliced } from '../slices.ts';
import { type Check, checkFields, isRecord, type Later } from './checks.ts';

export type Body = Record<string, unknown>;

/** The checks of every parameter of an endpoint, by name. */
export type Parameters = Record<string, Check>;

/** How deep arrays and objects may be nested in a body. What passes may be walked with a recursive function. */
const maxDepth = 200;

/**
 * Returns `body` when it is an object whose parameters are all as they should be. Throws an `ApiError`, and nothing else, for every other JSON value. `extras` are names that are no slips, although they look like one.
 */
export function* checkBody(
  body: unknown,
  parameters: Parameters,
  extras: ReadonlySet<string> = new Set(),
): Sliced<Body> {
  if (!isRecord(body)) {
    throw invalidRequest(null, 'We could not parse the JSON body of your request: expected a JSON object.');
  }
  yield* checkDepth(body);
  yield* checkParameters(body, parameters);
  for (const name of Object.keys(body)) {
    yield;
    if (!extras.has(name)) checkSpelling(name, parameters);
  }
  return body;
}

/** The items of long lists come last, so that they can be checked in slices. */
function* checkParameters(body: Body, parameters: Parameters): Sliced<void> {
  const lists: { items: readonly unknown[]; item: Check; path: string }[] = [];
  const later: Later = (items, item, path) => void lists.push({ items, item, path });
  checkFields(body, '', Object.entries(parameters), later);
  // Items may add lists of their own while the loop runs.
  for (const { items, item, path } of lists) {
    for (const [index, value] of items.entries()) {
      item(value, `${path}[${index}]`, later);
      yield;
    }
  }
}

function* checkDepth(body: Body): Sliced<void> {
  for (const param of Object.keys(body)) {
    let level = [body[param]];
    for (let depth = 0; level.length > 0; depth++) {
      if (depth > maxDepth) {
        const message = `Invalid '${param}': nested too deeply. Expected at most ${maxDepth} levels of arrays and objects.`;
        throw invalidRequest(param, message, 'nesting_above_max_depth');
      }
      const next: unknown[] = [];
      for (const value of level) {
        yield;
        if (typeof value !== 'object' || value === null) continue;
        for (const child of Object.values(value)) {
          if (typeof child === 'object' && child !== null) next.push(child);
        }
      }
      level = next;
    }
  }
}

function checkSpelling(name: string, parameters: Parameters): void {
  if (Object.hasOwn(parameters, name)) return;
  const snake = name.replace(/-/g, '_').replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
  const meant = Object.hasOwn(parameters, snake)
    ? snake
    : Object.keys(parameters).find((known) => known.length > 4 && isOneSlip(name, known));
  if (!meant) return;
  throw invalidRequest(name, `Unknown parameter: '${name}'. Did you mean '${meant}'?`, 'unknown_parameter');
}

/** Whether one letter more, less or other makes `a` into `b`. */
function isOneSlip(a: string, b: string): boolean {
  if (Math.abs(a.length - b.length) > 1) return false;
  let start = 0;
  while (start < a.length && a[start] === b[start]) start++;
  let end = 0;
  while (end < Math.min(a.length, b.length) - start && a.at(-1 - end) === b.at(-1 - end)) end++;
  return Math.max(a.length, b.length) - start - end <= 1;
}
