import { Ajv } from 'ajv';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { z as z3 } from 'zod/v3';
import { growth, linear } from '../../../../test/growth.ts';
import { standardResponseFormat } from '../../src/helpers/standard-schema.ts';
import { zodResponseFormat } from '../../src/helpers/zod.ts';
import type { JSONSchema } from '../../src/structured/json-schema.ts';
import { toStrictJsonSchema } from '../../src/structured/to-strict.ts';
import { jsonSchemas } from '../support/json-schemas.ts';
import { strictViolations } from '../support/strict-rules.ts';

/** The random schemas that strict mode can express, each with its strict form. */
const accepted = jsonSchemas
  .map((schema) => {
    try {
      return { schema, strict: toStrictJsonSchema(schema) };
    } catch {
      return undefined;
    }
  })
  .filter((both) => both !== undefined);

const values = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    fc.constantFrom(null, 'a', 'b', '', 'xx', 1, true),
    fc.dictionary(fc.constantFrom('a', 'b', 'x', 'y', 'z'), tie('value'), { maxKeys: 3 }),
    fc.array(tie('value'), { maxLength: 2 }),
  ),
})).value;

describe('the strict form of a schema', () => {
  it('is its own strict form', () => {
    fc.assert(
      fc.property(accepted, ({ strict }) => {
        expect(toStrictJsonSchema(strict)).toEqual(strict);
      }),
      { numRuns: 300 },
    );
  });

  it('breaks no rule of strict mode', () => {
    fc.assert(
      fc.property(accepted, ({ strict }) => {
        expect(strictViolations(strict)).toEqual([]);
      }),
      { numRuns: 300 },
    );
  });

  it('accepts no value that the schema itself refuses', () => {
    let both = 0;
    fc.assert(
      fc.property(
        accepted,
        fc.array(values, { minLength: 10, maxLength: 20 }),
        ({ schema, strict }, random) => {
          const original = validatorOf(schema);
          const transformed = validatorOf(strict);
          for (const value of [...random, ...examplesOf(strict)]) {
            if (!transformed(value)) continue;
            both += 1;
            expect(original(value), JSON.stringify({ schema, value })).toBe(true);
          }
        },
      ),
      { numRuns: 120 },
    );
    expect(both).toBeGreaterThan(100);
  });

  it('leaves the schema it was made of alone', () => {
    fc.assert(
      fc.property(jsonSchemas, (schema) => {
        const before = structuredClone(schema);
        try {
          toStrictJsonSchema(schema);
        } catch {
          // A refusal must not leave traces either.
        }
        expect(schema).toEqual(before);
      }),
      { numRuns: 300 },
    );
  });
});

/** A schema may refer to itself with nothing in between: a validator finds no end, and we say that nothing is valid. */
function validatorOf(schema: object): (value: unknown) => boolean {
  const endless = (error: unknown): false => {
    if (error instanceof RangeError) return false;
    throw error;
  };
  try {
    const validate = new Ajv({ strict: false, validateFormats: false, validateSchema: false }).compile(
      schema,
    );
    return (value) => {
      try {
        return validate(value);
      } catch (error) {
        return endless(error);
      }
    };
  } catch (error) {
    return () => endless(error);
  }
}

/** Two values of a strict schema, built by following it; references give up. */
function examplesOf(schema: any): unknown[] {
  const example = (schema: any, pick: number): unknown => {
    if (schema.$ref !== undefined) return pick ? 'xx' : { x: 'xx' };
    if (schema.anyOf) return example(schema.anyOf[pick % schema.anyOf.length] ?? {}, pick);
    if ('const' in schema) return schema.const;
    if (schema.enum) return schema.enum[pick % schema.enum.length];
    if (schema.properties) {
      return Object.fromEntries(
        Object.entries(schema.properties).map(([name, property]) => [name, example(property, pick)]),
      );
    }
    if (schema.items) return pick ? [example(schema.items, pick)] : [];
    const type = [schema.type].flat()[pick % [schema.type].flat().length];
    return { number: 1, null: null, boolean: true, object: {}, array: [] }[type as string] ?? 'xx';
  };
  return [example(schema, 0), example(schema, 1)];
}

describe('time grows with the size of the schema', () => {
  const growsLinearly = async (make: (size: number) => unknown, size: number): Promise<void> =>
    expect(await growth(make, size)).toBeLessThan(linear);
  const string: JSONSchema = { type: 'string' };
  const nullable: JSONSchema = { type: ['string', 'null'] };
  const object = (properties: Record<string, JSONSchema>, required?: string[]): JSONSchema => ({
    type: 'object',
    properties,
    required: required ?? Object.keys(properties),
  });
  const range = (size: number): number[] => Array.from({ length: size }, (_, index) => index);

  it('for wide objects', async () => {
    await growsLinearly(
      (size) =>
        toStrictJsonSchema(object(Object.fromEntries(range(size).map((i) => [`p${i}`, nullable])), [])),
      1_000,
    );
  });

  it('for references that share references', async () => {
    await growsLinearly((size) => {
      const $defs = Object.fromEntries(
        range(size).map((i) => [
          `d${i}`,
          i ? { anyOf: [{ $ref: `#/$defs/d${i - 1}` }, { $ref: `#/$defs/d${i - 1}` }] } : nullable,
        ]),
      );
      return toStrictJsonSchema({ ...object({ a: { $ref: `#/$defs/d${size - 1}` } }, []), $defs });
    }, 150);
  });

  it('for unions with themselves', async () => {
    await growsLinearly((size) => {
      const $defs = Object.fromEntries(
        range(size).map((i) => [
          `d${i}`,
          {
            anyOf: [{ $ref: `#/$defs/d${i}` }, { $ref: `#/$defs/d${(i + 1) % size}` }, i ? string : nullable],
          },
        ]),
      );
      const properties = Object.fromEntries(range(size).map((i) => [`p${i}`, { $ref: `#/$defs/d${i}` }]));
      return toStrictJsonSchema({ ...object(properties, []), $defs });
    }, 150);
  });

  it('for intersections inside intersections', async () => {
    await growsLinearly(
      (size) =>
        toStrictJsonSchema(
          range(size).reduce<JSONSchema>(
            (inner, i) => ({ allOf: [inner, object({ [`p${i}`]: string })] }),
            object({ p: string }),
          ),
        ),
      30,
    );
  });

  it('for intersections of many', async () => {
    await growsLinearly(
      (size) =>
        toStrictJsonSchema({ allOf: range(size).map((i) => object({ [`p${i}`]: string, same: string })) }),
      500,
    );
  });

  it('for exclusive branches of a oneOf', async () => {
    const validator: any = {
      '~standard': { version: 1, vendor: 'test', validate: (value: unknown) => ({ value }) },
    };
    await growsLinearly((size) => {
      const oneOf = range(size).map((i) => object({ tag: { const: `t${i}` }, [`p${i}`]: string }));
      return standardResponseFormat(validator, 'it', { schema: object({ a: { oneOf } }) });
    }, 200);
  });

  it('for Zod 3 schemas that share schemas', async () => {
    await growsLinearly((size) => {
      let schema: any = z3.object({ a: z3.string() });
      for (const _ of range(size)) schema = z3.object({ a: schema, b: schema });
      const format = zodResponseFormat(schema, 'it');
      expect(Object.keys(format.json_schema.schema!['definitions'] as object)).toHaveLength(size);
      return format;
    }, 20);
  });
});
