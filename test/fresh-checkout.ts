// A copy of the checkout that nobody has built yet, and what `npm pack` makes of it.
import { execFile, execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';

const checkout = resolve(import.meta.dirname, '..');
const modules = join(checkout, 'node_modules');
const left = new Set(['node_modules', 'dist', '.git', '.colloquy', '.work', 'results']);

export interface Checkout {
  folder: string;
  /** Runs a command, there or in another folder, and resolves with its output. `npm` gets no settings of the npm that runs the tests. */
  run(command: string, args: readonly string[], folder?: string): Promise<string>;
  remove(): void;
}

/** `'installed'` has the dependencies of this checkout; `'fresh'` has none. Neither has a build. */
export function copyCheckout(state: 'installed' | 'fresh'): Checkout {
  const folder = mkdtempSync(join(tmpdir(), 'colloquy-checkout-'));
  cpSync(checkout, folder, { recursive: true, filter: (source) => !left.has(basename(source)) });
  if (state === 'installed') linkModules(join(folder, 'node_modules'));
  const env = Object.fromEntries(
    Object.entries(process.env).filter(
      ([name]) => !/^(npm_(lifecycle|package|command)|INIT_CWD|NODE_|VITEST)/.test(name),
    ),
  );
  return {
    folder,
    run: async (command, args, cwd = folder) =>
      (
        await promisify(execFile)(command, args, {
          cwd,
          env,
          maxBuffer: 64 << 20,
          shell: process.platform === 'win32',
        })
      ).stdout,
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** Links every package but our own, which resolve to those of the copy. */
function linkModules(into: string): void {
  mkdirSync(into);
  for (const name of readdirSync(modules))
    if (!/^(colloquy|\.(?!bin$|package-lock))/.test(name)) symlinkSync(join(modules, name), join(into, name));
  for (const [name, folder] of [
    ['colloquy', 'client'],
    ['colloquy-server', 'server'],
  ] as const)
    symlinkSync(join('..', 'packages', folder), join(into, name));
}

export interface Packed {
  name: string;
  version: string;
  filename: string;
  files: string[];
}

/** Packs both packages of the checkout into its folder, as the README says. */
export async function pack(checkout: Checkout): Promise<Packed[]> {
  const args = ['pack', '-w', 'packages/client', '-w', 'packages/server', '--json', '--prefer-offline'];
  const packed = JSON.parse(await checkout.run('npm', args)) as (Omit<Packed, 'files'> & {
    files: { path: string }[];
  })[];
  return packed.map((each) => ({ ...each, files: each.files.map(({ path }) => path) }));
}

/** The paths that a manifest names and no file of the package has. A pattern needs at least one file. */
export function missingFiles(manifest: Record<string, unknown>, files: readonly string[]): string[] {
  const named = ['main', 'module', 'types', 'bin', 'exports', 'typesVersions'].flatMap((field) =>
    targets(manifest[field]),
  );
  return named.filter((path) => {
    const [start = '', end] = path.replace(/^\.\//, '').split('*');
    return !files.some((file) =>
      end === undefined ? file === start : file.startsWith(start) && file.endsWith(end),
    );
  });
}

function targets(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(targets) : [];
}

/** Unpacks both tarballs into a new project, beside the other dependencies of the server. */
export function installPacked(checkout: Checkout, packed: readonly Packed[]): string {
  const project = join(checkout.folder, 'project');
  for (const { name, filename } of packed) {
    const into = join(project, 'node_modules', name);
    mkdirSync(into, { recursive: true });
    execFileSync('tar', ['-xzf', join(checkout.folder, filename), '--strip-components=1', '-C', into]);
  }
  for (const { name } of packed)
    for (const dependency of Object.keys(readManifest(project, name)['dependencies'] ?? {})) {
      const link = join(project, 'node_modules', dependency);
      mkdirSync(dirname(link), { recursive: true });
      if (!packed.some(({ name }) => name === dependency)) symlinkSync(join(modules, dependency), link);
    }
  return project;
}

export function readManifest(project: string, name: string): Record<string, any> {
  return JSON.parse(readFileSync(join(project, 'node_modules', name, 'package.json'), 'utf8'));
}
