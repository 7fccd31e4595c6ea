import { Validator, type Schema as CfSchema } from '@cfworker/json-schema';
import { describe, expect, it } from 'vitest';
import { atOnce } from '../slices.ts';
import { instanceOf, type Schema, Unsatisfiable } from './instance-of.ts';
import { randomFrom } from './random.ts';

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

/** `count` definitions, each of which is only a reference to the next. */
function chainOf(count: number): Schema {
  const links = Array.from({ length: count }, (_, index) => [`n${index}`, { $ref: `#/$defs/n${index + 1}` }]);
  return { $ref: '#/$defs/n0', $defs: { ...Object.fromEntries(links), [`n${count}`]: { type: 'string' } } };
}

/** Definitions that offer the next one twice, down to one that nothing satisfies: 2 to the power of `depth` ways. */
function twins(depth: number, last: Schema = { type: 'string', minLength: 3, maxLength: 1 }): Schema {
  const next = (index: number): Schema => ({ $ref: `#/$defs/n${index + 1}` });
  const levels = Array.from({ length: depth }, (_, index) => [
    `n${index}`,
    { anyOf: [next(index), next(index)] },
  ]);
  return {
    $ref: '#/$defs/n0',
    $defs: { ...Object.fromEntries(levels), [`n${depth}`]: last },
  };
}

const many: Schema = {
  type: 'object',
  properties: {
    ids: { type: 'array', items: { type: 'integer' }, minItems: 300, uniqueItems: true },
    names: { type: 'array', items: { type: 'string' }, minItems: 60, uniqueItems: true },
  },
  required: ['ids', 'names'],
};

describe('instanceOf, beyond what strict mode allows', () => {
  const cases: [string, Schema][] = [
    [
      'an intersection of objects',
      {
        allOf: [
          { type: 'object', properties: { a: { type: 'string', minLength: 3 } }, required: ['a'] },
          { properties: { a: { maxLength: 5 }, b: { type: 'integer' } }, required: ['b'] },
        ],
      },
    ],
    [
      'siblings of a reference',
      {
        $ref: '#/$defs/base',
        required: ['b'],
        properties: { b: { const: 1 } },
        $defs: { base: { type: 'object', properties: { a: { type: 'null' } }, required: ['a'] } },
      },
    ],
    [
      'one of several',
      {
        oneOf: [
          { type: 'integer', multipleOf: 2 },
          { type: 'integer', multipleOf: 3 },
        ],
      },
    ],
    ['a forbidden value', { type: 'integer', minimum: 1, maximum: 3, not: { enum: [1, 3] } }],
    [
      'a condition',
      {
        type: 'object',
        properties: { kind: { enum: ['a', 'b'] }, size: { type: 'integer' } },
        required: ['kind'],
        if: { properties: { kind: { const: 'a' } } },
        then: { required: ['size'] },
      },
    ],
    [
      'a tuple',
      { type: 'array', prefixItems: [{ type: 'string' }, { type: 'integer' }], items: false, minItems: 2 },
    ],
    [
      'different items',
      { type: 'array', items: { type: 'integer', minimum: 1, maximum: 6 }, minItems: 6, uniqueItems: true },
    ],
    [
      'an item that must be there',
      { type: 'array', items: { type: 'integer' }, contains: { type: 'integer', minimum: 1000 } },
    ],
    [
      'a number of properties',
      { type: 'object', minProperties: 4, additionalProperties: { type: 'integer' } },
    ],
    [
      'names by pattern',
      {
        type: 'object',
        minProperties: 2,
        patternProperties: { '^x_[a-z]{2}$': { type: 'boolean' } },
        additionalProperties: false,
      },
    ],
    ['names by rule', { type: 'object', minProperties: 3, propertyNames: { pattern: '^[A-Z]{4}$' } }],
    [
      'dependent properties',
      {
        type: 'object',
        properties: { card: { type: 'string' }, address: { type: 'string' } },
        required: ['card'],
        dependentRequired: { card: ['address'] },
      },
    ],
    ['a long string of a pattern', { type: 'string', pattern: '^[a-z]+$', minLength: 500, maxLength: 510 }],
    [
      'two patterns, one of them behind a reference',
      { $ref: '#/$defs/a', pattern: 'b$', maxLength: 9, $defs: { a: { type: 'string', pattern: '^a' } } },
    ],
    ['two patterns', { type: 'string', allOf: [{ pattern: '^a' }, { pattern: 'z$' }], minLength: 4 }],
    [
      'a root that refers to itself',
      {
        type: 'object',
        properties: { next: { anyOf: [{ $ref: '#' }, { type: 'null' }] } },
        required: ['next'],
        additionalProperties: false,
      },
    ],
    [
      'mutual recursion',
      {
        $ref: '#/$defs/a',
        $defs: {
          a: { type: 'object', properties: { b: { $ref: '#/$defs/b' } }, required: ['b'] },
          b: {
            type: 'object',
            properties: { as: { type: 'array', items: { $ref: '#/$defs/a' }, maxItems: 2 } },
            required: ['as'],
          },
        },
      },
    ],
    [
      'definitions of the older drafts',
      { $ref: '#/definitions/a%20b', definitions: { 'a b': { type: 'integer' } } },
    ],
    ['keywords without a type', { properties: { a: { minimum: 3 } }, required: ['a'] }],
    ['nothing at all', {}],
    ['true', true],
  ];

  it.each(cases)('keeps %s', (_, schema) => {
    for (let seed = 0; seed < 25; seed++) expect(refused(schema, seed)).toBeUndefined();
  });

  it('finds as many different numbers and names as are asked for', () => {
    expect(refused(many)).toBeUndefined();
  });

  const impossible: [string, Schema][] = [
    ['a chain of thousands of references', chainOf(5000)],
    [
      'thousands of parts',
      { allOf: Array.from({ length: 3000 }, (_, index) => ({ required: [`p${index}`] })) },
    ],
    ['twins that both lead nowhere', twins(40)],
    ['an endless chain', { type: 'object', properties: { next: { $ref: '#' } }, required: ['next'] }],
    ['crossed bounds', { type: 'integer', minimum: 5, maximum: 4 }],
    ['two types at once', { allOf: [{ type: 'string' }, { type: 'integer' }] }],
    ['false', false],
    [
      'a forbidden property that is required',
      { type: 'object', properties: {}, required: ['a'], additionalProperties: false },
    ],
    ['a reference to nowhere', { $ref: '#/$defs/none' }],
    ['a reference to elsewhere', { $ref: 'https://example.com/schema' }],
    ['a pattern nothing matches', { type: 'string', pattern: '^a\\bb$' }],
    ['more items than memory', { type: 'array', minItems: 1e9 }],
  ];

  it.each(impossible)('says that nothing satisfies %s', (_, schema) => {
    expect(() => sample(schema)).toThrow(Unsatisfiable);
  });

  it('ends in reasonable time and size for a tree of twenty branches', () => {
    const properties = Object.fromEntries(
      Array.from({ length: 20 }, (_, index) => [
        `branch${index}`,
        { anyOf: [{ $ref: '#' }, { type: 'null' }] },
      ]),
    );
    const tree = { type: 'object', properties, required: Object.keys(properties) };
    expect(refused(tree)).toBeUndefined();
    expect(JSON.stringify(sample(tree)).length).toBeLessThan(100_000);
  });
});

describe('instanceOf, where the rules leave a choice', () => {
  it('names texts after their property, and takes defaults and small counts', () => {
    const properties = {
      city: { type: 'string' },
      homePhone: { type: 'string' },
      short: { type: 'string', maxLength: 4 },
      days: { type: 'integer' },
      notes: { type: 'array', items: { type: 'string' } },
    };
    for (let seed = 0; seed < 20; seed++) {
      const value = sample({ type: 'object', properties, required: Object.keys(properties) }, seed);
      expect(value).toMatchObject({ city: 'sample city', homePhone: 'sample home phone', short: 'samp' });
      const { days, notes } = value as { days: number; notes: string[] };
      expect(days).toBeGreaterThanOrEqual(0);
      expect(days).toBeLessThanOrEqual(100);
      expect([...new Set(notes)]).toEqual(['sample note']);
    }
  });
});

describe('a pattern that would take minutes', () => {
  it.each<[string, Schema]>([
    ['on long texts', { type: 'string', pattern: 'a*b(?=c)', minLength: 19_000 }],
    ['to write', { type: 'string', pattern: '^((((a{0}){1000}){1000}){1000}){40}$' }],
    ['in each of many branches', twins(12, { type: 'string', pattern: '^a{19000}$', maxLength: 5 })],
    ['to follow down', { type: 'string', pattern: `^${'('.repeat(200_000)}a${')'.repeat(200_000)}$` }],
  ])('%s is answered, or refused as one that nothing satisfies', (_name, schema) => {
    try {
      expect(typeof sample(schema)).toBe('string');
    } catch (thrown) {
      expect(thrown).toBeInstanceOf(Unsatisfiable);
    }
  });
});
