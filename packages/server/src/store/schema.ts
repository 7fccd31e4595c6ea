/**
 * The tables as Kysely sees them. Only portable column types: numbers and text, so that every query runs
 * unchanged on SQLite and PostgreSQL.
 */
import type { Generated } from 'kysely';

export type Metadata = Record<string, string>;

export interface Schema {
  completions: CompletionsTable;
  completion_terms: TermsTable;
  deleted_completions: DeletedTable;
}

interface CompletionsTable {
  /** The order of insertion; breaks ties between completions of the same second. Never used twice. */
  seq: Generated<number>;
  /** The project the completion belongs to. An id is unique within it. */
  project: string;
  id: string;
  model: string;
  /** Unix seconds, as the completion says. */
  created: number;
  /** A JSON object or null: what the caller reads back. `completion_terms` is its index. */
  metadata: string | null;
  /** Facts about the response, as JSON: the upstream, its attempts and times. Null when nothing is known. */
  route: string | null;
  /** The completion as JSON, without its metadata. */
  completion: string;
  /** The request as JSON. The last column, because it may be large and most reads leave it out. */
  request: string;
}

/**
 * The index of filters: one row for the model and for each metadata pair of a completion, and one for every two of them
 * together. `term` is their hash (see `terms.ts`). A row repeats when its completion was created, so that the rows of a
 * term are already in the order of the list. A filter of one or two conditions therefore reads one page of rows, whether
 * it matches ten completions or most of them.
 */
interface TermsTable {
  term: number;
  created: number;
  seq: number;
}

/** Where a deleted completion stood in the list, so that it can still be a cursor. */
interface DeletedTable {
  project: string;
  id: string;
  created: number;
  seq: number;
}
