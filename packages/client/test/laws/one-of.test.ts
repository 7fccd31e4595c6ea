import { Validator } from '@cfworker/json-schema';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Schema } from '../../src/structured/keywords.ts';
import { oneOfToAnyOf } from '../../src/structured/one-of.ts';
import { OpenAIError } from '../../src/errors/openai-error.ts';

/** Every value that tells the branches below apart: the plain ones, and all objects of three keys and three values. */
const held = [undefined, 'x', 'y', 1];
const plain = ['x', 'y', 1, 1.5, 2, true, null, [], ['x']];
const objects = held.flatMap((a) => held.flatMap((b) => held.map((kind) => JSON.stringify({ a, b, kind }))));
const values: unknown[] = [...plain, ...objects.map((text) => JSON.parse(text))];

const names = fc.constantFrom('a', 'b', 'kind');
const pointers = fc
  .constantFrom('#/$defs/x', '#/$defs/objectA', '#/$defs/again', '#/$defs/it/oneOf/0', '#/$defs/closed')
  .map(($ref) => ({ $ref }));
const literals = fc.oneof(
  fc.constantFrom('x', 'y', 1, null).map((value) => ({ const: value })),
  fc.subarray(['x', 'y', 1, true, null], { minLength: 1 }).map((list) => ({ enum: list })),
);
const types = fc
  .subarray(['string', 'integer', 'number', 'boolean', 'object', 'array', 'null'], {
    minLength: 1,
    maxLength: 2,
  })
  .map((list) => ({ type: list.length === 1 ? list[0] : list }));
const shapes = fc
  .record({
    properties: fc.dictionary(names, fc.oneof(literals, literals, types, pointers, fc.constant({})), {
      maxKeys: 3,
      noNullPrototype: true,
    }),
    required: fc.constantFrom('all', 'all', 'first', 'none', 'other'),
    closed: fc.boolean(),
    type: fc.constantFrom<unknown>('object', 'object', 'object', ['object', 'null'], undefined),
  })
  .map(({ properties, required, closed, type }): Schema => {
    const keys = Object.keys(properties);
    const asked = { all: keys, first: keys.slice(0, 1), none: undefined, other: ['a'] }[required];
    return {
      ...(keys.length && { properties }),
      ...(type !== undefined && { type }),
      ...(asked && { required: asked }),
      ...(closed && { additionalProperties: false }),
    };
  });
const branches = fc.oneof(
  { weight: 2, arbitrary: literals },
  { weight: 2, arbitrary: types },
  { weight: 6, arbitrary: shapes },
  { weight: 1, arbitrary: fc.tuple(types, literals).map(([type, literal]) => ({ ...type, ...literal })) },
  { weight: 1, arbitrary: fc.oneof(pointers, fc.constant({ $ref: '#/$defs/loop' })) },
  { weight: 1, arbitrary: fc.array(shapes, { minLength: 1, maxLength: 2 }).map((allOf) => ({ allOf })) },
  { weight: 1, arbitrary: fc.constantFrom<Schema | boolean>(false, true, {}) },
);

/** Up to three branches, told apart by literals of their own: as they are, or as a property that each requires. */
const pool = ['x', 'y', 'z', 1, 2, true, null];
const toldApart = fc
  .record({
    literals: fc.shuffledSubarray(pool, { minLength: 3 }),
    forms: fc.array(
      fc.record({
        as: fc.constantFrom('literal', 'tag', 'tag', 'tag'),
        more: fc.dictionary(fc.constantFrom('a', 'b'), types, { maxKeys: 2, noNullPrototype: true }),
        closed: fc.boolean(),
        through: fc.subarray(['reference', 'allOf', 'reference to the tag']),
      }),
      { minLength: 1, maxLength: 3 },
    ),
  })
  .map(({ literals, forms }): Schema => {
    const $defs: Schema = {};
    const defined = (name: string, schema: Schema): Schema => {
      $defs[name] = schema;
      return { $ref: `#/$defs/${name}` };
    };
    const oneOf = forms.map(({ as, more, closed, through }, index) => {
      const own = literals.filter((_literal, at) => at % forms.length === index);
      let branch: Schema = own.length === 1 ? { const: own[0] } : { enum: own };
      if (as === 'tag') {
        const kind = through.includes('reference to the tag') ? defined(`kind${index}`, branch) : branch;
        const properties = { ...more, kind };
        branch = { type: 'object', properties, required: ['a', 'kind'].filter((name) => name in properties) };
        if (closed) branch['additionalProperties'] = false;
        if (through.includes('allOf')) branch = { allOf: [branch] };
      }
      return through.includes('reference') ? defined(`branch${index}`, branch) : branch;
    });
    return { oneOf, $defs };
  });

const $defs = {
  x: { const: 'x' },
  objectA: { type: 'object', properties: { a: {} }, required: ['a'] },
  closed: { type: 'object', properties: { b: {} }, required: ['b'], additionalProperties: false },
  again: { $ref: '#/$defs/objectA' },
  loop: { $ref: '#/$defs/loop' },
};

/** A reference that leads to itself matches nothing. */
function matcher(root: Schema, $ref: string): (value: unknown) => boolean {
  const validator = new Validator({ ...root, $ref }, '7');
  return (value) => {
    try {
      return validator.validate(value).valid;
    } catch (error) {
      if (error instanceof RangeError) return false;
      throw error;
    }
  };
}

describe('oneOf becomes anyOf', () => {
  it('only where no value matches two branches, so that the same values match', () => {
    let taken = 0;
    fc.assert(
      fc.property(fc.array(branches, { minLength: 2, maxLength: 3 }), (oneOf) => {
        const root: Schema = { $defs: { ...$defs, it: { oneOf } } };
        const changed = structuredClone(root);
        try {
          oneOfToAnyOf(changed);
        } catch (error) {
          expect(error).toBeInstanceOf(OpenAIError);
          return;
        }
        taken += 1;
        expect(Object.keys(changed['$defs'].it)).toEqual(['anyOf']);
        expect(changed['$defs'].it.anyOf).toHaveLength(oneOf.length);
        const matches = oneOf.map((_branch, index) => matcher(root, `#/$defs/it/oneOf/${index}`));
        const match = matcher(changed, '#/$defs/it');
        for (const value of values) {
          const by = matches.filter((matchesBranch) => matchesBranch(value)).length;
          expect(by, JSON.stringify({ oneOf, value })).toBe(match(value) ? 1 : 0);
        }
      }),
      { numRuns: 2_000 },
    );
    expect(taken).toBeGreaterThan(200);
  });
  it('wherever literals of their own tell its branches apart', () => {
    fc.assert(
      fc.property(toldApart, ({ oneOf, $defs }) => {
        const root: Schema = structuredClone({ oneOf, $defs });
        oneOfToAnyOf(root);
        expect(root).toEqual({ anyOf: oneOf, $defs });
      }),
      { numRuns: 300 },
    );
  });
});
