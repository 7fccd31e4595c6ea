import { Validator, type Schema as CfSchema } from '@cfworker/json-schema';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { atOnce } from '../slices.ts';
import { instanceOf, type Schema } from './instance-of.ts';
import { randomFrom } from './random.ts';
import { SchemaDocument } from './schema/document.ts';
import { satisfies } from './schema/satisfies.ts';

/** Whether somebody else's validator accepts the value. */
function accepts(schema: Schema, value: unknown): boolean {
  return new Validator(schema as CfSchema, '2020-12').validate(value).valid;
}

function sample(schema: Schema, seed: string | number = 1): unknown {
  return atOnce(instanceOf(schema, randomFrom(seed)));
}

/** The sample, after a trip through JSON, if the validator does not accept it. */
function refused(schema: Schema, seed: string | number = 1): unknown {
  const value: unknown = JSON.parse(JSON.stringify(sample(schema, seed)));
  return accepts(schema, value) ? undefined : { value, schema };
}

const names = [
  'name',
  'city',
  'email',
  'count',
  'price',
  'next',
  'items',
  'a',
  'userId',
  '__proto__',
  'ärger',
  '',
];
const patterns = [
  '^[a-z]+$',
  '^\\d{3}-[A-Z]{2}$',
  'ab|cd',
  '^(foo|ba[rz]){1,3}$',
  '^\\p{Lu}\\p{Ll}+$',
  '[^a-z]',
  '^[\\w.-]+@x\\.io$',
  '(?=a)a.',
];

const strings = fc.oneof(
  fc.constant<Schema>({ type: 'string' }),
  fc.record(
    { type: fc.constant('string'), minLength: fc.nat(40), maxLength: fc.integer({ min: 40, max: 60 }) },
    { requiredKeys: ['type'] },
  ),
  fc.record({ type: fc.constant('string'), pattern: fc.constantFrom(...patterns) }),
  fc.record({
    type: fc.constant('string'),
    format: fc.constantFrom(
      'date-time',
      'date',
      'time',
      'duration',
      'email',
      'hostname',
      'ipv4',
      'ipv6',
      'uuid',
      'uri',
    ),
  }),
);

const numbers = fc
  .record(
    {
      type: fc.constantFrom('integer', 'number'),
      minimum: fc.integer({ min: -50, max: 50 }),
      width: fc.integer({ min: 20, max: 500 }),
      exclusive: fc.boolean(),
      multipleOf: fc.constantFrom(1, 2, 7, 0.5, 0.1, 0.01, 10),
    },
    { requiredKeys: ['type'] },
  )
  .map(({ minimum, width, exclusive, ...rest }): Schema => {
    if (minimum === undefined) return rest;
    if (exclusive)
      return { ...rest, exclusiveMinimum: minimum, ...(width ? { exclusiveMaximum: minimum + width } : {}) };
    return { ...rest, minimum, ...(width ? { maximum: minimum + width } : {}) };
  });

const scalars = fc.oneof(
  strings,
  numbers,
  fc.constant<Schema>({ type: 'boolean' }),
  fc.constant<Schema>({ type: 'null' }),
  fc.constant<Schema>({ type: ['string', 'null'] }),
  fc
    .array(fc.oneof(fc.string(), fc.integer(), fc.constant(null)), { minLength: 1, maxLength: 4 })
    .map((values): Schema => ({ enum: values })),
  fc
    .oneof(fc.string(), fc.integer(), fc.boolean(), fc.constant(null))
    .map((value): Schema => ({ const: value })),
);

/** Strict-mode schemas: every property required, nothing else allowed; references lead to `$defs` that may lead back. */
const { schema: strictSchemas } = fc.letrec<{ schema: Schema; object: Schema }>((tie) => ({
  schema: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    scalars,
    tie('object'),
    fc.constantFrom<Schema>({ $ref: '#/$defs/tree' }, { $ref: '#/$defs/chain' }),
    fc.record(
      { type: fc.constant('array'), items: tie('schema'), minItems: fc.nat(3) },
      { requiredKeys: ['type', 'items'] },
    ),
    fc.array(tie('schema'), { minLength: 1, maxLength: 3 }).map((branches): Schema => ({ anyOf: branches })),
  ),
  object: fc
    .uniqueArray(fc.tuple(fc.constantFrom(...names), tie('schema')), {
      selector: ([name]) => name,
      maxLength: 4,
    })
    .map((properties): Schema => ({
      type: 'object',
      properties: JSON.parse(
        `{${properties.map(([name, schema]) => `${JSON.stringify(name)}:${JSON.stringify(schema)}`).join(',')}}`,
      ),
      required: properties.map(([name]) => name),
      additionalProperties: false,
    })),
}));

const $defs = {
  tree: {
    type: 'object',
    properties: { value: { type: 'integer' }, children: { type: 'array', items: { $ref: '#/$defs/tree' } } },
    required: ['value', 'children'],
    additionalProperties: false,
  },
  chain: {
    type: 'object',
    properties: { name: { type: 'string' }, next: { anyOf: [{ $ref: '#/$defs/chain' }, { type: 'null' }] } },
    required: ['name', 'next'],
    additionalProperties: false,
  },
};

describe('instanceOf, for every strict-mode schema', () => {
  it('gives a value that an independent validator accepts', () => {
    fc.assert(
      fc.property(strictSchemas, fc.integer(), (schema, seed) => {
        const whole = { ...(schema as object), $defs };
        expect(refused(whole, seed)).toBeUndefined();
      }),
      { numRuns: 800 },
    );
  });

  it('gives the same value for the same seed', () => {
    fc.assert(
      fc.property(strictSchemas, fc.integer(), (schema, seed) => {
        const whole = { ...(schema as object), $defs };
        expect(sample(whole, seed)).toEqual(sample(whole, seed));
      }),
      { numRuns: 100 },
    );
  });

  it('gives only values that its own check accepts, and the check agrees with the validator', () => {
    fc.assert(
      fc.property(strictSchemas, fc.jsonValue(), (schema, value) => {
        const whole = { ...(schema as object), $defs };
        expect(satisfies(value, whole, new SchemaDocument(whole))).toBe(accepts(whole, value));
      }),
      { numRuns: 500 },
    );
  });
});
