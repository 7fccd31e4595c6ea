// The same library under the other compilers that people have. Installs them below `node_modules/.cache`.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { install } from './installed.ts';
import type { Installed } from './installed.ts';
import { declare } from './library.ts';

const versions = ['5.9.3', '7.0.2'];
const folder = join(import.meta.dirname, '../../../../node_modules/.cache/compilers');
const packageOf = (version: string): string => `typescript-${version.split('.')[0]}`;

let ours: Installed;
beforeAll(() => {
  ours = install();
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'package.json'), '{"private":true}');
  const packages = versions.map((version) => `${packageOf(version)}@npm:typescript@${version}`);
  if (!packages.every((name) => existsSync(join(folder, 'node_modules', name.split('@')[0]!))))
    execFileSync('npm', ['install', '--no-audit', '--no-fund', '--loglevel=error', ...packages], {
      cwd: folder,
      shell: process.platform === 'win32',
    });
}, 180_000);
afterAll(() => ours?.remove());

describe.each(versions)('TypeScript %s', { timeout: 120_000 }, (version) => {
  it.each(['nodenext', 'bundler'] as const)('declares a library built on the client (%s)', (resolution) => {
    const tsc = join(folder, 'node_modules', packageOf(version), 'bin/tsc');
    const { complaints, modules } = declare(ours, tsc, resolution);
    expect(complaints).toBe('');
    expect(modules).toContain('openai/lib/ChatCompletionStream');
  });
});
