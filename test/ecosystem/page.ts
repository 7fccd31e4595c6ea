/** What a run found, as docs/ecosystem.md and as the table that `colloquy check` reads. */
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { version } from '../../packages/client/package.json' with { type: 'json' };
import { folder, manifestOf } from './layout.ts';
import type { Entry } from './table.ts';

const root = join(folder, '../..');
export const pageFile: string = join(root, 'docs/ecosystem.md');
export const knownFile: string = join(root, 'packages/client/src/check/known.json');

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
  const { version: newest } = manifestOf('openai');
  const head = ['Package', 'What was used', 'Range', 'What to do', `colloquy ${version}`, `openai ${newest}`];
  const clients = results.filter(({ entry }) => !entry.alone);
  const rows = clients.map((result) => [
    nameOf(result.entry),
    result.entry.uses,
    rangeOf(result.entry.name).text,
    whatToDo(result),
    result.colloquy ? 'fails' : 'works',
    withOpenAI(result),
  ]);
  const alone = results
    .filter(({ entry }) => entry.alone)
    .map(({ entry, colloquy }) => [nameOf(entry), entry.uses, colloquy ? 'fails' : 'works']);
  return [
    '# Packages that use `openai`',
    '',
    ...introduction,
    '',
    ...table([head, ...rows]),
    '',
    ...legend,
    '',
    ...clients.flatMap(({ entry }) => noteOf(entry, clients)),
    '',
    '## Packages that do not use `openai`',
    '',
    'These packages send requests themselves. They were run against `colloquy-server`:',
    '',
    ...table([['Package', 'What was used', 'colloquy-server'], ...alone]),
    '',
  ].join('\n');
}

const introduction = [
  'Each package was installed together with Colloquy, under the name `openai`. The first example of its documentation was run against',
  '`colloquy-server`, once with Colloquy and once with the real `openai`. In a checkout, `npm run ecosystem` repeats this and writes this page.',
  'The programs are in `test/ecosystem/programs`. The programs for tracing libraries check the exported spans.',
];

const legend = [
  '- **Range** is the range of `openai` versions that the package declares. "None" means that it uses your client or your installed `openai`.',
  '- **An override** is needed when the range excludes Colloquy. [Switch from `openai`](migration.md#other-dependencies-that-import-openai)',
  '  shows how to write one. Without it, the package installs its own copy of `openai`. If the range is a peer range, the installation fails.',
  '- **A call** is needed in your program. The notes name it.',
  '- **Not supported** means that this use does not work with Colloquy.',
  '',
  'Notes:',
];

/** What each package is known for, by its name: `works` is false when a use of it fails that works with `openai`. */
export function knownPackages(results: readonly Result[]): string {
  const names = [...new Set(results.filter(({ entry }) => !entry.alone).map(({ entry }) => entry.name))];
  const known = names.map((name) => {
    const own = results.filter(({ entry }) => entry.name === name);
    const note = own
      .flatMap(({ entry: { uses, cannot } }) => (cannot ? [`${uses}: ${cannot}`] : []))
      .join(' ');
    const works = own.some(({ colloquy }) => !colloquy);
    return [name, { version: manifestOf(name).version, works, ...(note ? { note } : {}) }];
  });
  return `${JSON.stringify(Object.fromEntries(known), undefined, 2)}\n`;
}

const nameOf = ({ name }: Entry): string => `\`${name}\` ${manifestOf(name).version}`;

/** The use is named only if the package has several rows. */
function noteOf({ name, uses, note, cannot }: Entry, all: readonly Result[]): string[] {
  const text = [cannot, note].filter(Boolean).join(' ');
  const use =
    all.filter(({ entry }) => entry.name === name).length > 1 ? ` (${uses.replace(/:.*/, '')})` : '';
  return text ? [`- \`${name}\`${use}: ${text}`] : [];
}

function rangeOf(name: string): { range?: string; text: string } {
  const { dependencies, peerDependencies } = manifestOf(name);
  const range = dependencies?.['openai'] ?? peerDependencies?.['openai'];
  if (range === undefined) return { text: 'none' };
  return { range, text: `\`${range}\`${dependencies?.['openai'] ? '' : ' (peer)'}` };
}

function whatToDo({ entry: { name, cannot, needsCall } }: Result): string {
  if (cannot) return 'not supported';
  const { range } = rangeOf(name);
  const isInRange = range === undefined || satisfies(version, range);
  const needs = [!isInRange && 'an override', needsCall && 'a call'].filter(Boolean);
  return needs.join(', ') || 'nothing';
}

function withOpenAI({ entry, openai, older }: Result): string {
  if (!openai) return 'works';
  if (older === undefined) return 'fails';
  return older ? `fails, as with ${entry.openai}` : `fails; works with ${entry.openai}`;
}

function table(rows: readonly string[][]): string[] {
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column]!)).join(' | ')} |`;
  const [head, ...body] = rows;
  return [line(head!), line(widths.map((width) => '-'.repeat(width))), ...body.map(line)];
}
