import { defineConfig } from 'tsdown';

export default defineConfig({
  entry: ['src/index.ts', 'src/cli.ts'],
  format: 'esm',
  platform: 'node',
  target: 'node20',
  dts: { build: false },
  // What package.json depends on stays an import.
  external: [/^colloquy/],
  fixedExtension: false,
});
