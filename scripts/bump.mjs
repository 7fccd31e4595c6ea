// Prepares a release: sets the versions that the changesets ask for and gives them a section in CHANGELOG.md. Publishes
// nothing.
import { execSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { addSection, withoutSection } from './changelog.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const read = (file) => JSON.parse(readFileSync(join(root, file), 'utf8'));
const run = (command) => execSync(command, { cwd: root, stdio: 'inherit' });

run('npx changeset version');
followUpstream();
run('node scripts/manifests.mjs');
run('npm install --package-lock-only --no-audit --no-fund');

const packages = read('package.json').workspaces.map((folder) => read(`${folder}/package.json`));
const releases = withoutSection(packages);
if (releases.length > 0) addSection(releases, new Date().toISOString().slice(0, 10));
console.log(`Ready to release: ${releases.join(', ') || 'nothing new'}`);

/** A new minor of `openai` gives the client the same one, unless it is there already. */
function followUpstream() {
  const file = 'packages/client/package.json';
  const manifest = read(file);
  const minorOf = (version) => Number(version.split('.')[1]);
  const [major, minor] = manifest.colloquyUpstream.split('.');
  if (minorOf(manifest.version) >= Number(minor)) return;
  writeFileSync(
    join(root, file),
    `${JSON.stringify({ ...manifest, version: `${major}.${minor}.0` }, null, 2)}\n`,
  );
}
