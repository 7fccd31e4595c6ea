/**
 * Creates a value that satisfies a JSON Schema, the same for the same seed. Supports all of strict mode, including
 * recursion, and most of draft 2020-12.
 */
import type { Sliced } from '../slices.ts';
import { Exhausted, SchemaDocument } from './schema/document.ts';
import { heightsOf, typeHeight } from './schema/heights.ts';
import type { Making } from './schema/making.ts';
import { numberWithin } from './schema/numbers.ts';
import type { Random } from './random.ts';
import { sampleText } from './schema/scalars.ts';
import { isType, namesOf, satisfies } from './schema/satisfies.ts';
import {
  everyValue,
  impliedType,
  itemSchemas,
  propertySchemas,
  type Shape,
  shapeOf,
  tightest,
} from './schema/shape.ts';
import {
  isPlain,
  type PlainSchema,
  type Schema,
  schemasOf,
  type TypeName,
  Unsatisfiable,
} from './schema/schema.ts';
import { sampleString } from './schema/strings.ts';

export { type Schema, Unsatisfiable } from './schema/schema.ts';

/** Schemas nested deeper than this, and values after so many, get the least that satisfies. */
const generousDepth = 5;
const generousCount = 150;
/** Attempts of all kinds after which a schema counts as one that nothing satisfies. */
const maxEffort = 15_000;
const maxItems = 10_000;

/** Throws `Unsatisfiable` when no value satisfies the schema, or none was found. */
export function* instanceOf(schema: Schema, random: Random): Sliced<unknown> {
  const document = new SchemaDocument(schema);
  const make: Making = { random, document, height: yield* heightsOf(document), effort: 0, spread: 0 };
  for (let attempt = 0; attempt < 8; attempt++) {
    const value = yield* sample([schema], '', 0, make);
    yield* document.pause();
    if (satisfies(value, schema, document)) return value;
  }
  throw new Unsatisfiable('no value was found for it');
}

function* sample(schemas: readonly Schema[], name: string, depth: number, make: Making): Sliced<unknown> {
  yield* make.document.pause();
  if (++make.effort > maxEffort || depth > 400) throw new Exhausted();
  const shape = shapeOf(schemas, make.document);
  if (shape.alternatives.length > 0) return yield* sampleAlternative(shape, name, depth, make);
  if (!shape.checked) return yield* sampleShape(shape, name, depth, make);
  for (let attempt = 0; attempt < 16; attempt++) {
    const value = yield* sampleShape(shape, name, depth, make);
    if (schemas.every((schema) => satisfies(value, schema, make.document))) return value;
  }
  throw new Unsatisfiable('no value was found that satisfies all of its rules');
}

const isGenerous = (depth: number, make: Making): boolean =>
  depth < generousDepth && make.effort < generousCount;

/** Chooses a branch of the first `anyOf` or `oneOf`; when it leads nowhere, the next. */
function* sampleAlternative(shape: Shape, name: string, depth: number, make: Making): Sliced<unknown> {
  const [branches = [], ...others] = shape.alternatives;
  const rest = shape.parts.map((part) => withoutAlternatives(part));
  const pending = others.map((anyOf) => ({ anyOf }));
  const [first, ...later] = byPreference(branches, depth, make);
  const whole = shape.checked ? shape.parts : [];
  let failure = new Unsatisfiable('it has no alternatives');
  for (const branch of first === undefined ? [] : [first, ...later]) {
    try {
      for (let attempt = 0; attempt < (shape.checked ? 8 : 1); attempt++) {
        const value = yield* sample([...rest, ...pending, branch], name, depth, make);
        if (whole.every((part) => satisfies(value, part, make.document))) return value;
      }
    } catch (thrown) {
      if (!(thrown instanceof Unsatisfiable) || thrown instanceof Exhausted) throw thrown;
      failure = thrown;
    }
  }
  throw failure;
}

/** What has been followed already: the rest of a part can be gathered once more beside a branch. */
const followed = new Set(['anyOf', 'oneOf', 'allOf', '$ref']);
const withoutAlternatives = (part: PlainSchema): PlainSchema =>
  Object.fromEntries(Object.entries(part).filter(([keyword]) => !followed.has(keyword)));

/** Any order while there is room, null late; the shallowest first once there is none. */
function byPreference(branches: readonly Schema[], depth: number, make: Making): Schema[] {
  const usable = make.random.shuffled(branches).filter((branch) => make.height(branch) < Infinity);
  if (!isGenerous(depth, make)) return usable.sort((a, b) => make.height(a) - make.height(b));
  const isNull = (branch: Schema): number => Number(isPlain(branch) && branch['type'] === 'null');
  return make.random.chance(depth < 3 ? 0.9 : 0.4) ? usable.sort((a, b) => isNull(a) - isNull(b)) : usable;
}

function* sampleShape(shape: Shape, name: string, depth: number, make: Making): Sliced<unknown> {
  const { random } = make;
  if (shape.values) {
    const fitting: unknown[] = [];
    for (const value of shape.values) {
      if (shape.parts.every((part) => satisfies(value, part, make.document))) fitting.push(value);
      yield* make.document.pause();
    }
    if (fitting.length === 0) throw new Unsatisfiable('none of its values satisfies its other rules');
    const solid = fitting.filter((value) => value !== null);
    return solid.length > 0 ? random.pick(solid) : null;
  }
  const type = chooseType(shape, depth, make);
  if (type === 'null') return null;
  if (type === 'boolean') return random.chance(0.7);
  const given = random.chance(0.5) && depth > 0 ? givenValue(shape, type, make) : undefined;
  if (given !== undefined) return given;
  if (type === 'string') return yield* sampleText(shape.parts, name, make);
  if (type === 'array') return yield* sampleArray(shape.parts, name, depth, make);
  if (type === 'object') return yield* sampleObject(shape.parts, depth, make);
  return numberWithin(shape.parts, type, random, make.spread);
}

function chooseType(shape: Shape, depth: number, make: Making): TypeName {
  const types = [...(shape.types ?? [impliedType(shape.parts) ?? (depth === 0 ? 'object' : 'string')])];
  if (types.length === 1) return types[0] as TypeName;
  const solid = types.filter((type) => type !== 'null');
  if (isGenerous(depth, make))
    return make.random.chance(0.9) ? make.random.pick(solid) : make.random.pick(types);
  const cost = (type: TypeName): number => typeHeight(type, shape.parts, make.document, make.height);
  return types.reduce((best, type) => (cost(type) < cost(best) ? type : best));
}

/** A `default` or one of the `examples` the schema gives, where it fits. */
function givenValue(shape: Shape, type: TypeName, make: Making): unknown {
  const given = shape.parts.flatMap((part) => [
    ...(Array.isArray(part['examples']) ? part['examples'] : []),
    ...('default' in part ? [part['default']] : []),
  ]);
  const fitting = given.filter(
    (value) => isType(value, type) && shape.parts.every((part) => satisfies(value, part, make.document)),
  );
  return fitting.length > 0 ? make.random.pick(fitting) : undefined;
}

function* sampleArray(
  parts: readonly PlainSchema[],
  name: string,
  depth: number,
  make: Making,
): Sliced<unknown[]> {
  const least = tightest(parts, 'minItems', 'max', 0);
  const prefix = Math.max(0, ...parts.map((part) => schemasOf(part['prefixItems']).length));
  const most = Math.min(tightest(parts, 'maxItems', 'min', Infinity), endOf(parts, prefix));
  if (least > most) throw new Unsatisfiable('its minItems is more than the limit');
  if (least > maxItems)
    throw new Unsatisfiable(`its minItems is above ${maxItems}, the limit of the sandbox`);
  const wanted = isGenerous(depth, make) ? Math.max(prefix, wantedLength(depth, make)) : prefix;
  const length = Math.min(Math.max(wanted, least), most);
  const wantedItems = everyValue(
    parts,
    'contains',
    (value): value is Schema => typeof value === 'boolean' || isPlain(value),
  );
  const single = name.replace(/ies$/, 'y').replace(/(?<=[a-z]{2})s$/, '');
  const isUnique = parts.some((part) => part['uniqueItems'] === true);
  const items: unknown[] = [];
  const keys = new Set<string>();
  for (let misses = 0; items.length < length;) {
    const index = items.length;
    const extra = wantedItems.filter((_, at) => index - prefix >= 0 && index - prefix <= at * 2);
    let value: unknown;
    try {
      value = yield* sample(
        [...itemSchemas(parts, index), ...(extra.length > 0 ? extra : [])],
        single,
        depth + 1,
        make,
      );
    } catch (thrown) {
      if (index >= least && thrown instanceof Unsatisfiable) break;
      throw thrown;
    }
    const key = isUnique ? JSON.stringify(value) : '';
    if (isUnique && keys.has(key)) {
      make.spread = length * 50;
      if (++misses < 200) continue;
      if (items.length >= least) break;
      throw new Unsatisfiable('it requires more different items than exist');
    }
    misses = 0;
    keys.add(key);
    items.push(value);
  }
  make.spread = 0;
  return items;
}

/** The most items the parts allow by having nothing after their prefix. */
function endOf(parts: readonly PlainSchema[], prefix: number): number {
  for (let index = 0; index <= prefix; index++) if (itemSchemas(parts, index).includes(false)) return index;
  return Infinity;
}

function wantedLength(depth: number, { random }: Making): number {
  return depth < 3 ? random.integer(1, 3) : random.integer(0, 1);
}

function* sampleObject(
  parts: readonly PlainSchema[],
  depth: number,
  make: Making,
): Sliced<Record<string, unknown>> {
  const required = new Set(parts.flatMap((part) => namesOf(part['required'])));
  const declared = parts.flatMap((part) =>
    isPlain(part['properties']) ? Object.keys(part['properties']) : [],
  );
  const generous = isGenerous(depth, make);
  const most = tightest(parts, 'maxProperties', 'min', Infinity);
  const least = tightest(parts, 'minProperties', 'max', 0);
  const value: Record<string, unknown> = {};
  let count = 0;
  const names = [...new Set([...declared, ...required])];
  function* put(name: string): Sliced<void> {
    const entry = yield* sample(propertySchemas(parts, name, make.document), name, depth + 1, make);
    Object.defineProperty(value, name, {
      value: entry,
      enumerable: true,
      configurable: true,
      writable: true,
    });
    count++;
  }
  const optional = most - required.size;
  let taken = 0;
  for (const name of names) {
    if (required.has(name)) yield* put(name);
    else if (
      taken < optional &&
      ((generous && make.random.chance(0.8)) || names.length <= least) &&
      (yield* tryTo(put(name)))
    )
      taken++;
  }
  for (const name of names) {
    if (count >= least) break;
    if (!Object.hasOwn(value, name)) yield* tryTo(put(name));
  }
  for (let index = 1; count < least && index <= 1000; index++) {
    const name = yield* invented(index, parts, make);
    if (name !== undefined && !Object.hasOwn(value, name)) yield* tryTo(put(name));
  }
  return value;
}

/** Whether it could be done; a part that may be left out is left out when nothing satisfies it. */
function* tryTo(work: Sliced<void>): Sliced<boolean> {
  try {
    yield* work;
    return true;
  } catch (thrown) {
    if (thrown instanceof Unsatisfiable && !(thrown instanceof Exhausted)) return false;
    throw thrown;
  }
}

/** A name for a property that is not declared, where a minimum asks for more than are; `undefined` if it is not allowed. */
function* invented(
  index: number,
  parts: readonly PlainSchema[],
  { random, document }: Making,
): Sliced<string | undefined> {
  const rules = everyValue(parts, 'propertyNames', isPlain);
  const patterns = parts.flatMap((part) =>
    isPlain(part['patternProperties']) ? Object.keys(part['patternProperties']) : [],
  );
  if (rules.length === 0 && patterns.length === 0) return `key_${index}`;
  const pattern = patterns.length > 0 ? { pattern: patterns[index % patterns.length] } : {};
  const made = yield* sampleString([...rules, pattern], [], random, document);
  return rules.every((rule) => satisfies(made, rule, document)) ? made : undefined;
}
