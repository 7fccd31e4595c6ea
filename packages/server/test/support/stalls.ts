/** How long one request keeps the event loop from all others. */
import { randomFrom } from '../../src/sandbox/random.ts';

/** What the event loop did while something ran. */
export interface Turns<Result> {
  /** The longest that `ask` waited for its response, in milliseconds of work. */
  longestMs: number;
  result: Result;
}

/**
 * Calls `ask` in every turn of the event loop until `work` settles. A wait counts as the lesser of the time that passed and
 * the CPU time that the process used, so that neither other processes nor the threads of the garbage collector add to it.
 */
export async function waitsDuring<Result>(
  work: () => Promise<Result>,
  ask: () => Promise<unknown>,
): Promise<Turns<Result>> {
  const ended = new AbortController();
  let longestMs = 0;
  const asking = (async () => {
    while (!ended.signal.aborted) {
      const before = now();
      await new Promise((resolve) => setImmediate(resolve));
      await ask();
      const after = now();
      longestMs = Math.max(longestMs, Math.min(after.wall - before.wall, after.cpu - before.cpu));
    }
  })();
  try {
    const result = await work();
    ended.abort();
    await asking;
    return { longestMs, result };
  } finally {
    ended.abort();
  }
}

/** How many times slower this machine is now than the one the limits were chosen on was when it was idle; at least 1. */
export function slowness(): number {
  let least = Infinity;
  for (let run = 0; run < 5; run++) {
    const before = now();
    const random = randomFrom(run);
    JSON.stringify(JSON.parse(JSON.stringify(Array.from({ length: 10_000 }, () => [random.string(8)]))));
    const after = now();
    least = Math.min(least, after.cpu - before.cpu);
  }
  return Math.max(1, least / idleMs);
}

/** What one run of the work above cost there. */
const idleMs = 6;

function now(): { wall: number; cpu: number } {
  const { user, system } = process.cpuUsage();
  return { wall: performance.now(), cpu: (user + system) / 1000 };
}
