/** How fast choices are written, and in which chunks. */
import * as fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import type { Script } from '../models/script.ts';
import { inChunks } from './chunks.ts';
import type { Delta } from './deltas.ts';
import { sandboxModel } from './model.ts';
import { randomFrom } from './random.ts';
import { jittered, sideBySide } from './side-by-side.ts';

const said = (content: string, tokens = 1): Delta => ({
  choice: { delta: { content }, logprobs: null, finish_reason: null },
  tokens,
});
/** The waits of a clock that stands still are all that should have passed since its start. */
const { waits } = vi.hoisted(() => ({ waits: [] as number[] }));
vi.mock('node:timers/promises', async (actual) => ({
  ...(await actual<object>()),
  setTimeout: async (ms: number) => void waits.push(ms),
}));

/** Milliseconds between chunks, rounded. */
async function intervalsOf(chunks: AsyncIterable<unknown>): Promise<number[]> {
  waits.length = 0;
  for await (const _ of chunks);
  const due = [0, ...waits];
  return waits.map((wait, index) => Math.round(wait - due[index]!)).filter((interval) => interval > 0);
}

const contents = (deltas: Delta[], size?: number): unknown[] =>
  [...inChunks(deltas, size)].map(({ choice }) => choice.delta.content);

describe('chunks', () => {
  it('have as many tokens as their size, and a piece of more stands alone', () => {
    const deltas = [said('a'), said('b'), said('c'), said('d', 4), said('e'), said('f')];
    expect(contents(deltas)).toEqual(['a', 'b', 'c', 'd', 'e', 'f']);
    expect(contents(deltas, 2)).toEqual(['ab', 'c', 'd', 'ef']);
    expect(contents(deltas, 100)).toEqual(['abcdef']);
  });
});

describe('jitter', () => {
  it('stays within its fraction, is the same for a seed, and is 1 on average', () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 1, noNaN: true }), fc.integer(), (jitter, seed) => {
        const [one, other] = [jittered(jitter, randomFrom(seed)), jittered(jitter, randomFrom(seed))];
        const factors = Array.from({ length: 400 }, one);
        expect(factors).toEqual(Array.from({ length: 400 }, other));
        const furthest = Math.max(...factors.map((factor) => Math.abs(factor - 1)));
        expect(furthest).toBeLessThanOrEqual(jitter + 1e-12);
        const mean = factors.reduce((sum, factor) => sum + factor, 0) / 400;
        expect(Math.abs(mean - 1)).toBeLessThanOrEqual(jitter * 0.2 + 1e-12);
      }),
    );
  });

  it('stretches the wait after a chunk', async () => {
    const stretches = [0, 20, 1];
    const pace = { tokensPerSecond: 200, now: () => 0, stretch: () => stretches.shift() ?? 0 };
    const items = [said('a'), said('b'), said('c')].values();
    const intervals = await intervalsOf(sideBySide([items], pace, new AbortController().signal));
    expect(intervals).toEqual([100, 5]);
  });

  it('of a fixture is that of its seed', async () => {
    const model = sandboxModel({ now: () => 0 });
    const run = (seed: number, script: Script): Promise<number[]> => {
      const request = { model: 'm', messages: [{ role: 'user' as const, content: 'x' }], seed };
      const text = 'one two three four five six seven eight';
      const chunks = model.complete(request, new AbortController().signal, {
        text,
        tokensPerSecond: 10,
        ...script,
      });
      return intervalsOf(chunks);
    };
    expect(await run(1, {})).toEqual(Array(8).fill(100));
    expect(await run(1, { chunkSize: 4 })).toEqual([400, 400]);
    const varied = await run(1, { jitter: 0.5 });
    expect(varied).toHaveLength(8);
    expect(new Set(varied).size).toBeGreaterThan(4);
    for (const interval of varied) expect(Math.abs(interval - 100)).toBeLessThanOrEqual(51);
    expect(await run(1, { jitter: 0.5 })).toEqual(varied);
    expect(await run(2, { jitter: 0.5 })).not.toEqual(varied);
  });
});
