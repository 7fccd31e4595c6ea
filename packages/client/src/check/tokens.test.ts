import fc from 'fast-check';
import { expect, it } from 'vitest';
import { tokenize } from './tokens.ts';

const texts = (code: string): string[] =>
  tokenize(code).map(({ kind, text }) => (kind === 'string' ? `'${text}'` : text));

it.each([
  ['a // b\n/* c */ d', ['a', 'd']],
  ['`x ${a.b} y ${`${c}`}`;', ["'x '", 'a', '.', 'b', "' y '", "''", 'c', "''", "''", ';']],
  ["'it\\'s' + \"a 'b'\"", ["'it\\'s'", '+', "'a 'b''"]],
  ['x = /[/"]client/g; y', ['x', '=', '//', ';', 'y']],
  ['a / b / c', ['a', '/', 'b', '/', 'c']],
  ['a?.b ?.5 : 1', ['a', '?.', 'b', '?', '0', ':', '0']],
  ['this.#ai!.chat', ['this', '.', '#ai', '!', '.', 'chat']],
  ["<p>don't</p>\nclient.files", ['<', 'p', '>', 'don', "'t</p>'", 'client', '.', 'files']],
])('%j', (code, expected) => {
  expect(texts(code)).toEqual(expected);
});

it('knows the line of each token, after comments, templates and strings over several lines', () => {
  const code = 'a\n/*\n*/ b `\n\n${c}\n` d\n// e\nf';
  expect(
    tokenize(code)
      .filter(({ kind }) => kind === 'name')
      .map(({ text, line }) => [text, line]),
  ).toEqual([
    ['a', 1],
    ['b', 3],
    ['c', 5],
    ['d', 6],
    ['f', 8],
  ]);
});

it('reads any text to its end, and hides what comments and strings say', () => {
  const part = fc.constantFrom(
    '`',
    '${',
    '}',
    '{',
    "'",
    '"',
    '/',
    '*',
    '\\',
    '\n',
    'a',
    '.',
    ' ',
    '(',
    '#',
    '\u2028',
    '😀',
  );
  fc.assert(
    fc.property(
      fc.array(part, { maxLength: 60 }).map((parts) => parts.join('')),
      (text) => {
        expect(tokenize(text).length).toBeLessThanOrEqual(text.length + 1);
        const hidden = text.replace(/\*\//g, '').replaceAll('\n', ' ');
        expect(texts(`/*${hidden}*/a`)).toEqual(['a']);
        expect(texts(`//${hidden.replaceAll('\u2028', '')}\na`)).toEqual(['a']);
      },
    ),
  );
});

it('reads texts and numbers of any length', () => {
  const long = 'a'.repeat(9_000_000);
  const escapes = '\\"'.repeat(4_500_000);
  // Compared here: a failure would print them.
  for (const [quote, text] of [
    ["'", long],
    ['`', long],
    ['"', escapes],
  ] as const) {
    const tokens = tokenize(`${quote}${text}${quote};`);
    expect(tokens.map(({ kind }) => kind)).toEqual(['string', 'sign']);
    expect(tokens[0]!.text === text).toBe(true);
  }
  expect(new Set(tokenize('1'.repeat(9_000_000)).map(({ text }) => text))).toEqual(new Set(['0']));
});
