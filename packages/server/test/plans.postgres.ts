import { sql } from 'kysely';
import { afterAll, beforeAll } from 'vitest';
import { openDatabase } from '../src/store/database.ts';
import { describePlans } from './plans.contract.ts';
import { startPostgres, type PostgresServer } from './support/postgres.ts';

let server: PostgresServer;
beforeAll(async () => {
  server = await startPostgres({ fsync: false });
});
afterAll(() => server.close());

/** A step of a plan, as PostgreSQL describes it. */
interface Step {
  'Node Type': string;
  'Relation Name'?: string;
  Plans?: Step[];
}

describePlans('plans of PostgreSQL', {
  open: async () => openDatabase(await server.createDatabase()),
  analyse: async (db) => void (await sql`analyze`.execute(db)),
  explain: 'explain (format json)',
  fault(plan) {
    const [row] = plan as { 'QUERY PLAN': { Plan: Step }[] }[];
    const top = row?.['QUERY PLAN'][0]?.Plan;
    return top ? faultOf(top) : 'no plan';
  },
});

function faultOf(step: Step): string | undefined {
  const below = step.Plans ?? [];
  if (step['Node Type'] === 'Seq Scan') return `Seq Scan on ${step['Relation Name']}`;
  if (step['Node Type'] === 'Bitmap Heap Scan') return `Bitmap Heap Scan on ${step['Relation Name']}`;
  // The rows of a page are put in order once more after they have been joined to their completions.
  if (step['Node Type'].includes('Sort') && !contains(step, 'Limit')) return 'a sort of more than a page';
  return below.map(faultOf).find((fault) => fault !== undefined);
}

const contains = (step: Step, type: string): boolean =>
  (step.Plans ?? []).some((one) => one['Node Type'] === type || contains(one, type));
