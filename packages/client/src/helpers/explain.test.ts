import { type } from 'arktype';
import { toStandardJsonSchema } from '@valibot/to-json-schema';
import * as v from 'valibot';
import { describe, expect, it, test } from 'vitest';
import { z } from 'zod';
import * as mini from 'zod/mini';
import { z as z3 } from 'zod/v3';
import * as standard from './standard-schema.ts';
import * as zod from './zod.ts';

interface Explained {
  checked: { path: string; rule: string; why: string }[];
  refused: { path: string; rule: string; message: string; advice?: string; source?: string }[];
}
const brief = (rules: { path: string; rule: string }[]): string[] =>
  rules.map(({ path, rule }) => `${path} ${rule}`);

describe.each<[name: string, z: any, explain: (schema: any) => Explained, rules: Record<string, string>]>([
  ['Zod 4', z, zod.explainSchema, { refine: 'custom', min: 'greater_than', map: 'Map' }],
  [
    'Zod 4 as Standard Schema',
    z,
    standard.explainSchema,
    { refine: 'custom', min: 'greater_than', map: 'Map' },
  ],
  ['Zod 3', z3, zod.explainSchema, { refine: 'refinement', min: 'min', map: 'ZodMap' }],
])('%s', (_name, z, explain, { refine, min, map }) => {
  it('lists what only the validator checks', () => {
    const schema = z.object({
      link: z.string().url(),
      name: z.string().refine(() => true),
      born: z.date().min(new Date(0)),
      size: z.string().transform(Number),
      code: z.string().regex(/^a/i),
      both: z.string().email().url(),
      in: z.array(z.union([z.string().refine(() => true), z.number()])).optional(),
    });
    const { checked, refused } = explain(schema);
    expect(refused).toEqual([]);
    expect(brief(checked)).toEqual(
      expect.arrayContaining([
        'properties/link format',
        `properties/name ${refine}`,
        `properties/born ${min}`,
        'properties/size transform',
        expect.stringMatching(/^properties\/code (pattern|regex)$/),
        expect.stringMatching(/^properties\/both (format|email)$/),
        expect.stringMatching(new RegExp(`^properties/in/anyOf/0/items(/anyOf/0)? ${refine}$`)),
      ]),
    );
    for (const { why } of checked) expect(why).toMatch(/^[A-Z].*\.$/);
  });

  it('lists nothing for a schema that is sent whole', () => {
    const schema = z.object({ a: z.string().min(1).regex(/^a/), b: z.array(z.number().int()).max(3) });
    const { checked, refused } = explain(schema);
    expect([checked, refused]).toEqual([[], []]);
  });

  it('lists everything that is refused, with advice and a source', () => {
    const schema = z.object({
      any: z.any(),
      map: z.map(z.string(), z.string()),
      record: z.record(z.string(), z.unknown()),
      open: z.object({ a: z.string() }).catchall(z.number()),
      tuple: z.tuple([z.string(), z.set(z.string())]),
    });
    const { refused } = explain(schema);
    expect(brief(refused).sort()).toEqual(
      [
        'properties/any type',
        `properties/map ${map}`,
        'properties/record/items/properties/value type',
        'properties/open additionalProperties',
        `properties/tuple/items/1 ${map!.replace('Map', 'Set')}`,
      ].sort(),
    );
    for (const { message, advice, source } of refused) {
      expect(message).toMatch(/cannot be (represented|merged)/);
      expect(advice).toMatch(/^[A-Z].*\.$/);
      expect(source).toMatch(/^https:|API/);
    }
  });
});

const sendable = { a: z.string().min(1).optional(), b: z.tuple([z.string(), z.number()]) };
test.each<[name: string, explanation: any, format: any]>([
  [
    'Zod 4',
    zod.explainSchema(z.object(sendable)),
    zod.zodResponseFormat(z.object(sendable), 'schema').json_schema.schema,
  ],
  [
    'Zod Mini',
    zod.explainSchema(mini.array(mini.url())),
    zod.zodResponseFormat(mini.array(mini.url()), 'it').json_schema.schema,
  ],
  [
    'Valibot',
    standard.explainSchema(toStandardJsonSchema(v.pipe(v.string(), v.url()))),
    standard.standardResponseFormat(toStandardJsonSchema(v.pipe(v.string(), v.url())), 'it').json_schema
      .schema,
  ],
  [
    'ArkType',
    standard.explainSchema(type({ a: 'string.url', 'b?': 'Date' })),
    standard.standardResponseFormat(type({ a: 'string.url', 'b?': 'Date' }), 'it').json_schema.schema,
  ],
  [
    'JSON Schema',
    standard.explainSchema({ type: 'string', format: 'uri' }),
    {
      type: 'object',
      properties: { value: { type: 'string' } },
      required: ['value'],
      additionalProperties: false,
    },
  ],
])('gives the schema that is sent: %s', (_name, { schema, refused }, sent) => {
  expect(refused).toEqual([]);
  expect(schema).toEqual(sent);
});

it('names the shared schemas of Zod 3 as the format does', () => {
  const shared = z3.object({ a: z3.string() });
  const schema = z3.object({ x: shared, y: shared });
  expect(zod.explainSchema(schema, { name: 'trip' }).schema).toEqual(
    zod.zodResponseFormat(schema, 'trip').json_schema.schema,
  );
});

it('lists the limits that a schema exceeds, at the first place that is too much, and still gives the schema', () => {
  const many = (count: number): string[] => Array.from({ length: count }, (_, index) => `value ${index}`);
  const { schema, exceeded, refused } = zod.explainSchema(
    z.object({ few: z.enum(many(900)), more: z.array(z.enum(many(200))), last: z.enum(many(20)) }),
  );
  expect(refused).toEqual([]);
  expect(schema).toBeDefined();
  expect(exceeded).toEqual([
    {
      path: 'properties/more/items',
      limit: 'enumValues',
      value: 1120,
      most: 1000,
      message: 'The schema has 1120 enum values, which exceeds the limit of 1000.',
      source: expect.stringMatching(/^https:/),
    },
  ]);
  expect(zod.explainSchema(z.object({ few: z.enum(many(1000)) })).exceeded).toEqual([]);
});

it("lists with keep: 'all' what is sent although strict mode refuses it", () => {
  const schema = z.object({ a: z.url(), b: z.any(), c: z.string().refine(() => true), d: z.set(z.string()) });
  const { kept, checked, refused } = zod.explainSchema(schema, { keep: 'all' });
  expect(brief(kept)).toEqual(['properties/a format', 'properties/b type']);
  expect(kept[0]).toMatchObject({ value: 'uri', advice: expect.stringContaining('keep') });
  expect(brief(checked)).toEqual(['properties/c custom']);
  expect(brief(refused)).toEqual(['properties/d Set']);
});

test.each<[name: string, schema: any, refused: string[]]>([
  ['no schema', null, ['<root> schema']],
  ['an object of schemas', { a: z.string() }, ['<root> schema']],
  ['a Valibot schema alone', v.string(), ['<root> schema']],
  [
    'keywords and what is inside them',
    { type: 'object', properties: { a: { if: { not: {} }, type: 'string' } }, required: ['a'] },
    ['properties/a if'],
  ],
  [
    'references',
    { type: 'object', properties: { a: { $ref: '#/no' }, b: { $ref: 'x' } }, required: ['a', 'b'] },
    ['properties/a $ref', 'properties/b $ref'],
  ],
  [
    'several things at one place',
    { type: 'object', properties: { a: { type: 'array', $anchor: 'x' } }, required: ['a', 'b'] },
    ['properties/a items', 'properties/a $anchor', '<root> required'],
  ],
  ['an endless root', { $ref: '#' }, ['<root> $ref']],
  [
    'a union whose branches overlap',
    { oneOf: [{ type: 'string' }, { type: 'string', minLength: 1 }] },
    ['<root> oneOf'],
  ],
  ['an intersection at the root', { allOf: [{ type: 'string' }, { type: 'object' }] }, ['<root> allOf']],
])('never throws: %s', (_name, schema, refused) => {
  const explanation = standard.explainSchema(schema);
  expect(brief(explanation.refused)).toEqual(refused);
  expect(explanation.schema).toBeUndefined();
});
