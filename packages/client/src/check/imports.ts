/** The imports of a file: ECMAScript, CommonJS, dynamic, and TypeScript's own. */

import { afterBracket, isName, isSign, namesInBraces } from './names.ts';
import type { Import } from './names.ts';
import type { Token } from './tokens.ts';

export interface Bound extends Import {
  /** Name here to the name that is imported. */
  bound: Record<string, string>;
  /** Whether the names are exported again, under these names. */
  exported: boolean;
}

export function importsOf(tokens: readonly Token[]): Bound[] {
  const found: Bound[] = [];
  tokens.forEach((token, at) => {
    const before = tokens[at - 1];
    if (isSign(before, '.') || isSign(before, '?.') || token.kind !== 'name') return;
    if (token.text === 'import' && isSign(tokens[at + 1], '(')) found.push(...called(tokens, at));
    else if (token.text === 'require' && isSign(tokens[at + 1], '(')) found.push(...called(tokens, at));
    else if (token.text === 'import' || token.text === 'export') found.push(...declared(tokens, at));
  });
  return found;
}

/** `import a, { b } from 'c'`, `export * from 'c'`, `import a = require('c')` */
function declared(tokens: readonly Token[], start: number): Bound[] {
  const exported = tokens[start]!.text === 'export';
  const bound: Record<string, string> = {};
  const names: string[] = [];
  const add = (outside: string, here: string): void => {
    names.push(outside);
    if (here) bound[here] = outside;
  };
  let at = start + 1;
  const types = isName(tokens[at], 'type') && !isName(tokens[at + 1], 'from') && !isSign(tokens[at + 1], ',');
  if (types) at++;
  for (; at < tokens.length; at++) {
    const token = tokens[at]!;
    if (token.kind === 'string') {
      if (!isName(tokens[at - 1], 'from') && at !== start + 1) return [];
      return [{ specifier: token.text, line: token.line, names, types, bound, exported }];
    }
    if (isSign(token, '{')) {
      for (const [outside, here] of namesInBraces(tokens, at)) add(outside, here);
      at = afterBracket(tokens, at) - 1;
    } else if (isSign(token, '*')) {
      const named = isName(tokens[at + 1], 'as');
      add('*', named ? tokens[at + 2]!.text : '');
      if (named) at += 2;
    } else if (isSign(token, '=') && isName(tokens[at + 1], 'require')) return []; // found as a call
    else if (token.kind === 'name' && token.text !== 'from' && !exported) add('default', token.text);
    else if (!isName(token, 'from') && !isSign(token, ',')) return [];
  }
  return [];
}

/** `require('a')`, `await import('a')`, with what they are assigned to, and `.b` behind them. */
function called(tokens: readonly Token[], at: number): Bound[] {
  const path = tokens[at + 2];
  if (path?.kind !== 'string' || !isSign(tokens[at + 3], ')')) return [];
  const bound: Record<string, string> = {};
  let names: string[] = [];
  let first = at - 1;
  if (isName(tokens[first], 'await')) first--;
  let behind = at + 4;
  if (isSign(tokens[first], '(')) {
    first--;
    if (isSign(tokens[behind], ')')) behind++;
  }
  // A call that wraps it, such as esbuild's __toESM(require('a')).
  if (isName(tokens[first]) && isSign(tokens[first + 1], '(') && !isName(tokens[first], 'await')) first--;
  const member = isSign(tokens[behind], '.') ? tokens[behind + 1]!.text : undefined;
  if (isSign(tokens[first], '=')) {
    const target = tokens[first - 1]!;
    if (isSign(target, '}')) {
      let open = first - 1;
      for (let depth = 0; open >= 0; open--) {
        if (isSign(tokens[open], '}')) depth++;
        if (isSign(tokens[open], '{') && --depth === 0) break;
      }
      for (const [outside, here] of namesInBraces(tokens, open)) {
        names.push(outside);
        if (here) bound[here] = outside;
      }
    } else if (target.kind === 'name') bound[target.text] = member ?? '*';
  }
  if (member && !names.length) names = [member];
  if (!names.length) names = ['*'];
  return [{ specifier: path.text, line: path.line, names, types: false, bound, exported: false }];
}
