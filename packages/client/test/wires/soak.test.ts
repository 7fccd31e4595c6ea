// A few seconds of soak, for hangs, foreign errors, stray rejections, listeners, sockets and timers. Whether the heap grows
// takes minutes to say: `npm run check:slow` does. In a process of its own, as it counts what the process has left.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

test('forty streams at a time against a failing server leave nothing behind', { timeout: 120_000 }, () => {
  const script = fileURLToPath(new URL('../../scripts/soak.ts', import.meta.url));
  const { status, stdout, stderr } = spawnSync(process.execPath, ['--import', 'tsx', script, '0.05', '40'], {
    encoding: 'utf8',
    timeout: 110_000,
  });
  expect(status, stdout + stderr).toBe(0);
});
