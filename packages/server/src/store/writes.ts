/** Inserts and deletes rows. Each function runs in a transaction of its caller. */
import { sql, type Transaction } from 'kysely';
import { alreadyStored } from './errors.ts';
import type { Dialect } from './dialect.ts';
import { decodeMetadata, type EncodedRecord } from './rows.ts';
import type { Schema } from './schema.ts';
import { conditionsOf, termsOf } from './terms.ts';

type Change = Transaction<Schema>;

/** A row as far as its terms depend on it. */
type Indexed = Pick<Schema['completions'], 'project' | 'model' | 'metadata' | 'created'> & { seq: number };

/** Inserts what is not stored yet. Resolves with the reason for each record that was refused, by position. */
export async function insertRows(
  trx: Change,
  dialect: Dialect,
  records: readonly EncodedRecord[],
): Promise<Map<number, Error>> {
  const inserted = await trx
    .insertInto('completions')
    .values(records.map(({ row }) => row))
    .onConflict((conflict) => conflict.columns(['project', 'id']).doNothing())
    .returning(['project', 'id', 'seq'])
    .execute();
  const seqs = new Map(inserted.map(({ project, id, seq }) => [keyOf(project, id), seq]));
  const refused = new Map<number, Error>();
  const entries: TermEntries = [[], [], []];
  for (const [position, { row, terms }] of records.entries()) {
    const key = keyOf(row.project, row.id);
    const seq = seqs.get(key);
    // Of two with the same id, the first was inserted.
    seqs.delete(key);
    if (seq === undefined) refused.set(position, alreadyStored(row.id));
    else addEntries(entries, terms, row.created, seq);
  }
  await insertTerms(trx, dialect, entries);
  return refused;
}

/** Brings the index of a completion up to date with its new metadata. */
export async function replaceTerms(
  trx: Change,
  dialect: Dialect,
  old: Indexed,
  metadata: string | null,
): Promise<void> {
  const before = termsOfRow(old);
  const after = termsOfRow({ ...old, metadata });
  await removeTerms(trx, dialect, [old], new Set(after));
  const entries: TermEntries = [[], [], []];
  const kept = new Set(before);
  addEntries(
    entries,
    after.filter((term) => !kept.has(term)),
    old.created,
    old.seq,
  );
  await insertTerms(trx, dialect, entries);
}

/** Takes rows out of the index, except for the terms in `kept`. */
export async function removeTerms(
  trx: Change,
  dialect: Dialect,
  rows: readonly Indexed[],
  kept: ReadonlySet<number> = new Set(),
): Promise<void> {
  const entries: TermEntries = [[], [], []];
  for (const row of rows) {
    const terms = termsOfRow(row).filter((term) => !kept.has(term));
    addEntries(entries, terms, row.created, row.seq);
  }
  if (entries[0].length === 0) return;
  await trx
    .deleteFrom('completion_terms')
    .where(({ eb, refTuple }) =>
      eb(refTuple('term', 'created', 'seq'), 'in', sql<never>`(${dialect.numbers(entries)})`),
    )
    .execute();
}

/** One list for each column: the terms, when their completions were created, and the numbers of these. */
type TermEntries = [term: number[], created: number[], seq: number[]];

function addEntries(
  [terms, times, seqs]: TermEntries,
  added: readonly number[],
  created: number,
  seq: number,
): void {
  for (const term of added) {
    terms.push(term);
    times.push(created);
    seqs.push(seq);
  }
}

async function insertTerms(trx: Change, dialect: Dialect, entries: TermEntries): Promise<void> {
  if (entries[0].length === 0) return;
  await trx
    .insertInto('completion_terms')
    .columns(['term', 'created', 'seq'])
    .expression(dialect.numbers(entries) as never)
    .execute();
}

function termsOfRow({ project, model, metadata }: Indexed): number[] {
  return termsOf(project, conditionsOf(model, decodeMetadata(metadata)));
}

const keyOf = (project: string, id: string): string => `${project}\0${id}`;
