/** Stored completions: insert, find, list, update and remove, the same on every database Kysely speaks to. */
import { sql, type Kysely, type Transaction } from 'kysely';
import { ApiError } from '../http/errors.ts';
import { batched } from './batch.ts';
import { storedMessages, type StoredMessage } from './messages.ts';
import {
  decodeCompletion,
  encodeMetadata,
  encodeRecord,
  encodeText,
  isStorable,
  pairsOf,
  type ChatCompletion,
  type EncodedRecord,
  type Metadata,
  type Pair,
  type StoreRecord,
} from './rows.ts';
import type { Schema } from './schema.ts';

export type { StoreRecord } from './rows.ts';

/** Which part of a list: `limit` items after the one named `after`, by time of creation. */
export interface PageQuery {
  after?: string | undefined;
  limit: number;
  order: 'asc' | 'desc';
}

export interface CompletionsQuery extends PageQuery {
  /** Only completions of this model, as the completion names it. */
  model?: string | undefined;
  /** Only completions that have all of these pairs. */
  metadata?: Iterable<readonly [key: string, value: string]> | undefined;
}

export interface Page<Item> {
  data: Item[];
  /** Whether there is something after the last item. */
  hasMore: boolean;
}

/** Where a completion stands in the list. */
interface Place {
  created: number;
  seq: number;
}

/** What the routes need of a store. */
export type Store = Pick<CompletionStore, keyof CompletionStore>;

/** Writes that share one commit. Enough to hide its cost, few enough to keep other requests moving. */
const maxBatch = 100;

/**
 * Every method resolves when the database has answered; what a resolved write has written is durable.
 * Completions are ordered by `created`, and within a second by the order of insertion.
 */
export class CompletionStore {
  readonly #db: Kysely<Schema>;
  readonly #write: (row: EncodedRecord) => Promise<void>;

  /** The store does not own `db`: whoever opened it destroys it. */
  constructor(db: Kysely<Schema>) {
    this.#db = db;
    this.#write = batched((rows) => db.transaction().execute((trx) => insertRows(trx, rows)), maxBatch);
  }

  /** Stores a completion; an id that is already stored is refused with 409 and keeps what it had. */
  async insert(record: StoreRecord): Promise<void> {
    await this.#write(encodeRecord(record));
  }

  async find(id: string): Promise<ChatCompletion | undefined> {
    if (!isStorable(id)) return undefined;
    const row = await this.#db
      .selectFrom('completions')
      .select(['completion', 'metadata'])
      .where('id', '=', id)
      .executeTakeFirst();
    return row && decodeCompletion(row);
  }

  /** One page. An `after` that never named a stored completion is refused with 404; a deleted one keeps its place. */
  async list(query: CompletionsQuery): Promise<Page<ChatCompletion>> {
    const { limit, order, model } = query;
    const after = query.after === undefined ? undefined : await this.#place(query.after);
    if (model !== undefined && !isStorable(model)) return { data: [], hasMore: false };

    // With a filter, the index of its rarest pair is what is read in order; each row found is then held to the others.
    const [first, ...others] = await this.#byRarity([...(query.metadata ?? [])]);
    const created = sql.ref<number>(first ? 'pair.created' : 'completions.created');
    const seq = sql.ref<number>(first ? 'pair.completion_seq' : 'completions.seq');
    let select = this.#db
      .selectFrom('completions')
      .select(['completions.completion', 'completions.metadata'])
      .orderBy(created, order)
      .orderBy(seq, order)
      .limit(limit + 1);
    if (first) {
      select = select.innerJoin('completion_metadata as pair', (join) =>
        join
          .onRef('pair.completion_seq', '=', 'completions.seq')
          .on('pair.key', '=', first.key)
          .on('pair.value', '=', first.value),
      );
    }
    for (const { key, value } of others) {
      select = select.where(({ exists, selectFrom }) =>
        exists(
          selectFrom('completion_metadata as other')
            .select('other.key')
            .whereRef('other.completion_seq', '=', 'completions.seq')
            .where('other.key', '=', key)
            .where('other.value', '=', value),
        ),
      );
    }
    if (model !== undefined) select = select.where('completions.model', '=', model);
    if (after) {
      const beyond = sql.raw(order === 'asc' ? '>' : '<');
      select = select.where(sql<boolean>`(${created}, ${seq}) ${beyond} (${after.created}, ${after.seq})`);
    }
    const rows = await select.execute();
    return { data: rows.slice(0, limit).map(decodeCompletion), hasMore: rows.length > limit };
  }

  /** Replaces all metadata; null removes it. The changed completion, or undefined when there is none. */
  async updateMetadata(id: string, metadata: Metadata | null): Promise<ChatCompletion | undefined> {
    if (!isStorable(id)) return undefined;
    return this.#db.transaction().execute(async (trx) => {
      const row = await trx
        .updateTable('completions')
        .set({ metadata: encodeMetadata(metadata) })
        .where('id', '=', id)
        .returning(['completion', 'metadata', 'created', 'seq'])
        .executeTakeFirst();
      if (!row) return undefined;
      await trx.deleteFrom('completion_metadata').where('completion_seq', '=', row.seq).execute();
      await insertPairs(trx, row, pairsOf(metadata));
      return decodeCompletion(row);
    });
  }

  /** Removes the completion, its request and its metadata. False when there was none. */
  async remove(id: string): Promise<boolean> {
    if (!isStorable(id)) return false;
    return this.#db.transaction().execute(async (trx) => {
      const place = await trx
        .deleteFrom('completions')
        .where('id', '=', id)
        .returning(['created', 'seq'])
        .executeTakeFirst();
      if (!place) return false;
      await trx
        .insertInto('deleted_completions')
        .values({ id, ...place })
        .onConflict((conflict) => conflict.column('id').doUpdateSet(place))
        .execute();
      return true;
    });
  }

  /** Removes everything, also what is known about completions that were removed before. */
  async clear(): Promise<void> {
    await this.#db.transaction().execute(async (trx) => {
      await trx.deleteFrom('completions').execute();
      await trx.deleteFrom('deleted_completions').execute();
    });
  }

  /** One page of the request's messages, or undefined when there is no such completion. */
  async messages(id: string, { after, limit, order }: PageQuery): Promise<Page<StoredMessage> | undefined> {
    if (!isStorable(id)) return undefined;
    const row = await this.#db
      .selectFrom('completions')
      .select('request')
      .where('id', '=', id)
      .executeTakeFirst();
    if (!row) return undefined;
    const messages = storedMessages(id, (JSON.parse(row.request) as StoreRecord['request']).messages);
    if (order === 'desc') messages.reverse();
    const start = after === undefined ? 0 : messages.findIndex((message) => message.id === after) + 1;
    if (after !== undefined && start === 0) throw noSuchCursor(after);
    return { data: messages.slice(start, start + limit), hasMore: messages.length > start + limit };
  }

  /** The pairs of a filter with the rarest first. Pairs on a thousand completions or more count as equal. */
  async #byRarity(filter: (readonly [key: string, value: string])[]): Promise<Pair[]> {
    const pairs = filter.map(([key, value]) => ({ key: encodeText(key), value: encodeText(value), rows: 0 }));
    if (pairs.length < 2) return pairs;
    for (const pair of pairs) {
      const some = this.#db
        .selectFrom('completion_metadata')
        .select('completion_seq')
        .where('key', '=', pair.key)
        .where('value', '=', pair.value)
        .limit(1_000);
      const { rows } = await this.#db
        .selectFrom(some.as('some'))
        .select(({ fn }) => fn.countAll<number>().as('rows'))
        .executeTakeFirstOrThrow();
      pair.rows = Number(rows);
    }
    return pairs.sort((a, b) => a.rows - b.rows);
  }

  async #place(id: string): Promise<Place> {
    if (!isStorable(id)) throw noSuchCursor(id);
    for (const table of ['completions', 'deleted_completions'] as const) {
      const place = await this.#db
        .selectFrom(table)
        .select(['created', 'seq'])
        .where('id', '=', id)
        .executeTakeFirst();
      if (place) return place;
    }
    throw noSuchCursor(id);
  }
}

async function insertRows(trx: Transaction<Schema>, records: EncodedRecord[]): Promise<Map<number, Error>> {
  const refused = new Map<number, Error>();
  for (const [position, { row, pairs }] of records.entries()) {
    const place = await trx
      .insertInto('completions')
      .values(row)
      .onConflict((conflict) => conflict.column('id').doNothing())
      .returning(['created', 'seq'])
      .executeTakeFirst();
    if (place) await insertPairs(trx, place, pairs);
    else refused.set(position, alreadyStored(row.id));
  }
  return refused;
}

async function insertPairs(trx: Transaction<Schema>, { created, seq }: Place, pairs: Pair[]): Promise<void> {
  if (pairs.length === 0) return;
  const rows = pairs.map(({ key, value }) => ({ completion_seq: seq, key, value, created }));
  await trx.insertInto('completion_metadata').values(rows).execute();
}

function noSuchCursor(after: string): ApiError {
  return new ApiError(
    404,
    `Invalid 'after': there is nothing with the id '${after.slice(0, 80)}' in this list.`,
    {
      param: 'after',
      code: 'not_found',
    },
  );
}

function alreadyStored(id: string): ApiError {
  return new ApiError(409, `A completion with the id '${id}' is already stored.`, { code: 'already_exists' });
}
