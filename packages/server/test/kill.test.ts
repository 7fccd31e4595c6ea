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
