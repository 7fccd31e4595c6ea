// Ten thousand nearly right streams. `run.ts` plays as many as one likes.
import { expect, test } from 'vitest';
import { fuzz } from './run.ts';

test(
  'every nearly right stream ends soon, in a completion or an error of ours',
  { timeout: 300_000 },
  async () => {
    const { violations, ends, runs } = await fuzz(10_000, 1);
    expect(violations.slice(0, 10)).toEqual([]);
    // Neither is rare, or the streams are not what they should be.
    const { complete = 0 } = ends;
    expect(complete).toBeGreaterThan(runs / 10);
    expect(complete).toBeLessThan(runs * 0.9);
  },
);
