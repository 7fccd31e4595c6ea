// Holds that work grows with its input and not with the square of it, on any machine and however busy that is.
import { expect, test } from 'vitest';

/** One list that is read from outside. */
export interface Law<Input = any> {
  /** The input with a list of `size` items. Making it is not measured. */
  make?: (size: number) => Input;
  /** Reads it. Without `make`, it gets the size. */
  read: (input: Input) => unknown;
  /** How many items the smaller input has at least. */
  size: number;
  /** The most items that are read, where more are refused. */
  most?: number;
  /** How many times as much twice the list may cost, where the reason is known. By default {@link linear}. */
  limit?: number;
}

/** A test for each row of a table. It measures again before it fails: quadratic work fails each time. */
export function holdGrowth(laws: Record<string, Law>): void {
  test.each(Object.entries(laws))('%s', { timeout: 60_000, retry: 2 }, (_name, law) => expectGrowth(law));
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

/** Microseconds of processor time that the larger input must cost, so that what every input costs hides nothing. */
const measurable = 10_000;

/** Microseconds of processor time after which a law that is not met yet is broken. */
const enough = 2_000_000;

/**
 * How many times as much twice the input costs: 2 when work is in proportion to its input, 4 when it is quadratic.
 *
 * The smaller input has `size` items, or as many more as measuring needs. Both sides do the same amount, two runs of it
 * against one of twice that, so compiling and collecting garbage weigh on both alike. The cost is processor time of this
 * process, and of several rounds the least counts, as whatever else the machine does only adds. When that is not below the
 * limit, larger inputs are tried, up to `most`: what grows in steps, such as a cache that no longer suffices, is behind
 * them then, while quadratic work grows all the more. `factor` is for work that by its nature is not in proportion to
 * `size`: how much more of it twice the size means.
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
  let of = size;
  const large = async (): Promise<number> =>
    Math.min(await cost(work, 2 * of, 1), await cost(work, 2 * of, 1));
  while (4 * of <= most && (await large()) < measurable) of *= 2;
  const begin = now();
  for (; ; of *= 2) {
    const ratio = await ratioAt(work, of, { factor, limit, until: begin + enough });
    if (ratio < limit || 4 * of > most || now() - begin >= enough) return ratio;
  }
}

async function ratioAt(
  work: (size: number) => unknown,
  size: number,
  { factor, limit, until }: { factor: number; limit: number; until: number },
): Promise<number> {
  let small = Infinity;
  let large = Infinity;
  for (
    let round = 0;
    round < 2 || (2 * large >= limit * small && (round < 5 || (round < 12 && now() < until)));
    round++
  ) {
    small = Math.min(small, await cost(work, size, factor));
    large = Math.min(large, await cost(work, 2 * size, 1));
  }
  return (2 * large) / small;
}

async function cost(work: (size: number) => unknown, size: number, repeats: number): Promise<number> {
  const begin = now();
  for (let run = 0; run < repeats; run++) await work(size);
  return now() - begin;
}

/** Microseconds of processor time of this process. */
function now(): number {
  const { user, system } = process.cpuUsage();
  return user + system;
}
