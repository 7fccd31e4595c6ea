import { expect, test } from 'vitest';
import { growth, linear } from './growth.ts';

/** Adds up so many numbers for each of `size` items. */
function sums(size: number, each: number): number {
  let sum = 0;
  for (let item = 0; item < size; item++) for (let index = 0; index < each; index++) sum += item ^ index;
  return sum;
}

test('linear work is below the limit', async () => {
  expect(await growth((size) => sums(size, 4_000), 100)).toBeLessThan(linear);
});

test('quadratic work is above it', async () => {
  expect(await growth((size) => sums(size, size), 100)).toBeGreaterThan(linear);
});

test('linear work of which a third is quadratic is above it', async () => {
  expect(await growth((size) => sums(size, 4_000 + size), 2_000, { most: 8_000 })).toBeGreaterThan(linear);
});

test('quadratic work is above it where longer lists are refused', async () => {
  const work = (size: number): number => sums(size, size <= 1_000 ? size : 0);
  expect(await growth(work, 500, { most: 1_000 })).toBeGreaterThan(linear);
});
