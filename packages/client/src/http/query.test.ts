import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { stringifyQuery } from './query.ts';

/** Half a surrogate pair cannot be sent; the replacement character goes in its place. */
const wellFormed = (text: string): string => new TextDecoder().decode(new TextEncoder().encode(text));

const leaf = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.integer(),
  fc.boolean(),
  fc.constant(null),
  fc.constant(undefined),
);
const value = fc.letrec((tie) => ({
  any: fc.oneof({ depthSize: 'small' }, leaf, fc.array(tie('any'), { maxLength: 3 }), tie('object')),
  object: fc.dictionary(fc.string({ unit: 'grapheme' }), tie('any'), { maxKeys: 4 }),
}));

/** Every leaf with its bracketed name, in order. */
function leaves(item: unknown, name?: string): [string, string][] {
  if (item === undefined) return [];
  if (item === null || typeof item !== 'object') return [[name!, String(item ?? '')]];
  return Object.entries(item).flatMap(([key, inner]) =>
    leaves(inner, name === undefined ? key : Array.isArray(item) ? `${name}[]` : `${name}[${key}]`),
  );
}

test('for any value, the platform reads back every leaf under its bracketed name, in order', () => {
  fc.assert(
    fc.property(value.object, (query) => {
      const pairs = leaves(query).map((pair) => pair.map(wellFormed));
      expect([...new URLSearchParams(stringifyQuery(query))]).toEqual(pairs);
    }),
  );
});

test('for any value, only unreserved characters, percent escapes, = and & are written', () => {
  fc.assert(
    fc.property(value.object, (query) => {
      expect(stringifyQuery(query)).toMatch(/^(?:[A-Za-z0-9._~=&-]|%[0-9A-F]{2})*$/);
    }),
  );
});

test.each<[string, object, string]>([
  ['arrays', { a: [1, 2] }, 'a%5B%5D=1&a%5B%5D=2'],
  ['arrays of objects', { a: [{ b: 3 }] }, 'a%5B%5D%5Bb%5D=3'],
  ['arrays of arrays', { a: [[1], [2]] }, 'a%5B%5D%5B%5D=1&a%5B%5D%5B%5D=2'],
  ['objects', { m: { k: 'v' } }, 'm%5Bk%5D=v'],
  ['null', { n: null }, 'n='],
  ['nothing to say', { u: undefined, e: [], o: {}, f() {} }, ''],
  ['spaces and marks', { q: "a b!'()*~" }, 'q=a%20b%21%27%28%29%2A~'],
  ['scalars', { t: true, n: 1e21, b: 10n }, 't=true&n=1e%2B21&b=10'],
  ['dates', { d: new Date(0) }, 'd=1970-01-01T00%3A00%3A00.000Z'],
  ['an object met twice', ((shared) => ({ a: shared, b: shared }))({ x: 1 }), 'a%5Bx%5D=1&b%5Bx%5D=1'],
])('%s', (_what, query, text) => {
  expect(stringifyQuery(query)).toBe(text);
});

test('an object inside itself is refused', () => {
  const cycle: Record<string, unknown> = { list: [] };
  (cycle['list'] as unknown[]).push(cycle);
  expect(() => stringifyQuery(cycle)).toThrow(new RangeError('Cyclic object value'));
});
