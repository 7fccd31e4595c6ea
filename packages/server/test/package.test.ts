// The package as npm would get it, installed beside nothing but what it says it depends on. No network.
import { join } from 'node:path';
import { publint } from 'publint';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { pack, type Packed } from './support/packed.ts';
import { suite } from './support/suite.ts';

let packed: Packed;
beforeAll(() => {
  packed = pack();
});
afterAll(() => packed?.remove());

const node = (...args: string[]): string => packed.node(args);

it('has a command that runs, and that a checkout has before it is built', () => {
  const { manifest, folder } = packed;
  const command: string = manifest['bin']['colloquy-server'];
  expect(node(join(folder, command), '--version')).toBe(`${manifest['version']}\n`);
  expect(command).not.toMatch(/^(\.\/)?dist\b/);
});

it('starts a server from what it depends on alone', () => {
  const program = `
    import { startServer } from 'colloquy-server';
    const server = await startServer({ port: 0, db: ':memory:' });
    const response = await fetch(server.url + '/chat/completions', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ model: 'any', messages: [{ role: 'user', content: 'What is 2 + 2?' }] }),
    });
    console.log((await response.json()).choices[0].message.content);
    await server.close();`;
  expect(node('--input-type=module', '-e', program)).toContain('“What is 2 + 2?”');
});

it('is a sandbox for the tests of node:test, as a module and as CommonJS', { timeout: 60_000 }, () => {
  packed.write({ 'a.test.mjs': suite('node:test', 'module'), 'b.test.cjs': suite('node:test', 'commonjs') });
  expect(node('--test', 'a.test.mjs', 'b.test.cjs')).toMatch(/^# pass 8$/m);
});

it('keeps its promises to tools', async () => {
  expect((await publint({ pkgDir: packed.folder })).messages).toEqual([]);
});
