/**
 * A JSON value against the table of an endpoint's parameters.
 *
 * Unlike the API, fields nobody knows pass, because providers have parameters of their own. Only a name that is a slip
 * of a known one (`max_token`, `responseFormat`) is refused: ignoring it would change the answer without a word.
 */
import { invalidRequest } from '../http/errors.ts';
import { type Check, checkFields, isRecord } from './checks.ts';

export type Body = Record<string, unknown>;

/** The checks of every parameter of an endpoint, by name. */
export type Parameters = Record<string, Check>;

/** How deep arrays and objects may be nested in a body. What passes may be walked with a recursive function. */
const maxDepth = 200;

/**
 * Returns when `body` is an object whose parameters are all as they should be. Throws an `ApiError`, and nothing else,
 * for every other JSON value. `extras` are names that are no slips, although they look like one.
 */
export function checkBody(
  body: unknown,
  parameters: Parameters,
  extras: ReadonlySet<string> = new Set(),
): asserts body is Body {
  if (!isRecord(body)) {
    throw invalidRequest(null, 'We could not parse the JSON body of your request: expected a JSON object.');
  }
  checkDepth(body);
  checkFields(body, '', Object.entries(parameters));
  for (const name of Object.keys(body)) if (!extras.has(name)) checkSpelling(name, parameters);
}

function checkDepth(body: Body): void {
  let level: { value: object; param: string }[] = Object.entries(body)
    .filter(([, value]) => typeof value === 'object' && value !== null)
    .map(([param, value]) => ({ value: value as object, param }));
  for (let depth = 1; level.length > 0; depth++) {
    const param = level[0]?.param ?? '';
    if (depth > maxDepth) {
      const message = `Invalid '${param}': nested too deeply. Expected at most ${maxDepth} levels of arrays and objects.`;
      throw invalidRequest(param, message, 'nesting_above_max_depth');
    }
    const next: typeof level = [];
    for (const { value, param } of level) {
      for (const child of Object.values(value)) {
        if (typeof child === 'object' && child !== null) next.push({ value: child, param });
      }
    }
    level = next;
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
