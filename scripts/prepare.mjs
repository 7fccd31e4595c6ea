// Makes a checkout ready to run: dependencies installed, both packages built. Does nothing when nothing changed, so
// every pre-script can call it, `prepack` of both packages among them. Plain JavaScript without dependencies, because it runs before there are any.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { alone } from './alone.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  console.error(`Colloquy's workspace needs Node 20.19 or later to build; this is ${process.version}.`);
  process.exit(1);
}

// `npm pack` passes its own flags on to `prepack`, and so to the npm that runs from here. With these it would install
// nothing, or only a part.
for (const flag of ['dry_run', 'json', 'workspace', 'workspaces', 'include_workspace_root', 'omit'])
  delete process.env[`npm_config_${flag}`];

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

/** Whether `node_modules` holds every package of the lockfile. Packages for other platforms may be missing. */
function isInstalled() {
  const packages = (file) => JSON.parse(readFileSync(join(root, file), 'utf8')).packages;
  // npm keeps a lockfile of what it has installed in node_modules.
  if (!existsSync(join(root, 'node_modules/.package-lock.json'))) return false;
  const installed = packages('node_modules/.package-lock.json');
  return Object.entries(packages('package-lock.json')).every(
    ([path, { version, optional }]) =>
      optional ||
      !path.includes('node_modules/') ||
      (path in installed && installed[path].version === version),
  );
}

alone(() => {
  if (!isInstalled())
    run('Installing dependencies', npm, [
      'ci',
      '--no-audit',
      '--no-fund',
      '--loglevel=error',
      '--prefer-offline',
    ]);

  for (const name of ['client', 'server']) {
    const folder = `packages/${name}`;
    const sources = filesBelow(`${folder}/src`).filter((file) => !file.endsWith('.test.ts'));
    const extras = [
      `${folder}/package.json`,
      `${folder}/tsdown.config.ts`,
      ...filesBelow(`${folder}/scripts`),
    ];
    // The page of the server has the built client in it.
    if (name === 'server') extras.push(...filesBelow(`${folder}/page`), 'packages/client/dist/.built-from');
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
});
