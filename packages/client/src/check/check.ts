/** Checks whether a project can switch from `openai`, and lists what it has to change. */

import { existsSync, readFileSync } from 'node:fs';
import { absentResources } from '../resources/absent-table.ts';
import type { Tree } from '../resources/absent-table.ts';
import { VERSION } from '../version.ts';
import type { Use } from './clients.ts';
import { dependentsOf, fieldsFor } from './dependents.ts';
import type { Dependent } from './dependents.ts';
import differences from './differences.json' with { type: 'json' };
import known from './known.json' with { type: 'json' };
import { folderOf, readProject } from './project.ts';
import { readSources } from './sources.ts';
import type { Found, Place } from './sources.ts';

/** The result of running a package with this one instead of `openai`. */
interface Tested {
  version: string;
  works: boolean;
  note?: string;
}

export interface Report {
  version: string;
  lockfile: string | undefined;
  manager: string;
  dependents: (Dependent & {
    tested: Tested | undefined;
    /** What it imports that is missing here; undefined when it is not installed. */
    missing: string[] | undefined;
  })[];
  /** Fields of `package.json`; undefined where the package manager cannot express them. */
  fields: Record<string, unknown> | undefined;
  files: number;
  /** `guessed` names were called on an object that could not be followed to a client. */
  absent: ({ name: string; guessed: boolean } & Place)[];
  imports: { specifier: string; resolves: boolean; missing: string[]; places: Place[] }[];
  /** Call to the differences that concern it, by their names in docs/differences.md. */
  differences: Record<string, string[]>;
  canSwitch: boolean;
}

/** Exported here, but only to explain that they are not part of this package. */
export const standIns: readonly string[] = [
  'BedrockOpenAI',
  'ComputerToolset',
  'OpenAIRealtimeWS',
  'OpenAIRealtimeWebSocket',
  'Responses',
  'addOutputText',
  'makeParseableResponseTool',
  'maybeParseResponse',
  'parseResponse',
  'resolveResponseParseOptions',
  'toResponseInputItem',
  'toResponseInputItems',
];

/** `entries` is the folder of the import paths of this package, with their declarations. */
export function check(folder: string, entries: URL): Report {
  const { root, lockfile, manager, packages } = readProject(folder);
  const found = readSources(folder);
  const dependents = dependentsOf(packages, VERSION).map((dependent) => {
    const installed = folderOf(root, dependent.name, dependent.version);
    return {
      ...dependent,
      tested: (known as Record<string, Tested>)[dependent.name],
      missing: installed ? missingIn(readSources(installed, true), entries) : undefined,
    };
  });
  // What was tried in another version may still import what is missing.
  const fails = ({ version, tested, missing }: (typeof dependents)[number]): boolean =>
    tested?.works === false || (tested?.version !== version && !!missing?.length);
  const names = (list: typeof dependents): string[] => [...new Set(list.map(({ name }) => name))];
  const outside = dependents.filter(({ accepts }) => accepts === false);
  const needing = outside.filter((dependent) => !fails(dependent));
  const keeping = dependents.filter((dependent) => dependent.accepts !== false && fails(dependent));
  const fields = fieldsFor(manager, VERSION, names(needing), names(keeping), outside.some(fails));
  const absent = found.uses.flatMap(({ path, line, file, guessed = false }) => {
    const name = absentName(path);
    return name ? [{ name, file, line, guessed }] : [];
  });
  const imports = importsOf(found, entries);
  const canSwitch =
    !absent.length &&
    fields !== undefined &&
    imports.every(({ resolves, missing }) => resolves && !missing.length);
  return {
    version: VERSION,
    lockfile,
    manager,
    dependents,
    fields,
    files: found.files,
    absent,
    imports,
    differences: differencesOf(found),
    canSwitch,
  };
}

/** `responses.create` of `client.responses.create()`, `OpenAI.Images` of a type; undefined for what is not absent. */
function absentName([first = '', ...rest]: Use['path']): string | undefined {
  const name = first[0]!.toLowerCase() + first.slice(1);
  const tree = Object.hasOwn(absentResources, name) && absentResources[name];
  if (tree === false) return undefined;
  if (name !== first) return `OpenAI.${first}`;
  // `beta` itself is there, for `beta.chat`.
  if (name === 'beta' && !Object.hasOwn(tree as Tree, rest[0] ?? '')) return undefined;
  return `client.${[first, ...rest].join('.')}`;
}

function importsOf(found: Found, entries: URL): Report['imports'] {
  const bySpecifier = new Map<string, Report['imports'][number]>();
  for (const { specifier, names, file, line } of found.imports) {
    const declared = declarationsOf(specifier, entries);
    const known = bySpecifier.get(specifier) ?? {
      specifier,
      resolves: declared !== undefined,
      missing: [],
      places: [],
    };
    bySpecifier.set(specifier, known);
    known.places.push({ file, line });
    const missing = names.filter((name) => standIns.includes(name) || !exports(declared, name));
    known.missing = [...new Set([...known.missing, ...missing])];
  }
  return [...bySpecifier.values()].toSorted((a, b) => a.specifier.localeCompare(b.specifier));
}

/** The declarations of an import path; undefined when there is no such path. */
function declarationsOf(specifier: string, entries: URL): string | undefined {
  const path = specifier.replace(/^openai\/?/, '').replace(/\.m?js$/, '') || 'index';
  if (path === 'package.json') return '';
  const file = new URL(`${path}.d.cts`, entries);
  return existsSync(file) ? readFileSync(file, 'utf8') : undefined;
}

/** Whether declarations have a name, or would be missing as a whole. */
function exports(declared: string | undefined, name: string): boolean {
  return !declared || name === '*' || new RegExp(`\\b${name.replaceAll('$', '\\$')}\\b`).test(declared);
}

/** What the JavaScript of a package imports and cannot get. What only explains itself can be imported. */
function missingIn(found: Found, entries: URL): string[] {
  const missing = found.imports.flatMap(({ specifier, names }) => {
    const declared = declarationsOf(specifier, entries);
    return declared === undefined ? [specifier] : names.filter((name) => !exports(declared, name));
  });
  return [...new Set(missing)].toSorted();
}

/** The differences of the calls that are used. */
function differencesOf({ uses, imports }: Found): Report['differences'] {
  const calls = new Set<string>();
  for (const { path, streams } of uses) {
    if (absentName(path)) continue;
    const method = path.at(-1)!;
    if (method === 'create')
      calls.add(streams ? 'create, streamed' : path.includes('embeddings') ? 'embeddings' : 'create');
    else calls.add(method);
    if (method === 'stream') calls.add('create, streamed');
  }
  if (calls.size) calls.add('any call');
  if (imports.some(({ specifier }) => specifier.includes('/helpers/'))) calls.add('schemas');
  return Object.fromEntries(Object.entries(differences).filter(([call]) => calls.has(call)));
}
