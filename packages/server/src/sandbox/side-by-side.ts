/** Several choices written at once, at the pace of one. */
import { setTimeout as delay } from 'node:timers/promises';
import { isDue, turn } from '../slices.ts';

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
  let running = choices.map((items, index) => ({ items, index }));
  while (running.length > 0) {
    const unfinished: typeof running = [];
    let most = 0;
    for (const choice of running) {
      if (isDue()) await turn();
      signal.throwIfAborted();
      const { done, value: item } = choice.items.next();
      if (done) continue;
      unfinished.push(choice);
      most = Math.max(most, item.tokens);
      yield { index: choice.index, item };
    }
    running = unfinished;
    paced += most;
    const wait = tokensPerSecond > 0 ? started + (paced * 1000) / tokensPerSecond - now() : 0;
    if (wait > 0) await delay(wait, undefined, { signal });
  }
  signal.throwIfAborted();
}
