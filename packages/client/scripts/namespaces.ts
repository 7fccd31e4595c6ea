// `OpenAI`, `Chat` and `Completions` are namespaces too: `OpenAI.ChatCompletion` is a type. TypeScript has no way to put a
// module into a namespace, so this writes the names that `src/types` exports below each comment `// Names of types: ...`.
// With `--check` it writes nothing and fails when a list is out of date.
import { readFileSync, writeFileSync } from 'node:fs';

const source = new URL('../src/', import.meta.url);
const read = (file: string): string => readFileSync(new URL(file, source), 'utf8');

/** Declarations of a file that stand at its left edge. */
const namesIn = (file: string): string[] =>
  [...read(`types/${file}.ts`).matchAll(/^export (?:type|interface) (\w+)/gm)].map(([, name]) => name!);

const filesOf = (list: string): string[] =>
  [...read(`types/${list}.ts`).matchAll(/'\.\/([\w-]+)\.ts'/g)].map(([, file]) => file!);
const chat = filesOf('chat');
const beside = filesOf('index').filter((file) => file !== 'chat');
const names: Record<string, string[]> = {
  ...Object.fromEntries(beside.map((file) => [file, namesIn(file)])),
  chat: chat.filter((file) => file !== 'shared').flatMap(namesIn),
  all: [...chat, ...beside].flatMap(namesIn),
};

/** `{ A, B }`, on lines of at most 110 characters. */
function list(found: string[], indent: string): string {
  const lines = [''];
  for (const name of [...new Set(found)].sort()) {
    const line = `${lines.at(-1)} ${name},`;
    if (line.length + indent.length > 110) lines.push(` ${name},`);
    else lines[lines.length - 1] = line;
  }
  return `{\n${lines.map((line) => `${indent} ${line}`).join('\n')}\n${indent}}`;
}

const marked =
  /^( *)\/\/ Names of types: ([\w-]+)\n( *\/\/ prettier-ignore\n *(?:import|export) type )\{[^}]*\}/gm;
const resources = ['chat', 'completions', ...beside].map((name) => `resources/${name}.ts`);
for (const file of ['client.ts', ...resources]) {
  const written = read(file);
  let lists = 0;
  const right = written.replace(marked, (_, indent: string, which: string, start: string) => {
    lists += 1;
    return `${indent}// Names of types: ${which}\n${start}${list(names[which]!, indent)}`;
  });
  if (lists !== 2) throw new Error(`${file} has ${lists} marked lists, not an import and an export`);
  if (right === written) continue;
  if (process.argv.includes('--check')) {
    console.error(`src/${file} is out of date: run \`npm run namespaces -w packages/client\``);
    process.exitCode = 1;
  } else writeFileSync(new URL(file, source), right);
}
