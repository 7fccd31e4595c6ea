import * as fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { z } from 'zod';
import { z as z3 } from 'zod/v3';
import { zodResponseFormat } from '../helpers/zod.ts';

test('unions inside unions are read in time with the text, wherever the property that tells them apart stands', () => {
  const Operation: z.ZodType = z.lazy(() =>
    z.discriminatedUnion('kind', [
      z.object({ left: Operation, right: Operation, kind: z.literal('add'), note: z.string().optional() }),
      z.object({
        left: Operation,
        right: Operation,
        kind: z.literal('multiply'),
        note: z.string().optional(),
      }),
      z.object({ kind: z.literal('number'), value: z.number() }),
    ]),
  );
  const number = { kind: 'number', value: 1 };
  const nested = (depth: number, more: object): object =>
    depth === 0 ? number : { left: nested(depth - 1, more), right: number, kind: 'multiply', ...more };
  const { $parseRaw } = zodResponseFormat(Operation, 'operation');
  // Looking at each branch anew at each level would take 2 to the power of 100 looks.
  expect($parseRaw(JSON.stringify({ value: nested(100, { note: null }) }))).toEqual(nested(100, {}));
});

describe.each([
  ['Zod 4', z as any],
  ['Zod 3', z3 as any],
])('native values of %s', (_name, z) => {
  const read = (schema: any, value: unknown): unknown =>
    (zodResponseFormat(z.object({ a: schema }), 'it').$parseRaw(JSON.stringify({ a: value })) as any).a;

  it.each(['2026-05-01', '2026-05-01T09:00:00Z', '2024-02-29T23:59:59.123+02:00', '2026-05-01t09:00:00z'])(
    'a date is read from %s',
    (text) => expect(read(z.date(), text)).toEqual(new Date(text.toUpperCase())),
  );

  it.each([
    '2026-05-01 (draft)',
    '2026-02-31T09:00:00Z',
    '2025-02-29',
    '2026-13-01',
    '2026-05-01T24:00:00Z',
    '2026-05-01T09:00:00',
    '2026-05-01T09:00:00Z and more',
  ])('a date is not read from %s', (text) => {
    expect(() => read(z.date(), text)).toThrow(/date/);
  });

  it.each(['0', '-1', '123456789012345678901'])('a big integer is read from %s', (text) => {
    expect(read(z.bigint(), text)).toBe(BigInt(text));
  });

  it.each(['00123', '-0', '', ' 1', '1.0', '0x1'])('a big integer is not read from "%s"', (text) => {
    expect(() => read(z.bigint(), text)).toThrow(/bigint/);
  });
});

describe('a tuple with optional items', () => {
  const [number, string, boolean] = [z.number(), z.string().optional(), z.boolean().optional()];
  const schemas: [any, any] = [z.tuple([number, string, boolean]), z.tuple([number, string], boolean)];

  it('keeps the places of items and of the rest', () => {
    const optional = fc.option(fc.string(), { nil: null });
    const flags = fc.array(fc.boolean());
    fc.assert(
      fc.property(fc.integer(), optional, flags, (first, second, rest) => {
        const before = [first, second ?? undefined];
        const [plain, open] = schemas.map((schema) => zodResponseFormat(z.object({ a: schema }), 'it'));
        const fixed = { a: { 0: first, 1: second, 2: rest[0] ?? null } };
        expect(plain!.$parseRaw(JSON.stringify(fixed))).toEqual({
          a: schemas[0].parse(rest.length ? [...before, rest[0]] : second === null ? [first] : before),
        });
        expect(open!.$parseRaw(JSON.stringify({ a: { 0: first, 1: second, rest } }))).toEqual({
          a: schemas[1].parse(rest.length || second !== null ? [...before, ...rest] : [first]),
        });
      }),
    );
  });

  it('that has further properties is left to the validator', () => {
    const format = zodResponseFormat(z.object({ a: schemas[0] }), 'it');
    expect(() => format.$parseRaw('{"a":{"0":1,"999999999":2}}')).toThrow(/expected tuple/);
  });
});

describe.each([
  ['Zod 4', z as any],
  ['Zod 3', z3 as any],
])('unions of %s whose branches overlap on the wire', (_name, z) => {
  const formatOf = (schema: any): any => zodResponseFormat(z.object({ a: schema }), 'it');
  const read = (schema: any, value: unknown): unknown =>
    formatOf(schema).$parseRaw(JSON.stringify({ a: value })).a;
  const [string, bigint, date] = [z.string(), z.bigint(), z.date()];
  const isoDateTime = z.iso?.datetime() ?? string.datetime();
  const isoDate = z.iso?.date() ?? string.date();
  const noon = '2026-05-01T12:00:00Z';

  it.each<[name: string, schema: any, wire: unknown, value: unknown]>([
    ['length', z.union([string.max(5), bigint]), '123456789', 123456789n],
    ['length, which the first keeps', z.union([string.max(5), bigint]), '123', '123'],
    ['pattern', z.union([string.regex(/^0/), bigint]), '12', 12n],
    ['values', z.union([z.enum(['1', 'x']), bigint]), '2', 2n],
    ['format', z.union([string.email(), bigint]), '12', 12n],
    ['exact form', z.union([bigint, string]), '00123', '00123'],
    ['exact form of a date', z.union([date, string]), '2026-05-01 (draft)', '2026-05-01 (draft)'],
    ['format of a date', z.union([date, isoDate]), '2026-05-01', '2026-05-01'],
    ['length of a list', z.union([z.array(string).max(1), z.array(bigint)]), ['1', '2'], [1n, 2n]],
    [
      'length of a record',
      z.union([z.record(z.string(), z.union([string.max(2), bigint])), bigint]),
      [{ key: 'x', value: '123' }],
      { x: 123n },
    ],
    [
      'a union inside',
      z.union([z.union([string.max(2), z.number()]), z.union([z.null(), bigint])]),
      '123',
      123n,
    ],
    ['items', z.array(z.union([string.max(2), bigint])), ['1', '123', 'x'], ['1', 123n, 'x']],
    ...[noon, null].map((due): any => [
      'a number beside',
      z.union([
        z.object({ n: z.number().int().max(5), due: date }),
        z.object({ n: z.number(), due: z.string().nullable() }),
      ]),
      { n: 7, due },
      { n: 7, due },
    ]),
    [
      'a literal beside',
      z.discriminatedUnion('k', [
        z.object({ k: z.literal('a'), due: date }),
        z.object({ k: z.literal('b'), due: string }),
      ]),
      { k: 'b', due: noon },
      { k: 'b', due: noon },
    ],
    [
      'names of optional properties',
      z.union([
        z.object({ x: string.nullish(), v: z.literal('x').optional() }),
        z.object({ v: string.nullish() }),
      ]),
      { v: null },
      { v: null },
    ],
    [
      'multiples',
      z.union([
        z.object({ n: z.number().multipleOf(0.1), due: date }),
        z.object({ n: z.number(), due: string }),
      ]),
      { n: 0.25, due: noon },
      { n: 0.25, due: noon },
    ],
  ])('are told apart by %s', (_what, schema, wire, value) => {
    expect(read(schema, wire)).toEqual(value);
  });

  it.each<[name: string, schema: any, before: string, hidden: string]>([
    ['a text before a date', z.union([string, date]), '0` (string)', '1` (date)'],
    [
      'a text before a big integer',
      z.union([string.min(1), bigint.nullable()]),
      '0` (string)',
      '1/anyOf/0` (bigint)',
    ],
    ['a date and its text', z.union([date, isoDateTime]), '0` (date)', '1` (string, date-time)'],
    ['a text and its date', z.union([isoDateTime, date]), '0` (string, date-time)', '1` (date)'],
    ['digits', z.union([bigint, z.enum(['1', '2'])]), '0` (bigint)', '1` (string)'],
    [
      'a record and what it is sent as',
      z.union([z.record(z.string(), z.number()), z.array(z.object({ key: string, value: z.number() }))]),
      '0` (record)',
      '1` (array)',
    ],
    [
      'a tuple and what it is sent as',
      z.union([z.tuple([z.number(), string]), z.object({ 0: z.number(), 1: string })]),
      '0` (tuple)',
      '1` (object)',
    ],
    ['the same inside lists', z.union([z.array(date), z.array(isoDateTime)]), '0` (array)', '1` (array)'],
    [
      'absent and null',
      z.union([z.object({ x: string.optional() }), z.object({ x: string.nullable() })]),
      '0` (object)',
      '1` (object)',
    ],
  ])('are refused, with the place of both: %s', (_what, schema, before, hidden) => {
    const [first, second] = [before, hidden].map((branch) => `\`properties/a/items/anyOf/${branch}`);
    expect(() => formatOf(z.array(schema))).toThrow(
      `Union at \`properties/a/items\` has branches that cannot be distinguished: ${first} accepts every value of ${second} and`,
    );
  });

  it.each<[name: string, schema: any]>([
    ['no conversion', z.union([string, z.number(), string.min(1)])],
    ['the same conversion twice', z.union([date, z.union([z.number(), date])])],
    ['values that one of two earlier ones reads the same', z.union([bigint, string, string.min(1)])],
    [
      'a part of what is read the same',
      z.union([z.object({ x: string.optional() }), z.object({ x: string })]),
    ],
    ['values of its own', z.union([bigint, date, string])],
    ['values that an earlier one with a limit reads the same', z.union([bigint.max(9n), string, bigint])],
  ])('are taken where a branch has %s', (_what, schema) => {
    expect(() => formatOf(schema)).not.toThrow();
  });
});
