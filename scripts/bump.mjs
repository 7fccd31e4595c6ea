// Prepares a release: sets the versions that the changesets ask for and gives them a section in CHANGELOG.md. Publishes
// nothing.
import { execSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { addSection, withoutSection } from './changelog.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const read = (file) => JSON.parse(readFileSync(join(root, file), 'utf8'));
const run = (command) => execSync(command, { cwd: root, stdio: 'inherit' });

run('npx changeset version');
run('node scripts/manifests.mjs');
run('npm install --package-lock-only --no-audit --no-fund');

const packages = read('package.json').workspaces.map((folder) => read(`${folder}/package.json`));
const releases = withoutSection(packages);
if (releases.length > 0) addSection(releases, new Date().toISOString().slice(0, 10));
console.log(`Ready to release: ${releases.join(', ') || 'nothing new'}`);
