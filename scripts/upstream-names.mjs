// Lists what the published declarations of `openai` have and ours lack, for each import path that both have.
import { writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import ts from 'typescript';

/** On every class or module, whatever it offers. */
const ignored = new Set(['prototype', 'default']);

/** `root` is a checkout with `openai` installed. Returns lines such as `openai/error: APIError.code`. */
export function missingNames(root) {
  const entries = join(root, 'packages/client/src/entries');
  const paths = ts.sys
    .readDirectory(entries, ['.ts'])
    .map((file) => relative(entries, file).replace(/\.ts$/, '').replaceAll('\\', '/'));
  const probe = join(root, 'packages/client/test/upstream-probe.ts');
  const specifier = (prefix, path) => (path === 'index' ? prefix : `${prefix}/${path}`);
  const source = paths
    .map((path, index) =>
      ['colloquy', 'openai']
        .map((name) => `import * as ${name}${index} from '${specifier(name, path)}';`)
        .join('\n'),
    )
    .join('\n');
  writeFileSync(probe, `${source}\n`);
  const config = ts.getParsedCommandLineOfConfigFile(join(root, 'tsconfig.json'), {}, ts.sys);
  const program = ts.createProgram([probe], { ...config.options, noEmit: true });
  ts.sys.deleteFile(probe);
  return compare(program, program.getSourceFile(probe), paths);
}

function compare(program, probe, paths) {
  const checker = program.getTypeChecker();
  const missing = new Set();
  const seen = new Set();
  const modules = probe.statements.map((statement) => checker.getSymbolAtLocation(statement.moduleSpecifier));
  paths.forEach((path, index) => {
    const [ours, theirs] = modules.slice(index * 2, index * 2 + 2);
    if (!ours) throw new Error(`colloquy/${path} cannot be resolved.`);
    if (theirs) walk(`openai/${path}`.replace(/\/index$/, ''), ours, theirs, 0);
  });
  return [...missing].toSorted();

  function walk(place, ours, theirs, depth) {
    const [mine, other] = [exportsOf(ours), exportsOf(theirs)];
    for (const [name, symbol] of other) {
      if (ignored.has(name)) continue;
      const match = mine.get(name);
      if (match && seen.has(symbol)) continue;
      seen.add(symbol);
      const here = `${place}${depth ? '.' : ': '}${name}`;
      if (!match) missing.add(here);
      else {
        compareMembers(here, match, symbol);
        if (depth < 3 && isNamespace(symbol)) walk(here, match, symbol, depth + 1);
      }
    }
  }

  /** What a module, a namespace or a class gives by name; inherited statics too. */
  function exportsOf(symbol) {
    const target = resolved(symbol);
    const statics =
      target.flags & ts.SymbolFlags.Class ? checker.getPropertiesOfType(checker.getTypeOfSymbol(target)) : [];
    const exported = checker.getExportsOfModule(target);
    return new Map([...statics.filter(isPublic), ...exported].map((each) => [each.name, resolved(each)]));
  }

  function resolved(symbol) {
    return symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
  }

  function isNamespace(symbol) {
    return Boolean(symbol.flags & (ts.SymbolFlags.Module | ts.SymbolFlags.Class));
  }

  /** Compares the properties of classes, interfaces and object types; private ones stay out. */
  function compareMembers(place, ours, theirs) {
    const names = (symbol) => {
      if (!(symbol.flags & ts.SymbolFlags.Type)) return new Set();
      const type = checker.getDeclaredTypeOfSymbol(symbol);
      const parts = type.isUnion() ? type.types.filter((part) => part.flags & ts.TypeFlags.Object) : [type];
      return new Set(
        parts
          .flatMap((part) => checker.getPropertiesOfType(part))
          .filter(isPublic)
          .map(({ name }) => name),
      );
    };
    const mine = names(ours);
    for (const name of names(theirs)) if (!mine.has(name)) missing.add(`${place}.${name}`);
  }

  function isPublic({ name, declarations = [] }) {
    const hidden = ts.ModifierFlags.Private | ts.ModifierFlags.Protected;
    return (
      !/^(#|_|__)/.test(name) && !declarations.some((each) => ts.getCombinedModifierFlags(each) & hidden)
    );
  }
}
