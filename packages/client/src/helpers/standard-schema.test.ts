import { type } from 'arktype';
import { describe, expect, it } from 'vitest';
import { z as z3 } from 'zod/v3';
import { OpenAIError } from '../errors/openai-error.ts';
import { standardFunction, standardResponseFormat } from './standard-schema.ts';
import { readersFor } from '../structured/readers.ts';

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

  it.each([
    ['an object', { properties: { b: string }, required: ['b'], additionalProperties: false }, { b: 'x' }],
    ['a list', { items: string }, ['x']],
    ['a text', { minLength: 1 }, 'x'],
    ['a record', { additionalProperties: string }, { k: 'x' }],
    ['one of a union', { anyOf: [{ properties: { b: string }, required: ['b'] }] }, { b: 'x' }],
  ])('need not say that an optional property is %s when its keywords do', (_, property, value) => {
    const schema = { type: 'object', properties: { a: property } };
    const { json_schema, $parseRaw: parse } = standardResponseFormat(anything, 'it', { schema });
    expect(json_schema.schema!['required']).toEqual(['a']);
    expect(parse('{"a":null}')).toEqual({});
    const sent = Array.isArray(value) || typeof value === 'string' || !('k' in value);
    expect(parse(JSON.stringify({ a: sent ? value : [{ key: 'k', value: 'x' }] }))).toEqual({ a: value });
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

describe('a schema that was passed', () => {
  const identity = validator((value) => ({ value }));
  const formatOf = (schema: any): any => standardResponseFormat(identity, 'it', { schema });
  const read = (schema: any, wire: unknown): unknown => formatOf(schema).$parseRaw(JSON.stringify(wire));
  const number = { type: 'number' };

  it.each([
    ['prefixItems', { prefixItems: [string, number], items: false }],
    ['items', { items: [string, number], additionalItems: false }],
  ])('may say with %s that a list is a tuple', (_keyword, tuple) => {
    const schema = object({ a: { type: 'array', ...tuple } });
    expect(formatOf(schema).json_schema.schema.properties.a).toEqual(
      object({ 0: string, 1: number }, { additionalProperties: false }),
    );
    expect(read(schema, { a: { 0: 'x', 1: 2 } })).toEqual({ a: ['x', 2] });
  });

  it.each([
    [
      'record',
      { type: ['object', 'null'], additionalProperties: number },
      [{ key: 'x', value: 1 }],
      { x: 1 },
    ],
    ['tuple', { type: ['array', 'null'], items: [string, number] }, { 0: 'x', 1: 2 }, ['x', 2]],
    ['list of some length', { type: ['array', 'null'], items: [number, number] }, [1, 2], [1, 2]],
  ])('has null in place of a %s only where it says so', (_kind, nullable, wire, native) => {
    const schema = object({ a: nullable, b: { ...nullable, type: nullable.type[0] } });
    const { a, b } = formatOf(schema).json_schema.schema.properties;
    expect(a).toEqual({ ...b, type: [b.type, 'null'] });
    expect(read(schema, { a: null, b: wire })).toEqual({ a: null, b: native });
    expect(read(schema, { a: wire, b: wire })).toEqual({ a: native, b: native });
  });

  it.each([
    ['as many as are named', { items: [number, number] }, { minItems: 2, maxItems: 2 }],
    ['more of the same', { items: [number], additionalItems: number }, { minItems: 1 }],
    ['some more', { items: [number], additionalItems: number, maxItems: 3 }, { minItems: 1, maxItems: 3 }],
  ])('is a list of %s where the items of a tuple are alike', (_what, tuple, length) => {
    const schema = object({ a: { type: 'array', ...tuple } });
    expect(formatOf(schema).json_schema.schema.properties.a).toEqual({
      type: 'array',
      items: number,
      ...length,
    });
  });

  it.each([
    ['a reference', { $ref: '#/$defs/it', $defs: { it: object({ a: string }) } }],
    ['the only branch of an intersection', { allOf: [object({ a: string })] }],
    ['the only branch of a union', { anyOf: [object({ a: string })] }],
  ])('is sent without a wrapper when its root is an object through %s', (_way, schema) => {
    expect(formatOf(schema).json_schema.schema).toMatchObject(
      object({ a: string }, { additionalProperties: false }),
    );
    expect(read(schema, { a: 'x' })).toEqual({ a: 'x' });
  });

  it('keeps of an intersection the first description, and refuses one of more than objects', () => {
    const branch = (property: string, more: object): object => object({ [property]: string }, more);
    const described = [
      branch('x', { description: 'first' }),
      branch('y', { description: 'second', title: 't', $defs: { z: string } }),
    ];
    expect(formatOf(object({ a: { allOf: described } })).json_schema.schema.properties.a).toEqual({
      ...object({ x: string, y: string }, { additionalProperties: false }),
      description: 'first',
      title: 't',
    });
    const mixed = [branch('x', { type: ['object', 'string'] }), branch('y', { type: ['string', 'object'] })];
    expect(() => formatOf(object({ a: { allOf: mixed } }))).toThrow(/allOf/);
  });

  it('is refused with the place of what cannot be said', () => {
    const both = { allOf: [object({ x: string }), object({ x: number })] };
    expect(() => formatOf(object({ a: object({ b: both }) }))).toThrow(
      'Object allOf at `properties/a/properties/b` cannot be merged',
    );
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

it('reads the dates of a union of ArkType, which has no order, before other texts', () => {
  for (const union of ['Date | string', 'string | Date'] as const) {
    const { $parseRaw } = standardResponseFormat(type({ a: union }), 'it');
    expect($parseRaw('{"a":"2026-05-01T09:00:00Z"}')).toEqual({ a: new Date('2026-05-01T09:00:00Z') });
    expect($parseRaw('{"a":"soon"}')).toEqual({ a: 'soon' });
  }
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

  it('has to be synchronous for $parseRaw, which cannot wait', () => {
    const format = standardResponseFormat(
      validator(async (value) => ({ value }), object({})),
      'it',
    );
    expect(() => format.$parseRaw('{}')).toThrow('$parseRaw() cannot await validation');
  });

  it('of Zod 3 is run once, so that a rejection in it is heard', async () => {
    let runs = 0;
    const fails = z3.string().transform(async () => {
      runs += 1;
      throw new Error('no such place');
    });
    const schema = object({ a: string });
    const { content } = readersFor({
      response_format: standardResponseFormat(z3.object({ a: fails }) as any, 'it', { schema }),
    });
    await expect(content!.parse('{"a":"x"}', true)).rejects.toThrow('no such place');
    expect(runs).toBe(1);
    await expect(content!.parse('{"a":1}', true)).rejects.toThrow(
      'Standard Schema validation failed: a: Expected string, received number',
    );
  });
});
