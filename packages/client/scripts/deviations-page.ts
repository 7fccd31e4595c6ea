// Writes the table of deviations in docs/wires.md from test/wires/deviations.ts. A test fails when the page is out of date.
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { deviationsPage, pageFile } from '../test/wires/deviations-page.ts';

writeFileSync(pageFile, deviationsPage());
spawnSync('npx', ['oxfmt', fileURLToPath(pageFile)], {
  stdio: 'ignore',
  shell: process.platform === 'win32',
});
