/**
 * Matches requests to recorded ones: the fields that count, a key made of them, and the differences between two
 * requests.
 */
import { createHash } from 'node:crypto';
import { deepest, isObject, TooDeep, type ExchangeRequest } from './recording.ts';

/** Fields that label a request and do not change what a model says. */
const labels = [
  'metadata',
  'prompt_cache_key',
  'prompt_cache_retention',
  'safety_identifier',
  'service_tier',
  'store',
  'stream_options.include_obfuscation',
  'user',
];

/** One difference between a recorded request and another. A side without the field is undefined. */
export interface Difference {
  /** Such as `messages[1].content`. */
  path: string;
  recorded: unknown;
  requested: unknown;
}

/** Compares requests by all of their fields but the labels and the ignored ones. */
export class Matching {
  readonly #ignored: string[][];

  /** `ignored` are paths: `seed`, `messages[0].content`, and `messages[*].name` for every message. */
  constructor(ignored: readonly string[] = []) {
    this.#ignored = [...labels, ...ignored].map(segmentsOf);
  }

  /** The fields of a body that count. `null`, and `stream: false`, are the same as leaving a field out. */
  fieldsOf(body: Record<string, unknown>): Record<string, unknown> {
    const counted = this.#ignored.reduce<unknown>(without, body) as Record<string, unknown>;
    const isGiven = ([name, value]: [string, unknown]): boolean =>
      value !== null && value !== undefined && !(name === 'stream' && value === false);
    return Object.fromEntries(Object.entries(counted).filter(isGiven));
  }

  /** The same for two requests exactly when they match. Throws {@link TooDeep}. */
  keyOf({ path, body }: ExchangeRequest): string {
    const text = canonical(this.fieldsOf(body));
    return createHash('sha256').update(`${path}\n${text}`).digest('base64');
  }

  /** What differs in the fields that count. */
  differences(recorded: ExchangeRequest, requested: ExchangeRequest): Difference[] {
    const found: Difference[] = [];
    if (recorded.path !== requested.path) {
      found.push({ path: 'path', recorded: recorded.path, requested: requested.path });
    }
    compare(this.fieldsOf(recorded.body), this.fieldsOf(requested.body), '', found);
    return found;
  }
}

/** JSON with the keys of every object in order, so that equal values have equal texts. Throws {@link TooDeep}. */
export function canonical(value: unknown, depth = 0): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null';
  if (depth >= deepest) throw new TooDeep();
  if (Array.isArray(value)) return `[${value.map((item) => canonical(item, depth + 1)).join()}]`;
  const entries = Object.entries(value)
    .filter(([, field]) => field !== undefined)
    .toSorted(([a], [b]) => (a < b ? -1 : 1));
  const fields = entries.map(([name, field]) => `${JSON.stringify(name)}:${canonical(field, depth + 1)}`);
  return `{${fields.join()}}`;
}

/** `a.b[0][*]` as `['a', 'b', '0', '*']`. */
function segmentsOf(path: string): string[] {
  return path.replaceAll(/\[(\d+|\*)\]/g, '.$1').split('.');
}

/** `value` without the field at a path. An item of an array becomes null, so that the others keep their place. */
function without(value: unknown, [name = '', ...rest]: string[]): unknown {
  if (Array.isArray(value)) {
    return value.map((item, index) => {
      if (name !== '*' && name !== String(index)) return item;
      return rest.length === 0 ? null : without(item, rest);
    });
  }
  if (!isObject(value)) return value;
  const entries = Object.entries(value).flatMap(([key, field]) => {
    if (name !== '*' && name !== key) return [[key, field]];
    return rest.length === 0 ? [] : [[key, without(field, rest)]];
  });
  return Object.fromEntries(entries);
}

function compare(recorded: unknown, requested: unknown, path: string, found: Difference[]): void {
  const bothArrays = Array.isArray(recorded) && Array.isArray(requested);
  if (!bothArrays && !(isObject(recorded) && isObject(requested))) {
    if (canonical(recorded) !== canonical(requested)) found.push({ path, recorded, requested });
    return;
  }
  const [before, after] = [recorded as Record<string, unknown>, requested as Record<string, unknown>];
  for (const name of new Set([...Object.keys(before), ...Object.keys(after)])) {
    const place = bothArrays ? `${path}[${name}]` : path === '' ? name : `${path}.${name}`;
    compare(own(before, name), own(after, name), place, found);
  }
}

function own(value: Record<string, unknown>, name: string): unknown {
  return Object.hasOwn(value, name) ? value[name] : undefined;
}
