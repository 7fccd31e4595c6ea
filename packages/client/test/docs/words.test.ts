// The lint of words finds what marks a translated sentence, in prose only, and says where.
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';

const root = fileURLToPath(new URL('../../../../', import.meta.url));
let folder: string;

beforeAll(() => {
  mkdirSync(join(root, '.colloquy'), { recursive: true });
  folder = mkdtempSync(join(root, '.colloquy', 'words-'));
  mkdirSync(join(folder, 'src'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** The findings for a file with this text: line, word. */
function findingsIn(file: string, text: string): [line: number, word: string][] {
  const path = join(folder, file);
  writeFileSync(path, text);
  const { stdout, status } = spawnSync(process.execPath, [join(root, 'scripts/words.mjs'), path], {
    encoding: 'utf8',
  });
  rmSync(path);
  const found = [...stdout.matchAll(/^(\S+):(\d+): "(.*)": write .+$/gm)];
  expect(status).toBe(found.length === 0 ? 0 : 1);
  for (const [, name] of found) expect(name).toMatch(new RegExp(`^\\.colloquy/words-\\w+/${file}$`));
  return found.map(([, , line, word]) => [Number(line), word!]);
}

const marked: [sentence: string, word: string][] = [
  ['The answer has no body.', 'answer'],
  ['Once for all who ask.', 'who ask'],
  ['The model is told of it.', 'is told'],
  ['As far as it came.', 'came'],
  ['A value that is none.', 'that is none'],
  ['Unlike the original, it ends.', 'the original'],
  ['A header that is not there.', 'is not there'],
  ['The run goes on.', 'goes on'],
  ['What a tool gave back.', 'gave back'],
  ['It waits for ever.', 'for ever'],
  ['The body is asked for.', 'is asked for'],
  ['A model, asked again.', 'asked again'],
  ['Before a repeat.', 'a repeat'],
  ['Nobody reads it.', 'Nobody'],
  ['Usage, unasked.', 'unasked'],
  ['Written anew.', 'anew'],
  ['As many as one likes.', 'one likes'],
  ['Where none can be had.', 'can be had'],
  ['A response that broke off.', 'broke off'],
  ['Of a stream, the last one.', 'Of a'],
  ['The call is over.', 'is over'],
  ['Listeners hear of it.', 'hear of'],
  ['What both make of the bytes.', 'make of the'],
  ['Hence it fails.', 'Hence'],
  ['The latter is refused.', 'The latter'],
  ['A body in one piece.', 'in one piece'],
  ['`x.test` and its like.', 'its like'],
  ['An error goes no further.', 'goes no further'],
  ['Events in place of JSON.', 'in place of'],
  ['A name goes before a pattern.', 'goes before'],
  ['One client takes part in it.', 'takes part'],
  ['Only the rows in sight.', 'in sight'],
  ['A call, streamed too.', 'streamed too'],
  ['At the start, it creates tables.', 'At the start,'],
  ['While the database is away.', 'is away'],
  ['A law holds for each.', 'law holds'],
  ['The behaviour of a server.', 'behaviour'],
];
const plain = [
  'The model declines to answer.',
  'A schema that has none of these.',
  'A bundle that is over its limit.',
  'Two branches are told apart.',
  'The error, with the original as `cause`.',
];

it('finds the words that mark a translated sentence, each on its line', () => {
  const found = findingsIn('page.md', marked.map(([sentence]) => sentence).join('\n'));
  expect(found.toSorted(([a], [b]) => a - b)).toEqual(marked.map(([, word], at) => [at + 1, word]));
});

it('finds nothing in plain sentences', () => {
  expect(findingsIn('page.md', plain.join('\n'))).toEqual([]);
});

it('finds a phrase that is spread over lines, and leaves out code, quotes, comments and addresses', () => {
  const page = [
    '```ts',
    'const answer = 1; // the answer',
    '```',
    '`answer`, “the answer”, [a link](answer.md) <a id="answers"></a>',
    '<!-- the answer -->',
    'It is asked',
    'for again.',
  ];
  expect(findingsIn('page.md', page.join('\n'))).toEqual([[6, 'is asked for']]);
});

it('reads the docstrings of sources, and nothing else of them', () => {
  const source = [
    '/** What the server answered. */',
    "const answer = 'the answer'; // the answer",
    '/**',
    ' * The body, which',
    ' * came late. Not `what came`.',
    ' */',
    'export const body = answer;',
  ];
  expect(findingsIn('src/body.ts', source.join('\n'))).toEqual([
    [1, 'answered'],
    [5, 'came'],
  ]);
});
