// Holds that work grows with its input and not with the square of it, on any machine and however busy that is.

/**
 * How much more a unit of input costs in an input eight times as large: about 1 when work is in proportion to its input,
 * 8 when it is quadratic. Below {@link linear} it is the former.
 *
 * Both sides do the same amount: `repeats` runs of `size` against one of eight times that, so compiling and collecting
 * garbage weigh on both alike. The cost is processor time of this process, and of several rounds the least counts, as
 * whatever else the machine does only adds. `repeats` is another number for work that by its nature is not in proportion
 * to `size`: how much more of it the larger input means.
 */
export async function growth(work: (size: number) => unknown, size: number, repeats = 8): Promise<number> {
  let small = Infinity;
  let large = Infinity;
  for (let round = 0; round < 3 || (round < 12 && large >= linear * small); round++) {
    small = Math.min(small, await cost(work, size, repeats));
    large = Math.min(large, await cost(work, 8 * size, 1));
  }
  return large / small;
}

/** Between what collectors and caches make of linear work, at most 2, and quadratic work. */
export const linear = 2.5;

/** Microseconds of processor time. */
async function cost(work: (size: number) => unknown, size: number, repeats: number): Promise<number> {
  const begin = process.cpuUsage();
  for (let run = 0; run < repeats; run++) await work(size);
  const { user, system } = process.cpuUsage(begin);
  return user + system;
}
