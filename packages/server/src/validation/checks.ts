/**
 * Checks of one value of a request body: what it must be, and the 400 the API sends when it is not.
 * They know nothing of which parameter they stand for; `rules.ts` puts them together.
 */
import { type ApiError, invalidRequest } from '../http/errors.ts';

/** Returns when `value` is fine and throws an `ApiError` that names `path` when it is not. */
export interface Check {
  (value: unknown, path: string, later?: Later): void;
  /** Whether an object must have this field. A field that is not required may be `null`, which means absent. */
  required?: true;
}

/** Takes a long list whose items are then checked in slices. Without it, they are checked at once. */
export type Later = (items: readonly unknown[], item: Check, path: string) => void;

/** Lists up to this length are checked at once. */
const shortList = 100;

export interface Bounds {
  min?: number | undefined;
  max?: number | undefined;
}

export interface TextBounds {
  /** 1 refuses the empty string. */
  min?: 0 | 1 | undefined;
  max?: number | undefined;
  pattern?: RegExp | undefined;
}

const joined = (path: string, key: string): string => (path === '' ? key : `${path}.${key}`);

/** What a value is, in the words of an error message. */
export function describe(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'an array';
  if (typeof value === 'object') return 'an object';
  if (typeof value === 'number') return Number.isInteger(value) ? 'an integer' : 'a decimal number';
  return typeof value === 'undefined' ? 'nothing' : `a ${typeof value}`;
}

export function invalidType(path: string, expected: string, value: unknown): ApiError {
  const message = `Invalid type for '${path}': expected ${expected}, but got ${describe(value)} instead.`;
  return invalidRequest(path, message, 'invalid_type');
}

/** `'a', 'b', and 'c'` */
export function quotedList(values: readonly string[]): string {
  const quoted = values.map((value) => `'${value}'`);
  if (quoted.length < 3) return quoted.join(' and ');
  return `${quoted.slice(0, -1).join(', ')}, and ${quoted.at(-1)}`;
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export const required = (check: Check): Check =>
  Object.assign((value: unknown, path: string, later?: Later) => check(value, path, later), {
    required: true as const,
  });

export const flag: Check = (value, path) => {
  if (typeof value !== 'boolean') throw invalidType(path, 'a boolean', value);
};

export const decimal = (bounds: Bounds = {}): Check => number('decimal', bounds);
export const integer = (bounds: Bounds = {}): Check => number('integer', bounds);

function number(kind: 'integer' | 'decimal', { min = -Infinity, max = Infinity }: Bounds): Check {
  const article = kind === 'integer' ? 'an' : 'a';
  return (value, path) => {
    if (typeof value !== 'number' || (kind === 'integer' && !Number.isInteger(value))) {
      throw invalidType(path, `${article} ${kind}`, value);
    }
    if (value < min) throw outside(path, value, 'below minimum', `>= ${min}`, `${kind}_below_min_value`);
    if (value > max) throw outside(path, value, 'above maximum', `<= ${max}`, `${kind}_above_max_value`);
  };
  function outside(path: string, value: number, side: string, wanted: string, code: string): ApiError {
    const message = `Invalid '${path}': ${kind} ${side} value. Expected a value ${wanted}, but got ${value} instead.`;
    return invalidRequest(path, message, code);
  }
}

/** A string; bounds count characters (UTF-16 units). */
export function text({ min = 0, max = Infinity, pattern }: TextBounds = {}): Check {
  return (value, path) => {
    if (typeof value !== 'string') throw invalidType(path, 'a string', value);
    if (value.length < min) {
      const wanted = `Expected a string with minimum length ${min}`;
      const message = `Invalid '${path}': empty string. ${wanted}, but got an empty string instead.`;
      throw invalidRequest(path, message, 'empty_string');
    }
    if (value.length > max) throw tooLong(path, 'a string', max, value.length);
    if (pattern && !pattern.test(value)) {
      const wanted = `Expected a string that matches the pattern '${pattern.source}'.`;
      throw invalidRequest(
        path,
        `Invalid '${path}': string does not match pattern. ${wanted}`,
        'invalid_value',
      );
    }
  };
}

/** One of a few strings. */
export function choice(...values: readonly string[]): Check {
  return (value, path) => {
    if (typeof value !== 'string') throw invalidType(path, `one of ${quotedList(values)}`, value);
    if (!values.includes(value)) throw invalidValue(path, value, values);
  };
}

export function invalidValue(path: string, value: string, supported: readonly string[]): ApiError {
  const message = `Invalid value: '${value}'. Supported values are: ${quotedList(supported)}.`;
  return invalidRequest(path, message, 'invalid_value');
}

/** An array; `of` names the items in a message: `strings`, `objects`. */
export function list(item: Check, of: string, { min = 0, max = Infinity }: Bounds = {}): Check {
  return (value, path, later) => {
    if (!Array.isArray(value)) throw invalidType(path, `an array of ${of}`, value);
    if (value.length < min) {
      const wanted = `Expected an array with minimum length ${min}`;
      const message = `Invalid '${path}': empty array. ${wanted}, but got an empty array instead.`;
      throw invalidRequest(path, message, 'empty_array');
    }
    if (value.length > max) throw tooLong(path, 'an array', max, value.length);
    if (later && value.length > shortList) return later(value, item, path);
    for (let index = 0; index < value.length; index++) item(value[index], `${path}[${index}]`, later);
  };
}

function tooLong(path: string, what: 'a string' | 'an array', max: number, length: number): ApiError {
  const [, kind] = what.split(' ');
  const wanted = `Expected ${what} with maximum length ${max}, but got ${what} with length ${length} instead.`;
  return invalidRequest(path, `Invalid '${path}': ${kind} too long. ${wanted}`, `${kind}_above_max_length`);
}

/** An object with the fields of a table. Other fields pass: providers have fields of their own. */
export function object(fields: Record<string, Check> = {}): Check {
  const table = Object.entries(fields);
  return (value, path, later) => {
    if (!isRecord(value)) throw invalidType(path, 'an object', value);
    checkFields(value, path, table, later);
  };
}

export function checkFields(
  value: Record<string, unknown>,
  path: string,
  table: [string, Check][],
  later?: Later,
): void {
  for (const [key, check] of table) {
    const field = Object.hasOwn(value, key) ? value[key] : undefined;
    if (field === undefined && check.required) throw missing(joined(path, key));
    if (field === undefined || (field === null && !check.required)) continue;
    check(field, joined(path, key), later);
  }
}

export function missing(path: string): ApiError {
  return invalidRequest(path, `Missing required parameter: '${path}'.`, 'missing_required_parameter');
}

/** An object of any keys, whose values all pass one check. */
export function record(entry: Check, { maxKeys = Infinity, maxKeyLength = Infinity } = {}): Check {
  return (value, path) => {
    if (!isRecord(value)) throw invalidType(path, 'an object', value);
    const keys = Object.keys(value);
    if (keys.length > maxKeys) {
      const wanted = `Expected an object with at most ${maxKeys} properties`;
      const message = `Invalid '${path}': too many properties. ${wanted}, but got an object with ${keys.length} properties instead.`;
      throw invalidRequest(path, message, 'object_above_max_properties');
    }
    for (const key of keys) {
      if (key.length > maxKeyLength) {
        const wanted = `Expected a string with maximum length ${maxKeyLength}`;
        const message = `Invalid key in '${path}': string too long. ${wanted}, but got a string with length ${key.length} instead.`;
        throw invalidRequest(path, message, 'string_above_max_length');
      }
      entry(value[key], joined(path, key));
    }
  };
}

/** An object whose shape depends on one of its fields: `variants('type', { text: {…}, image_url: {…} })`. */
export function variants(tag: string, shapes: Record<string, Check>): Check {
  const names = Object.keys(shapes);
  return (value, path, later) => {
    if (!isRecord(value)) throw invalidType(path, 'an object', value);
    const name = Object.hasOwn(value, tag) ? value[tag] : undefined;
    const at = joined(path, tag);
    if (name === undefined) throw missing(at);
    if (typeof name !== 'string') throw invalidType(at, `one of ${quotedList(names)}`, name);
    if (!Object.hasOwn(shapes, name)) throw invalidValue(at, name, names);
    shapes[name]?.(value, path, later);
  };
}

/** Chooses a check by what `typeof` says, an array being `'array'`; `expected` names the possibilities in a message. */
export function either(
  checks: Partial<Record<'string' | 'array' | 'object' | 'null', Check>>,
  expected: string,
): Check {
  return (value, path, later) => {
    const kind = value === null ? 'null' : Array.isArray(value) ? 'array' : typeof value;
    const check = Object.hasOwn(checks, kind) ? checks[kind as keyof typeof checks] : undefined;
    if (!check) throw invalidType(path, expected, value);
    check(value, path, later);
  };
}

/**
 * An array whose first item says, by its `typeof` or `'array'`, which check the whole array must pass. An empty one gets
 * the first check; `expected` names the possible items in a message.
 */
export function byFirstItem(
  checks: Partial<Record<'string' | 'number' | 'array' | 'object', Check>>,
  expected: string,
): Check {
  const table = new Map<string, Check>(Object.entries(checks));
  return (value, path, later) => {
    const [first] = value as unknown[];
    const kind = Array.isArray(first) ? 'array' : isRecord(first) ? 'object' : typeof first;
    const check = first === undefined ? [...table.values()][0] : first !== null && table.get(kind);
    if (!check) throw invalidType(`${path}[0]`, expected, first);
    check(value, path, later);
  };
}

export const anything: Check = () => undefined;
