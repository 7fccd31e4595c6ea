import { sql, type Kysely, type Migration } from 'kysely';
import type { Dialect } from '../dialect.ts';
import { decodeMetadata } from '../rows.ts';
import { conditionsOf, termsOf } from '../terms.ts';

/**
 * Completions belong to a project, ids are unique within one, and filters read `completion_terms`. What was stored before
 * belongs to the project `default`.
 */
export function projects(dialect: Dialect): Migration {
  return {
    async up(db: Kysely<any>): Promise<void> {
      // A constraint of a table cannot be taken back in SQLite, so the tables are made anew.
      await db.schema.dropTable('completion_metadata').execute();
      for (const index of ['completions_by_time', 'completions_by_model'])
        await db.schema.dropIndex(index).execute();
      for (const table of ['completions', 'deleted_completions'])
        await db.schema.alterTable(table).renameTo(`${table}_0001`).execute();
      await createTables(db, dialect);
      await copyRows(db);
      await keepSequence(db, dialect);
      for (const table of ['completions_0001', 'deleted_completions_0001'])
        await db.schema.dropTable(table).execute();
      await indexRows(db, dialect);
    },
  };
}

async function createTables(db: Kysely<any>, dialect: Dialect): Promise<void> {
  await db.schema
    .createTable('completions')
    .addColumn('seq', dialect.sequence, (column) =>
      dialect.name === 'sqlite' ? column.primaryKey().autoIncrement() : column.notNull(),
    )
    .addColumn('project', 'text', (column) => column.notNull())
    .addColumn('id', 'text', (column) => column.notNull())
    .addColumn('model', 'text', (column) => column.notNull())
    .addColumn('created', 'bigint', (column) => column.notNull())
    .addColumn('metadata', 'text')
    .addColumn('route', 'text')
    .addColumn('completion', 'text', (column) => column.notNull())
    .addColumn('request', 'text', (column) => column.notNull())
    .$call((table) =>
      // The old table still has the name that this one's primary key would get by itself.
      dialect.name === 'sqlite' ? table : table.addPrimaryKeyConstraint('completions_by_seq', ['seq']),
    )
    .addUniqueConstraint('completions_by_id', ['project', 'id'])
    .execute();
  await db.schema
    .createIndex('completions_by_time')
    .on('completions')
    .columns(['project', 'created', 'seq'])
    .execute();
  await db.schema
    .createTable('completion_terms')
    .addColumn('term', 'bigint', (column) => column.notNull())
    .addColumn('created', 'bigint', (column) => column.notNull())
    .addColumn('seq', 'bigint', (column) => column.notNull())
    .addPrimaryKeyConstraint('completion_terms_by_term', ['term', 'created', 'seq'])
    .$call((table) => (dialect.keyed ? table.modifyEnd(dialect.keyed) : table))
    .execute();
  await db.schema
    .createTable('deleted_completions')
    .addColumn('project', 'text', (column) => column.notNull())
    .addColumn('id', 'text', (column) => column.notNull())
    .addColumn('created', 'bigint', (column) => column.notNull())
    .addColumn('seq', 'bigint', (column) => column.notNull())
    .addPrimaryKeyConstraint('deleted_completions_by_id', ['project', 'id'])
    .execute();
}

async function copyRows(db: Kysely<any>): Promise<void> {
  const completions = ['seq', 'id', 'model', 'created', 'metadata', 'completion', 'request'];
  const deleted = ['id', 'created', 'seq'];
  for (const [table, columns] of Object.entries({ completions, deleted_completions: deleted })) {
    await db
      .insertInto(table)
      .columns(['project', ...columns])
      .expression(
        db
          .selectFrom(`${table}_0001`)
          .select([sql.lit('default').as('project'), ...columns])
          .orderBy('seq'),
      )
      .execute();
  }
}

/** Numbers that were given to completions which are gone since are not given again. */
async function keepSequence(db: Kysely<any>, { name }: Dialect): Promise<void> {
  if (name === 'postgres') {
    await sql`select setval(pg_get_serial_sequence('completions', 'seq'), nextval(pg_get_serial_sequence('completions_0001', 'seq')))`.execute(
      db,
    );
    return;
  }
  await sql`delete from sqlite_sequence where name = 'completions'`.execute(db);
  await sql`insert into sqlite_sequence (name, seq) select 'completions', seq from sqlite_sequence where name = 'completions_0001'`.execute(
    db,
  );
}

async function indexRows(db: Kysely<any>, dialect: Dialect): Promise<void> {
  for (let seq = -1; ;) {
    const rows = await db
      .selectFrom('completions')
      .select(['seq', 'project', 'model', 'created', 'metadata'])
      .where('seq', '>', seq)
      .orderBy('seq')
      .limit(500)
      .execute();
    const last = rows.at(-1);
    if (!last) return;
    seq = last.seq;
    const columns: [number[], number[], number[]] = [[], [], []];
    for (const row of rows) {
      const conditions = conditionsOf(row.model, decodeMetadata(row.metadata));
      for (const term of termsOf(row.project, conditions)) {
        columns[0].push(term);
        columns[1].push(row.created);
        columns[2].push(row.seq);
      }
    }
    await db
      .insertInto('completion_terms')
      .columns(['term', 'created', 'seq'])
      .expression(dialect.numbers(columns) as never)
      .execute();
  }
}
