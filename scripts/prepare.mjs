// Makes a checkout ready to run: dependencies installed, both packages built. Does nothing when nothing changed, so
// every pre-script can call it. Plain JavaScript without dependencies, because it runs before there are any.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  console.error(`Colloquy's workspace needs Node 20.19 or later to build; this is ${process.version}.`);
  process.exit(1);
}

/** Runs a command quietly; its output is shown only when it fails. */
function run(label, command, args) {
  const started = Date.now();
  process.stderr.write(`${label} ... `);
  const { status, stdout, stderr, error } = spawnSync(command, args, {
    cwd: root,
    encoding: 'utf8',
    env: { ...process.env, NODE_ENV: 'development' },
    maxBuffer: 64 << 20,
    shell: process.platform === 'win32',
  });
  if (status === 0) {
    process.stderr.write(`done in ${((Date.now() - started) / 1000).toFixed(1)} s\n`);
    return;
  }
  process.stderr.write(`failed\n${stdout ?? ''}${stderr ?? ''}${error ?? ''}\n`);
  process.exit(status ?? 1);
}

/** A stamp file remembers the inputs of a step; the step runs again when they differ. */
function once(stamp, inputs, step) {
  const hash = createHash('sha256');
  for (const file of inputs)
    hash
      .update(file)
      .update('\0')
      .update(readFileSync(join(root, file)))
      .update('\0');
  const digest = hash.digest('hex');
  const path = join(root, stamp);
  if (existsSync(path) && readFileSync(path, 'utf8') === digest) return;
  step();
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, digest);
}

function filesBelow(folder) {
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name).slice(root.length + 1))
    .sort();
}

const manifests = [
  'package-lock.json',
  'package.json',
  'packages/client/package.json',
  'packages/server/package.json',
];
once('node_modules/.colloquy-install', manifests.slice(0, 1), () =>
  run('Installing dependencies', npm, ['ci', '--no-audit', '--no-fund', '--loglevel=error']),
);

for (const name of ['client', 'server']) {
  const folder = `packages/${name}`;
  const sources = filesBelow(`${folder}/src`).filter((file) => !file.endsWith('.test.ts'));
  const extras = [`${folder}/package.json`, `${folder}/tsdown.config.ts`, ...filesBelow(`${folder}/scripts`)];
  once(`${folder}/dist/.built-from`, [...sources, ...extras, 'package-lock.json'], () =>
    run(`Building ${name === 'client' ? 'colloquy' : 'colloquy-server'}`, npm, [
      'run',
      '--silent',
      'build',
      '-w',
      folder,
    ]),
  );
}
