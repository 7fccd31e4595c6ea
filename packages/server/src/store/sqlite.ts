/**
 * Opens a file of SQLite and brings its tables up to date. SQLite in WAL mode with `synchronous = FULL`: a
 * transaction that has been acknowledged survives a kill of the process and a loss of power.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import LibSQL from 'libsql';
import { SqliteDialect, type SqliteDatabase, type SqliteStatement } from 'kysely';
import { Database, sqlite } from './dialect.ts';
import { unusable } from './errors.ts';
import { migrate } from './migrate.ts';
import { isURL, shownName } from './names.ts';

/** How long a write waits for another process that holds the same file, in milliseconds. */
const busyTimeoutMs = 5_000;

/**
 * The database at `path`, created when it is missing; `:memory:` lives as long as the process.
 * Rejects with a `DatabaseError` when the file cannot be opened or written, is not a database of ours, or was written by
 * a newer version of this package; its tables are then as they were. The caller ends it with `destroy()`, which leaves
 * one whole file.
 */
export async function openSQLite(path: string): Promise<Database> {
  const file = openFile(path);
  const db = new Database({ dialect: new SqliteDialect({ database: preparingOnce(file) }) }, sqlite);
  try {
    await alone(file, async () => {
      await migrate(db, sqlite);
      // Changes nothing, and fails now where the file may only be read.
      file.exec('DELETE FROM deleted_completions WHERE false');
    });
  } catch (error) {
    await db.destroy();
    throw unusable(path, error);
  }
  return db;
}

function openFile(path: string): LibSQL.Database {
  if (isURL(path) && !/^file:/i.test(path)) {
    const wanted = 'Use the path of a file, :memory:, or a URL such as postgres://user:password@host/name';
    throw unusable(shownName(path), `it is a URL, but not of PostgreSQL. ${wanted}`);
  }
  let file: LibSQL.Database | undefined;
  try {
    file = new LibSQL(path);
    file.exec(`PRAGMA busy_timeout = ${busyTimeoutMs}`);
    // Before anything is changed, which the journal mode is.
    if (isForeign(file)) throw new Error('A table of another program already exists.');
    file.exec('PRAGMA journal_mode = WAL');
    file.exec('PRAGMA synchronous = FULL');
    file.exec('PRAGMA foreign_keys = ON');
    return file;
  } catch (error) {
    file?.close();
    throw unusable(path, error);
  }
}

/** Whether a file has tables, and none of ours. */
function isForeign(file: LibSQL.Database): boolean {
  const tables = file.prepare("SELECT name FROM sqlite_master WHERE type = 'table'").all() as {
    name: string;
  }[];
  return tables.length > 0 && !tables.some(({ name }) => name === 'kysely_migration');
}

/** Runs `work` in one transaction, during which no other process writes; a process that ends half way leaves nothing of it. */
async function alone(file: LibSQL.Database, work: () => Promise<void>): Promise<void> {
  await beginToWrite(file);
  try {
    await work();
    file.exec('COMMIT');
  } catch (error) {
    if (file.inTransaction) file.exec('ROLLBACK');
    throw error;
  }
}

/** Waits without holding up this process, which may be the one that writes. */
async function beginToWrite(file: LibSQL.Database): Promise<void> {
  file.exec('PRAGMA busy_timeout = 0');
  for (const endsAt = Date.now() + busyTimeoutMs; ;) {
    try {
      file.exec('BEGIN IMMEDIATE');
      break;
    } catch (error) {
      const isBusy = (error as { code?: string }).code === 'SQLITE_BUSY';
      if (!isBusy || Date.now() > endsAt) throw error;
    }
    await sleep(10);
  }
  file.exec(`PRAGMA busy_timeout = ${busyTimeoutMs}`);
}

/**
 * `file` with its statements kept: there are as many as there are shapes of query, and preparing one costs as much as
 * running it. A stored completion takes about 40 % less CPU for it.
 */
function preparingOnce(file: LibSQL.Database): SqliteDatabase {
  const prepare = (text: string): SqliteStatement => file.prepare(text) as unknown as SqliteStatement;
  const statements = new Map<string, SqliteStatement>();
  return {
    close() {
      tidy(file);
      file.close();
    },
    prepare(given) {
      // SQLite itself ends a transaction that the disk had no room for; ending it again would fail in place of that.
      const text = given === 'rollback' && !file.inTransaction ? 'select 0' : given;
      const statement = statements.get(text) ?? prepare(text);
      statements.set(text, statement);
      return statement;
    },
  };
}

/** Moves what is still in the log into the file itself, so that a copy of it is whole. The driver does not when it closes. */
function tidy(file: LibSQL.Database): void {
  try {
    file.exec('PRAGMA wal_checkpoint(TRUNCATE)');
  } catch {
    // The next process that opens the file reads the log again.
  }
}
