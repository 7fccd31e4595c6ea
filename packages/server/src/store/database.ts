/** Opens the database, of whichever kind it is, and brings its tables up to date. */
import type { Database } from './dialect.ts';
import { openSQLite } from './sqlite.ts';

export { Database } from './dialect.ts';
export { DatabaseError } from './errors.ts';

/**
 * The database named by `place`: the path of a file, created when it is not there, or `:memory:`, which lives as long as
 * the process.
 *
 * Rejects with a `DatabaseError` when it cannot be opened or written, is not a database of ours, or was written by
 * a newer version of this package; its tables are then as they were. The caller ends it with `destroy()`, which leaves
 * one whole file.
 */
export async function openDatabase(place: string): Promise<Database> {
  return openSQLite(place);
}
