/** Checks whether a value satisfies a JSON Schema: the keywords of draft 2020-12 for a single document. */
import { canonical, type SchemaDocument } from './document.ts';
import { isFormat } from './formats.ts';
import { itemSchemas, propertySchemas, typesOf } from './shape.ts';
import { isPlain, type PlainSchema, type Schema, schemasOf, Unsatisfiable } from './schema.ts';

/** `format` is held only where no pattern says better. A reference that leads nowhere throws. */
export function satisfies(
  value: unknown,
  schema: Schema,
  document: SchemaDocument,
  busy: ReadonlySet<Schema> = new Set(),
): boolean {
  if (typeof schema === 'boolean') return schema;
  document.spend(1 + busy.size);
  if (busy.has(schema)) return true;
  if (busy.size > 500) throw new Unsatisfiable('it has more than 500 nested references');
  const inside = new Set([...busy, schema]);
  const same = (other: Schema): boolean => satisfies(value, other, document, inside);
  if (!inPlace(value, schema, same, document)) return false;
  if (typeof value === 'string') return stringHolds(value, schema, document);
  if (typeof value === 'number') return numberHolds(value, schema);
  if (Array.isArray(value)) return arrayHolds(value, schema, document);
  return !isPlain(value) || objectHolds(value, schema, document, same);
}

function inPlace(
  value: unknown,
  schema: PlainSchema,
  same: (schema: Schema) => boolean,
  document: SchemaDocument,
): boolean {
  const types = typesOf(schema);
  if (types && ![...types].some((type) => isType(value, type))) return false;
  if ('const' in schema && canonical(schema['const']) !== canonical(value)) return false;
  if (Array.isArray(schema['enum']) && !document.includes(schema['enum'], value)) return false;
  if (typeof schema['$ref'] === 'string' && !same(document.resolve(schema['$ref']))) return false;
  if (!schemasOf(schema['allOf']).every(same)) return false;
  if (Array.isArray(schema['anyOf']) && !schemasOf(schema['anyOf']).some(same)) return false;
  if (Array.isArray(schema['oneOf']) && schemasOf(schema['oneOf']).filter(same).length !== 1) return false;
  if (schemasOf([schema['not']]).some(same)) return false;
  const [condition] = schemasOf([schema['if']]);
  return condition === undefined || schemasOf([schema[same(condition) ? 'then' : 'else']]).every(same);
}

export function isType(value: unknown, type: string): boolean {
  if (type === 'null') return value === null;
  if (type === 'array') return Array.isArray(value);
  if (type === 'integer') return Number.isInteger(value);
  if (type === 'object') return isPlain(value);
  return typeof value === type;
}

const within = (amount: number, schema: PlainSchema, min: string, max: string): boolean =>
  !(typeof schema[min] === 'number' && amount < schema[min]) &&
  !(typeof schema[max] === 'number' && amount > schema[max]);

function stringHolds(value: string, schema: PlainSchema, document: SchemaDocument): boolean {
  if (!within([...value].length, schema, 'minLength', 'maxLength')) return false;
  if (typeof schema['pattern'] === 'string') return document.match(schema['pattern'], value);
  return typeof schema['format'] !== 'string' || isFormat(schema['format'], value);
}

export function numberHolds(value: number, schema: PlainSchema): boolean {
  if (!within(value, schema, 'minimum', 'maximum')) return false;
  if (typeof schema['exclusiveMinimum'] === 'number' && value <= schema['exclusiveMinimum']) return false;
  if (typeof schema['exclusiveMaximum'] === 'number' && value >= schema['exclusiveMaximum']) return false;
  const step = schema['multipleOf'];
  return typeof step !== 'number' || Number.isInteger(value / step);
}

function arrayHolds(value: readonly unknown[], schema: PlainSchema, document: SchemaDocument): boolean {
  if (!within(value.length, schema, 'minItems', 'maxItems')) return false;
  const itemHolds = (item: unknown, index: number): boolean =>
    itemSchemas([schema], index).every((each) => satisfies(item, each, document));
  if (!value.every(itemHolds)) return false;
  if (schema['uniqueItems'] === true && new Set(value.map(canonical)).size < value.length) return false;
  const [wanted] = schemasOf([schema['contains']]);
  if (wanted === undefined) return true;
  const count = value.filter((item) => satisfies(item, wanted, document)).length;
  return count >= Number(schema['minContains'] ?? 1) && count <= Number(schema['maxContains'] ?? Infinity);
}

function objectHolds(
  value: PlainSchema,
  schema: PlainSchema,
  document: SchemaDocument,
  same: (schema: Schema) => boolean,
): boolean {
  const keys = Object.keys(value);
  if (!within(keys.length, schema, 'minProperties', 'maxProperties')) return false;
  if (!namesOf(schema['required']).every((name) => Object.hasOwn(value, name))) return false;
  if (
    !keys.every((key) =>
      propertySchemas([schema], key, document).every((each) => satisfies(value[key], each, document)),
    )
  )
    return false;
  const [names] = schemasOf([schema['propertyNames']]);
  if (names !== undefined && !keys.every((key) => satisfies(key, names, document))) return false;
  for (const [key, needs] of Object.entries(
    isPlain(schema['dependentRequired']) ? schema['dependentRequired'] : {},
  )) {
    if (Object.hasOwn(value, key) && !namesOf(needs).every((name) => Object.hasOwn(value, name)))
      return false;
  }
  for (const [key, needs] of Object.entries(
    isPlain(schema['dependentSchemas']) ? schema['dependentSchemas'] : {},
  )) {
    if (Object.hasOwn(value, key) && !schemasOf([needs]).every(same)) return false;
  }
  return true;
}

export const namesOf = (value: unknown): string[] =>
  Array.isArray(value) ? value.filter((name) => typeof name === 'string') : [];
