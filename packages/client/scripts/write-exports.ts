// Writes the maps of package.json that say which import path leads to which built file, from the table of public
// modules. With `--check` it writes nothing and fails when package.json says something else.
import { readFileSync, writeFileSync } from 'node:fs';
import { publicModules } from './public-modules.ts';

const spellings = ['', '.js', '.mjs'];

type Conditions = Record<'require' | 'default', string>;

// TypeScript finds `index.d.ts` next to `index.js` and `index.d.cts` next to `index.cjs`, so neither is named here.
const exportsMap: Record<string, Conditions> = {};
// For `moduleResolution: node10`, which reads no `exports`.
const typesVersions: Record<string, [string]> = {};

for (const [name, { subpaths }] of Object.entries(publicModules)) {
  const conditions = { require: `./dist/${name}.cjs`, default: `./dist/${name}.js` };
  if (name === 'index') exportsMap['.'] = conditions;
  for (const subpath of subpaths)
    for (const ending of spellings) {
      exportsMap[`./${subpath}${ending}`] = conditions;
      typesVersions[subpath + ending] = [`./dist/${name}.d.cts`];
    }
}

const path = new URL('../package.json', import.meta.url);
const written = readFileSync(path, 'utf8');
const manifest = {
  ...(JSON.parse(written) as object),
  main: './dist/index.cjs',
  module: './dist/index.js',
  types: './dist/index.d.cts',
  exports: exportsMap,
  typesVersions: { '*': typesVersions },
};

if (JSON.stringify(JSON.parse(written)) === JSON.stringify(manifest)) {
  console.log(`package.json is up to date: ${Object.keys(exportsMap).length} import paths`);
} else if (process.argv.includes('--check')) {
  console.error('The exports of package.json are out of date; run `npm run exports -w packages/client`.');
  process.exitCode = 1;
} else {
  writeFileSync(path, `${JSON.stringify(manifest, null, 2)}\n`);
  console.log(`Wrote ${Object.keys(exportsMap).length} import paths to package.json`);
}
