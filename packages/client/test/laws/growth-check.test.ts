// The cost of `colloquy check` is linear in the size of a project: its lockfile, its files, and their contents.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe } from 'vitest';
import { holdGrowth, type Law } from '../../../../test/growth.ts';
import { Source } from '../../src/check/clients.ts';
import { dependentsOf } from '../../src/check/dependents.ts';
import { lockfiles } from '../../src/check/lockfiles.ts';
import { readSources } from '../../src/check/sources.ts';
import { tokenize } from '../../src/check/tokens.ts';

const lines = (count: number, line: (at: number) => string): string =>
  Array.from({ length: count }, (_, at) => line(at)).join('\n');
const entries = <T>(count: number, entry: (at: number) => [string, T]): Record<string, T> =>
  Object.fromEntries(Array.from({ length: count }, (_, at) => entry(at)));

describe('a lockfile with many packages', () => {
  const lock = (name: string, size: number, make: (size: number) => string): Law => ({
    size,
    make,
    read: (text) => dependentsOf(lockfiles[name]!(text).packages, '7.0.0'),
  });
  const dependencies = { openai: '^6.0.0' };
  holdGrowth({
    'of npm': lock('package-lock.json', 500, (size) =>
      JSON.stringify({
        packages: entries(size, (at) => [`node_modules/p${at}`, { version: '1.0.0', dependencies }]),
      }),
    ),
    'of npm, linked': lock('package-lock.json', 500, (size) =>
      JSON.stringify({
        packages: {
          '': { dependencies: entries(size, (at) => [`p${at}`, `file:lib/p${at}`]) },
          ...entries(size, (at) => [`node_modules/p${at}`, { link: true, resolved: `lib/p${at}` }]),
          ...entries(size, (at) => [`lib/p${at}`, { version: '1.0.0', dependencies }]),
        },
      }),
    ),
    'of pnpm': lock(
      'pnpm-lock.yaml',
      4_000,
      (size) =>
        `packages:\n${lines(size, (at) => `  p${at}@1.0.0:\n    resolution: {integrity: sha512-x}\n    dependencies:\n      openai: 6.0.0`)}`,
    ),
    'of Yarn': lock('yarn.lock', 500, (size) =>
      lines(size, (at) => `p${at}@^1.0.0:\n  version "1.0.0"\n  dependencies:\n    openai "^6.0.0"\n`),
    ),
    'of Bun': lock('bun.lock', 500, (size) =>
      JSON.stringify({
        packages: entries(size, (at) => [`p${at}`, [`p${at}@1.0.0`, '', { dependencies }, '']]),
      }),
    ),
  });
});

describe('a file with many', () => {
  const code = (size: number, make: (size: number) => string): Law => ({
    size,
    make: (count) => `import OpenAI from 'openai';\nconst client = new OpenAI();\n${make(count)}`,
    read: (text) => new Source(tokenize(text)).read(),
  });
  holdGrowth({
    lines: code(250, (size) => lines(size, (at) => `await client.chat.completions.create({ n: ${at} });`)),
    'calls in one line': code(250, (size) =>
      lines(size, (at) => `await client.chat.completions.create({ n: ${at} });`).replaceAll('\n', ' '),
    ),
    names: code(250, (size) =>
      lines(size, (at) => `const c${at} = client.chat;\nc${at}.completions.create();`),
    ),
    imports: code(250, (size) => lines(size, (at) => `import { a${at} } from 'openai/resources';`)),
    'names in one import': code(
      4_000,
      (size) => `import { ${lines(size, (at) => `A${at},`)} } from 'openai';`,
    ),
    'names in one export': code(500, (size) => `export { ${lines(size, (at) => `client as c${at},`)} };`),
    'members of a chain': code(500, (size) => `client${lines(size, (at) => `.m${at}`)}();`),
    'brackets in brackets': code(125, (size) => `f(${'client.with('.repeat(size)}${')'.repeat(size)});`),
    'templates in templates': code(125, (size) => `${'`${'.repeat(size)}a${'}`'.repeat(size)};`),
    'parameters that are clients': code(250, (size) =>
      lines(size, (at) => `function f${at}(c${at}: OpenAI) {}`),
    ),
    'quotes without an end': code(500, (size) => `it's `.repeat(size)),
    'slashes that end nothing': code(500, (size) => 'x = /[a '.repeat(size)),
    'comments without an end': code(500, (size) => '/* a '.repeat(size)),
    'options of a call': code(
      2_000,
      (size) => `client.chat.completions.create({ ${lines(size, (at) => `a${at}: 1,`)} });`,
    ),
  });
});

describe('a project with many files', () => {
  const folders: string[] = [];
  afterAll(() => folders.forEach((folder) => rmSync(folder, { recursive: true })));
  const files = (size: number, text: (at: number) => string): Law => ({
    size,
    make: (count) => {
      const folder = mkdtempSync(join(tmpdir(), 'colloquy-files-'));
      folders.push(folder);
      for (let at = 0; at < count; at++) writeFileSync(join(folder, `file${at}.ts`), text(at));
      return folder;
    },
    read: (folder) => readSources(folder),
  });
  holdGrowth({
    'that use a client of their own': files(
      300,
      () => `import OpenAI from 'openai';\nnew OpenAI().chat.completions.create({});`,
    ),
    'that export a client': files(
      300,
      (at) => `import OpenAI from 'openai';\nexport const client${at} = new OpenAI();`,
    ),
    'that use the client of the first': files(37, (at) =>
      at
        ? `import { client } from './file0';\nclient.chat.completions.create({});`
        : `import OpenAI from 'openai';\nexport const client = new OpenAI();`,
    ),
  });
});
