import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { growth, linear } from '../../../../test/growth.ts';
import { larkFault } from './lark.ts';
import { regexFault } from './rust-regex.ts';

const languages = { regexFault, larkFault };

describe.each(Object.entries(languages))('%s', (_name, faultOf) => {
  const pieces = [
    '(',
    ')',
    '[',
    ']',
    '{',
    '}',
    '?',
    '*',
    '|',
    '\\',
    '/',
    '"',
    '<',
    ':',
    '->',
    '\n',
    ' ',
    '1',
    'a',
    'start',
    '%',
    '=',
    '-',
    ',',
  ];
  const source = fc.oneof(
    fc.string(),
    fc.array(fc.constantFrom(...pieces)).map((list) => list.join('')),
  );

  it('has a sentence to say of any text, or nothing', () => {
    fc.assert(
      fc.property(source, (text) => {
        expect(faultOf(text) ?? 'nothing').toMatch(/^\S/);
      }),
    );
  });

  it('costs time in proportion to the length, whatever repeats', async () => {
    for (const piece of [
      ...pieces,
      '{1 ',
      '(?<a',
      'a{',
      '[[',
      '/[',
      '"a\n',
      'a: b\n',
      'start: a ',
      '(a|',
      '/a/ ',
      '<a',
    ]) {
      const cost = await growth((size) => faultOf(`start: a${piece.repeat(size)}`), 2_000);
      expect(cost, piece).toBeLessThan(linear);
    }
  });
});

describe('regexFault', () => {
  it.each([
    '[A-Z]{2}-\\d{3}',
    '^(?P<month>January|February)\\s+(?P<day>\\d{1,2})(?:st|nd)?\\s+at\\s+(?<year>\\d{4})$',
    '(?i)select (?i:from)(?s-m:.)',
    '[[:alpha:]_][\\w&&[^\\d]]*[]a][^]a]',
    'a*?b+?c??d{2,}?',
    '\\p{Lu}\\pL\\x41\\x{1F600}\\u0041\\A\\z\\b{start}\\.\\/\\-',
    '[+\\-*/^a-z-]|[-a]|]|}',
    '^[\\s\\S]*\\ \\"[^\\n]+$',
    'a{ 2 , 3 }b{,4}',
    '(?x) a # (not closed',
    '',
  ])('takes %j', (source) => expect(regexFault(source)).toBeUndefined());

  it.each([
    ['(', 'a group is not closed'],
    ['a)', 'a group is closed that was not opened'],
    ['[a-z', 'a class is not closed'],
    ['[[a-z]', 'a class is not closed'],
    ['*a', "there is nothing to repeat before '*'"],
    ['a|+', "there is nothing to repeat before '+'"],
    ['(?:?)', "there is nothing to repeat before '?'"],
    ['[z-a]', 'the range z-a runs backwards'],
    ['a{3,1}', '{3,1} counts backwards'],
    ['{"a": 1}', "there is nothing to repeat before '{'"],
    ['x{"a": 1}', "a '{' that is not escaped counts repetitions, as in {2} or {1,3}"],
    ['a(?=b)', 'look-around is not supported'],
    ['(?<!b)a', 'look-around is not supported'],
    ['(a)\\1', "looking back at a group, as '\\1' does, is not supported"],
    ['\\q', "there is no escape '\\q'"],
    ['\\Z', "there is no escape '\\Z'"],
    ['a\\', "there is no escape '\\'"],
    ['(?#note)', "there is no group that begins with '(?#'"],
  ])('refuses %j: %s', (source, why) => expect(regexFault(source)).toBe(why));
});

const calculator = `
start: expr
expr: term (SP ADD SP term)* -> add
    | term

term: factor (SP MUL SP factor)* -> mul
    | factor
!factor: INT
SP: " "
ADD: "+"
MUL: "*"
%import common.INT
`;

/** As a program for editing files has it. */
const patch = `
start: begin_patch hunk+ end_patch
begin_patch: "*** Begin Patch" LF
end_patch: "*** End Patch" LF?

hunk: add_hunk | update_hunk // one file each
add_hunk: "*** Add File: " filename LF add_line+
update_hunk: "*** Update File: " filename LF change?

filename: /(.+)/
add_line: "+" /(.*)/ LF -> line
change: (change_context | change_line)+ eof_line?
change_context: ("@@" | "@@ " /(.+)/) LF
change_line: ("+" | "-" | " ") /(.*)/ LF
eof_line: "*** End of File" LF

%import common.LF
`;

const query = `
SP: " "
GT: ">"
start: "SELECT"i SP IDENTIFIER ("," SP IDENTIFIER)~0..5 SP "WHERE"i SP DATE SP? GT SP? NUMBER ";"
IDENTIFIER: /[A-Za-z_][A-Za-z0-9_]*/
NUMBER: /[0-9]+(\\.[0-9]{1,2})?/
DATE: /'[0-9]{4}-[0-9]{2}-[0-9]{2}'/
`;

describe('larkFault', () => {
  it('costs time in proportion to the length of an expression that is taken as it is', async () => {
    for (const around of [(text: string) => `/${text}/x`, (text: string) => `/(?x)${text}/`]) {
      const cost = await growth((size) => larkFault(`start: ${around('['.repeat(size))}`), 5_000);
      expect(cost).toBeLessThan(linear);
    }
  });

  it.each([
    calculator,
    patch,
    query,
    'start: "a"',
    'start: /[a-z]+\\/[0-9]/i ("," WORD)~2 [WORD] // done\n# and this\n%import common (WORD, WS)\n%ignore WS',
    'start: NUMBER\n%import common.INT -> NUMBER',
    '?start: (value\n  | other)+\r\nvalue: "x".."z"\nother: "\\"" "//"',
    'start[max_tokens=3]: %json {"type": "object", "properties": {"unknown": true}}\n',
    'start: <|channel|> text\ntext: /(.|\\n)*/x',
    'start: a{1,3} b?\na: "a"\nb: "b"',
    'start: /[a\\]*?]+[[b]*?]?/',
    'start: /a # what+? is this [a-z/x',
  ])('takes %j', (source) => expect(larkFault(source)).toBeUndefined());

  it.each([
    ['', "it has no rule 'start'"],
    ['expr: "a"', "it has no rule 'start'"],
    ['start: expr', "line 1: 'expr' is used and not defined"],
    ['start: "a"\n  | B', "line 2: 'B' is used and not defined"],
    ['start: "a', "line 1: '\"' is not closed, or out of place"],
    ['start: "a" @', "line 1: '@' is not closed, or out of place"],
    ['start: ("a"', "line 1: '(' is not closed"],
    ['start: "a"]', "line 1: ']' closes nothing"],
    ['start: * "a"', "line 1: there is nothing to repeat before '*'"],
    ['start "a"', "line 1: 'start' begins no rule"],
    ['start: A\nA.2: "a"', 'line 2: priorities are not supported'],
    ['start: a\na{x}: x', 'line 2: templates are not supported'],
    ['start: A\n%declare A', 'line 2: %declare is not supported'],
    ['start: A\n%import python.A', "line 2: nothing but 'common' can be imported"],
    ['start: "a"\n%ignore WS', "line 2: 'WS' is used and not defined"],
    ['start: /(/', 'line 1: /(/ is no regular expression: a group is not closed'],
    ['start: /a(?=b)/', 'line 1: /a(?=b)/ is no regular expression: look-around is not supported'],
    [
      'start: /a*?/',
      "line 1: /a*?/ is no regular expression: a lazy repetition, as '*?' is, is not supported",
    ],
    [
      'start: /a??b/',
      "line 1: /a??b/ is no regular expression: a lazy repetition, as '??' is, is not supported",
    ],
    [
      'start: /a{2,}?/',
      "line 1: /a{2,}?/ is no regular expression: a lazy repetition, as '{2,}?' is, is not supported",
    ],
  ])('refuses %j: %s', (source, why) => expect(larkFault(source)).toBe(why));
});
