/** Which source file imports which, read from the text of the files. */

import { readdirSync, readFileSync } from 'node:fs';
import { dirname, relative, resolve } from 'node:path';

export interface Import {
  /** As written: `./send.ts`, or the name of a package. */
  target: string;
  /** `import type` and `export type`, which leave nothing in the built code. */
  isType: boolean;
}

/** An arrow from a file to one that it imports. Paths are relative to the same root. */
export interface Arrow {
  from: string;
  to: string;
  isType: boolean;
}

/** The source files below `root`, without tests, relative to it. */
export function sources(root: string): string[] {
  return readdirSync(root, { recursive: true, encoding: 'utf8' }).filter(
    (file) => /\.tsx?$/.test(file) && !/\.(test|d)\.ts$/.test(file),
  );
}

/** What a file imports, re-exports, imports dynamically or requires; comments and strings elsewhere are no imports. */
export function imports(root: string, file: string): Import[] {
  const code = readFileSync(`${root}/${file}`, 'utf8').replace(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, '');
  const statements = code.matchAll(
    /^\s*(?:import|export)\b(\s+type\b(?!\s*,|\s+from))?[^'";]*?\bfrom\s*['"]([^'"]+)['"]|^\s*import\s*['"]([^'"]+)['"]|\b(?:import|require)\(\s*['"]([^'"]+)['"]\s*\)/gm,
  );
  return [...statements].map((match) => ({
    target: (match[2] ?? match[3] ?? match[4])!,
    isType: !!match[1],
  }));
}

/** The arrows between the source files below `root`, one for each pair of files: at run time if any of its imports is. */
export function arrows(root: string): Arrow[] {
  const found = new Map<string, Arrow>();
  for (const from of sources(root))
    for (const { target, isType } of imports(root, from)) {
      if (!target.startsWith('.')) continue;
      const to = relative(root, resolve(root, dirname(from), target));
      const arrow = { from, to, isType };
      const name = nameOf(arrow);
      found.set(name, { ...arrow, isType: isType && (found.get(name)?.isType ?? true) });
    }
  return [...found.values()];
}

export function nameOf({ from, to }: Arrow): string {
  return `${from} -> ${to}`;
}

/** The arrows that are part of a cycle, or lie between two: what is left when ends and beginnings are taken away. */
export function cycles(all: readonly Arrow[]): string[] {
  for (let left = all; ;) {
    const froms = new Set(left.map(({ from }) => from));
    const tos = new Set(left.map(({ to }) => to));
    const kept = left.filter(({ from, to }) => froms.has(to) && tos.has(from));
    if (kept.length === left.length) return kept.map(nameOf);
    left = kept;
  }
}

/**
 * The arrows inside a room that point up in the order of the room. `orders` has the files and folders of a room from the top
 * down, without extension; those it leaves out are below all others, and in no order.
 */
export function upward(all: readonly Arrow[], orders: Record<string, readonly string[]>): string[] {
  return all
    .filter(({ from, to }) => {
      const order = orders[roomOf(from)];
      if (!order || roomOf(from) !== roomOf(to)) return false;
      const [above, below] = [from, to].map((file) => {
        const name = file.slice(roomOf(file).length + 1).replace(/\.tsx?$/, '');
        const at = order.findIndex((entry) => name === entry || name.startsWith(`${entry}/`));
        return at < 0 ? order.length : at;
      });
      return below! < above!;
    })
    .map(nameOf);
}

/** The folder in `src` that a file is in; a file in `src` itself is a room of its own name. */
export function roomOf(file: string): string {
  return file.split('/')[0]!.replace(/\.ts$/, '');
}
