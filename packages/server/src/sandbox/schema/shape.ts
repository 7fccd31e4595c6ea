/** Combines the JSON Schemas for one value: follows `$ref` and `allOf`, and collects their keywords. */

import type { SchemaDocument } from './document.ts';
import { isPlain, type PlainSchema, type Schema, schemasOf, type TypeName, Unsatisfiable } from './schema.ts';

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

/** What the schemas ask together. Throws `Unsatisfiable` when they name no type or value in common. */
export function shapeOf(schemas: readonly Schema[], document: SchemaDocument): Shape {
  const shape: Shape = { types: undefined, values: undefined, alternatives: [], checked: false, parts: [] };
  const seen = new Set<PlainSchema>();
  const waiting = [...schemas];
  // What a schema refers to is added while the loop runs.
  for (const schema of waiting) {
    if (schema === true) continue;
    if (schema === false) throw new Unsatisfiable('a schema is false, which allows nothing');
    if (seen.has(schema)) continue;
    seen.add(schema);
    if (seen.size > maxParts)
      throw new Unsatisfiable(`more than ${maxParts} schemas hold for one value of it`);
    if (typeof schema['$ref'] === 'string') waiting.push(document.resolve(schema['$ref']));
    for (const part of schemasOf(schema['allOf'])) waiting.push(part);
    gather(shape, schema, document);
  }
  if (shape.types?.size === 0) throw new Unsatisfiable('its parts ask for different types');
  if (shape.values?.length === 0) throw new Unsatisfiable('its parts have no value in common');
  return shape;
}

function gather(shape: Shape, schema: PlainSchema, document: SchemaDocument): void {
  shape.parts.push(schema);
  const types = typesOf(schema);
  if (types) shape.types = shape.types ? common(shape.types, types) : types;
  for (const values of [
    Array.isArray(schema['enum']) ? schema['enum'] : undefined,
    'const' in schema ? [schema['const']] : undefined,
  ]) {
    if (!values) continue;
    shape.values = shape.values ? shape.values.filter((value) => document.includes(values, value)) : values;
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

/** The schemas of the property `name`: of each part the declared one, or else the one for additional properties. */
export function propertySchemas(
  parts: readonly PlainSchema[],
  name: string,
  document: SchemaDocument,
): Schema[] {
  return parts.flatMap((part) => {
    const properties = part['properties'];
    const declared = document.byPattern(part, name);
    if (isPlain(properties) && Object.hasOwn(properties, name)) declared.unshift(properties[name]);
    if (declared.length === 0 && part['additionalProperties'] !== undefined)
      declared.push(part['additionalProperties']);
    return schemasOf(declared);
  });
}

/** The schemas of the item at `index`. Both `prefixItems` and the older array form of `items` are read. */
export function itemSchemas(parts: readonly PlainSchema[], index: number): Schema[] {
  return parts.flatMap((part) => {
    const { prefixItems, items, additionalItems } = part;
    const prefix = [prefixItems, items].find(Array.isArray) ?? [];
    const rest = Array.isArray(items) ? additionalItems : items;
    // Asked for each index, so the prefix must not be gone through.
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
  return found.length === 0 ? fallback : found.reduce((best, value) => Math[pick](best, value));
}

/** The strings, or whatever `keyword` holds, of all parts that have it. */
export function everyValue<T>(
  parts: readonly PlainSchema[],
  keyword: string,
  is: (value: unknown) => value is T,
): T[] {
  return parts.map((part) => part[keyword]).filter(is);
}
