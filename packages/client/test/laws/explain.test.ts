import { toStandardJsonSchema } from '@valibot/to-json-schema';
import { type } from 'arktype';
import * as fc from 'fast-check';
import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { z as z3 } from 'zod/v3';
import * as standard from '../../src/helpers/standard-schema.ts';
import * as zod from '../../src/helpers/zod.ts';

interface Library {
  /** Schemas of one value: some are sent whole, of others a part is only checked. */
  leaves: (() => any)[];
  /** Schemas that hold another one. */
  holders: ((of: any) => any)[];
  object(fields: Record<string, any>): any;
  explain(schema: any): { schema: any; checked: { path: string }[] };
  format(schema: any): any;
  /** The paths of what is wrong with a value. */
  issues(schema: any, error: any): PropertyKey[][];
}

const ofZod = (z: any): Library => ({
  leaves: [
    () => z.string().url(),
    () => z.string().email().url(),
    () => z.string().min(2).max(4),
    () => z.string().regex(/^(?!a)\w+$/),
    () => z.string().regex(/^[A-C]+$/i),
    () => z.string().startsWith('a').endsWith('b'),
    () => z.string().datetime(),
    () => z.string().refine((text: string) => text.length % 2),
    () => z.number().int().min(1).max(9),
    () => z.number().multipleOf(2).multipleOf(3),
    () => z.date().min(new Date('2020-01-01')),
    () => z.bigint().max(5n),
    () => z.boolean(),
    () => z.string().pipe(z.enum(['p', 'q'])),
    () =>
      z.string().transform((text: string, context: any) => {
        if (text.length > 3) context.addIssue({ code: 'custom', message: 'long' });
        return text;
      }),
  ],
  holders: [
    (of) => of.optional(),
    (of) => of.nullable(),
    (of) => z.array(of),
    (of) => z.array(of).refine((list: unknown[]) => list.length !== 1),
    (of) => z.tuple([of, z.number()]),
    (of) => z.record(z.string(), of),
    (of) => z.object({ in: of }),
  ],
  object: (fields) => z.object(fields),
  explain: zod.explainSchema,
  format: (schema) => zod.zodResponseFormat(schema, 'it'),
  issues: (_schema, error) => error.issues.map(({ path }: any) => path),
});

const ofStandard: Pick<Library, 'explain' | 'format' | 'issues'> = {
  explain: standard.explainSchema,
  format: (schema) => standard.standardResponseFormat(schema, 'it'),
  // The message names the path of each issue before a colon.
  issues: (_schema, error) =>
    error.message
      .replace('Standard Schema validation failed: ', '')
      .split('; ')
      .map((text: string) => (/^([\w.]+): /.exec(text)?.[1] ?? '').split('.')),
};

const libraries: Record<string, Library> = {
  'Zod 4': ofZod(z),
  'Zod 3': ofZod(z3),
  Valibot: {
    ...ofStandard,
    leaves: [
      () => v.pipe(v.string(), v.url()),
      () => v.pipe(v.string(), v.minLength(2), v.maxLength(4)),
      () => v.pipe(v.string(), v.regex(/^(?!a)\w+$/)),
      () => v.pipe(v.number(), v.integer(), v.minValue(1)),
      () => v.boolean(),
    ],
    holders: [
      (of) => v.optional(of),
      (of) => v.nullable(of),
      (of) => v.array(of),
      (of) => v.tuple([of, v.number()]),
      (of) => v.record(v.string(), of),
      (of) => v.pipe(v.record(v.string(), of), v.minEntries(2)),
    ],
    object: (fields) => toStandardJsonSchema(v.object(fields)),
  },
  ArkType: {
    ...ofStandard,
    leaves: [
      () => type('string.url'),
      () => type('2 <= string <= 4'),
      () => type(/^(?!a)\w+$/),
      () => type('1 <= number.integer <= 9'),
      () => type('boolean'),
    ],
    holders: [(of) => of.or('null'), (of) => of.array(), (of) => type({ in: of })],
    object: (fields) => type(fields),
  },
};

const formats: Record<string, string[]> = {
  'date-time': ['2026-05-01T09:00:00Z', '2019-05-01T09:00:00+02:00'],
  email: ['a@b.example', 'a.b+c@d.example'],
};

/** Values that `schema` allows. */
function allowed(schema: any): fc.Arbitrary<any> {
  if (schema.anyOf) return fc.oneof(...schema.anyOf.map(allowed));
  if (schema.enum) return fc.constantFrom(...schema.enum);
  if ('const' in schema) return fc.constant(schema.const);
  if (Array.isArray(schema.type))
    return fc.oneof(...schema.type.map((type: string) => allowed({ ...schema, type })));
  const { minLength = 0, maxLength = 8, minimum = -20, maximum = 20, multipleOf = 1 } = schema;
  switch (schema.type) {
    case 'string': {
      const known = schema.format && fc.constantFrom(...formats[schema.format]!);
      const pattern = new RegExp(schema.pattern ?? '', 'u');
      const random = schema.pattern
        ? fc.stringMatching(pattern)
        : fc.oneof(fc.string({ minLength, maxLength }), fc.constantFrom('aab', 'https://a.example'));
      return (known ?? random).filter(
        (text: string) =>
          text.length >= minLength && text.length <= (schema.maxLength ?? text.length) && pattern.test(text),
      );
    }
    case 'number':
    case 'integer':
      return fc
        .integer({ min: Math.ceil(minimum / multipleOf), max: Math.floor(maximum / multipleOf) })
        .map((n) => n * multipleOf || 0);
    case 'boolean':
      return fc.boolean();
    case 'array':
      return fc.array(allowed(schema.items), {
        minLength: schema.minItems ?? 0,
        maxLength: schema.maxItems ?? 3,
      });
    case 'object':
      return fc.record(
        Object.fromEntries(
          Object.entries(schema.properties).map(([name, of]) => [
            name,
            name === 'key' ? fc.constantFrom('k', 'l', 'm') : allowed(of),
          ]),
        ),
      );
    default:
      return fc.constant(null);
  }
}

/** Where in a parsed value the rules at `path` of a schema apply; `*` stands for any key. */
const placeIn = (path: string): string[] =>
  path
    .replaceAll(/items\/properties\/(key|value)(?=\/|$)/g, 'items')
    .replaceAll(/(any|all)Of\/\d+(\/|$)/g, '')
    .replaceAll(/(^|\/)properties\//g, '$1')
    .split('/')
    .filter(Boolean)
    .map((token) => (token === 'items' ? '*' : token));

const covers = (place: string[], issue: PropertyKey[]): boolean =>
  place.every((token, index) => token === '*' || token === String(issue[index]));

describe.each(Object.entries(libraries))('%s', (_name, library) => {
  const { leaves, holders, object, explain, format, issues } = library;
  const { field } = fc.letrec<{ field: any }>((tie) => ({
    field: fc.oneof(
      { maxDepth: 3 },
      { weight: 2, arbitrary: fc.constantFrom(...leaves).map((make) => make()) },
      {
        weight: 1,
        arbitrary: fc.tuple(fc.constantFrom(...holders), tie('field')).map(([hold, of]) => hold(of)),
      },
    ),
  }));
  const property = (list: (checked: { path: string }[]) => { path: string }[], seen: { failed: number }) =>
    fc.property(
      fc.dictionary(fc.constantFrom('a', 'b', 'c'), field, { minKeys: 1, noNullPrototype: true }),
      fc.infiniteStream(fc.nat(2 ** 30)),
      (fields, seeds) => {
        const schema = object(fields);
        const { schema: sent, checked } = explain(schema);
        fc.pre(sent !== undefined);
        const made = format(schema);
        expect(sent).toEqual(made.json_schema.schema);
        const places = list(checked).map(({ path }) => placeIn(path));
        const seed = seeds.next().value;
        for (const value of fc.sample(allowed(sent), { seed, numRuns: 5 })) {
          try {
            made.$parseRaw(JSON.stringify(value));
          } catch (error) {
            seen.failed += 1;
            for (const issue of issues(schema, error))
              expect(
                places.some((place) => covers(place, issue)),
                JSON.stringify({ sent, value, places, issue }),
              ).toBe(true);
          }
        }
      },
    );

  it('what the sent schema allows parses, except for rules that are listed as checked', () => {
    const seen = { failed: 0 };
    fc.assert(
      property((checked) => checked, seen),
      { numRuns: 150 },
    );
    expect(seen.failed).toBeGreaterThan(10);
  });

  it('the law finds a rule that is not listed', () => {
    const { failed } = fc.check(
      property((checked) => checked.slice(1), { failed: 0 }),
      { numRuns: 300, endOnFailure: true },
    );
    expect(failed).toBe(true);
  });
});
