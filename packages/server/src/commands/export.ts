/** `colloquy-server export`: writes stored completions as JSONL, with the filters of the list. */
import { once } from 'node:events';
import { InvalidArgumentError, Option, type Command } from 'commander';
import { databaseOption, mustExist, projectOption, withDatabases } from './databases.ts';

interface Options {
  db: string;
  project?: string;
  model?: string;
  metadata?: [key: string, value: string][];
  createdAfter?: number;
  createdBefore?: number;
}

export function addExport(program: Command): void {
  const command = program
    .command('export')
    .description('write stored completions to standard output as JSONL, oldest first')
    .addOption(databaseOption())
    .addOption(projectOption('only completions of this project'))
    .option('--model <name>', 'only completions of this model')
    .addOption(
      new Option('--metadata <key=value>', 'only completions with this metadata; may be repeated').argParser(
        (text, before: [string, string][] = []) => [...before, readPair(text)],
      ),
    )
    .addOption(timeOption('--created-after', 'only completions created at this time or later'))
    .addOption(timeOption('--created-before', 'only completions created before this time'))
    .action((options: Options) => write(options, command));
}

function timeOption(name: string, description: string): Option {
  return new Option(`${name} <time>`, `${description}: Unix seconds, or a date such as 2026-11-29`).argParser(
    readTime,
  );
}

async function write({ db: name, project, ...filter }: Options, command: Command): Promise<void> {
  mustExist(command, name);
  const { exportRows, projectsOf } = await import('../store/transfer.ts');
  await withDatabases(command, [name], async (db) => {
    const projects = project === undefined ? await projectsOf(db) : [project];
    for (const one of projects) {
      for await (const record of exportRows(db, { ...filter, project: one })) {
        if (!process.stdout.write(`${JSON.stringify(record)}\n`)) await once(process.stdout, 'drain');
      }
    }
  });
}

function readPair(text: string): [string, string] {
  const [, key, value] = /^([^=]+)=(.*)$/s.exec(text) ?? [];
  if (key === undefined || value === undefined) throw new InvalidArgumentError('It must be key=value.');
  return [key, value];
}

function readTime(text: string): number {
  const seconds = /^-?\d{1,15}$/.test(text) ? Number(text) : Math.floor(Date.parse(text) / 1_000);
  if (Number.isNaN(seconds))
    throw new InvalidArgumentError('It must be Unix seconds, or a date such as 2026-11-29.');
  return seconds;
}
