import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CompletionStore } from '../src/store/completions.ts';
import { DatabaseError, openDatabase, type Database } from '../src/store/database.ts';
import { describeStore, type OpenStore } from './store.contract.ts';
import { record } from './support/records.ts';
import { completionBody, testApp, type Answer } from './support/app.ts';
import { query, startPostgres, type PostgresServer } from './support/postgres.ts';

const completions = '/v1/chat/completions';

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
    await expect(openDatabase(url)).rejects.toThrow('it has tables of another program');
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
    const app = await testApp({ db: await server.createDatabase() });
    const store = (content: string): Promise<Answer> =>
      app.ask('POST', completions, completionBody({ store: true, metadata: { content } }));
    const probe = async (name: string): Promise<number> => (await app.ask('GET', `/health/${name}`)).status;
    const { body } = await store('before');
    expect([await probe('live'), await probe('ready')]).toEqual([200, 200]);

    await server.stop();
    const one = `${completions}/${body.id}`;
    const responses = [
      await store('during'),
      await app.ask('GET', completions),
      await app.ask('GET', one),
      await app.ask('POST', one, { metadata: {} }),
      await app.ask('DELETE', one),
      await app.ask('GET', `${one}/messages`),
    ];
    for (const { status, headers, body } of responses) {
      expect(status).toBe(503);
      expect(headers.get('retry-after')).toBe('1');
      expect(body.error).toMatchObject({ type: 'server_error', code: 'database_unavailable' });
    }
    // What stores nothing is served.
    expect((await app.ask('POST', completions, completionBody())).status).toBe(200);
    expect([await probe('live'), await probe('ready')]).toEqual([200, 503]);

    await server.start();
    expect([await probe('live'), await probe('ready')]).toEqual([200, 200]);
    expect((await store('after')).status).toBe(200);
    const { body: list } = await app.ask('GET', completions);
    expect(list.data.map(({ metadata }: { metadata: unknown }) => metadata)).toEqual([
      { content: 'before' },
      { content: 'after' },
    ]);
    await app.close();
  });

  it('in the middle of many requests fails some of them, and loses nothing that was acknowledged', async () => {
    const app = await testApp({ db: await server.createDatabase() });
    const statuses: number[] = [];
    const acknowledged: string[] = [];
    const end = new AbortController();
    const work = Array.from({ length: 8 }, async () => {
      while (!end.signal.aborted) {
        const { status, body } = await app.ask('POST', completions, completionBody({ store: true }));
        statuses.push(status);
        if (status === 200) acknowledged.push(body.id);
      }
    });
    await sleep(300);
    await server.stop();
    await sleep(100);
    await server.start();
    await sleep(300);
    end.abort();
    await Promise.all(work);
    expect(new Set(statuses)).toEqual(new Set([200, 503]));
    for (const id of acknowledged) expect((await app.ask('GET', `${completions}/${id}`)).status).toBe(200);
    await app.close();
  });
});
