/**
 * What the store costs with 200,000 completions and 1,000,000 metadata pairs: inserts per second, and how long a page of
 * each kind of filter takes. `tsx scripts/store-bench.ts sqlite`, or `postgres`, which starts a server of its own.
 */
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import { CompletionStore, type CompletionsQuery } from '../src/store/completions.ts';
import { openDatabase, type Database } from '../src/store/database.ts';
import { metadataAt, recordAt } from '../test/support/many-rows.ts';
import { startPostgres } from '../test/support/postgres.ts';

const [kind = 'sqlite', total = '200000'] = process.argv.slice(2);
const rows = Number(total);

const filters: Record<string, Partial<CompletionsQuery>> = {
  'no filter': {},
  'a model': { model: 'large' },
  'a pair on one row': { metadata: [['trace', `t${rows - 7}`]] },
  'a pair on half of the rows': { metadata: [['odd', 'yes']] },
  'a model and a pair': { model: 'large', metadata: [['odd', 'yes']] },
  'a model and a pair that never meet': { model: 'even only', metadata: [['odd', 'yes']] },
  'two large pairs that often meet': {
    metadata: [
      ['odd', 'yes'],
      ['x', 'yes'],
    ],
  },
  'two large pairs that never meet': {
    metadata: [
      ['even', 'yes'],
      ['odd', 'yes'],
    ],
  },
  'three pairs, one of them rare': {
    metadata: [
      ['odd', 'yes'],
      ['x', 'yes'],
      ['team', 'team 3'],
    ],
  },
  'three large pairs that never all meet': {
    metadata: [
      ['x', 'yes'],
      ['y', 'yes'],
      ['z', 'yes'],
    ],
  },
  'an hour of a model': { model: 'large', createdAfter: 1_700_003_600, createdBefore: 1_700_007_200 },
};

const quantile = (sorted: readonly number[], part: number): string =>
  (sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? Number.NaN)
    .toFixed(2)
    .padStart(9);

/** Processor time of this process for each of `count`, in milliseconds. */
function cpuSince(before: NodeJS.CpuUsage, count: number): string {
  const { user, system } = process.cpuUsage(before);
  return ((user + system) / 1_000 / count).toFixed(2).padStart(9);
}

async function fill(db: Database): Promise<void> {
  const store = new CompletionStore(db);
  const numbers = Array.from({ length: rows }, (_, number) => number).values();
  const started = performance.now();
  const before = process.cpuUsage();
  await Promise.all(
    Array.from({ length: 100 }, async () => {
      for (const number of numbers) await store.insert(recordAt(number));
    }),
  );
  const seconds = (performance.now() - started) / 1_000;
  const pairs = Array.from({ length: 4 }, (_, number) => Object.keys(metadataAt(number)).length);
  const perRow = pairs.reduce((sum, count) => sum + count) / 4;
  console.log(
    `${rows} completions with ${perRow} pairs each: ${(rows / seconds).toFixed(0)} inserts per second, 100 at a time; ${cpuSince(before, rows)} ms CPU each`,
  );
}

async function insertRate(db: Database): Promise<void> {
  const store = new CompletionStore(db).of('rate');
  for (const concurrency of [1, 4, 16]) {
    const endsAt = performance.now() + 3_000;
    const started = performance.now();
    let count = 0;
    await Promise.all(
      Array.from({ length: concurrency }, async (_, worker) => {
        for (let n = 0; performance.now() < endsAt; n++, count++) {
          const record = recordAt(n);
          record.completion.id = `rate-${concurrency}-${worker}-${n}`;
          await store.insert(record);
        }
      }),
    );
    const seconds = (performance.now() - started) / 1_000;
    console.log(
      `${String(concurrency).padStart(3)} at a time: ${(count / seconds).toFixed(0)} inserts per second`,
    );
  }
}

async function latencies(db: Database): Promise<void> {
  const store = new CompletionStore(db);
  console.log(
    `${'milliseconds for a page of 20'.padEnd(42)}${'p50'.padStart(9)}${'p99'.padStart(9)}${'CPU'.padStart(9)}${'rows'.padStart(6)}`,
  );
  for (const [name, filter] of Object.entries(filters)) {
    const times: number[] = [];
    let found = 0;
    const before = process.cpuUsage();
    for (let run = 0; run < 300; run++) {
      const order = run % 2 ? 'asc' : 'desc';
      const started = performance.now();
      found = (await store.list({ limit: 20, order, ...filter })).data.length;
      times.push(performance.now() - started);
    }
    times.sort((a, b) => a - b);
    const cells = [
      quantile(times, 0.5),
      quantile(times, 0.99),
      cpuSince(before, 300),
      String(found).padStart(6),
    ];
    console.log(name.padEnd(42) + cells.join(''));
  }
}

const folder = await mkdtemp(join(tmpdir(), 'colloquy-store-bench-'));
const server = kind === 'postgres' ? await startPostgres() : undefined;
const db = await openDatabase(server ? await server.createDatabase() : join(folder, 'bench.db'));
console.log(kind);
await fill(db);
if (server) {
  const { rows: sizes } = await sql<Record<string, string>>`
    select pg_size_pretty(pg_total_relation_size('completions')) as completions,
    pg_size_pretty(pg_total_relation_size('completion_terms')) as completion_terms`.execute(db);
  console.log(sizes[0]);
} else console.log(`${((await stat(join(folder, 'bench.db'))).size / 1e6).toFixed(0)} MB`);
await latencies(db);
await insertRate(db);
await db.destroy();
await server?.close();
await rm(folder, { recursive: true });
