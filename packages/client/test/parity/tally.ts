// Counts what parity scripts came to in this test file; `npm run parity` sums the files into one line.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll } from 'vitest';

const tally = { scripts: 0, equal: 0, known: 0, unknown: 0 };

/** One script ran against both packages: the same outcome, a listed difference, or one nobody listed. */
export function settle(kind: 'equal' | 'known' | 'unknown'): void {
  tally.scripts += 1;
  tally[kind] += 1;
}

afterAll(() => {
  const folder = process.env['COLLOQUY_PARITY_REPORT'];
  if (!folder || tally.scripts === 0) return;
  mkdirSync(folder, { recursive: true });
  const name = `${process.pid}-${Math.random().toString(36).slice(2)}.json`;
  writeFileSync(join(folder, name), JSON.stringify(tally));
});
