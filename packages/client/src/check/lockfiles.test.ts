// The lockfiles were written by the package managers, for the dependencies in each of them.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { dependentsOf, fieldsFor } from './dependents.ts';
import { lockfiles } from './lockfiles.ts';
import { folderOf, readProject } from './project.ts';

const fixtures = join(import.meta.dirname, '../../test/fixtures/lockfiles');
const read = (folder: string, file: string) =>
  lockfiles[file]!(readFileSync(join(fixtures, folder, file), 'utf8'));

const folders: string[] = [];
function project(files: Record<string, string>): string {
  const folder = mkdtempSync(join(tmpdir(), 'colloquy-check-'));
  folders.push(folder);
  for (const [file, text] of Object.entries(files)) {
    mkdirSync(join(folder, file, '..'), { recursive: true });
    writeFileSync(join(folder, file), text);
  }
  return folder;
}
afterEach(() => folders.splice(0).forEach((folder) => rmSync(folder, { recursive: true })));

const instructor = ['@instructor-ai/instructor', '1.7.0', 'peer', '>=4.58.0', true];
const langsmith = ['langsmith', '0.3.30', 'optional peer', '*', true];
const portkey = ['portkey-ai', '3.1.0', 'dependency', '6.8.1', false];
const stream = ['zod-stream', '3.0.0', 'peer', '4.47.1', false];
const all = [instructor, langsmith, portkey, stream];
/** pnpm keeps the version that was chosen, not the range. */
const chosen = [instructor, langsmith, ['portkey-ai', '3.1.0', 'dependency', undefined, false], stream];

describe('dependents of openai', () => {
  it.each([
    ['npm 6', 'npm1', 'package-lock.json', [portkey]],
    ['npm 7 and 8', 'npm2', 'package-lock.json', all],
    ['npm 9 and later', 'npm3', 'package-lock.json', all],
    ['pnpm 7', 'pnpm7', 'pnpm-lock.yaml', chosen],
    ['pnpm 8', 'pnpm8', 'pnpm-lock.yaml', chosen],
    ['pnpm 9 and later', 'pnpm9', 'pnpm-lock.yaml', chosen],
    ['Yarn 1', 'yarn1', 'yarn.lock', [portkey]],
    ['Yarn 2 and later', 'berry', 'yarn.lock', all],
    ['Bun', 'bun', 'bun.lock', all],
  ])('are found in a lockfile of %s', (_manager, folder, file, expected) => {
    const found = dependentsOf(read(folder, file).packages, '7.59.0');
    expect(
      found.map(({ name, version, kind, range, accepts }) => [name, version, kind, range, accepts]),
    ).toEqual(expected);
  });

  it.each([
    ['npm1', 'package-lock.json'],
    ['yarn1', 'yarn.lock'],
    ['pnpm9', 'pnpm-lock.yaml'],
  ])('take the ranges that %s leaves out from installed packages', (folder, file) => {
    const manifest = (name: string, version: string, more: object): [string, string] => [
      `node_modules/${name}/package.json`,
      JSON.stringify({ name, version, ...more }),
    ];
    const root = project({
      [file]: readFileSync(join(fixtures, folder, file), 'utf8'),
      ...Object.fromEntries([
        manifest('langsmith', '0.3.30', {
          peerDependencies: { openai: '*' },
          peerDependenciesMeta: { openai: { optional: true } },
        }),
        manifest('portkey-ai', '3.1.0', { dependencies: { openai: '6.8.1' } }),
        // Another version than the lockfile has: it says nothing.
        manifest('zod-stream', '9.9.9', { peerDependencies: { openai: '^1' } }),
      ]),
    });
    const found = dependentsOf(readProject(root).packages, '7.59.0');
    const ranges = Object.fromEntries(found.map(({ name, kind, range }) => [name, [kind, range]]));
    expect(ranges).toMatchObject({
      langsmith: ['optional peer', '*'],
      'portkey-ai': ['dependency', '6.8.1'],
    });
    expect(ranges['zod-stream']?.[1]).not.toBe('^1');
    expect(folderOf(root, 'langsmith', '0.3.30')).toBe(join(root, 'node_modules/langsmith'));
    expect(folderOf(root, 'langsmith', '0.3.31')).toBeUndefined();
  });

  it('are found behind a link to a folder; a workspace is the code of the project', () => {
    const folder = { version: '2.0.0', dependencies: { openai: '^4.0.0' } };
    const linked = (resolved: string) => ({ resolved, link: true });
    const { packages } = lockfiles['package-lock.json']!(
      JSON.stringify({
        lockfileVersion: 3,
        packages: {
          '': { workspaces: ['app'], dependencies: { '@a/tracer': 'file:./tracer' } },
          app: folder,
          'node_modules/app': linked('app'),
          'node_modules/@a/tracer': linked('tracer'),
          tracer: folder,
        },
      }),
    );
    expect(dependentsOf(packages, '7.59.0').map(({ name, range }) => [name, range])).toEqual([
      ['@a/tracer', '^4.0.0'],
    ]);
  });
});

describe('a project', () => {
  it('is found above a folder of a workspace', () => {
    const root = project({ 'pnpm-lock.yaml': "lockfileVersion: '9.0'\n", 'packages/app/package.json': '{}' });
    expect(readProject(join(root, 'packages/app'))).toMatchObject({ root, manager: 'pnpm', packages: [] });
  });

  it('without a lockfile has its sources checked alone', () => {
    const root = project({ 'package.json': '{}' });
    expect(readProject(root)).toMatchObject({ root, lockfile: undefined });
  });

  it.each([
    [{}, /no package\.json in/],
    [{ 'bun.lockb': '\0' }, /bun install --save-text-lockfile/],
    [{ 'package-lock.json': '{' }, /^Cannot read .*package-lock\.json: /],
  ])('that cannot be read is an error that says why: %j', (files, message) => {
    expect(() => readProject(project(files as Record<string, string>))).toThrow(message);
  });
});

describe('the fields to paste', () => {
  const alias = 'npm:colloquy@^7.59.0';
  const dependencies = { openai: alias };
  it.each([
    [
      'npm',
      { overrides: { openai: '$openai' } },
      { overrides: { a: { openai: alias }, b: { openai: 'npm:openai@^7' } } },
    ],
    [
      'pnpm',
      { pnpm: { overrides: { openai: alias } } },
      { pnpm: { overrides: { 'a>openai': alias, 'b>openai': 'npm:openai@^7' } } },
    ],
    [
      'yarn',
      { resolutions: { openai: alias } },
      { resolutions: { 'a/openai': alias, 'b/openai': 'npm:openai@^7' } },
    ],
    ['bun', { overrides: { openai: alias } }, undefined],
  ] as const)('of %s override for all, or for each that needs it', (manager, forAll, each) => {
    expect(fieldsFor(manager, '7.59.0', [], [], false)).toEqual({ dependencies });
    expect(fieldsFor(manager, '7.59.0', ['a'], [], false)).toEqual({ dependencies, ...forAll });
    expect(fieldsFor(manager, '7.59.0', ['a'], ['b'], false)).toEqual(each && { dependencies, ...each });
  });
});
