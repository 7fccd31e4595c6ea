/** The source files of a project, and how they use `openai`. */

import { readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { Source } from './clients.ts';
import type { Use } from './clients.ts';
import type { Import } from './names.ts';
import { tokenize } from './tokens.ts';

export interface Place {
  /** Relative to the folder that was read. */
  file: string;
  line: number;
}

export interface Found {
  files: number;
  uses: (Use & Place)[];
  imports: (Import & Place)[];
}

const code = /\.(?:[cm]?[jt]sx?|vue|svelte|astro)$/;
const built = /\.[cm]?jsx?$/;
const skipped = /^(node_modules|bower_components|dist|build|out|coverage|vendor|\..*)$/;
/** Larger files are bundles. In bytes. */
const largest = 1_000_000;

/** Code below `folder`; of a published package the JavaScript, wherever it is. */
export function filesBelow(folder: string, published = false): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) {
      const leave = published ? /^(node_modules|\..*)$/ : skipped;
      return leave.test(entry.name) ? [] : filesBelow(path, published);
    }
    const isCode = entry.isFile() && (published ? built : code).test(entry.name);
    return isCode && statSync(path).size < largest ? [path] : [];
  });
}

/** Reads all files below `folder`, so that a client exported by one is followed into the others. */
export function readSources(folder: string, published = false): Found {
  const sources = new Map<string, Source>();
  const files = filesBelow(folder, published);
  const texts = new Map<string, string>();
  for (const file of files) texts.set(file, readFileSync(file, 'utf8'));
  for (const [file, text] of texts)
    if (/["'`]openai["'`/]/.test(text)) sources.set(file, new Source(tokenize(text)));
  for (const source of sources.values()) source.read();
  if (sources.size && !published) follow(texts, sources);

  const found: Found = { files: files.length, uses: [], imports: [] };
  for (const [path, source] of sources) {
    const file = relative(folder, path).replaceAll('\\', '/');
    for (const use of source.read()) found.uses.push({ ...use, file });
    for (const { specifier, line, names, types } of source.imports)
      if (/^openai(\/|$)/.test(specifier)) found.imports.push({ specifier, line, names, types, file });
  }
  return found;
}

/** Hands clients from the files that export them to those that import them, through up to four files. */
function follow(texts: Map<string, string>, sources: Map<string, Source>): void {
  /** The files that export clients, by the name that an import of them ends in. */
  const exporting = new Map<string, Map<string, Source>>();
  const note = (path: string, source: Source): void => {
    if (!source.exports.size) return;
    const name = baseName(path);
    const alike = exporting.get(name) ?? new Map<string, Source>();
    exporting.set(name, alike.set(path, source));
  };
  for (const [path, source] of sources) note(path, source);
  const wanted = new Map([...texts].map(([file, text]) => [file, namesIn(text, file)]));
  for (let step = 0; step < 4; step++) {
    const before = sources.size;
    let learned = 0;
    for (const [file, text] of texts) {
      if (![...wanted.get(file)!].some((name) => exporting.has(name))) continue;
      const source = sources.get(file) ?? new Source(tokenize(text));
      for (const { specifier, bound, names, exported } of source.imports) {
        const alike = exporting.get(nameOf(specifier, file)) ?? new Map<string, Source>();
        const target = [...alike].find(([path]) => isPath(specifier, file, path))?.[1];
        if (!target || target === source) continue;
        const pairs =
          exported && names.includes('*')
            ? [...target.exports.keys()].map((name) => [name, name])
            : Object.entries(bound);
        for (const [here, outside] of pairs) {
          const meaning = target.exports.get(outside!);
          if (!meaning) continue;
          source.learn(here!, meaning, exported);
          learned++;
        }
      }
      if (learned) source.read();
      if (source.exports.size || learned) sources.set(file, source);
      note(file, source);
    }
    if (!learned || (step && sources.size === before)) return;
  }
}

/** The last names of all that a file might import: of what stands before each quote. */
function namesIn(text: string, file: string): Set<string> {
  return new Set(text.split(/["'`]/).map((piece) => nameOf(piece.slice(-200), file)));
}

/** The name that an import of `specifier` ends in. */
function nameOf(specifier: string, file: string): string {
  return baseName(specifier.startsWith('.') ? resolve(dirname(file), specifier) : specifier);
}

/** The name to look for in an import; of an index file that of its folder. */
function baseName(path: string): string {
  const [last = '', folder = ''] = path.split(/[\\/]/).toReversed();
  const name = last.replace(code, '');
  return name === 'index' ? folder : name;
}

/** Whether `specifier` in `file` may mean `path`: relative, or by an alias that ends in the same way (`@/lib/openai`). */
function isPath(specifier: string, file: string, path: string): boolean {
  const plain = (text: string): string =>
    text
      .replaceAll('\\', '/')
      .replace(code, '')
      .replace(/\/index$/, '');
  if (specifier.startsWith('.')) return plain(resolve(dirname(file), specifier)) === plain(path);
  const alias = /^(?:[@~#][^/]*|src|app|lib)\/(.+)$/.exec(specifier)?.[1];
  return !!alias && plain(path).endsWith(`/${plain(alias)}`);
}
