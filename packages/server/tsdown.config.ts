import { defineConfig } from 'tsdown';

export default defineConfig({
  entry: { index: 'src/index.ts', cli: 'src/cli.ts', testing: 'src/testing/index.ts' },
  format: 'esm',
  platform: 'node',
  target: 'node20',
  dts: { build: false },
  // Its types are ours, its code stays an import, as that of every dependency.
  deps: { neverBundle: [/^colloquy/] },
  fixedExtension: false,
});
