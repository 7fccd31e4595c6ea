// Runs everything that must hold before a change lands, in the order that fails soonest, and ends with one line of
// counts. `node scripts/check.mjs types lint` runs only the named steps.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const scratch = mkdtempSync(join(tmpdir(), 'colloquy-check-'));
const report = join(scratch, 'tests.json');

const steps = [
  ['format', 'npx oxfmt --check'],
  ['lint', 'npx oxlint --quiet'],
  ['types: client source, without Node types', 'npx tsc -p packages/client'],
  ['types: server source', 'npx tsc -p packages/server'],
  ['types: everything, tests and scripts too', 'npx tsc -p .'],
  ['exports map is up to date', 'npx tsx packages/client/scripts/write-exports.ts --check'],
  ['size of the client', 'npx tsx packages/client/scripts/bundle-size.ts'],
  ['unused files and exports', 'npx knip --no-progress'],
  ['tests', `npm test -- --reporter=default --reporter=json --outputFile.json=${report}`],
  ['runtimes', 'npx tsx packages/client/scripts/runtimes.ts'],
  ['the tour', 'npm start'],
];

const wanted = process.argv.slice(2);
let passed = 0;
let failed = 0;
for (const [name, command] of steps) {
  if (wanted.length > 0 && !wanted.some((word) => name.startsWith(word))) continue;
  console.log(`\n== ${name}`);
  const started = Date.now();
  const { status } = spawnSync(command, { cwd: root, stdio: ['ignore', 'inherit', 'inherit'], shell: true });
  const seconds = ((Date.now() - started) / 1000).toFixed(1);
  if (name === 'tests') {
    const counts = readCounts();
    passed += counts.passed;
    failed += counts.failed + (status !== 0 && counts.failed === 0 ? 1 : 0);
  } else if (status === 0) passed += 1;
  else failed += 1;
  console.log(`== ${name}: ${status === 0 ? 'ok' : `FAILED (${status})`} in ${seconds} s`);
}
rmSync(scratch, { recursive: true, force: true });
console.log(`\n${passed} passed, ${failed} failed`);
process.exit(failed === 0 && passed > 0 ? 0 : 1);

function readCounts() {
  try {
    const { numPassedTests, numFailedTests, numFailedTestSuites } = JSON.parse(readFileSync(report, 'utf8'));
    return { passed: numPassedTests, failed: Math.max(numFailedTests, numFailedTestSuites > 0 ? 1 : 0) };
  } catch {
    return { passed: 0, failed: 1 };
  }
}
