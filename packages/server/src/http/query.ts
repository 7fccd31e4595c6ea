/** Reads the query of the list endpoints: `after`, `limit`, `order`, and pairs such as `metadata[user]=7`. */
import { invalidRequest } from './errors.ts';

const maxLimit = 100;
const defaultLimit = 20;

/** Accepted everywhere and ignored: clients written for Azure send it with every request. */
const ignored = ['api-version'];

/**
 * The parameters of a query by name, each given once. `known` are the names the endpoint reads, `maps` those it
 * reads as pairs; any other name is refused, so that a misspelt filter cannot look like one that matched.
 */
export class Query {
  readonly #values = new Map<string, string>();
  readonly #maps = new Map<string, Map<string, string>>();

  constructor(url: string, known: readonly string[], maps: readonly string[] = []) {
    for (const [name, value] of new URL(url).searchParams) {
      const [, map, key] = /^([^[\]]+)\[((?:(?!\]\[).)*)\]$/s.exec(name) ?? [];
      if (map !== undefined && key !== undefined && maps.includes(map)) this.#addPair(map, key, value);
      else if (known.includes(name)) this.#add(name, value);
      else if (maps.includes(name.split('[', 1)[0] ?? '')) throw wrongPair(name);
      else if (!ignored.includes(name)) throw unknownParameter(name);
    }
  }

  get(name: string): string | undefined {
    return this.#values.get(name);
  }

  pairs(name: string): ReadonlyMap<string, string> {
    return this.#maps.get(name) ?? new Map();
  }

  /** `after`, `limit` (1 to 100, default 20) and `order` (default `asc`). */
  page(): { after: string | undefined; limit: number; order: 'asc' | 'desc' } {
    return {
      after: this.get('after'),
      limit: readLimit(this.get('limit')),
      order: readOrder(this.get('order')),
    };
  }

  /** A whole number, such as a time in Unix seconds. */
  integer(name: string): number | undefined {
    const text = this.get(name);
    return text === undefined ? undefined : readInteger(name, text);
  }

  #add(name: string, value: string): void {
    if (this.#values.has(name)) throw invalidRequest(name, `Invalid '${name}': it was given more than once.`);
    this.#values.set(name, value);
  }

  #addPair(name: string, key: string, value: string): void {
    const map = this.#maps.get(name) ?? new Map<string, string>();
    const param = `${name}[${short(key)}]`;
    if (map.has(key)) throw invalidRequest(param, `Invalid '${param}': it was given more than once.`);
    this.#maps.set(name, map.set(key, value));
  }
}

function readLimit(text: string | undefined): number {
  if (text === undefined) return defaultLimit;
  const value = readInteger('limit', text);
  if (value < 1) {
    throw invalidRequest(
      'limit',
      `Invalid 'limit': integer below minimum value. Expected a value >= 1, but got ${value} instead.`,
      'integer_below_min_value',
    );
  }
  if (value > maxLimit) {
    throw invalidRequest(
      'limit',
      `Invalid 'limit': integer above maximum value. Expected a value <= ${maxLimit}, but got ${value} instead.`,
      'integer_above_max_value',
    );
  }
  return value;
}

function readInteger(name: string, text: string): number {
  if (/^[+-]?\d{1,15}$/.test(text)) return Number(text);
  throw invalidRequest(
    name,
    `Invalid type for '${name}': expected an integer, but got '${short(text)}' instead.`,
    'invalid_type',
  );
}

function readOrder(text: string | undefined): 'asc' | 'desc' {
  if (text === undefined || text === 'asc' || text === 'desc') return text ?? 'asc';
  throw invalidRequest(
    'order',
    `Invalid value: '${short(text)}'. Supported values are: 'asc' and 'desc'.`,
    'invalid_value',
  );
}

function wrongPair(name: string): Error {
  const param = short(name);
  return invalidRequest(param, `Invalid '${param}': write each pair as metadata[key]=value.`, 'invalid_type');
}

function unknownParameter(name: string): Error {
  return invalidRequest(short(name), `Unknown parameter: '${short(name)}'.`, 'unknown_parameter');
}

function short(text: string): string {
  return text.length > 80 ? `${text.slice(0, 80)}…` : text;
}
