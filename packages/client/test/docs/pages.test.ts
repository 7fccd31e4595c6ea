// What the pages name is there: links and anchors, files, commands, and the rooms of both packages.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { providers } from '../../../server/src/config-file/providers.ts';
import { versions } from '../../scripts/runtimes/table.ts';
import { anchorsOf, linksOf, proseOf } from './examples.ts';

const root = fileURLToPath(new URL('../../../../', import.meta.url));
const read = (path: string): string => readFileSync(join(root, path), 'utf8');
const manifest = (folder: string): { repository: string | { url: string }; scripts: object } =>
  JSON.parse(read(join(folder, 'package.json')));

const elsewhere = new Set(['node_modules', 'dist', '.git', '.colloquy', '.changeset', '.work']);
const pages = [...pagesBelow(root)].sort();
const repository = manifest('.').repository as string;

function* pagesBelow(folder: string): Generator<string> {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    if (elsewhere.has(entry.name)) continue;
    const path = join(folder, entry.name);
    if (entry.isDirectory()) yield* pagesBelow(path);
    else if (/\.md$|^llms\.txt$/.test(entry.name)) yield relative(root, path);
  }
}

/** Where names of files on a page may start from. */
const bases = (page: string): string[] => [
  dirname(page),
  '.',
  'packages/client',
  'packages/client/src',
  'packages/server',
  'packages/server/src',
];
const isThere = (page: string, path: string): boolean =>
  bases(page).some((base) => existsSync(join(root, base, path)));

it('finds the pages', () => {
  expect(pages).toEqual(
    expect.arrayContaining([
      'README.md',
      'docs/map.md',
      'docs/guides/servers.md',
      'packages/client/llms.txt',
      'packages/client/skills/colloquy/SKILL.md',
      'packages/server/README.md',
    ]),
  );
});

describe.each(pages)('%s', (page) => {
  const text = read(page);

  it('links to places that exist', () => {
    const dead = linksOf(text, repository).filter(({ path, anchor, fromRoot }) => {
      const target = path ? join(fromRoot ? '.' : dirname(page), path) : page;
      if (!existsSync(join(root, target))) return true;
      return anchor && target.endsWith('.md') && !anchorsOf(read(target)).includes(anchor);
    });
    expect(dead).toEqual([]);
  });

  it('names files that exist', () => {
    // The changelog also names what was there once.
    const named = page === 'CHANGELOG.md' ? [] : filesOf(proseOf(text));
    expect(named.filter((path) => !isThere(page, path))).toEqual([]);
  });

  it('names commands that exist', () => {
    const commands = [...text.matchAll(/\bnpm run ([\w:-]+)(?: -w (packages\/\w+))?/g)];
    const missing = commands.filter(
      ([, name, folder]) => !Object.hasOwn(manifest(folder ?? '.').scripts, name!),
    );
    expect(missing.map(([command]) => command)).toEqual([]);
  });

  it('says that nothing is on npm yet, if it installs from there', () => {
    const installs = /\bnpm:colloquy|\bnpx colloquy|\bnpm install (--save-dev )?colloquy/.test(text);
    expect(installs && page !== 'CHANGELOG.md' && !text.includes('on npm yet')).toBe(false);
  });
});

it('docs/guides/servers.md has the addresses and keys that the server knows', () => {
  const rows = [
    ...read('docs/guides/servers.md').matchAll(/^\| ([\w. ]+?) +\| `(http\S+)` +\| (?:`(\w+)`)? *\|/gm),
  ];
  expect(rows).toHaveLength(9);
  for (const [, name, baseURL, keyVariable] of rows) {
    const provider = providers[name!.toLowerCase().replace(/\W/g, '')];
    expect({ baseURL: baseURL!.replace('localhost', '127.0.0.1'), keyVariable }, name).toEqual({
      keyVariable: undefined,
      ...provider,
    });
  }
});

it('llms.txt names every page for users', () => {
  const linked = linksOf(read('packages/client/llms.txt'), repository).map(({ path }) => path);
  const guides = pages.filter((page) => page.startsWith('docs/guides/'));
  expect(linked).toEqual(expect.arrayContaining(guides));
  expect(linksOf(read('README.md'), repository).map(({ path }) => path)).toEqual(
    expect.arrayContaining(guides),
  );
});

it('the skill has the name of its folder, and a description of at most 1024 characters', () => {
  const head = /^---\nname: (.+)\ndescription: (.+)\n---\n/.exec(
    read('packages/client/skills/colloquy/SKILL.md'),
  );
  expect(head?.[1]).toBe('colloquy');
  expect(head?.[2]?.length).toBeLessThanOrEqual(1024);
});

it('docs/client.md names the runtimes that are tested', () => {
  const table = read('docs/client.md').split('## Where it runs')[1]!.split('\n## ')[0]!;
  for (const version of Object.values(versions).flat()) expect(table).toContain(version);
});

it('the map has every room of both packages', () => {
  const map = read('docs/map.md');
  for (const name of ['client', 'server']) {
    const rooms = readdirSync(join(root, `packages/${name}/src`))
      .filter((file) => !file.endsWith('.test.ts'))
      .map((file) => file.replace(/\.ts$/, ''));
    const rows = map.split(`## The ${name}, from the top`)[1]!.split('\n\n')[1]!;
    const listed = [...rows.matchAll(/^\| (`[^|]+`) /gm)].flatMap(([, cell]) =>
      [...cell!.matchAll(/`([\w-]+)`/g)].map(([, room]) => room),
    );
    expect(listed.toSorted()).toEqual(rooms.toSorted());
  }
});

/** The paths in backticks, without those that hold a place for others (`*`, `<name>`, `{id}`). */
function filesOf(prose: string): string[] {
  const paths = prose.matchAll(/`((?:\.?[\w-]+\/)+[\w.-]+\.(?:[cm]?[jt]s|json|md|yml))`/g);
  return [...new Set(Array.from(paths, ([, path]) => path!))];
}
