// `useSandbox` under the test runners that people have. Installs Jest below `node_modules/.cache`.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { pack, type Packed } from './support/packed.ts';
import { suite } from './support/suite.ts';

const version = '30.5.2';
const cache = resolve(import.meta.dirname, '../../../node_modules/.cache/jest-runner');

let packed: Packed;
beforeAll(() => {
  packed = pack();
  packed.link('vitest');
  mkdirSync(cache, { recursive: true });
  writeFileSync(join(cache, 'package.json'), '{"private":true}');
  if (!existsSync(join(cache, 'node_modules/jest'))) {
    execFileSync('npm', ['install', '--no-audit', '--no-fund', '--loglevel=error', `jest@${version}`], {
      cwd: cache,
      shell: process.platform === 'win32',
    });
  }
  symlinkSync(join(cache, 'node_modules/jest'), join(packed.project, 'node_modules/jest'));
}, 600_000);
afterAll(() => packed?.remove());

const client = (kind: 'module' | 'commonjs'): string =>
  kind === 'module'
    ? "import { OpenAI } from 'colloquy';\nexport const client = new OpenAI();\n"
    : "const { OpenAI } = require('colloquy');\nexports.client = new OpenAI();\n";

/** A test of a module that makes its client when it is imported. */
const testOfModule = `
test('has the sandbox', async () => {
  expect(client.baseURL).toBe(sandbox.url);
  sandbox.on({ lastUser: 'hi' }).reply('hello');
  const messages = [{ role: 'user', content: 'hi' }];
  const { choices } = await client.chat.completions.create({ model: 'gpt-5', messages });
  expect(choices[0].message.content).toBe('hello');
});
`;

describe('Vitest', { timeout: 120_000 }, () => {
  const vitest = (root: string): string =>
    packed.node(['node_modules/vitest/vitest.mjs', 'run', '--root', root]);

  const config = (more = ''): string => `export default { test: { testTimeout: 100_000, ${more} } };`;

  it('runs tests with a sandbox', () => {
    packed.write({ 'v/a.test.mjs': suite('vitest', 'module'), 'v/vitest.config.mjs': config() });
    expect(vitest('v')).toMatch(/Tests\s+4 passed/);
  });

  it('has one from a setup file before modules are imported, in every file', () => {
    const file = `import { expect, test } from 'vitest';
import { client } from './client.mjs';
import { sandbox } from './setup.mjs';
${testOfModule}`;
    packed.write({
      's/vitest.config.mjs': config("setupFiles: ['./setup.mjs']"),
      's/setup.mjs':
        "import { useSandbox } from 'colloquy-server/testing';\nexport const sandbox = useSandbox();\nawait sandbox.ready;\n",
      's/client.mjs': client('module'),
      's/a.test.mjs': file,
      's/b.test.mjs': file,
    });
    expect(vitest('s')).toMatch(/Tests\s+2 passed/);
  });
});

describe('Jest', { timeout: 240_000 }, () => {
  /** The tests are about what the runners do, and not about how fast this machine is. */
  const always = { rootDir: '.', transform: {}, testTimeout: 100_000 };
  const jest = (root: string, options: object, env: Record<string, string> = {}): string => {
    packed.write({ [`${root}/jest.json`]: JSON.stringify({ ...always, ...options }) });
    const command = [
      'node_modules/jest/bin/jest.js',
      '-c',
      `${root}/jest.json`,
      '--json',
      '--watchman=false',
    ];
    return packed.node(command, env);
  };

  it('runs CommonJS tests with a sandbox', () => {
    packed.write({ 'c/a.test.js': suite('jest', 'commonjs') });
    expect(jest('c', {})).toContain('"numPassedTests":4');
  });

  it('runs tests that are modules with a sandbox', () => {
    packed.write({ 'm/a.test.mjs': suite('jest', 'module') });
    const options = { testMatch: ['**/*.test.mjs'] };
    expect(jest('m', options, { NODE_OPTIONS: '--experimental-vm-modules' })).toContain('"numPassedTests":4');
  });

  it('has one from a setup file before modules are required, in every file', () => {
    const file = `const { client } = require('./client.js');
const { sandbox } = require('./setup.js');
${testOfModule}`;
    packed.write({
      'j/setup.js': `const { useSandbox } = require('colloquy-server/testing');
const sandbox = useSandbox();
module.exports = () => sandbox.ready;
module.exports.sandbox = sandbox;
`,
      'j/client.js': client('commonjs'),
      'j/a.test.js': file,
      'j/b.test.js': file,
    });
    expect(jest('j', { setupFilesAfterEnv: ['./setup.js'] })).toContain('"numPassedTests":2');
  });
});
