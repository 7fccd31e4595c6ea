/** Resolves the names in a file: the module `openai`, its client class, a client, or something below a client. */

import type { Token } from './tokens.ts';

/** `client` is an instance, and `path` leads from it: `['chat', 'completions']`. */
export type Meaning = { what: 'module' | 'class' } | { what: 'client' | 'makes'; path: string[] };

export interface Import {
  /** `openai/helpers/zod` */
  specifier: string;
  line: number;
  /** Exported names that are taken. `default` and `*` are among them. */
  names: string[];
  /** Erased by TypeScript. */
  types: boolean;
}

export const classNames: RegExp = /^(OpenAI|AzureOpenAI|BedrockOpenAI|default)$/;

export const isName = (token: Token | undefined, text?: string): boolean =>
  token?.kind === 'name' && (text === undefined || token.text === text);

export const isSign = (token: Token | undefined, text: string): boolean =>
  token?.kind === 'sign' && token.text === text;

const closing: Record<string, string> = { '(': ')', '[': ']', '{': '}', '<': '>' };

/** By list of tokens: the index behind the bracket that closes the one at an index. */
const closed = new WeakMap<readonly Token[], Map<number, number>>();

/** The index behind the bracket that closes the one at `start`. */
export function afterBracket(tokens: readonly Token[], start: number): number {
  let ends = closed.get(tokens);
  if (!ends) closed.set(tokens, (ends = pairBrackets(tokens)));
  return ends.get(start) ?? tokens.length;
}

/** All at once, because brackets within brackets would be looked through again and again. */
function pairBrackets(tokens: readonly Token[]): Map<number, number> {
  const ends = new Map<number, number>();
  const open = Object.values(closing).map((closer) => ({ closer, starts: [] as number[] }));
  for (const [at, { kind, text }] of tokens.entries()) {
    if (kind !== 'sign') continue;
    const opened = closing[text];
    if (opened) open.find(({ closer }) => closer === opened)!.starts.push(at);
    const start = open.find(({ closer }) => closer === text)?.starts.pop();
    if (start !== undefined) ends.set(start, at + 1);
  }
  return ends;
}

/**
 * The names between braces, as `[name outside, name here]`: `{ a, b as c, type d, e: f, g = 1 }`. What is nested in a
 * pattern is left out.
 */
export function namesInBraces(tokens: readonly Token[], start: number): [string, string, number][] {
  const found: [string, string, number][] = [];
  const end = afterBracket(tokens, start) - 1;
  let at = start + 1;
  while (at < end) {
    if (isName(tokens[at], 'type') && (isName(tokens[at + 1]) || tokens[at + 1]?.kind === 'string')) at++;
    const outside = tokens[at]!;
    let here = outside;
    if (isName(tokens[at + 1], 'as') || isSign(tokens[at + 1], ':')) here = tokens[at + 2] ?? outside;
    if (outside.kind !== 'sign')
      found.push([outside.text, here.kind === 'name' ? here.text : '', outside.line]);
    // On to the comma at this depth.
    while (at < end && !isSign(tokens[at], ','))
      at =
        closing[tokens[at]!.text] && tokens[at]!.kind === 'sign' && tokens[at]!.text !== '<'
          ? afterBracket(tokens, at)
          : at + 1;
    at++;
  }
  return found;
}
