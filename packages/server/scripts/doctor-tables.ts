// Writes the tables in docs/doctor.md from src/doctor. A test fails when the page is out of date.
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { doctorPage, pageFile } from './doctor/tables.ts';

writeFileSync(pageFile, doctorPage());
spawnSync('npx', ['oxfmt', fileURLToPath(pageFile)], {
  stdio: 'ignore',
  shell: process.platform === 'win32',
});
