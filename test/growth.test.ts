import { expect, test } from 'vitest';
import { growth, linear } from './growth.ts';

/** A queue in an array whose every item is moved when the first is taken, and one that only moves its head. */
function drain(size: number, take: (queue: number[], index: number) => number | undefined): number {
  const queue = Array.from({ length: size }, (_, index) => index);
  let sum = 0;
  for (let index = 0; index < size; index++) sum += take(queue, index) ?? 0;
  return sum;
}

test('linear work is below the limit', async () => {
  expect(await growth((size) => drain(size, (queue, index) => queue[index]), 20_000)).toBeLessThan(linear);
});

test('quadratic work is above it', async () => {
  const quadratic = (size: number): number => drain(size, (queue) => queue.splice(0, 1)[0]);
  expect(await growth(quadratic, 20_000)).toBeGreaterThan(linear);
});
