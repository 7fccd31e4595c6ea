// Lets only one process of this checkout build at a time: a build removes the files of the one before, so two at once
// leave a mixture. Without dependencies, because it runs before there are any.
// `node scripts/alone.mjs "<command>"` runs a command that way.
import { spawnSync } from 'node:child_process';
import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const lock = join(root, '.colloquy/build.lock');
/** Tells the processes that the holder starts that the lock is theirs, too. */
const variable = 'COLLOQUY_BUILD_LOCK';

/** Runs `work` while no other process of this checkout does. Waits for one that does, as long as it lives. */
export function alone(work) {
  if (process.env[variable] === lock) return work();
  take();
  process.env[variable] = lock;
  process.once('exit', release);
  try {
    return work();
  } finally {
    release();
  }
}

function release() {
  if (process.env[variable] !== lock) return;
  delete process.env[variable];
  rmSync(lock, { force: true });
}

function take() {
  mkdirSync(dirname(lock), { recursive: true });
  const own = `${lock}.${process.pid}`;
  writeFileSync(own, String(process.pid));
  try {
    // A link, so that the file has its content from the moment it exists.
    for (let isTold = false; !isLinked(own); sleep(100)) {
      const holder = holderOf(lock);
      if (holder === undefined) continue;
      if (!isAlive(holder)) remove(holder);
      else if (!isTold) {
        process.stderr.write(`Waiting for process ${holder}, which builds this checkout (${lock}) ...\n`);
        isTold = true;
      }
    }
  } finally {
    rmSync(own, { force: true });
  }
}

function isLinked(own) {
  try {
    linkSync(own, lock);
    return true;
  } catch (error) {
    if (error.code === 'EEXIST') return false;
    throw error;
  }
}

/** The process that holds the lock; undefined when it was just released. */
function holderOf(file) {
  try {
    return Number(readFileSync(file, 'utf8'));
  } catch (error) {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  }
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

/** Removes the lock of a process that ended without releasing it, unless another one took it meanwhile. */
function remove(holder) {
  const taken = `${lock}.${process.pid}.old`;
  try {
    renameSync(lock, taken);
    if (holderOf(taken) !== holder) linkSync(taken, lock);
  } catch (error) {
    if (error.code !== 'ENOENT' && error.code !== 'EEXIST') throw error;
  } finally {
    rmSync(taken, { force: true });
  }
}

function sleep(ms) {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { status } = alone(() => spawnSync(process.argv[2], { shell: true, stdio: 'inherit' }));
  process.exitCode = status ?? 1;
}
