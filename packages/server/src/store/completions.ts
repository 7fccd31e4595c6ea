/** Stored completions: insert, find, list, update and remove, the same on every database Kysely speaks to. */
import type { OpenAI } from 'colloquy';
import type { Kysely, Transaction } from 'kysely';
import { ApiError } from '../http/errors.ts';
import { batched } from './batch.ts';
import { storedMessages, type RequestMessage, type StoredMessage } from './messages.ts';
import type { Schema } from './schema.ts';

type ChatCompletion = OpenAI.ChatCompletion;
type Metadata = Record<string, string>;

/** A completion and the request it answers. Both are kept as they are, as JSON. */
export interface StoreRecord {
  completion: ChatCompletion;
  request: { messages: readonly RequestMessage[]; metadata?: Metadata | null | undefined };
}

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

    let select = this.#db
      .selectFrom('completions')
      .select(['completion', 'metadata'])
      .orderBy('created', order)
      .orderBy('seq', order)
      .limit(limit + 1);
    if (model !== undefined) select = select.where('model', '=', model);
    for (const [key, value] of query.metadata ?? []) {
      select = select.where('id', 'in', (pairs) =>
        pairs
          .selectFrom('completion_metadata')
          .select('completion_id')
          .where('key', '=', encodeText(key))
          .where('value', '=', encodeText(value)),
      );
    }
    if (after) {
      select = select.where(({ eb, refTuple, tuple }) =>
        eb(refTuple('created', 'seq'), order === 'asc' ? '>' : '<', tuple(after.created, after.seq)),
      );
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
        .returning(['completion', 'metadata'])
        .executeTakeFirst();
      if (!row) return undefined;
      await trx.deleteFrom('completion_metadata').where('completion_id', '=', id).execute();
      await insertPairs(trx, pairsOf(id, metadata));
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

  async #place(id: string): Promise<{ created: number; seq: number }> {
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

/** A record in the form of its rows; made before the transaction, so that a bad one cannot spoil a batch. */
interface EncodedRecord {
  row: Omit<Schema['completions'], 'seq'>;
  pairs: Schema['completion_metadata'][];
}

function encodeRecord({ completion, request }: StoreRecord): EncodedRecord {
  const { metadata: _, ...rest } = completion;
  const { id, model, created } = completion;
  if (!isStorable(id) || !isStorable(model) || !Number.isSafeInteger(created)) {
    throw new TypeError(
      'A completion to be stored needs an id and a model of well-formed text and a whole created.',
    );
  }
  const metadata = request.metadata ?? null;
  return {
    row: {
      id,
      model,
      created,
      metadata: encodeMetadata(metadata),
      completion: JSON.stringify(rest),
      request: JSON.stringify(request),
    },
    pairs: pairsOf(id, metadata),
  };
}

async function insertRows(trx: Transaction<Schema>, records: EncodedRecord[]): Promise<Map<number, Error>> {
  const refused = new Map<number, Error>();
  for (const [position, { row, pairs }] of records.entries()) {
    const { numInsertedOrUpdatedRows } = await trx
      .insertInto('completions')
      .values(row)
      .onConflict((conflict) => conflict.column('id').doNothing())
      .executeTakeFirstOrThrow();
    if (numInsertedOrUpdatedRows === 0n) refused.set(position, alreadyStored(row.id));
    else await insertPairs(trx, pairs);
  }
  return refused;
}

async function insertPairs(trx: Transaction<Schema>, pairs: Schema['completion_metadata'][]): Promise<void> {
  if (pairs.length > 0) await trx.insertInto('completion_metadata').values(pairs).execute();
}

function pairsOf(id: string, metadata: Metadata | null): Schema['completion_metadata'][] {
  return Object.entries(metadata ?? {}).map(([key, value]) => ({
    completion_id: id,
    key: encodeText(key),
    value: encodeText(value),
  }));
}

function decodeCompletion(row: { completion: string; metadata: string | null }): ChatCompletion {
  const completion = JSON.parse(row.completion) as ChatCompletion;
  completion.metadata = row.metadata === null ? null : (JSON.parse(row.metadata) as Metadata);
  return completion;
}

function encodeMetadata(metadata: Metadata | null): string | null {
  return metadata && JSON.stringify(metadata);
}

/** Any string as text that every database keeps: a JSON string literal has no U+0000 and no lone surrogate. */
function encodeText(text: string): string {
  return JSON.stringify(text);
}

/** Whether a column of plain text can hold it. What cannot be stored cannot be found either. */
function isStorable(text: string): boolean {
  return !/[\0\p{Surrogate}]/u.test(text);
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
