// The cost is linear in the lists of a schema, and in the values that are parsed with it.
import { describe, expect } from 'vitest';
import { z as z3 } from 'zod/v3';
import { z } from 'zod';
import { holdGrowth, type Law } from '../../../../test/growth.ts';
import {
  explainSchema as explainStandard,
  standardResponseFormat,
} from '../../src/helpers/standard-schema.ts';
import { explainSchema, zodFunction, zodResponseFormat } from '../../src/helpers/zod.ts';
import type { JSONSchema } from '../../src/structured/json-schema.ts';
import { toStrictJsonSchema } from '../../src/structured/to-strict.ts';

type Fields = Record<string, any>;

const list = <T>(count: number, item: (at: number) => T): T[] =>
  Array.from({ length: count }, (_, at) => item(at));
const named = <T>(count: number, value: (at: number) => T, prefix = 'p'): Record<string, T> =>
  Object.fromEntries(list(count, (at) => [`${prefix}${at}`, value(at)]));

const string: JSONSchema = { type: 'string' };
const nullable: JSONSchema = { type: ['string', 'null'] };
const object = (properties: Record<string, JSONSchema>, required?: string[]): JSONSchema => ({
  type: 'object',
  properties,
  required: required ?? Object.keys(properties),
});
const refTo = (at: number): JSONSchema => ({ $ref: `#/$defs/d${at}` });

const strict = (size: number, make: (size: number) => JSONSchema): Law => ({
  size,
  make,
  read: toStrictJsonSchema,
});

/** Up to ten times as deep as strict mode allows. Each schema has a path as long as it is deep, so the cost is not linear. */
const levels = { most: 100, limit: 3 };

describe('JSON Schemas with many', () => {
  holdGrowth({
    properties: strict(500, (size) =>
      object(
        named(size, () => nullable),
        [],
      ),
    ),
    'values of an enum': strict(2_500, (size) => object({ a: { enum: list(size, String) } })),
    enums: strict(500, (size) => object(named(size, () => ({ enum: ['a', 'b'] })))),
    'required names': strict(1_250, (size) => ({ ...object(named(size, () => string)), description: 'd' })),
    branches: strict(500, (size) => object({ a: { anyOf: list(size, (at) => ({ const: at })) } })),
    'objects in each other': {
      ...strict(25, (size) => list(size, String).reduce<JSONSchema>((inner) => object({ a: inner }), string)),
      ...levels,
    },
    'references to one definition': strict(250, (size) => ({
      ...object(named(size, () => refTo(0))),
      $defs: { d0: object({ a: string }) },
    })),
    'references to references': strict(125, (size) => ({
      ...object({ a: refTo(size - 1) }, []),
      $defs: named(size, (at) => (at ? refTo(at - 1) : nullable), 'd'),
    })),
    'references that share references': strict(75, (size) => ({
      ...object({ a: refTo(size - 1) }, []),
      $defs: named(size, (at) => (at ? { anyOf: [refTo(at - 1), refTo(at - 1)] } : nullable), 'd'),
    })),
    'references into properties': strict(250, (size) => ({
      ...object({
        ...named(size, () => object({ b: string })),
        ...named(size, (at) => ({ $ref: `#/properties/p${at}/properties/b` }), 'r'),
      }),
    })),
    'definitions that nothing refers to': strict(500, (size) => ({
      ...object({ a: string }),
      $defs: named(size, () => object({ a: string }), 'd'),
    })),
    'unions with themselves': strict(75, (size) => ({
      ...object(named(size, refTo), []),
      $defs: named(
        size,
        (at) => ({ anyOf: [refTo(at), refTo((at + 1) % size), at ? string : nullable] }),
        'd',
      ),
    })),
    // Each schema has a path as long as it is deep, so much deeper ones cost more.
    'intersections inside intersections': {
      ...strict(30, (size) =>
        list(size, (at) => at).reduce<JSONSchema>(
          (inner, at) => ({ allOf: [inner, object({ [`p${at}`]: string })] }),
          object({ p: string }),
        ),
      ),
      ...levels,
    },
    'parts of an intersection': strict(250, (size) => ({
      allOf: list(size, (at) => object({ [`p${at}`]: string, same: string })),
    })),
    'parts of an intersection by reference': strict(125, (size) => ({
      allOf: list(size, refTo),
      $defs: named(size, (at) => object({ [`p${at}`]: string, same: string }), 'd'),
    })),
  });
});

const validator: any = {
  '~standard': { version: 1, vendor: 'test', validate: (value: unknown) => ({ value }) },
};
const standard = (size: number, make: (size: number) => JSONSchema): Law => ({
  size,
  make,
  read: (schema) => standardResponseFormat(validator, 'it', { schema }),
});

describe('schemas for any validator with many', () => {
  holdGrowth({
    'optional properties': standard(250, (size) =>
      object(
        named(size, () => string),
        [],
      ),
    ),
    'exclusive branches': standard(100, (size) =>
      object({
        a: { oneOf: list(size, (at) => object({ tag: { const: `t${at}` }, [`p${at}`]: string })) },
      }),
    ),
    'branches with an optional property': standard(400, (size) =>
      object({
        a: { anyOf: list(size, (at) => object({ tag: { const: `t${at}` }, p: string }, ['tag'])) },
      }),
    ),
    'constants beside an optional property': standard(1_000, (size) =>
      object({ a: { anyOf: list(size, (at) => ({ const: at })) }, b: string }, ['a']),
    ),
    'properties of two branches': standard(2_000, (size) =>
      object({
        a: {
          oneOf: [
            object({ ...named(size, () => string), tag: { const: 'a' } }),
            object({ ...named(size, () => string), tag: { const: 'b' } }),
          ],
        },
      }),
    ),
    'items of a tuple': standard(125, (size) =>
      object({ a: { type: 'array', items: list(size, (at) => ({ const: at })) as never } }),
    ),
    records: standard(125, (size) =>
      object(named(size, () => ({ type: 'object', additionalProperties: string }))),
    ),
    'rules that are left out': standard(250, (size) =>
      object(named(size, () => ({ type: 'string', format: 'uri', pattern: '(?=a)' }))),
    ),
    'rules that are explained': {
      size: 500,
      make: (size) => object(named(size, () => ({ type: 'string', format: 'uri' }))),
      read: (schema) => {
        const { checked } = explainStandard(validator, { schema });
        expect(checked).toHaveLength(Object.keys(schema.properties).length);
      },
    },
    'rules that are refused': {
      size: 1_000,
      make: (size) => object(named(size, () => ({ if: string, then: string, type: 'string' }))),
      read: (schema) => {
        const { refused } = explainStandard(validator, { schema });
        expect(refused.length).toBeGreaterThanOrEqual(Object.keys(schema.properties).length);
      },
    },
    'rules that are kept': {
      size: 125,
      make: (size) => object(named(size, () => ({ type: 'string', format: 'uri' }))),
      read: (schema) =>
        expect(explainStandard(validator, { schema, keep: 'all' }).kept.length).toBeGreaterThan(1),
    },
  });
});

/** Makes a format and a tool of a schema, and explains it. */
function use(schema: any): void {
  zodResponseFormat(schema, 'it');
  zodFunction({ name: 'f', parameters: schema });
  explainSchema(schema);
}
const shape = (size: number, make: (size: number) => any): Law => ({ size, make, read: use });

describe('Zod schemas with many', () => {
  holdGrowth({
    properties: shape(62, (size) => z.object(named(size, () => z.string()))),
    'optional properties': shape(50, (size) => z.object(named(size, () => z.string().optional()))),
    'values of an enum': shape(625, (size) => z.object({ a: z.enum(list(size, String) as [string]) })),
    literals: shape(50, (size) => z.object({ a: z.union(list(size, (at) => z.literal(at)) as never) })),
    'branches with a discriminator': shape(25, (size) =>
      z.object({
        a: z.discriminatedUnion(
          'tag',
          list(size, (at) => z.object({ tag: z.literal(`t${at}`), p: z.string() })) as never,
        ),
      }),
    ),
    'objects in each other': {
      ...shape(7, (size) => list(size, String).reduce((inner: any) => z.object({ a: inner }), z.string())),
      ...levels,
    },
    'places of one schema': shape(62, (size) => {
      const same = z.object({ a: z.string() });
      return z.object(named(size, () => same));
    }),
    'dates and transforms': shape(37, (size) =>
      z.object(named(size, (at) => (at % 2 ? z.date() : z.string().transform(Number)))),
    ),
    'rules that are only checked': shape(37, (size) =>
      z.object(named(size, () => z.string().url().refine(Boolean))),
    ),
    pipes: shape(300, (size) => z.object(named(size, () => z.string().pipe(z.string().max(5))))),
    'pipes after each other': shape(4, (size) =>
      z.object({
        a: list(size, (at) => z.string().max(9 + at)).reduce((one: any, other) => one.pipe(other)),
      }),
    ),
    'properties of a pipe': shape(300, (size) =>
      z.object({ a: z.object(named(size, () => z.string())).pipe(z.object(named(size, () => z.string()))) }),
    ),
    'values of an enum in a pipe': shape(4_000, (size) => {
      const values = z.enum(list(size, String) as [string]);
      return z.object({ a: values.pipe(z.enum(list(size, String) as [string])) });
    }),
    'properties in Zod 3': shape(125, (size) => z3.object(named(size, () => z3.string()))),
    'optional properties in Zod 3': shape(50, (size) =>
      z3.object(named(size, () => z3.object({ a: z3.string().optional() }))),
    ),
    'values of an enum in Zod 3': shape(1_250, (size) =>
      z3.object({ a: z3.enum(list(size, String) as [string]) }),
    ),
    'literals in Zod 3': shape(100, (size) =>
      z3.object({ a: z3.union(list(size, (at) => z3.literal(at)) as never) }),
    ),
    'objects in each other in Zod 3': {
      ...shape(7, (size) => list(size, String).reduce((inner: any) => z3.object({ a: inner }), z3.string())),
      ...levels,
    },
    'places of one schema in Zod 3': shape(125, (size) => {
      const same = z3.object({ a: z3.string() });
      return z3.object(named(size, () => same));
    }),
    'schemas that share schemas in Zod 3': {
      size: 7,
      read: (size) => {
        let schema: any = z3.object({ a: z3.string() });
        for (let at = 0; at < size; at++) schema = z3.object({ a: schema, b: schema });
        const { schema: sent } = zodResponseFormat(schema, 'it').json_schema;
        expect(Object.keys(sent!['definitions'] as object)).toHaveLength(size);
      },
    },
    'pipes in Zod 3': shape(50, (size) => z3.object(named(size, () => z3.string().pipe(z3.string().max(5))))),
    'properties of a pipe in Zod 3': shape(62, (size) =>
      z3.object({
        a: z3.object(named(size, () => z3.string())).pipe(z3.object(named(size, () => z3.string()))),
      }),
    ),
  });
});

describe('values with many', () => {
  const format = (schema: any): any => zodResponseFormat(z.object({ it: schema }), 'it');
  const branch = (at: number): any => z.object({ tag: z.literal(`t${at}`), when: z.date().optional() });
  /** Reads values with a schema that is made only once. */
  const values = (size: number, schema: any, make: (size: number) => unknown): Law => {
    const { $parseRaw } = format(schema);
    return {
      size,
      make: (count) => JSON.stringify({ it: make(count) }),
      read: (text) => expect($parseRaw(text)).toBeDefined(),
    };
  };
  const tree: any = z.lazy(() => z.object({ when: z.date().optional(), inner: tree.nullable() }));
  const pairs = (size: number): Fields[] => list(size, (at) => ({ key: `k${at}`, value: null }));
  holdGrowth({
    items: values(625, z.array(z.string()), (size) => list(size, String)),
    'items with optional properties': values(250, z.array(z.object({ a: z.string().optional() })), (size) =>
      list(size, () => ({ a: null })),
    ),
    'items that are dates': values(250, z.array(z.date()), (size) =>
      list(size, () => '2026-01-01T00:00:00Z'),
    ),
    'items of a union': values(125, z.array(z.union(list(8, branch) as never)), (size) =>
      list(size, (at) => ({ tag: `t${at % 8}`, when: null })),
    ),
    'pairs of a record': values(250, z.record(z.string(), z.string().nullable()), pairs),
    'items of the rest of a tuple': values(250, z.tuple([z.string()], z.number()), (size) => ({
      0: 'a',
      rest: list(size, Number),
    })),
    'levels of a list': {
      ...values(100, tree, (size) =>
        list(size, String).reduce<object | null>((inner) => ({ when: null, inner }), null),
      ),
      most: 800,
    },
    'wrong items of a union': {
      size: 12,
      make: (size) => JSON.stringify({ it: list(size, (at) => ({ tag: `t${at % 8}`, when: 'not a date' })) }),
      read: (() => {
        const { $parseRaw } = format(z.array(z.union(list(8, branch) as never)));
        return (text: string) => expect(() => $parseRaw(text)).toThrow('Invalid input');
      })(),
    },
  });
});
