/** The folder where all packages are installed, and which package is `openai` in it. */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { install } from '../../packages/client/test/package/installed.ts';

export const folder = import.meta.dirname;
const modules = join(folder, 'node_modules');
/** The `openai` of the lockfile stays here while another package has its name. */
const kept = join(modules, '.openai');

/** Installs what the lockfile names, unless that is done. No package runs a script. */
export function installPackages(): void {
  const stamp = join(modules, '.installed-from');
  const digest = createHash('sha256')
    .update(readFileSync(join(folder, 'package-lock.json')))
    .digest('hex');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === digest) return;
  npm('ci', '--prefer-offline');
  renameSync(join(modules, 'openai'), kept);
  writeFileSync(stamp, digest);
}

/** Makes this client, the newest `openai` or another version of it the `openai` of every package. */
export function useAsOpenAI(which: 'colloquy' | 'openai' | { version: string }): void {
  const target = join(modules, 'openai');
  rmSync(target, { recursive: true, force: true });
  if (which === 'openai') cpSync(kept, target, { recursive: true });
  else if (which === 'colloquy') {
    const packed = install('ours');
    cpSync(packed.folder, target, { recursive: true });
    packed.remove();
  } else cpSync(older(which.version), target, { recursive: true });
}

function older(version: string): string {
  const prefix = join(modules, `.openai-${version}`);
  const path = join(prefix, 'node_modules/openai');
  if (!existsSync(path)) npm('install', '--no-save', '--prefix', prefix, `openai@${version}`);
  return path;
}

function npm(...args: string[]): void {
  const flags = ['--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
  execFileSync('npm', [...args, ...flags], { cwd: folder, stdio: ['ignore', 'ignore', 'inherit'] });
}

export interface Manifest {
  name: string;
  version: string;
  dependencies?: Record<string, string>;
  peerDependencies?: Record<string, string>;
}

export function manifestOf(name: string): Manifest {
  return JSON.parse(readFileSync(join(modules, name, 'package.json'), 'utf8')) as Manifest;
}
