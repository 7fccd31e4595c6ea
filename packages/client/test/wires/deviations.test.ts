// The table of deviations, the code that reads them and the sandbox that sends them know the same.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import * as calls from '../../../server/src/sandbox/quirks/calls.ts';
import * as chunks from '../../../server/src/sandbox/quirks/chunks.ts';
import * as errors from '../../../server/src/sandbox/quirks/errors.ts';
import * as reasoning from '../../../server/src/sandbox/quirks/reasoning.ts';
import * as text from '../../../server/src/sandbox/quirks/text.ts';
import * as usage from '../../../server/src/sandbox/quirks/usage.ts';
import { deviations as reported } from '../../../server/src/doctor/deviations.ts';
import { findQuirk, quirkNames } from '../../../server/src/sandbox/quirks.ts';
import { deviations, servers } from './deviations.ts';
import { deviationsPage, pageFile, squeeze } from './deviations-page.ts';

const src = new URL('../../src/', import.meta.url);
const sent: Record<string, unknown> = { ...calls, ...chunks, ...errors, ...reasoning, ...text, ...usage };

/** Exports of the sandbox that are no deviation. */
const tools = new Set(['numberOf', 'pythonTime', 'thoughts', 'usageAsAsked']);

/** Exports of `src/quirks` that read no deviation of their own. */
const parts: Record<string, string> = {
  'quirks/chunk.ts#normalizeChatCompletionChunk':
    'the row of a missing `finish_reason`, for chunks of your own',
  'quirks/chunk.ts#isPlain': 'the check that a chunk without deviations passes',
  'quirks/call-places.ts#bodyOf': 'the part of a call that has its name',
  'quirks/call-places.ts#callAt': 'finds what `placeDelta` has placed',
  'quirks/call-places.ts#callIndex': 'finds what `placeDelta` has placed',
  'quirks/reasoning.ts#Reasoning': 'what `addReasoning` adds to',
  'quirks/reasoning.ts#reasoningFields': 'the names that `addReasoning` knows',
  'quirks/reasoning.ts#sent': 'where `plainChunk` keeps what `addReasoning` reads',
  'quirks/tool-calls.ts#hasTextArguments': 'the check of `withTextArguments`',
};

/** Wires whose sandbox sends `deviation` in a function of that name; none when it is made for each wire anew. */
function wiresWith(deviation: string): string[] {
  return quirkNames.filter((name) => {
    const { deviations: list, error } = findQuirk(name)!;
    return error === sent[deviation] || list.some((one) => one === sent[deviation]);
  });
}

function exportsOf(file: string): string[] {
  const names = readFileSync(new URL(file, src), 'utf8').matchAll(
    /^export (?:async )?(?:function|const|class) (\w+)/gm,
  );
  return [...names].map(([, name]) => `${file}#${name}`);
}

test('the wires of the sandbox are the servers of the table', () => {
  expect(Object.keys(servers).toSorted()).toEqual(quirkNames.toSorted());
});

test('every deviation of the sandbox has a row', () => {
  const known = new Set([...tools, ...deviations.flatMap(({ sandbox = [] }) => sandbox)]);
  expect(Object.keys(sent).filter((name) => !known.has(name))).toEqual([]);
});

test('the doctor reports the names in the rows, and no others', () => {
  const named = new Set(deviations.flatMap(({ sandbox = [], doctor = [] }) => [...sandbox, ...doctor]));
  expect([...named].toSorted()).toEqual(Object.keys(reported).toSorted());
  expect(deviations.flatMap(({ doctor = [] }) => doctor).filter((name) => name in sent)).toEqual([]);
});

test('every wire of the sandbox is in a row', () => {
  const named = new Set(deviations.flatMap(({ wires = [] }) => wires));
  expect(quirkNames.filter((name) => !named.has(name))).toEqual([]);
});

describe.each(deviations.map((one) => [one.sends, one] as const))('%s', (_, one) => {
  const { wires = [], sandbox = [], reader, why, others } = one;

  test('names servers, and says why where it is not read or not sent', () => {
    expect([...wires, others ?? []].flat()).not.toEqual([]);
    for (const wire of wires) expect(servers).toHaveProperty([wire]);
    if (!reader) expect(why).toBeTruthy();
    if (sandbox.length === 0) expect(why).toContain('Not in the sandbox');
    else expect(why ?? '').not.toContain('Not in the sandbox');
  });

  test('names fixtures that exist', () => {
    for (const [, fixture] of why?.matchAll(/`(others\/[^`]+)`/g) ?? [])
      expect(existsSync(new URL(`fixtures/${fixture}`, import.meta.url)), fixture).toBe(true);
  });

  test('is read by what the table says', () => {
    if (!reader) return;
    const [file = ''] = reader.split('#');
    expect(existsSync(new URL(file, src)), reader).toBe(true);
    expect(exportsOf(file)).toContain(reader);
  });

  test('is sent by the wires the table names, and by no other', () => {
    for (const name of sandbox) {
      expect(sent, name).toHaveProperty([name]);
      const listed = deviations
        .filter((other) => other.sandbox?.includes(name))
        .flatMap((other) => other.wires ?? []);
      expect(listed, name).toEqual(expect.arrayContaining(wiresWith(name)));
    }
    const made = sandbox.filter((name) => wiresWith(name).length === 0);
    const senders = new Set(sandbox.flatMap(wiresWith));
    if (made.length === 0) expect(wires.filter((wire) => !senders.has(wire))).toEqual([]);
  });
});

test('every function of the room has a row, or is part of one', () => {
  const readers = new Set([...Object.keys(parts), ...deviations.map(({ reader }) => reader)]);
  const files = readdirSync(new URL('quirks', src)).filter((file) => !file.endsWith('.test.ts'));
  const unknown = files.flatMap((file) => exportsOf(`quirks/${file}`)).filter((name) => !readers.has(name));
  expect(unknown).toEqual([]);
  expect(Object.keys(parts).filter((name) => !exportsOf(name.split('#')[0]!).includes(name))).toEqual([]);
});

/** Words of names that are also words of their own. */
const common = new Set([
  'OpenAI',
  'Azure',
  'Face',
  'Hugging',
  'Ling',
  'Spring',
  'Studio',
  'Together',
  'Workers',
]);

test('no room names a server whose deviations it reads', () => {
  const words = Object.values(servers).flatMap((name) => name.match(/[A-Zv][A-Za-z]{3,}|llama\.cpp/g) ?? []);
  const names = [...new Set(words)].filter((word) => !common.has(word));
  const pattern = new RegExp(`\\b(${names.join('|').replaceAll('.', '\\.')})\\b`);
  const rooms = ['errors', 'http', 'quirks', 'stream', 'streaming', 'structured', 'tools', 'wire'];
  const named = rooms
    .flatMap((room) => readdirSync(new URL(room, src)).map((file) => `${room}/${file}`))
    .filter((file) => !file.endsWith('.test.ts'))
    .filter((file) => pattern.test(readFileSync(new URL(file, src), 'utf8')));
  // Its documentation tells users whose fields they find there.
  expect(named).toEqual(['streaming/snapshot.ts']);
});

test('docs/wires.md has the table of today', () => {
  expect(squeeze(deviationsPage()), 'npx tsx packages/client/scripts/deviations-page.ts writes it').toBe(
    squeeze(readFileSync(pageFile, 'utf8')),
  );
});
