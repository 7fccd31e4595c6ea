/** The migrations in their order. A new one is a new file and a new line; a released one never changes. */
import { Migrator, type Kysely } from 'kysely';
import type { Dialect } from './dialect.ts';
import { completions } from './migrations/0001-completions.ts';
import { projects } from './migrations/0002-projects.ts';
import type { Schema } from './schema.ts';

/**
 * Brings the tables up to date. The caller does this in a transaction, and makes sure that no other process does so at the same
 * time: all migrations are made, or none.
 */
export async function migrate(db: Kysely<Schema>, kind: Dialect): Promise<void> {
  const migrations = { '0001-completions': completions(kind), '0002-projects': projects(kind) };
  const provider = { getMigrations: async () => migrations };
  const { error } = await new Migrator({ db, provider, disableTransactions: true }).migrateToLatest();
  if (error !== undefined) throw error;
}
