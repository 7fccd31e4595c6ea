/** `colloquy-server prune`: deletes stored completions by age. */
import { InvalidArgumentError, Option, type Command } from 'commander';
import { counted } from './counted.ts';
import { databaseOption, mustExist, projectOption, withDatabases } from './databases.ts';

interface Options {
  db: string;
  olderThan: number;
  project?: string;
}

export function addPrune(program: Command): void {
  const command = program
    .command('prune')
    .description('delete stored completions that are older than a given time')
    .addOption(databaseOption())
    .addOption(
      new Option('--older-than <span>', 'minimum age, such as 30d, 12h or 4w (required)')
        .argParser(readSpan)
        .makeOptionMandatory(),
    )
    .addOption(projectOption('only completions of this project'))
    .action((options: Options) => prune(options, command));
}

async function prune({ db: name, olderThan, project }: Options, command: Command): Promise<void> {
  mustExist(command, name);
  const { pruneRows } = await import('../store/transfer.ts');
  const before = Math.floor(Date.now() / 1_000) - olderThan;
  await withDatabases(command, [name], async (db) => {
    const removed = await pruneRows(db, before, project, (count) => {
      if (process.stderr.isTTY) process.stderr.write(`\r${count} deleted`);
    });
    if (process.stderr.isTTY) process.stderr.write('\r');
    process.stdout.write(`${counted(removed, 'completion')} deleted.\n`);
  });
}

const unitSeconds: Record<string, number> = { m: 60, h: 3_600, d: 86_400, w: 604_800 };

/** A span of time in seconds. */
function readSpan(text: string): number {
  const [, digits, unit = ''] = /^(\d{1,6})([mhdw])$/.exec(text.trim()) ?? [];
  const seconds = Number(digits) * (unitSeconds[unit] ?? Number.NaN);
  if (Number.isNaN(seconds)) throw new InvalidArgumentError('It must be an age such as 30d, 12h or 4w.');
  return seconds;
}
