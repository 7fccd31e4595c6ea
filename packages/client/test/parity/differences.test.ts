// The list of known differences is a list people read: every entry has a name of its own, says what and why, and is
// shown by a script.
import { readFileSync, readdirSync } from 'node:fs';
import { expect, test } from 'vitest';
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

test.each(knownDifferences)('$id says what and why, and is shown by a script', ({ id, what, why }) => {
  expect(id).toMatch(/^[a-z0-9]+(-[a-z0-9]+)*$/);
  expect(what.length).toBeGreaterThan(20);
  expect(why.length).toBeGreaterThan(10);
  expect(scripts.includes(id)).toBe(true);
});
