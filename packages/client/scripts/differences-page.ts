// Writes docs/differences.md and the table of `npx colloquy check` from the list of known differences. A test fails when one
// of them is out of date.
import { writeFileSync } from 'node:fs';
import { differencesPage, pageFile } from '../test/parity/differences/page.ts';
import { tableFile, touchedTable } from '../test/parity/differences/touched.ts';

writeFileSync(pageFile, differencesPage());
writeFileSync(tableFile, touchedTable());
