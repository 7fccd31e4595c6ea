import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { doctorPage } from '../scripts/doctor/tables.ts';
import { flagsPage, squeeze } from '../scripts/flags/table.ts';
import { faultNames } from '../src/sandbox/faults.ts';
import { quirkNames } from '../src/sandbox/quirks.ts';

const read = (path: string): Promise<string> => readFile(resolve(import.meta.dirname, path), 'utf8');
const page = await read('../../../docs/server.md');
const sandboxPage = await read('../../../docs/sandbox.md');
const readme = await read('../README.md');

/** The names in the first column of the table in a section of a page. */
function namesIn(page: string, section: string): Set<string> {
  const [, text = ''] = page.split(new RegExp(`^## ${section}$`, 'm'));
  const rows = (text.split(/^## /m)[0] ?? '').matchAll(/^\| (`[^|]+) \|/gm);
  const cells = [...rows].flatMap(([, cell = '']) => [...cell.matchAll(/`([\w-]+)/g)]);
  return new Set(cells.map(([, name = '']) => name));
}

describe('docs/sandbox.md', () => {
  it('has a row for every wire, and no other', () => {
    expect([...namesIn(sandboxPage, 'Wire formats of other servers')].toSorted()).toEqual(
      quirkNames.toSorted(),
    );
  });

  it('has a row for every fault, and no other', () => {
    expect([...namesIn(sandboxPage, 'Faults')].toSorted()).toEqual(faultNames.toSorted());
  });
});

it('docs/server.md has the flags of the command line', () => {
  expect(squeeze(page), 'npx tsx packages/server/scripts/flags-table.ts writes them').toBe(
    squeeze(flagsPage()),
  );
  expect([...namesIn(page, 'Flags')]).toContain('--api-key');
});

it('docs/doctor.md has the checks and the deviations of today', async () => {
  expect(
    squeeze(await read('../../../docs/doctor.md')),
    'npx tsx packages/server/scripts/doctor-tables.ts writes them',
  ).toBe(squeeze(doctorPage()));
});

describe('the README, which is all that npm shows', () => {
  it('names every wire and every fault', () => {
    const named = new Set([...readme.matchAll(/`([a-z][\w-]*)(?:=[\w.]+)?`/g)].map(([, name]) => name));
    expect([...quirkNames, ...faultNames].filter((name) => !named.has(name))).toEqual([]);
  });
});
