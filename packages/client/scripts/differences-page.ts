// Writes docs/differences.md from the list of known differences. A test fails when the page is out of date.
import { writeFileSync } from 'node:fs';
import { differencesPage, pageFile } from '../test/parity/differences/page.ts';

writeFileSync(pageFile, differencesPage());
