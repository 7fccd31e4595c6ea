/** What values of overlapping shapes look like on the wire, and what they are read as: written down a second time. */
import { isDeepStrictEqual } from 'node:util';
import * as fc from 'fast-check';
import { acceptsNull, alike, type Field, onTheWire, type Shape, shown, valuesOf } from './shapes.ts';

const branchesOf = (shape: Extract<Shape, { kind: 'choice' }>): Shape[] =>
  shape.of.map((fields, index) => {
    const tag: Field = { name: 'tag', shape: { kind: 'literal', value: `t${index}` }, optional: false };
    return { kind: 'object', fields: [...fields, tag] };
  });

/** Values of a shape in their wire form. */
export function wiresOf(shape: Shape): fc.Arbitrary<any> {
  switch (shape.kind) {
    case 'array':
      return fc.array(wiresOf(shape.of), { maxLength: 3 });
    case 'record':
      return fc.uniqueArray(
        fc.record({ key: fc.string().filter((key) => key !== '__proto__'), value: wiresOf(shape.of) }),
        { selector: ({ key }) => key, maxLength: 3 },
      );
    case 'tuple':
      return fc.tuple(...shape.of.map(wiresOf)).map((items) => (alike(shape.of) ? items : { ...items }));
    case 'object':
      return fc
        .tuple(
          ...shape.fields.map(({ shape, optional }) =>
            optional ? fc.oneof(fc.constant(null), wiresOf(shape)) : wiresOf(shape),
          ),
        )
        .map((values) => Object.fromEntries(shape.fields.map(({ name }, index) => [name, values[index]])));
    case 'nullable':
      return fc.oneof(fc.constant(null), wiresOf(shape.of));
    case 'union':
    case 'overlap':
      return fc.oneof(...shape.of.map(wiresOf));
    case 'choice':
      return fc.oneof(...branchesOf(shape).map(wiresOf));
    default:
      return valuesOf(shape).map((value) => onTheWire(shape, value));
  }
}

/** What {@link read} gives for what is no value of the shape. */
export const none: unique symbol = Symbol('none');

const whole = <T>(values: T[]): T[] | typeof none => (values.includes(none as T) ? none : values);
const isDict = (wire: any): boolean => typeof wire === 'object' && wire !== null && !Array.isArray(wire);

/** The value of the first branch that has this wire form. */
export function read(shape: Shape, wire: any): any {
  switch (shape.kind) {
    case 'string':
    case 'number':
    case 'boolean':
      return typeof wire === shape.kind ? wire : none;
    case 'text':
    case 'long':
      return typeof wire === 'string' && wire.length >= shape.min ? wire : none;
    case 'short':
      return typeof wire === 'string' && wire.length <= shape.max ? wire : none;
    case 'date':
      return typeof wire === 'string' && /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/.test(wire)
        ? new Date(wire)
        : none;
    case 'bigint':
      return typeof wire === 'string' && /^(?:0|-?[1-9][0-9]*)$/.test(wire) ? BigInt(wire) : none;
    case 'small': {
      const value = read({ kind: 'bigint' }, wire);
      return value !== none && value <= BigInt(shape.max) ? value : none;
    }
    case 'literal':
      return wire === shape.value ? wire : none;
    case 'enum':
      return shape.values.includes(wire) ? wire : none;
    case 'array':
      return Array.isArray(wire) ? whole(wire.map((item) => read(shape.of, item))) : none;
    case 'record':
      return readRecord(shape.of, wire);
    case 'tuple': {
      const items = alike(shape.of) || !isDict(wire) ? wire : Object.values(wire);
      const fits =
        Array.isArray(items) && items.length === shape.of.length && Array.isArray(wire) === alike(shape.of);
      if (!fits || !Object.keys(wire).every((key, index) => key === String(index))) return none;
      return whole(items.map((item: unknown, index: number) => read(shape.of[index]!, item)));
    }
    case 'object':
      return readFields(shape.fields, wire);
    case 'nullable':
      return wire === null ? null : read(shape.of, wire);
    case 'union':
    case 'overlap':
    case 'choice': {
      const branches = shape.kind === 'choice' ? branchesOf(shape) : shape.of;
      return firstOf(branches.flatMap(flat), wire);
    }
  }
}

const flat = (shape: Shape): Shape[] => (shape.kind === 'overlap' ? shape.of.flatMap(flat) : [shape]);

/**
 * Of the branches that seem to allow the value by their JSON Schema, the first as which it is valid: for this branch or, as
 * they may read it alike, for another one.
 */
function firstOf(branches: Shape[], wire: unknown): any {
  const own = branches.map((branch) => read(branch, wire));
  for (const [index, branch] of branches.entries()) {
    const seeming = shown(branch) === branch ? own[index] : read(shown(branch), wire);
    if (seeming !== none && own.some((value) => isDeepStrictEqual(value, seeming))) return seeming;
    if (own[index] !== none) return own[index];
  }
  return none;
}

function readRecord(of: Shape, wire: any): unknown {
  const isPair = (item: any): boolean => isDict(item) && Object.keys(item).sort().join() === 'key,value';
  if (!Array.isArray(wire) || !wire.every((item) => isPair(item) && typeof item.key === 'string'))
    return none;
  const values = whole(wire.map(({ value }) => read(of, value)));
  return values === none ? none : Object.fromEntries(wire.map(({ key }, index) => [key, values[index]]));
}

function readFields(fields: Field[], wire: any): unknown {
  if (
    !isDict(wire) ||
    Object.keys(wire).sort().join('\n') !==
      fields
        .map(({ name }) => name)
        .sort()
        .join('\n')
  )
    return none;
  const read1 = ({ name, shape, optional }: Field): unknown =>
    optional && wire[name] === null && !takesNull(shape) ? undefined : read(shape, wire[name]);
  const values = whole(fields.map(read1));
  if (values === none) return none;
  return Object.fromEntries(
    fields.flatMap(({ name }, index) => (values[index] === undefined ? [] : [[name, values[index]]])),
  );
}

/** A `null` that the shape itself takes does not mean that the property is absent. */
const takesNull = (shape: Shape): boolean =>
  acceptsNull(shape) || ((shape.kind === 'union' || shape.kind === 'overlap') && shape.of.some(takesNull));
