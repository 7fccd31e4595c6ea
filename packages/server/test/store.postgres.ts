import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CompletionStore } from '../src/store/completions.ts';
import { DatabaseError, openDatabase, type Database } from '../src/store/database.ts';
import { describeStore, record, type OpenStore } from './store.contract.ts';
import { query, startPostgres, type PostgresServer } from './support/postgres.ts';

let server: PostgresServer;
beforeAll(async () => {
  // What is tested here does not depend on the disk.
  server = await startPostgres({ fsync: false });
});
afterAll(() => server.close());

describe('the contract', () => {
  let db: Database;
  beforeAll(async () => {
    db = await openDatabase(await server.createDatabase());
  });
  afterAll(() => db.destroy());

  /** One database for all: emptying it is quicker than making another. */
  async function open(): Promise<OpenStore> {
    for (const table of ['completions', 'completion_terms', 'deleted_completions'] as const)
      await db.deleteFrom(table).execute();
    return { store: new CompletionStore(db), close: async () => {} };
  }

  describeStore('a store on PostgreSQL', open);
});

describe('opening', () => {
  it('five servers that start at once make the tables once', async () => {
    const url = await server.createDatabase();
    const opened = await Promise.all(Array.from({ length: 5 }, () => openDatabase(url)));
    await Promise.all(
      opened.map((db, index) =>
        new CompletionStore(db).insert(record({ id: `${index}`, metadata: { k: 'v' } })),
      ),
    );
    for (const db of opened) {
      const { data } = await new CompletionStore(db).list({
        limit: 10,
        order: 'asc',
        metadata: [['k', 'v']],
      });
      expect(data).toHaveLength(5);
      await db.destroy();
    }
    expect(await query(url, 'select name from kysely_migration order by name')).toEqual([
      { name: '0001-completions' },
      { name: '0002-projects' },
    ]);
  });

  it('a database that cannot be reached is an error that names it, without its password', async () => {
    const failure = await openDatabase('postgres://ann:secret@127.0.0.1:1/none?secret=1').catch(
      (error: unknown) => error,
    );
    expect(failure).toBeInstanceOf(DatabaseError);
    expect((failure as Error).message).toContain("Cannot use 'postgres://ann@127.0.0.1:1/none'");
    expect((failure as Error).message).not.toContain('secret');
  });

  it('a database of another program is refused, not changed', async () => {
    const url = await server.createDatabase();
    await query(url, 'create table completions (id text)');
    await expect(openDatabase(url)).rejects.toThrow('it holds tables of another program');
    const tables = await query(url, "select tablename from pg_tables where schemaname = 'public'");
    expect(tables).toEqual([{ tablename: 'completions' }]);
  });

  it('a database of a newer version is refused', async () => {
    const url = await server.createDatabase();
    await (await openDatabase(url)).destroy();
    await query(url, "insert into kysely_migration values ('9999-later', '2099-01-01')");
    await expect(openDatabase(url)).rejects.toThrow('newer version');
  });
});

describe('an outage', () => {
  it('is a 503 while it lasts, and nothing has to be started again', async () => {
    const db = await openDatabase(await server.createDatabase());
    const store = new CompletionStore(db);
    await store.insert(record({ id: 'before' }));
    await server.stop();
    const unavailable = { status: 503, code: 'database_unavailable', headers: { 'retry-after': '1' } };
    await expect(store.insert(record({ id: 'during' }))).rejects.toMatchObject(unavailable);
    await expect(store.find('before')).rejects.toMatchObject(unavailable);
    await expect(store.updateMetadata('before', {})).rejects.toMatchObject(unavailable);
    await expect(store.list({ limit: 1, order: 'asc' })).rejects.toMatchObject(unavailable);
    await server.start();
    await store.insert(record({ id: 'after' }));
    expect((await store.list({ limit: 9, order: 'asc' })).data.map(({ id }) => id)).toEqual([
      'before',
      'after',
    ]);
    await db.destroy();
  });
});
