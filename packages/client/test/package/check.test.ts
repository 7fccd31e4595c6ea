// `npx colloquy check` of the packed package, as a user runs it.
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { install } from './installed.ts';
import type { Installed } from './installed.ts';

let ours: Installed;
let project: string;
beforeAll(() => {
  ours = install('ours', 'colloquy');
  project = mkdtempSync(join(tmpdir(), 'colloquy-check-'));
  cpSync(join(import.meta.dirname, '../fixtures/lockfiles/bun'), project, { recursive: true });
});
afterAll(() => {
  ours?.remove();
  rmSync(project, { recursive: true });
});

function run(...args: string[]): { status: number | null; stdout: string; stderr: string } {
  const { bin } = JSON.parse(readFileSync(join(ours.folder, 'package.json'), 'utf8')) as {
    bin: { colloquy: string };
  };
  const program = join(ours.folder, bin.colloquy);
  return spawnSync(process.execPath, [program, ...args], { cwd: project, encoding: 'utf8' });
}

it('exits with 0 for a project that can switch, and with 1 for one that cannot yet', () => {
  writeFileSync(
    join(project, 'a.ts'),
    "import OpenAI from 'openai/index.mjs';\nawait new OpenAI().embeddings.create({});",
  );
  expect(run('check')).toMatchObject({
    status: 0,
    stderr: '',
    stdout: expect.stringMatching(/\(bun\.lock\)[^]*\nYes: /),
  });
  writeFileSync(
    join(project, 'a.ts'),
    "import OpenAI from 'openai';\nawait new OpenAI().responses.create({});",
  );
  expect(run('check', project)).toMatchObject({
    status: 1,
    stdout: expect.stringContaining('a.ts:2  client.responses.create'),
  });
});

it('prints JSON', () => {
  const { status, stdout } = run('check', '--json');
  expect(status).toBe(1);
  expect(JSON.parse(stdout)).toMatchObject({
    lockfile: 'bun.lock',
    canSwitch: false,
    absent: [{ file: 'a.ts', line: 2 }],
  });
});

it('exits with 2 and says why when it cannot read the project, or the command', () => {
  expect(run('check', join(project, 'nowhere'))).toMatchObject({
    status: 2,
    stderr: expect.stringContaining('There is no folder'),
  });
  expect(run('check', '--unknown')).toMatchObject({
    status: 2,
    stderr: expect.stringContaining('--unknown'),
  });
  expect(run()).toMatchObject({ status: 2, stderr: expect.stringContaining('What it cannot see') });
  expect(run('--help')).toMatchObject({
    status: 0,
    stdout: expect.stringContaining('colloquy check [folder]'),
  });
});
