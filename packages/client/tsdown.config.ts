import { defineConfig } from 'tsdown';
import { publicModules } from './scripts/public-modules.ts';

const entry = Object.fromEntries(Object.entries(publicModules).map(([name, { source }]) => [name, source]));

// Readable, so that a stack trace shows a line of code and not a whole file; the documentation is in the declarations.
const comments = { jsdoc: false };

const shared = {
  target: 'es2022',
  platform: 'neutral',
  dts: true,
  fixedExtension: false,
} as const;

export default defineConfig([
  {
    ...shared,
    entry,
    format: 'esm',
    outputOptions: (options) => ({ ...options, comments, chunkFileNames: 'shared/[name].js' }),
  },
  {
    ...shared,
    entry: { ...entry, 'cjs-root': 'src/entries/cjs-root.ts' },
    format: 'cjs',
    clean: false,
    outputOptions: (options) => ({
      ...options,
      comments,
      exports: 'named',
      chunkFileNames: 'shared/[name].cjs',
      footer: ({ fileName }) =>
        fileName === 'index.cjs' ? 'module.exports=require("./cjs-root.cjs").callable(exports);' : '',
    }),
  },
]);
