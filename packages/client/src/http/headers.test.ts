import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { addHeaders, buildHeaders, copyHeaders, parseHeaderLines, type HeadersLike } from './headers.ts';

const seen = (...layers: HeadersLike[]): Record<string, string> =>
  Object.fromEntries(buildHeaders(layers).values);

const name = fc.constantFrom('a', 'A', 'b', 'B', 'x-c', 'X-C');
const layer = fc.dictionary(name, fc.constantFrom('1', '2', null, undefined));

/** The same rules, said with a Map of lower-case names. */
function expected(layers: Record<string, string | null | undefined>[]): Map<string, string | null> {
  const names = new Map<string, string | null>();
  for (const given of layers) {
    for (const [name, value] of Object.entries(given)) {
      if (value !== undefined) names.set(name.toLowerCase(), value);
    }
  }
  return names;
}

test('for any layers, the last value given to a name wins and a null is remembered', () => {
  fc.assert(
    fc.property(fc.array(layer, { maxLength: 5 }), (layers) => {
      const built = buildHeaders(layers);
      const names = expected(layers);
      const kept = [...names].filter(([, value]) => value !== null);
      expect(Object.fromEntries(built.values)).toEqual(Object.fromEntries(kept));
      expect([...built.nulls].sort()).toEqual(
        [...names.keys()].filter((key) => names.get(key) === null).sort(),
      );
    }),
  );
});

test('building in two steps through a copy equals building at once, and leaves the first step alone', () => {
  fc.assert(
    fc.property(fc.array(layer, { maxLength: 3 }), layer, (layers, last) => {
      const base = buildHeaders(layers);
      const before = JSON.stringify([...base.values, ...base.nulls]);
      const copy = copyHeaders(base);
      addHeaders(copy, last);
      const atOnce = buildHeaders([...layers, last]);
      expect([...copy.values]).toEqual([...atOnce.values]);
      expect(new Set(copy.nulls)).toEqual(atOnce.nulls);
      expect(JSON.stringify([...base.values, ...base.nulls])).toBe(before);
    }),
  );
});

test('built headers are themselves a layer, nulls included', () => {
  const built = buildHeaders([{ a: '1', b: null }]);
  expect(seen({ a: '0', b: '0', c: '0' }, built)).toEqual({ a: '1', c: '0' });
  expect(buildHeaders([{ b: '0' }, built]).nulls).toEqual(new Set(['b']));
});

test.each<[string, HeadersLike[], Record<string, string>]>([
  [
    'repeated names of one list append',
    [
      { a: '0' },
      [
        ['a', '1'],
        ['A', '2'],
      ],
    ],
    { a: '1, 2' },
  ],
  [
    'array values of a list append to each other',
    [
      [
        ['a', ['1', '2']],
        ['a', '3'],
      ],
    ],
    { a: '1, 2, 3' },
  ],
  ['an array value of an object sends several', [{ a: ['1', '2'] }], { a: '1, 2' }],
  ['an empty array changes nothing', [{ a: '0' }, { a: [] }], { a: '0' }],
  ['null in an array starts anew', [{ a: '0' }, { a: ['1', null, '2'] }], { a: '2' }],
  [
    'a list may take a name away',
    [
      [
        ['a', '1'],
        ['a', null],
      ],
    ],
    {},
  ],
  [
    'a list may take a name away and give it again',
    [
      { a: '0' },
      [
        ['a', null],
        ['a', '1'],
      ],
    ],
    { a: '1' },
  ],
  ['a later spelling in an object replaces', [{ a: '1', A: '2' }], { a: '2' }],
  ['Headers replace the names they have', [{ a: '0', b: '1' }, new Headers({ a: 'z' })], { a: 'z', b: '1' }],
  ['a Map is a list', [{ a: '0' }, new Map([['a', 'q']])], { a: 'q' }],
  ['inherited properties are not headers', [Object.create({ a: '1' })], {}],
  ['nullish layers are skipped', [null, { a: '1' }, undefined], { a: '1' }],
])('%s', (_rule, layers, result) => {
  expect(seen(...layers)).toEqual(result);
});

test('a name that is no token is refused by name, unless its value is undefined', () => {
  expect(() => buildHeaders([{ 'x y': '1' }])).toThrow(
    new TypeError('Header name must be a valid HTTP token ["x y"]'),
  );
  expect(() => buildHeaders([{ '': null }])).toThrow('Header name must be a valid HTTP token [""]');
  expect(() => buildHeaders([[[5 as never, 'a']]])).toThrow('expected header name to be a string');
  expect(seen({ 'x y': undefined })).toEqual({});
});

test.each(['sk-a\nb', 'sk-€', 'sk-\0'])('the value %j is refused, and not told', (value) => {
  const named = new TypeError('The header "x" has an invalid character');
  expect(() => buildHeaders([{ x: value }])).toThrow(named);
});

test('header lines split at the first colon, are trimmed, and are nothing without one', () => {
  expect(parseHeaderLines(' X-A : 1:2 \nnothing\r\nX-B:\n\n')).toEqual({ 'X-A': '1:2', 'X-B': '' });
});
