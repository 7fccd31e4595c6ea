import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

const client = (path: string): string =>
  fileURLToPath(new URL(`./packages/client/src/${path}`, import.meta.url));
const server = (path: string): string =>
  fileURLToPath(new URL(`./packages/server/src/${path}`, import.meta.url));

// Tests run from source: the two packages see each other's TypeScript, never a stale build.
export default defineConfig({
  resolve: {
    alias: [
      { find: /^colloquy$/, replacement: client('index.ts') },
      { find: /^colloquy\/accumulate$/, replacement: client('streaming/accumulate.ts') },
      { find: /^colloquy\/helpers\/(.*)$/, replacement: client('helpers/$1.ts') },
      { find: /^colloquy-server$/, replacement: server('index.ts') },
    ],
  },
  test: {
    include: ['packages/*/{src,test}/**/*.test.ts', 'test/**/*.test.ts'],
    typecheck: { include: ['packages/*/test/types/**/*.test-d.ts'], tsconfig: './tsconfig.json' },
    setupFiles: ['./test/setup.ts'],
    testTimeout: 20_000,
    hookTimeout: 60_000,
  },
});
