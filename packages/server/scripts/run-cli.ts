/** Runs the command line in a process of its own, from its source or as it was built. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { renameSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { buildSync } from 'esbuild';

const file = (path: string): string => fileURLToPath(new URL(`../${path}`, import.meta.url));

const commands = { source: bundledSource, built: () => file('bin/colloquy-server.js') };

let bundle: string | undefined;

/** The sources of both packages in one file: it starts in a quarter of the time that a loader of TypeScript takes. */
function bundledSource(): string {
  if (bundle) return bundle;
  const outfile = file(`.colloquy/cli-${process.pid}.mjs`);
  buildSync({
    entryPoints: [file('src/cli.ts')],
    outfile,
    tsconfig: file('tsconfig.json'),
    bundle: true,
    packages: 'external',
    platform: 'node',
    format: 'esm',
    logLevel: 'error',
  });
  bundle = file('.colloquy/cli.mjs');
  renameSync(outfile, bundle); // at once: another process may be about to read it
  return bundle;
}

export interface RunningCLI {
  child: ChildProcess;
  /** Everything written so far, to both outputs. */
  output(): string;
  /** The API URL, once the server says it. Rejects when the process ends first. */
  url(): Promise<string>;
  /** Sends a signal and resolves with how the process ended. */
  end(signal: NodeJS.Signals): Promise<{ code: number | null; signal: NodeJS.Signals | null }>;
  ended: Promise<{ code: number | null; signal: NodeJS.Signals | null }>;
}

export function runCLI(
  args: readonly string[],
  {
    from = 'source' as keyof typeof commands,
    env = {} as Record<string, string>,
    cwd = file('.'),
    stdout = 'pipe' as 'pipe' | number,
    /** A program that runs it, such as `prlimit`. */
    through = [] as string[],
  } = {},
): RunningCLI {
  const [program, ...others] = [...through, process.execPath, commands[from](), ...args];
  const child = spawn(program!, others, {
    env: { ...process.env, NO_COLOR: '1', ...env },
    stdio: ['ignore', stdout, 'pipe'],
    cwd,
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (text: string) => {
      output += text;
      child.emit('output');
    });
  }
  const ended = once(child, 'close').then(([code, signal]) => ({ code, signal }));
  const running: RunningCLI = {
    child,
    ended,
    output: () => output,
    async url() {
      let open = true;
      void ended.then(() => {
        open = false;
        child.emit('output');
      });
      for (;;) {
        const url = /^(?:Chat completions at |\{.*"url":")([^\s"]+)/m.exec(output)?.[1];
        if (url !== undefined) return url;
        if (!open) throw new Error(`the server ended before it listened:\n${output}`);
        await once(child, 'output');
      }
    },
    end(signal) {
      child.kill(signal);
      return ended;
    },
  };
  return running;
}
