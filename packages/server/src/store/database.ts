/** Opens the database, of whichever kind it is, and brings its tables up to date. */
import type { Database } from './dialect.ts';
import { isPostgresURL } from './names.ts';

export { Database } from './dialect.ts';
export { DatabaseError } from './errors.ts';

/**
 * The database called `name`: a URL of PostgreSQL, such as `postgres://user:password@host:5432/name`; the path of a file
 * for SQLite, created when it is missing; or `:memory:`, which lives as long as the process.
 *
 * Rejects with a `DatabaseError` when it cannot be opened or written, is not a database of ours, or was written by
 * a newer version of this package; its tables are then as they were. The caller ends it with `destroy()`, after which a file
 * is whole by itself.
 */
export async function openDatabase(name: string): Promise<Database> {
  // Only the driver that is needed is loaded.
  if (isPostgresURL(name)) return (await import('./postgres.ts')).openPostgres(name);
  return (await import('./sqlite.ts')).openSQLite(name);
}
