// The declarations of the package: what they name can be imported, under the name of the documentation.
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { entries } from '../../scripts/entries.ts';
import { install } from './installed.ts';
import type { Installed } from './installed.ts';
import { declare } from './library.ts';

const tsc = join(import.meta.dirname, '../../../../node_modules/typescript/bin/tsc');

let ours: Installed;
beforeAll(() => void (ours = install()));
afterAll(() => ours?.remove());

describe('a library that is built on the client', { timeout: 120_000 }, () => {
  it.each(['nodenext', 'bundler'] as const)('has declarations that a program can use (%s)', (resolution) => {
    const { complaints, modules } = declare(ours, tsc, resolution);
    expect(complaints).toBe('');
    const known = new Set(['openai', 'zod', 'zod/v4/core', ...entries.map((entry) => `openai/${entry}`)]);
    expect(modules.filter((module) => !known.has(module))).toEqual([]);
    expect(modules).toContain('openai/lib/ChatCompletionStream');
  });
});

describe('every declaration', () => {
  const folder = (): string => join(ours.folder, 'dist');

  it('keeps its name', () => {
    const renamed = readdirSync(folder(), { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.d.cts'))
      .flatMap(
        (file) =>
          readFileSync(join(folder(), file), 'utf8').match(
            /\b\w+\$\d+\b|^(import|export) \{.*\bas \w{1,2}\b/gm,
          ) ?? [],
      );
    expect(renamed).toEqual([]);
  });

  it('that a public one mentions can be imported', () => {
    const files = entries.map((entry) => join(folder(), 'entries', `${entry}.d.cts`));
    expect(unreachable(files)).toEqual([]);
  });
});

/** Interfaces and classes that signatures of exported declarations name, and that no file of `files` exports. */
function unreachable(files: string[]): string[] {
  const program = ts.createProgram(files, {
    module: ts.ModuleKind.NodeNext,
    strict: true,
    types: [],
    skipLibCheck: true,
  });
  const checker = program.getTypeChecker();
  const isOurs = (node: ts.Node): boolean => node.getSourceFile().fileName.includes('/dist/');
  const origin = (symbol: ts.Symbol): ts.Symbol =>
    symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;

  const exported = new Set<ts.Symbol>();
  const addExported = (found: ts.Symbol): void => {
    const symbol = origin(found);
    if (exported.has(symbol) || !symbol.declarations?.some(isOurs)) return;
    exported.add(symbol);
    const inside = ts.SymbolFlags.Type | ts.SymbolFlags.Namespace | ts.SymbolFlags.Alias;
    for (const member of symbol.exports?.values() ?? []) if (member.flags & inside) addExported(member);
  };
  for (const file of files)
    for (const symbol of checker.getExportsOfModule(
      checker.getSymbolAtLocation(program.getSourceFile(file)!)!,
    ))
      addExported(symbol);

  const missing = new Set<string>();
  const visited = new Set<ts.Symbol>();
  const named = ts.SymbolFlags.Interface | ts.SymbolFlags.Class | ts.SymbolFlags.Enum;
  const visit = (symbol: ts.Symbol): void => {
    if (visited.has(symbol)) return;
    visited.add(symbol);
    for (const declaration of symbol.declarations ?? [])
      if (isOurs(declaration)) ts.forEachChild(declaration, (child) => look(child));
  };
  const mention = (found: ts.Symbol | undefined, asBase: boolean): void => {
    if (!found) return;
    const symbol = origin(found);
    if (!symbol.declarations?.some(isOurs) || symbol.flags & ts.SymbolFlags.TypeParameter) return;
    // A base class is never inferred itself; what its members mention is.
    if (!asBase && symbol.flags & named && !exported.has(symbol)) missing.add(symbol.name);
    visit(symbol);
  };
  const look = (node: ts.Node): void => {
    const modifiers = ts.canHaveModifiers(node) ? (ts.getModifiers(node) ?? []) : [];
    const hidden = [ts.SyntaxKind.PrivateKeyword, ts.SyntaxKind.ProtectedKeyword];
    if (modifiers.some(({ kind }) => hidden.includes(kind))) return;
    if (ts.isTypeReferenceNode(node)) mention(checker.getSymbolAtLocation(node.typeName), false);
    if (ts.isTypeQueryNode(node)) mention(checker.getSymbolAtLocation(node.exprName), false);
    if (ts.isExpressionWithTypeArguments(node)) mention(checker.getSymbolAtLocation(node.expression), true);
    ts.forEachChild(node, (child) => look(child));
  };
  for (const symbol of exported) visit(symbol);
  return [...missing];
}
