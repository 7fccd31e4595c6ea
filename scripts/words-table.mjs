// Words that mark a translated sentence, and how to find prose in a file. docs/style.md has the rules behind them.

/** Each pattern is matched in prose without code. White space in a phrase may be a line break. */
export const words = [
  ['(?<!\\bto )\\banswer(?:s|ed|ing)?\\b', 'response, reply, result; respond'],
  ['\\bwho (?:asks?|listens?|reads?|calls?|waits?)\\b', 'the caller, the listener: name the subject'],
  ['\\b(?:is|are|was|were|be) told\\b(?! apart)|\\btells? of\\b', 'receives, reports, says'],
  ['\\bcame\\b', 'arrived, was received, was sent'],
  ['\\b(?:that|which|who|it) (?:is|are|was|were) none\\b', 'what it is instead: "is not a number"'],
  [
    '\\bthe original(?= (?:does|has|gives?|refuses|hangs|also|stops|raises|is|and)\\b|[.,;:)])',
    'the `openai` package',
  ],
  [
    '\\b(?:is|are|was|were) not there\\b|\\b(?:that|which|it) (?:is|are|was) there\\b',
    'exists, is missing, has',
  ],
  ['\\b(?:goes|go|going|went) on\\b(?! (?:forever|to))', 'continue'],
  ['\\bg(?:ives?|iven|ave) (?:out|back)\\b|\\bhand(?:s|ed)? out\\b', 'return, resolve with'],
  ['\\bfor ever\\b', 'forever; hangs, never ends'],
  ['\\bask(?:s|ed)? (?:for )?again\\b|\\b(?:is|are|was|were) asked for\\b', 'request, retry'],
  ['\\b(?:a|the|its) repeat\\b', 'retry'],
  ['\\b(?:nobody|somebody|whoever)\\b', 'the user, the caller, a program: name the subject'],
  ['\\bunasked\\b', 'although not requested'],
  ['\\banew\\b', 'again'],
  ['\\bone (?:wants|likes|sees|has to)\\b', 'you'],
  ['\\bcan(?:not)? be had\\b', 'is available, can be installed'],
  ['\\b(?:broken?|breaks?|broke|breaking) off\\b', 'is cut off, fails, closes'],
  ['(?<=^[ */|-]*|[.!?:;] )Of (?:an?|the|what)\\b', 'For a ...', 'gm'],
  ['\\bis over\\b(?! (?:an?|its|the))', 'has ended'],
  ['\\bhears? of\\b|\\bheard\\b', 'receives, is called with'],
  ['\\bmakes? of (?:it|them|what|the|an?)\\b', 'what happens with it'],
  ['\\b(?:upon|thus|hence|whereas|therein|thereof|thereby|wherein|whilst|lest)\\b', 'a plainer word'],
  ['\\bthe (?:latter|former)\\b', 'the name of it'],
  ['\\bin one piece\\b', 'not streamed; whole'],
  ['\\bits like\\b|\\band friends\\b', 'and similar ones'],
  ['\\bgoes? no further\\b', 'has no other effect'],
  ['\\bin place of\\b', 'instead of'],
  ['\\bgo(?:es)? before\\b', 'takes precedence over'],
  ['\\b(?:takes?|took|taking) part\\b', 'is included, is used'],
  ['\\bin sight\\b', 'visible'],
  ['\\bstreamed too\\b', 'also streaming'],
  ['\\bat the start,', 'at startup, first'],
  ['\\b(?:is|are) away\\b', 'is unavailable, is unreachable'],
  ['\\blaws? holds?\\b', 'a property test checks'],
  ['\\b(?:behaviour|colour|favour|recognis|serialis|normalis)', 'the American spelling'],
  ['\\bvanish(?:e[sd]|ing)?\\b', 'is lost'],
  ['\\b(?:only|but) (?:the|their) names exist\\b', 'exists only as a stub'],
  ['\\b(?:of this example|in the setup) stands? for\\b', 'simulates'],
  ['\\b(?:is|are) run by the tests\\b', 'the tests run'],
  ['\\bhow far\\b[^.?]{0,40}\\bcompatible\\b', 'how compatible'],
  ['\\b(?:errors?|failures?) of parsing\\b', 'parse error'],
  ['\\bexcludes? each other\\b', 'are mutually exclusive'],
  ['\\bpass(?:es|ed)? for (?:an?|one)\\b', 'is treated as, looks like'],
  ['\\b(?:instead of|from|as) a text\\b', 'text, a string'],
].map(([phrase, instead, flags = 'gim']) => ({
  pattern: new RegExp(phrase.replaceAll(/(?<!\[\^?) (?![*])/g, '\\s+'), flags),
  instead,
}));

const blank = (text) => text.replace(/[^\n]/g, ' ');

/** Markdown with fences, code, comments and addresses of links blanked out, so that lines keep their numbers. */
export function proseOfMarkdown(page) {
  return page
    .replace(/^( *)```[^]*?^\1```/gm, blank)
    .replace(/<!--[^]*?-->|<\w[^>\n]*>|`[^`\n]*`|“[^”\n]*”|(?<=\]\()[^)\s]*/g, blank);
}

/** The docstrings of a TypeScript file, everything else blanked out. */
export function proseOfSource(source) {
  let prose = '';
  let end = 0;
  for (const { 0: comment, index } of source.matchAll(/\/\*\*[^]*?\*\//g)) {
    prose += blank(source.slice(end, index)) + proseOfMarkdown(comment.replace(/^ *\*/gm, blank));
    end = index + comment.length;
  }
  return prose;
}
