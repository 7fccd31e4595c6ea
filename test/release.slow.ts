// The way from a fresh clone to a release, up to the step that would publish. Installs the dependencies from npm.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import {
  type Checkout,
  copyCheckout,
  installPacked,
  missingFiles,
  pack,
  readManifest,
} from './fresh-checkout.ts';

let checkout: Checkout;
const read = (file: string): string => readFileSync(join(checkout.folder, file), 'utf8');

beforeAll(() => {
  checkout = copyCheckout('fresh');
});
afterAll(() => checkout?.remove());

it('packs whole packages before anything is installed', { timeout: 600_000 }, async () => {
  const packed = await pack(checkout);
  const project = installPacked(checkout, packed);
  expect(packed.map(({ name }) => name)).toEqual(['colloquy', 'colloquy-server']);
  for (const { name, files } of packed) expect(missingFiles(readManifest(project, name), files)).toEqual([]);
});

it('checks both packages in a dry run, and publishes nothing', { timeout: 300_000 }, async () => {
  const output = await checkout.run('npm', ['run', 'release', '--', '--dry-run']);
  expect(output.match(/publint: no findings/g)).toHaveLength(2);
  expect(output.match(/attw, profile .+: no findings/g)).toHaveLength(2);
  expect(output).toMatch(/Nothing was published\.\n$/);
});

it('sets the versions that a changeset asks for wherever they stand', { timeout: 120_000 }, async () => {
  const git = async (...args: string[]): Promise<string> => checkout.run('git', args);
  await git('init', '--quiet', '--initial-branch=main');
  writeFileSync(join(checkout.folder, '.changeset/try.md'), `---\n'colloquy': major\n---\n\nTry it.\n`);
  const before = JSON.parse(read('packages/client/package.json')).version as string;
  await checkout.run('npm', ['run', 'bump']);

  const client = JSON.parse(read('packages/client/package.json'));
  const server = JSON.parse(read('packages/server/package.json'));
  expect(client.version).toBe(`${Number(before.split('.')[0]) + 1}.0.0`);
  expect(server.dependencies.colloquy).toBe(client.version);
  expect(read('packages/client/src/version.ts')).toContain(`'${client.version}'`);
  expect(JSON.parse(read('package-lock.json')).packages['packages/server'].version).toBe(server.version);
  expect(read('CHANGELOG.md')).toContain(
    `## [Unreleased]\n\n## colloquy ${client.version}, colloquy-server ${server.version} - `,
  );
});
