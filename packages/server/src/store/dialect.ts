/** What differs between the databases the store runs on. Everything else is the same SQL. */
import { Kysely, sql, type KyselyConfig, type RawBuilder } from 'kysely';
import type { Schema } from './schema.ts';

export interface Dialect {
  name: 'sqlite' | 'postgres';
  /** The column type of a primary key that counts up by itself. */
  sequence: 'integer' | 'bigserial';
  /** Ends the definition of a table that is nothing but its primary key. */
  keyed: RawBuilder<unknown> | undefined;
  /** A query for rows of whole numbers, given as one list for each column. It has the same text for any number of rows. */
  numbers(columns: readonly (readonly number[])[]): RawBuilder<unknown>;
}

export const sqlite: Dialect = {
  name: 'sqlite',
  sequence: 'integer',
  keyed: sql`without rowid`,
  numbers: ([first = [], ...others]) => {
    const rows = first.map((value, index) => [value, ...others.map((column) => column[index])]);
    const cells = [first, ...others].map((_, index) => sql`value ->> ${sql.lit(`$[${index}]`)}`);
    return sql`select ${sql.join(cells)} from json_each(${JSON.stringify(rows)})`;
  },
};

export const postgres: Dialect = {
  name: 'postgres',
  sequence: 'bigserial',
  keyed: undefined,
  numbers: (columns) =>
    sql`select * from unnest(${sql.join(columns.map((column) => sql`${sql.val(column)}::bigint[]`))})`,
};

/** An open database, and which kind it is. */
export class Database extends Kysely<Schema> {
  readonly kind: Dialect;

  constructor(config: KyselyConfig, kind: Dialect) {
    super(config);
    this.kind = kind;
  }
}
