import { type } from 'arktype';
import { describe, expect, it } from 'vitest';
import { OpenAIError } from '../transport/errors.ts';
import { standardFunction, standardResponseFormat } from './standard-schema.ts';

/** A validator of the plainest kind. */
function validator(validate: (value: unknown) => any, input?: object): any {
  return {
    '~standard': {
      version: 1,
      vendor: 'test',
      validate,
      ...(input && { jsonSchema: { input: () => input } }),
    },
  };
}

const object = (properties: object, more: object = {}): any => ({
  type: 'object',
  properties,
  required: Object.keys(properties),
  ...more,
});
const string = { type: 'string' };
const anything = validator((value) => ({ value }), object({ a: string }));

describe('the JSON Schema', () => {
  it('is the validator’s own, or the one passed instead', () => {
    const own = standardResponseFormat(anything, 'it').json_schema.schema;
    const passed = standardResponseFormat(anything, 'it', {
      schema: object({ b: string }),
      description: 'd',
    });
    expect(own).toEqual(object({ a: string }, { additionalProperties: false }));
    expect(passed.json_schema).toEqual({
      name: 'it',
      description: 'd',
      strict: true,
      schema: object({ b: string }, { additionalProperties: false }),
    });
  });

  it('is needed', () => {
    expect(() => standardResponseFormat(validator(String), 'it')).toThrow(OpenAIError);
    expect(() => standardResponseFormat(validator(String), 'it')).toThrow(/require a JSON Schema/);
  });

  it('that was passed stays as it was', () => {
    const schema = object({ a: { oneOf: [string, { type: 'null' }] }, b: { additionalProperties: string } });
    const before = structuredClone(schema);
    standardResponseFormat(anything, 'it', { schema });
    expect(schema).toEqual(before);
  });
});

describe('ArkType', () => {
  it('has dates and big integers as strings, and refuses what JSON cannot hold, naming the place', () => {
    const format = standardResponseFormat(type({ when: 'Date', 'counts?': 'bigint[]' }), 'it');
    expect(format.json_schema.schema).toMatchObject({
      properties: { when: { type: 'string', format: 'date-time' } },
    });
    expect(format.$parseRaw('{"when":"2026-05-01T09:00:00Z","counts":["12"]}')).toEqual({
      when: new Date('2026-05-01T09:00:00Z'),
      counts: [12n],
    });
    for (const [definition, kind] of [
      ['symbol', 'symbol'],
      ['RegExp', 'RegExp'],
      ['undefined', 'unit'],
      ['5n', 'unit'],
    ] as const) {
      expect(() => standardResponseFormat(type({ a: { b: definition } } as any) as any, 'it')).toThrow(
        `${kind} cannot be represented in JSON Schema, at \`properties/a/properties/b\``,
      );
    }
  });
});

describe('oneOf', () => {
  const branchesOf = (...oneOf: unknown[]): any =>
    (standardResponseFormat(anything, 'it', { schema: object({ a: { oneOf } }) }).json_schema.schema as any)
      .properties.a.anyOf;

  it.each([
    ['types', [string, { type: 'number' }, { type: ['null', 'boolean'] }]],
    ['literals', [{ const: 'a' }, { enum: ['b', 'c'] }]],
    ['a discriminator', [object({ kind: { const: 'a' } }), object({ kind: { enum: ['b', 'c'] } })]],
    [
      'required properties a closed branch does not know',
      [
        object({ a: string }, { additionalProperties: false }),
        object({ b: string }, { additionalProperties: false }),
      ],
    ],
    [
      'what a closed branch after an open one does not know',
      [object({ a: string, b: string }), object({ a: string }, { additionalProperties: false })],
    ],
    [
      'what a closed branch before an open one does not know',
      [object({ a: string }, { additionalProperties: false }), object({ a: string, b: string })],
    ],
  ])('becomes anyOf where branches differ in %s', (_what, branches) => {
    expect(branchesOf(...branches)).toHaveLength(branches.length);
  });

  it.each([
    ['an integer is a number', [{ type: 'integer' }, { type: 'number' }]],
    ['an open object may have both properties', [object({ a: string }), object({ b: string })]],
    [
      'closed objects know what the others require',
      [
        object({ a: string, b: string }, { required: ['a'], additionalProperties: false }),
        object({ a: string, b: string }, { required: ['b'], additionalProperties: false }),
      ],
    ],
    ['a literal appears twice', [{ enum: ['a', 'b'] }, { enum: ['b', 'c'] }]],
    [
      'the discriminator is optional',
      [{ ...object({ k: { const: 1 } }), required: [] }, object({ k: { const: 2 } })],
    ],
    ['anything is anything', [{}, string]],
  ])('is refused where branches may overlap: %s', (_why, branches) => {
    expect(() => branchesOf(...branches)).toThrow(
      /not provably mutually exclusive.* add a discriminator with distinct literal values/,
    );
  });

  it('is refused beside anyOf, which it would replace', () => {
    const schema = object({ a: { anyOf: [string], oneOf: [string, { type: 'null' }] } });
    expect(() => standardResponseFormat(anything, 'it', { schema })).toThrow(/not provably/);
  });
});

describe('validation', () => {
  it('gives the value the validator gives', () => {
    const tool = standardFunction({
      name: 'f',
      parameters: validator((value: any) => ({ value: value.a.length }), object({ a: string })),
    });
    expect(tool.$parseRaw('{"a":"four"}')).toBe(4);
  });

  it('fails with the paths and messages of all issues', () => {
    const issues = [{ message: 'too short', path: ['a', { key: 'b' }, 0] }, { message: 'wrong' }];
    const format = standardResponseFormat(
      validator(() => ({ issues }), object({})),
      'it',
    );
    expect(() => format.$parseRaw('{}')).toThrow(
      new OpenAIError('Standard Schema validation failed: a.b.0: too short; wrong'),
    );
  });

  it('has to be synchronous', () => {
    const format = standardResponseFormat(
      validator(async (value) => ({ value }), object({})),
      'it',
    );
    expect(() => format.$parseRaw('{}')).toThrow(/only support synchronous validation/);
  });
});
