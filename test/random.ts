// Random numbers that can be drawn again: every test and every long-running script gets its own from here.

/** `SEED=random` draws a new seed, and a number is the seed itself. Without either it is always the same. */
export const seed = readSeed(process.env['SEED'] ?? '20261122');

function readSeed(text: string): number {
  return text === 'random' ? Date.now() % 2 ** 31 : Number(text);
}

/** Numbers in [0, 1), the same for the same seed (mulberry32). */
export type Random = () => number;

export function randomFrom(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

export const below = (random: Random, limit: number): number => Math.floor(random() * limit);
export const pick = <T>(random: Random, from: readonly T[]): T => from[below(random, from.length)]!;
