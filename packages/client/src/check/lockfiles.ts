/** Reads the packages in a lockfile, with the dependencies of each: npm, pnpm, Yarn and Bun. */

import { parseIndented } from './indented.ts';
import type { Section } from './indented.ts';

/** What a package declares. Undefined where the lockfile does not keep it. */
export interface Listed {
  name: string;
  version: string;
  /** Name to range. */
  dependencies?: Record<string, string> | undefined;
  optionalDependencies?: Record<string, string> | undefined;
  peerDependencies?: Record<string, string> | undefined;
  /** Names of the peers that may be absent. */
  optionalPeers?: string[] | undefined;
  /** Name to the version that was installed, where the lockfile keeps no ranges. */
  resolved?: Record<string, string> | undefined;
}

export type Manager = 'npm' | 'pnpm' | 'yarn' | 'bun';

export interface Lockfile {
  manager: Manager;
  /** Whether ranges, or those of peers, have to be read from the installed packages. */
  partial: boolean;
  packages: Listed[];
}

/** In the order they are looked for. */
export const lockfiles: Record<string, (text: string) => Lockfile> = {
  'npm-shrinkwrap.json': readNpm,
  'package-lock.json': readNpm,
  'pnpm-lock.yaml': readPnpm,
  'yarn.lock': readYarn,
  'bun.lock': readBun,
  'bun.lockb': () => {
    throw new Error(
      'bun.lockb is binary. Run `bun install --save-text-lockfile --lockfile-only` to write bun.lock, and check again.',
    );
  },
};

const optionalOf = (meta: any): string[] =>
  Object.keys(meta ?? {}).filter((name) => String(meta[name]?.optional) === 'true');

const nameAt = (path: string): string => path.split('node_modules/').at(-1)!;

/** Folder to name of the packages that are dependencies by a `file:` path. Workspaces are the project's own code. */
function linkedFolders(entries: [path: string, entry: any][]): Map<string, string> {
  const byPath = new Set(
    entries.flatMap(([, { dependencies, devDependencies, optionalDependencies }]) =>
      Object.entries<string>({ ...dependencies, ...devDependencies, ...optionalDependencies })
        .filter(([, range]) => range.startsWith('file:'))
        .map(([name]) => name),
    ),
  );
  const links = entries.filter(([path, { link }]) => link && byPath.has(nameAt(path)));
  return new Map(links.map(([path, { resolved }]) => [resolved, nameAt(path)]));
}

function readNpm(text: string): Lockfile {
  const { packages, dependencies } = JSON.parse(text);
  if (packages) {
    const entries = Object.entries<any>(packages);
    const folders = linkedFolders(entries);
    const listed = entries.filter(
      ([path, { link }]) => !link && (path.includes('node_modules/') || folders.has(path)),
    );
    return {
      manager: 'npm',
      partial: false,
      packages: listed.map(([path, entry]) => ({
        ...entry,
        name: entry.name ?? folders.get(path) ?? nameAt(path),
        optionalPeers: optionalOf(entry.peerDependenciesMeta),
      })),
    };
  }
  const found: Listed[] = [];
  const walk = (tree: any): void => {
    for (const [name, { version, requires, dependencies: inner }] of Object.entries<any>(tree ?? {})) {
      found.push({ name, version, dependencies: requires || {} });
      walk(inner);
    }
  };
  walk(dependencies);
  return { manager: 'npm', partial: true, packages: found };
}

/** `/@a/b@1.0.0(peer@2)`, and in older files `/@a/b/1.0.0_peer@2`. */
const pnpmKey = /^\/?((?:@[^/]+\/)?[^/@]+)[@/]([^(_]+)/;

function readPnpm(text: string): Lockfile {
  const { packages = {}, snapshots = {} } = parseIndented(text) as Record<string, Record<string, any>>;
  const found = new Map<string, Listed>();
  for (const [key, entry] of [...Object.entries(packages), ...Object.entries(snapshots)]) {
    const [, name, version] = pnpmKey.exec(key) ?? [];
    if (!name || !version) continue;
    const id = `${name}@${version}`;
    const listed = found.get(id) ?? { name, version, resolved: {} };
    found.set(id, listed);
    listed.peerDependencies ??= entry.peerDependencies;
    listed.optionalPeers ??= entry.peerDependenciesMeta && optionalOf(entry.peerDependenciesMeta);
    for (const [dependency, exact] of Object.entries<string>({
      ...entry.optionalDependencies,
      ...entry.dependencies,
    }))
      if (!listed.peerDependencies?.[dependency]) listed.resolved![dependency] = exact.split(/[(_]/)[0]!;
  }
  return { manager: 'pnpm', partial: true, packages: [...found.values()] };
}

function readYarn(text: string): Lockfile {
  const found: Listed[] = [];
  const berry = text.includes('__metadata:');
  for (const [key, entry] of Object.entries(parseIndented(text))) {
    const {
      version,
      resolution = '',
      dependencies,
      optionalDependencies,
      peerDependencies,
      peerDependenciesMeta,
    } = entry as Section;
    if (!version || String(resolution).includes('@workspace:')) continue;
    const name = key.replace(/^"/, '').replace(/(?<=.)@[^]*$/, '');
    found.push({
      name,
      version: String(version),
      dependencies: rangesOf(dependencies),
      optionalDependencies: rangesOf(optionalDependencies),
      peerDependencies: rangesOf(peerDependencies),
      optionalPeers: optionalOf(peerDependenciesMeta),
    });
  }
  return { manager: 'yarn', partial: !berry, packages: found };
}

function rangesOf(section: Section | string | undefined): Record<string, string> {
  return Object.fromEntries(
    Object.entries(section ?? {}).map(([name, range]) => [
      name,
      String(range).replace(/^npm:(?=[^@a-z])/, ''),
    ]),
  );
}

function readBun(text: string): Lockfile {
  // Strings are kept; a comma before a closing bracket goes.
  const json = text.replace(/("[^"\\]*(?:\\.[^"\\]*)*")|,(\s*[}\]])/g, '$1$2');
  const { packages = {} } = JSON.parse(json);
  return {
    manager: 'bun',
    partial: false,
    packages: Object.values<any[]>(packages).map(([id, ...rest]) => ({
      ...rest.find((part) => part && typeof part === 'object'),
      name: id.replace(/(?<=.)@[^]*$/, ''),
      version: id.replace(/^.+@/, ''),
    })),
  };
}
