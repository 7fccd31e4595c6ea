import type { Kysely, Migration } from 'kysely';
import type { Dialect } from '../dialect.ts';

/** Stored completions, the index of their metadata, and the places of those that were deleted. */
export function completions(dialect: Dialect): Migration {
  return {
    async up(db: Kysely<any>): Promise<void> {
      await db.schema
        .createTable('completions')
        .addColumn('seq', dialect.sequence, (column) =>
          dialect.name === 'sqlite' ? column.primaryKey().autoIncrement() : column.primaryKey(),
        )
        .addColumn('id', 'text', (column) => column.notNull().unique())
        .addColumn('model', 'text', (column) => column.notNull())
        .addColumn('created', 'bigint', (column) => column.notNull())
        .addColumn('metadata', 'text')
        .addColumn('completion', 'text', (column) => column.notNull())
        .addColumn('request', 'text', (column) => column.notNull())
        .execute();
      await db.schema
        .createIndex('completions_by_time')
        .on('completions')
        .columns(['created', 'seq'])
        .execute();
      await db.schema
        .createIndex('completions_by_model')
        .on('completions')
        .columns(['model', 'created', 'seq'])
        .execute();

      await db.schema
        .createTable('completion_metadata')
        .addColumn('completion_seq', 'bigint', (column) =>
          column.notNull().references('completions.seq').onDelete('cascade'),
        )
        .addColumn('key', 'text', (column) => column.notNull())
        .addColumn('value', 'text', (column) => column.notNull())
        .addColumn('created', 'bigint', (column) => column.notNull())
        .addPrimaryKeyConstraint('completion_metadata_pkey', ['completion_seq', 'key'])
        .execute();
      await db.schema
        .createIndex('completion_metadata_by_pair')
        .on('completion_metadata')
        .columns(['key', 'value', 'created', 'completion_seq'])
        .execute();

      await db.schema
        .createTable('deleted_completions')
        .addColumn('id', 'text', (column) => column.primaryKey())
        .addColumn('created', 'bigint', (column) => column.notNull())
        .addColumn('seq', 'bigint', (column) => column.notNull())
        .execute();
    },
  };
}
