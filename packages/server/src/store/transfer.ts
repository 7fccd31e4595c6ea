/** Handles many stored completions at a time: copy, export, import, and delete by age. */
import type { Kysely } from 'kysely';
import { atOnce } from '../slices.ts';
import type { Database } from './dialect.ts';
import { readPage, type Filter, type Place } from './pages.ts';
import {
  decodeCompletion,
  decodeMetadata,
  encodeRecord,
  type EncodedRecord,
  type Row,
  type StoreRecord,
} from './rows.ts';
import type { Schema } from './schema.ts';
import { conditionsOf, termsOf } from './terms.ts';
import { insertRows, removeTerms } from './writes.ts';

/** A stored completion outside of a database. */
export interface PortableRecord extends StoreRecord {
  project: string;
}

const batchSize = 200;
/** Characters of text that are in memory at once, unless one row alone has more. */
const maxBatchLength = 16 * 1024 * 1024;

export async function countRows(db: Database): Promise<number> {
  const count = db.selectFrom('completions').select(({ fn }) => fn.countAll<number>().as('rows'));
  return Number((await count.executeTakeFirstOrThrow()).rows);
}

/**
 * Copies what `to` does not have yet, in the order of insertion, and calls `onProgress` with the number of rows of `from` that are
 * in `to`. It may be stopped at any time and started again.
 */
export async function copyRows(
  from: Database,
  to: Database,
  onProgress: (done: number) => void,
): Promise<{ copied: number }> {
  let copied = 0;
  let done = 0;
  for (let last = -1; ;) {
    const batch = await nextBatch(from, last);
    const end = batch.at(-1);
    if (!end) return { copied };
    const missing = await withoutStored(to, batch);
    if (missing.length > 0) {
      const seqs = missing.map(({ seq }) => seq);
      const rows = await from
        .selectFrom('completions')
        .select(['project', 'id', 'model', 'created', 'metadata', 'route', 'completion', 'request'])
        .where('seq', 'in', seqs)
        .orderBy('seq')
        .execute();
      copied += await insertMany(to, rows.map(encodeRow));
    }
    last = end.seq;
    onProgress((done += batch.length));
  }
}

/** How many rows of `from` are in `to`, by their ids. */
export async function countCopied(from: Database, to: Database): Promise<number> {
  let found = 0;
  for (let last = -1; ;) {
    const ids = await from
      .selectFrom('completions')
      .select(['seq', 'project', 'id'])
      .where('seq', '>', last)
      .orderBy('seq')
      .limit(1_000)
      .execute();
    const end = ids.at(-1);
    if (!end) return found;
    found += ids.length - (await withoutStored(to, ids)).length;
    last = end.seq;
  }
}

/** The stored completions that a filter matches, oldest first. */
export async function* exportRows(db: Database, filter: Filter): AsyncGenerator<PortableRecord> {
  for (let after: Place | undefined; ;) {
    const rows = await readPage(db, filter, { after, limit: 20, order: 'asc' });
    for (const row of rows) {
      // One at a time: a request may be large. A row that was deleted meanwhile is left out.
      const found = await db
        .selectFrom('completions')
        .select('request')
        .where('seq', '=', row.seq)
        .executeTakeFirst();
      if (!found) continue;
      const { colloquy: route, ...completion } = decodeCompletion(row);
      const request = JSON.parse(found.request) as StoreRecord['request'];
      yield { project: filter.project, completion, request, ...(route && { route }) };
    }
    after = rows.at(-1);
    if (!after) return;
  }
}

/** Stores what is not stored yet. Resolves with the number of these. */
export async function importRows(db: Database, records: readonly PortableRecord[]): Promise<number> {
  const encoded = records.map(({ project, ...record }) =>
    // What an update has made of the metadata is in the completion; the request has what was sent.
    atOnce(encodeRecord(project, record, record.completion.metadata ?? null)),
  );
  return insertMany(db, encoded);
}

/** Removes what was created before a time, in Unix seconds, and calls `onProgress` with the number of rows removed so far. */
export async function pruneRows(
  db: Database,
  before: number,
  project: string | undefined,
  onProgress: (removed: number) => void,
): Promise<number> {
  let removed = 0;
  for (const name of project === undefined ? await projectsOf(db) : [project]) {
    for (let count = batchSize; count === batchSize; onProgress(removed)) {
      count = await db.transaction().execute((trx) => removeOldest(trx, db, name, before));
      removed += count;
    }
    await db
      .deleteFrom('deleted_completions')
      .where('project', '=', name)
      .where('created', '<', before)
      .execute();
  }
  return removed;
}

export async function projectsOf(db: Database): Promise<string[]> {
  const named = db.selectFrom('completions').select('project').distinct();
  const left = db.selectFrom('deleted_completions').select('project').distinct();
  return (await named.union(left).orderBy('project').execute()).map(({ project }) => project);
}

async function removeOldest(
  trx: Parameters<typeof removeTerms>[0],
  { kind }: Database,
  project: string,
  before: number,
): Promise<number> {
  const oldest = trx
    .selectFrom('completions')
    .select('seq')
    .where('project', '=', project)
    .where('created', '<', before)
    .orderBy('created')
    .orderBy('seq')
    .limit(batchSize);
  const rows = await trx
    .deleteFrom('completions')
    .where('seq', 'in', oldest)
    .returning(['seq', 'project', 'model', 'created', 'metadata'])
    .execute();
  await removeTerms(trx, kind, rows);
  return rows.length;
}

interface Numbered {
  seq: number;
  project: string;
  id: string;
}

/** The rows that come next, as many as fit into memory. */
async function nextBatch(db: Kysely<Schema>, after: number): Promise<Numbered[]> {
  const rows = await db
    .selectFrom('completions')
    .select(['seq', 'project', 'id'])
    .select(({ fn }) => [
      fn<number>('length', ['completion']).as('completionLength'),
      fn<number>('length', ['request']).as('requestLength'),
    ])
    .where('seq', '>', after)
    .orderBy('seq')
    .limit(batchSize)
    .execute();
  let length = 0;
  const fitting = rows.findIndex(
    ({ completionLength, requestLength }) => (length += completionLength + requestLength) > maxBatchLength,
  );
  return fitting === -1 ? rows : rows.slice(0, Math.max(1, fitting));
}

async function withoutStored<Item extends Numbered>(db: Database, items: readonly Item[]): Promise<Item[]> {
  const ids = items.map(({ id }) => id);
  const stored = await db
    .selectFrom('completions')
    .select(['project', 'id'])
    .where('id', 'in', ids)
    .execute();
  const keys = new Set(stored.map(({ project, id }) => `${project}\0${id}`));
  return items.filter(({ project, id }) => !keys.has(`${project}\0${id}`));
}

function encodeRow(row: Row): EncodedRecord {
  return { row, terms: termsOf(row.project, conditionsOf(row.model, decodeMetadata(row.metadata))) };
}

async function insertMany(db: Database, records: readonly EncodedRecord[]): Promise<number> {
  const refused = await db.transaction().execute((trx) => insertRows(trx, db.kind, records));
  return records.length - refused.size;
}
