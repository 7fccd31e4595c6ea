/**
 * Why a text is no Lark grammar as the API reads them. It is read only so far: names, texts and expressions are found, and
 * that every rule has an end; what the rules add up to is not asked.
 */
import { regexFault } from './rust-regex.ts';

/** What is wrong, completing "it is no Lark grammar: …"; `undefined` when nothing is. */
export function larkFault(source: string): string | undefined {
  try {
    checkStatements(statementsOf(source));
    return undefined;
  } catch (thrown) {
    if (thrown instanceof GrammarFault) return thrown.message;
    throw thrown;
  }
}

class GrammarFault extends Error {}

interface Token {
  /** `text` is also a token of the model, such as `<|channel|>`. */
  kind: 'text' | 'expression' | 'name' | 'directive' | 'sign';
  text: string;
  /** From 1. */
  line: number;
}

const fault = ({ line }: { line: number }, what: string): GrammarFault =>
  new GrammarFault(`line ${line}: ${what}`);

const forms: [kind: Token['kind'] | 'nothing' | 'newline', form: RegExp][] = [
  ['newline', /\r?\n/y],
  ['nothing', /[ \t\f\r]+|(?:\/\/|#)[^\n]*/y],
  ['text', /"(?:\\.|[^"\\\n])*"i?|<[^<>\n]+>/y],
  ['expression', /\/(?:\\.|[^/\\\n])+\/[a-z]*/y],
  ['name', /[!?]{0,2}[A-Za-z_][A-Za-z_0-9]*/y],
  ['directive', /%[a-z_]+/y],
  ['sign', /->|\.\.|[:|()[\]{}*+?~,.=&-]|\d+(?:\.\d+)?/y],
];

/** The tokens of every line. */
function linesOf(source: string): Token[][] {
  const lines: Token[][] = [[]];
  for (let at = 0; at < source.length;) {
    const line = lines.length;
    const [kind, text] = read(source, at, line);
    at += text.length;
    if (kind === 'newline') lines.push([]);
    else if (kind !== 'nothing') lines[line - 1]?.push({ kind, text, line });
  }
  return lines;
}

function read(source: string, at: number, line: number): [kind: (typeof forms)[number][0], text: string] {
  for (const [kind, form] of forms) {
    form.lastIndex = at;
    const text = form.exec(source)?.[0];
    if (text) return [kind, text];
  }
  const shown = String.fromCodePoint(source.codePointAt(at) ?? 0);
  throw fault({ line }, `'${shown}' is not closed, or out of place`);
}

/** The statements of a grammar: definitions and directives. A line goes on with the one before unless it begins one. */
function statementsOf(source: string): Token[][] {
  const statements: Token[][] = [];
  for (const line of linesOf(source)) {
    if (line.length === 0) continue;
    const last = statements.at(-1);
    if (last && !begins(line)) for (const token of line) last.push(token);
    else statements.push(line);
  }
  return statements;
}

/** `name:`, `NAME.2:`, `name[…]:`, `name{…}:` or `%directive`. */
function begins([first, ...rest]: Token[]): boolean {
  if (first?.kind === 'directive') return true;
  if (first?.kind !== 'name') return false;
  const colon = rest.findIndex(({ text }) => text === ':');
  return colon === 0 || (colon > 0 && /^[.[{]$/.test(rest[0]?.text ?? ''));
}

function checkStatements(statements: Token[][]): void {
  const defined = new Set(statements.flatMap(namesDefined));
  for (const statement of statements) {
    checkBrackets(statement);
    for (const token of statement) if (token.kind === 'expression') checkExpression(token);
    // What stands in a rule beside the language, such as a JSON Schema, is taken as it is.
    if (statement.slice(1).some(({ kind }) => kind === 'directive')) continue;
    for (const { text, line } of namesUsed(statement)) {
      const name = plain(text);
      if (!defined.has(name)) throw fault({ line }, `'${name.slice(0, 80)}' is used and not defined`);
    }
  }
  if (!defined.has('start')) throw new GrammarFault("it has no rule 'start'");
}

/** A name without the marks that say how its rule is shown in a tree. */
const plain = (name: string): string => name.replace(/^[!?]+/, '');

function namesDefined([first, second, ...rest]: Token[]): string[] {
  if (first?.kind === 'name') {
    if (second?.text === '.') throw fault(first, 'priorities are not supported');
    if (second?.text === '{') throw fault(first, 'templates are not supported');
    return [plain(first.text)];
  }
  if (first?.text === '%declare') throw fault(first, '%declare is not supported');
  if (first?.text !== '%import') return [];
  if (second?.text !== 'common') throw fault(first, "nothing but 'common' can be imported");
  const names = rest.filter(({ kind }) => kind === 'name');
  return (rest.some(({ text }) => text === '->') ? names.slice(-1) : names).map(({ text }) => text);
}

/** The names that a definition or an `%ignore` refers to; what follows `->` is a label. */
function namesUsed(statement: Token[]): Token[] {
  const isIgnore = statement[0]?.text === '%ignore';
  if (statement[0]?.kind !== 'name' && !isIgnore) return [];
  const colon = statement.findIndex(({ text }) => text === ':');
  if (colon < 0 && !isIgnore)
    throw fault(statement[0] as Token, `'${statement[0]?.text.slice(0, 80)}' begins no rule`);
  return statement.filter(
    ({ kind }, at) => kind === 'name' && at > colon && statement[at - 1]?.text !== '->',
  );
}

function checkBrackets(statement: Token[]): void {
  const open: Token[] = [];
  let before: Token | undefined;
  for (const token of statement) {
    if (token.kind === 'sign' && /^[([]$/.test(token.text)) open.push(token);
    if (token.kind === 'sign' && /^[)\]]$/.test(token.text) && !isPair(open.pop(), token)) {
      throw fault(token, `'${token.text}' closes nothing`);
    }
    if (token.kind === 'sign' && /^[*+?~]$/.test(token.text) && isBeginning(before)) {
      throw fault(token, `there is nothing to repeat before '${token.text}'`);
    }
    before = token;
  }
  const [left] = open;
  if (left) throw fault(left, `'${left.text}' is not closed`);
}

const isPair = (open: Token | undefined, close: Token): boolean =>
  open?.text === (close.text === ')' ? '(' : '[');
const isBeginning = (token: Token | undefined): boolean =>
  token === undefined || (token.kind === 'sign' && /^[:|([]$/.test(token.text));

function checkExpression(token: Token): void {
  const end = token.text.lastIndexOf('/');
  const isVerbose = token.text.includes('x', end);
  const wrong = isVerbose ? undefined : regexFault(token.text.slice(1, end), true);
  if (wrong === undefined) return;
  throw fault(token, `${token.text.slice(0, 80)} is no regular expression: ${wrong}`);
}
