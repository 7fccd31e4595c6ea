import { expect, it } from 'vitest';
import { isSoundReplica, replicaRounds } from '../scripts/kill-replicas.ts';

it(
  'what one of two servers acknowledged is on the other after kill -9, once',
  { timeout: 180_000 },
  async () => {
    for await (const round of replicaRounds({ rounds: 2, concurrency: 8, from: 'source' }))
      expect(round).toSatisfy(isSoundReplica);
  },
);

it.each([
  { killed: false },
  { acknowledged: 0 },
  { inFlight: 0 },
  { lost: 1 },
  { duplicates: 1 },
  { unindexed: 1 },
  { listed: 8 },
  { listed: 12 },
])('a round with %j is no success', (fault) => {
  const counts = { acknowledged: 9, inFlight: 2, listed: 10, lost: 0, duplicates: 0, unindexed: 0 };
  const sound = { round: 1, killed: true, ...counts };
  expect(isSoundReplica(sound)).toBe(true);
  expect(isSoundReplica({ ...sound, ...fault })).toBe(false);
});
