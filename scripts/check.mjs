// Runs what must hold before a change lands, in the order that fails soonest, and ends with one line of counts.
// `--slow` runs the steps that take too long for that. `node scripts/check.mjs types lint` runs only the steps whose
// names start so.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const scratch = mkdtempSync(join(tmpdir(), 'colloquy-check-'));
const report = join(scratch, 'tests.json');

const steps = [
  { name: 'format', command: 'npx oxfmt --check' },
  { name: 'lint', command: 'npx oxlint --quiet' },
  { name: 'lint of words', command: 'node scripts/words.mjs' },
  { name: 'types: client source, without Node types', command: 'npx tsc -p packages/client' },
  { name: 'types: server source', command: 'npx tsc -p packages/server' },
  { name: 'types: the page', command: 'npx tsc -p packages/server/page' },
  { name: 'types: everything, tests and scripts too', command: 'npx tsc -p .' },
  // Fails when package-lock.json lacks something: then nobody can install a fresh clone.
  { name: 'lockfile is up to date', command: 'npm ci --dry-run --no-audit --no-fund --loglevel=error' },
  { name: 'manifests are up to date', command: 'node scripts/manifests.mjs --check' },
  { name: 'namespaces are up to date', command: 'npx tsx packages/client/scripts/namespaces.ts --check' },
  { name: 'size of the client', command: 'npx tsx packages/client/scripts/bundle-size.ts' },
  { name: 'sizes of its parts', command: 'npx tsx packages/client/scripts/size-page.ts --check' },
  { name: 'size of the page', command: 'npx tsx packages/server/scripts/page-size.ts' },
  { name: 'unused files and exports', command: 'npx knip --no-progress' },
  { name: 'tests', command: 'npx vitest run --typecheck', tests: true },
  // Fails when PostgreSQL is not installed, and says what to install.
  {
    name: 'postgres: tests on a real server',
    command: 'npx vitest run --config vitest.postgres.config.ts',
    tests: true,
  },
  { name: 'the page', command: 'npx vitest run --config vitest.page.config.ts', tests: true },
  { name: 'the tour', command: 'npm start' },
  { name: 'slow tests', command: 'npx vitest run --config vitest.slow.config.ts', tests: true, slow: true },
  { name: 'runtimes', command: 'npx tsx packages/client/scripts/runtimes.ts', slow: true },
  { name: 'ecosystem', command: 'npx tsx test/ecosystem/run.ts', slow: true },
  { name: 'soak', command: 'npx tsx packages/client/scripts/soak.ts 2 40', slow: true },
  { name: 'kill test', command: 'npm run kill-test -w packages/server', slow: true },
  { name: 'kill test of replicas', command: 'npm run kill-replicas -w packages/server', slow: true },
];

const wanted = process.argv.slice(2).filter((word) => word !== '--slow');
const isWanted = ({ name, slow = false }) =>
  wanted.length > 0 ? wanted.some((word) => name.startsWith(word)) : slow === process.argv.includes('--slow');
let passed = 0;
let failed = 0;
/** What failed, named once more at the end: the output above it is long. */
const failures = [];
for (const { name, command, tests = false } of steps.filter(isWanted)) {
  console.log(`\n== ${name}`);
  const started = Date.now();
  const reporters = tests ? ` --reporter=default --reporter=json --outputFile.json=${report}` : '';
  const options = { cwd: root, stdio: ['ignore', 'inherit', 'inherit'], shell: true };
  const { status } = spawnSync(command + reporters, options);
  const seconds = ((Date.now() - started) / 1000).toFixed(1);
  if (tests) {
    const counts = readCounts();
    passed += counts.passed;
    failed += counts.failed + (status !== 0 && counts.failed === 0 ? 1 : 0);
    for (const line of counts.slowest) console.log(line);
    failures.push(...counts.failures);
    rmSync(report, { force: true });
  } else if (status === 0) passed += 1;
  else failed += 1;
  if (status !== 0) failures.push(`step: ${name}`);
  console.log(`== ${name}: ${status === 0 ? 'ok' : `FAILED (${status})`} in ${seconds} s`);
}
rmSync(scratch, { recursive: true, force: true });
if (failures.length > 0) console.log(`\nFailed:\n${failures.map((line) => `  ${line}`).join('\n')}`);
console.log(`\n${passed} passed, ${failed} failed`);
process.exit(failed === 0 && passed > 0 ? 0 : 1);

/** The counts of the last run of tests, the ten files that took longest, and what failed. */
function readCounts() {
  try {
    const { numPassedTests, numFailedTests, numFailedTestSuites, testResults } = JSON.parse(
      readFileSync(report, 'utf8'),
    );
    const slowest = testResults
      .map(({ name, startTime, endTime }) => ({
        file: relative(root, name),
        seconds: (endTime - startTime) / 1000,
      }))
      .toSorted((a, b) => b.seconds - a.seconds)
      .slice(0, 10)
      .map(({ file, seconds }) => `${seconds.toFixed(1).padStart(8)} s  ${file}`);
    return {
      passed: numPassedTests,
      failed: Math.max(numFailedTests, numFailedTestSuites > 0 ? 1 : 0),
      slowest: ['The slowest files:', ...slowest],
      failures: testResults.flatMap(failuresOfFile),
    };
  } catch {
    return { passed: 0, failed: 1, slowest: [], failures: [] };
  }
}

/** The failed tests of one file with the first line of why, or the file itself when it did not load. */
function failuresOfFile({ name, status, message, assertionResults }) {
  const file = relative(root, name);
  const tests = assertionResults.filter((test) => test.status === 'failed');
  if (tests.length === 0) return status === 'failed' ? [`${file}: ${firstLine(message)}`] : [];
  return tests.map((test) => `${file} > ${test.fullName}: ${firstLine(test.failureMessages[0])}`);
}

function firstLine(text = '') {
  return text.trim().split('\n')[0].slice(0, 300);
}
