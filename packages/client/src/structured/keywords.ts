/**
 * What each JSON Schema keyword contains: one table for every walk over a schema. Keywords in no row contain plain
 * values. The rules of strict mode are in `rules.ts`.
 */
import type { JSONSchema } from './json-schema.ts';
import { note, notesOf } from './notes.ts';

/** A schema being read: any keyword, any value. */
export type Schema = Record<string, any>;

/* @__NO_SIDE_EFFECTS__ */
const words = (text: string): Set<string> => new Set(text.split(' '));

/** Hold a list of schemas; `items` also just one. */
const list = words('allOf anyOf oneOf prefixItems items');
/** Hold schemas by name. `dependencies` may hold lists of property names instead. */
const map = words('$defs definitions properties patternProperties dependentSchemas dependencies');
/** All that hold schemas, in the order of visits. Those that are in neither of the others hold one. */
const order = /* @__PURE__ */ [
  ...words(
    'not if then else additionalItems additionalProperties unevaluatedItems unevaluatedProperties contains contentSchema propertyNames',
  ),
  ...list,
  ...map,
];

/** Say something about a schema that no value can contradict, or define what others refer to. */
export const annotations: ReadonlySet<string> = words(
  'title description default examples readOnly writeOnly $comment $defs definitions',
);

/** Make a schema one of objects, whether or not it says so with `type`. */
const objectKeywords = ['properties', 'required', 'additionalProperties', 'minProperties', 'maxProperties'];

export const isObject = (value: unknown): value is Schema =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** How messages name the place that `path` leads to. */
export const placeOf = (path: readonly PropertyKey[]): string => path.join('/') || '<root>';

/** What JSON Schema calls the type of a value; numbers are never told to be integers. */
export const typeOf = (value: unknown): string =>
  value === null ? 'null' : Array.isArray(value) ? 'array' : typeof value;

export const isOfType = (value: unknown, type: string): boolean =>
  type === 'integer' ? Number.isInteger(value) : typeOf(value) === type;

/** Whether `schema` constrains objects, by its type or by a keyword. */
export const describesObjects = (schema: unknown): boolean =>
  isObject(schema) &&
  ([schema['type']].flat().includes('object') || objectKeywords.some((key) => schema[key] !== undefined));

/** Whether every keyword but `except` is an annotation or undefined. */
export const onlyAnnotates = (schema: Schema, ...except: string[]): boolean =>
  Object.keys(schema).every(
    (key) => annotations.has(key) || except.includes(key) || schema[key] === undefined,
  );

/**
 * Calls `visit` with each schema directly inside `schema`, its path (`path` and one or two tokens), and the keyword
 * that holds it. Values of `enum`, `const`, `default` and the like are never taken for schemas, whatever they look like.
 */
export function forEachJSONSchemaChild(
  schema: JSONSchema | Record<string, unknown>,
  path: string[],
  visit: (schema: unknown, path: string[], keyword: string) => void,
): void {
  // Not each keyword of the table: schemas have few, and most of the time schemas take is that of these walks.
  const keywords = Object.keys(schema).filter((keyword) => order.includes(keyword));
  if (keywords.length > 1) keywords.sort((a, b) => order.indexOf(a) - order.indexOf(b));
  for (const keyword of keywords) {
    const held = (schema as Schema)[keyword];
    if (held === undefined) continue;
    const inside = [...path, keyword];
    if (list.has(keyword) && Array.isArray(held))
      held.forEach((child, index) => visit(child, [...inside, String(index)], keyword));
    else if (!map.has(keyword)) visit(held, inside, keyword);
    else if (isObject(held)) {
      for (const name of Object.keys(held))
        if (keyword !== 'dependencies' || !Array.isArray(held[name]))
          visit(held[name], [...inside, name], keyword);
    }
  }
}

/** The schema that `tokens` lead to from `schema` in one step, and how many of them that takes; undefined for none. */
export function childAt(schema: Schema, tokens: string[]): { child: unknown; length: 1 | 2 } | undefined {
  const [keyword = '', key = ''] = tokens;
  const held = schema[keyword];
  if (order.includes(keyword) && !map.has(keyword) && !(list.has(keyword) && Array.isArray(held)))
    return { child: held, length: 1 };
  const named = map.has(keyword) ? isObject(held) : list.has(keyword) && /^(0|[1-9]\d*)$/.test(key);
  if (!named || !Object.hasOwn(held, key)) return undefined;
  return { child: held[key], length: 2 };
}

/** Calls `visit` with `schema` and every schema object inside it, each before those inside it. */
export function forEachSchema(
  schema: unknown,
  visit: (schema: Schema, path: string[]) => void,
  path: string[] = [],
): void {
  if (!isObject(schema)) return;
  visit(schema, path);
  forEachJSONSchemaChild(schema, path, (child, childPath) => forEachSchema(child, visit, childPath));
}

/** A deep copy without what is undefined, with the notes of its schemas. Names such as `__proto__` stay names. */
export function copyOf<T>(value: T): T {
  if (Array.isArray(value)) return value.map(copyOf) as T;
  if (!isObject(value)) return value;
  const kept = Object.entries(value).filter(([, held]) => held !== undefined);
  const copy = Object.fromEntries(kept.map(([key, held]) => [key, copyOf(held)]));
  return note(copy, ...notesOf(value)) as T;
}

/** A text that two values share exactly when they are the same JSON, in whatever order their keys are. */
export function fingerprint(value: unknown): string {
  return JSON.stringify(value, (_key, held) =>
    isObject(held) ? Object.fromEntries(Object.entries(held).sort(([a], [b]) => (a < b ? -1 : 1))) : held,
  );
}

/** The tighter of two values of a keyword that is a limit; undefined for others. */
export const tighter = (keyword: string, one: number, other: number): number | undefined =>
  /^min|Min/.test(keyword)
    ? Math.max(one, other)
    : /^max|Max/.test(keyword)
      ? Math.min(one, other)
      : undefined;

/** Makes `schema` consist of exactly what `next` does, keeping its identity. */
export function replace(schema: Schema, next: Schema): void {
  for (const key of Object.keys(schema)) delete schema[key];
  Object.assign(schema, next);
}
