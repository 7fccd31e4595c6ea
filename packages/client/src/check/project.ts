/** A project on disk: its lockfile, and the declarations and imports of its packages. */

import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { lockfiles } from './lockfiles.ts';
import type { Listed, Lockfile } from './lockfiles.ts';

export interface Project {
  /** Its folder: that of the lockfile. */
  root: string;
  /** Name of the lockfile; undefined when there is none. */
  lockfile: string | undefined;
  manager: Lockfile['manager'];
  packages: Listed[];
}

/** Looks for a lockfile in `folder`, then above it, as in a workspace. Throws when there is not even a `package.json`. */
export function readProject(folder: string): Project {
  if (!existsSync(folder)) throw new Error(`There is no folder ${folder}.`);
  for (let root = folder; ; root = dirname(root)) {
    const name = Object.keys(lockfiles).find((file) => existsSync(join(root, file)));
    if (name) {
      const read = readLockfile(join(root, name), lockfiles[name]!);
      const packages = read.partial ? read.packages.map((listed) => complete(root, listed)) : read.packages;
      return { root, lockfile: name, manager: read.manager, packages };
    }
    if (dirname(root) === root) break;
  }
  if (!existsSync(join(folder, 'package.json'))) throw new Error(`There is no package.json in ${folder}.`);
  return { root: folder, lockfile: undefined, manager: 'npm', packages: [] };
}

function readLockfile(path: string, read: (text: string) => Lockfile): Lockfile {
  try {
    return read(readFileSync(path, 'utf8'));
  } catch (cause) {
    throw new Error(`Cannot read ${path}: ${(cause as Error).message}`, { cause });
  }
}

/** The folder of an installed package; undefined when it is not installed, or not where npm would put it. */
export function folderOf(root: string, name: string, version: string): string | undefined {
  const folders = [
    join(root, 'node_modules', name),
    join(root, 'node_modules/.pnpm', `${name.replace('/', '+')}@${version}`, 'node_modules', name),
  ];
  return folders.find((folder) => manifestOf(folder)?.['version'] === version);
}

function manifestOf(folder: string): Record<string, any> | undefined {
  try {
    return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Record<string, any>;
  } catch {
    return undefined;
  }
}

/** With the ranges that the lockfile leaves out, where the package is installed. */
function complete(root: string, listed: Listed): Listed {
  const folder = folderOf(root, listed.name, listed.version);
  const manifest = folder && manifestOf(folder);
  if (!manifest) return listed;
  const { dependencies, optionalDependencies, peerDependencies, peerDependenciesMeta = {} } = manifest;
  const optionalPeers = Object.keys(peerDependenciesMeta).filter(
    (name) => peerDependenciesMeta[name].optional,
  );
  return { ...listed, dependencies, optionalDependencies, peerDependencies, optionalPeers };
}
