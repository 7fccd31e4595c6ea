/** The layers of both packages. An import may point to a room further down the list, or stay in its own. */

import { readdirSync, readFileSync } from 'node:fs';
import { dirname, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';

interface Package {
  root: string;
  /** From the top down. A file in `src` itself is a room of its own name. */
  layers: string[][];
  /** Room -> the rooms and files it may import, for those beside the stack. */
  beside: Record<string, string[]>;
  /** Files that any room may import. */
  everywhere: string[];
}

const packages = fileURLToPath(new URL('../../', import.meta.url));

const client: Package = {
  root: `${packages}client/src`,
  layers: [
    ['entries', 'cjs-root'],
    ['azure'],
    ['client', 'core', 'errors', 'absent-names'],
    ['resources'],
    ['tools'],
    ['streaming'],
    ['structured'],
    ['transport'],
    ['wire'],
    ['types', 'version'],
  ],
  beside: {
    helpers: ['helpers', 'structured', 'types', 'transport/openai-error.ts'],
    otel: ['otel', 'wire', 'version', 'transport/observer.ts', 'transport/platform.ts'],
    check: ['check', 'resources/absent-table.ts', 'version'],
  },
  everywhere: [],
};

const server: Package = {
  root: `${packages}server/src`,
  layers: [
    ['cli'],
    ['flags', 'index'],
    ['server'],
    ['app'],
    ['routes'],
    ['completion', 'neighbours'],
    ['fixtures'],
    ['validation'],
    ['sandbox'],
    ['models'],
    ['store'],
    ['http'],
    ['config'],
  ],
  beside: {},
  everywhere: ['http/errors.ts'],
};

describe.each([
  ['client', client],
  ['server', server],
])('the %s', (_name, { root, layers, beside, everywhere }) => {
  const files = sources(root);
  const depth = (room: string): number => layers.findIndex((rooms) => rooms.includes(room));

  test('has no file outside the rooms listed here', () => {
    const strangers = files.filter((file) => depth(roomOf(file)) < 0 && !beside[roomOf(file)]);
    expect(strangers).toEqual([]);
  });

  test('imports downwards only', () => {
    const upward = files.flatMap((file) =>
      imports(root, file)
        .filter((target) => target.startsWith('.'))
        .map((target) => relative(root, resolve(root, dirname(file), target)))
        .filter((target) => {
          const from = roomOf(file);
          const to = roomOf(target);
          if (everywhere.includes(target) || from === to) return false;
          const allowed = beside[from];
          if (allowed) return !allowed.includes(to) && !allowed.includes(target);
          if (beside[to]) return from !== 'entries';
          return depth(to) <= depth(from);
        })
        .map((target) => `${file} -> ${target}`),
    );
    expect(upward).toEqual([]);
  });

  test('names every relative import with its extension', () => {
    const bare = files.flatMap((file) =>
      imports(root, file).filter((target) => target.startsWith('.') && !/\.(ts|json|html|css)$/.test(target)),
    );
    expect(bare).toEqual([]);
  });
});

test('the client imports nothing but itself, except zod, Node and OpenTelemetry in the rooms for them', () => {
  const foreign = sources(client.root).flatMap((file) =>
    imports(client.root, file)
      .filter((target) => !target.startsWith('.'))
      .filter((target) => !(roomOf(file) === 'helpers' && /^zod(\/|$)/.test(target)))
      .filter((target) => !(/^(node|check)$/.test(roomOf(file)) && target.startsWith('node:')))
      .filter((target) => !(roomOf(file) === 'otel' && target === '@opentelemetry/api'))
      .map((target) => `${file} -> ${target}`),
  );
  expect(foreign).toEqual([]);
});

test('the server imports no openai: it speaks through our own client', () => {
  const foreign = sources(server.root).filter((file) =>
    imports(server.root, file).some((t) => /^openai(\/|$)/.test(t)),
  );
  expect(foreign).toEqual([]);
});

/** The source files below `root`, without tests, relative to it. */
function sources(root: string): string[] {
  return readdirSync(root, { recursive: true, encoding: 'utf8' }).filter(
    (file) => /\.tsx?$/.test(file) && !/\.(test|d)\.ts$/.test(file),
  );
}

function roomOf(file: string): string {
  return file.split('/')[0]!.replace(/\.ts$/, '');
}

/** What a file imports, re-exports, imports dynamically or requires; comments and strings elsewhere are no imports. */
function imports(root: string, file: string): string[] {
  const code = readFileSync(`${root}/${file}`, 'utf8').replace(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, '');
  const statements = code.matchAll(
    /^\s*(?:import|export)\b[^'";]*?\bfrom\s*['"]([^'"]+)['"]|^\s*import\s*['"]([^'"]+)['"]|\b(?:import|require)\(\s*['"]([^'"]+)['"]\s*\)/gm,
  );
  return [...statements].map((match) => (match[1] ?? match[2] ?? match[3])!);
}
