import { describe, expect, it } from 'vitest';
import { z, ZodError } from 'zod';
import * as core from 'zod/v4/core';
import { z as z3 } from 'zod/v3';
import {
  zodFunction,
  zodRealtimeFunction,
  zodResponseFormat,
  zodResponsesFunction,
  zodTextFormat,
} from './zod.ts';

const propertiesOf = (schema: any): any =>
  (zodResponseFormat(schema, 'it').json_schema.schema as any).properties;
const parse = (schema: any, wire: unknown): unknown =>
  zodResponseFormat(schema, 'it').$parseRaw(JSON.stringify(wire));

describe('what is made', () => {
  const schema = z.object({ a: z.string() });
  const sent = {
    $schema: 'http://json-schema.org/draft-07/schema#',
    type: 'object',
    properties: { a: { type: 'string' } },
    required: ['a'],
    additionalProperties: false,
  };

  it('is plain data on the wire', () => {
    expect(JSON.parse(JSON.stringify(zodResponseFormat(schema, 'it', { description: 'd' })))).toEqual({
      type: 'json_schema',
      json_schema: { description: 'd', name: 'it', strict: true, schema: sent },
    });
    expect(JSON.parse(JSON.stringify(zodTextFormat(schema, 'it')))).toEqual({
      type: 'json_schema',
      name: 'it',
      strict: true,
      schema: sent,
    });
    expect(
      JSON.parse(JSON.stringify(zodFunction({ name: 'f', parameters: schema, description: '' }))),
    ).toEqual({
      type: 'function',
      function: { name: 'f', parameters: sent, strict: true },
    });
    expect(
      JSON.parse(
        JSON.stringify(zodResponsesFunction({ name: 'f', parameters: schema, defer_loading: true })),
      ),
    ).toEqual({ type: 'function', name: 'f', parameters: sent, strict: true, defer_loading: true });
    expect(zodRealtimeFunction({ name: 'f', parameters: schema, description: 'd' })).toEqual({
      type: 'function',
      name: 'f',
      parameters: sent,
      description: 'd',
    });
  });

  it('fails with the validator’s own error for JSON that does not fit', () => {
    expect(() => parse(schema, { a: 1 })).toThrow(ZodError);
  });

  it('does not quote text that is not JSON', () => {
    expect(() => zodResponseFormat(schema, 'it').$parseRaw('secret')).toThrow(
      new SyntaxError('Error reading response: invalid structured output JSON.'),
    );
  });

  it('takes schemas of the core, which have no methods', () => {
    const bare = new core.$ZodObject({
      type: 'object',
      shape: { a: new core.$ZodString({ type: 'string' }) },
    });
    expect(parse(bare, { a: 'x' })).toEqual({ a: 'x' });
  });

  it('defines the named schemas once', () => {
    const shared = z.object({ q: z.string() });
    const format = zodResponseFormat(z.object({ a: shared, b: shared.nullable() }), 'it', {
      schemaDefinitions: { 'my/shared': shared },
    });
    const $ref = '#/definitions/my~1shared';
    expect(format.json_schema.schema).toMatchObject({
      properties: { a: { $ref }, b: { anyOf: [{ $ref }, { type: 'null' }] } },
      definitions: { 'my/shared': { type: 'object', required: ['q'] } },
    });
  });
});

it('a lazy schema of Zod 4 that copies itself and transforms after that is refused', () => {
  const tree: any = z.lazy(() =>
    z.object({ children: z.array(tree.describe('d')), size: z.string().transform((text) => text.length) }),
  );
  expect(() => propertiesOf(z.object({ tree: tree.describe('d') }))).toThrow(
    'Describe the schema that `z.lazy()` returns.',
  );
});

describe.each([
  ['Zod 4', z as any],
  ['Zod 3', z3 as any],
])('%s', (_name, z) => {
  it('a null is left out only where it stands for an absent property', () => {
    const schema = z.object({
      absent: z.string().optional(),
      empty: z.string().nullish(),
      inside: z.array(z.object({ deep: z.number().optional() })),
    });
    const wire = { absent: null, empty: null, inside: [{ deep: null }, { deep: 1 }] };
    expect(parse(schema, wire)).toEqual({ empty: null, inside: [{}, { deep: 1 }] });
  });

  it('a null that is not allowed is still refused', () => {
    expect(() => parse(z.object({ a: z.string(), b: z.string().optional() }), { a: null, b: null })).toThrow(
      /null/,
    );
  });

  it('conversions are described by their input and run on parse', () => {
    const schema = z.object({
      length: z.string().transform((text: string) => text.length),
      count: z.coerce.number(),
      when: z.date(),
      then: z.coerce.date(),
    });
    expect(propertiesOf(schema)).toMatchObject({
      length: { type: 'string' },
      count: { type: 'number' },
      when: { type: 'string', format: 'date-time' },
      then: { type: 'string', format: 'date-time' },
    });
    const date = '2026-01-02T03:04:05.000Z';
    expect(parse(schema, { length: 'four', count: '2', when: date, then: date })).toEqual({
      length: 4,
      count: 2,
      when: new Date(date),
      then: new Date(date),
    });
  });

  it('a date that is none is left to the validator', () => {
    expect(() => parse(z.object({ when: z.date() }), { when: 'tomorrow' })).toThrow(/date/i);
  });

  it('a record may have any keys', () => {
    const pairs = ['toString', '__proto__', ''].map((key) => ({ key, value: 1 }));
    const record: any = parse(z.object({ counts: z.record(z.string(), z.number()) }), { counts: pairs });
    expect(record.counts).toMatchObject({ '': 1 });
    expect(Object.getPrototypeOf(record.counts)).toBe(Object.prototype);
  });

  it('a wrapped root is taken out, also while it arrives', () => {
    const format = zodResponseFormat(z.array(z.string()), 'it') as any;
    expect(format.$parseRaw('{"value":["a"]}')).toEqual(['a']);
    expect([{}, { value: ['a'] }].map(format.$partial)).toEqual([null, ['a']]);
  });

  it('recursion keeps its way through a wrapped root', () => {
    const tree: any = z.object({
      value: z.string(),
      when: z.date().optional(),
      children: z.lazy(() => z.array(tree)),
    });
    const date = '2026-01-02T03:04:05.000Z';
    const wire = {
      value: [{ value: 'a', when: null, children: [{ value: 'b', when: date, children: [] }] }],
    };
    expect(parse(z.array(tree), wire)).toEqual([
      { value: 'a', children: [{ value: 'b', when: new Date(date), children: [] }] },
    ]);
    expect(parse(tree.nullable(), { value: null })).toBeNull();
  });

  it.each([true, false])('a lazy schema may copy itself at each level: %s', (copies) => {
    const copy = (schema: any): any => (copies ? schema.describe('d') : schema);
    const tree: any = z.lazy(() => z.object({ when: z.date(), children: z.array(copy(tree)) }));
    const date = '2026-01-02T03:04:05.000Z';
    const wire = { tree: { when: date, children: [{ when: date, children: [] }] } };
    const schema = z.object({ tree: copy(tree) });
    expect(JSON.stringify(parse(schema, wire))).toBe(JSON.stringify(wire));
    expect(JSON.stringify(zodResponseFormat(schema, 'it'))).toContain('#/definitions/');
  });

  it('a property is optional through whatever wraps it, so that a list can end', () => {
    const list: any = z.object({ value: z.string(), next: z.lazy(() => list.optional()) });
    expect(propertiesOf(list).next).toEqual({ anyOf: [{ $ref: '#' }, { type: 'null' }] });
    expect(parse(list, { value: 'a', next: { value: 'b', next: null } })).toEqual({
      value: 'a',
      next: { value: 'b' },
    });
    const optional = z.string().optional();
    const schema = z.object({
      converted: optional.transform((text?: string) => text?.length),
      prepared: z.preprocess((value: unknown) => value, optional),
      piped: optional.pipe(z.any()),
      branded: optional.brand('b'),
      readonly: optional.readonly(),
    });
    const absent = { converted: null, prepared: null, piped: null, branded: null, readonly: null };
    expect(JSON.stringify(parse(schema, absent))).toBe('{}');
  });

  it('an optional property is sent in the shorter way where its schema has no more than a description', () => {
    const { plain, limited } = propertiesOf(
      z.object({ plain: z.string().describe('d').optional(), limited: z.string().min(1).optional() }),
    );
    expect(plain).toEqual({ type: ['string', 'null'], description: 'd' });
    expect(limited).toEqual({ anyOf: [{ type: 'string', minLength: 1 }, { type: 'null' }] });
  });

  it('a branch of a union is found by its shape', () => {
    const schema = z.object({
      of: z.union([
        z.object({ kind: z.literal('a'), note: z.string().optional() }),
        z.object({ kind: z.literal('b'), note: z.string().nullable() }),
      ]),
    });
    expect(parse(schema, { of: { kind: 'a', note: null } })).toEqual({ of: { kind: 'a' } });
    expect(parse(schema, { of: { kind: 'b', note: null } })).toEqual({ of: { kind: 'b', note: null } });
    const dates = z.object({ of: z.union([z.string(), z.record(z.enum(['from', 'to']), z.date())]) });
    const date = '2026-01-02T03:04:05.000Z';
    expect(parse(dates, { of: { from: date, to: date } })).toEqual({
      of: { from: new Date(date), to: new Date(date) },
    });
    const tolerant = z.object({ note: z.string().optional() }).passthrough();
    expect(parse(z.object({ of: z.union([z.string(), tolerant]) }), { of: { note: null } })).toEqual({
      of: {},
    });
  });

  it('refuses what JSON cannot hold, and names the place', () => {
    expect(() => propertiesOf(z.object({ a: z.object({ b: z.symbol() }) }))).toThrow(/a.*b/);
    expect(() => propertiesOf(z.object({ a: z.literal(5n) }))).toThrow(/iteral.*`\S*a`|`\S*a`.*Literal/);
    expect(() => propertiesOf(z.object({ a: z.literal(undefined) }))).toThrow(/iteral/);
    expect(() => propertiesOf(z.object({ ['__proto__']: z.string() }))).toThrow(/`__proto__`/);
    expect(() => propertiesOf(z.object({ a: z.string() }).catchall(z.number()))).toThrow(/record property/);
  });
});
