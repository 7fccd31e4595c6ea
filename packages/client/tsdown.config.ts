import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { defineConfig, type Rolldown, type UserConfig } from 'tsdown';
import { entries } from './scripts/entries.ts';

const entry = Object.fromEntries(entries.map((name) => [`entries/${name}`, `src/entries/${name}.ts`]));

// Two built files. Each file that is imported costs about a millisecond, whatever is in it, so the root and all that it needs
// is one; the other is what only the schema helpers need. Bundlers leave out what a program does not use.
const room = (name: string, sources: string) => ({
  name,
  test: new RegExp(`/src/(${sources})(?<!\\.d)\\.ts$`),
});
const codeSplitting = {
  groups: [
    room(
      'shared',
      'errors/openai-error|quirks/.+|streaming/accumulate|wire/(json|merge|objects|put|quiet|sorted|type-name)|structured/(format|json)',
    ),
    room(
      'main',
      'version|client|azure|absent-names|(errors|log|stream|http|wire|quirks|resources|streaming|tools)/.+|structured/(format|json|parse|readers|responses)',
    ),
    room('schema', 'structured/.+'),
  ],
};
// Declarations share one file, but for the class `OpenAI` of `colloquy/core`, `Completions` of text and one of the two
// `explainSchema`, so that two declarations of one name both keep it.
const typeSplitting = {
  groups: [
    {
      name: 'types',
      test: /\/src\/(?!entries|core\.|client\.|azure\.|resources\/text-completions|helpers\/standard-schema).+\.d\.ts$/,
    },
  ],
};

const options = {
  entry,
  target: 'es2022',
  platform: 'neutral',
  fixedExtension: false,
  deps: { neverBundle: [/^node:/] },
  // No names of source files between the parts of a built one.
  inputOptions: { experimental: { attachDebugInfo: 'none' } },
} satisfies UserConfig;

const output = {
  // Errors and hovers show the names of declarations as they are written here.
  minifyInternalExports: false,
  generatedCode: { symbols: false },
  // Readable, so that a stack trace shows a line of code and not a whole file. The declarations hold the documentation.
  comments: { jsdoc: false },
};

/**
 * Declares each ECMAScript module as the CommonJS one, so that both have the same types and a client may pass from one to
 * the other. (CommonJS cannot import the types of an ECMAScript module; the other way round works.)
 */
const declareModules: Rolldown.Plugin = {
  name: 'declare-modules',
  generateBundle(_, bundle) {
    for (const file of Object.values(bundle)) {
      if (file.type !== 'chunk' || !file.isEntry) continue;
      const from = `from "./${file.name.split('/').at(-1)}.cjs";\n`;
      // `export *` leaves out the default export.
      const defaults = file.exports.includes('default') ? `export { OpenAI as default } ${from}` : '';
      this.emitFile({ type: 'asset', fileName: `${file.name}.d.ts`, source: `export * ${from}${defaults}` });
    }
  },
};

const own = new Set(['core', 'accumulate', 'otel', 'relay']);

const footers: Record<string, string> = {
  'entries/index.cjs': 'module.exports = require("../internal/callable.cjs").callable(exports);',
  // Makes every import path part of a program that imports one of them: TypeScript writes the inferred type of an
  // exported function as an import, and looks for its path among the modules of the program. Of two paths it takes the
  // first, so those that the `openai` package has as well come first.
  'internal/types.d.cts': [...entries.filter((name) => !own.has(name)), ...own]
    .flatMap((name) => [
      `import type {} from "../entries/${name}.cjs";`,
      `import type {} from "../entries/${name}.js" with { "resolution-mode": "import" };`,
    ])
    .join('\n'),
};

/** As the built code is. */
const indentedByTabs = (text: string): string =>
  text.replace(/^(?: {2})+/gm, (spaces) => '\t'.repeat(spaces.length / 2));

/**
 * An entry that another one exports again leaves a chunk of declarations behind that is empty and imported by nothing.
 * Inside object types, the printer puts the documentation of a member at the end of the line before, where editors do not
 * find it.
 */
function tidyTypes(): void {
  const folder = new URL('dist/internal/', import.meta.url);
  for (const name of readdirSync(folder)) {
    const file = new URL(name, folder);
    const text = readFileSync(file, 'utf8');
    if (text.trim() === 'export { };') rmSync(file);
    else if (name.endsWith('.d.cts'))
      writeFileSync(
        file,
        indentedByTabs(text.replace(/; (\/\*\*(?:[^*]|\*(?!\/))*\*\/)\n( *)/g, ';\n$2$1\n$2')),
      );
  }
  for (const name of entries) {
    const file = new URL(`dist/entries/${name}.d.cts`, import.meta.url);
    writeFileSync(file, exportFrom(readFileSync(file, 'utf8')));
  }
}

/** Declarations that import names and export the same ones, with each name written once: `export { a } from`. */
function exportFrom(text: string): string {
  const rows = text.trim().split('\n');
  const [, list] = /^export \{ (.*) \};$/.exec(rows.at(-1)!) ?? [];
  const imports = rows.slice(0, -1).map((row) => /^import \{ (.*) \} (from ".*";)$/.exec(row));
  if (!list || !imports.every((found) => found && !/ as /.test(found[1]!))) return text;
  const exported = list
    .split(', ')
    .map((spec) => ({ spec, name: spec.replace(/^type /, '').split(' as ')[0] }));
  const lines = imports.map((found) => {
    const names = found![1]!.split(', ');
    const specs = exported.filter(({ name }) => names.includes(name!)).map(({ spec }) => spec);
    return `export { ${specs.join(', ')} } ${found![2]}\n`;
  });
  return lines.join('');
}

/** Declares an entry that only exports other entries again as that: a list of its names would be a copy of theirs. */
function shareTypes(): void {
  for (const name of entries) {
    const source = readFileSync(new URL(`src/entries/${name}.ts`, import.meta.url), 'utf8');
    const lines = source.trim().split('\n');
    const targets = lines.map((line) => /^export \* from '(\..+)\.ts';$/.exec(line)?.[1]);
    const file = new URL(`dist/entries/${name}.d.cts`, import.meta.url);
    if (targets.every((target) => target && existsSync(new URL(`${target}.d.cts`, file))))
      writeFileSync(file, targets.map((target) => `export * from "${target}.cjs";\n`).join(''));
  }
}

export default defineConfig([
  {
    ...options,
    dts: false,
    format: 'esm',
    plugins: [declareModules],
    outputOptions: (inherited) => ({
      ...inherited,
      ...output,
      codeSplitting,
      chunkFileNames: 'internal/[name].js',
    }),
  },
  {
    ...options,
    entry: { ...entry, 'internal/callable': 'src/cjs-root.ts' },
    dts: true,
    format: 'cjs',
    clean: false,
    hooks: {
      'build:done': () => {
        tidyTypes();
        shareTypes();
      },
    },
    outputOptions: (inherited, _, { cjsDts }) => ({
      ...inherited,
      ...output,
      codeSplitting: cjsDts ? typeSplitting : codeSplitting,
      exports: 'named',
      postFooter: ({ fileName }) => footers[fileName] ?? '',
      chunkFileNames: cjsDts ? 'internal/[name].d.cts' : 'internal/[name].cjs',
    }),
  },
  {
    ...options,
    // A program, which nothing imports. Its entry lies beside `entries`, which it looks at.
    entry: { check: 'src/check/cli.ts' },
    dts: false,
    format: 'esm',
    platform: 'node',
    clean: false,
    minify: true,
    outputOptions: (inherited) => ({ ...inherited, ...output, banner: '#!/usr/bin/env node' }),
  },
]);
