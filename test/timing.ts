// Times that a busy machine cannot spoil: what else it does only adds to them.

/** The least of at most `tries` times in milliseconds. It stops at the first one below `enough`. */
export async function least(
  enough: number,
  measure: () => number | Promise<number>,
  tries = 5,
): Promise<number> {
  let ms = Infinity;
  for (let run = 0; run < tries && ms >= enough; run++) ms = Math.min(ms, await measure());
  return ms;
}

/** Milliseconds that pass until `work` settles. */
export async function wallMs(work: () => unknown): Promise<number> {
  const begin = performance.now();
  await work();
  return performance.now() - begin;
}

/** Milliseconds of processor time that this process uses until `work` settles. */
export async function cpuMs(work: () => unknown): Promise<number> {
  const begin = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(begin);
  return (user + system) / 1_000;
}
