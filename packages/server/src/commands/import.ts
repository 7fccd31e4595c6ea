/** `colloquy-server import`: stores what `export` has written. */
import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import type { Command } from 'commander';
import { validateMetadata } from '../completion/validate.ts';
import { SettingError } from '../config.ts';
import { defaultProject } from '../http/auth.ts';
import type { PortableRecord } from '../store/transfer.ts';
import { counted } from './counted.ts';
import { databaseOption, mustBeFile, withDatabases } from './databases.ts';

interface Options {
  db: string;
  project?: string;
}

export function addImport(program: Command): void {
  const command = program
    .command('import')
    .description(
      'import completions from a JSONL file that export has written, except those that already exist',
    )
    .argument('<file>', 'JSONL file, or - for standard input')
    .addOption(databaseOption())
    .option('--project <name>', 'import all of them into this project; default: the project in each line')
    .action((file: string, options: Options) => read(file, options, command));
}

async function read(file: string, { db: name, project }: Options, command: Command): Promise<void> {
  if (file !== '-') mustBeFile(command, file);
  const { importRows } = await import('../store/transfer.ts');
  await withDatabases(command, [name], async (db) => {
    const input = file === '-' ? process.stdin : createReadStream(file);
    let batch: PortableRecord[] = [];
    let length = 0;
    let total = 0;
    let stored = 0;
    const flush = async (): Promise<void> => {
      if (batch.length > 0) stored += await importRows(db, batch);
      [batch, length] = [[], 0];
    };
    for await (const text of createInterface({ input, crlfDelay: Infinity })) {
      const line = total === 0 ? text.replace(/^\ufeff/, '') : text;
      total++;
      if (line.trim() === '') continue;
      const record = readRecord(line, total);
      batch.push(project === undefined ? record : { ...record, project });
      length += line.length;
      if (batch.length >= 200 || length > 16 * 1024 * 1024) await flush();
    }
    await flush();
    process.stdout.write(
      `${counted(stored, 'completion')} stored, ${counted(total - stored, 'line')} skipped.\n`,
    );
  });
}

/** The record in a line. Throws a `SettingError` that names the line and the field. */
function readRecord(line: string, number: number): PortableRecord {
  const fail = (reason: string): never => {
    throw new SettingError(`Line ${number}: ${reason}. The lines before it may be stored.`);
  };
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return fail('it is not JSON');
  }
  const { project = defaultProject, completion, request, route } = objectOf(value);
  const { id, model, created, choices, metadata } = objectOf(completion);
  const checks: [path: string, isFine: boolean, wanted: string][] = [
    ['project', isText(project), 'text'],
    ['completion.id', isText(id), 'text'],
    ['completion.model', isText(model), 'text'],
    ['completion.created', Number.isSafeInteger(created), 'a whole number'],
    ['completion.choices', Array.isArray(choices), 'an array'],
    ['request.messages', Array.isArray(objectOf(request)['messages']), 'an array'],
    ['route', route === undefined || route === null || typeof route === 'object', 'an object'],
  ];
  for (const [path, isFine, wanted] of checks) if (!isFine) return fail(`'${path}' must be ${wanted}`);
  try {
    // The index has entries for every two pairs, so there must not be more of them, or longer ones, than the API allows.
    validateMetadata(metadata, 'completion.metadata');
  } catch (error) {
    return fail((error as Error).message.replace(/\.$/, ''));
  }
  return { project, completion, request, route } as PortableRecord;
}

function objectOf(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}

/** Text that a column can hold. */
function isText(value: unknown): boolean {
  return typeof value === 'string' && !/[\0\p{Surrogate}]/u.test(value);
}
