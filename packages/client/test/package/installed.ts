// Packs the client as it would be published and unpacks it as `node_modules/openai` of an empty project, which is what
// `"openai": "npm:colloquy"` does. No network.
import { execFileSync, spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const client = fileURLToPath(new URL('../..', import.meta.url));
const workspace = fileURLToPath(new URL('../../../..', import.meta.url));

export interface Installed {
  project: string;
  tarball: string;
  /** The unpacked package. */
  folder: string;
  /** Evaluates a program in the project and gives back what it passed to `report`. */
  run(kind: 'module' | 'commonjs', program: string): any;
  /** Type-checks files of the project, by name and text; gives the compiler's complaints. */
  check(files: Record<string, string>, compilerOptions: object): string;
  remove(): void;
}

/** `'original'` installs the package we stand in for, in the same way. `name` is what the project calls it. */
export function install(which: 'ours' | 'original' = 'ours', name = 'openai'): Installed {
  const project = mkdtempSync(join(tmpdir(), 'colloquy-package-'));
  const modules = join(project, 'node_modules');
  const folder = join(modules, name);
  mkdirSync(modules);
  let tarball = '';
  if (which === 'original') symlinkSync(join(workspace, 'node_modules/openai'), folder);
  else {
    if (!existsSync(join(client, 'dist/entries/index.cjs')))
      throw new Error('packages/client is not built: run `npm run build -w packages/client` first');
    const packed = execFileSync(
      'npm',
      ['pack', '--json', '--ignore-scripts', '--pack-destination', project],
      {
        cwd: client,
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'ignore'],
        shell: process.platform === 'win32',
      },
    );
    tarball = join(project, (JSON.parse(packed) as { filename: string }[])[0]!.filename);
    execFileSync('tar', ['-xzf', tarball, '-C', modules]);
    renameSync(join(modules, 'package'), folder);
  }
  for (const peer of ['zod', '@opentelemetry', '@types', 'undici-types']) {
    const source = join(workspace, 'node_modules', peer);
    if (existsSync(source)) symlinkSync(source, join(modules, peer));
  }

  return {
    project,
    tarball,
    folder,
    run(kind, program) {
      const report = `const report = (value) => process.stdout.write(JSON.stringify(value) ?? 'null');`;
      const output = execFileSync(process.execPath, [`--input-type=${kind}`, '-e', `${report}\n${program}`], {
        cwd: project,
        encoding: 'utf8',
        env: { ...process.env, NODE_OPTIONS: '', OPENAI_API_KEY: '' },
      });
      return JSON.parse(output) as unknown;
    },
    check(files, compilerOptions) {
      for (const [file, text] of Object.entries(files)) writeFileSync(join(project, file), text);
      const config = {
        compilerOptions: { noEmit: true, strict: true, pretty: false, ...compilerOptions },
        files: Object.keys(files),
      };
      writeFileSync(join(project, 'tsconfig.json'), JSON.stringify(config));
      const compiler = join(workspace, 'node_modules/typescript/bin/tsc');
      const { status, stdout, stderr } = spawnSync(process.execPath, [compiler], {
        cwd: project,
        encoding: 'utf8',
      });
      return status === 0 ? '' : stdout + stderr || 'the compiler did not run';
    },
    remove: () => rmSync(project, { recursive: true, force: true }),
  };
}

/** Every file below `folder`, with its size in bytes. */
export function filesOf(folder: string): { file: string; bytes: number }[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((file) => ({ file, stats: statSync(join(folder, file)) }))
    .filter(({ stats }) => stats.isFile())
    .map(({ file, stats }) => ({ file, bytes: stats.size }));
}

/** The command line program of a development dependency. */
export const bin = (name: string): string => join(workspace, 'node_modules/.bin', name);
