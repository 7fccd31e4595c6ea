/** Finds the packages that depend on `openai`, their ranges, and the overrides they need. */

import type { Listed, Manager } from './lockfiles.ts';
import { satisfies } from './semver.ts';

export interface Dependent {
  name: string;
  version: string;
  kind: 'dependency' | 'optional dependency' | 'peer' | 'optional peer';
  /** Undefined where the lockfile keeps only the version that was installed. */
  range: string | undefined;
  resolved: string | undefined;
  /** Whether the range includes the version of this package; undefined when that is not known. */
  accepts: boolean | undefined;
}

/** The packages of `listed` that depend on `openai`; `ours` is the version of this package. */
export function dependentsOf(listed: readonly Listed[], ours: string): Dependent[] {
  const found = new Map<string, Dependent>();
  for (const { name, version, resolved = {}, ...declared } of listed) {
    const kinds = [
      ['dependency', declared.dependencies],
      ['optional dependency', declared.optionalDependencies],
      [declared.optionalPeers?.includes('openai') ? 'optional peer' : 'peer', declared.peerDependencies],
      ['dependency', resolved],
    ] as const;
    const [kind, ranges] = kinds.find(([, names]) => names?.['openai']) ?? [];
    if (!kind || name === 'openai') continue;
    const range = ranges === resolved ? undefined : ranges!['openai']!;
    found.set(`${name}@${version}`, {
      name,
      version,
      kind,
      range,
      resolved: resolved['openai'],
      // Without a range, the major version that was chosen is the best evidence.
      accepts: satisfies(ours, range ?? `^${resolved['openai']}`),
    });
  }
  return [...found.values()].toSorted((a, b) => a.name.localeCompare(b.name));
}

/**
 * The fields of `package.json` to paste. `needing` get this package although their range excludes it, `keeping` get `openai`
 * although theirs includes this one. Undefined where the package manager cannot do that: Bun overrides for all or none.
 */
export function fieldsFor(
  manager: Manager,
  ours: string,
  needing: readonly string[],
  keeping: readonly string[],
  others: boolean,
): Record<string, unknown> | undefined {
  const alias = `npm:colloquy@^${ours}`;
  const dependencies = { openai: alias };
  if (!needing.length && !keeping.length) return { dependencies };
  const specs = [
    ...needing.map((name) => [name, alias]),
    ...keeping.map((name) => [name, `npm:openai@^${ours.split('.')[0]}`]),
  ] as [string, string][];
  const forAll = !keeping.length && !others;
  const each = (key: (name: string) => string): Record<string, string> =>
    forAll ? { openai: alias } : Object.fromEntries(specs.map(([name, spec]) => [key(name), spec]));
  switch (manager) {
    case 'npm':
      return {
        dependencies,
        overrides: forAll
          ? { openai: '$openai' }
          : Object.fromEntries(specs.map(([name, spec]) => [name, { openai: spec }])),
      };
    case 'pnpm':
      return { dependencies, pnpm: { overrides: each((name) => `${name}>openai`) } };
    case 'yarn':
      return { dependencies, resolutions: each((name) => `${name}/openai`) };
    case 'bun':
      return forAll ? { dependencies, overrides: { openai: alias } } : undefined;
  }
}
