/**
 * JavaScript and TypeScript as a list of tokens, without comments. Knows just enough to tell code from strings, templates and
 * regular expressions. It reads any text: what it cannot make sense of becomes single characters.
 */

export interface Token {
  kind: 'name' | 'string' | 'sign';
  /** The content of a string, with its escapes as they are. */
  text: string;
  /** From 1. */
  line: number;
}

/** After these, a slash begins a regular expression. */
const beforeExpression =
  /^(return|typeof|case|in|of|do|else|void|delete|throw|new|await|yield|instanceof|[([{,;:=!&|?+\-*%^~<>}])$/;

const space = /\s+|\/\/.*|\/\*[^]*?(?:\*\/|$)/y;
const name = /[\p{ID_Start}$_#][\p{ID_Continue}$\u200c\u200d]*/uy;
const number = /\.?\d(?:[\w.]|(?<=[eE])[+-]){0,1000}/y;
/** What may end a text, by its quote. One expression for the whole text would run out of stack in a long one. */
const edges: Record<string, RegExp> = { "'": /['\\\n]/g, '"': /["\\\n]/g, '`': /[`\\$]/g };
/** The limit keeps slashes that end nothing from being followed to the end of a long line, each of them. */
const regexp = /\/(?![*/])(?:[^\\/[\n]|\\.|\[(?:[^\]\\\n]|\\.){0,1000}\]){1,1000}\/[a-z]*/y;

export function tokenize(text: string): Token[] {
  const tokens: Token[] = [];
  /** For each open template the depth of braces at its `${`. */
  const templates: number[] = [];
  let at = 0;
  let line = 1;
  let depth = 0;

  const take = (pattern: RegExp): RegExpExecArray | null => {
    pattern.lastIndex = at;
    const match = pattern.exec(text);
    if (!match) return null;
    at = pattern.lastIndex;
    return match;
  };
  const add = (kind: Token['kind'], value: string, from: number): void => {
    tokens.push({ kind, text: value, line });
    // Only these go over several lines. The end of a line must not be looked for in the rest of a long text.
    if (kind === 'string') line += text.slice(from, at).split('\n').length - 1;
  };
  /** The text up to the quote, or to what else ends it, from here on. */
  const takeText = (quote: string): string => {
    const from = at;
    const edge = edges[quote]!;
    for (;;) {
      edge.lastIndex = at;
      at = edge.exec(text)?.index ?? text.length;
      if (text[at] === '\\') at += 2;
      else if (text[at] === '$' && text[at + 1] !== '{') at++;
      else break;
    }
    at = Math.min(at, text.length);
    return text.slice(from, at);
  };
  /** The text of a template up to its end, or to code inside it. */
  const template = (): void => {
    const from = at;
    const content = takeText('`');
    const isCode = text.startsWith('${', at);
    if (isCode) templates.push(depth++);
    at += isCode ? 2 : 1;
    add('string', content, from);
  };

  while (at < text.length) {
    const from = at;
    const last = tokens.at(-1);
    const skipped = take(space);
    if (skipped) {
      line += skipped[0].split('\n').length - 1;
      continue;
    }
    const word = take(name);
    if (word) add('name', word[0], from);
    else if (take(number)) add('sign', '0', from);
    else if (text[at] === '`') {
      at++;
      template();
    } else if (text[at] === '}' && templates.at(-1) === depth - 1) {
      at++;
      depth = templates.pop()!;
      template();
    } else if (text[at] === "'" || text[at] === '"') {
      const quote = text[at++]!;
      const content = takeText(quote);
      if (text[at] === quote) at++;
      add('string', content, from);
    } else if (
      text[at] === '/' &&
      (!last || (last.kind !== 'string' && beforeExpression.test(last.text))) &&
      take(regexp)
    )
      add('sign', '//', from);
    else {
      const sign = /^(?:=>|\?\.(?!\d)|\.\.\.)/.exec(text.slice(at, at + 4))?.[0] ?? text[at]!;
      at += sign.length;
      if (sign === '{') depth++;
      if (sign === '}') depth--;
      add('sign', sign, from);
    }
  }
  return tokens;
}
