/**
 * Long work in slices, so that other requests get a turn. Such work is a generator that yields wherever it may pause: every
 * few microseconds, as far as that is possible.
 *
 * All long work of the process shares one slice, so ten heavy requests hold up a light one no longer than one does.
 */

/** Work that returns `Result` and may pause wherever it yields. */
export type Sliced<Result> = Generator<void, Result, void>;

/**
 * `first` is work until a response begins, `rest` the work after that. The rest of a response gives way to the beginning of
 * others: a caller notices a late first chunk, and hardly that chunks arrive a little later.
 */
type Rank = 'first' | 'rest';

const sliceMs = 10;
/** How long the rest waits for its slice while responses begin without a break: it gets at least a tenth of the time. */
const patienceMs = 9 * sliceMs;

interface Slice {
  /** As `performance.now()` has it. */
  ends: number;
  /** Whether it ends early for a response that is to begin. */
  givesWay: boolean;
}

/** Undefined when nothing has been done in this turn of the event loop. */
let slice: Slice | undefined;

const waiting: Record<Rank, (() => void)[]> = { first: [], rest: [] };
let isServing = false;
/** When the rest last had a slice, or began to wait for one. */
let restServedAt = 0;

/** Whether the slice has ended, and it is time to `await turn()`. The first call in a turn of the event loop begins a slice. */
export function isDue(rank: Rank = 'first'): boolean {
  slice ??= begin();
  if (rank === 'rest' && slice.givesWay && waiting.first.length > 0) return true;
  return performance.now() >= slice.ends;
}

/** Resolves when other requests have had their turn, and begins a slice. Callers of a rank continue one by one, in their order. */
export function turn(rank: Rank = 'first'): Promise<void> {
  return new Promise((resolve) => {
    if (rank === 'rest' && waiting.rest.length === 0) restServedAt = performance.now();
    waiting[rank].push(resolve);
    if (isServing) return;
    isServing = true;
    setImmediate(serveNext);
  });
}

function serveNext(): void {
  const { first, rest } = waiting;
  const isLate = rest.length > 0 && performance.now() - restServedAt >= patienceMs;
  const isRest = first.length === 0 || isLate;
  const resume = (isRest ? rest : first).shift();
  begin(!isLate);
  resume?.();
  if (isRest) restServedAt = performance.now();
  isServing = first.length + rest.length > 0;
  // The one that resumes runs before the next is served: in the next turn of the event loop.
  if (isServing) setImmediate(serveNext);
}

function begin(givesWay = true): Slice {
  const begun = { ends: performance.now() + sliceMs, givesWay };
  slice = begun;
  setImmediate(() => {
    if (slice === begun) slice = undefined;
  });
  return begun;
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
