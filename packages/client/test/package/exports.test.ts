// The drop-in promise for imports: what can be imported from the original's chat paths can be imported from ours.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { entries } from '../../scripts/entries.ts';
import { install } from './installed.ts';
import type { Installed } from './installed.ts';

/** Every path of the original that has to do with chat, and which names there are not ours to offer. */
const paths: Record<string, readonly string[] | 'ours'> = {
  '': [],
  index: [],
  azure: [],
  client: [],
  version: [],
  error: [],
  streaming: [],
  pagination: [],
  'api-promise': [],
  resource: [],
  uploads: [],
  'core/api-promise': [],
  'core/error': [],
  'core/pagination': [],
  'core/resource': [],
  'core/streaming': [],
  'core/uploads': [],
  'core/EventEmitter': [],
  'helpers/zod': [],
  'helpers/standard-schema': [],
  'lib/ChatCompletionStream': [],
  'lib/ChatCompletionRunner': [],
  'lib/ChatCompletionStreamingRunner': [],
  'lib/AbstractChatCompletionRunner': [],
  'lib/EventStream': [],
  'lib/EventEmitter': [],
  'lib/RunnableFunction': [],
  'lib/parser': [],
  'lib/transform': [],
  'lib/ResponsesParser': [],
  'lib/responses/ResponseInputItems': [],
  'beta/realtime/ws': [], // in the original it needs `ws`, which is not installed here
  'beta/realtime/websocket': [],
  'resources/responses/responses': [],
  'lib/jsonschema': [],
  'lib/Util': [],
  'lib/chatCompletionUtils': [],
  'lib/chat-completions/streaming': [],
  resources: 'ours',
  'resources/index': 'ours',
  'resources/chat': [],
  'resources/chat/index': [],
  'resources/chat/chat': [],
  'resources/chat/completions': [],
  'resources/chat/completions/index': [],
  'resources/chat/completions/completions': [],
  'resources/chat/completions/messages': [],
  'resources/shared': [],
  'resources/completions': [],
  'resources/embeddings': [],
  'resources/models': [],
  'resources/moderations': [],
};

/** The classes of `resources` that are ours too. */
const resources = ['Chat', 'Completions', 'Embeddings', 'Models', 'Moderations'];

/** Which values each path exports, by path; or why it could not be loaded. */
const survey = (specifiers: string[], load: string): string => `
  const found = {};
  for (const path of ${JSON.stringify(specifiers)}) {
    try {
      const module = ${load};
      found[path] = Object.fromEntries(Object.keys(module).map((name) => [name, typeof module[name]]));
    } catch (error) {
      found[path] = String(error);
    }
  }
  report(found);`;
const asModules = "await import('openai' + (path && '/') + path)";
const asCommonJS = "require('openai' + (path && '/') + path)";

type Survey = Record<string, Record<string, string> | string>;

let ours: Installed;
let original: Installed;
let expected: Survey;

beforeAll(() => {
  ours = install();
  original = install('original');
  expected = original.run('commonjs', survey(Object.keys(paths), asCommonJS)) as Survey;
});
afterAll(() => {
  ours?.remove();
  original?.remove();
});

describe.each([
  ['import', 'module', asModules],
  ['require', 'commonjs', asCommonJS],
] as const)('%s', (_, kind, load) => {
  it.each(['', '.js', '.mjs'])(`finds every chat path and every name, spelled with "%s"`, (ending) => {
    const specifiers = Object.keys(paths).filter((path) => path !== '' || ending === '');
    const found = ours.run(
      kind,
      survey(
        specifiers.map((path) => path + ending),
        load,
      ),
    ) as Survey;
    const missing: string[] = [];
    for (const path of specifiers) {
      const here = found[path + ending];
      if (typeof here !== 'object') {
        missing.push(`${path}: ${here}`);
        continue;
      }
      const out = paths[path]!;
      const names = path === 'beta/realtime/ws' ? { OpenAIRealtimeWS: 'function' } : expected[path]!;
      for (const [name, type] of Object.entries(names as Record<string, string>)) {
        const outOfScope = out === 'ours' ? !resources.includes(name) : out.includes(name);
        if (!outOfScope && here[name] !== type)
          missing.push(`${path}: ${name} is ${here[name]}, not ${type}`);
      }
    }
    expect(missing).toEqual([]);
  });

  it('gives the parts the original does not have', () => {
    const found = ours.run(kind, survey(['accumulate', 'core', 'otel', 'relay'], load)) as Survey;
    expect(found['accumulate']).toMatchObject({ accumulate: 'function', complete: 'function' });
    expect(found['otel']).toEqual({ instrument: 'function' });
    expect(found['core']).toMatchObject({ default: 'function', OpenAI: 'function', APIError: 'function' });
  });

  it('keeps everything else private', () => {
    const inner = ['package.json', 'dist/index.js', 'src/client.ts', 'errors/public', 'internal/core'];
    for (const reason of Object.values(ours.run(kind, survey(inner, load)) as Survey))
      expect(reason).toMatch(/is not defined by "exports"|Cannot find module/);
  });
});

it('tests every import path', () => {
  const own = new Set(['accumulate', 'core', 'otel', 'relay']);
  expect(entries.filter((path) => !own.has(path) && !(path in paths))).toEqual([]);
});

it('exports nothing from modules that are types only', () => {
  const typesOnly = ['resources/shared', 'lib/jsonschema'];
  const found = ours.run('module', survey(typesOnly, asModules)) as Survey;
  expect(Object.values(found)).toEqual(typesOnly.map(() => ({})));
});
