import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { faultNames } from '../src/sandbox/faults.ts';
import { quirkNames } from '../src/sandbox/quirks.ts';

const page = await readFile(resolve(import.meta.dirname, '../../../docs/server.md'), 'utf8');

/** The names in the first column of the table of a section. */
function namesIn(section: string): Set<string> {
  const [, text = ''] = page.split(new RegExp(`^## ${section}$`, 'm'));
  const rows = (text.split(/^## /m)[0] ?? '').matchAll(/^\| (`[^|]+) \|/gm);
  const cells = [...rows].flatMap(([, cell = '']) => [...cell.matchAll(/`([\w-]+)/g)]);
  return new Set(cells.map(([, name = '']) => name));
}

describe('docs/server.md', () => {
  it('has a row for every wire, and no other', () => {
    expect([...namesIn('Wires of other servers')].toSorted()).toEqual(quirkNames.toSorted());
  });

  it('has a row for every fault, and no other', () => {
    expect([...namesIn('Faults')].toSorted()).toEqual(faultNames.toSorted());
  });
});
