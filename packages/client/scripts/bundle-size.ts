// Prints what the built client costs the programs that use it and the disk it is installed on, and fails when one of
// these is over its limit. A limit is what was reached, rounded up to 256 bytes: lower it with every gain, towards the
// target. Bundles are esbuild's for browsers, minified, with zod left out; gzip at its default level.
// With `--files` it also prints what each file of a bundle takes; `size-page.ts` says what that is.
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import { installed } from './installed-limits.ts';
import { createFromCore, createFromRoot, streamAndParse } from './programs.ts';

interface Program {
  name: string;
  /** Bytes after gzip, like the target. */
  limit: number;
  /** Absent: the program is there to hold that what it does not use stays out. */
  target?: number;
  source: string;
}

const programs: Program[] = [
  { name: 'one create, colloquy/core', limit: 22_272, target: 10_240, source: createFromCore },
  { name: 'one create, colloquy', limit: 35_840, target: 10_240, source: createFromRoot },
  {
    name: 'create, stream and parse with zod, colloquy',
    limit: 51_840,
    target: 16_384,
    source: streamAndParse,
  },
];

for (const [name, entry, limit] of [
  ['APIError', 'colloquy/error', 2_048],
  ['Stream', 'colloquy/streaming', 8_192],
  ['accumulate', 'colloquy/accumulate', 2_816],
  ['toStrictJsonSchema', 'colloquy/lib/transform', 5_376],
  ['standardResponseFormat', 'colloquy/helpers/standard-schema', 15_616],
] as const)
  programs.push({
    name: `${name} alone, ${entry}`,
    limit,
    source: `import { ${name} } from '${entry}'; console.log(${name});`,
  });

const root = fileURLToPath(new URL('..', import.meta.url));
const withFiles = process.argv.includes('--files');
const number = (value: number): string => value.toLocaleString('en');

/** Says how `value` compares with its limit, and remembers a failure. */
function verdict(value: number, limit: number): string {
  if (value <= limit) return `limit ${number(limit)}`;
  process.exitCode = 1;
  return `OVER the limit of ${number(limit)}`;
}

for (const { name, limit, target, source } of programs) {
  const { outputFiles, metafile } = await build({
    stdin: { contents: source, resolveDir: root, loader: 'js' },
    bundle: true,
    minify: true,
    write: false,
    metafile: true,
    format: 'esm',
    platform: 'browser',
    external: ['zod', 'zod/*'],
  });
  const bytes = outputFiles[0]!.contents;
  const zipped = gzipSync(bytes).length;
  console.log(
    `${name}: ${number(bytes.length)} B minified, ${number(zipped)} B gzip (${verdict(zipped, limit)}${target ? `, target ${number(target)}` : ''})`,
  );
  if (!withFiles) continue;
  const inputs = Object.entries(Object.values(metafile.outputs)[0]!.inputs);
  inputs.sort(([, a], [, b]) => b.bytesInOutput - a.bytesInOutput);
  for (const [file, { bytesInOutput }] of inputs)
    console.log(`  ${String(bytesInOutput).padStart(7)}  ${file}`);
}

const packed = execFileSync('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], {
  cwd: root,
  encoding: 'utf8',
  stdio: ['ignore', 'pipe', 'ignore'],
  shell: process.platform === 'win32',
});
const { unpackedSize, entryCount } = (
  JSON.parse(packed) as { unpackedSize: number; entryCount: number }[]
)[0]!;
console.log(
  `installed: ${number(unpackedSize)} B (${verdict(unpackedSize, installed.bytes)}) ` +
    `in ${entryCount} files (${verdict(entryCount, installed.files)})`,
);
