/**
 * Zod 3 schemas as JSON Schema. A schema used in several places, or inside itself, is defined once, under a name made
 * of the place where it is first used. Refinements, transforms, coercions and fallbacks are described by what goes in.
 */
import { onlyAnnotates, replace, type Schema, tighter, typeOf } from './keywords.ts';
import { byFunction, type Note, note, notesOf } from './notes.ts';
import { pointerTo } from './pointer.ts';
import { settlePipes } from './pipes.ts';
import { type Inspection, plainly } from './refusal.ts';
import { nullable } from './wire-form.ts';
import { natives, protoProperty, refuseForeign } from './zod4.ts';

/** What is used of a Zod 3 schema. */
interface ZodNode {
  _def: Record<string, any>;
}

type Convert = (schema: ZodNode, ...path: string[]) => Schema;
/** What a schema becomes; undefined where there is no JSON. A name says that what goes in is what the schema holds there. */
type Kind = string | Schema | ((def: Record<string, any>, convert: Convert) => Schema | undefined);

const union: Kind = ({ options }, convert) => {
  const branches: Schema[] = [...options.values()].map((option, index) =>
    convert(option, 'anyOf', String(index)),
  );
  const all = (...keys: string[]): boolean =>
    branches.every((branch) => String(Object.keys(branch)) === String(keys));
  const joined = all('type')
    ? typed(branches.flatMap((branch) => branch['type']))
    : all('type', 'const')
      ? oneOfValues(branches.map((branch) => branch['const']))
      : all('type', 'enum') && oneOfValues(branches.flatMap((branch) => branch['enum']));
  return joined ? note(joined, ...branches.flatMap(notesOf)) : { anyOf: branches };
};

const kinds: Record<string, Kind> = {
  ZodString: ({ checks }) => constrained({ type: 'string' }, checks, stringChecks),
  ZodNumber: ({ checks }) => constrained({ type: 'number' }, checks, numberChecks),
  ZodBoolean: { type: 'boolean' },
  ZodNull: { type: 'null' },
  ZodAny: {},
  ZodUnknown: {},
  ZodDate: () => ({ ...natives['date'] }),
  ZodBigInt: () => ({ ...natives['bigint'] }),
  ZodOptional: 'innerType',
  ZodReadonly: 'innerType',
  ZodCatch: 'innerType',
  ZodBranded: 'type',
  ZodEffects({ schema, effect }, convert) {
    const inner = convert(schema);
    const custom = effect.type === 'refinement' && onlyAnnotates(inner);
    if (custom) return { '~native': 'ZodEffects' };
    return effect.type === 'transform' ? leadsTo(inner, false) : inner;
  },
  ZodPipeline: (def, convert) => leadsTo(convert(def['in']), convert(def['out'], 'out')),
  ZodLiteral: ({ value }) =>
    value === null || ['string', 'boolean'].includes(typeof value) || Number.isFinite(value)
      ? { type: typeOf(value), const: value }
      : undefined,
  ZodEnum: ({ values }) => ({ type: 'string', enum: values }),
  ZodNativeEnum({ values }) {
    // The reverse entries of a numeric enum, by which a member's name is found, are no members.
    const names = Object.keys(values).filter((name) => typeof values[values[name]] !== 'number');
    return oneOfValues(names.map((name) => values[name]));
  },
  ZodObject({ shape, unknownKeys, catchall }, convert) {
    const fields = Object.entries<ZodNode>(shape());
    if (fields.some(([name]) => name === '__proto__')) throw protoProperty('');
    const required = fields.filter(([, field]) => !isOptional(field)).map(([name]) => name);
    const closed = unknownKeys === 'strict' ? false : unknownKeys === 'passthrough' || undefined;
    const open = catchall._def.typeName === 'ZodNever' ? closed : convert(catchall, 'additionalProperties');
    return {
      type: 'object',
      properties: Object.fromEntries(
        fields.map(([name, field]) => [name, convert(field, 'properties', name)]),
      ),
      ...(required.length && { required }),
      ...(open !== undefined && { additionalProperties: open }),
    };
  },
  ZodArray: ({ type, minLength, maxLength, exactLength }, convert) => ({
    type: 'array',
    items: convert(type, 'items'),
    ...limits('Items', exactLength ?? minLength, exactLength ?? maxLength),
  }),
  ZodTuple: ({ items, rest }, convert) => ({
    type: 'array',
    items: items.map((item: ZodNode, index: number) => convert(item, 'items', String(index))),
    additionalItems: rest ? convert(rest, 'additionalItems') : false,
    minItems: items.length,
    '~optional': items.flatMap((item: ZodNode, index: number) => (isOptional(item) ? [index] : [])),
  }),
  ZodRecord: ({ keyType, valueType }, convert) => ({
    type: 'object',
    propertyNames: convert(keyType, 'propertyNames'),
    additionalProperties: convert(valueType, 'additionalProperties'),
  }),
  ZodIntersection: ({ left, right }, convert) => ({
    allOf: [convert(left, 'allOf', '0'), convert(right, 'allOf', '1')],
  }),
  ZodUnion: union,
  ZodDiscriminatedUnion: union,
  ZodLazy: ({ getter }, convert) => convert(getter()),
  ZodNullable({ innerType, description }, convert) {
    const inner = convert(innerType, 'anyOf', '0');
    if (inner['type'] === 'null') return inner;
    // A wrapper inherits the description of what it wraps.
    const { description: inherited, ...bare } = inner;
    return nullable(inherited === description ? bare : inner);
  },
  ZodDefault({ innerType, defaultValue }, convert) {
    const inner = convert(innerType);
    try {
      return { ...inner, default: JSON.parse(JSON.stringify(defaultValue())) };
    } catch {
      return inner; // Not a JSON value: only Zod can fill it in.
    }
  },
};

/** A schema whose values are passed to `next`, or are converted. See `pipes.ts`. */
const leadsTo = (first: Schema, next: Schema | false): Schema => ({
  ...first,
  '~out': [...(first['~out'] ?? []), next],
});

const limits = (of: string, least: any, most: any): Schema => ({
  ...(least && { [`min${of}`]: least.value }),
  ...(most && { [`max${of}`]: most.value }),
});

function typed(types: string[]): Schema {
  const [type, ...more] = new Set(types);
  return { type: more.length ? [type, ...more] : type };
}

const oneOfValues = (values: unknown[]): Schema => ({
  ...typed(values.map((value) => typeof value)),
  enum: [...new Set(values)],
});

const converts = ({ _def: { effect, in: first, out } }: ZodNode): boolean =>
  first ? converts(first) || converts(out) : effect?.type === 'transform';

const takesUndefined = (schema: ZodNode): boolean =>
  ['ZodAny', 'ZodUnknown', 'ZodDefault'].includes(schema._def['typeName']) || isOptional(schema);

/** Whether the property may be left out: wrappers are seen through, except for what fills a value in. */
function isOptional({ _def: def }: ZodNode): boolean {
  const { typeName, innerType, getter } = def;
  if (typeName === 'ZodOptional') return true;
  if (typeName === 'ZodLazy') return isOptional(getter());
  if (typeName === 'ZodPipeline')
    return isOptional(def['in']) && (converts(def['in']) || takesUndefined(def['out']));
  const kind = kinds[typeName];
  const held: ZodNode =
    typeof kind === 'string' ? def[kind] : (def['schema'] ?? (typeName === 'ZodNullable' && innerType));
  return !!held && isOptional(held);
}

type Checks = Record<string, Schema | ((check: Record<string, any>) => Schema)>;

/** `schema` with what its checks say. Of two limits the tighter counts; two patterns need an `allOf`. */
function constrained(schema: Schema, checks: Record<string, any>[], known: Checks): Schema {
  const patterns: Schema[] = [];
  for (const check of checks) {
    const rule = known[check['kind']] ?? {};
    const says: Schema = typeof rule === 'function' ? rule(check) : rule;
    if (says['pattern'] !== undefined) patterns.push(says);
    else {
      for (const [key, value] of Object.entries(says))
        schema[key] = tighter(key, schema[key] ?? value, value) ?? value;
    }
  }
  return patterns.length > 1 ? { ...schema, allOf: patterns } : { ...schema, ...patterns[0] };
}

const literally = (text: string): string => text.replace(/[$()*+./?[\\\]^{|}-]/g, '\\$&');

/** What is not listed here (such as JWT, base64 and emoji ranges beyond a pattern) only Zod checks. */
const stringChecks: Checks = {
  min: ({ value }) => ({ minLength: value }),
  max: ({ value }) => ({ maxLength: value }),
  length: ({ value }) => ({ minLength: value, maxLength: value }),
  email: { format: 'email' },
  url: { format: 'uri' },
  uuid: { format: 'uuid' },
  datetime: { format: 'date-time' },
  date: { format: 'date' },
  time: { format: 'time' },
  duration: { format: 'duration' },
  ip: ({ version }) =>
    version ? { format: `ip${version}` } : { anyOf: [{ format: 'ipv4' }, { format: 'ipv6' }] },
  regex: ({ regex }) => ({ pattern: regex.source }),
  startsWith: ({ value }) => ({ pattern: `^${literally(value)}` }),
  endsWith: ({ value }) => ({ pattern: `${literally(value)}$` }),
  includes: ({ value }) => ({ pattern: literally(value) }),
  cuid: { pattern: '^[cC][^\\s-]{8,}$' },
  cuid2: { pattern: '^[0-9a-z]+$' },
  ulid: { pattern: '^[0-9A-HJKMNP-TV-Z]{26}$' },
  nanoid: { pattern: '^[a-zA-Z0-9_-]{21}$' },
  emoji: { pattern: '^(\\p{Extended_Pictographic}|\\p{Emoji_Component})+$' },
};

const numberChecks: Checks = {
  int: { type: 'integer' },
  min: ({ value, inclusive }) => ({ [inclusive ? 'minimum' : 'exclusiveMinimum']: value }),
  max: ({ value, inclusive }) => ({ [inclusive ? 'maximum' : 'exclusiveMaximum']: value }),
  multipleOf: ({ value }) => ({ multipleOf: value }),
};

const noJSON = (kind: string, path: string[]): string =>
  `Zod schema field \`${['$', ...path.filter((token) => token !== 'properties')].join('.')}\` uses \`${kind}\`, ` +
  'which cannot be represented by strict Structured Outputs: it has no JSON form';

/** What a schema became so far, where it stands, and the name it has once it is met a second time. */
interface Entry {
  made: Schema;
  place: string;
  ref?: string | undefined;
  done?: boolean | undefined;
  description?: string | undefined;
}

/** What a schema is met again by: a copy of a lazy schema, as `.describe()` makes one, has the same getter. */
const keyOf = (schema: ZodNode): unknown => schema._def['getter'] ?? schema;

const holdsSchemas = ['properties', 'items', 'anyOf', 'allOf', 'additionalProperties'];

/** Notes that a function, or a limit that JSON Schema does not have, may refuse what the JSON Schema allows. */
export const mayRefuse = ({ _def: { typeName, effect, checks } }: ZodNode): Note[] =>
  effect || (checks?.length && /Date|BigInt/.test(typeName)) ? [byFunction] : [];

/**
 * The JSON Schema of a Zod 3 schema. `name` begins the names of shared schemas; `named` schemas are defined under their
 * own names and referred to wherever they are used. Throws, naming the place, for what JSON cannot hold.
 */
export function fromZod3(
  root: ZodNode,
  name: string,
  named: Record<string, ZodNode> = {},
  { report, look = mayRefuse }: Inspection = plainly,
): Schema {
  const seen = new Map<unknown, Entry>();
  const entries = Object.entries(named);
  for (const [ref, schema] of entries) seen.set(keyOf(schema), { made: {}, place: ref, ref });
  const taken = new Set(Object.keys(named));

  function convert(schema: ZodNode, path: string[]): Schema {
    const key = keyOf(schema);
    const entry = seen.get(key);
    const { description } = schema._def;
    if (entry) {
      const made = again(key, entry);
      return description === undefined || description === entry.description ? made : { ...made, description };
    }
    // Deep places are named by their end.
    const fresh: Entry = { made: {}, place: [path[0], ...path.slice(1).slice(-8)].join('_'), description };
    seen.set(key, fresh);
    Object.assign(fresh.made, describe(schema, path));
    fresh.done = true;
    return fresh.made;
  }

  /** A reference, or a copy of what holds no schemas and is known in full. */
  function again(key: unknown, entry: Entry): Schema {
    const { made, ref, done } = entry;
    if (ref === undefined && done && !holdsSchemas.some((key) => key in made)) return { ...made };
    if (key === keyOf(root) && ref === undefined) return { $ref: '#' };
    if (ref === undefined) {
      let free = entry.place.replace(/[^\w-]/g, '_');
      if (taken.has(free)) free += `_${taken.size}`;
      taken.add((entry.ref = free));
    }
    return { $ref: pointerTo(['definitions', entry.ref!]) };
  }

  function describe(schema: ZodNode, path: string[]): Schema {
    const def = schema._def;
    const inside: Convert = (inner, ...more) => convert(inner, [...path, ...more]);
    const kind = kinds[def['typeName']];
    let made =
      typeof kind === 'string'
        ? inside(def[kind])
        : typeof kind === 'function'
          ? kind(def, inside)
          : kind && { ...kind };
    made ??= { '~native': def['typeName'] };
    note(made, ...look(schema, made));
    const { description } = def;
    return description === undefined ? made : { ...made, description };
  }

  const converted = seen.has(keyOf(root)) ? describe(root, [name]) : convert(root, [name]);
  for (const [ref, schema] of entries) Object.assign(seen.get(keyOf(schema))!.made, describe(schema, [ref]));
  // What was met again moves into the definitions; where it stood first, a reference stays.
  const definitions: [string, Schema][] = [];
  for (const { made, ref } of seen.values()) {
    if (ref === undefined) continue;
    definitions.push([ref, { ...made }]);
    if (!(ref in named)) replace(made, { $ref: pointerTo(['definitions', ref]) });
  }
  const json: Schema = {
    ...converted,
    ...(definitions.length && { definitions: Object.fromEntries(definitions) }),
    $schema: 'http://json-schema.org/draft-07/schema#',
  };
  settlePipes(json, Object.keys(named));
  refuseForeign(json, report, noJSON);
  return json;
}
