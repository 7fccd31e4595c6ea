/** How filters are run: by which indexes, and what more rows add to their cost. */
import { CompiledQuery } from 'kysely';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { cpuMs, least } from '../../../test/timing.ts';
import { CompletionStore, type CompletionsQuery } from '../src/store/completions.ts';
import type { Database } from '../src/store/database.ts';
import { recordAt } from './support/many-rows.ts';
import { slowness, waitsDuring } from './support/stalls.ts';

export interface PlansOf {
  open(): Promise<Database>;
  /** Brings the planner's statistics up to date, where there are some. */
  analyse(db: Database): Promise<void>;
  explain: string;
  /** What a plan says that reads more than it needs, or undefined. */
  fault(plan: unknown[]): string | undefined;
}

const small = 1_000;
const large = 8 * small;
const page = { limit: 20, order: 'desc' } as const;

/** Filters that read one page, whatever the number of rows. */
const filters: Record<string, Partial<CompletionsQuery>> = {
  'no filter': {},
  'a model': { model: 'large' },
  'a pair': { metadata: [['odd', 'yes']] },
  'a model and a pair': { model: 'large', metadata: [['odd', 'yes']] },
  'a model and a pair that never meet': { model: 'even only', metadata: [['odd', 'yes']] },
  'two large pairs that never meet': {
    metadata: [
      ['even', 'yes'],
      ['odd', 'yes'],
    ],
  },
  'a span of time': { createdAfter: 1_700_000_100, createdBefore: 1_700_000_500 },
  'a span of time of a pair': { metadata: [['odd', 'yes']], createdAfter: 1_700_000_500 },
  'what comes after a cursor': { after: 'chatcmpl-500' },
  'what comes after a cursor in a pair': { after: 'chatcmpl-500', metadata: [['even', 'yes']] },
};

/** Any two of these are on a quarter of the rows, all three on none. */
const neverAll = {
  metadata: [
    ['x', 'yes'],
    ['y', 'yes'],
    ['z', 'yes'],
  ] as const,
};

export function describePlans(name: string, { open, analyse, explain, fault }: PlansOf): void {
  describe(name, () => {
    const dbs = new Map<number, Database>();
    const storeOf = (rows: number): CompletionStore => new CompletionStore(dbs.get(rows) as Database);

    beforeAll(async () => {
      for (const rows of [small, large]) {
        const db = await open();
        dbs.set(rows, db);
        const store = storeOf(rows);
        await Promise.all(Array.from({ length: rows }, (_, number) => store.insert(recordAt(number))));
        await analyse(db);
      }
    }, 300_000);
    afterAll(async () => {
      for (const db of dbs.values()) await db.destroy();
    });

    it.each(Object.entries({ ...filters, 'three pairs that never all meet': neverAll }))(
      '%s: every query searches an index, and sorts no more than the page',
      async (_, filter) => {
        const db = dbs.get(large) as Database;
        const executed = vi.spyOn(db.getExecutor(), 'executeQuery');
        await storeOf(large).list({ ...page, ...filter });
        const queries = executed.mock.calls.map(([query]) => query);
        executed.mockRestore();
        expect(queries.length).toBeGreaterThan(0);
        for (const { sql, parameters } of queries) {
          const { rows } = await db.executeQuery(CompiledQuery.raw(`${explain} ${sql}`, [...parameters]));
          expect(fault(rows), `${sql}\n${JSON.stringify(rows, null, 2)}`).toBeUndefined();
        }
      },
    );

    it.each(Object.entries(filters))('%s: costs the same with eight times the rows', async (_, filter) => {
      const list = async (rows: number): Promise<void> => {
        for (let run = 0; run < 20; run++) await storeOf(rows).list({ ...page, ...filter });
      };
      const cost = (rows: number): Promise<number> => cpuMs(() => list(rows));
      // What grows with the rows would cost eight times as much.
      const limit = 2 * (await least(undefined, () => cost(small)));
      expect(await least(limit, () => cost(large))).toBeLessThan(limit);
    });

    it('a scan that finds nothing lets other requests have their turn', async () => {
      const store = storeOf(large);
      const { longestMs, result } = await waitsDuring(
        () => store.list({ ...page, ...neverAll }),
        () => store.find('chatcmpl-1'),
      );
      expect(result).toEqual({ data: [], hasMore: false });
      expect(longestMs).toBeLessThan(25 * slowness());
    });
  });
}
