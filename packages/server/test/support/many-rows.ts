/** Completions whose metadata overlaps in every way that a filter can find: for tests and measurements of many rows. */
import type { StoreRecord } from '../../src/store/completions.ts';
import { record } from './records.ts';

/**
 * Five pairs for row `number`. `even` and `odd` are large and never meet. Of `x`, `y` and `z` any two meet on a quarter of the
 * rows, and all three on none.
 */
export function metadataAt(number: number): Record<string, string> {
  const pairs = [
    { x: 'yes', z: 'yes' },
    { x: 'yes', y: 'yes' },
    { y: 'yes', z: 'yes' },
    { place: 'here', version: '2' },
  ];
  return {
    [number % 2 === 0 ? 'even' : 'odd']: 'yes',
    team: `team ${number % 500}`,
    trace: `t${number}`,
    ...pairs[number % 4],
  };
}

/** One row each second. Every third is of the model `large`, every sixth of `even only`. */
export function recordAt(number: number): StoreRecord {
  const model = number % 3 === 0 ? 'large' : number % 6 === 2 ? 'even only' : 'small';
  const created = 1_700_000_000 + number;
  return record({ id: `chatcmpl-${number}`, created, model, metadata: metadataAt(number) });
}
