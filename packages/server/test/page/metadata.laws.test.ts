// What the page takes as metadata is what the server takes.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { problemsOf, type Pair } from '../../page/src/metadata-rules.ts';
import { validateMetadata } from '../../src/completion/validate.ts';

const near = (limit: number) =>
  fc
    .tuple(fc.integer({ min: limit - 2, max: limit + 2 }), fc.constantFrom('a', 'é', '😀'))
    .map(([length, letter]) => letter.repeat(length));

const pairs: fc.Arbitrary<Pair[]> = fc.uniqueArray(
  fc.tuple(
    fc.oneof(fc.string({ minLength: 1, maxLength: 12 }), near(64)),
    fc.oneof(fc.string({ maxLength: 20 }), near(512)),
  ),
  { maxLength: 18, selector: ([key]) => key },
);

test('the page and the server agree on every limit', () => {
  fc.assert(
    fc.property(pairs, (given) => {
      const { pairs: problems, all } = problemsOf(given);
      const isTaken = all === undefined && problems.every((problem) => problem === undefined);
      const send = (): unknown => validateMetadata(Object.fromEntries(given));
      if (isTaken) expect(send).not.toThrow();
      else expect(send).toThrow(/metadata/);
    }),
  );
});

test('a key that is empty or there twice is named', () => {
  expect(problemsOf([['', 'a']]).pairs).toEqual(['A pair needs a key.']);
  expect(
    problemsOf([
      ['a', '1'],
      ['a', '2'],
    ]).pairs,
  ).toEqual([undefined, 'This key is already there.']);
});
