import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { isSound, killRounds } from '../scripts/kill-rounds.ts';

it('what was acknowledged is there after kill -9, whole, in a sound file', { timeout: 120_000 }, async () => {
  const folder = await mkdtemp(join(tmpdir(), 'colloquy-kill-'));
  const plan = {
    rounds: 2,
    posts: 150,
    concurrency: 16,
    db: join(folder, 'kill.db'),
    from: 'source',
  } as const;
  for await (const round of killRounds(plan)) {
    expect(round.acknowledged).toBeGreaterThanOrEqual(15);
    expect(round.acknowledged).toBeLessThan(150);
    expect(round).toSatisfy(isSound);
  }
  await rm(folder, { recursive: true });
});

it.each([
  { killed: false },
  { acknowledged: 0 },
  { streamed: 0 },
  { updated: 0 },
  { deleted: 0 },
  { lost: 1 },
  { damaged: 1 },
  { stored: 1 },
  { integrity: 'malformed' },
])('a round with %j is no success', (fault) => {
  const round = { round: 1, killed: true, acknowledged: 9, streamed: 4, updated: 3, deleted: 3, inFlight: 2 };
  const sound = { ...round, lost: 0, damaged: 0, stored: 6, integrity: 'ok', restartMs: 1 };
  expect(isSound(sound)).toBe(true);
  expect(isSound({ ...sound, ...fault })).toBe(false);
});
