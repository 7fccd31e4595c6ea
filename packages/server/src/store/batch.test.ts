import * as fc from 'fast-check';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { batched } from './batch.ts';

const nothingRefused = new Map<number, Error>();

describe('batched', () => {
  it('writes every item once, in order, never more than the limit together', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 0, max: 3 }), { maxLength: 40 }),
        fc.integer({ min: 1, max: 5 }),
        async (turnsBetween, limit) => {
          const batches: number[][] = [];
          const write = batched<number>(async (items) => {
            await nextTurn();
            batches.push(items);
            return nothingRefused;
          }, limit);
          const writes: Promise<void>[] = [];
          for (const [item, turns] of turnsBetween.entries()) {
            for (let turn = 0; turn < turns; turn++) await nextTurn();
            writes.push(write(item));
          }
          await Promise.all(writes);
          expect(batches.flat()).toEqual([...turnsBetween.keys()]);
          expect(batches.every(({ length }) => length >= 1 && length <= limit)).toBe(true);
        },
      ),
      { numRuns: 50 },
    );
  });

  it('joins what arrives in one turn, and what arrives while a batch is being written', async () => {
    const batches: string[][] = [];
    const write = batched<string>(async (items) => {
      batches.push(items);
      await nextTurn();
      await nextTurn();
      return nothingRefused;
    }, 10);
    const first = [write('a'), write('b')];
    await nextTurn();
    await Promise.all([...first, write('c'), write('d')]);
    expect(batches).toEqual([
      ['a', 'b'],
      ['c', 'd'],
    ]);
  });

  it('resolves no item before its batch is written', async () => {
    let written = false;
    const write = batched<string>(async () => {
      await nextTurn();
      written = true;
      return nothingRefused;
    }, 10);
    await write('a').then(() => expect(written).toBe(true));
    expect.assertions(1);
  });

  it('rejects the items that were refused and only those; when writing throws, the whole batch, and goes on', async () => {
    const refusal = new Error('refused');
    const failure = new Error('disk full');
    const write = batched<string>(async (items) => {
      if (items.includes('fail')) throw failure;
      return new Map(items.flatMap((item, position) => (item === 'bad' ? [[position, refusal]] : [])));
    }, 10);
    const outcome = (items: string[]): Promise<PromiseSettledResult<void>[]> =>
      Promise.allSettled(items.map(write));
    expect(await outcome(['a', 'bad', 'b'])).toEqual([
      { status: 'fulfilled', value: undefined },
      { status: 'rejected', reason: refusal },
      { status: 'fulfilled', value: undefined },
    ]);
    expect(await outcome(['a', 'fail'])).toEqual([
      { status: 'rejected', reason: failure },
      { status: 'rejected', reason: failure },
    ]);
    expect(await outcome(['a'])).toEqual([{ status: 'fulfilled', value: undefined }]);
  });
});
