import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

const packages = new URL('./packages/', import.meta.url);
const alias = (name: string, source: string) => ({
  find: new RegExp(`^${name}$`),
  replacement: fileURLToPath(new URL(source, packages)),
});

// Tests run from source: the two packages see each other's TypeScript, never a stale build.
export default defineConfig({
  resolve: {
    alias: [
      alias('colloquy', 'client/src/entries/index.ts'),
      alias('colloquy/(.+)', 'client/src/entries/$1.ts'),
      alias('colloquy-server', 'server/src/index.ts'),
      alias('colloquy-server/testing', 'server/src/testing/module.ts'),
    ],
  },
  test: {
    include: ['packages/*/{src,test}/**/*.test.ts', 'test/**/*.test.ts', 'examples/**/*.test.ts'],
    typecheck: { include: ['packages/*/test/types/**/*.test-d.ts'], tsconfig: './tsconfig.json' },
    setupFiles: ['./test/setup.ts'],
    // Far above the slowest on a busy machine: a test that is cut goes on beside the next one, and makes that fail, too.
    testTimeout: 120_000,
    hookTimeout: 60_000,
    // The default is a second, which a busy machine may need for anything.
    expect: { poll: { timeout: 10_000 } },
  },
});
