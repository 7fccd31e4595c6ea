import { toStandardJsonSchema } from '@valibot/to-json-schema';
import { type } from 'arktype';
import * as v from 'valibot';
import { describe, expect, it, test } from 'vitest';
import { z } from 'zod';
import { z as z3 } from 'zod/v3';
import { standardResponseFormat } from '../helpers/standard-schema.ts';
import { zodResponseFormat } from '../helpers/zod.ts';

const formats: Record<string, (schema: any) => any> = {
  zod: (schema) => zodResponseFormat(z.object({ a: schema }), 'it'),
  zod3: (schema) => zodResponseFormat(z3.object({ a: schema }), 'it'),
  valibot: (schema) => standardResponseFormat(toStandardJsonSchema(v.object({ a: schema })), 'it'),
  arktype: (schema) => standardResponseFormat(type({ a: schema } as any) as any, 'it'),
};
const sent = (format: any): any => format.json_schema.schema.properties.a;
const read = (format: any, value: unknown): any => format.$parseRaw(JSON.stringify({ a: value })).a;

const number = { type: 'number' };
const closed = (properties: Record<string, unknown>): object => ({
  type: 'object',
  properties,
  required: Object.keys(properties),
  additionalProperties: false,
});
const orNull = (type: string): object => ({ type: [type, 'null'] });

describe('items of a tuple that may be absent', () => {
  const { optional } = v;
  test.each<[library: string, what: string, schema: () => unknown, wire: unknown, value: unknown]>([
    ['zod', 'at the end', () => z.tuple([z.number(), z.string().optional()]), { 0: 1, 1: null }, [1]],
    ['zod', 'all', () => z.tuple([z.number().optional(), z.string().optional()]), { 0: null, 1: null }, []],
    [
      'zod',
      'at the beginning',
      () => z.tuple([z.number().optional(), z.string()]),
      { 0: null, 1: 'x' },
      [undefined, 'x'],
    ],
    [
      'zod',
      'that are alike',
      () => z.tuple([z.number(), z.number().optional(), z.number().optional()]),
      { 0: 1, 1: null, 2: 3 },
      [1, undefined, 3],
    ],
    [
      'zod3',
      'at the end',
      () => z3.tuple([z3.number(), z3.string().optional()]),
      { 0: 1, 1: null },
      [1, undefined],
    ],
    [
      'zod3',
      'before a rest',
      () => z3.tuple([z3.number(), z3.string().optional()]).rest(z3.boolean()),
      { 0: 1, 1: null, rest: [true] },
      [1, undefined, true],
    ],
    [
      'valibot',
      'of tuple()',
      () => v.tuple([v.number(), optional(v.string()), optional(v.boolean())]),
      { 0: 1, 1: null, 2: true },
      [1, undefined, true],
    ],
    [
      'valibot',
      'of looseTuple()',
      () => v.looseTuple([v.number(), v.undefinedable(v.string())]),
      { 0: 1, 1: null },
      [1, undefined],
    ],
    [
      'valibot',
      'of strictTuple()',
      () => v.strictTuple([v.number(), optional(v.number())]),
      { 0: 1, 1: null },
      [1, undefined],
    ],
    [
      'valibot',
      'of tupleWithRest()',
      () => v.tupleWithRest([v.number(), optional(v.string())], v.boolean()),
      { 0: 1, 1: null, rest: [true] },
      [1, undefined, true],
    ],
    ['arktype', 'at the end', () => ['number', 'string?'], { 0: 1, 1: null }, [1]],
    ['arktype', 'with a default', () => ['number', "string = 'x'"], { 0: 1, 1: null }, [1, 'x']],
  ])('%s: %s', (library, _what, schema, wire: any, value) => {
    const format = formats[library]!(schema());
    expect(Object.keys(sent(format).properties)).toEqual(Object.keys(wire));
    expect(read(format, wire)).toStrictEqual(value);
  });

  it('are in an array where none can be absent before others', () => {
    const format = formats['arktype']!(['number', 'number?']);
    expect(sent(format)).toEqual({ type: 'array', items: number, minItems: 1, maxItems: 2 });
    expect(read(format, [1])).toEqual([1]);
  });

  it('are not asked for when they have a default', () => {
    for (const [library, schema] of [
      ['zod', z.tuple([z.number(), z.string().default('x')])],
      ['zod3', z3.tuple([z3.number(), z3.string().default('x')])],
      ['valibot', v.tuple([v.number(), optional(v.string(), 'x')])],
    ] as const)
      expect(sent(formats[library]!(schema))).toEqual(
        closed({ 0: number, 1: { type: 'string', default: 'x' } }),
      );
  });

  it('cannot be absent before others in ArkType, which says so', () => {
    const format = formats['arktype']!(['number', 'string?', 'boolean?']);
    expect(() => read(format, { 0: 1, 1: null, 2: true })).toThrow(/a\[1\]|a\.1/);
    expect(read(format, { 0: 1, 1: 'x', 2: null })).toEqual([1, 'x']);
  });
});

describe('items of an ArkType tuple after those of variable number', () => {
  const strings = type('string').array();
  it.each<[what: string, tuple: unknown, wire: object, value: unknown[]]>([
    ['one', ['number', '...', strings, 'boolean'], { 0: 1, rest: ['a'], '-1': true }, [1, 'a', true]],
    ['none between', ['number', '...', strings, 'boolean'], { 0: 1, rest: [], '-1': true }, [1, true]],
    ['two', ['...', strings, 'boolean', 'number'], { rest: ['a'], '-2': true, '-1': 1 }, ['a', true, 1]],
    [
      'dates',
      ['...', type('Date').array(), 'boolean'],
      { rest: ['2026-05-01'], '-1': true },
      [new Date('2026-05-01'), true],
    ],
  ])('stay the last: %s', (_what, tuple, wire, value) => {
    const format = formats['arktype']!(tuple);
    expect(sent(format).required).toEqual(Object.keys(wire));
    expect(read(format, wire)).toEqual(value);
  });
});

test('a tuple of nothing but a rest is an array', () => {
  const format = formats['zod']!(z.tuple([]).rest(z.number()));
  expect(sent(format)).toMatchObject({ type: 'array', items: number });
  expect(read(format, [1, 2])).toEqual([1, 2]);
});

describe('a record whose keys are listed', () => {
  const id = z.enum(['a', 'b']).meta({ id: 'Letter' });
  const literals = [v.literal('a'), v.literal('b')];
  it.each<[library: string, what: string, schema: unknown, optional: boolean]>([
    ['zod', 'an enum', z.record(z.enum(['a', 'b']), z.number()), false],
    ['zod', 'some of an enum', z.partialRecord(z.enum(['a', 'b']), z.number()), true],
    ['zod', 'an enum, with optional values', z.record(z.enum(['a', 'b']), z.number().optional()), true],
    ['zod', 'a union', z.record(z.union([z.literal('a'), z.literal('b')]), z.number()), false],
    [
      'zod',
      'a union in a union',
      z.record(z.union([z.union([z.literal('a')]), z.enum(['b'])]), z.number()),
      false,
    ],
    ['zod', 'some of a union', z.partialRecord(z.union([z.literal('a'), z.literal('b')]), z.number()), true],
    ['zod', 'a schema with an id', z.record(id, z.number()), false],
    ['zod', 'some of a schema with an id', z.partialRecord(id, z.number()), true],
    ['zod3', 'an enum', z3.record(z3.enum(['a', 'b']), z3.number()), true],
    ['zod3', 'an enum, with optional values', z3.record(z3.enum(['a', 'b']), z3.number().optional()), true],
    [
      'zod3',
      'a union of literals',
      z3.record(z3.union([z3.literal('a'), z3.literal('b')]), z3.number()),
      true,
    ],
    ['zod3', 'a union of both', z3.record(z3.union([z3.enum(['a']), z3.literal('b')]), z3.number()), true],
    ['valibot', 'a picklist', v.record(v.picklist(['a', 'b']), v.number()), true],
    ['valibot', 'an enum', v.record(v.enum({ A: 'a', B: 'b' }), v.number()), true],
    ['valibot', 'a union', v.record(v.union(literals), v.optional(v.number())), true],
    ['arktype', 'names', { "['a'|'b']": 'number' }, false],
    ['arktype', 'some names', type({ a: 'number', b: 'number' }).partial(), true],
  ])('%s: by %s', (library, _what, schema, optional) => {
    const format = formats[library]!(schema);
    const value = optional ? orNull('number') : number;
    expect(sent(format)).toEqual(closed({ a: value, b: value }));
    expect(read(format, { a: 1, b: 2 })).toEqual({ a: 1, b: 2 });
    if (optional) expect(read(format, { a: 1, b: null })).toEqual({ a: 1 });
    else expect(() => read(format, { a: 1, b: null })).toThrow(/number/);
  });

  it('is a list when other keys are allowed too', () => {
    const format = formats['zod']!(z.record(z.union([z.literal('a'), z.string().min(2)]), z.number()));
    expect(sent(format).type).toBe('array');
    expect(read(format, [{ key: 'a', value: 1 }])).toEqual({ a: 1 });
    expect(() => read(format, [{ key: 'b', value: 1 }])).toThrow(/Invalid/);
  });

  it('is a list of keys with the limits of a schema with an id', () => {
    const name = z.string().min(2).meta({ id: 'Name' });
    expect(sent(formats['zod']!(z.record(name, z.number()))).items.properties.key).toEqual({
      type: 'string',
      minLength: 2,
    });
  });
});

describe('a limit beside a record or a list is checked on parse', () => {
  const includes = (list: unknown[]): boolean => list.includes(2);
  const contains = (list: object): any => {
    const check = v.object({ a: v.pipe(v.array(v.any()), v.check(includes, 'has no 2')) });
    const schema = {
      type: 'object',
      properties: { a: { ...list, contains: { const: 2 } } },
      required: ['a'],
    };
    return standardResponseFormat(check as any, 'it', { schema });
  };
  const record = v.record(v.string(), v.number());
  const keyed = v.record(v.picklist(['a', 'b', 'c']), v.number());
  const pair = (key: string): object => ({ key, value: 1 });

  it.each<[what: string, format: any, valid: unknown, invalid: unknown]>([
    ['contains', contains({ type: 'array', items: number }), [1, 2], [1]],
    [
      'contains of a tuple',
      contains({ type: 'array', items: [number, { type: 'integer' }], minItems: 2 }),
      { 0: 1, 1: 2 },
      { 0: 1, 1: 1 },
    ],
    ['minEntries()', formats['valibot']!(v.pipe(record, v.minEntries(1))), [pair('a')], []],
    [
      'minEntries(), where a key comes twice',
      formats['valibot']!(v.pipe(record, v.minEntries(2))),
      [pair('a'), pair('b')],
      [pair('a'), pair('a')],
    ],
    [
      'maxEntries()',
      formats['valibot']!(v.pipe(record, v.maxEntries(1))),
      [pair('a')],
      [pair('a'), pair('b')],
    ],
    [
      'minEntries() of listed keys',
      formats['valibot']!(v.pipe(keyed, v.minEntries(2))),
      { a: 1, b: 1, c: null },
      { a: 1, b: null, c: null },
    ],
    [
      'maxEntries() of listed keys',
      formats['valibot']!(v.pipe(keyed, v.maxEntries(1))),
      { a: 1, b: null, c: null },
      { a: 1, b: 1, c: null },
    ],
    [
      'minEntries() of an object',
      formats['valibot']!(v.pipe(v.object({ x: v.optional(v.number()) }), v.minEntries(1))),
      { x: 1 },
      { x: null },
    ],
  ])('%s', (_what, format, valid, invalid) => {
    expect(JSON.stringify(format.json_schema.schema)).not.toMatch(/Properties":[^f]|contains/);
    expect(read(format, valid)).toBeDefined();
    expect(() => read(format, invalid)).toThrow('Standard Schema validation failed');
  });
});
