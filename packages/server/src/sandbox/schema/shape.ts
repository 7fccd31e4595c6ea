/** What several JSON Schemas ask of one value together: `$ref` and `allOf` are followed, and their keywords gathered. */

import { matches } from './expressions.ts';

export type Schema = boolean | { readonly [keyword: string]: unknown };
export type TypeName = 'null' | 'boolean' | 'integer' | 'number' | 'string' | 'array' | 'object';

/** No value can satisfy a schema, or none was found. The message says why, for the caller. */
export class Unsatisfiable extends Error {}

export interface Shape {
  /** What the value may be; `undefined` is anything. A `number` may be an integer too. */
  types: Set<TypeName> | undefined;
  /** The values of `enum` and `const`; `undefined` is any. */
  values: readonly unknown[] | undefined;
  /** Each list of alternatives must be satisfied by one of its schemas. */
  alternatives: (readonly Schema[])[];
  /** Whether a keyword is there that is easier to check than to obey: `not`, `oneOf`, `if`, `contains` and their kind. */
  checked: boolean;
  /** The plain schemas that were gathered, for keywords that are read where they matter. */
  parts: PlainSchema[];
}

export type PlainSchema = { readonly [keyword: string]: unknown };

/** How many schemas may hold for one value, by `allOf` and `$ref`; each looks at the parts of all others. */
const maxParts = 500;

const checkedKeywords = [
  'not',
  'oneOf',
  'if',
  'contains',
  'dependentSchemas',
  'dependentRequired',
  'propertyNames',
  'uniqueItems',
  'minProperties',
  'unevaluatedProperties',
  'unevaluatedItems',
];

export function isPlain(value: unknown): value is PlainSchema {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function schemasOf(value: unknown): Schema[] {
  return Array.isArray(value)
    ? value.filter((entry): entry is Schema => typeof entry === 'boolean' || isPlain(entry))
    : [];
}

/** What the schemas ask together. Throws `Unsatisfiable` when they name no type or value in common. */
export function shapeOf(schemas: readonly Schema[], root: Schema): Shape {
  const shape: Shape = { types: undefined, values: undefined, alternatives: [], checked: false, parts: [] };
  const seen = new Set<PlainSchema>();
  const waiting = [...schemas];
  for (let schema = waiting.shift(); schema !== undefined; schema = waiting.shift()) {
    if (schema === true) continue;
    if (schema === false) throw new Unsatisfiable('a schema is false, which allows nothing');
    if (seen.has(schema)) continue;
    seen.add(schema);
    if (seen.size > maxParts)
      throw new Unsatisfiable(`more than ${maxParts} schemas hold for one value of it`);
    if (typeof schema['$ref'] === 'string') waiting.push(resolve(schema['$ref'], root));
    waiting.push(...schemasOf(schema['allOf']));
    gather(shape, schema);
  }
  if (shape.types?.size === 0) throw new Unsatisfiable('its parts ask for different types');
  if (shape.values?.length === 0) throw new Unsatisfiable('its parts have no value in common');
  return shape;
}

function gather(shape: Shape, schema: PlainSchema): void {
  shape.parts.push(schema);
  const types = typesOf(schema);
  if (types) shape.types = shape.types ? common(shape.types, types) : types;
  for (const values of [
    Array.isArray(schema['enum']) ? schema['enum'] : undefined,
    'const' in schema ? [schema['const']] : undefined,
  ]) {
    if (!values) continue;
    shape.values = shape.values
      ? shape.values.filter((value) => values.some((other) => equal(value, other)))
      : values;
  }
  for (const keyword of ['anyOf', 'oneOf']) {
    if (Array.isArray(schema[keyword])) shape.alternatives.push(schemasOf(schema[keyword]));
  }
  shape.checked ||= checkedKeywords.some((keyword) => keyword in schema);
}

/** The types a schema names, or those its keywords are about. OpenAPI's `nullable` adds null. */
export function typesOf(schema: PlainSchema): Set<TypeName> | undefined {
  const named = schema['type'];
  if (typeof named === 'string')
    return new Set([named as TypeName, ...(schema['nullable'] === true ? (['null'] as const) : [])]);
  if (Array.isArray(named)) return new Set(named as TypeName[]);
  return undefined;
}

function common(a: Set<TypeName>, b: Set<TypeName>): Set<TypeName> {
  const both = new Set([...a].filter((type) => b.has(type)));
  if (a.has('integer') && b.has('number')) both.add('integer');
  if (b.has('integer') && a.has('number')) both.add('integer');
  return both;
}

const about: [TypeName, string[]][] = [
  [
    'object',
    ['properties', 'required', 'additionalProperties', 'patternProperties', 'minProperties', 'propertyNames'],
  ],
  ['array', ['items', 'prefixItems', 'minItems', 'maxItems', 'uniqueItems', 'contains']],
  ['string', ['minLength', 'maxLength', 'pattern', 'format']],
  ['number', ['minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum', 'multipleOf']],
];

/** The type that the keywords of an untyped shape are about. */
export function impliedType(parts: readonly PlainSchema[]): TypeName | undefined {
  return about.find(([, keywords]) => parts.some((part) => keywords.some((keyword) => keyword in part)))?.[0];
}

/** The schema a local reference points at: `#`, `#/$defs/node`, `#anchor`. */
export function resolve(ref: string, root: Schema): Schema {
  if (ref === '#') return root;
  if (!ref.startsWith('#')) throw new Unsatisfiable(`the reference '${ref}' leads out of the schema`);
  let target: unknown = root;
  if (ref.startsWith('#/')) {
    for (const part of ref.slice(2).split('/')) {
      const key = decoded(part).replace(/~1/g, '/').replace(/~0/g, '~');
      target =
        typeof target === 'object' && target !== null && Object.hasOwn(target, key)
          ? (target as PlainSchema)[key]
          : undefined;
    }
  } else target = anchored(root, ref.slice(1));
  if (typeof target === 'boolean' || isPlain(target)) return target;
  throw new Unsatisfiable(`the reference '${ref}' leads nowhere`);
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

function anchored(root: Schema, name: string): unknown {
  const waiting: unknown[] = [root];
  for (let node = waiting.pop(); waiting.length > 0 || node !== undefined; node = waiting.pop()) {
    if (typeof node !== 'object' || node === null) continue;
    if ((node as PlainSchema)['$anchor'] === name) return node;
    waiting.push(...Object.values(node));
  }
  return undefined;
}

/** The schemas of the property `name`: of each part the declared one, or else the one for additional properties. */
export function propertySchemas(parts: readonly PlainSchema[], name: string): Schema[] {
  return parts.flatMap((part) => {
    const declared =
      isPlain(part['properties']) && Object.hasOwn(part['properties'], name)
        ? [part['properties'][name]]
        : [];
    for (const [pattern, schema] of Object.entries(
      isPlain(part['patternProperties']) ? part['patternProperties'] : {},
    )) {
      if (matches(pattern, name)) declared.push(schema);
    }
    if (declared.length === 0 && part['additionalProperties'] !== undefined)
      declared.push(part['additionalProperties']);
    return schemasOf(declared);
  });
}

/** The schemas of the item at `index`. Both `prefixItems` and the older array form of `items` are read. */
export function itemSchemas(parts: readonly PlainSchema[], index: number): Schema[] {
  return parts.flatMap((part) => {
    const prefix = schemasOf(part['prefixItems'] ?? (Array.isArray(part['items']) ? part['items'] : []));
    const rest = Array.isArray(part['items']) ? part['additionalItems'] : part['items'];
    return schemasOf([index < prefix.length ? prefix[index] : rest]);
  });
}

/** The tightest of a numeric keyword over all parts; `fallback` when none has it. */
export function tightest(
  parts: readonly PlainSchema[],
  keyword: string,
  pick: 'min' | 'max',
  fallback: number,
): number {
  const found = parts.map((part) => part[keyword]).filter((value) => typeof value === 'number');
  return found.length === 0 ? fallback : Math[pick](...found);
}

/** The strings, or whatever `keyword` holds, of all parts that have it. */
export function everyValue<T>(
  parts: readonly PlainSchema[],
  keyword: string,
  is: (value: unknown) => value is T,
): T[] {
  return parts.map((part) => part[keyword]).filter(is);
}

/** Whether two JSON values are the same, whatever the order of their keys. */
export function equal(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (Array.isArray(a) !== Array.isArray(b)) return false;
  const keys = Object.keys(a);
  if (keys.length !== Object.keys(b).length) return false;
  return keys.every(
    (key) => Object.hasOwn(b, key) && equal((a as PlainSchema)[key], (b as PlainSchema)[key]),
  );
}
