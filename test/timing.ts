// Times that a busy machine cannot spoil: what else it does only adds to them.

/** Milliseconds for which a time that is too long is taken again: a machine can be slow for a while. */
const patience = 3_000;

/**
 * The least of `tries` times in milliseconds, or of more if they take less than {@link patience} together. It stops at the
 * first one below `enough`, if that is given.
 */
export async function least(
  enough: number | undefined,
  measure: () => number | Promise<number>,
  tries = 5,
): Promise<number> {
  let ms = Infinity;
  const begin = performance.now();
  const goesOn = (run: number): boolean =>
    enough === undefined
      ? run < tries
      : ms >= enough && (run < tries || performance.now() - begin < patience);
  for (let run = 0; goesOn(run); run++) ms = Math.min(ms, await measure());
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
