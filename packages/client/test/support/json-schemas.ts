/** Random JSON Schemas: mostly what strict mode takes, with everything it refuses mixed in. */
import * as fc from 'fast-check';

type Schema = Record<string, any>;

const strings = fc.constantFrom<Schema>(
  { type: 'string' },
  { type: 'string', minLength: 1 },
  { type: 'string', description: 'd' },
  { type: 'string', default: 'x' },
);
const leaves: fc.Arbitrary<any> = fc.oneof(
  strings,
  fc.constantFrom<any>(
    { type: 'number' },
    { type: ['string', 'null'] },
    { type: ['string'] },
    { type: 'null' },
    { const: null },
    { enum: ['a', null], default: null },
    { type: 'string', enum: ['a', 'b'] },
    {},
    true,
    false,
    { type: 'array' },
    { type: 'object' },
    { not: {} },
    { type: 'string', contentEncoding: 'base64' },
    { type: 'array', items: [{ type: 'string' }] },
    { type: 'array', items: [{ type: 'string' }], additionalItems: false },
    { $id: 'inner', type: 'string' },
    { $ref: 'https://example.com/schema' },
  ),
);
const pointers = [
  '#',
  '#/$defs/A',
  '#/$defs/B',
  '#/properties/a',
  '#/properties/a/allOf/0',
  '#/properties/b/allOf/1/properties/x',
  '#/properties/a/items',
  '#/$defs/missing',
  '#/$defs/A/properties/x',
];

/** A schema with an object at the root in most cases, `$defs` A and B, and references to and into them. */
export const jsonSchemas: fc.Arbitrary<Schema> = fc
  .letrec<{ any: any; list: Schema; object: Schema; plain: Schema }>((tie) => ({
    plain: fc.oneof({ weight: 6, arbitrary: strings }, { weight: 1, arbitrary: leaves }),
    list: tie('any').map((items) => ({ type: 'array', items })),
    any: fc.oneof(
      { maxDepth: 3 },
      { weight: 4, arbitrary: tie('plain') },
      { weight: 3, arbitrary: tie('object') },
      { weight: 2, arbitrary: fc.constantFrom(...pointers).map(($ref) => ({ $ref })) },
      { weight: 1, arbitrary: fc.constantFrom(...pointers).map(($ref) => ({ $ref, description: 'r' })) },
      { weight: 1, arbitrary: fc.constantFrom(...pointers).map(($ref) => ({ $ref, type: 'string' })) },
      { weight: 2, arbitrary: tie('list') },
      { weight: 2, arbitrary: fc.array(tie('any'), { maxLength: 3 }).map((anyOf) => ({ anyOf })) },
      {
        weight: 1,
        arbitrary: fc.array(tie('object'), { maxLength: 3 }).map((anyOf) => ({ type: 'object', anyOf })),
      },
      {
        weight: 1,
        arbitrary: fc
          .array(fc.oneof({ weight: 4, arbitrary: tie('list') }, tie('plain')), { maxLength: 3 })
          .map((anyOf) => ({ type: 'array', anyOf })),
      },
      { weight: 2, arbitrary: fc.array(tie('object'), { maxLength: 3 }).map((allOf) => ({ allOf })) },
      {
        weight: 1,
        arbitrary: fc.array(tie('any'), { maxLength: 2 }).map((allOf) => ({ allOf, description: 'w' })),
      },
      {
        weight: 1,
        arbitrary: fc.tuple(tie('object'), tie('any')).map(([own, branch]) => ({ ...own, allOf: [branch] })),
      },
      {
        weight: 1,
        arbitrary: fc
          .tuple(
            tie('object'),
            fc.array(fc.oneof({ weight: 4, arbitrary: tie('object') }, tie('any')), { maxLength: 2 }),
          )
          .map(([own, anyOf]) => ({ ...own, anyOf })),
      },
    ) as fc.Arbitrary<any>,
    object: fc
      .record({
        properties: fc.dictionary(fc.constantFrom('x', 'y', 'z'), tie('any'), { maxKeys: 3 }),
        closed: fc.constantFrom(undefined, undefined, undefined, false, true),
        required: fc.constantFrom('all', 'all', 'all', 'some', 'other'),
        typed: fc.constantFrom('object', 'object', 'object', undefined),
        more: fc.constantFrom(
          {},
          {},
          {},
          {},
          { description: 'o' },
          { description: 'p' },
          { minProperties: 1 },
          { title: 't' },
        ),
      })
      .map(({ properties, closed, required, typed, more }) => ({
        ...(typed && { type: typed }),
        properties,
        required:
          required === 'all'
            ? Object.keys(properties)
            : required === 'some'
              ? Object.keys(properties).slice(1)
              : ['x'],
        ...(closed !== undefined && { additionalProperties: closed }),
        ...more,
      })),
  }))
  .any.chain((inside) =>
    fc
      .record({
        a: fc.constant(inside),
        b: fc.oneof(leaves, strings),
        A: strings,
        B: strings,
        whole: fc.nat(9),
      })
      .map(({ a, b, A, B, whole }) => {
        const $defs = { A: whole > 7 ? { type: 'object', properties: { x: A }, required: ['x'] } : A, B };
        if (whole === 0 && typeof a === 'object') return { ...a, $defs };
        if (whole === 1) return { $ref: '#/$defs/A', $defs: { ...$defs, A: a } };
        return {
          type: 'object',
          properties: { a, b: whole < 7 ? { type: 'string' } : b },
          required: ['a', 'b'],
          $defs,
        };
      }),
  );
