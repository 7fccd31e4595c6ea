// Two builds of one checkout wait for each other, and never for one that was killed.
import { spawn, spawnSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';

let folder: string;
let lock: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'colloquy-alone-'));
  lock = join(folder, '.colloquy/build.lock');
  mkdirSync(join(folder, '.colloquy'));
  cpSync(resolve(import.meta.dirname, '../scripts/alone.mjs'), join(folder, 'scripts/alone.mjs'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Runs a command alone. Resolves with its exit code. */
function run(command: string): Promise<number | null> {
  const child = spawn(process.execPath, [join(folder, 'scripts/alone.mjs'), command], { cwd: folder });
  return new Promise((resolve) => child.on('close', resolve));
}

/** A command that writes when it begins and when it ends. */
const noting = (name: string): string =>
  `echo "${name} begins" >> log && ${process.execPath} -e "setTimeout(() => {}, 100)" && echo "${name} ends" >> log`;

it('runs commands of several processes one after the other', async () => {
  expect(await Promise.all(['a', 'b', 'c', 'd'].map((name) => run(noting(name))))).toEqual([0, 0, 0, 0]);
  const lines = readFileSync(join(folder, 'log'), 'utf8').trim().split('\n');
  expect(lines).toHaveLength(8);
  for (let at = 0; at < 8; at += 2) expect(lines[at + 1]).toBe(lines[at]!.replace('begins', 'ends'));
  expect(existsSync(lock)).toBe(false);
});

it('a command that is started by one that runs alone does not wait for it', async () => {
  const inner = `${process.execPath} scripts/alone.mjs "echo inner"`;
  expect(await run(inner)).toBe(0);
});

it('ends with the exit code of the command, and releases the lock', async () => {
  expect(await run('exit 3')).toBe(3);
  expect(existsSync(lock)).toBe(false);
});

it('takes over the lock of a process that has been killed, however many wait for it', async () => {
  const { pid } = spawnSync(process.execPath, ['-e', '']);
  writeFileSync(lock, String(pid));
  expect(await Promise.all(['a', 'b', 'c'].map((name) => run(noting(name))))).toEqual([0, 0, 0]);
  const lines = readFileSync(join(folder, 'log'), 'utf8').trim().split('\n');
  for (let at = 0; at < 6; at += 2) expect(lines[at + 1]).toBe(lines[at]!.replace('begins', 'ends'));
});

it.each(['', 'damaged', '0', '-1'])('takes over a lock that names no process but %j', async (content) => {
  writeFileSync(lock, content);
  expect(await run('exit 0')).toBe(0);
});

it('takes over a lock with its own process id, which was that of a killed process', async () => {
  const script = `echo $$ > "${lock}"; exec "${process.execPath}" scripts/alone.mjs "exit 0"`;
  const { status } = spawnSync('sh', ['-c', script], { cwd: folder, timeout: 5_000 });
  expect(status).toBe(0);
});

it('takes over an old lock whose process id another process has now', async () => {
  writeFileSync(lock, String(process.pid));
  const old = new Date(Date.now() - 11 * 60_000);
  utimesSync(lock, old, old);
  expect(await run('exit 0')).toBe(0);
});
