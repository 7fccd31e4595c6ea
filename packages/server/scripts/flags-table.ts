// Writes the table of flags in docs/server.md from src/flags.ts. A test fails when the page is out of date.
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { flagsPage, pageFile } from './flags/table.ts';

writeFileSync(pageFile, flagsPage());
spawnSync('npx', ['oxfmt', fileURLToPath(pageFile)], {
  stdio: 'ignore',
  shell: process.platform === 'win32',
});
