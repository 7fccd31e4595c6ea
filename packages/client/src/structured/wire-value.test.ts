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
