/** Several choices written at once, at the pace of one. */
import { setTimeout as delay } from 'node:timers/promises';
import { isDue, turn } from '../slices.ts';
import type { Random } from './random.ts';

export interface Pace {
  /** 0 is as fast as they are read. */
  tokensPerSecond: number;
  /** Milliseconds since 1970. */
  now(): number;
  /** What the interval of each chunk is multiplied by. Default 1 for all. */
  stretch?: (() => number) | undefined;
  /** Whether items are sent as they come. Then, after the first token, they give way to responses that have not begun. */
  isStreamed?: boolean | undefined;
}

/** Factors from `1 - jitter` to `1 + jitter`. */
export const jittered =
  (jitter: number, random: Random): (() => number) =>
  () =>
    1 + jitter * (2 * random.next() - 1);

/**
 * One item of every choice that has some left, over and over: choices come side by side, as those of a real model do.
 * Throws the reason of `signal` once it aborts, also after the last item.
 */
export async function* sideBySide<Item extends { tokens: number }>(
  choices: readonly Iterator<Item>[],
  { tokensPerSecond, now, stretch = () => 1, isStreamed = false }: Pace,
  signal: AbortSignal,
): AsyncGenerator<{ index: number; item: Item }> {
  const started = now();
  let pacedMs = 0;
  let running = choices.map((items, index) => ({ items, index }));
  let hasBegun = false;
  while (running.length > 0) {
    const unfinished: typeof running = [];
    let most = 0;
    for (const choice of running) {
      const rank = isStreamed && hasBegun ? 'rest' : 'first';
      if (isDue(rank)) await turn(rank);
      signal.throwIfAborted();
      const { done, value: item } = choice.items.next();
      if (done) continue;
      unfinished.push(choice);
      most = Math.max(most, item.tokens);
      hasBegun ||= item.tokens > 0;
      yield { index: choice.index, item };
    }
    running = unfinished;
    if (tokensPerSecond === 0) continue;
    pacedMs += ((most * 1000) / tokensPerSecond) * stretch();
    const wait = started + pacedMs - now();
    if (wait > 0) await delay(wait, undefined, { signal });
  }
  signal.throwIfAborted();
}
