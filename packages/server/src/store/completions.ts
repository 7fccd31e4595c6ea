/** Stored completions: insert, find, list, update and remove, the same on every database Kysely speaks to. */
import { sql } from 'kysely';
import { defaultProject } from '../http/auth.ts';
import { inSlices } from '../slices.ts';
import { batched } from './batch.ts';
import type { Database } from './dialect.ts';
import { noSuchCursor } from './errors.ts';
import { storedMessages, type StoredMessage } from './messages.ts';
import { readPage, type Filter, type Place } from './pages.ts';
import { parametersOf } from './parameters.ts';
import {
  decodeCompletion,
  encodeMetadata,
  encodeRecord,
  isStorable,
  type EncodedRecord,
  type StoredCompletion,
  type StoreRecord,
} from './rows.ts';
import type { Metadata } from './schema.ts';
import { insertRows, removeTerms, replaceTerms } from './writes.ts';

export type { RouteFacts, StoredCompletion, StoreRecord } from './rows.ts';

/** Which part of a list: `limit` items after the one named `after`, by time of creation. */
export interface PageQuery {
  after?: string | undefined;
  limit: number;
  order: 'asc' | 'desc';
}

export interface CompletionsQuery extends PageQuery, Omit<Filter, 'project'> {}

export interface Page<Item> {
  data: Item[];
  /** Whether there is something after the last item. */
  hasMore: boolean;
}

/** What the routes need of a store. */
export type Store = Pick<CompletionStore, keyof CompletionStore>;

/** Writes that share one commit. Enough to hide its cost, few enough to keep other requests moving. */
const maxBatch = 100;

/** Writes one record; resolves when it is durable. */
type Write = (record: EncodedRecord) => Promise<void>;

/**
 * The stored completions of one project. Every method resolves when the database has done its work; what a resolved write has
 * written is durable. Completions are ordered by `created`, and within a second by the order of insertion.
 */
export class CompletionStore {
  readonly #db: Database;
  readonly #project: string;
  readonly #write: Write;

  /**
   * The store does not own `db`, and does not destroy it. For the completions of another project, call `of`: stores
   * that come from one another share commits.
   */
  constructor(db: Database, project: string = defaultProject, write: Write = writer(db)) {
    if (!isStorable(project)) throw new TypeError('The name of a project must be well-formed text.');
    this.#db = db;
    this.#project = project;
    this.#write = write;
  }

  /** The completions of another project. */
  of(project: string): Store {
    return project === this.#project ? this : new CompletionStore(this.#db, project, this.#write);
  }

  /** Resolves when the database responds. */
  async ready(): Promise<void> {
    await sql`select 1`.execute(this.#db);
  }

  /** Stores a completion; an id that is already stored is refused with 409 and keeps what it had. */
  async insert(record: StoreRecord): Promise<void> {
    await this.#write(await inSlices(encodeRecord(this.#project, record)));
  }

  /** A completion, with the parameters of its request. */
  async find(id: string): Promise<StoredCompletion | undefined> {
    if (!isStorable(id)) return undefined;
    const row = await this.#db
      .selectFrom('completions')
      .select(['completion', 'metadata', 'route', 'request'])
      .where('project', '=', this.#project)
      .where('id', '=', id)
      .executeTakeFirst();
    return row && { ...parametersOf(row.request), ...decodeCompletion(row) };
  }

  /** One page. An `after` that never named a stored completion is refused with 404; a deleted one keeps its place. */
  async list({ after, limit, order, ...filter }: CompletionsQuery): Promise<Page<StoredCompletion>> {
    const place = after === undefined ? undefined : await this.#place(after);
    const part = { after: place, limit: limit + 1, order };
    const rows = await readPage(this.#db, { ...filter, project: this.#project }, part);
    return { data: rows.slice(0, limit).map(decodeCompletion), hasMore: rows.length > limit };
  }

  /** Replaces all metadata; null removes it. The changed completion, or undefined when there is none. */
  async updateMetadata(id: string, metadata: Metadata | null): Promise<StoredCompletion | undefined> {
    if (!isStorable(id)) return undefined;
    return this.#db.transaction().execute(async (trx) => {
      // Begins with a write, so that of two updates at the same time the second waits for the first.
      const row = await trx
        .updateTable('completions')
        .set((eb) => ({ project: eb.ref('project') }))
        .where('project', '=', this.#project)
        .where('id', '=', id)
        .returning(['seq', 'project', 'model', 'created', 'metadata', 'route', 'completion'])
        .executeTakeFirst();
      if (!row) return undefined;
      const encoded = encodeMetadata(metadata);
      await trx.updateTable('completions').set({ metadata: encoded }).where('seq', '=', row.seq).execute();
      await replaceTerms(trx, this.#db.kind, row, encoded);
      return decodeCompletion({ ...row, metadata: encoded });
    });
  }

  /** Removes the completion, its request and its metadata. False when there was none. */
  async remove(id: string): Promise<boolean> {
    if (!isStorable(id)) return false;
    return this.#db.transaction().execute(async (trx) => {
      const row = await trx
        .deleteFrom('completions')
        .where('project', '=', this.#project)
        .where('id', '=', id)
        .returning(['seq', 'project', 'model', 'created', 'metadata'])
        .executeTakeFirst();
      if (!row) return false;
      await removeTerms(trx, this.#db.kind, [row]);
      const { project, created, seq } = row;
      await trx
        .insertInto('deleted_completions')
        .values({ project, id, created, seq })
        .onConflict((conflict) => conflict.columns(['project', 'id']).doUpdateSet({ created, seq }))
        .execute();
      return true;
    });
  }

  /** Removes everything in the project, also what is known about completions that were removed before. */
  async clear(): Promise<void> {
    await this.#db.transaction().execute(async (trx) => {
      const rows = await trx
        .deleteFrom('completions')
        .where('project', '=', this.#project)
        .returning(['seq', 'project', 'model', 'created', 'metadata'])
        .execute();
      await removeTerms(trx, this.#db.kind, rows);
      await trx.deleteFrom('deleted_completions').where('project', '=', this.#project).execute();
    });
  }

  /** One page of the request's messages, or undefined when there is no such completion. */
  async messages(id: string, { after, limit, order }: PageQuery): Promise<Page<StoredMessage> | undefined> {
    if (!isStorable(id)) return undefined;
    const row = await this.#db
      .selectFrom('completions')
      .select('request')
      .where('project', '=', this.#project)
      .where('id', '=', id)
      .executeTakeFirst();
    if (!row) return undefined;
    const messages = storedMessages(id, (JSON.parse(row.request) as StoreRecord['request']).messages);
    if (order === 'desc') messages.reverse();
    const start = after === undefined ? 0 : messages.findIndex((message) => message.id === after) + 1;
    if (after !== undefined && start === 0) throw noSuchCursor(after);
    return { data: messages.slice(start, start + limit), hasMore: messages.length > start + limit };
  }

  async #place(id: string): Promise<Place> {
    if (!isStorable(id)) throw noSuchCursor(id);
    for (const table of ['completions', 'deleted_completions'] as const) {
      const place = await this.#db
        .selectFrom(table)
        .select(['created', 'seq'])
        .where('project', '=', this.#project)
        .where('id', '=', id)
        .executeTakeFirst();
      if (place) return place;
    }
    throw noSuchCursor(id);
  }
}

/** Writes that arrive together go into one transaction. */
function writer(db: Database): Write {
  return batched((rows) => db.transaction().execute((trx) => insertRows(trx, db.kind, rows)), maxBatch);
}
