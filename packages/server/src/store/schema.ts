/**
 * The tables as Kysely sees them. Only portable column types: numbers and text, so that every query runs
 * unchanged on SQLite and PostgreSQL.
 */
import type { Generated } from 'kysely';

export interface Schema {
  completions: CompletionsTable;
  completion_metadata: MetadataTable;
  deleted_completions: DeletedTable;
}

interface CompletionsTable {
  /** The order of insertion; breaks ties between completions of the same second. Never used twice. */
  seq: Generated<number>;
  id: string;
  model: string;
  /** Unix seconds, as the completion says. */
  created: number;
  /** A JSON object or null: what the caller reads back. `completion_metadata` is its index. */
  metadata: string | null;
  /** The completion as JSON, without its metadata. */
  completion: string;
  /** The request as JSON. The last column, because it may be large and most reads leave it out. */
  request: string;
}

/**
 * One row for each metadata pair. It repeats when its completion was created, so that the index of a pair is
 * already in the order of the list: a page costs the same whether the pair is on ten completions or on most.
 */
interface MetadataTable {
  completion_seq: number;
  /** JSON string literals: PostgreSQL refuses U+0000 in text, and SQLite drivers cut at it. */
  key: string;
  value: string;
  created: number;
}

/** Where a deleted completion stood in the list, so that it can still be a cursor. */
interface DeletedTable {
  id: string;
  created: number;
  seq: number;
}
