/** `colloquy-server import`: stores what `export` has written. */
import { createReadStream } from 'node:fs';
import type { Command } from 'commander';
import { validateMetadata } from '../completion/validate.ts';
import { maxIdLength, maxProjectLength, SettingError } from '../config.ts';
import { defaultProject } from '../http/auth.ts';
import { isStorable } from '../store/rows.ts';
import type { PortableRecord } from '../store/transfer.ts';
import { counted } from './counted.ts';
import { databaseOption, mustBeFile, projectOption, withDatabases } from './databases.ts';

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
    .addOption(projectOption('import all of them into this project; default: the project in each line'))
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
    for await (const line of linesIn(input)) {
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

/** The lines of UTF-8. Throws a `SettingError` for bytes that are not UTF-8: replacing them would change what is stored. */
async function* linesIn(input: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let count = 0;
  const decoded = (bytes?: Uint8Array): string => {
    try {
      return decoder.decode(bytes, { stream: bytes !== undefined });
    } catch {
      throw new SettingError(
        `It is not UTF-8, somewhere after line ${count}. The lines before that may be stored.`,
      );
    }
  };
  // The parts of a line that is not complete.
  let parts: string[] = [];
  for await (const bytes of input) {
    const [end = '', ...lines] = decoded(bytes).split('\n');
    parts.push(end);
    for (const next of lines) {
      count++;
      yield parts.join('');
      parts = [next];
    }
  }
  const last = parts.join('') + decoded();
  if (last !== '') yield last;
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
  if (isTooDeep(value)) return fail('it nests too deep');
  const { project = defaultProject, completion, request, route } = objectOf(value);
  const { id, model, created, choices, metadata } = objectOf(completion);
  const checks: [path: string, isFine: boolean, wanted: string][] = [
    ['project', isName(project, maxProjectLength), `text of 1 to ${maxProjectLength} characters`],
    ['completion.id', isName(id, maxIdLength), `text of 1 to ${maxIdLength} characters`],
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

/** Parsing needs no stack for each level, and writing does. */
function isTooDeep(value: unknown): boolean {
  try {
    JSON.stringify(value);
    return false;
  } catch {
    return true;
  }
}

function isName(value: unknown, maxLength: number): boolean {
  return isText(value) && value !== '' && value.length <= maxLength;
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && isStorable(value);
}
