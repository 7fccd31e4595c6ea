import { readdirSync, readFileSync, realpathSync, existsSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import { bench } from '../lib/install.mjs';
import { programs } from '../lib/programs.mjs';
import { judge } from '../lib/table.mjs';

const packages = {
  colloquy: ['colloquy'],
  openai: ['openai'],
  'ai SDK': ['ai', '@ai-sdk/openai-compatible'],
  xsai: ['xsai'],
  langchain: ['@langchain/openai', '@langchain/core'],
};

async function bundle(contents) {
  const { outputFiles } = await build({
    stdin: { contents, resolveDir: bench, loader: 'ts' },
    bundle: true,
    minify: true,
    write: false,
    format: 'esm',
    platform: 'browser',
    // The last two are optional peers of a dependency of xsai.
    external: ['zod', 'zod/*', 'node:*', 'effect', 'sury'],
    logLevel: 'silent',
  });
  const [{ contents: bytes }] = outputFiles;
  return { bytes: bytes.length, gzip: gzipSync(bytes).length };
}

/** Bytes and files of packages and everything they depend on, without zod, which every one of them shares. */
function installed(names) {
  const seen = new Set();
  const total = { installed: 0, files: 0, packages: 0 };
  const visit = (name, from) => {
    let folder = from;
    while (!existsSync(join(folder, 'node_modules', name, 'package.json'))) {
      if (dirname(folder) === folder) return;
      folder = dirname(folder);
    }
    const path = realpathSync(join(folder, 'node_modules', name));
    if (seen.has(path) || name === 'zod') return;
    seen.add(path);
    total.packages += 1;
    for (const entry of readdirSync(path, { recursive: true, withFileTypes: true })) {
      const file = join(entry.parentPath ?? entry.path, entry.name);
      if (!entry.isFile() || file.slice(path.length).includes('/node_modules/')) continue;
      total.installed += statSync(file).size;
      total.files += 1;
    }
    const { dependencies = {} } = JSON.parse(readFileSync(join(path, 'package.json'), 'utf8'));
    for (const dependency of Object.keys(dependencies)) visit(dependency, path);
  };
  for (const name of names) visit(name, bench);
  return total;
}

const plain = (value) => value?.toLocaleString('en') ?? '-';

async function measure() {
  const rows = [];
  for (const [what, sources] of Object.entries(programs))
    for (const [name, source] of Object.entries(sources))
      rows.push({ case: what, name, ...(await bundle(source)) });
  for (const [name, names] of Object.entries(packages))
    rows.push({ case: 'installed', name, ...installed(names) });
  const get = (what, name = 'colloquy') => rows.find((row) => row.case === what && row.name === name);
  const [one, all] = Object.keys(programs);
  const targets = [
    { text: `${one} <= 10 KiB gzip`, of: (get) => get(one).gzip / 1024, most: 10 },
    {
      text: `${one}, from colloquy/core, <= 10 KiB gzip`,
      of: (get) => get(one, 'colloquy/core').gzip / 1024,
      most: 10,
    },
    { text: `${all} <= 16 KiB gzip`, of: (get) => get(all).gzip / 1024, most: 16 },
    { text: 'installed <= 700 KB', of: (get) => get('installed').installed / 1e3, most: 700 },
    { text: 'installed <= 160 files', of: (get) => get('installed').files, most: 160 },
    { text: 'dependencies <= 0', of: (get) => get('installed').packages - 1, most: 0 },
  ];
  return { rows, verdicts: judge(targets, get, '') };
}

export default {
  title: 'Size',
  about:
    'Minified browser bundles by esbuild, without zod; gzip at its default level. _Installed_ is the size of the package and all its dependencies.',
  columns: [
    ['minified B', ({ bytes }) => plain(bytes)],
    ['gzip B', ({ gzip }) => plain(gzip)],
    ['installed B', ({ installed }) => plain(installed)],
    ['files', ({ files }) => plain(files)],
    ['packages', ({ packages }) => plain(packages)],
  ],
  measure,
};
