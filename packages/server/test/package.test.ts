// The package as npm would get it, installed beside nothing but what it says it depends on. No network.
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { publint } from 'publint';
import { afterAll, beforeAll, expect, it } from 'vitest';

const source = resolve(import.meta.dirname, '..');
const workspace = resolve(source, '../..');
const project = mkdtempSync(join(tmpdir(), 'colloquy-server-package-'));
const folder = join(project, 'node_modules/colloquy-server');
const manifest = JSON.parse(readFileSync(join(source, 'package.json'), 'utf8')) as Record<string, any>;

beforeAll(() => {
  mkdirSync(join(project, 'node_modules'));
  const packed = execFileSync('npm', ['pack', '--json', '--ignore-scripts', '--pack-destination', project], {
    cwd: source,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
    shell: process.platform === 'win32',
  });
  const [{ filename }] = JSON.parse(packed) as [{ filename: string }];
  execFileSync('tar', ['-xzf', join(project, filename), '-C', project]);
  renameSync(join(project, 'package'), folder);
  for (const name of Object.keys(manifest['dependencies'])) {
    mkdirSync(dirname(join(project, 'node_modules', name)), { recursive: true });
    symlinkSync(join(workspace, 'node_modules', name), join(project, 'node_modules', name));
  }
});
afterAll(() => rmSync(project, { recursive: true, force: true }));

const node = (...args: string[]): string =>
  execFileSync(process.execPath, args, {
    cwd: project,
    encoding: 'utf8',
    env: { PATH: process.env['PATH'] },
  });

it('has a command that runs, and that a checkout has before it is built', () => {
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

it('keeps its promises to tools', async () => {
  expect((await publint({ pkgDir: folder })).messages).toEqual([]);
});
