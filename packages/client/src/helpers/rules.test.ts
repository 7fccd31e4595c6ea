import { type } from 'arktype';
import * as v from 'valibot';
import { describe, expect, it, test } from 'vitest';
import { z, ZodError } from 'zod';
import { z as z3 } from 'zod/v3';
import { strictViolations } from '../../test/support/strict-rules.ts';
import { standardResponseFormat } from './standard-schema.ts';
import { zodFunction, zodResponseFormat } from './zod.ts';

const sentFor = (schema: any, options?: { keep: 'all' }): any =>
  (zodResponseFormat(z.object({ a: schema }), 'it', options).json_schema.schema as any).properties.a;

describe('what strict mode does not take is left to the validator', () => {
  test.each<[name: string, schema: z.ZodType, valid: string, invalid: string]>([
    ['url', z.url(), 'https://a.example', 'a'],
    ['base64', z.base64(), 'YQ==', '?'],
    ['hostname', z.string().regex(/^(?!x)\w+$/), 'a', 'xa'],
    ['reference back', z.string().regex(/^(\w)\1$/), 'aa', 'ab'],
    ['iso duration', z.iso.duration(), 'P1D', 'P'],
    ['several patterns', z.string().startsWith('a').endsWith('b'), 'ab', 'a'],
  ])('%s', (_name, schema, valid, invalid) => {
    const format = zodResponseFormat(z.object({ a: schema }), 'it');
    expect(strictViolations(format.json_schema.schema)).toEqual([]);
    expect(sentFor(schema)).not.toMatchObject({ pattern: expect.stringContaining('(?!') });
    expect(format.$parseRaw(JSON.stringify({ a: valid }))).toEqual({ a: valid });
    expect(() => format.$parseRaw(JSON.stringify({ a: invalid }))).toThrow(ZodError);
  });

  it('unless all is kept', () => {
    expect(sentFor(z.url())).toEqual({ type: 'string' });
    expect(sentFor(z.url(), { keep: 'all' })).toEqual({ type: 'string', format: 'uri' });
    expect(sentFor(z.string().regex(/^(?!x)/), { keep: 'all' })).toEqual({
      type: 'string',
      pattern: '^(?!x)',
    });
    expect(sentFor(z.any(), { keep: 'all' })).toEqual({});
    const tool = zodFunction({ name: 'f', parameters: z.object({ a: z.url() }), keep: 'all' });
    expect(tool.function.parameters).toMatchObject({ properties: { a: { format: 'uri' } } });
    expect(tool).not.toHaveProperty('keep');
  });
});

it('refuses a place that allows any value, naming it', () => {
  const any = /^Schema at `properties\/list\/items` has no `type`/;
  expect(() => zodResponseFormat(z.object({ list: z.array(z.unknown()) }), 'it')).toThrow(any);
  expect(() => zodResponseFormat(z3.object({ list: z3.array(z3.any()) }), 'it')).toThrow(any);
  // ArkType leaves out `items` for a list of anything.
  expect(() => standardResponseFormat(type({ list: 'unknown[]' }), 'it')).toThrow(
    /^Schema at `properties\/list` declares an array without `items`, .* Specify its items\.$/,
  );
});

test.each<[name: string, make: () => unknown, message: RegExp]>([
  [
    'a Valibot schema alone',
    () => standardResponseFormat(v.object({ a: v.string() }), 'it'),
    /require a JSON Schema\. .*`toStandardJsonSchema\(\)` of `@valibot\/to-json-schema`/,
  ],
  [
    'a Zod 3 schema',
    () => standardResponseFormat(z3.object({ a: z3.string() }) as any, 'it'),
    /use `colloquy\/helpers\/zod`/,
  ],
  [
    'a JSON Schema',
    () => standardResponseFormat({ type: 'object', properties: {} } as any, 'it'),
    /`~standard`\. Got a JSON Schema, for example from TypeBox/,
  ],
  [
    'a JSON Schema',
    () => zodResponseFormat({ type: 'object', properties: {} } as any, 'it'),
    /Got a JSON Schema/,
  ],
  [
    'an object of schemas',
    () => zodResponseFormat({ a: z.string() } as any, 'it'),
    /Got an object of schemas: wrap it/,
  ],
  [
    'a schema of another library',
    () => zodResponseFormat(v.string() as any, 'it'),
    /`colloquy\/helpers\/standard-schema`/,
  ],
  ['a function', () => zodResponseFormat((() => z.string()) as any, 'it'), /Got a function: call it\./],
  ['nothing', () => zodResponseFormat(undefined as any, 'it'), /Got undefined\./],
  ['null', () => standardResponseFormat(null as any, 'it'), /Got null\./],
])('says what to do about %s', (_name, make, message) => {
  expect(make).toThrow(message);
});
