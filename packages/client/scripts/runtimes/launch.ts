/** The ways to run the conformance program: each gives back what it printed. What was started has ended by then. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import type { Host } from './host.ts';

/** A program takes a few seconds where nothing else runs. */
const limitMs = 60_000;

/** Runs a command whose output is the program's. That the process ends by itself is part of what is to be shown. */
export async function runCommand(
  command: string,
  args: string[],
  options: { cwd: string; env: Record<string, string> },
): Promise<string> {
  const env = { ...process.env, NODE_OPTIONS: '', ...options.env };
  const child = spawn(command, args, { ...options, env, stdio: ['ignore', 'pipe', 'pipe'] });
  const [output, errors] = await endOf(child, Promise.all([text(child.stdout), text(child.stderr)]));
  return errors + output;
}

/**
 * Runs a bundle in workerd, as of a compatibility date, by a request whose body is the config. The second
 * request counts: what was made for the one before it may not be used.
 */
export async function runWorker(
  workerd: string,
  options: { cwd: string; bundle: string; date: string; config: string },
): Promise<string> {
  const file = `${options.date}.capnp`;
  writeFileSync(
    join(options.cwd, file),
    `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [
    (name = "program", worker = .program),
    (name = "internet", network = (allow = ["local"])),
  ],
  sockets = [(name = "http", address = "127.0.0.1:0", http = (), service = "program")],
);
const program :Workerd.Worker = (
  modules = [(name = "program", esModule = embed "${options.bundle}")],
  bindings = [(name = "OPENAI_API_KEY", text = "key of the environment")],
  compatibilityDate = "${options.date}",
);
`,
  );
  const args = ['serve', file, '--control-fd=3'];
  const child = spawn(workerd, args, { cwd: options.cwd, stdio: ['ignore', 'ignore', 'pipe', 'pipe'] });
  const errors = text(child.stderr!);
  const answer = async (): Promise<string> => {
    const [listening] = await once(child.stdio[3]!, 'data');
    const { port } = JSON.parse(String(listening).split('\n', 1)[0]!) as { port: number };
    const ask = () => fetch(`http://127.0.0.1:${port}/`, { method: 'POST', body: options.config });
    await (await ask()).text();
    return (await ask()).text();
  };
  const output = await endOf(child, Promise.race([answer(), errors]));
  return output + (await errors);
}

/** Opens a page of the host, whose program reports there. */
export async function runPage(
  chromium: string,
  options: { cwd: string; host: Host; page: string; config: string },
): Promise<string> {
  const flags = ['--headless', '--disable-gpu', '--no-first-run', '--disable-background-networking'];
  // A container has a small /dev/shm, and root has no sandbox.
  flags.push('--disable-dev-shm-usage', `--user-data-dir=${join(options.cwd, 'profile')}`);
  if (process.getuid?.() === 0) flags.push('--no-sandbox');
  const report = options.host.report();
  const url = `${options.host.origin}/${options.page}#${encodeURIComponent(options.config)}`;
  const child = spawn(chromium, [...flags, url], { stdio: ['ignore', 'ignore', 'pipe'] });
  const errors = text(child.stderr);
  return endOf(child, Promise.race([report, errors]));
}

/** What `result` becomes; the process has ended then. Rejects when it takes too long. */
async function endOf<Result>(child: ChildProcess, result: Promise<Result>): Promise<Result> {
  const closed = once(child, 'close');
  closed.catch(() => {});
  let late = false;
  const timer = setTimeout(() => {
    late = true;
    child.kill('SIGKILL');
  }, limitMs);
  try {
    const known = await result;
    if (late) throw new Error(`it had not ended after ${limitMs / 1000} s; so far: ${String(known)}`);
    return known;
  } finally {
    clearTimeout(timer);
    child.kill();
    await closed;
  }
}
