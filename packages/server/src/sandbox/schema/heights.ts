/** How deep the shallowest value of each schema is: what a recursive schema needs to come to an end. */
import type { Sliced } from '../../slices.ts';
import type { SchemaDocument } from './document.ts';
import { tightest, typesOf, itemSchemas, propertySchemas, impliedType } from './shape.ts';
import { isPlain, type PlainSchema, type Schema, schemasOf, type TypeName } from './schema.ts';
import { namesOf } from './satisfies.ts';

/** Height of a schema: 0 for a plain value, one more than its tallest required part for others; `Infinity` when it cannot end. */
export type Heights = (schema: Schema) => number;

/**
 * Worked out for all schemas that can be reached from the root, by lowering from infinity until nothing changes. What is
 * not a subschema of the root gets its height from the parts it is made of.
 */
export function* heightsOf(document: SchemaDocument): Sliced<Heights> {
  const heights = new Map<PlainSchema, number>();
  const users = new Map<PlainSchema, PlainSchema[]>();
  for (const schema of reachable(document)) {
    heights.set(schema, Infinity);
    for (const child of childrenOf(schema, document)) {
      if (!isPlain(child)) continue;
      const known = users.get(child);
      if (known) known.push(schema);
      else users.set(child, [schema]);
    }
    yield;
  }
  const height: Heights = (schema) => {
    if (typeof schema === 'boolean') return schema ? 0 : Infinity;
    return heights.get(schema) ?? heightNow(schema, document, height);
  };
  // From the leaves up. What uses a schema is looked at again when the schema turns out lower.
  const waiting = new Set([...heights.keys()].reverse());
  for (const schema of waiting) {
    waiting.delete(schema);
    yield* document.pause();
    const now = heightNow(schema, document, height);
    if (now >= (heights.get(schema) as number)) continue;
    heights.set(schema, now);
    for (const user of users.get(schema) ?? []) waiting.add(user);
  }
  return height;
}

const tallest = (schemas: readonly Schema[], height: Heights): number =>
  schemas.reduce((most, schema) => Math.max(most, height(schema)), 0);
const shortest = (schemas: readonly Schema[], height: Heights): number =>
  schemas.reduce((least, schema) => Math.min(least, height(schema)), Infinity);

function heightNow(schema: PlainSchema, document: SchemaDocument, height: Heights): number {
  let most = ownHeight(schema, document, height);
  if (typeof schema['$ref'] === 'string') most = Math.max(most, height(document.resolve(schema['$ref'])));
  most = Math.max(most, tallest(schemasOf(schema['allOf']), height));
  for (const keyword of ['anyOf', 'oneOf']) {
    const branches = schema[keyword];
    if (!Array.isArray(branches)) continue;
    document.spend(branches.length / 10);
    most = Math.max(most, shortest(schemasOf(branches), height));
  }
  return most;
}

function ownHeight(schema: PlainSchema, document: SchemaDocument, height: Heights): number {
  if ('const' in schema || Array.isArray(schema['enum'])) return 0;
  const implied = impliedType([schema]);
  const types = typesOf(schema) ?? (implied ? [implied] : []);
  const each = [...types].map((type) => typeHeight(type, [schema], document, height));
  return each.length === 0 ? 0 : Math.min(...each);
}

/** The height of the shallowest value of one type. */
export function typeHeight(
  type: TypeName,
  parts: readonly PlainSchema[],
  document: SchemaDocument,
  height: Heights,
): number {
  if (type === 'array') {
    const count = Math.min(tightest(parts, 'minItems', 'max', 0), 64);
    const items = Array.from({ length: count }, (_, index) => tallest(itemSchemas(parts, index), height));
    return 1 + Math.max(0, ...items);
  }
  if (type !== 'object') return 0;
  let most = 0;
  for (const part of parts) {
    for (const name of namesOf(part['required'])) {
      document.spend(0.1);
      most = Math.max(most, tallest(propertySchemas(parts, name, document), height));
    }
  }
  return 1 + most;
}

function* reachable(document: SchemaDocument): Generator<PlainSchema> {
  const seen = new Set<unknown>();
  const waiting: unknown[] = [document.root];
  while (waiting.length > 0) {
    const schema = waiting.pop();
    if (!isPlain(schema) || seen.has(schema)) continue;
    seen.add(schema);
    yield schema;
    for (const child of childrenOf(schema, document)) waiting.push(child);
  }
}

/** The schemas that may be asked for values when `schema` is. */
function* childrenOf(schema: PlainSchema, document: SchemaDocument): Generator<unknown> {
  if (typeof schema['$ref'] === 'string') yield document.resolve(schema['$ref']);
  for (const keyword of ['allOf', 'anyOf', 'oneOf', 'prefixItems']) yield* schemasOf(schema[keyword]);
  yield* schemasOf([schema['items'], schema['additionalProperties'], schema['contains']]);
  yield* schemasOf(schema['items']);
  for (const keyword of ['properties', 'patternProperties']) {
    if (isPlain(schema[keyword])) yield* schemasOf(Object.values(schema[keyword]));
  }
}
