// Writes colloquy.schema.json from src/config-file. A test fails when it is out of date.
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { configFileSchema } from '../src/config-file/config-file.ts';

const file = fileURLToPath(new URL('../colloquy.schema.json', import.meta.url));
writeFileSync(file, JSON.stringify(configFileSchema, null, 2));
spawnSync('npx', ['oxfmt', file], { stdio: 'ignore', shell: process.platform === 'win32' });
