// Holds that work grows with its input and not with the square of it, on any machine and however busy that is.
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, test } from 'vitest';

/** One list that is read from outside. */
export interface Law<Input = any> {
  /** The input with a list of `size` items. Making it is not measured. */
  make?: (size: number) => Input;
  /** Reads it. Without `make`, it gets the size. */
  read: (input: Input) => unknown;
  /** Half of how many items the larger input has at least. */
  size: number;
  /** The most items that are read, where more are refused. */
  most?: number;
  /** How many times as much twice the list may cost, where the reason is known. By default {@link linear}. */
  limit?: number;
}

/** A test for each row of a table. */
export function holdGrowth(laws: Record<string, Law>): void {
  test.each(Object.entries(laws))('%s', (_name, law) => expectGrowth(law));
}

/** Fails unless twice the list costs less than `limit` times as much. */
export async function expectGrowth<Input>({
  make,
  read,
  size,
  most,
  limit = linear,
}: Law<Input>): Promise<void> {
  const inputs = new Map<number, Input>();
  const inputOf = (count: number): Input => {
    if (!make) return count as Input;
    if (!inputs.has(count)) inputs.set(count, make(count));
    return inputs.get(count)!;
  };
  expect(await growth((count) => read(inputOf(count)), size, { most, limit })).toBeLessThan(limit);
}

/** More than a collector and caches make of linear work, which is at 2; quadratic work is at 4. */
export const linear = 2.2;

/** How often the list is doubled between the two that are compared. */
const doublings = 3;

/** Microseconds that the larger input must cost, so that what every input costs hides nothing. */
const measurable = 10_000;

/** Milliseconds after which no larger inputs are tried. */
const enough = 4_000;

/** How often all inputs are tried before work counts as too much, and the milliseconds in between. */
const attempts = 3;
const pause = 1_000;

/** Growth that is not tried again: a processor at half its speed would not explain it. */
const clear = 3;

/**
 * How many times as much twice the input costs: 2 when work is in proportion to its input, 4 when it is quadratic.
 *
 * An input of twice `size` items, or as many more as measuring needs, is compared with an eighth of it. The result is
 * the mean of the three doublings: a disturbance weighs a third of what it weighs on one doubling. Both sides do the same
 * amount, eight runs of the smaller input against one of the larger, so compiling and collecting garbage weigh on both
 * alike. Of several rounds the least counts, as whatever else the machine does only adds. When the result is not below the
 * limit, other inputs are tried, larger ones up to `most` and smaller ones down to twice `size`: at some lengths a processor
 * cache or the heap no longer suffices, but quadratic work is too much at each. All of that is tried again a while later: a
 * processor may change its speed, or its caches may belong to others, for some seconds. `factor` is for work that by its
 * nature is not in proportion to `size`: how much more of it twice the size means.
 */
export async function growth(
  work: (size: number) => unknown,
  size: number,
  {
    factor = 2,
    most = 256 * size,
    limit = linear,
  }: { factor?: number; most?: number | undefined; limit?: number } = {},
): Promise<number> {
  const steps = Math.min(doublings, Math.floor(Math.log2(2 * size)));
  const span = 2 ** steps;
  const bound = (limit / 2) ** steps;
  const costOnce = async (many: number): Promise<number> =>
    Math.min(await cost(work, many), await cost(work, many));
  let first = 2 * size;
  while (2 * first <= most && (await costOnce(first)) < measurable) first *= 2;

  let least = Infinity;
  const result = (): number => 2 * least ** (1 / steps);
  const lengths = function* (): Generator<number> {
    for (let attempt = 0; attempt < attempts; attempt++) {
      if (attempt > 0 && result() > clear) return;
      if (attempt > 0) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, pause);
      const end = performance.now() + enough;
      for (let many = first; many <= most && performance.now() < end; many *= 2) yield many;
      for (let many = first / 2; many >= 2 * size; many /= 2) yield many;
    }
  };
  for (const many of lengths()) {
    const few = Math.round(many / span);
    least = Math.min(least, await ratioOf(work, { few, many, repeats: factor ** steps, bound }));
    if (least < bound) break;
  }
  return result();
}

/** What `many` items cost by what `repeats` runs of `few` do. Measures again while that is not below `bound`. */
async function ratioOf(
  work: (size: number) => unknown,
  { few, many, repeats, bound }: { few: number; many: number; repeats: number; bound: number },
): Promise<number> {
  let small = Infinity;
  let large = Infinity;
  const times = Math.ceil(measurable / 2 / (await cost(work, many)));
  for (let round = 0; round < 2 || (round < 6 && large >= bound * small); round++) {
    small = Math.min(small, await cost(work, few, repeats * times));
    large = Math.min(large, await cost(work, many, times));
  }
  return large / small;
}

/**
 * Microseconds of work: of the processor time of all threads and the time that passed, the less. The first includes what
 * the collector does beside the work, the second what other processes do.
 */
async function cost(work: (size: number) => unknown, size: number, repeats = 1): Promise<number> {
  collect({ type: 'minor' });
  const begin = performance.now();
  const before = process.cpuUsage();
  for (let run = 0; run < repeats; run++) await work(size);
  const { user, system } = process.cpuUsage(before);
  return Math.max(1, Math.min(user + system, 1e3 * (performance.now() - begin)));
}

setFlagsFromString('--expose-gc');
const collect: (options: { type: 'minor' }) => void = runInNewContext('gc');
