/** The migrations in their order. A new one is a new file and a new line; a released one never changes. */
import { Migrator } from 'kysely';
import type { Database } from './dialect.ts';
import { completions } from './migrations/0001-completions.ts';
import { projects } from './migrations/0002-projects.ts';

/** Brings the tables up to date. The caller makes sure that nobody else does so at the same time. */
export async function migrate(db: Database): Promise<void> {
  const migrations = { '0001-completions': completions(db.kind), '0002-projects': projects(db.kind) };
  const migrator = new Migrator({ db, provider: { getMigrations: async () => migrations } });
  const { error } = await migrator.migrateToLatest();
  if (error !== undefined) throw error;
}
