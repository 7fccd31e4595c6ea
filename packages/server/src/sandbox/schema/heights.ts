/** How deep the shallowest value of each schema is: what a recursive schema needs to come to an end. */
import {
  isPlain,
  type PlainSchema,
  resolve,
  type Schema,
  schemasOf,
  tightest,
  type TypeName,
  typesOf,
  itemSchemas,
  propertySchemas,
  impliedType,
} from './shape.ts';
import { namesOf } from './satisfies.ts';

/** Height of a schema: 0 for a plain value, one more than its tallest required part for others; `Infinity` when it cannot end. */
export type Heights = (schema: Schema) => number;

/**
 * Worked out for all schemas that can be reached from the root, by lowering from infinity until nothing changes. What is
 * not a subschema of the root gets its height from the parts it is made of.
 */
export function heightsOf(root: Schema): Heights {
  const heights = new Map<PlainSchema, number>();
  for (const schema of reachable(root)) heights.set(schema, Infinity);
  const bottomUp = [...heights.keys()].reverse();
  const height: Heights = (schema) => {
    if (typeof schema === 'boolean') return schema ? 0 : Infinity;
    return heights.get(schema) ?? heightNow(schema, root, height);
  };
  for (let changed = true; changed;) {
    changed = false;
    for (const schema of bottomUp) {
      const now = heightNow(schema, root, height);
      if (now >= (heights.get(schema) as number)) continue;
      heights.set(schema, now);
      changed = true;
    }
  }
  return height;
}

const tallest = (schemas: readonly Schema[], height: Heights): number =>
  schemas.reduce((most, schema) => Math.max(most, height(schema)), 0);
const shortest = (schemas: readonly Schema[], height: Heights): number =>
  schemas.reduce((least, schema) => Math.min(least, height(schema)), Infinity);

function heightNow(schema: PlainSchema, root: Schema, height: Heights): number {
  let most = ownHeight(schema, height);
  if (typeof schema['$ref'] === 'string') most = Math.max(most, height(resolve(schema['$ref'], root)));
  most = Math.max(most, tallest(schemasOf(schema['allOf']), height));
  for (const keyword of ['anyOf', 'oneOf']) {
    if (Array.isArray(schema[keyword])) most = Math.max(most, shortest(schemasOf(schema[keyword]), height));
  }
  return most;
}

function ownHeight(schema: PlainSchema, height: Heights): number {
  if ('const' in schema || Array.isArray(schema['enum'])) return 0;
  const implied = impliedType([schema]);
  const types = typesOf(schema) ?? (implied ? [implied] : []);
  const each = [...types].map((type) => typeHeight(type, [schema], height));
  return each.length === 0 ? 0 : Math.min(...each);
}

/** The height of the shallowest value of one type. */
export function typeHeight(type: TypeName, parts: readonly PlainSchema[], height: Heights): number {
  if (type === 'array') {
    const count = Math.min(tightest(parts, 'minItems', 'max', 0), 64);
    const items = Array.from({ length: count }, (_, index) => tallest(itemSchemas(parts, index), height));
    return 1 + Math.max(0, ...items);
  }
  if (type !== 'object') return 0;
  const required = parts.flatMap((part) => namesOf(part['required']));
  return 1 + Math.max(0, ...required.map((name) => tallest(propertySchemas(parts, name), height)));
}

function* reachable(root: Schema): Generator<PlainSchema> {
  const seen = new Set<unknown>();
  const waiting: unknown[] = [root];
  for (let schema = waiting.pop(); schema !== undefined; schema = waiting.pop()) {
    if (!isPlain(schema) || seen.has(schema)) continue;
    seen.add(schema);
    yield schema;
    if (typeof schema['$ref'] === 'string') waiting.push(resolve(schema['$ref'], root));
    for (const keyword of ['allOf', 'anyOf', 'oneOf', 'prefixItems'])
      waiting.push(...schemasOf(schema[keyword]));
    waiting.push(
      ...schemasOf([schema['items'], schema['additionalProperties'], schema['contains']]),
      ...(Array.isArray(schema['items']) ? schemasOf(schema['items']) : []),
    );
    for (const keyword of ['properties', 'patternProperties']) {
      if (isPlain(schema[keyword])) waiting.push(...schemasOf(Object.values(schema[keyword])));
    }
  }
}
