// The tour as a newcomer sees it, in a process of its own and from the build, as `npm start` runs it.
import { spawnSync } from 'node:child_process';
import { resolve } from 'node:path';
import { expect, test } from 'vitest';

const root = resolve(import.meta.dirname, '..');

test('the tour ends well, and every line of it fits a terminal of 80 columns', { timeout: 60_000 }, () => {
  const tour = ['--import', 'tsx', 'examples/tour/index.ts'];
  const env = { ...process.env, TSX_TSCONFIG_PATH: 'examples/tsconfig.json', OPENAI_BASE_URL: '' };
  const { status, stdout, stderr } = spawnSync(process.execPath, tour, { cwd: root, env, encoding: 'utf8' });
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  expect(stdout).toContain('11. Meet typed errors');
  expect(stdout.split('\n').filter((line) => line.length > 80)).toEqual([]);
});
