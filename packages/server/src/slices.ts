/**
 * Long work in slices, so that other requests get a turn. Such work is a generator that yields wherever it may pause: every
 * few microseconds, as far as that is possible.
 *
 * All long work of the process shares one slice, so ten heavy requests hold up a light one no longer than one does.
 */
import { setImmediate as nextTurn } from 'node:timers/promises';

/** Work that returns `Result` and may pause wherever it yields. */
export type Sliced<Result> = Generator<void, Result, void>;

const sliceMs = 10;

/** Undefined when nothing has been done in this turn of the event loop. */
let sliceEnds: number | undefined;
let lastTurn: Promise<unknown> = Promise.resolve();

/** Whether the slice has ended, and it is time to `await turn()`. The first call in a turn of the event loop begins a slice. */
export function isDue(): boolean {
  if (sliceEnds !== undefined) return performance.now() >= sliceEnds;
  begin();
  return false;
}

/** Resolves when other requests have had their turn, and begins a slice. Callers continue one by one, in their order. */
export function turn(): Promise<void> {
  const next = lastTurn.then(() => nextTurn()).then(begin);
  lastTurn = next;
  return next;
}

function begin(): void {
  const ends = performance.now() + sliceMs;
  sliceEnds = ends;
  setImmediate(() => {
    if (sliceEnds === ends) sliceEnds = undefined;
  });
}

/** Runs `work` to its end, with a turn for others after each slice. */
export async function inSlices<Result>(work: Sliced<Result>): Promise<Result> {
  for (;;) {
    const step = work.next();
    if (step.done) return step.value;
    if (isDue()) await turn();
  }
}

/** Runs `work` without a pause. */
export function atOnce<Result>(work: Sliced<Result>): Result {
  for (;;) {
    const step = work.next();
    if (step.done) return step.value;
  }
}
