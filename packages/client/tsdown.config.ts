import { defineConfig } from 'tsdown';
import { publicModules } from './scripts/public-modules.ts';

const entry = Object.fromEntries(Object.entries(publicModules).map(([name, { source }]) => [name, source]));

const shared = {
  target: 'es2022',
  platform: 'neutral',
  fixedExtension: false,
  // White space and comments go, names stay: class names reach the User-Agent header and stack traces.
  minify: { compress: true, mangle: false, codegen: true },
  outputOptions: (options: object, format: string) => ({
    ...options,
    chunkFileNames: format === 'cjs' ? 'shared/[name].cjs' : 'shared/[name].js',
  }),
} as const;

// Types of both kinds come from the same sources. The CommonJS root differs at run time only: it is a function.
export default defineConfig([
  { ...shared, entry, format: 'esm', dts: true },
  { ...shared, entry, format: 'cjs', dts: { emitDtsOnly: true }, clean: false },
  {
    ...shared,
    entry: { ...entry, index: 'src/entries/cjs-root.ts' },
    format: 'cjs',
    dts: false,
    clean: false,
  },
]);
