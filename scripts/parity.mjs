// Runs the parity scripts and sums their counts into one line. Exits with 1 when a difference is not a known one.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const folder = mkdtempSync(join(tmpdir(), 'colloquy-parity-'));
const { status } = spawnSync('npx vitest run packages/client/test/parity', {
  stdio: 'inherit',
  shell: true,
  env: { ...process.env, COLLOQUY_PARITY_REPORT: folder },
});
const sum = { scripts: 0, equal: 0, known: 0, unknown: 0 };
for (const file of readdirSync(folder)) {
  const counts = JSON.parse(readFileSync(join(folder, file), 'utf8'));
  for (const key of Object.keys(sum)) sum[key] += counts[key] ?? 0;
}
rmSync(folder, { recursive: true });
console.log(
  `parity: ${sum.scripts} scripts run against both packages: ${sum.equal} equal, ${sum.known} known differences, ${sum.unknown} unknown`,
);
process.exit(status === 0 && sum.unknown === 0 && sum.scripts > 0 ? 0 : 1);
