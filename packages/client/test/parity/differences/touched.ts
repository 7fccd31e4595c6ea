// Which calls a difference concerns: the table that `npx colloquy check` ships. It is generated, so that it cannot lag behind.
import { type KnownDifference, differencesByFile } from '../known-differences.ts';

export const tableFile = new URL('../../../src/check/differences.json', import.meta.url);

/** A method named by the text of a difference, and the call it belongs to. */
const calls: [RegExp, string][] = [
  [/`emitted\(|`totalUsage\(|`stream\(/, 'stream'],
  [/`runTools\(/, 'runTools'],
  [/`parse\(/, 'parse'],
  [/`tee\(|`create\(\{ stream/, 'create, streamed'],
  [/embeddings\.create/, 'embeddings'],
  [/`create\(/, 'create'],
  [/page of a list|sends a list|page\.options/, 'list'],
];

/** For texts that name none: what the file of the difference is about. */
const subjects: Record<keyof typeof differencesByFile, string> = {
  core: 'any call',
  package: 'imports',
  structured: 'schemas',
  parsing: 'parse',
  streaming: 'stream',
  tools: 'runTools',
  wires: 'any call',
  neighbours: 'any call',
};

function callsOf({ when, group }: KnownDifference, subject: string): string[] {
  const named = calls.filter(([pattern]) => pattern.test(when)).map(([, call]) => call);
  if (named.length) return named;
  return [subject === 'any call' && group === 'streams' ? 'create, streamed' : subject];
}

/** Call to the ids of the differences that concern it. */
export function touchedTable(): string {
  const table: Record<string, string[]> = {};
  for (const [file, differences] of Object.entries(differencesByFile))
    for (const difference of differences)
      for (const call of callsOf(difference, subjects[file as keyof typeof subjects]))
        (table[call] ??= []).push(difference.id);
  const sorted = Object.entries(table).sort(([a], [b]) => a.localeCompare(b));
  return `${JSON.stringify(Object.fromEntries(sorted), undefined, 2)}\n`;
}
