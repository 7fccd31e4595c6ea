import { defineConfig } from 'tsdown';

export default defineConfig({
  entry: ['src/index.ts', 'src/cli.ts'],
  format: 'esm',
  platform: 'node',
  target: 'node20',
  dts: { build: false },
  // Its types are ours, its code stays an import, as that of every dependency.
  deps: { neverBundle: [/^colloquy/] },
  fixedExtension: false,
});
