import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, expect, it } from 'vitest';
import * as absent from '../absent-names.ts';
import { check, standIns } from './check.ts';
import { textOf } from './text.ts';

const root = join(import.meta.dirname, '../..');
const folders: string[] = [];
afterEach(() => folders.splice(0).forEach((folder) => rmSync(folder, { recursive: true })));

/** A project with the lockfile of npm, and these files. */
function project(files: Record<string, string>): string {
  const folder = mkdtempSync(join(tmpdir(), 'colloquy-check-'));
  folders.push(folder);
  cpSync(join(root, 'test/fixtures/lockfiles/npm3'), folder, { recursive: true });
  for (const [file, text] of Object.entries(files)) {
    mkdirSync(join(folder, file, '..'), { recursive: true });
    writeFileSync(join(folder, file), text);
  }
  return folder;
}

const run = (files: Record<string, string>) =>
  check(project(files), pathToFileURL(join(root, 'dist/entries/')));

const usual = `import OpenAI from 'openai';
import { zodResponseFormat } from 'openai/helpers/zod';
export const ai = new OpenAI();
await ai.chat.completions.create({ model: 'm', messages: [], stream: true });
await ai.beta.chat.completions.parse({});
ai.chat.completions.stream({});
await ai.models.list();
`;

it('a project that only chats can switch, and gets the fields to paste', () => {
  const report = run({ 'src/index.ts': usual });
  expect(report).toMatchObject({
    lockfile: 'package-lock.json',
    manager: 'npm',
    absent: [],
    canSwitch: true,
    fields: { dependencies: { openai: `npm:colloquy@^${report.version}` }, overrides: { openai: '$openai' } },
  });
  expect(report.imports.map(({ specifier, resolves }) => [specifier, resolves])).toEqual([
    ['openai', true],
    ['openai/helpers/zod', true],
  ]);
  expect(Object.keys(report.differences)).toEqual([
    'any call',
    'create, streamed',
    'list',
    'parse',
    'schemas',
    'stream',
  ]);
  const text = textOf(report);
  expect(text).toContain('zod-stream@3.0.0  peer 4.47.1: refuses to install without an override');
  expect(text).toContain('! stream: A failing stream');
  expect(text).toMatch(/\nYes: nothing in the 1 files/);
});

it('follows a client that another file exports, by a path or an alias', () => {
  const { absent } = run({
    'src/lib/openai/index.ts': usual,
    'src/lib/again.ts': "export { ai as client } from './openai'; export * from './openai/index.js';",
    'src/a.ts': "import { ai } from './lib/openai';\nai.files.list();",
    'src/b.ts': "import { client } from '@/lib/again';\nclient.images.generate({});",
    'src/c.mjs': "import { ai } from './lib/again.js';\nai.audio.speech.create({});",
    'src/d.ts': "import { ai } from './elsewhere';\nai.videos.create({});",
    'dist/index.js': "import { ai } from '../src/lib/openai';\nai.batches.create({});",
  });
  expect(absent.map(({ file, line, name }) => `${file}:${line} ${name}`)).toEqual([
    'src/a.ts:2 client.files.list',
    'src/b.ts:2 client.images.generate',
    'src/c.mjs:2 client.audio.speech.create',
  ]);
});

it('names what has to change, with its place', () => {
  const report = run({
    'app.js': `import { BedrockOpenAI, OpenAI, type ClientOptions, type NoSuchType } from 'openai';
import { x } from 'openai/nowhere';
const { Configuration, OpenAIApi } = require('openai');
new OpenAI().responses.create({});
new OpenAI().beta.threads.create();
`,
  });
  expect(report.canSwitch).toBe(false);
  expect(report.imports).toEqual([
    {
      specifier: 'openai',
      resolves: true,
      missing: ['BedrockOpenAI', 'NoSuchType', 'Configuration', 'OpenAIApi'],
      places: [
        { file: 'app.js', line: 1 },
        { file: 'app.js', line: 3 },
      ],
    },
    { specifier: 'openai/nowhere', resolves: false, missing: [], places: [{ file: 'app.js', line: 2 }] },
  ]);
  const text = textOf(report);
  for (const line of [
    'app.js:4  client.responses.create\n',
    'app.js:5  client.beta.threads.create\n',
    'openai: BedrockOpenAI is missing, NoSuchType is missing, Configuration is missing, OpenAIApi is missing (app.js:1 and 1 more)',
    'openai/nowhere: does not resolve (app.js:2)',
    '\nNot yet: ',
  ])
    expect(text).toContain(line);
  expect(run({ 'app.js': "import { AzureOpenAI } from 'openai';" }).canSwitch).toBe(true);
});

it('knows all names that only explain themselves', () => {
  expect([...standIns].toSorted()).toEqual([...Object.keys(absent), 'Responses'].toSorted());
});

it('reads what installed packages import, and lets them keep openai when it is missing', () => {
  const manifest = (name: string, version: string): string => JSON.stringify({ name, version });
  const report = run({
    'src/index.ts': usual,
    'node_modules/langsmith/package.json': manifest('langsmith', '0.3.30'),
    'node_modules/langsmith/dist/index.js': "import { BedrockOpenAI, Nothing } from 'openai';",
    'node_modules/langsmith/dist/index.d.ts': "import type { A } from 'openai/resources/nowhere';",
    'node_modules/portkey-ai/package.json': manifest('portkey-ai', '3.1.0'),
    'node_modules/portkey-ai/dist/index.cjs': "const a = require('openai');",
  });
  const missing = Object.fromEntries(report.dependents.map((each) => [each.name, each.missing]));
  expect(missing).toEqual({
    '@instructor-ai/instructor': undefined,
    langsmith: ['Nothing'],
    'portkey-ai': [],
    'zod-stream': undefined,
  });
  const alias = `npm:colloquy@^${report.version}`;
  expect(report.fields?.['overrides']).toEqual({
    langsmith: { openai: 'npm:openai@^7' },
    'portkey-ai': { openai: alias },
    'zod-stream': { openai: alias },
  });
});
