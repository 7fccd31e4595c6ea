import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import * as mini from 'zod/mini';
import { z as z3 } from 'zod/v3';
import { zodResponseFormat } from '../helpers/zod.ts';

describe.each([
  ['Zod 4', z as any, /Custom types cannot be represented in JSON Schema, at `properties\/a/],
  ['Zod 3', z3 as any, /Zod schema field `\$\.a[\w.]*` uses `ZodEffects`/],
])('what only a function checks is refused: %s', (_name, z, error) => {
  const map = z.instanceof(Map);
  it.each<[string, any]>([
    ['instanceof()', map],
    ['custom()', z.custom(() => true)],
    ['with a description', map.describe('a map')],
    ['optional', map.optional()],
    ['nullable', map.nullable()],
    ['with a default', map.default(new Map())],
    ['with a fallback', map.catch(new Map())],
    ['read only', map.readonly()],
    ['branded', map.brand('it')],
    ['lazy', z.lazy(() => map)],
    ['in an array', z.array(map)],
    ['in a record', z.record(z.string(), map)],
    ['in a tuple', z.tuple([z.string(), map])],
    ['in a union', z.union([z.string(), map])],
    ['in an intersection', z.intersection(z.object({}), map)],
    ['preprocessed', z.preprocess((value: unknown) => value, map)],
    ['transformed', map.transform(String)],
    ['refined', map.refine(() => true)],
  ])('%s', (_what, schema) => {
    expect(() => zodResponseFormat(z.object({ a: schema }), 'it')).toThrow(error);
  });

  it('custom() without a function', () => {
    const nothing = /(no `type`, .* Specify its type|Custom types cannot be represented)/;
    expect(() => zodResponseFormat(z.object({ a: z.custom() }), 'it')).toThrow(nothing);
  });

  it('but not where another schema says what goes in', () => {
    const schema = z.object({ a: z.string().pipe(z.custom(() => true)) });
    expect(zodResponseFormat(schema, 'it').json_schema.schema).toMatchObject({
      properties: { a: { type: 'string' } },
    });
  });
});

describe.each([
  ['Zod 4', z as any],
  ['Zod Mini', mini as any],
  ['Zod 3', z3 as any],
])('the names of schemaDefinitions: %s', (_name, z) => {
  it('may be any text', () => {
    const names = fc.oneof(fc.string({ minLength: 1 }), fc.string({ unit: 'grapheme', minLength: 1 }));
    const special = fc.constantFrom('a%b', 'a%20b', 'a b', '#', 'a#/b', 'ü', '~', '~1', '/', 'constructor');
    fc.assert(
      fc.property(fc.oneof(special, names), (name) => {
        fc.pre(name !== '__proto__' && !/\p{Surrogate}/u.test(name));
        const shared = z.object({ q: z.string() });
        const schema = z.object({ a: shared, b: z.array(shared) });
        const format: any = zodResponseFormat(schema, 'it', { schemaDefinitions: { [name]: shared } });
        const { properties, definitions } = format.json_schema.schema;
        const token = decodeURIComponent(properties.a.$ref.replace('#/definitions/', ''));
        expect(token.replaceAll('~1', '/').replaceAll('~0', '~')).toBe(name);
        expect(properties.b.items).toEqual(properties.a);
        expect(definitions[name]).toMatchObject({ type: 'object', required: ['q'] });
      }),
    );
  });

  it('cannot be __proto__', () => {
    const shared = z.object({ q: z.string() });
    expect(() =>
      zodResponseFormat(z.object({ a: shared }), 'it', { schemaDefinitions: { ['__proto__']: shared } }),
    ).toThrow('schemaDefinitions cannot include "__proto__" as a definition name');
  });

  it('may be empty', () => {
    const shared = z.object({ q: z.string() });
    const schema = z.object({ a: shared, b: z.array(shared) });
    const format: any = zodResponseFormat(schema, 'it', { schemaDefinitions: { '': shared } });
    const { properties, definitions } = format.json_schema.schema;
    // Zod 4 takes an empty name for none. The `openai` package then sends a stray `id` too.
    const own = definitions?.[''] ?? properties.a;
    expect(own).toEqual({
      type: 'object',
      properties: { q: { type: 'string' } },
      required: ['q'],
      additionalProperties: false,
    });
    expect(properties.a).toEqual(definitions ? { $ref: '#/definitions/' } : own);
    expect(properties.b.items).toEqual(properties.a);
  });
});
