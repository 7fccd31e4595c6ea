import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import * as mini from 'zod/mini';
import { z as z3 } from 'zod/v3';
import { standardResponseFormat } from '../helpers/standard-schema.ts';
import { zodResponseFormat } from '../helpers/zod.ts';

const propertiesOf = (format: any): any => format.json_schema.schema.properties;
const string = { type: 'string' };
const closed = (properties: object): object => ({
  type: 'object',
  properties,
  required: Object.keys(properties),
  additionalProperties: false,
});

describe.each([
  ['Zod 4', z as any, (schema: any) => zodResponseFormat(schema, 'it')],
  ['Zod 4 as Standard Schema', z as any, (schema: any) => standardResponseFormat(schema, 'it')],
  ['Zod 3', z3 as any, (schema: any) => zodResponseFormat(schema, 'it')],
])('a pipe of %s', (_name, z, formatOf) => {
  const short = z.string().pipe(z.string().max(5));
  const text = { type: 'string', maxLength: 5 };
  const length = z.string().transform((text: string) => text.length);
  const sent = (schema: any): any => propertiesOf(formatOf(z.object({ a: schema }))).a;

  it.each([
    [
      'limits',
      () => z.number().min(1).max(9).pipe(z.number().int().min(3)),
      { type: 'integer', minimum: 3, maximum: 9 },
    ],
    [
      'an enum',
      () => z.enum(['a', 'b', 'c']).pipe(z.enum(['b', 'c', 'd'])),
      { type: 'string', enum: ['b', 'c'] },
    ],
    ['a literal', () => z.enum(['a', 'b']).pipe(z.literal('a')), { type: 'string', const: 'a' }],
    ['anything at first', () => z.any().pipe(z.object({ x: short })), closed({ x: text })],
    ['several schemas', () => z.string().pipe(z.string().min(1)).pipe(short), { ...text, minLength: 1 }],
    [
      'preprocessing',
      () => z.preprocess(Number, z.number()).pipe(z.number().min(0)),
      { type: 'number', minimum: 0 },
    ],
    [
      'a list',
      () => z.array(z.string()).min(1).pipe(z.array(short)),
      { type: 'array', minItems: 1, items: text },
    ],
    ['a record', () => z.record(z.string(), z.string()).pipe(z.object({ x: short })), closed({ x: text })],
    ['a tuple', () => z.array(z.string()).pipe(z.tuple([short, z.string()])), closed({ 0: text, 1: string })],
    ['a catch', () => z.string().catch('').pipe(short), expect.objectContaining(text)],
    ['a default', () => z.string().default('x').pipe(short), { ...text, default: 'x' }],
    ['a default around it', () => short.default('x'), { ...text, default: 'x' }],
    ['a nullable', () => short.nullable(), { anyOf: [text, { type: 'null' }] }],
    ['an optional', () => short.optional(), { anyOf: [text, { type: 'null' }] }],
    ['a value that may be absent before, not after', () => z.string().optional().pipe(short), text],
    ['a union', () => z.union([z.string(), z.number()]).pipe(short), text],
    [
      'some branches of a union',
      () => z.union([z.string(), z.number(), z.boolean()]).pipe(z.union([short, z.number().min(1)])),
      { anyOf: [text, { type: 'number', minimum: 1 }] },
    ],
    [
      'an intersection',
      () =>
        z
          .object({ x: z.string() })
          .and(z.object({ y: z.string() }))
          .pipe(z.object({ x: short }).passthrough()),
      closed({ x: text, y: string }),
    ],
    [
      'an object that others have part of',
      () => z.object({ x: z.string(), y: z.string() }).pipe(z.object({ x: short })),
      closed({ x: text, y: string }),
    ],
    [
      'an object that keeps what it does not know',
      () =>
        z
          .object({ x: z.string() })
          .passthrough()
          .pipe(z.object({ y: short })),
      closed({ x: string, y: text }),
    ],
    ['a conversion', () => length.pipe(z.number().min(3)), string],
    ['a conversion at last', () => z.string().pipe(short.transform(Number)), text],
    [
      'a conversion inside',
      () => z.array(length).min(1).pipe(z.array(z.number())),
      { type: 'array', minItems: 1, items: string },
    ],
    ['another type, so that there is a conversion', () => z.string().pipe(z.coerce.number()), string],
    ['a date, of a string that stays one before', () => z.string().pipe(z.coerce.date()), string],
  ])('has %s', (_what, schema, expected) => {
    expect(sent(schema())).toEqual(expected);
    // Neither a conversion nor another pipe elsewhere changes that.
    const beside = formatOf(z.object({ a: schema(), b: length, c: short }));
    expect(propertiesOf(beside)).toEqual({ a: expected, b: string, c: text });
  });

  it('that leads back to itself keeps its way', () => {
    const tree: any = z.lazy(() => z.any().pipe(z.object({ v: short, c: z.array(tree) })));
    const plain: any = z.object({ v: z.string(), c: z.array(z.lazy(() => plain)) });
    const limited: any = z.object({ v: z.string().max(5), c: z.array(z.lazy(() => limited)).max(1) });
    const value = { a: { v: 'x', c: [{ v: 'y', c: [] }] } };
    for (const schema of [tree, plain.pipe(limited), limited.pipe(plain)]) {
      const format: any = formatOf(z.object({ a: schema }));
      expect(format.$parseRaw(JSON.stringify(value))).toEqual(value);
      const json = JSON.stringify(format.json_schema.schema);
      expect(json.match(/maxLength/g)?.length).toBeGreaterThan(0);
      expect(json).not.toMatch(/"v":\{"type":"string"\}/);
    }
  });
});

describe('what is preprocessed', () => {
  it.each([
    ['Zod 4', z as any],
    ['Zod 3', z3 as any],
  ])('is optional only where its author says so: %s', (_name, z) => {
    const number = z.preprocess((value: unknown) => value, z.number());
    const schema = z.object({
      plain: number,
      readonly: number.readonly(),
      lazy: z.lazy(() => number),
      piped: number.pipe(z.number()),
      inside: z.array(number),
      optional: number.optional(),
      within: z.preprocess((value: unknown) => value, z.number().optional()),
    });
    const { plain, readonly, lazy, piped, inside, optional, within } = propertiesOf(
      zodResponseFormat(schema, 'it'),
    );
    for (const property of [plain, readonly, lazy, piped, inside.items]) expect(property.type).toBe('number');
    for (const property of [optional, within]) expect(property.type).toEqual(['number', 'null']);
  });
});

it('pipes of Zod Mini are read the same way', () => {
  const stars = mini.pipe(mini.number(), mini.int().check(mini.minimum(1)));
  const schema = mini.object({ stars, length: mini.pipe(mini.string(), mini.transform(Number)) });
  expect(propertiesOf(zodResponseFormat(schema, 'it'))).toMatchObject({
    stars: { type: 'integer', minimum: 1 },
    length: string,
  });
});
