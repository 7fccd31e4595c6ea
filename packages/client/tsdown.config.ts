import { defineConfig, type Rolldown } from 'tsdown';
import { publicModules } from './scripts/public-modules.ts';

const entry = Object.fromEntries(Object.entries(publicModules).map(([name, { source }]) => [name, source]));

// Readable, so that a stack trace shows a line of code and not a whole file; the documentation is in the declarations.
const comments = { jsdoc: false };

// A built file for each set of rooms that programs enter together: few, as each costs time when it is imported, and no
// fewer, so that a bundler can leave out the others. Declarations, whose names end in `.d`, share one file.
const room = (name: string, sources: string) => ({
  name,
  test: new RegExp(`/src/(${sources})(?<!\\.d)\\.ts$`),
});
const codeSplitting = {
  groups: [
    room(
      'core',
      'version|core|(transport|wire)/.+|resources/(core-completions|messages|resource)|structured/(format|json|parse|readers|responses)',
    ),
    room('client', 'client|(resources|streaming|tools)/.+'),
    room('schema', 'structured/.+'),
    { name: 'types.d', test: /\/src\/(?!entries|helpers).+\.d\.ts$/ },
  ],
};

const shared = {
  target: 'es2022',
  platform: 'neutral',
  dts: true,
  fixedExtension: false,
  // No names of source files between the parts of a built one.
  inputOptions: { experimental: { attachDebugInfo: 'none' } },
} as const;

// Modules of both kinds have the same types, so that a client may pass from one to the other, and one file holds them:
// the CommonJS one, because ECMAScript modules may import from it, but not the other way round.
const typesFromCommonJS: Rolldown.Plugin = {
  name: 'types-from-commonjs',
  generateBundle(_, bundle) {
    delete bundle['shared/types.d.ts'];
    for (const file of Object.values(bundle)) {
      if (file.type !== 'chunk' || !file.fileName.endsWith('.d.ts')) continue;
      const [name] = file.fileName.split('.d.ts');
      // A default export cannot be passed on: seen from an ECMAScript module, that of a CommonJS one is all of it.
      file.code = file.exports.includes('default')
        ? file.code.replaceAll('/shared/types.js"', '/shared/types.cjs"')
        : `export * from "./${name}.cjs";\n`;
    }
  },
};

// What a part gives the others never changes once the part has run, so it needs no getters, at a hundred bytes each.
const getter =
  /Object\.defineProperty\(exports, "(\w+)", \{\s+enumerable: true,\s+get: function\(\) \{\s+return (\w+);\s+\}\s+\}\);/g;
const withoutGetters: Rolldown.Plugin = {
  name: 'without-getters',
  generateBundle(_, bundle) {
    for (const file of Object.values(bundle))
      if (file.type === 'chunk' && file.fileName.startsWith('shared/'))
        file.code = file.code.replace(getter, 'exports.$1 = $2;');
  },
};

export default defineConfig([
  {
    ...shared,
    entry,
    format: 'esm',
    plugins: [typesFromCommonJS],
    outputOptions: (options) => ({
      ...options,
      comments,
      codeSplitting,
      chunkFileNames: 'shared/[name].js',
    }),
  },
  {
    ...shared,
    entry: { ...entry, 'cjs-root': 'src/entries/cjs-root.ts' },
    format: 'cjs',
    clean: false,
    plugins: [withoutGetters],
    outputOptions: (options) => ({
      ...options,
      comments,
      codeSplitting,
      exports: 'named',
      chunkFileNames: 'shared/[name].cjs',
      footer: ({ fileName }) =>
        fileName === 'index.cjs' ? 'module.exports=require("./cjs-root.cjs").callable(exports);' : '',
    }),
  },
]);
