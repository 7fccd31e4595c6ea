import { toStandardJsonSchema } from '@valibot/to-json-schema';
import { type } from 'arktype';
import * as v from 'valibot';
import { describe, expect, it, test } from 'vitest';
import { z } from 'zod';
import { z as z3 } from 'zod/v3';
import { explainSchema, standardResponseFormat } from '../helpers/standard-schema.ts';
import { zodResponseFormat } from '../helpers/zod.ts';

const early = '1960-01-01T00:00:00.000Z';
const late = '1980-01-01T00:00:00.000Z';
const isEarly = (date: Date): boolean => date.getTime() < 0;

describe.each([
  ['Zod 4', z as any],
  ['Zod 3', z3 as any],
])('a union of %s', (_name, z) => {
  const read = (schema: any, value: unknown): unknown =>
    (zodResponseFormat(z.object({ a: schema }), 'it') as any).$parseRaw(JSON.stringify({ a: value })).a;
  const small = z.union([z.bigint().max(100n), z.string()]);
  const long = z.string().refine((text: string) => text.length > 3);
  const odd = z.object({ k: small, n: z.number() }).refine(({ n }: any) => n % 2 === 1);

  it.each<[name: string, schema: any, wire: unknown, value: unknown]>([
    ['big integers', small, '101', '101'],
    ['one that the first branch takes', small, '100', 100n],
    ['items', z.array(small), ['101', '5', '300'], ['101', 5n, '300']],
    ['values of a record', z.record(z.string(), small), [{ key: 'k', value: '101' }], { k: '101' }],
    [
      'the rest of a tuple',
      z.tuple([z.boolean(), small]).rest(small),
      { 0: true, 1: '5', rest: ['1', '101'] },
      [true, 5n, 1n, '101'],
    ],
    ['a text that only a function refuses', z.union([long, z.bigint()]), '12', 12n],
    ['a text that the function takes', z.union([long, z.bigint()]), '12345', '12345'],
    ['a text that may be null', z.union([long.nullable(), z.bigint()]), '12', 12n],
    ['properties', z.union([z.object({ x: long }), z.object({ x: z.bigint() })]), { x: '1' }, { x: 1n }],
    [
      'a union in a branch',
      z.union([odd, z.object({ k: z.string() })]),
      { k: '101', n: 1 },
      { k: '101', n: 1 },
    ],
    [
      'a union in two branches',
      z.union([odd, z.object({ k: small, n: z.number() })]),
      { k: '101', n: 2 },
      { k: '101', n: 2 },
    ],
    ['limits of dates', z.union([z.date().max(new Date(0)), z.string().datetime()]), late, late],
    [
      'an empty list, which could be a record',
      z.union([
        z.record(z.string(), z.number()).refine((held: any) => Object.keys(held).length),
        z.array(z.string()),
      ]),
      [],
      [],
    ],
  ])('is read as the branch that is valid: %s', (_what, schema, wire, value) => {
    expect(read(schema, wire)).toEqual(value);
  });

  it('fails with what is wrong with the first branch', () => {
    const schema = z.union([z.bigint().max(100n), z.string().max(2)]);
    expect(() => read(schema, '101')).toThrow(/less than or equal to 100|<=100/);
  });

  it('waits for functions that give a promise', async () => {
    const schema = z.object({
      a: z.array(z.union([z.string().refine(async (text: string) => text.length > 3), z.bigint()])),
    });
    const { $parseRaw } = zodResponseFormat(schema, 'it') as any;
    await expect($parseRaw.later('{"a":["12","text"]}')).resolves.toEqual({ a: [12n, 'text'] });
  });

  it('tries each branch once, not each combination of branches', () => {
    let runs = 0;
    const counted = z.string().refine(() => ++runs);
    const never = (): boolean => false;
    let schema = z.union([z.bigint(), z.string()]).refine(never);
    let wire: unknown = '1';
    for (let depth = 0; depth < 7; depth++) {
      const branch = z.object({ x: schema });
      [schema, wire] = [z.union([branch.refine(never), branch.refine(never)]), { x: wire }];
    }
    expect(() => read(z.object({ counted, schema }), { counted: '', schema: wire })).toThrow('x');
    expect(runs).toBeGreaterThan(7);
    expect(runs).toBeLessThan(2 ** 6);
  });
});

const readStandard = (schema: any, value: unknown): unknown =>
  (standardResponseFormat(schema, 'it') as any).$parseRaw(JSON.stringify({ a: value })).a;

test('a union of Valibot is read as the branch that is valid', () => {
  const small = v.union([v.pipe(v.bigint(), v.maxValue(100n)), v.string()]);
  const long = v.pipe(
    v.string(),
    v.check((text) => text.length > 3),
  );
  const of = (a: any): any => toStandardJsonSchema(v.object({ a }));
  const holders = v.array(v.union([v.object({ k: small }), v.object({ q: v.string() })]));
  expect(readStandard(of(v.array(small)), ['101', '5'])).toEqual(['101', 5n]);
  expect(readStandard(of(v.union([long, v.bigint()])), '12')).toEqual(12n);
  expect(readStandard(of(holders), [{ k: '101' }, { q: '' }])).toEqual([{ k: '101' }, { q: '' }]);
});

test('a union of ArkType is read as the branch that is valid', () => {
  const date = type('Date').narrow(isEarly);
  expect(readStandard(type({ a: date.or('string').array() }), [late, early])).toEqual([
    late,
    new Date(early),
  ]);
  expect(readStandard(type({ a: date.or('string.date.iso') }), late)).toBe(late);
  const holders = type({ k: date.or('string') })
    .or({ q: 'string' })
    .array();
  expect(readStandard(type({ a: holders }), [{ k: late }, { q: '' }])).toEqual([{ k: late }, { q: '' }]);
});

test('what only functions of Valibot and ArkType check is sent without it, and explained', () => {
  const checked = v.pipe(
    v.string(),
    v.check((text) => text.length > 3),
    v.transform(Number),
    v.minValue(5),
  );
  const schema = toStandardJsonSchema(v.object({ a: checked }));
  expect(readStandard(schema, '1234')).toBe(1234);
  expect(() => readStandard(schema, '0000')).toThrow('a: Invalid value: Expected >=5 but received 0');
  const why = 'JSON Schema has no keyword for it.';
  expect(explainSchema(schema).checked).toEqual([{ path: 'properties/a', rule: 'check', why }]);
  const narrowed = type({ a: type('string').narrow((text) => text.length > 3) });
  expect(explainSchema(narrowed).checked).toEqual([{ path: 'properties/a', rule: 'predicate', why }]);
});

test('the error of a Standard Schema has its issues', () => {
  const format = standardResponseFormat(type({ a: 'string > 3' }), 'it');
  expect(() => format.$parseRaw('{"a":"x"}')).toThrow(
    expect.toSatisfy(({ issues }) => issues.length === 1 && issues[0].path[0] === 'a'),
  );
});
