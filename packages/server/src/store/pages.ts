/** One page of stored completions that a filter matches, in the order of the list. */
import { sql, type RawBuilder } from 'kysely';
import { isDue, turn } from '../slices.ts';
import type { Database } from './dialect.ts';
import type { Schema } from './schema.ts';
import { matches, modelIs, pairIs, termOf, type Condition } from './terms.ts';

/** Where a completion stands in the list. */
export interface Place {
  created: number;
  seq: number;
}

export interface Filter {
  project: string;
  /** Only completions of this model, as the completion names it. */
  model?: string | undefined;
  /** Only completions that have all of these pairs. */
  metadata?: Iterable<readonly [key: string, value: string]> | undefined;
  /** Only completions created at this time or later, in Unix seconds. */
  createdAfter?: number | undefined;
  /** Only completions created before this time, in Unix seconds. */
  createdBefore?: number | undefined;
}

/** Which part of what a filter matches: `limit` completions beyond a place. */
export interface Part {
  after: Place | undefined;
  limit: number;
  order: 'asc' | 'desc';
}

export type FoundRow = Place & Pick<Schema['completions'], 'model' | 'metadata' | 'route' | 'completion'>;

/** Entries of the index that one step of a long scan reads. */
const stepSize = 1_000;

/**
 * The rows of a page. No condition, one and two read exactly the rows of the page. Three and more read the rows of their
 * rarest two, in steps between which other requests get a turn.
 */
export async function readPage(db: Database, filter: Filter, part: Part): Promise<FoundRow[]> {
  const conditions = [
    ...(filter.model === undefined ? [] : [modelIs(filter.model)]),
    ...[...(filter.metadata ?? [])].map(([key, value]) => pairIs(key, value)),
  ];
  const [first, ...others] = await chooseTerms(db, filter.project, conditions);
  const found: FoundRow[] = [];
  for (let after = part.after; ;) {
    const wanted = part.limit - found.length;
    const end = others.length === 0 ? undefined : await stepEnd(db, filter, first, { ...part, after });
    const bounds = boundsOf(filter, { ...part, after }, end);
    const rows = await select(db, filter.project, [first, ...others], bounds, {
      order: part.order,
      limit: wanted,
    });
    // A term is a hash, and may be that of another condition, too.
    found.push(...rows.filter((row) => matches(row, conditions)));
    const last = rows.length < wanted ? end : rows.at(-1);
    if (found.length >= part.limit || last === undefined) return found;
    after = last;
    if (isDue()) await turn();
  }
}

/** The terms to read: first the one whose rows are read in order, then those that each row is held to. */
async function chooseTerms(
  db: Database,
  project: string,
  conditions: readonly Condition[],
): Promise<[first: number | undefined, ...others: number[]]> {
  const [one, two = one, ...more] = conditions;
  if (one === undefined || two === undefined) return [undefined];
  if (more.length === 0) return [termOf(project, one, two)];
  // Each condition is in two of these terms, so the terms of every other position cover them all.
  const ring = conditions.map((condition, index) =>
    termOf(project, condition, conditions[(index + 1) % conditions.length]),
  );
  const counts: number[] = [];
  for (const term of ring) {
    const count = await countUpTo(db, term, stepSize);
    counts.push(count);
    if (count === 0) break;
  }
  const rarest = counts.indexOf(Math.min(...counts));
  const turned = [...ring.slice(rarest), ...ring.slice(0, rarest)];
  return turned.filter((_, index) => index % 2 === 0) as [number, ...number[]];
}

async function countUpTo(db: Database, term: number, limit: number): Promise<number> {
  const some = db.selectFrom('completion_terms').select('seq').where('term', '=', term).limit(limit);
  const { rows } = await db
    .selectFrom(some.as('some'))
    .select(({ fn }) => fn.countAll<number>().as('rows'))
    .executeTakeFirstOrThrow();
  return Number(rows);
}

/** Conditions on `created` and `seq` of the table that is read in order. */
type Bounds = RawBuilder<boolean>[];

function boundsOf({ createdAfter, createdBefore }: Filter, { after, order }: Part, end?: Place): Bounds {
  const [beyond, upTo] = order === 'asc' ? [sql.raw('>'), sql.raw('<=')] : [sql.raw('<'), sql.raw('>=')];
  const bounds: Bounds = [];
  if (createdAfter !== undefined) bounds.push(sql`created >= ${createdAfter}`);
  if (createdBefore !== undefined) bounds.push(sql`created < ${createdBefore}`);
  if (after) bounds.push(sql`(created, seq) ${beyond} (${after.created}, ${after.seq})`);
  if (end) bounds.push(sql`(created, seq) ${upTo} (${end.created}, ${end.seq})`);
  return bounds;
}

/** The place of the last entry of a step, or undefined when the step ends with the index. */
async function stepEnd(
  db: Database,
  filter: Filter,
  term: number | undefined,
  part: Part,
): Promise<Place | undefined> {
  let entries = db
    .selectFrom('completion_terms')
    .select(['created', 'seq'])
    .where('term', '=', term ?? null)
    .orderBy('created', part.order)
    .orderBy('seq', part.order)
    .limit(1)
    .offset(stepSize - 1);
  for (const bound of boundsOf(filter, part)) entries = entries.where(bound);
  return entries.executeTakeFirst();
}

async function select(
  db: Database,
  project: string,
  terms: readonly [first: number | undefined, ...others: number[]],
  bounds: Bounds,
  { order, limit }: Pick<Part, 'order' | 'limit'>,
): Promise<FoundRow[]> {
  const rows = db
    .selectFrom('completions')
    .select(['completions.created', 'completions.seq', 'model', 'metadata', 'route', 'completion']);
  const [first, ...others] = terms;
  if (first === undefined) {
    let all = rows.where('project', '=', project).orderBy('created', order).orderBy('seq', order);
    for (const bound of bounds) all = all.where(bound);
    return all.limit(limit).execute();
  }
  let entries = db
    .selectFrom('completion_terms as entry')
    .select(['entry.created', 'entry.seq'])
    .where('entry.term', '=', first)
    .orderBy('entry.created', order)
    .orderBy('entry.seq', order)
    .limit(limit);
  for (const bound of bounds) entries = entries.where(bound);
  for (const term of others) {
    entries = entries.where((eb) =>
      eb(
        // A lookup for each entry. From `exists` a planner may make a join that reads every row of the term.
        eb
          .selectFrom('completion_terms as other')
          .select('other.seq')
          .where('other.term', '=', term)
          .whereRef('other.created', '=', 'entry.created')
          .whereRef('other.seq', '=', 'entry.seq'),
        'is not',
        null,
      ),
    );
  }
  // The page is found in the index alone, before a row is read.
  return rows
    .innerJoin(entries.as('page'), 'page.seq', 'completions.seq')
    .orderBy('page.created', order)
    .orderBy('page.seq', order)
    .execute();
}
