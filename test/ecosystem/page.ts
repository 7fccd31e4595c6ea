/** What a run found, as docs/ecosystem.md and as the table that `colloquy check` reads. */
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { version } from '../../packages/client/package.json' with { type: 'json' };
import { folder, manifestOf } from './layout.ts';
import type { Entry } from './table.ts';

const root = join(folder, '../..');
export const pageFile = join(root, 'docs/ecosystem.md');
export const knownFile = join(root, 'docs/ecosystem.json');

/** What the program complained about with each package as `openai`: an empty text when it works. */
export interface Result {
  entry: Entry;
  colloquy?: string;
  openai?: string;
  /** With the version of `openai` that the entry names. */
  older?: string;
}

const { satisfies } = createRequire(join(folder, 'package.json'))('semver') as {
  satisfies(version: string, range: string): boolean;
};

export function page(results: readonly Result[]): string {
  const newest = manifestOf('openai').version;
  const columns = [
    'Package',
    'Range of `openai`',
    'What to do',
    `With colloquy ${version}`,
    `With openai ${newest}`,
  ];
  const rows = results.map((result) => [
    `\`${result.entry.name}\` ${manifestOf(result.entry.name).version}`,
    rangeOf(result.entry.name).text,
    whatToDo(result),
    result.colloquy ? 'fails' : 'works',
    withOpenAI(result),
  ]);
  const notes = results.flatMap(({ entry: { name, does, note } }) => [
    `- \`${name}\`: ${does}.${note ? ` ${note}` : ''}`,
  ]);
  return [
    '# Packages that use `openai`',
    '',
    ...introduction,
    '',
    ...table([columns, ...rows]),
    '',
    '## What was run',
    '',
    ...notes,
    '',
  ].join('\n');
}

const introduction = [
  'Each of these packages was installed with colloquy under the name `openai`, and ran the first example of its documentation against',
  '`colloquy-server`. The same program ran with `openai` itself. `npm run ecosystem` in a checkout repeats this and writes this page.',
  '',
  '[Switch from `openai`](migration.md#other-dependencies-that-import-openai) shows how to write an override for your package manager.',
];

/** What each package is known for, by its name. */
export function knownPackages(results: readonly Result[]): string {
  const known = results.map(({ entry: { name, note }, colloquy }) => [
    name,
    { version: manifestOf(name).version, works: !colloquy, ...(note ? { note } : {}) },
  ]);
  return `${JSON.stringify(Object.fromEntries(known), undefined, 2)}\n`;
}

function rangeOf(name: string): { range?: string; text: string } {
  const { dependencies, peerDependencies } = manifestOf(name);
  const range = dependencies?.['openai'] ?? peerDependencies?.['openai'];
  if (range === undefined) return { text: 'none' };
  return { range, text: `\`${range}\`${dependencies?.['openai'] ? '' : ' (peer)'}` };
}

function whatToDo({ entry: { name }, colloquy }: Result): string {
  if (colloquy) return 'keep `openai`';
  const { range } = rangeOf(name);
  return range === undefined || satisfies(version, range) ? 'nothing' : 'an override';
}

function withOpenAI({ entry, openai, older }: Result): string {
  if (!openai) return 'works';
  if (older === undefined) return 'fails';
  return older ? `fails, and with ${entry.openai}` : `fails; works with ${entry.openai}`;
}

function table(rows: readonly string[][]): string[] {
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column]!)).join(' | ')} |`;
  const [head, ...body] = rows;
  return [line(head!), line(widths.map((width) => '-'.repeat(width))), ...body.map(line)];
}
