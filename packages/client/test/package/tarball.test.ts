// The package as npm would get it: its size, its promises to tools, and its types under every way of resolving modules.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { entries } from '../../scripts/entries.ts';
import { installed as limits } from '../../scripts/installed-limits.ts';
import { bin, filesOf, install } from './installed.ts';
import type { Installed } from './installed.ts';

let ours: Installed;
let manifest: Record<string, any>;

beforeAll(() => {
  ours = install();
  manifest = JSON.parse(readFileSync(join(ours.folder, 'package.json'), 'utf8')) as Record<string, any>;
});
afterAll(() => ours?.remove());

it('has no runtime dependency and runs nothing when it is installed', () => {
  expect(manifest['dependencies'] ?? {}).toEqual({});
  expect(manifest['optionalDependencies'] ?? {}).toEqual({});
  expect(manifest['bundledDependencies'] ?? []).toEqual([]);
  for (const peer of Object.keys(manifest['peerDependencies'] ?? {}))
    expect(manifest['peerDependenciesMeta'][peer]).toEqual({ optional: true });
  for (const script of ['preinstall', 'install', 'postinstall', 'prepare'])
    expect(manifest['scripts'] ?? {}).not.toHaveProperty(script);
});

it(`unpacks to at most ${limits.bytes} bytes in ${limits.files} files, and has nothing in it but the build and texts`, () => {
  const files = filesOf(ours.folder);
  const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
  expect(bytes).toBeLessThanOrEqual(limits.bytes);
  expect(files.length).toBeLessThanOrEqual(limits.files);
  const strange = files.filter(
    ({ file }) =>
      !/^(dist[/\\].*\.(c?js|d\.c?ts)|package\.json|LICENSE|README\.md|llms\.txt|skills[/\\]colloquy[/\\]SKILL\.md)$/.test(
        file,
      ),
  );
  expect(strange).toEqual([]);
});

it('imports nothing but its own files, the peer that an entry is for, and Node in its command', async () => {
  const modules = filesOf(ours.folder).filter(({ file }) => /\.c?js$/.test(file));
  const { metafile } = await build({
    entryPoints: modules.map(({ file }) => ({ in: join(ours.folder, file), out: file })),
    outdir: 'unused',
    bundle: true,
    packages: 'external',
    write: false,
    metafile: true,
  });
  const allowed = [
    { file: /zod/, path: /^zod(\/|$)/ },
    { file: /\bdist\/entries\/otel\.c?js$/, path: /^@opentelemetry\/api$/ },
    { file: /\bdist\/check\.js$/, path: /^node:/ },
  ];
  const foreign = Object.entries(metafile.inputs).flatMap(([file, { imports }]) =>
    imports.filter(
      ({ external, path }) =>
        external && !allowed.some((pair) => pair.file.test(file) && pair.path.test(path)),
    ),
  );
  expect(foreign).toEqual([]);
});

it('is quick to import: the root is three files, and every module is ASCII', async () => {
  const { metafile } = await build({
    entryPoints: [join(ours.folder, 'dist/entries/index.js')],
    bundle: true,
    write: false,
    metafile: true,
  });
  expect(Object.keys(metafile.inputs).length).toBeLessThanOrEqual(3);
  // V8 keeps a text with other characters in two bytes each, and takes a third longer to parse it.
  const modules = filesOf(ours.folder).filter(({ file }) => /\.c?js$/.test(file));
  const others = modules.filter(({ file }) =>
    /[\x80-\xff]/.test(readFileSync(join(ours.folder, file), 'latin1')),
  );
  expect(others.map(({ file }) => file)).toEqual([]);
});

it('does nothing when it is imported', () => {
  const program = `
    await import('zod').catch(() => {});
    const state = () => ({
      globals: Object.getOwnPropertyNames(globalThis).sort().join(),
      listeners: process.eventNames().map(String).sort().join(),
      resources: process.getActiveResourcesInfo().filter((kind) => kind === 'Timeout' || kind === 'Immediate').length,
      env: JSON.stringify(process.env),
      array: Object.getOwnPropertyNames(Array.prototype).length,
      error: Object.getOwnPropertyNames(Error).join(),
    });
    let fetched = 0;
    const { fetch } = globalThis;
    globalThis.fetch = (...given) => { fetched += 1; return fetch(...given); };
    const before = state();
    for (const path of ${JSON.stringify(entries)}) await import('openai/' + path);
    report({ same: JSON.stringify(state()) === JSON.stringify(before), fetched });`;
  expect(ours.run('module', program)).toEqual({ same: true, fetched: 0 });
});

it('passes publint', async () => {
  const { messages, pkg } = await publint({ pkgDir: ours.folder, pack: false, strict: true });
  expect(messages.map((message) => formatMessage(message, pkg))).toEqual([]);
});

it(
  'resolves to its types, of the right kind, for every resolver that arethetypeswrong knows',
  { timeout: 120_000 },
  () => {
    const { stdout } = spawnSync(
      bin('attw'),
      [ours.tarball, '--format', 'json', '--entrypoints', '.', ...entries],
      {
        encoding: 'utf8',
        maxBuffer: 1 << 28,
      },
    );
    const result = JSON.parse(stdout) as { analysis: { problems: unknown[] } };
    expect(result.analysis.problems).toEqual([]);
  },
);

describe('a program in TypeScript', { timeout: 120_000 }, () => {
  const program = `
    import OpenAI, { APIError, type ClientOptions } from 'openai';
    ${entries.map((path, index) => `import type * as module${index} from 'openai/${path}';`).join('\n')}
    import type { ChatCompletionMessageParam } from 'openai/resources/chat/completions';
    import type { ChatModel } from 'openai/resources/shared.js';
    import { NotFoundError } from 'openai/error.mjs';
    ${entries.map((_, index) => `export type Module${index} = typeof module${index};`).join('\n')}
    const options: ClientOptions = { apiKey: 'key' };
    const client = new OpenAI(options);
    const messages: ChatCompletionMessageParam[] = [{ role: 'user', content: 'hello' }];
    const model: ChatModel = 'gpt-4o';
    export async function ask(): Promise<string | null> {
      const completion: OpenAI.Chat.Completions.ChatCompletion = await client.chat.completions.create({ model, messages });
      for await (const chunk of await client.chat.completions.create({ model, messages, stream: true })) {
        const call: OpenAI.ChatCompletionChunk.Choice.Delta.ToolCall | undefined = chunk.choices[0]?.delta.tool_calls?.[0];
        if (call) return call.function?.name ?? null;
      }
      // @ts-expect-error: the types are there, not \`any\`
      completion.choices[0].message.content.nothing;
      return completion.choices[0]!.message.content;
    }
    export const isKnown = (error: unknown): boolean =>
      error instanceof APIError || error instanceof NotFoundError || error instanceof OpenAI.RateLimitError;
  `;
  const dom = { lib: ['es2022', 'dom', 'dom.iterable', 'dom.asynciterable'], types: [] };
  const old = {
    module: 'commonjs',
    moduleResolution: 'node10',
    esModuleInterop: true,
    ignoreDeprecations: '6.0',
  };

  it.each([
    ['an ECMAScript module for Node', 'a.mts', { module: 'nodenext', ...dom }],
    ['a CommonJS module for Node', 'b.cts', { module: 'nodenext', ...dom }],
    ['a CommonJS module without the DOM', 'b.cts', { module: 'node16', lib: ['es2022'], types: ['node'] }],
    ['a bundled module', 'c.ts', { module: 'esnext', moduleResolution: 'bundler', ...dom }],
    ['a module of the time before exports maps', 'd.ts', { ...old, ...dom }],
  ])('type-checks as %s, and so does every declaration file it sees', (_, file, options) => {
    expect(ours.check({ [file]: program }, { target: 'es2022', skipDefaultLibCheck: true, ...options })).toBe(
      '',
    );
  });
});
