// Every regular expression of the sources reads texts of any length, or the reason why it does not meet long ones is here.
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { createContext, Script } from 'node:vm';
import ts from 'typescript';
import { expect, test } from 'vitest';

const root = resolve(import.meta.dirname, '..');
const folders = ['packages/client/src', 'packages/server/src', 'packages/server/page/src'];

/** Expressions that run out of stack in a long text, and what keeps long texts from them. */
const known: Record<string, string> = {
  '/"(\\\\.|[^"\\\\])*"?|\'(\\\\.|[^\'\\\\])*\'?|.*/y': 'at most a million units of a text (log/redact.ts)',
  '/("[^"]*"?|\'[^\']*\'?|[^\\s&,;#"\'])*/y': 'at most a million units of a text (log/redact.ts)',
  '/"(?:[^"\\\\]|\\\\.)*"|[-\\d][-+.\\dEe]*|[^"\\-\\d]+/g':
    'a chunk of at most 4,096 units (wire/chunk-reader.ts)',
  '/("[^"\\\\]*(?:\\\\.[^"\\\\]*)*")|,(\\s*[}\\]])/g':
    'a lockfile, whose texts have no millions of escapes (check/lockfiles.ts)',
  '/^(\\/([^~]|~[01])*)?$/': 'a text of at most a million units (sandbox/schema/formats.ts)',
};

/** About as many units as exhaust the stack of an expression which remembers each of them, and then some. */
const length = 9_000_000;
const repeated = ['a', '1', ' ', '/', '"', '=', '-', '.', 'a ', '\\"', 'A', '%41', 'a:', 'a-', '[0]'];
/** Milliseconds that an expression may take for one text: whether it is quick is not the question here. */
const enough = 400;

/** The places of all regular expressions, by their source. */
function expressions(): Map<string, string> {
  const found = new Map<string, string>();
  for (const folder of folders)
    for (const name of readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })) {
      if (!/(?<!\.test)\.tsx?$/.test(name)) continue;
      const path = join(root, folder, name);
      const file = ts.createSourceFile(path, readFileSync(path, 'utf8'), ts.ScriptTarget.Latest, true);
      const visit = (node: ts.Node): void => {
        if (ts.isRegularExpressionLiteral(node) && !found.has(node.text)) {
          const { line } = file.getLineAndCharacterOfPosition(node.getStart());
          found.set(node.text, `${folder}/${name}:${line + 1}`);
        }
        ts.forEachChild(node, visit);
      };
      visit(file);
    }
  return found;
}

/** What an expression begins with, roughly: the letters and marks in it. */
const beginnings = (source: string): string[] => [
  ...new Set(['', ...(source.match(/[A-Za-z]{2,}[-:=./]?|[:"'/[{=<#@]+/g) ?? [])]),
];

const context = createContext({ expression: /./, text: '' });
const run = new Script('expression.lastIndex = 0; expression.exec(text)');
function overflows(expression: RegExp, text: string): boolean {
  Object.assign(context, { expression, text });
  try {
    run.runInContext(context, { timeout: enough });
    return false;
  } catch (error) {
    return /call stack/.test((error as Error).message);
  }
}

test('no expression runs out of stack', { timeout: 1_800_000 }, () => {
  const texts = repeated.map((piece) => piece.repeat(length / piece.length));
  const all = expressions();
  expect(all.size).toBeGreaterThan(100);
  const wrong: string[] = [];
  for (const [literal, place] of all) {
    const end = literal.lastIndexOf('/');
    const source = literal.slice(1, end);
    if (!/[*+]|,\}/.test(source)) continue;
    const expression = new RegExp(source, literal.slice(end + 1));
    const fails = beginnings(source)
      .slice(0, 6)
      .some((start) => texts.some((text) => overflows(expression, `${start}${text}\n`)));
    if (fails !== Object.hasOwn(known, literal)) wrong.push(`${place} ${literal}`);
  }
  expect(wrong).toEqual([]);
});
