/**
 * Shapes of values, from which the schema tests build validators of four libraries, values, and what those values
 * look like on the wire. The last is written down here a second time on purpose, without looking at the client.
 */
import { type } from 'arktype';
import { toStandardJsonSchema } from '@valibot/to-json-schema';
import * as fc from 'fast-check';
import * as v from 'valibot';
import { z } from 'zod';
import * as mini from 'zod/mini';
import { z as z3 } from 'zod/v3';

export type Shape =
  | { kind: 'string' | 'number' | 'boolean' | 'date' | 'bigint' }
  | { kind: 'text'; min: number }
  | { kind: 'short'; max: number }
  /** Texts and big integers with a limit that their JSON Schema does not have. */
  | { kind: 'long'; min: number }
  | { kind: 'small'; max: number }
  | { kind: 'literal'; value: string | number | boolean }
  | { kind: 'enum'; values: [string, ...string[]] }
  | { kind: 'array' | 'record'; of: Shape }
  | { kind: 'tuple'; of: [Shape, ...Shape[]] }
  /** A tuple of which some items may be undefined. */
  | { kind: 'places'; items: Place[]; rest: Shape | undefined }
  /** A record that may lack some of its keys; `apart` says them as a union of literals. */
  | { kind: 'keyed'; keys: [string, ...string[]]; apart: boolean; of: Shape }
  | { kind: 'object'; fields: Field[] }
  | { kind: 'nullable'; of: Shape }
  | { kind: 'union'; of: [Shape, Shape, ...Shape[]] }
  /** A union whose branches may look the same on the wire. */
  | { kind: 'overlap'; of: Shape[] }
  | { kind: 'choice'; of: Field[][] };

export interface Field {
  name: string;
  shape: Shape;
  optional: boolean;
}

export type Place = Omit<Field, 'name'>;

export type Kind = Shape['kind'];

const names = ['a', 'b', 'value', 'key', 'c d', 'x/y', '~t', '%', 'ü', 'length', 'rest', '0'];

/** Shapes made of these kinds; objects at the root when `root` says so. */
export function shapes(kinds: readonly Kind[], optional = kinds.includes('object')): fc.Arbitrary<Shape> {
  const has = (kind: Kind): boolean => kinds.includes(kind);
  const { shape } = fc.letrec<{ shape: Shape; leaf: Shape; fields: Field[] }>((tie) => {
    const leaves: fc.Arbitrary<Shape>[] = [
      fc.constantFrom<Shape>({ kind: 'string' }, { kind: 'number' }, { kind: 'boolean' }),
      fc.record({ kind: fc.constant('text' as const), min: fc.integer({ min: 1, max: 3 }) }),
      fc.record({ kind: fc.constant('literal' as const), value: fc.constantFrom('x', 'y', 7, true) }),
      fc.record({
        kind: fc.constant('enum' as const),
        values: fc.constantFrom<[string, ...string[]]>(['p', 'q'], ['one']),
      }),
    ];
    if (has('date')) leaves.push(fc.constant({ kind: 'date' }));
    if (has('bigint')) leaves.push(fc.constant({ kind: 'bigint' }));
    const short = fc.record({ kind: fc.constant('short' as const), max: fc.integer({ min: 1, max: 4 }) });
    if (has('short')) leaves.push(short);
    const long = fc.record({ kind: fc.constant('long' as const), min: fc.integer({ min: 1, max: 4 }) });
    if (has('long')) leaves.push(long);
    const small = fc.record({ kind: fc.constant('small' as const), max: fc.integer({ min: -5, max: 200 }) });
    if (has('small')) leaves.push(small);
    const inner = tie('shape');
    const fields = fc.uniqueArray(
      fc.record({
        name: fc.constantFrom(...names),
        shape: inner,
        optional: optional ? fc.boolean() : fc.constant(false),
      }),
      { selector: ({ name }) => name, minLength: 1, maxLength: 4 },
    );
    const holders: Partial<Record<Kind, fc.Arbitrary<Shape>>> = {
      array: inner.map((of) => ({ kind: 'array', of })),
      record: inner.map((of) => ({ kind: 'record', of })),
      tuple: fc
        .array(inner, { minLength: 1, maxLength: 3 })
        .map((of) => ({ kind: 'tuple', of: of as [Shape] })),
      places: fc
        .record({
          items: fc
            .array(fc.record({ shape: inner, optional: fc.boolean() }), { minLength: 1, maxLength: 3 })
            .filter((items) => items.some(({ optional }) => optional)),
          rest: fc.option(inner, { nil: undefined }),
        })
        .map((both) => ({ kind: 'places', ...both })),
      keyed: fc
        .record({
          keys: fc.uniqueArray(fc.constantFrom(...names), { minLength: 1, maxLength: 3 }),
          apart: fc.boolean(),
          of: inner,
        })
        .map(({ keys, ...more }) => ({ kind: 'keyed', keys: keys as [string], ...more })),
      object: fields.map((fields) => ({ kind: 'object', fields })),
      nullable: inner
        .filter(({ kind }) => kind !== 'nullable' && kind !== 'union' && kind !== 'choice')
        .map((of) => ({ kind: 'nullable', of })),
      union: fc
        .uniqueArray(
          inner.filter((shape) => wireKind(shape) !== undefined),
          { selector: wireKind, minLength: 2, maxLength: 3 },
        )
        .filter(
          (of) =>
            !of.some(({ kind }) => kind === 'record') || !of.some(({ kind }) => /array|object/.test(kind)),
        )
        .map((of) => ({ kind: 'union', of: of as [Shape, Shape] })),
      overlap: fc
        .uniqueArray(inner, { selector: (of) => JSON.stringify(of), minLength: 2, maxLength: 3 })
        .map((of) => ({ kind: 'overlap', of })),
      choice: fc.array(tie('fields'), { minLength: 2, maxLength: 3 }).map((of) => ({ kind: 'choice', of })),
    };
    return {
      leaf: fc.oneof(...leaves),
      fields,
      shape: fc.oneof(
        { maxDepth: 3, withCrossShrink: true },
        tie('leaf'),
        ...Object.entries(holders).flatMap(([kind, holder]) => (has(kind as Kind) ? [holder] : [])),
      ),
    };
  });
  return shape;
}

/** What tells the branches of a union apart on the wire; undefined for shapes that look like several. */
function wireKind(shape: Shape): string | undefined {
  if (['string', 'text', 'enum', 'date'].includes(shape.kind)) return 'string';
  if (shape.kind === 'literal') return typeof shape.value;
  if (shape.kind === 'array' || shape.kind === 'record') return 'array';
  return ['number', 'boolean', 'object'].includes(shape.kind) ? shape.kind : undefined;
}

const number = fc.oneof(fc.integer(), fc.double({ noNaN: true, noDefaultInfinity: true })).map((n) => n || 0);
const dates = fc.date({ noInvalidDate: true, min: new Date('0001-01-01'), max: new Date('9999-12-31') });
/** `__proto__` is left out: validators drop it from what they give back. */
const keys = fc.string().filter((key) => key !== '__proto__');

export const acceptsNull = (shape: Shape): boolean => shape.kind === 'nullable';

/** Values of a shape, as a validator gives them back. */
export function valuesOf(shape: Shape): fc.Arbitrary<unknown> {
  switch (shape.kind) {
    case 'string':
      return fc.string();
    case 'text':
    case 'long':
      return fc.string({ minLength: shape.min }).filter((text) => text.length >= shape.min);
    case 'small':
      return fc.bigInt({ max: BigInt(shape.max), min: BigInt(shape.max) - 300n });
    case 'short':
      return fc.string({ maxLength: shape.max }).filter((text) => text.length <= shape.max);
    case 'bigint':
      return fc.bigInt();
    case 'number':
      return number;
    case 'boolean':
      return fc.boolean();
    case 'date':
      return dates;
    case 'literal':
      return fc.constant(shape.value);
    case 'enum':
      return fc.constantFrom(...shape.values);
    case 'array':
      return fc.array(valuesOf(shape.of), { maxLength: 3 });
    case 'record':
      return fc
        .uniqueArray(fc.tuple(keys, valuesOf(shape.of)), { selector: ([key]) => key, maxLength: 3 })
        .map((pairs) => Object.fromEntries(pairs));
    case 'tuple':
      return fc.tuple(...shape.of.map(valuesOf));
    case 'places':
      return fc
        .tuple(
          fc.tuple(...shape.items.map(placeValues)),
          shape.rest ? fc.array(valuesOf(shape.rest), { maxLength: 2 }) : fc.constant([]),
        )
        .map((both) => both.flat());
    case 'keyed':
      return fieldValues(keyedFields(shape));
    case 'object':
      return fieldValues(shape.fields);
    case 'nullable':
      return fc.oneof(fc.constant(null), valuesOf(shape.of));
    case 'union':
    case 'overlap':
      return fc.oneof(...shape.of.map(valuesOf));
    case 'choice':
      return fc.oneof(
        ...shape.of.map((fields, index) =>
          fieldValues(fields).map((value) => ({ ...(value as object), tag: `t${index}` })),
        ),
      );
  }
}

const seen = new WeakMap<Shape, Shape>();

/** The shape that its JSON Schema shows; `shape` itself where that shows everything. */
export function shown(shape: Shape): Shape {
  let all = seen.get(shape);
  if (!all) {
    const text = JSON.stringify(shape);
    all = /"kind":"(long|small|overlap)"/.test(text)
      ? JSON.parse(text, (_key, held) => plain[held?.kind] ?? only(held))
      : shape;
    seen.set(shape, all!);
  }
  return all!;
}

const plain: Partial<Record<string, Shape>> = { long: { kind: 'string' }, small: { kind: 'bigint' } };

/** Branches that are nothing but the same type are sent once. */
const only = (held: any): unknown =>
  held?.kind === 'overlap' &&
  ['string', 'number', 'boolean'].includes(held.of[0].kind) &&
  held.of.every(({ kind }: Shape) => kind === held.of[0].kind)
    ? held.of[0]
    : held;

/** Whether a tuple of these is sent as a list. */
export const alike = (items: Shape[]): boolean =>
  new Set(items.map((item) => JSON.stringify(shown(item)))).size === 1;

const placeValues = ({ shape, optional }: Place): fc.Arbitrary<unknown> =>
  optional && !acceptsNull(shape) ? fc.option(valuesOf(shape), { nil: undefined }) : valuesOf(shape);

const keyedFields = ({ keys, of }: { keys: string[]; of: Shape }): Field[] =>
  keys.map((name) => ({ name, shape: of, optional: true }));

function fieldValues(fields: Field[]): fc.Arbitrary<unknown> {
  return fc
    .tuple(...fields.map(placeValues))
    .map((values) =>
      Object.fromEntries(
        fields.flatMap(({ name }, index) => (values[index] === undefined ? [] : [[name, values[index]]])),
      ),
    );
}

/** The wire form of a value: absent is null, records are lists or have listed keys, unlike tuples are objects, dates are strings. */
export function onTheWire(shape: Shape, value: any): any {
  switch (shape.kind) {
    case 'date':
      return value.toISOString();
    case 'bigint':
    case 'small':
      return String(value);
    case 'array':
      return value.map((item: unknown) => onTheWire(shape.of, item));
    case 'record':
      return Object.entries(value).map(([key, held]) => ({ key, value: onTheWire(shape.of, held) }));
    case 'tuple': {
      const items = shape.of.map((of, index) => onTheWire(of, value[index]));
      return alike(shape.of) ? items : { ...items };
    }
    case 'places': {
      const items = shape.items.map((place, index) =>
        value[index] === undefined ? null : onTheWire(place.shape, value[index]),
      );
      const { rest } = shape;
      const further = value.slice(items.length).map((item: unknown) => onTheWire(rest!, item));
      return { ...items, ...(rest && { rest: further }) };
    }
    case 'keyed':
      return fieldsOnTheWire(keyedFields(shape), value);
    case 'object':
      return fieldsOnTheWire(shape.fields, value);
    case 'nullable':
      return value === null ? null : onTheWire(shape.of, value);
    case 'union': {
      const branch = shape.of.find((branch) => wireKind(branch) === nativeKind(value, shape.of))!;
      return onTheWire(branch, value);
    }
    case 'choice': {
      const { tag, ...fields } = value;
      return { ...fieldsOnTheWire(shape.of[Number(tag.slice(1))]!, fields), tag };
    }
    default:
      return value;
  }
}

function fieldsOnTheWire(fields: Field[], value: any): any {
  return Object.fromEntries(
    fields.map(({ name, shape }) => [
      name,
      Object.hasOwn(value, name) ? onTheWire(shape, value[name]) : null,
    ]),
  );
}

/** An object value belongs to an object branch or to a record, which is an array on the wire; never to both. */
function nativeKind(value: unknown, branches: Shape[]): string {
  if (Array.isArray(value)) return 'array';
  if (value instanceof Date) return 'string';
  if (typeof value !== 'object') return typeof value;
  return branches.some(({ kind }) => kind === 'record') ? 'array' : 'object';
}

const entriesOf = (fields: Field[], of: (field: Field) => unknown, tag?: unknown): any =>
  Object.fromEntries([
    ...fields.map((field) => [field.name, of(field)]),
    ...(tag === undefined ? [] : [['tag', tag]]),
  ]);

const isLong =
  ({ min }: { min: number }) =>
  (text: string): boolean =>
    text.length >= min;

/** The shape as a Zod 4 schema, or with Zod Mini's functions, which share its core. */
export function toZod4(shape: Shape, lib: typeof z | typeof mini = z): any {
  const l = lib as any;
  const of = (inner: Shape): any => toZod4(inner, lib);
  const field = ({ shape, optional }: Place): any => (optional ? l.optional(of(shape)) : of(shape));
  switch (shape.kind) {
    case 'text':
      return lib === mini ? mini.string().check(mini.minLength(shape.min)) : z.string().min(shape.min);
    case 'short':
      return lib === mini ? mini.string().check(mini.maxLength(shape.max)) : z.string().max(shape.max);
    case 'long':
      return lib === mini
        ? mini.string().check(mini.refine(isLong(shape)))
        : z.string().refine(isLong(shape));
    case 'small':
      return lib === mini
        ? mini.bigint().check(mini.maximum(BigInt(shape.max)))
        : z.bigint().max(BigInt(shape.max));
    case 'literal':
      return l.literal(shape.value);
    case 'enum':
      return l.enum(shape.values);
    case 'array':
      return l.array(of(shape.of));
    case 'record':
      return l.record(l.string(), of(shape.of));
    case 'tuple':
      return l.tuple(shape.of.map(of));
    case 'places':
      return l.tuple(shape.items.map(field), shape.rest && of(shape.rest));
    case 'keyed':
      return l.partialRecord(
        shape.apart ? l.union(shape.keys.map((key) => l.literal(key))) : l.enum(shape.keys),
        of(shape.of),
      );
    case 'object':
      return l.object(entriesOf(shape.fields, field));
    case 'nullable':
      return l.nullable(of(shape.of));
    case 'union':
    case 'overlap':
      return l.union(shape.of.map(of));
    case 'choice':
      return l.discriminatedUnion(
        'tag',
        shape.of.map((fields, index) => l.object(entriesOf(fields, field, l.literal(`t${index}`)))),
      );
    default:
      return l[shape.kind]();
  }
}

export function toZod3(shape: Shape): any {
  const field = ({ shape, optional }: Place): any => (optional ? toZod3(shape).optional() : toZod3(shape));
  switch (shape.kind) {
    case 'text':
      return z3.string().min(shape.min);
    case 'short':
      return z3.string().max(shape.max);
    case 'long':
      return z3.string().refine(isLong(shape));
    case 'small':
      return z3.bigint().max(BigInt(shape.max));
    case 'literal':
      return z3.literal(shape.value);
    case 'enum':
      return z3.enum(shape.values);
    case 'array':
      return z3.array(toZod3(shape.of));
    case 'record':
      return z3.record(toZod3(shape.of));
    case 'tuple':
      return z3.tuple(shape.of.map(toZod3) as any);
    case 'places': {
      const tuple = z3.tuple(shape.items.map(field) as any);
      return shape.rest ? tuple.rest(toZod3(shape.rest)) : tuple;
    }
    case 'keyed': {
      const literals = shape.keys.map((key) => z3.literal(key));
      return z3.record(
        shape.apart && literals.length > 1 ? z3.union(literals as any) : z3.enum(shape.keys),
        toZod3(shape.of),
      );
    }
    case 'object':
      return z3.object(entriesOf(shape.fields, field));
    case 'nullable':
      return toZod3(shape.of).nullable();
    case 'union':
    case 'overlap':
      return z3.union(shape.of.map(toZod3) as any);
    case 'choice':
      return z3.discriminatedUnion(
        'tag',
        shape.of.map((fields, index) => z3.object(entriesOf(fields, field, z3.literal(`t${index}`)))) as any,
      );
    default:
      return (z3 as any)[shape.kind]();
  }
}

/** The shape in Valibot, which tells its JSON Schema through a package of its own. */
export const toValibot = (shape: Shape): any => toStandardJsonSchema(valibot(shape));

function valibot(shape: Shape): any {
  const field = ({ shape, optional }: Place): any => (optional ? v.optional(valibot(shape)) : valibot(shape));
  switch (shape.kind) {
    case 'text':
      return v.pipe(v.string(), v.minLength(shape.min));
    case 'short':
      return v.pipe(v.string(), v.maxLength(shape.max));
    case 'long':
      return v.pipe(v.string(), v.check(isLong(shape)));
    case 'small':
      return v.pipe(v.bigint(), v.maxValue(BigInt(shape.max)));
    case 'literal':
      return v.literal(shape.value);
    case 'enum':
      return v.picklist(shape.values);
    case 'array':
      return v.array(valibot(shape.of));
    case 'record':
      return v.record(v.string(), valibot(shape.of));
    case 'tuple':
      return v.tuple(shape.of.map(valibot) as any);
    case 'places': {
      const items: any = shape.items.map(field);
      return shape.rest ? v.tupleWithRest(items, valibot(shape.rest)) : v.tuple(items);
    }
    case 'keyed':
      return v.record(
        shape.apart ? v.union(shape.keys.map((key) => v.literal(key))) : v.picklist(shape.keys),
        valibot(shape.of),
      );
    case 'object':
      return v.object(entriesOf(shape.fields, field));
    case 'nullable':
      return v.nullable(valibot(shape.of));
    case 'union':
    case 'overlap':
      return v.union(shape.of.map(valibot));
    case 'choice':
      return v.variant(
        'tag',
        shape.of.map((fields, index) => v.object(entriesOf(fields, field, v.literal(`t${index}`)))) as any,
      );
    default:
      return (v as any)[shape.kind]();
  }
}

export function toArkType(shape: Shape): any {
  const make = type as any;
  const object = (fields: Field[], tag?: string): any =>
    make(
      Object.fromEntries([
        ...fields.map(({ name, shape, optional }) => [optional ? `${name}?` : name, toArkType(shape)]),
        ...(tag === undefined ? [] : [['tag', make.unit(tag)]]),
      ]),
    );
  switch (shape.kind) {
    case 'text':
      return make(`string >= ${shape.min}`);
    case 'short':
      return make(`string <= ${shape.max}`);
    case 'long':
      return make('string').narrow(isLong(shape));
    case 'literal':
      return make.unit(shape.value);
    case 'enum':
      return make.enumerated(...shape.values);
    case 'array':
      return toArkType(shape.of).array();
    case 'record':
      return make({ '[string]': toArkType(shape.of) });
    case 'tuple':
      return make(shape.of.map(toArkType));
    case 'object':
      return object(shape.fields);
    case 'nullable':
      return toArkType(shape.of).or('null');
    case 'union':
    case 'overlap':
      return shape.of.map(toArkType).reduce((all, branch) => all.or(branch));
    case 'choice':
      return shape.of
        .map((fields, index) => object(fields, `t${index}`))
        .reduce((all, branch) => all.or(branch));
    case 'date':
      return make('Date');
    default:
      return make(shape.kind);
  }
}
