// The work grows with what is sent to the server, kept in its store, or read from files: twice the list costs twice as much.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect } from 'vitest';
import { holdGrowth, type Law } from '../../../test/growth.ts';
import { Cassette } from '../src/cassette/cassette.ts';
import { CassetteWriter, loadCassette } from '../src/cassette/file.ts';
import { Matching } from '../src/cassette/matching.ts';
import type { Exchange } from '../src/cassette/recording.ts';
import { exchangeOf } from '../src/cassette/record.ts';
import { Secrets } from '../src/cassette/secrets.ts';
import { keysIn } from '../src/commands/key-file.ts';
import { parseConfigFile } from '../src/config-file/config-file.ts';
import { readChunks } from '../src/doctor/frames.ts';
import { parseFixtures } from '../src/fixtures/files.ts';
import { Fixtures } from '../src/fixtures/fixtures.ts';
import { edited } from '../src/gateway/members.ts';
import { StreamTap } from '../src/gateway/tap.ts';
import { keyCheck } from '../src/http/auth.ts';
import { Upstreams } from '../src/models/upstreams.ts';
import { sandboxModel } from '../src/sandbox/model.ts';
import { loadTokenizer } from '../src/sandbox/tokens.ts';
import { atOnce, inSlices } from '../src/slices.ts';
import { openDatabase } from '../src/store/database.ts';
import { exportRows, importRows, pruneRows } from '../src/store/transfer.ts';
import { createSandbox } from '../src/testing/sandbox.ts';
import { testApp, type TestApp } from './support/app.ts';
import { record } from './support/records.ts';

type Fields = Record<string, any>;

const list = <T>(count: number, item: (at: number) => T): T[] =>
  Array.from({ length: count }, (_, at) => item(at));
const named = <T>(count: number, value: (at: number) => T): Record<string, T> =>
  Object.fromEntries(list(count, (at) => [`p${at}`, value(at)]));
const lines = (count: number, line: (at: number) => string): string => list(count, line).join('\n');

let app: TestApp;
const folder = mkdtempSync(join(tmpdir(), 'colloquy-growth-'));
beforeAll(async () => {
  app = await testApp({ model: { ...sandboxModel(), id: 'm' }, config: { maxValues: Infinity } });
  await Promise.all([loadTokenizer(), loadTokenizer('cl100k')]);
});
afterAll(async () => {
  await app.close();
  rmSync(folder, { recursive: true });
});

const user = { role: 'user', content: 'Hi' };

/** Sends it as a completion request, and reads the response. */
async function send(fields: Fields, headers?: Record<string, string>): Promise<void> {
  const body = { model: 'm', messages: [user], ...fields };
  const { status, body: got } = await app.ask('POST', '/v1/chat/completions', body, headers);
  expect(status, got.error?.message).toBe(200);
}
const sent = (size: number, make: (size: number) => Fields, most?: number): Law => ({
  size,
  make,
  read: (fields) => send(fields),
  ...(most !== undefined && { most }),
});

const formed = (schema: object): Fields => ({
  response_format: { type: 'json_schema', json_schema: { name: 's', schema } },
});
const objectOf = (properties: Fields): Fields => ({
  type: 'object',
  properties,
  required: Object.keys(properties),
  additionalProperties: false,
});
const string = { type: 'string' };
const functionTool = (at: number): Fields => ({
  type: 'function',
  function: { name: `f${at}`, parameters: objectOf({ a: string }) },
});
const callOf = (at: number): Fields => ({
  id: `i${at}`,
  type: 'function',
  function: { name: `f${at}`, arguments: '{}' },
});

// Some lists are limited, as those of the API are: `most` is the longest.
describe('a request with many', () => {
  holdGrowth({
    messages: sent(1_024, (size) => ({ messages: list(size, () => user) }), 2_048),
    'stored messages': sent(1_024, (size) => ({ store: true, messages: list(size, () => user) }), 2_048),
    'calls with results': sent(
      1_023,
      (size) => ({
        messages: [
          user,
          ...list(size / 2, (at) => [
            { role: 'assistant', tool_calls: [callOf(at)] },
            { role: 'tool', tool_call_id: `i${at}`, content: 'done' },
          ]).flat(),
        ],
      }),
      2_046,
    ),
    'calls in one message': sent(
      64,
      (size) => ({
        messages: [
          user,
          { role: 'assistant', tool_calls: list(size, callOf) },
          ...list(size, (at) => ({ role: 'tool', tool_call_id: `i${size - 1 - at}`, content: 'done' })),
        ],
      }),
      128,
    ),
    'parts of a message': sent(1_000, (size) => ({
      messages: [{ role: 'user', content: list(size, (at) => ({ type: 'text', text: `${at}` })) }],
    })),
    tools: sent(64, (size) => ({ tools: list(size, functionTool) }), 128),
    'tools, all called': sent(
      64,
      (size) => ({
        tools: list(size, functionTool),
        messages: [{ role: 'user', content: list(size, (at) => `f${at}`).join(' ') }],
      }),
      128,
    ),
    'values of an enum': sent(2_500, (size) =>
      formed(objectOf({ a: { enum: list(size, (at) => `v${at}`) } })),
    ),
    'objects in an enum': sent(1_000, (size) =>
      formed(objectOf({ a: { enum: list(size, (at) => ({ at })) } })),
    ),
    properties: sent(250, (size) => formed(objectOf(named(size, () => string)))),
    'required names': sent(
      250,
      (size) => formed({ type: 'object', required: list(size, (at) => `p${at}`), properties: {} }),
      8_000,
    ),
    definitions: sent(250, (size) =>
      formed({
        ...objectOf({ a: { type: 'null' } }),
        $defs: named(size, (at) => ({ anyOf: [{ $ref: '#' }, { const: at }] })),
      }),
    ),
    'references to one definition': sent(250, (size) =>
      formed({ ...objectOf(named(size, () => ({ $ref: '#/$defs/a' }))), $defs: { a: string } }),
    ),
    'references to anchors': sent(62, (size) =>
      formed({
        ...objectOf(named(size, (at) => ({ $ref: `#a${at}` }))),
        $defs: named(size, (at) => ({ $anchor: `a${at}`, type: 'null' })),
      }),
    ),
    branches: sent(250, (size) => formed(objectOf({ a: { anyOf: list(size, (at) => ({ const: at })) } }))),
    'parts of an intersection': sent(
      250,
      (size) => formed({ type: 'object', allOf: list(size - 2, () => ({ minProperties: 1 })) }),
      500,
    ),
    'items of an array': sent(500, (size) =>
      formed(objectOf({ a: { type: 'array', items: string, minItems: size } })),
    ),
    'items of a tuple': sent(250, (size) =>
      formed(objectOf({ a: { type: 'array', prefixItems: list(size, () => string), minItems: size } })),
    ),
    'unique items': sent(125, (size) =>
      formed(objectOf({ a: { type: 'array', items: string, minItems: size, uniqueItems: true } })),
    ),
    // The sandbox writes up to 20,000.
    'characters of a text': sent(
      2_500,
      (size) => formed(objectOf({ a: { type: 'string', minLength: size } })),
      20_000,
    ),
    'levels of objects': sent(
      40,
      (size) => formed(list(size, String).reduce<Fields>((inner) => objectOf({ a: inner }), string)),
      80,
    ),
    'unknown parameters': sent(2_500, (size) => named(size, String)),
    'fields of an unknown parameter': sent(2_500, (size) => ({ extra: named(size, String) })),
    letters: sent(100_000, (size) => ({ messages: [{ role: 'user', content: 'a'.repeat(size) }] }), 400_000),
    words: sent(
      20_000,
      (size) => ({ messages: [{ role: 'user', content: 'some words '.repeat(size / 2) }] }),
      40_000,
    ),
    quotations: sent(
      20_000,
      (size) => ({ messages: [{ role: 'user', content: 'say "'.repeat(size / 2) }] }),
      40_000,
    ),
    choices: sent(16, (size) => ({ n: size, logprobs: true, top_logprobs: 5 }), 128),
    'tokens to avoid': sent(500, (size) => ({
      logit_bias: Object.fromEntries(list(size, (at) => [at, -1])),
    })),
    tokens: sent(500, (size) => ({
      stream: false,
      ...formed(objectOf({ a: { type: 'string', minLength: 5 * size } })),
      logprobs: true,
    })),
    headers: {
      size: 250,
      make: (size) => Object.fromEntries(list(size, (at) => [`x-p${at}`, `value ${at}`])),
      read: (headers) => send({}, headers),
    },
    'texts to embed': {
      size: 64,
      most: 2_048,
      make: (size) => ({ model: 'm', input: list(size, (at) => `text ${at}`) }),
      read: async (body) => expect((await app.ask('POST', '/v1/embeddings', body)).status).toBe(200),
    },
    'texts to moderate': {
      size: 125,
      make: (size) => ({ model: 'm', input: list(size, (at) => `text ${at}`) }),
      read: async (body) => expect((await app.ask('POST', '/v1/moderations', body)).status).toBe(200),
    },
    prompts: {
      size: 62,
      make: (size) => ({ model: 'm', prompt: list(size, (at) => `text ${at}`), max_tokens: 5, logprobs: 2 }),
      read: async (body) => expect((await app.ask('POST', '/v1/completions', body)).status).toBe(200),
    },
  });
});

const rows = (size: number, fields: (at: number) => object = () => ({})) =>
  list(size, (at) => ({
    project: 'default',
    ...record({ id: `c${at}`, created: 1_700_000_000 + at, metadata: { team: `t${at % 3}` }, ...fields(at) }),
  }));

/** A database with so many completions. */
async function filled(size: number): Promise<TestApp> {
  const made = await testApp();
  await Promise.all(rows(size).map(({ project: _, ...row }) => made.store.insert(row)));
  return made;
}

/** Reads the list to its end, page by page. */
async function readPages(size: number, query: string): Promise<number> {
  const app = await databaseOf(size);
  let seen = 0;
  for (let after = ''; ;) {
    const page = await app.ask('GET', `/v1/chat/completions?${query}${after && `&after=${after}`}`);
    expect(page.status).toBe(200);
    seen += page.body.data.length;
    if (!page.body.has_more) return seen;
    after = page.body.last_id;
  }
}

const databases = new Map<number, Promise<TestApp>>();
function databaseOf(size: number): Promise<TestApp> {
  const known = databases.get(size) ?? filled(size);
  databases.set(size, known);
  return known;
}
afterAll(() => Promise.all([...databases.values()].map(async (database) => (await database).close())));

describe('stored completions, many of them', () => {
  holdGrowth({
    'in pages': { size: 125, read: async (size) => expect(await readPages(size, 'limit=20')).toBe(size) },
    'in pages of one': {
      size: 50,
      read: async (size) => expect(await readPages(size, 'limit=1')).toBe(size),
    },
    'in pages of a filter': {
      size: 180,
      read: async (size) => expect(await readPages(size, 'limit=20&metadata[team]=t0')).toBe(size / 3),
    },
    'inserted, listed and removed': {
      size: 50,
      read: async (size) => {
        const { store, close } = await testApp();
        for (const { project: _, ...row } of rows(size)) await store.insert(row);
        await store.list({ limit: 100, order: 'desc' });
        await store.clear();
        await close();
      },
    },
    'imported, exported and pruned': {
      size: 100,
      make: (size) => rows(size),
      read: async (records) => {
        const db = await openDatabase(':memory:');
        await importRows(db, records);
        let seen = 0;
        for await (const _ of exportRows(db, { project: 'default' })) seen++;
        expect(seen).toBe(records.length);
        await pruneRows(db, 2_000_000_000, undefined, () => {});
        await db.destroy();
      },
    },
    'messages of one, in pages': {
      size: 100,
      make: (size) => ({ size, messages: list(size, () => user) }),
      read: async ({ size, messages }) => {
        const { store, close } = await testApp();
        await store.insert(record({ id: 'one' }, 'Hi', messages));
        const page = await store.messages('one', { after: undefined, limit: 100, order: 'asc' });
        expect(page?.data).toHaveLength(Math.min(100, size));
        await close();
      },
    },
  });
});

const fixture = (at: number): Fields => ({ when: { lastUser: `question ${at}` }, reply: `reply ${at}` });
const facts = (content: string): any => ({
  body: { model: 'm', messages: [{ role: 'user', content }] },
  headers: new Headers(),
});

describe('fixtures, many of them', () => {
  holdGrowth({
    'in a JSON file': {
      size: 250,
      make: (size) => JSON.stringify(list(size, fixture)),
      read: (text) => parseFixtures(text),
    },
    'in a YAML file': {
      size: 250,
      make: (size) => lines(size, (at) => `- when: { lastUser: question ${at} }\n  reply: reply ${at}`),
      read: (text) => parseFixtures(text),
    },
    'that a request is compared with': {
      size: 1_000,
      make: (size) => ({ fixtures: new Fixtures(list(size, fixture) as never), last: size - 1 }),
      read: ({ fixtures, last }) => expect(fixtures.find(facts(`question ${last}`))).toBeDefined(),
    },
    'of which the nearest is wanted': {
      size: 250,
      make: (size) => new Fixtures(list(size, fixture) as never),
      read: (fixtures) => expect(fixtures.nearest(facts('question'))).toBeDefined(),
    },
    'added one by one': {
      size: 1_000,
      read: (size) => {
        const fixtures = new Fixtures();
        for (let at = 0; at < size; at++) fixtures.add(fixture(at) as never);
      },
    },
    'replies in turn': {
      size: 250,
      read: (size) => {
        const fixtures = new Fixtures([{ when: {}, reply: list(size, String) }]);
        for (let at = 0; at < size; at++) expect(fixtures.find(facts('Hi'))?.reply).toBe(`${at}`);
      },
    },
  });
});

const exchange = (at: number): Exchange => ({
  version: 1,
  request: {
    path: '/chat/completions',
    body: { model: 'm', messages: [{ role: 'user', content: `Hi ${at}` }] },
  },
  response: { json: { id: `c${at}` } },
});
const asked = (at: number): any => ({
  path: '/chat/completions',
  headers: new Headers({ authorization: 'Bearer sk-0123456789' }),
  body: Buffer.from(''),
  value: exchange(at).request.body,
  signal: new AbortController().signal,
});
const file = (text: string): string => {
  const path = join(folder, `${Math.random()}`);
  writeFileSync(path, text);
  return path;
};

describe('a cassette with many', () => {
  holdGrowth({
    lines: {
      size: 250,
      make: (size) => file(lines(size, (at) => JSON.stringify(exchange(at)))),
      read: (path) => Cassette.open({ file: path }),
    },
    'lines that were not finished': {
      size: 250,
      make: (size) => file(lines(size, (at) => JSON.stringify(exchange(at)).slice(0, 60))),
      read: async (path) => expect((await loadCassette(path)).lines).toEqual([]),
    },
    'parts of a line that were not finished': {
      size: 5_000,
      make: (size) => file(list(size, (at) => JSON.stringify(exchange(at)).slice(0, 60)).join('')),
      read: async (path) => expect((await loadCassette(path)).lines).toEqual([]),
    },
    'requests, each replayed': {
      size: 100,
      make: (size) => list(size, exchange),
      read: async (exchanges) => {
        const cassette = await Cassette.open({ exchanges });
        for (let at = 0; at < exchanges.length; at++) await (await cassette.respond(asked(at))).text();
      },
    },
    'recordings of one request': {
      size: 100,
      make: (size) => list(size, () => exchange(0)),
      read: async (exchanges) => {
        const cassette = await Cassette.open({ exchanges });
        for (let at = 0; at < exchanges.length; at++) await (await cassette.respond(asked(0))).text();
      },
    },
    'requests that one is not among': {
      size: 250,
      make: (size) => Cassette.open({ exchanges: list(size, exchange) }),
      read: async (cassette) => expect((await cassette).respond(asked(-1))).rejects.toThrow('nearest'),
    },
    'messages in two requests': {
      size: 500,
      make: (size) =>
        [0, 1].map((add) => ({ path: '/', body: { messages: list(size, (at) => `${at + add}`) } })),
      read: ([one, other]: any) => {
        const matching = new Matching(['messages[*].name', 'messages[3]']);
        expect(matching.keyOf(one)).not.toBe(matching.keyOf(other));
        expect(matching.differences(one, other).length).toBeGreaterThan(1);
      },
    },
    'lines that are written': {
      size: 125,
      read: (size) => {
        const writer = new CassetteWriter(join(folder, `${Math.random()}`));
        for (let at = 0; at < size; at++) writer.append(exchange(at));
        writer.close();
      },
    },
    'parts of a response': {
      size: 500,
      make: (size) => list(size, (at): [number, Buffer] => [at, Buffer.from(`data: {"n":${at}}\n\n`)]),
      read: (parts) => {
        const headers = new Headers({ 'content-type': 'text/event-stream' });
        const arrived = { status: 200, headers, ms: 1, parts, broken: false };
        return inSlices(exchangeOf(exchange(0).request, arrived, new Secrets(['sk-0123456789'])));
      },
    },
    'fields to search for credentials': {
      size: 1_000,
      make: (size) => named(size, (at) => `sk-proj-0123456789abcdef${at}`),
      read: (value) => atOnce(new Secrets(['sk-0123456789']).value(value)),
    },
  });
});

const chunk = (delta: object): string =>
  `data: ${JSON.stringify({ id: 'c', model: 'm', choices: [{ index: 0, delta, finish_reason: null }] })}\n\n`;

describe('what an upstream sends, with many', () => {
  const tapped = async (parts: readonly Uint8Array[]): Promise<void> => {
    const headers = new Headers({ 'content-type': 'text/event-stream' });
    const tap = new StreamTap({ model: 'm', messages: [] }, headers);
    for (const part of parts) await tap.add(part);
    tap.end();
    await tap.reading.catch(() => {});
  };
  holdGrowth({
    chunks: {
      size: 250,
      make: (size) => list(size, (at) => Buffer.from(chunk({ content: `${at}` }))),
      read: tapped,
    },
    'parts of one chunk': {
      size: 1_000,
      make: (size) =>
        chunk({ content: 'a'.repeat(8 * size) })
          .match(/[^]{1,8}/g)!
          .map((part) => Buffer.from(part)),
      read: tapped,
    },
    'lines for the doctor': {
      size: 1_000,
      make: (size) =>
        `${'data: {}\n'.repeat(size)}\n${'data: {}\n\n'.repeat(size)}${': ping\n'.repeat(size)}`,
      read: readChunks,
    },
    'members in a request to change': {
      size: 500,
      make: (size) =>
        Buffer.from(JSON.stringify({ model: 'm', ...named(size, (at) => ({ at, text: '\\"' })) })),
      read: (bytes) => atOnce(edited(bytes, new Map([['model', { value: 'other' }]]))),
    },
    'members to change': {
      size: 1_000,
      make: (size) => Buffer.from(`{${list(size, (at) => `"model":"${at}"`).join()}}`),
      read: (bytes) => atOnce(edited(bytes, new Map([['model', { value: 'other' }]]))),
    },
    'backslashes in a string': {
      size: 10_000,
      make: (size) => Buffer.from(JSON.stringify({ model: '\\"'.repeat(size) })),
      read: (bytes) => atOnce(edited(bytes, new Map([['model', { value: 'other' }]]))),
    },
  });
});

describe('a configuration with many', () => {
  const env = { KEY: 'sk-0123456789' };
  const parsed = (size: number, make: (size: number) => string): Law => ({
    size,
    make,
    read: (text) => parseConfigFile(text, 'colloquy.yaml', env),
  });
  holdGrowth({
    upstreams: parsed(
      500,
      (size) =>
        `upstreams:\n${lines(size, (at) => `  u${at}: { baseURL: http://h${at}/v1, key: '\${KEY}' }`)}`,
    ),
    models: parsed(
      500,
      (size) => `models:\n${lines(size, (at) => `  m${at}: { upstream: ollama, name: n${at} }`)}`,
    ),
    fallbacks: parsed(
      1_000,
      (size) =>
        `models:\n  m: { upstream: ollama, fallbacks: [${list(size, (at) => `ollama/n${at}`).join(', ')}] }`,
    ),
    keys: parsed(125, (size) => `keys:\n${lines(size, (at) => `  - { name: k${at}, hash: 'sha256:0' }`)}`),
    'headers of an upstream': parsed(
      1_000,
      (size) => `upstreams:\n  ollama:\n    headers:\n${lines(size, (at) => `      x-h${at}: v${at}`)}`,
    ),
    'references in a text': parsed(
      1_000,
      (size) => `upstreams:\n  ollama: { headers: { x: '${'${KEY}'.repeat(size)}' } }`,
    ),
    'models that are found': {
      size: 250,
      make: (size) => new Upstreams({ upstreams: {}, models: named(size, () => ({ upstream: 'ollama' })) }),
      read: (upstreams) => upstreams.names.map((name: string) => upstreams.targets(name)),
    },
    'keys in a file': {
      size: 2_500,
      make: (size) => file(lines(size, (at) => `sk-${at}`)),
      read: keysIn,
    },
    'keys that one is compared with': {
      size: 500,
      make: (size) => keyCheck({ apiKeys: list(size, (at) => `sk-${at}`), keys: [] }),
      read: (check) => check(new Headers({ authorization: 'Bearer sk-7' })),
    },
  });
});

describe('requests, one after the other', () => {
  holdGrowth({
    'recorded for a test, with a fixture': {
      size: 37,
      read: async (size) => {
        await using sandbox = await createSandbox();
        sandbox.on({ lastUser: 'Hi' }).reply('Hello');
        for (let at = 0; at < size; at++) {
          const response = await sandbox.fetch('http://h/v1/chat/completions', {
            method: 'POST',
            headers: { 'content-type': 'application/json' },
            body: JSON.stringify({ model: 'm', messages: [user] }),
          });
          await response.text();
        }
        expect(sandbox.requests).toHaveLength(size);
        expect(sandbox.requests.at(-1)?.response?.body).toBeDefined();
      },
    },
    'logged as JSON': {
      size: 37,
      read: async (size) => {
        const logging = await testApp({ config: { logFormat: 'json' } });
        for (let at = 0; at < size; at++) await logging.ask('GET', '/v1/models');
        expect(logging.logged).toHaveLength(size);
        await logging.close();
      },
    },
  });
});
