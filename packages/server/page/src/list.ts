/** The list of completions: the rows that are loaded, the next page, and what is new at the top. */
import { bounds, type Filters } from './address.ts';
import { failureOf, isMissing, lastMessages, listCompletions, refusesTime } from './api.ts';
import type { Failure, ListQuery, Page } from './api.ts';
import { inputOf, rowOf, type Completion, type Row } from './completions.ts';

const pageSize = 100;
/** How many of the pages that show nothing are loaded in a row, before the reader is asked. */
const maxEmptyPages = 20;

export class CompletionList {
  rows: Row[] = [];
  state: 'loading' | 'ready' = 'loading';
  failure: Failure | undefined;
  hasMore = false;
  /** Whether the page itself filters by time, because the server does not. */
  filtersTime = false;
  /** Completions that were looked at, also those that a filter of the page left out. */
  loaded = 0;
  /** First words of the inputs, by id. */
  inputs: Map<string, string> = new Map();

  #filters: Filters;
  #onChange: () => void;
  #life = new AbortController();
  #busy: Promise<void> | undefined;
  #last: string | undefined;
  #newest: string | undefined;
  #wanted: string[] = [];
  #asking = 0;

  constructor(filters: Filters, onChange: () => void) {
    this.#filters = filters;
    this.#onChange = onChange;
    void this.more();
  }

  /** Ends every request. The list does not change any more. */
  close(): void {
    this.#onChange = () => {};
    this.#life.abort();
  }

  /** Loads the next page. Calls while one is loading wait for it. */
  more(): Promise<void> {
    return (this.#busy ??= this.#more().finally(() => {
      this.#busy = undefined;
      this.#onChange();
      this.wantInputs(this.#wanted);
    }));
  }

  /** Adds what was created since at the top; the number of rows that are new. */
  async tail(): Promise<number> {
    if (this.#busy || this.state === 'loading') return 0;
    try {
      const before = this.rows.length;
      if (this.#newest === undefined) await this.more();
      else await this.#newer(this.#newest);
      if (this.failure) {
        this.failure = undefined;
        this.#onChange();
      }
      return this.rows.length - before;
    } catch (error) {
      if (isMissing(error)) this.#newest = undefined;
      else this.#fail(error);
      return 0;
    }
  }

  remove(ids: ReadonlySet<string>): void {
    this.rows = this.rows.filter(({ id }) => !ids.has(id));
    this.#onChange();
  }

  replace(completion: Completion): void {
    const row = rowOf(completion);
    this.rows = this.rows.map((old) => (old.id === row.id ? row : old));
    this.#onChange();
  }

  /** Loads the first words of these inputs, instead of those that were wanted before. Pages of the list go first. */
  wantInputs(ids: string[]): void {
    this.#wanted = ids.filter((id) => !this.inputs.has(id));
    while (!this.#busy && this.#asking < 4 && this.#wanted.length > 0) void this.#askForInputs();
  }

  async #askForInputs(): Promise<void> {
    this.#asking += 1;
    while (!this.#busy && this.#wanted.length > 0) {
      const id = this.#wanted.shift()!;
      this.inputs.set(id, '');
      try {
        this.inputs.set(id, inputOf(await lastMessages(id, this.#life.signal)));
      } catch (error) {
        // Without a server there is more to be said than that a preview is missing.
        if (!isMissing(error)) this.inputs.delete(id);
        if (failureOf(error).kind !== 'error') break;
      }
      this.#onChange();
    }
    this.#asking -= 1;
  }

  async #more(): Promise<void> {
    if (this.state === 'ready' && !this.hasMore && this.#last !== undefined) return;
    try {
      const before = this.rows.length;
      for (let pages = 0; pages < maxEmptyPages; pages += 1) {
        await this.#nextPage();
        if (this.rows.length > before || !this.hasMore) break;
      }
      this.failure = undefined;
      this.state = 'ready';
    } catch (error) {
      this.#fail(error);
    }
  }

  async #nextPage(): Promise<void> {
    const { after: since } = this.#bounds();
    const { data, hasMore } = await this.#page({ order: 'desc', ...(this.#last && { after: this.#last }) });
    this.#last = data.at(-1)?.id ?? this.#last;
    this.#newest ??= data[0]?.id;
    this.loaded += data.length;
    const oldest = data.at(-1)?.created ?? 0;
    this.hasMore = hasMore && data.length > 0 && !(since !== undefined && oldest < since);
    this.rows = [...this.rows, ...this.#matching(data)];
  }

  async #newer(newest: string): Promise<void> {
    for (let after = newest, isMore = true; isMore;) {
      const { data, hasMore } = await this.#page({ order: 'asc', after });
      if (data.length === 0) return;
      after = data.at(-1)!.id;
      this.#newest = after;
      isMore = hasMore;
      this.loaded += data.length;
      const known = new Set(this.rows.slice(0, pageSize).map(({ id }) => id));
      const fresh = this.#matching(data).filter(({ id }) => !known.has(id));
      this.rows = [...fresh.toReversed(), ...this.rows];
      this.#onChange();
    }
  }

  /** A page of the server, which is asked without the filters by time once it has refused them. */
  async #page(query: ListQuery): Promise<Page<Completion>> {
    const { model, metadata } = this.#filters;
    const { after, before } = this.#bounds();
    const filtered = { ...query, limit: pageSize, metadata, ...(model && { model }) };
    const { signal } = this.#life;
    if (this.filtersTime) return listCompletions(filtered, signal);
    const time = {
      ...(after !== undefined && { created_after: after }),
      ...(before !== undefined && { created_before: before }),
    };
    try {
      return await listCompletions({ ...filtered, ...time }, signal);
    } catch (error) {
      if ((after ?? before) === undefined || !refusesTime(error)) throw error;
      this.filtersTime = true;
      return listCompletions(filtered, signal);
    }
  }

  /** Rows of what is within the bounds. A server may also ignore filters that it does not know. */
  #matching(data: Completion[]): Row[] {
    const { after = -Infinity, before = Infinity } = this.#bounds();
    const rows = data.map(rowOf);
    const within = rows.filter(({ created }) => created >= after && created < before);
    if (within.length < rows.length) this.filtersTime = true;
    return within;
  }

  #bounds(): ReturnType<typeof bounds> {
    return bounds(this.#filters, this.#startedAt);
  }

  /** So that the bounds of a span stay the same from page to page. */
  #startedAt = Math.floor(Date.now() / 1000);

  #fail(error: unknown): void {
    if (this.#life.signal.aborted) return;
    this.failure = failureOf(error);
    this.#onChange();
  }
}
