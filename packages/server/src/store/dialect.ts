/** What differs between the databases the store runs on. Everything else is the same SQL. */
export interface Dialect {
  name: 'sqlite' | 'postgres';
  /** The column type of a primary key that counts up by itself. */
  sequence: 'integer' | 'bigserial';
}

export const sqlite: Dialect = { name: 'sqlite', sequence: 'integer' };
