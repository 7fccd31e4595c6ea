import { expect, test } from 'vitest';
import { growth, linear } from './growth.ts';

/** Adds up so many numbers for each of `size` items. */
function sums(size: number, each: number): number {
  let sum = 0;
  for (let item = 0; item < size; item++) for (let index = 0; index < each; index++) sum += item ^ index;
  return sum;
}

test('linear work is below the limit', async () => {
  expect(await growth((size) => sums(size, 4_000), 500)).toBeLessThan(linear);
});

test('quadratic work is above it', async () => {
  expect(await growth((size) => sums(size, size), 500)).toBeGreaterThan(linear);
});
