import { describe, expect, it } from 'vitest';
import { isDue, turn } from './slices.ts';

/** Keeps the process busy until the slice has ended. */
function useUp(rank: 'first' | 'rest'): void {
  while (!isDue(rank));
}

const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('work in slices', () => {
  it('continues in the order in which it began to wait', async () => {
    const order: number[] = [];
    await Promise.all([1, 2, 3].map((name) => turn().then(() => order.push(name))));
    expect(order).toEqual([1, 2, 3]);
  });

  it('begins responses before it continues those that have begun', async () => {
    const order: string[] = [];
    const work = (['rest', 'rest', 'first', 'rest', 'first'] as const).map((rank, index) =>
      turn(rank).then(() => order.push(`${rank} ${index}`)),
    );
    await Promise.all(work);
    expect(order).toEqual(['first 2', 'first 4', 'rest 0', 'rest 1', 'rest 3']);
  });

  it('gives way in the middle of a slice to a response that is to begin', async () => {
    await turn('rest');
    expect(isDue('rest')).toBe(false);
    const beginning = turn();
    expect(isDue('rest')).toBe(true);
    expect(isDue('first')).toBe(false);
    await beginning;
    expect(isDue('rest')).toBe(false);
  });

  it('continues responses while others begin without a break', async () => {
    let turnsOfFirst = 0;
    const over = new AbortController();
    async function beginAgainAndAgain(): Promise<void> {
      while (!over.signal.aborted) {
        await turn('first');
        turnsOfFirst++;
        useUp('first');
      }
    }
    const beginnings = [beginAgainAndAgain(), beginAgainAndAgain()];
    for (let served = 0; served < 3; served++) {
      const before = turnsOfFirst;
      await turn('rest');
      expect(turnsOfFirst - before).toBeLessThanOrEqual(11);
      // It has the slice for itself.
      expect(isDue('rest')).toBe(false);
      useUp('rest');
    }
    over.abort();
    await Promise.all(beginnings);
  });

  it('leaves turns of the event loop to others', async () => {
    const resumed: string[] = [];
    const work = ['a', 'b'].map((name) => turn().then(() => resumed.push(name)));
    await nextTurn();
    resumed.push('another');
    await Promise.all(work);
    expect(resumed).toEqual(['a', 'another', 'b']);
  });
});
