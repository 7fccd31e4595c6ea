// What an editor shows of the declarations: a text for every public property, and the names of the documentation.
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';

const entries = join(import.meta.dirname, '../../dist/entries');
const files = readdirSync(entries, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.d.cts'))
  .map((file) => join(entries, file));

/** A type checker for what users import, and for `program` beside it. */
function read(program = ''): { checker: ts.TypeChecker; main: ts.SourceFile; sources: ts.SourceFile[] } {
  const options = { module: ts.ModuleKind.NodeNext, strict: true, types: [], skipLibCheck: true };
  const name = join(entries, 'main.cts');
  const host = ts.createCompilerHost(options);
  const { fileExists, getSourceFile } = host;
  host.fileExists = (file) => file === name || fileExists(file);
  host.getSourceFile = (file, version) =>
    file === name ? ts.createSourceFile(file, program, version) : getSourceFile.call(host, file, version);
  const built = ts.createProgram([...files, name], options, host);
  const sources = files.map((file) => built.getSourceFile(file)!);
  return { checker: built.getTypeChecker(), main: built.getSourceFile(name)!, sources };
}

/** Documented elsewhere: these are the keywords of the JSON Schema specification. */
const specified = new Set(['JSONSchema']);

/** Public properties without a text, as `Interface.property`, and the number of all of them. */
function propertiesOf(): { count: number; silent: string[] } {
  const { checker, sources } = read();
  const seen = new Set<ts.Symbol>();
  const silent = new Set<string>();
  let count = 0;

  const check = (member: ts.Node, owner: string): void => {
    if (!ts.isPropertySignature(member) && !ts.isPropertyDeclaration(member) && !ts.isGetAccessor(member))
      return;
    const hidden = ts.ModifierFlags.NonPublicAccessibilityModifier | ts.ModifierFlags.Static;
    if (ts.getCombinedModifierFlags(member) & hidden || /^[#_]/.test(member.name.getText())) return;
    const symbol = checker.getSymbolAtLocation(member.name)!;
    if (symbol.getJsDocTags(checker).some((tag) => tag.name === 'internal')) return;
    const said = [
      symbol.getDocumentationComment(checker),
      ...symbol.getJsDocTags(checker).map((tag) => tag.text ?? []),
    ];
    count++;
    if (!said.some((parts) => ts.displayPartsToString(parts).trim()))
      silent.add(`${owner}.${member.name.getText()}`);
  };
  const visit = (found: ts.Symbol): void => {
    const symbol = found.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(found) : found;
    if (seen.has(symbol) || specified.has(symbol.name)) return;
    seen.add(symbol);
    for (const declaration of symbol.declarations ?? []) {
      const isType =
        ts.isInterfaceDeclaration(declaration) ||
        ts.isClassDeclaration(declaration) ||
        ts.isTypeAliasDeclaration(declaration);
      if (!isType || !declaration.getSourceFile().fileName.includes('/dist/')) continue;
      const look = (node: ts.Node): void => {
        check(node, symbol.name);
        // The parameters of functions and of types are documented with them.
        if (!ts.isFunctionLike(node) && !ts.isTypeParameterDeclaration(node))
          ts.forEachChild(node, (child) => look(child));
      };
      ts.forEachChild(declaration, (child) => look(child));
    }
    const kinds = ts.SymbolFlags.Type | ts.SymbolFlags.Namespace | ts.SymbolFlags.Alias;
    for (const member of symbol.exports?.values() ?? []) if (member.flags & kinds) visit(member);
  };
  for (const source of sources)
    for (const symbol of checker.getExportsOfModule(checker.getSymbolAtLocation(source)!)) visit(symbol);
  return { count, silent: [...silent] };
}

describe('in an editor', { timeout: 60_000 }, () => {
  it('every public property has a text', () => {
    const { count, silent } = propertiesOf();
    expect(count).toBeGreaterThan(400);
    expect(silent).toEqual([]);
  });

  it.each(['LengthFinishReasonError', 'ContentFilterFinishReasonError'])('%s keeps its name', (name) => {
    const { checker, main } = read(
      `import OpenAI = require("./index.cjs"); const error: OpenAI.OpenAIError = new OpenAI.${name}();
       const narrowed = error instanceof OpenAI.${name} ? error : undefined;
       const made = new OpenAI.${name}();`,
    );
    const shown = new Map<string, string>();
    ts.forEachChild(main, (node) => {
      if (!ts.isVariableStatement(node)) return;
      const { name: variable } = node.declarationList.declarations[0]!;
      shown.set(variable.getText(), checker.typeToString(checker.getTypeAtLocation(variable)));
    });
    expect(Object.fromEntries(shown)).toMatchObject({ narrowed: `${name} | undefined`, made: name });
  });
});
