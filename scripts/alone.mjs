// Lets only one process of this checkout build at a time: a build removes the files of the one before, so two at once
// leave a mixture. Without dependencies, because it runs before there are any.
// `node scripts/alone.mjs "<command>"` runs a command that way.
import { spawnSync } from 'node:child_process';
import {
  linkSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const lock = join(root, '.colloquy/build.lock');
/** Tells the processes that the holder starts that the lock is theirs, too. */
const variable = 'COLLOQUY_BUILD_LOCK';

/** Far longer than a build takes. An older lock was left by a killed process whose id another process has now. */
const maxAgeMs = 10 * 60_000;

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
  // Another process may have taken the lock over, when the work took too long.
  if (holderOf(lock) === process.pid) rmSync(lock, { force: true });
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
      if (isStale(lock)) remove();
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
    // The age of a lock is that of the link, not of the wait for it.
    utimesSync(own, new Date(), new Date());
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

/** Whether the holder of a lock ended without releasing it. */
function isStale(file) {
  const holder = holderOf(file);
  if (holder === undefined) return false;
  const { mtimeMs = Infinity } = statSync(file, { throwIfNoEntry: false }) ?? {};
  return !isAlive(holder) || Date.now() - mtimeMs > maxAgeMs;
}

/** Whether it is another process that lives. One that asks for the lock does not hold it, so its own id is an old one. */
function isAlive(pid) {
  // A file that is empty or damaged names no process, and the id 0 would stand for the group of this one.
  if (!Number.isInteger(pid) || pid <= 0 || pid === process.pid) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

/** Removes the lock of a process that ended without releasing it, unless another one took it meanwhile. */
function remove() {
  const taken = `${lock}.${process.pid}.old`;
  try {
    renameSync(lock, taken);
    if (!isStale(taken)) linkSync(taken, lock);
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
