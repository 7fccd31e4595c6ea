// A minute of soak; `scripts/soak.ts` runs as long as one likes. In a process of its own, whose heap is nobody else's.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

test('forty streams at a time against a failing server leave nothing behind', { timeout: 300_000 }, () => {
  const script = fileURLToPath(new URL('../../scripts/soak.ts', import.meta.url));
  const { status, stdout, stderr } = spawnSync(process.execPath, ['--import', 'tsx', script, '1', '40'], {
    encoding: 'utf8',
    timeout: 290_000,
  });
  expect(status, stdout + stderr).toBe(0);
});
