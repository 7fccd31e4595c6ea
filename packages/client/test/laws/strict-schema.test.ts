import { Ajv } from 'ajv';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
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
