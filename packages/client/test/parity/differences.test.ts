// The list of known differences is a page people read: every entry has a name of its own, is written as a row of a
// table, and is shown by a script.
import { readFileSync, readdirSync } from 'node:fs';
import { expect, test } from 'vitest';
import { differencesPage, pageFile } from './differences/page.ts';
import { tableFile, touchedTable } from './differences/touched.ts';
import { knownDifferences } from './known-differences.ts';

const folders = ['.', '../package', '../../src', '../wires'];
const scripts = folders
  .map((folder) => new URL(`${folder}/`, import.meta.url))
  .flatMap((folder) =>
    filesBelow(folder)
      .filter((name) => name.endsWith('.test.ts') && name !== 'differences.test.ts')
      .map((name) => readFileSync(new URL(name, folder), 'utf8')),
  )
  .join('\n');

function filesBelow(folder: URL): string[] {
  try {
    return readdirSync(folder, { recursive: true }) as string[];
  } catch {
    return [];
  }
}

test('every difference has its own id', () => {
  const ids = knownDifferences.map((difference) => difference.id);
  expect(ids.toSorted()).toEqual([...new Set(ids)].toSorted());
});

test.each(knownDifferences)('$id can be read as a row, and is shown by a script', (difference) => {
  const { id, group: _, ...cells } = difference;
  expect(id).toMatch(/^[a-z0-9]+(-[a-z0-9]+)*$/);
  for (const [name, text] of Object.entries(cells)) {
    expect(text, name).toMatch(name === 'when' ? /^.{10,160}[^.]$/ : /^.{5,200}[.`]$/);
    expect(text.match(/`/g)?.length ?? 0, `backticks of ${name}`).toSatisfy(
      (count: number) => count % 2 === 0,
    );
  }
  expect(scripts.includes(id)).toBe(true);
});

test('docs/differences.md lists them; `npx tsx packages/client/scripts/differences-page.ts` writes it', () => {
  expect(readFileSync(pageFile, 'utf8')).toBe(differencesPage());
});

test('the table of `colloquy check` has each of them, under a call; the same script writes it', () => {
  expect(JSON.parse(readFileSync(tableFile, 'utf8'))).toEqual(JSON.parse(touchedTable()));
  const ids = Object.values(JSON.parse(touchedTable()) as Record<string, string[]>).flat();
  expect(new Set(ids)).toEqual(new Set(knownDifferences.map((difference) => difference.id)));
});
