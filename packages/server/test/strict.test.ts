// Strict mode here and in the schema helpers of the client: what one refuses, the other does not send.
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { explainSchema as explainZod, zodResponseFormat } from '../../client/src/helpers/zod.ts';
import { explainSchema, standardResponseFormat } from '../../client/src/helpers/standard-schema.ts';
import { formats, unsupported } from '../../client/src/structured/rules.ts';
import { type Kind, shapes, toArkType, toValibot, toZod3, toZod4 } from '../../client/test/support/shapes.ts';
import { validateCompletion } from '../src/completion/validate.ts';
import { ApiError } from '../src/http/errors.ts';
import { atOnce } from '../src/slices.ts';

/** The message of the refusal of a strict response format; undefined when it is taken. */
function refusal(format: unknown): string | undefined {
  const body = { model: 'm', messages: [{ role: 'user', content: 'Hi' }], response_format: format };
  try {
    atOnce(validateCompletion(JSON.parse(JSON.stringify(body))));
    return undefined;
  } catch (thrown) {
    if (!(thrown instanceof ApiError)) throw thrown;
    return thrown.message;
  }
}

const strict = (schema: object): object => ({
  type: 'json_schema',
  json_schema: { name: 's', strict: true, schema },
});
const objectOf = (properties: Record<string, unknown>): object => ({
  type: 'object',
  properties,
  required: Object.keys(properties),
  additionalProperties: false,
});
const holding = (property: unknown): object => strict(objectOf({ a: property }));
const many = (count: number, item: (index: number) => string): string[] =>
  Array.from({ length: count }, (_, index) => item(index));
const nested = (levels: number): object =>
  levels === 1 ? objectOf({ a: { type: 'null' } }) : objectOf({ a: nested(levels - 1) });
const named = (count: number): object =>
  objectOf(Object.fromEntries(many(count, (index) => `p${index}`).map((name) => [name, { type: 'null' }])));

describe('strict mode refuses, with the place,', () => {
  it.each([...unsupported, 'allOf'])('%s, as the client does', (keyword) => {
    expect(refusal(holding({ type: 'string', [keyword]: [] }))).toBe(
      `Invalid schema for response_format 's': In context=('properties', 'a'), '${keyword}' is not permitted.`,
    );
  });

  it.each<[string, object, string]>([
    ['a format nobody knows', holding({ type: 'string', format: 'uri' }), "'uri' is not a valid format."],
    [
      'lookaround',
      holding({ type: 'string', pattern: '^(?=a)' }),
      "'pattern' must not have lookaround or references back to a group.",
    ],
    ['an empty schema', holding({}), "schema must have a 'type' key."],
    ['true', holding(true), 'schema must be an object.'],
    [
      'a neighbour of $ref',
      holding({ $ref: '#', description: 'x' }),
      "$ref cannot have keywords {'description'}.",
    ],
    [
      '11 levels',
      strict(nested(11)),
      'schema has 11 levels of nested objects, which exceeds the limit of 10.',
    ],
    [
      '5,001 properties',
      strict(named(5001)),
      'schema has 5001 object properties, which exceeds the limit of 5000.',
    ],
    [
      '1,001 enum values',
      holding({ enum: many(1001, String) }),
      'schema has 1001 enum values, which exceeds the limit of 1000.',
    ],
    [
      'a long enum',
      holding({ enum: many(251, (index) => `${index}`.padStart(60)) }),
      'schema has 15060 characters in an enum of more than 250 values, which exceeds the limit of 15000.',
    ],
    [
      'too many characters',
      holding({ enum: many(200, (index) => `${index}`.padStart(601)) }),
      'schema has 120201 characters of names, enum values and const values, which exceeds the limit of 120000.',
    ],
    ['anyOf at the root', strict({ ...objectOf({}), anyOf: [] }), "'anyOf' is not permitted at the root."],
  ])('%s', (_name, format, why) => {
    expect(refusal(format)).toMatch(/^Invalid schema for response_format 's': In context=\(/);
    expect(refusal(format)?.endsWith(`), ${why}`)).toBe(true);
  });
});

/** Over one limit or under all of them, by the number of what is counted. */
const sizes: Record<string, (count: number) => object> = {
  levels: (count) => nested(1 + (count % 14)),
  properties: named,
  enumValues: (count) => objectOf({ a: { type: 'string', enum: many(count % 1_200, String) } }),
  longEnum: (count) =>
    objectOf({ a: { type: 'string', enum: many(245 + (count % 10), (i) => `${i}`.padStart(60)) } }),
  characters: (count) => objectOf({ a: { type: 'string', const: 'x'.repeat(119_000 + (count % 2_000)) } }),
  definitions: (count) => ({ ...nested(9), $defs: { a: nested(1 + (count % 14)) } }),
};

it('`explainSchema` knows which schemas are too large', { timeout: 60_000 }, () => {
  const verdicts = new Set<string>();
  fc.assert(
    fc.property(fc.constantFrom(...Object.keys(sizes)), fc.integer({ min: 1, max: 6_000 }), (kind, count) => {
      const schema = sizes[kind]!(count);
      const { exceeded, refused } = explainSchema(schema);
      const found = refusal(strict(schema));
      expect(refused).toEqual([]);
      expect(exceeded.map(({ limit }) => limit)).toEqual(
        found ? [kind.replace('definitions', 'levels')] : [],
      );
      verdicts.add(`${kind} ${exceeded.length}`);
      for (const { message } of exceeded) expect(message).toMatch(/^The schema has .+ the limit of \d+\.$/);
    }),
    { numRuns: 150 },
  );
  expect(verdicts.size).toBeGreaterThan(Object.keys(sizes).length);
});

describe('strict mode takes', () => {
  it.each<[string, object]>([
    ['10 levels', strict(nested(10))],
    ['5,000 properties', strict(named(5000))],
    ['1,000 enum values', holding({ enum: many(1000, String) })],
    ['a reference and nothing else', holding({ anyOf: [{ $ref: '#' }, { type: 'null' }] })],
    ...formats.map((format): [string, object] => [format, holding({ type: 'string', format })]),
  ])('%s', (_name, format) => {
    expect(refusal(format)).toBeUndefined();
  });

  const holders: Kind[] = ['array', 'record', 'tuple', 'object', 'nullable', 'choice', 'short', 'long'];
  const zod = (schema: any): object => zodResponseFormat(schema, 's');
  const standard = (schema: any): object => standardResponseFormat(schema, 's');
  type Explain = (schema: any) => { exceeded: object[] };
  it.each<[string, (shape: any) => any, (schema: any) => object, Explain, Kind[]]>([
    ['Zod 4', (shape) => toZod4(shape), zod, explainZod, [...holders, 'date', 'bigint']],
    ['Zod 3', toZod3, zod, explainZod, [...holders, 'date', 'bigint']],
    ['Valibot', toValibot, standard, explainSchema, holders],
    ['ArkType', toArkType, standard, explainSchema, holders.filter((kind) => kind !== 'record')],
  ])(
    'whatever the helpers of the client make of a schema of %s, unless `explainSchema` says that it is too large',
    { timeout: 60_000 },
    (_name, build, format, explain, kinds) => {
      let taken = 0;
      fc.assert(
        fc.property(shapes(kinds), (shape) => {
          let made: object;
          try {
            made = format(build(shape));
          } catch {
            return;
          }
          taken++;
          const found = refusal(made);
          const { exceeded } = explain(build(shape));
          if (exceeded.length > 0) expect(found).toMatch(/ exceeds the limit of /);
          else expect(found).toBeUndefined();
        }),
        { numRuns: 50 },
      );
      expect(taken).toBeGreaterThan(5);
    },
  );
});
