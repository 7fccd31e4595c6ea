/** Shared parts of the commands that work on databases. */
import { existsSync, statSync } from 'node:fs';
import { Option, type Command } from 'commander';
import { readProject, serverDefaults, SettingError } from '../config.ts';
import { checked, databaseURL, databaseVariable } from '../flags.ts';
import type { Database } from '../store/dialect.ts';
import { DatabaseError, failureOf } from '../store/errors.ts';
import { isURL } from '../store/names.ts';

const names = `a file or a PostgreSQL URL; ${databaseVariable}`;

/** The option `--db`, with the default of `serve`. */
export function databaseOption(): Option {
  return new Option('--db <name>', `database to use: ${names}`)
    .env('COLLOQUY_DB')
    .default(databaseURL() ?? serverDefaults.db, serverDefaults.db);
}

/** The option `--to`, which is required unless `DATABASE_URL` is a PostgreSQL URL. */
export function targetOption(): Option {
  return new Option('--to <name>', `database to copy to: ${names}`)
    .default(databaseURL(), 'DATABASE_URL')
    .makeOptionMandatory();
}

/** The project that a command works on. */
export function projectOption(description: string): Option {
  return new Option('--project <name>', description).argParser((text) => checked(readProject, text));
}

/** Opens databases, runs `work` on them and closes them. A database that cannot be used ends the command with the reason. */
export async function withDatabases<Names extends string[]>(
  command: Command,
  names: readonly [...Names],
  work: (...dbs: { [Index in keyof Names]: Database }) => Promise<void>,
): Promise<void> {
  const { openDatabase } = await import('../store/database.ts');
  const opened: Database[] = [];
  try {
    for (const name of names) opened.push(await openDatabase(name));
    await work(...(opened as { [Index in keyof Names]: Database }));
  } catch (error) {
    if (error instanceof SettingError || error instanceof DatabaseError)
      command.error(`error: ${error.message}`);
    const reason = failureOf(error);
    if (reason === undefined) throw error;
    command.error(
      `error: A database failed: ${reason.replace(/\.?$/, '.')} What was done before is kept; start the command again.`,
    );
  } finally {
    for (const db of opened) await db.destroy();
  }
}

/** Ends the command if the file `name` does not exist: opening it would create an empty one. */
export function mustExist(command: Command, name: string): void {
  if (!isURL(name) && !existsSync(name)) command.error(`error: the file '${name}' does not exist.`);
}

/** Ends the command when the file `name` does not exist, or is a folder. */
export function mustBeFile(command: Command, name: string): void {
  mustExist(command, name);
  if (statSync(name).isDirectory()) command.error(`error: '${name}' is a folder, not a file.`);
}

/** Shows progress: as a bar on a terminal, otherwise as a line for each tenth. */
export class Progress {
  readonly #total: number;
  #tenths = 0;

  constructor(total: number) {
    this.#total = total;
  }

  show(done: number): void {
    const part = this.#total === 0 ? 1 : Math.min(1, done / this.#total);
    const text = `${done} of ${this.#total} (${Math.floor(part * 100)} %)`;
    if (process.stderr.isTTY) {
      const width = 30;
      const filled = Math.round(part * width);
      process.stderr.write(`\r[${'#'.repeat(filled)}${' '.repeat(width - filled)}] ${text}`);
      if (part === 1) process.stderr.write('\n');
    } else if (Math.floor(part * 10) > this.#tenths) {
      this.#tenths = Math.floor(part * 10);
      process.stderr.write(`${text}\n`);
    }
  }
}
