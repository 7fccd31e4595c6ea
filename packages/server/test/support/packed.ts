/** The package as npm would get it, unpacked in a project that has nothing but what the package says it depends on. */
import { execFileSync } from 'node:child_process';
import {
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';

const source = resolve(import.meta.dirname, '../..');
const workspace = resolve(source, '../..');

export interface Packed {
  project: string;
  /** The unpacked package. */
  folder: string;
  manifest: Record<string, any>;
  /** Links packages of the workspace into the project. */
  link(...names: string[]): void;
  /** Writes files of the project, by name and text. */
  write(files: Record<string, string>): void;
  /** Runs Node in the project and returns what it prints. Throws when it fails. */
  node(args: string[], env?: Record<string, string>): string;
  remove(): void;
}

export function pack(): Packed {
  const project = mkdtempSync(join(tmpdir(), 'colloquy-server-package-'));
  const modules = join(project, 'node_modules');
  const folder = join(modules, 'colloquy-server');
  const manifest = JSON.parse(readFileSync(join(source, 'package.json'), 'utf8')) as Record<string, any>;
  mkdirSync(modules);
  writeFileSync(join(project, 'package.json'), '{"private":true}');
  const packed = execFileSync('npm', ['pack', '--json', '--ignore-scripts', '--pack-destination', project], {
    cwd: source,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
    shell: process.platform === 'win32',
  });
  const [{ filename }] = JSON.parse(packed) as [{ filename: string }];
  execFileSync('tar', ['-xzf', join(project, filename), '-C', project]);
  renameSync(join(project, 'package'), folder);
  const link = (...names: string[]): void => {
    for (const name of names) {
      mkdirSync(dirname(join(modules, name)), { recursive: true });
      symlinkSync(join(workspace, 'node_modules', name), join(modules, name));
    }
  };
  link(...Object.keys(manifest['dependencies']));
  return {
    project,
    folder,
    manifest,
    link,
    write(files) {
      for (const [name, text] of Object.entries(files)) {
        mkdirSync(dirname(join(project, name)), { recursive: true });
        writeFileSync(join(project, name), text);
      }
    },
    node: (args, env = {}) =>
      execFileSync(process.execPath, args, {
        cwd: project,
        encoding: 'utf8',
        env: { PATH: process.env['PATH'], NO_COLOR: '1', ...env },
      }),
    remove: () => rmSync(project, { recursive: true, force: true }),
  };
}
