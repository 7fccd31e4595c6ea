// Makes the bench ready to run: its own dependencies, with a Node 24 among them, and our packages as users get them,
// packed and unpacked. Does nothing when nothing changed.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const bench = dirname(dirname(fileURLToPath(import.meta.url)));
export const root = dirname(bench);
export const scratch = join(bench, '.work');
export const node24 = join(
  bench,
  'node_modules/node/bin',
  process.platform === 'win32' ? 'node.exe' : 'node',
);

/** With `asIs`, measures the build that is already unpacked, so that a checkout may change during a long run. */
export function install({ asIs = false } = {}) {
  mkdirSync(scratch, { recursive: true });
  if (stale('node_modules/.installed-from', read(join(bench, 'package-lock.json')))) {
    console.error('Installing the peers and Node 24 into bench/ ...');
    run('npm', ['ci', '--loglevel=error'], bench);
    stamp('node_modules/.installed-from', read(join(bench, 'package-lock.json')));
  }
  if (asIs && existsSync(join(bench, 'node_modules/colloquy/package.json'))) return;
  run(process.execPath, ['scripts/prepare.mjs'], root);
  for (const [folder, name] of [
    ['packages/client', 'colloquy'],
    ['packages/server', 'colloquy-server'],
  ]) {
    const built = read(join(root, folder, 'dist/.built-from'));
    if (!stale(`node_modules/.${name}-packed-from`, built)) continue;
    unpack(folder, name);
    stamp(`node_modules/.${name}-packed-from`, built);
  }
}

function unpack(folder, name) {
  const into = join(bench, 'node_modules', name);
  const [{ filename }] = JSON.parse(
    run('npm', ['pack', '--json', '--ignore-scripts', `--pack-destination=${scratch}`], join(root, folder)),
  );
  rmSync(into, { recursive: true, force: true });
  mkdirSync(into, { recursive: true });
  run('tar', ['-xzf', join(scratch, filename), '--strip-components=1', '-C', into], bench);
}

function run(command, args, cwd) {
  const { status, stdout, stderr, error } = spawnSync(command, args, {
    cwd,
    encoding: 'utf8',
    maxBuffer: 64 << 20,
    shell: process.platform === 'win32',
  });
  if (status !== 0) throw new Error(`${command} ${args.join(' ')} failed:\n${stdout}${stderr}${error ?? ''}`);
  return stdout;
}

const read = (file) => readFileSync(file, 'utf8');
const stale = (file, text) => !existsSync(join(bench, file)) || read(join(bench, file)) !== text;
const stamp = (file, text) => writeFileSync(join(bench, file), text);
