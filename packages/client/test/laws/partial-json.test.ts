// A JSON text read as it arrives: every prefix has a value, readings stay as they were, and the whole is JSON.parse's.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { PartialJSON } from '../../src/wire/partial-json.ts';

const usual = fc.oneof(
  fc.jsonValue(),
  // Wide containers take another way inside.
  fc.array(fc.jsonValue({ maxDepth: 1 }), { minLength: 30, maxLength: 60 }),
  fc.record({
    rows: fc.array(fc.record({ id: fc.nat(), tags: fc.array(fc.string(), { maxLength: 40 }) }), {
      maxLength: 50,
    }),
  }),
  fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 1 }), { minKeys: 30, maxKeys: 80 }),
);
/** So wide that a reading leaves the list to be copied later, alone and together with what is in it. */
const wide = fc
  .tuple(fc.integer({ min: 1_000, max: 1_030 }), fc.jsonValue({ maxDepth: 2 }))
  .map(([width, last]) => ({ rows: [...Array<number>(width).fill(1), last], more: last }));
const json = fc.oneof({ arbitrary: usual, weight: 20 }, { arbitrary: wide, weight: 1 });
const text = fc
  .tuple(json, fc.constantFrom(undefined, 1, '\t'))
  .map(([value, indent]) => JSON.stringify(value, null, indent));
const sizes = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 20 });

/** The text in pieces of these sizes, over and over. */
function cut(whole: string, lengths: readonly number[]): string[] {
  const pieces: string[] = [];
  for (let at = 0, turn = 0; at < whole.length; turn++) {
    const length = lengths[turn % lengths.length] as number;
    pieces.push(whole.slice(at, at + length));
    at += length;
  }
  return pieces;
}

function readings(pieces: readonly string[]): unknown[] {
  const reader = new PartialJSON();
  return pieces.map((piece) => {
    reader.push(piece);
    return reader.value;
  });
}

/** Whether `part` is `whole` cut off: the same value, or one with less at its end. */
function isStartOf(part: unknown, whole: unknown): boolean {
  if (typeof part === 'string') return typeof whole === 'string' && whole.startsWith(part);
  if (typeof part !== 'object' || part === null) return typeof part === 'number' || part === whole;
  if (typeof whole !== 'object' || whole === null || Array.isArray(part) !== Array.isArray(whole))
    return false;
  return Object.keys(part).every(
    (key) => Object.hasOwn(whole, key) && isStartOf((part as any)[key], (whole as any)[key]),
  );
}

test('the whole text gives what JSON.parse gives', () => {
  fc.assert(
    fc.property(text, sizes, (whole, lengths) => {
      expect(readings(cut(whole, lengths)).at(-1)).toEqual(JSON.parse(whole));
      expect(JSON.stringify(readings(cut(whole, lengths)).at(-1))).toBe(JSON.stringify(JSON.parse(whole)));
    }),
    { numRuns: 150 },
  );
});

test('every prefix is the start of the whole, and has a value once a value has begun', () => {
  fc.assert(
    fc.property(text, sizes, (whole, lengths) => {
      const value: unknown = JSON.parse(whole);
      let begun = false;
      for (const reading of readings(cut(whole, lengths))) {
        begun ||= reading !== undefined;
        expect(reading !== undefined).toBe(begun);
        if (begun) expect(isStartOf(reading, value)).toBe(true);
      }
    }),
    { numRuns: 60 },
  );
});

test('a reading never changes, looked at when it was made or only at the end', () => {
  fc.assert(
    fc.property(text, sizes, (whole, lengths) => {
      const pieces = cut(whole, lengths);
      const reader = new PartialJSON();
      const kept: { reading: unknown; then: string | undefined }[] = [];
      for (const piece of pieces) {
        reader.push(piece);
        kept.push({ reading: reader.value, then: JSON.stringify(reader.value) });
      }
      for (const { reading, then } of kept) expect(JSON.stringify(reading)).toBe(then);
      const untouched = readings(pieces);
      for (const [at, { then }] of kept.entries()) expect(JSON.stringify(untouched[at])).toBe(then);
    }),
    { numRuns: 50 },
  );
});

test('the cut makes no difference', () => {
  fc.assert(
    fc.property(text, sizes, fc.nat(), (whole, lengths, at) => {
      const prefix = whole.slice(0, at % (whole.length + 1));
      const one = new PartialJSON();
      for (const piece of cut(prefix, lengths)) one.push(piece);
      const other = new PartialJSON();
      other.push(prefix);
      expect(one.value).toEqual(other.value);
    }),
    { numRuns: 300 },
  );
});

test('text that is not JSON never throws', () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom(...'{}[]",:\\u0e1-tfnNI x') }), (whole) => {
      for (const reading of readings(Array.from(whole))) JSON.stringify(reading);
    }),
    { numRuns: 2_000 },
  );
});

test.each<[string, unknown]>([
  ['{"a":1', {}],
  ['{"a":1,', { a: 1 }],
  ['{"a":tr', { a: true }],
  ['{"a":n', { a: null }],
  ['[1,2', [1]],
  ['12', 12],
  ['-', undefined],
  ['-1.', -1],
  [' \n', undefined],
  ['', undefined],
  ['{"a', {}],
  ['{"a":', {}],
  ['{"a":"b', { a: 'b' }],
  ['"a\\', 'a'],
  ['"a\\u00e', 'a'],
  ['"a\\u00e9', 'aé'],
  ['["a","b\\u123 c', ['a']],
  ['["a","b\\xc', ['a']],
  ['{"a":1,,"b":2}', { a: 1 }],
  ['[1,{"a":[1,x2],"b":2}]', [1, { a: [1] }]],
  ['{"a":[1,],"b":2}', { a: [1] }],
  ['{"a":[],"b":{},"c":2}', { a: [], b: {}, c: 2 }],
  ['{"a":{"b":1,},"c":2}', { a: { b: 1 } }],
  ['{"a":[1},"b":2}', { a: [1] }],
  ['{"a":{"b":1],"c":2}', { a: { b: 1 } }],
  ['{"a" "b":1,"c":2}', {}],
  ['{]"a":1}', {}],
  ['{"a":NaN,"b":-I', { a: NaN, b: -Infinity }],
  ['{"a":1,"a":2}', { a: 2 }],
  ['Sorry', undefined],
  ['I am afraid', undefined],
  ['```json', undefined],
])('%j reads as expected', (prefix, expected) => {
  const reader = new PartialJSON();
  reader.push(prefix);
  expect(reader.value).toEqual(expected);
});

test('a reading is ordinary data: it can be spread, cloned, compared, written to and put behind a proxy', () => {
  const reader = new PartialJSON();
  const rows = Array.from({ length: 100 }, (_, index) => index);
  reader.push(JSON.stringify({ rows: [...rows, 'x'] }).slice(0, -3));
  const take = (): any => {
    reader.push('');
    return reader.value;
  };
  const expected = { rows: [...rows, 'x'] };
  expect({ ...take() }).toEqual(expected);
  expect(structuredClone(take())).toEqual(expected);
  expect(Object.keys(take())).toEqual(['rows']);
  expect(
    new Proxy(take(), { get: (target, key, receiver) => Reflect.get(target, key, receiver) }).rows,
  ).toEqual(expected.rows);
  expect(Object.create(take()).rows).toEqual(expected.rows);
  const written = take();
  written.rows = 1;
  expect(written).toEqual({ rows: 1 });
  expect(take()).toEqual(expected);
});

test('__proto__ is a key like any other', () => {
  const [value] = readings(['{"__proto__":{"polluted":1}']) as [any];
  expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
  expect(Object.keys(value)).toEqual(['__proto__']);
});
