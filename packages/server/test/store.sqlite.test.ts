import { chmod, copyFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { sql } from 'kysely';
import Database from 'libsql';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CompletionStore } from '../src/store/completions.ts';
import { DatabaseError, openDatabase } from '../src/store/database.ts';
import { describeStore, type OpenStore } from './store.contract.ts';
import { record } from './support/records.ts';

async function open(path: string): Promise<OpenStore> {
  const db = await openDatabase(path);
  return { store: new CompletionStore(db), close: () => db.destroy() };
}

describeStore('a store in memory', () => open(':memory:'));

describe('a store in a file', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'colloquy-store-'));
  });
  afterAll(() => rm(folder, { recursive: true }));

  it('is there again after closing', async () => {
    const path = join(folder, 'again.db');
    const before = await open(path);
    await before.store.insert(record({ id: 'a', metadata: { k: 'v' } }));
    await before.store.insert(record({ id: 'b' }));
    await before.store.remove('b');
    await before.close();
    const after = await open(path);
    expect((await after.store.find('a'))?.metadata).toEqual({ k: 'v' });
    expect(await after.store.list({ after: 'b', limit: 5, order: 'asc' })).toEqual({
      data: [],
      hasMore: false,
    });
    await after.close();
  });

  it('that version 0.1.0 wrote is brought up to date, with everything in it', async () => {
    const path = join(folder, 'old.db');
    await copyFile(fileURLToPath(new URL('databases/0001.db', import.meta.url)), path);
    const { store, close } = await open(path);
    const list = async (filter: object = {}): Promise<string[]> =>
      (await store.list({ limit: 100, order: 'asc', ...filter })).data.map(({ id }) =>
        id.replace('chatcmpl-', ''),
      );
    expect(await list()).toEqual(['0', '1', '2', '3', '4', '6', '7', '8', '9', '10']);
    expect(await list({ model: 'gpt-4o' })).toEqual(['3', '7']);
    expect(await list({ metadata: [['team', 'red']] })).toEqual(['7']);
    expect(await list({ metadata: [['team', 'green']] })).toEqual(['1']);
    expect(
      await list({
        model: 'gpt-4o-mini',
        metadata: [
          ['odd', 'nul \0 end'],
          ['team', 'blue'],
        ],
      }),
    ).toEqual(['2', '4', '8', '10']);
    expect(await list({ after: 'chatcmpl-5' })).toEqual(['6', '7', '8', '9', '10']);
    expect(await store.find('chatcmpl-2')).toMatchObject({
      created: 1_700_000_000,
      metadata: { team: 'blue', n: '2', odd: 'nul \0 end' },
      choices: [{ message: { content: 'Reply 2 \0 é' } }],
    });
    expect(await store.messages('chatcmpl-2', { limit: 5, order: 'asc' })).toMatchObject({
      data: [{ content: 'Question 2' }],
    });
    // The last completion was deleted. A new one of the same second must not take its place in the list.
    await store.insert(record({ id: 'new', created: 1_700_000_002 }));
    expect(await list({ after: 'chatcmpl-11' })).toEqual(['new']);
    await close();
  });

  it('can be shared by two processes that write in turns', async () => {
    const path = join(folder, 'shared.db');
    const [one, two] = [await open(path), await open(path)];
    await Promise.all([...'abcdef'].map((id, index) => (index % 2 ? one : two).store.insert(record({ id }))));
    expect((await one.store.list({ limit: 10, order: 'asc' })).data).toHaveLength(6);
    await Promise.all([one.close(), two.close()]);
  });

  it('can be opened for the first time by several at once', async () => {
    const path = join(folder, 'first.db');
    const opened = await Promise.all([open(path), open(path), open(path)]);
    await Promise.all(opened.map(({ store }, index) => store.insert(record({ id: `${index}` }))));
    for (const { store, close } of opened) {
      expect((await store.list({ limit: 10, order: 'asc' })).data).toHaveLength(3);
      await close();
    }
  });

  it('is whole by itself once it is closed', async () => {
    const path = join(folder, 'closed.db');
    const before = await open(path);
    await before.store.insert(record({ id: 'a' }));
    await before.close();
    await copyFile(path, join(folder, 'copy.db'));
    const after = await open(join(folder, 'copy.db'));
    expect(await after.store.find('a')).toBeDefined();
    await after.close();
  });

  it('says that it is full when it is, and goes on when there is room again', async () => {
    const db = await openDatabase(join(folder, 'full.db'));
    const store = new CompletionStore(db);
    const limit = (pages: number): Promise<unknown> =>
      sql.raw(`pragma max_page_count = ${pages}`).execute(db);
    await limit(1);
    const metadata = { k: 'v'.repeat(100_000) };
    for (const id of ['a', 'b']) await expect(store.insert(record({ id, metadata }))).rejects.toThrow(/full/);
    await limit(10_000);
    await store.insert(record({ id: 'a', metadata }));
    expect((await store.list({ limit: 10, order: 'asc' })).data).toHaveLength(1);
    await db.destroy();
  });

  it('syncs every commit to disk', async () => {
    const db = await openDatabase(join(folder, 'pragma.db'));
    const read = async (name: string): Promise<unknown> => {
      const { rows } = await sql<Record<string, unknown>>`select * from ${sql.raw(`pragma_${name}`)}`.execute(
        db,
      );
      return Object.values(rows[0] ?? {})[0];
    };
    expect(await read('journal_mode')).toBe('wal');
    expect(await read('synchronous')).toBe(2);
    expect(await read('foreign_keys')).toBe(1);
    await db.destroy();
  });

  it('a file that cannot be a database is an error that names it', async () => {
    const text = join(folder, 'text.db');
    await writeFile(text, 'this is not a database, whatever its name says. '.repeat(100));
    for (const path of [text, join(folder, 'no', 'such', 'folder.db'), folder]) {
      const failure = await openDatabase(path).catch((error: unknown) => error);
      expect(failure).toBeInstanceOf(DatabaseError);
      expect((failure as Error).message).toContain(path);
    }
  });

  it.each(['https://db.example', 'libsql://db.example', 'mysql://db.example/a'])(
    '%s is no file',
    async (path) => {
      await expect(openDatabase(path)).rejects.toThrow(`'${path}' as the database: it is a URL`);
    },
  );

  it.skipIf(process.getuid?.() === 0)('a file that may only be read is an error that says so', async () => {
    const path = join(folder, 'readonly.db');
    await (await open(path)).close();
    await chmod(path, 0o444);
    await expect(openDatabase(path)).rejects.toThrow('it is read-only');
  });

  it.each(['completions', 'users'])(
    'a file of another program, with the table %s, is refused, not changed',
    async (name) => {
      const path = join(folder, `other-${name}.db`);
      const file = new Database(path);
      file.exec(`create table ${name} (id)`);
      file.close();
      const before = await readFile(path);
      await expect(openDatabase(path)).rejects.toThrow('it has tables of another program');
      expect(await readFile(path)).toEqual(before);
    },
  );

  it('a file of a newer version is refused, not changed', async () => {
    const path = join(folder, 'newer.db');
    await (await open(path)).close();
    const file = new Database(path);
    file.exec("insert into kysely_migration (name, timestamp) values ('9999-later', '2099-01-01')");
    file.close();
    await expect(openDatabase(path)).rejects.toThrow('newer version');
  });
});
