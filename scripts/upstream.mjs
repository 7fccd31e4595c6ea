// Compares this client with the newest `openai` on npm, or with the version given as an argument, in a copy of the
// repository: `npm run upstream [-- 7.60.0]`. Runs the parity scripts and the comparison of types against it, and prints
// the names and properties that its declarations have and ours lack: those that are new since the version this client
// follows, or all of them with `--all`. Exits with 1 when something differs.
import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { missingNames } from './upstream-names.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const copy = mkdtempSync(join(tmpdir(), 'colloquy-upstream-'));
process.on('exit', () => rmSync(copy, { recursive: true, force: true }));

const all = process.argv.includes('--all');
install(process.argv.slice(2).find((word) => word !== '--all') ?? 'latest');
const { version } = JSON.parse(readFileSync(join(copy, 'node_modules/openai/package.json'), 'utf8'));
const { colloquyUpstream } = JSON.parse(readFileSync(join(copy, 'packages/client/package.json'), 'utf8'));
console.log(`openai ${version}; colloquy follows ${colloquyUpstream}.`);

const failed = [
  ['parity', 'node scripts/parity.mjs'],
  ['types', 'npx tsc -p .'],
].filter(([name, command]) => {
  console.log(`\n== ${name}`);
  return spawnSync(command, { cwd: copy, stdio: 'inherit', shell: true }).status !== 0;
});

const lacking = missingNames(copy);
const known = new Set(missingNames(root));
const fresh = lacking.filter((line) => !known.has(line));
console.log(`\n== declarations: ${fresh.length} names are new since ${colloquyUpstream}`);
for (const line of fresh) console.log(`  ${line}`);
console.log(`${lacking.length} names are missing in all, most of them other endpoints.`);
if (all) for (const line of lacking) console.log(`  ${line}`);
for (const [name] of failed) console.log(`${name}: differs`);
process.exitCode = failed.length + fresh.length === 0 ? 0 : 1;

/** Copies what is under version control or could be, and links every installed package except `openai`. */
function install(spec) {
  const list = ['ls-files', '--cached', '--others', '--exclude-standard', '-z'];
  const files = execFileSync('git', list, { cwd: root, encoding: 'utf8' }).split('\0').filter(Boolean);
  for (const file of files) cpSync(join(root, file), join(copy, file), { recursive: true, force: true });
  const modules = (folder) => {
    for (const name of readdirSync(join(root, folder))) {
      if (['openai', 'colloquy', 'colloquy-server', '.cache'].includes(name)) continue;
      mkdirSync(join(copy, folder), { recursive: true });
      symlinkSync(join(root, folder, name), join(copy, folder, name));
    }
  };
  modules('node_modules');
  modules('packages/server/node_modules');
  for (const [name, folder] of [
    ['colloquy', 'client'],
    ['colloquy-server', 'server'],
  ])
    symlinkSync(join(copy, 'packages', folder), join(copy, 'node_modules', name));
  const scratch = join(copy, '.upstream');
  mkdirSync(scratch);
  const npm = `npm install --prefix . --no-save --no-audit --no-fund --legacy-peer-deps --loglevel=error openai@${spec}`;
  const { status } = spawnSync(npm, { cwd: scratch, stdio: 'inherit', shell: true });
  if (status !== 0) process.exit(1);
  symlinkSync(join(scratch, 'node_modules/openai'), join(copy, 'node_modules/openai'));
}
