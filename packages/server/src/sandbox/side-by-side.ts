/** Several choices written at once, at the pace of one. */
import { setTimeout as delay } from 'node:timers/promises';

export interface Pace {
  /** 0 is as fast as they are read. */
  tokensPerSecond: number;
  /** Milliseconds since 1970. */
  now(): number;
}

/**
 * One item of every choice that has some left, over and over: choices come side by side, as those of a real model do.
 * Throws the reason of `signal` once it aborts, also after the last item.
 */
export async function* sideBySide<Item extends { tokens: number }>(
  choices: readonly Iterator<Item>[],
  { tokensPerSecond, now }: Pace,
  signal: AbortSignal,
): AsyncGenerator<{ index: number; item: Item }> {
  const started = now();
  let paced = 0;
  for (const round of rounds(choices)) {
    for (const step of round) {
      signal.throwIfAborted();
      yield step;
    }
    if (tokensPerSecond <= 0) continue;
    paced += Math.max(...round.map(({ item }) => item.tokens));
    const wait = started + (paced * 1000) / tokensPerSecond - now();
    if (wait > 0) await delay(wait, undefined, { signal });
  }
  signal.throwIfAborted();
}

function* rounds<Item>(choices: readonly Iterator<Item>[]): Generator<{ index: number; item: Item }[]> {
  let running = choices.map((items, index) => ({ items, index }));
  while (running.length > 0) {
    const round: { index: number; item: Item }[] = [];
    running = running.filter(({ items, index }) => {
      const { done, value } = items.next();
      if (!done) round.push({ index, item: value });
      return !done;
    });
    if (round.length > 0) yield round;
  }
}
