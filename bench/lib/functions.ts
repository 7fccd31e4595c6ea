/** The functions of a bundle: for a position in its text, the one that is written there, its class and its source file. */
import ts from 'typescript';

/** A function of the client's source, or the initializers of a class's fields. */
export interface Fn {
  /** Empty if it has none. */
  name: string;
  /** Path below `packages/client/src`. */
  file: string;
  /** The class it is written in, if any. */
  owner: string | undefined;
  /** Has no statements, like a hook for subclasses. */
  empty: boolean;
  /** The function that a callback is written in; the function itself if it is no callback. */
  home: Fn;
  /** Offsets in the text. */
  start: number;
  end: number;
}

const folder = 'packages/client/src/';

export class Functions {
  /** Outer ones before those inside them. */
  readonly #all: Fn[] = [];
  readonly #lines: readonly number[];

  /** `text` is a bundle by esbuild, which names each source file in a comment above its code. */
  constructor(text: string) {
    const tree = ts.createSourceFile('bundle.js', text, ts.ScriptTarget.ES2022, true);
    this.#lines = tree.getLineStarts();
    const files = [...text.matchAll(/^\/\/ (\S+\.ts)$/gm)].filter(([, path]) => path!.startsWith(folder));
    const visit = (node: ts.Node, owner: string | undefined, outer: Fn | undefined): void => {
      if (ts.isClassLike(node)) owner = nameOf(node);
      if (ts.isFunctionLike(node) || ts.isClassLike(node)) {
        const start = node.getStart(tree);
        const [, path = ''] = files.findLast(({ index }) => index < start) ?? [];
        const body = 'body' in node ? node.body : undefined;
        const fn = {
          name: ts.isClassLike(node) ? 'fields' : nameOf(node),
          file: path.slice(folder.length),
          owner,
          empty: !!body && ts.isBlock(body) && body.statements.length === 0,
          start,
          end: node.end,
        } as Fn;
        fn.home = isCallback(node) && outer ? outer.home : fn;
        this.#all.push(fn);
        outer = fn;
      }
      ts.forEachChild(node, (child) => visit(child, owner, outer));
    };
    visit(tree, undefined, undefined);
  }

  /** The innermost function around `offset`; undefined outside of the source. */
  at(offset: number): Fn | undefined {
    const fn = this.#all.findLast(({ start, end }) => start <= offset && offset < end);
    return fn?.file ? fn : undefined;
  }

  offsetOf(line: number, column: number): number {
    return this.#lines[line]! + column;
  }

  placeOf(offset: number): { lineNumber: number; columnNumber: number } {
    const lineNumber = this.#lines.findLastIndex((start) => start <= offset);
    return { lineNumber, columnNumber: offset - this.#lines[lineNumber]! };
  }
}

function isCallback({ parent }: ts.Node): boolean {
  return ts.isCallExpression(parent) || ts.isNewExpression(parent);
}

/** Its own name, or that of what it is assigned to. Esbuild adds an underscore to classes that name themselves. */
function nameOf(node: ts.SignatureDeclaration | ts.ClassLikeDeclaration): string {
  if (ts.isConstructorDeclaration(node)) return 'constructor';
  const { name = (node.parent as Partial<ts.NamedDeclaration>).name } = node;
  const text = name?.getText() ?? '';
  return ts.isClassLike(node) ? text.replace(/^_/, '') : text;
}
