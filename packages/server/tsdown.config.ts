import { defineConfig, type UserConfig } from 'tsdown';

const options = {
  platform: 'node',
  target: 'node20',
  dts: { build: false },
  // Its types are ours, its code stays an import, as that of every dependency.
  deps: { neverBundle: [/^colloquy/, 'vitest'] },
  fixedExtension: false,
} satisfies UserConfig;

export default defineConfig([
  {
    ...options,
    format: 'esm',
    entry: { index: 'src/index.ts', cli: 'src/cli.ts', testing: 'src/testing/module.ts' },
  },
  // For Jest, which can neither require a module nor import one dynamically.
  {
    ...options,
    format: 'cjs',
    entry: { testing: 'src/testing/index.ts' },
    clean: false, // The other build does, and leaves its files beside these.
    outputOptions: { dynamicImportInCjs: false },
  },
]);
