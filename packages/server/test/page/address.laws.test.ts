// Filters go into the address and come back as they were.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  bounds,
  noFilters,
  readAddress,
  spans,
  withPair,
  withTyped,
  writeAddress,
  type Place,
} from '../../page/src/address.ts';

const text = fc.string({ unit: 'grapheme', maxLength: 20 });
const seconds = fc.option(fc.integer({ min: 0, max: 999_999_999_999 }), { nil: undefined });
const pairs = fc.array(fc.tuple(fc.oneof(text, fc.constantFrom('__proto__', 'a]', '[', 'a=b')), text), {
  maxLength: 4,
});

const place: fc.Arbitrary<Place> = fc
  .record({
    model: text,
    pairs,
    last: fc.constantFrom('', ...Object.keys(spans)),
    after: seconds,
    before: seconds,
    id: text,
  })
  .map(({ pairs, last, after, before, id, model }) => ({
    filters: {
      model,
      metadata: Object.fromEntries(pairs),
      last,
      after: last ? undefined : after,
      before: last ? undefined : before,
    },
    id,
  }));

test('an address says what the list shows', () => {
  fc.assert(
    fc.property(place, (given) => {
      const read = readAddress(writeAddress(given));
      expect(read).toEqual(given);
      expect(Object.keys(read.filters.metadata)).toEqual(Object.keys(given.filters.metadata));
    }),
  );
});

test('any query can be read, and what was read stays the same', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.webQueryParameters()), (query) => {
      const read = readAddress(query);
      expect(readAddress(writeAddress(read))).toEqual(read);
    }),
  );
});

test('no filter leaves no query', () => {
  expect(writeAddress({ filters: noFilters(), id: '' })).toBe('');
});

test('what is typed is a pair when it has an equals sign, and a model otherwise', () => {
  expect(withTyped(noFilters(), ' llama3.1:8b ')).toEqual({ ...noFilters(), model: 'llama3.1:8b' });
  expect(withTyped(noFilters(), 'a = b=c')).toEqual({ ...noFilters(), metadata: { a: 'b=c' } });
  expect(withTyped(noFilters(), '=b')).toEqual({ ...noFilters(), model: '=b' });
  const both = withPair(withPair(noFilters(), 'a', '1'), 'a', '2');
  expect(both.metadata).toEqual({ a: '2' });
});

test('a span is counted back from now', () => {
  expect(bounds({ ...noFilters(), last: '1h' }, 10_000)).toEqual({ after: 6_400, before: undefined });
  expect(bounds({ ...noFilters(), after: 5, before: 9 }, 10_000)).toEqual({ after: 5, before: 9 });
});
