// Finds words that mark a translated sentence in pages, and in the docstrings of both packages and of the bench. Prints each
// with its file, line and what to write instead. `node scripts/words.mjs docs packages/client` reads only what is below these.
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { proseOfMarkdown, proseOfSource, words } from './words-table.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const skipped = new Set(['node_modules', 'dist', '.git', '.colloquy', '.changeset', '.work', 'results']);

function* filesBelow(path) {
  if (!statSync(path).isDirectory()) yield path;
  else
    for (const name of readdirSync(path).toSorted())
      if (!skipped.has(name)) yield* filesBelow(join(path, name));
}

/** How the prose of a file is read; undefined for a file that users do not read. */
function readerOf(file) {
  if (/\.md$|\/llms\.txt$/.test(file)) return proseOfMarkdown;
  if (/(?:^|\/)(?:src\/.*(?<!\.test)\.ts|bench\/.*\.(?:mjs|ts))$/.test(file)) return proseOfSource;
  return undefined;
}

const given = process.argv.slice(2);

let found = 0;
for (const path of (given.length > 0 ? given : ['.']).flatMap((place) => [
  ...filesBelow(resolve(root, place)),
])) {
  const file = relative(root, path).replaceAll('\\', '/');
  const prose = readerOf(file)?.(readFileSync(path, 'utf8')) ?? '';
  for (const { pattern, instead } of words)
    for (const { 0: match, index } of prose.matchAll(pattern)) {
      const line = prose.slice(0, index).split('\n').length;
      console.log(`${file}:${line}: "${match.replace(/\s+/g, ' ').trim()}": write ${instead}`);
      found += 1;
    }
}
console.log(found === 0 ? 'no words of the list' : `${found} words of the list`);
process.exitCode = found === 0 ? 0 : 1;
