// Publishes both packages, after it has packed and checked what will be published. With `--dry-run` it stops there.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { withoutSection } from './changelog.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const dryRun = process.argv.includes('--dry-run');
const scratch = mkdtempSync(join(tmpdir(), 'colloquy-release-'));
process.on('exit', () => rmSync(scratch, { recursive: true, force: true }));

/** The server has only ECMAScript modules; the client is held to every way of resolving types. */
const profiles = { colloquy: 'strict', 'colloquy-server': 'esm-only' };

run('node', ['scripts/manifests.mjs', '--check']);
const { workspaces, repository } = read('package.json');
const packed = JSON.parse(
  run('npm', [
    'pack',
    ...workspaces.map((folder) => `--workspace=${folder}`),
    '--json',
    `--pack-destination=${scratch}`,
  ]),
);
for (const { name, version, filename, files, size, unpackedSize } of packed) {
  console.log(`\n${name} ${version}: ${files.length} files, ${size} bytes packed, ${unpackedSize} unpacked`);
  for (const file of files) console.log(`  ${String(file.size).padStart(8)}  ${file.path}`);
  const tarball = join(scratch, filename);
  run('npx', ['publint', '--strict', tarball]);
  console.log('  publint: no findings');
  run('npx', ['attw', tarball, '--format=ascii', `--profile=${profiles[name]}`]);
  console.log(`  attw, profile ${profiles[name]}: no findings`);
}

const open = withoutSection(packed).map(
  (release) => `CHANGELOG.md has no section for ${release}: run \`npm run bump\`.`,
);
if (repository.includes('/OWNER/'))
  open.push('`repository` in package.json is still a placeholder: set it, then run `npm run manifests`.');
for (const line of open) console.log(`\nBefore publishing: ${line}`);

if (dryRun) console.log('\nDry run: both packages are whole. Nothing was published.');
else if (open.length > 0) process.exitCode = 1;
else {
  // Publishes each version that the registry does not have yet, and tags it.
  const { status } = spawnSync('npx', ['changeset', 'publish'], {
    cwd: root,
    stdio: 'inherit',
    shell: onWindows(),
  });
  process.exitCode = status ?? 1;
}

function read(file) {
  return JSON.parse(readFileSync(join(root, file), 'utf8'));
}

/** Returns what the command writes to stdout. Ends this process, and shows all the command wrote, when it fails. */
function run(command, args) {
  const { status, stdout, stderr, error } = spawnSync(command, args, {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 64 << 20,
    shell: onWindows(),
  });
  if (status === 0) return stdout;
  console.error(`\n${command} ${args.join(' ')} failed:\n${stdout ?? ''}${stderr ?? ''}${error ?? ''}`);
  process.exit(status ?? 1);
}

function onWindows() {
  return process.platform === 'win32';
}
