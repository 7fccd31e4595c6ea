/** Where the client is shown to run, and what it should see there. */
import type { Host } from './host.ts';
import { chromium, programOf } from './binaries.ts';
import { runCommand, runPage, runWorker } from './launch.ts';

export interface Runtime {
  name: string;
  /** The path of what runs it. Throws when it cannot be had. */
  find(): string;
  /** What the program prints there. */
  run(path: string, config: string): Promise<string>;
  expected: Expected;
}

/** What the program should see of where it runs: two sources of regular expressions, and two facts. */
interface Expected {
  /** System, architecture, runtime and its version, as the `X-Stainless-*` headers have them. */
  platform: string;
  /** The `User-Agent` that arrives. */
  agent: string;
  /** Whether there are environment variables. */
  environment: boolean;
  browser: boolean;
}

/** A folder where the package and the programs are, with `command.cjs` and `workerd.bundle.js` made of them. */
export interface Place {
  project: string;
  host: Host;
}

/** The oldest Node that is supported, a release of each line since, and one of every other runtime. */
export const versions = {
  node: ['20.19.0', '22.23.5', '24.9.0', '26.10.0'],
  bun: '1.4.5',
  deno: '2.9.6',
  workerd: '1.20261117.1',
};

/** A worker behaves as on the date it names; at some date it got the `process` of Node. */
const dates = { 'without process': '2024-10-01', 'with process': '2026-11-17' };

const system = { linux: 'Linux', darwin: 'MacOS' }[process.platform as string];
const machine = `${system} ${process.arch}`;
/** The user agent begins with the name of the class, which bundlers number when a program has two of that name. */
const onServer = { agent: 'OpenAI2?/JS [\\d.]+', environment: true, browser: false };
const onNode = { ...onServer, platform: `${machine} node v\\d+\\.\\d+\\.\\d+` };

const environment = { OPENAI_API_KEY: 'key of the environment' };

/** Of Deno: this network and this variable, and no question about others. */
const permissions = [
  '--no-prompt',
  '--node-modules-dir=manual',
  '--allow-net=127.0.0.1',
  '--allow-env=OPENAI_API_KEY',
];

export function runtimesAt({ project, host }: Place): Runtime[] {
  const command =
    (...args: string[]): Runtime['run'] =>
    (path, config) =>
      runCommand(path, [...args, config], { cwd: project, env: environment });

  const own = process.version.slice(1);
  const nodes = [...new Set([own, ...versions.node])].flatMap((version) =>
    Object.entries({ ESM: 'command.js', CommonJS: 'command.cjs' }).map(([kind, file]): Runtime => ({
      name: `Node ${version}, ${kind}`,
      find: () => (version === own ? process.execPath : programOf('node', version)),
      run: command(file),
      expected: { ...onServer, platform: `${machine} node v${version}` },
    })),
  );
  const others: Runtime[] = [
    {
      name: `Bun ${versions.bun}`,
      find: () => programOf('bun', versions.bun),
      run: command('command.js'),
      expected: onNode, // which it says it is
    },
    {
      name: `Deno ${versions.deno}`,
      find: () => programOf('deno', versions.deno),
      run: command('run', ...permissions, 'command.js'),
      expected: { ...onServer, platform: `${machine} deno ${versions.deno}` },
    },
  ];
  const workers = Object.entries(dates).map(([kind, date]): Runtime => ({
    name: `workerd ${versions.workerd}, ${kind}`,
    find: () => programOf('workerd', versions.workerd),
    run: (path, config) => runWorker(path, { cwd: project, bundle: 'workerd.bundle.js', date, config }),
    expected:
      kind === 'with process'
        ? onNode
        : { ...onServer, platform: 'Unknown unknown unknown unknown', environment: false },
  }));
  const pages = ['page', 'worker'].map((page): Runtime => ({
    name: `Chromium, ${page}`,
    find: chromium,
    run: (path, config) => runPage(path, { cwd: project, host, page, config }),
    expected: {
      platform: 'Unknown unknown browser:chrome \\d+\\.\\d+\\.\\d+',
      agent: 'Mozilla/5.0 .*Chrome/.*',
      environment: false,
      browser: true,
    },
  }));
  return [...nodes, ...others, ...workers, ...pages];
}
