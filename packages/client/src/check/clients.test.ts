import { expect, it } from 'vitest';
import { Source } from './clients.ts';
import { tokenize } from './tokens.ts';

const head = "import OpenAI from 'openai';\nconst client = new OpenAI({ apiKey: 'k' });\n";
const uses = (code: string): string[] =>
  new Source(tokenize(code))
    .read()
    .map(
      ({ path, streams, guessed }) =>
        `${path.join('.')}${streams ? ' streams' : ''}${guessed ? ' guessed' : ''}`,
    );

it.each([
  ['a variable', 'client.files.list()', ['files.list']],
  [
    'a stream',
    'client.chat.completions.create({ model, stream: true })',
    ['chat.completions.create streams'],
  ],
  ['optional chains, assertions and keys', "client?.images!['generate']()", ['images.generate']],
  ['a new client at once', 'new OpenAI().batches.list()', ['batches.list']],
  ['withOptions', 'client.withOptions({ timeout: 1 }).files.list()', ['files.list']],
  [
    'an alias',
    'const c = client.chat.completions; c.parse({})',
    ['chat.completions', 'chat.completions.parse'],
  ],
  [
    'destructuring',
    'const { responses, chat: { completions }, files: f = null } = client; responses.create(); f.list()',
    ['responses', 'chat', 'files', 'responses.create', 'files.list'],
  ],
  [
    'a field',
    'class A { #ai = new OpenAI(); run() { return this.#ai.audio.speech.create() } }',
    ['audio.speech.create'],
  ],
  ['a typed field', 'class A { private ai?: OpenAI; run() { this.ai!.images.edit() } }', ['images.edit']],
  [
    'a parameter property',
    'class A { constructor(private ai: OpenAI) {} run() { this.ai.videos.create() } }',
    ['videos.create'],
  ],
  [
    'a field set later',
    'class A { constructor() { this.ai = new OpenAI() } run() { this.ai.uploads.create() } }',
    ['uploads.create'],
  ],
  ['a parameter', 'function f(ai: OpenAI) { ai.files.list() }', ['files.list']],
  ['a property', 'const deps = { ai: new OpenAI() }; deps.ai.files.list()', ['files.list']],
  [
    'a function',
    'function make() { if (x) { y() } return new OpenAI() } make().files.list()',
    ['files.list'],
  ],
  ['a function with a type', 'function make(): OpenAI { return client } make().files.list()', ['files.list']],
  ['an arrow function', 'const make = async () => new OpenAI(); (await make()).files.list()', ['files.list']],
  [
    'a variable that is filled on demand',
    'let c; function get() { c ??= new OpenAI(); return c } get().files.list()',
    ['files.list'],
  ],
  ['a wrapper', 'const traced = wrapOpenAI(new OpenAI()); traced.files.list()', ['files.list']],
  ['a subclass', 'class Mine extends OpenAI {} const m = new Mine(); m.files.list()', ['files.list']],
  ['a type', 'let image: OpenAI.Images.Image;', ['Images']],
  [
    'a use above its variable',
    'function f() { later.files.list() } const later = new OpenAI()',
    ['files.list'],
  ],
  [
    'an object that cannot be followed',
    'container.get(token).x; services.ai.responses.create({ stream: true })',
    ['responses.create streams guessed'],
  ],
  [
    'comments and strings',
    '// client.files.list()\n/* client.files */ "client.files.list()"; `client.files`',
    [],
  ],
  ['code inside a template', 'const s = `a ${client.files.list()}`', ['files.list']],
  ['what only looks like one', 'form.files.length; response.images; other.chat.send()', []],
])('follows %s', (_what, code, expected) => {
  expect(uses(head + code)).toEqual(expected);
});

it.each([
  ["const OpenAI = require('openai'); new OpenAI().files.list()"],
  ["const { OpenAI } = require('openai'); new OpenAI().files.list()"],
  ["const { default: AI } = await import('openai'); new AI().files.list()"],
  ["import * as ai from 'openai'; new ai.OpenAI().files.list()"],
  ['import { OpenAI as AI, type ClientOptions } from "openai"; new AI().files.list()'],
  ["import AI = require('openai'); new AI().files.list()"],
  ["var import_openai = __toESM(require('openai'), 1); new import_openai.default().files.list()"],
  ["import { AzureOpenAI } from 'openai/azure'; new AzureOpenAI().files.list()"],
])('knows the class of %s', (code) => {
  expect(uses(code)).toEqual(['files.list']);
});

it('lists imports with their names and whether they are types', () => {
  const { imports } = new Source(
    tokenize(`import type { A } from 'openai/resources'; export { zodFunction } from 'openai/helpers/zod';
      export * from 'openai/error'; import 'openai/shims/node'; const t = require('openai/uploads').toFile;
      import { x } from './openai'; const text = "import y from 'openai'";`),
  );
  expect(imports.map(({ specifier, names, types }) => [specifier, names, types])).toEqual([
    ['openai/resources', ['A'], true],
    ['openai/helpers/zod', ['zodFunction'], false],
    ['openai/error', ['*'], false],
    ['openai/shims/node', [], false],
    ['openai/uploads', ['toFile'], false],
    ['./openai', ['x'], false],
  ]);
});
