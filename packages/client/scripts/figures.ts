// Writes the table of figures of the READMEs. Sizes are measured from the build; times are those that the bench recorded.
// A test fails when a table is out of date.
import { readFileSync, writeFileSync } from 'node:fs';
import { figures, figuresIn, readmes } from '../test/docs/figures.ts';

const table = await figures();
for (const file of readmes) {
  const page = readFileSync(file, 'utf8');
  writeFileSync(file, page.replace(figuresIn(page), table));
}
