/**
 * Two servers on one PostgreSQL: completions are created on one and listed on the other, and the one that creates is killed with
 * SIGKILL while it stores. What it had acknowledged must be there, once.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { query, startPostgres } from '../test/support/postgres.ts';
import { randomFrom, seed } from '../../../test/random.ts';
import { runCLI, type RunningCLI } from './run-cli.ts';

export interface ReplicaPlan {
  rounds: number;
  concurrency: number;
  from: 'source' | 'built';
}

export interface ReplicaRound {
  round: number;
  killed: boolean;
  /** Completions whose storing was acknowledged before the kill. */
  acknowledged: number;
  /** Requests that were on their way when the server was killed. */
  inFlight: number;
  /** Completions of the round that the other server lists. */
  listed: number;
  /** Acknowledged completions that the other server does not list. */
  lost: number;
  /** Ids that the other server lists twice. */
  duplicates: number;
  /** Filters in which a completion is missing that has the pair. */
  unindexed: number;
}

/** True when the server was killed under load, and nothing it had acknowledged is missing, twice or not found by its pairs. */
export function isSoundReplica(round: ReplicaRound): boolean {
  const { killed, acknowledged, inFlight, listed, lost, duplicates, unindexed } = round;
  return (
    killed &&
    acknowledged > 0 &&
    inFlight > 0 &&
    lost + duplicates + unindexed === 0 &&
    listed >= acknowledged &&
    listed <= acknowledged + inFlight
  );
}

export async function* replicaRounds(plan: ReplicaPlan): AsyncGenerator<ReplicaRound> {
  const random = randomFrom(seed);
  const postgres = await startPostgres();
  const database = await postgres.createDatabase();
  const start = (): RunningCLI =>
    runCLI(['--port', '0', '--quiet'], { from: plan.from, env: { DATABASE_URL: database } });
  const [reader, firstWriter] = [start(), start()];
  let writer = firstWriter;
  try {
    const readerURL = await reader.url();
    for (let round = 1; round <= plan.rounds; round++) {
      yield await oneRound(plan, round, writer, readerURL, 200 + random() * 800);
      writer = start();
    }
    const twice = await query(database, 'select 1 from completions group by project, id having count(*) > 1');
    if (twice.length > 0) throw new Error(`${twice.length} ids are stored twice.`);
  } finally {
    for (const cli of [reader, writer]) await cli.end('SIGKILL');
    await postgres.close();
  }
}

async function oneRound(
  { concurrency }: ReplicaPlan,
  round: number,
  writer: RunningCLI,
  readerURL: string,
  killAfterMs: number,
): Promise<ReplicaRound> {
  const url = await writer.url();
  const acknowledged: string[] = [];
  const killing = new AbortController();
  let inFlight = 0;
  const load = Array.from({ length: concurrency }, async () => {
    while (!killing.signal.aborted) {
      inFlight++;
      const id = await post(url, round).catch(() => undefined);
      // What fails when the server dies may have been stored.
      if (id === undefined) return;
      inFlight--;
      acknowledged.push(id);
    }
  });
  // The clock runs from the first acknowledgement.
  while (acknowledged.length === 0) await sleep(5);
  await sleep(killAfterMs);
  const { signal } = await writer.end('SIGKILL');
  killing.abort();
  await Promise.all(load);

  const filters = [`metadata[round]=${round}`, `metadata[round]=${round}&metadata[kind]=kill`];
  const [listed = [], both = []] = await Promise.all(filters.map((filter) => listAll(readerURL, filter)));
  const ids = new Set(listed);
  return {
    round,
    killed: signal === 'SIGKILL',
    acknowledged: acknowledged.length,
    inFlight,
    listed: ids.size,
    lost: acknowledged.filter((id) => !ids.has(id)).length,
    duplicates: listed.length - ids.size,
    unindexed: Math.abs(both.length - listed.length),
  };
}

/** The id of the stored completion, once the whole response has arrived. */
async function post(url: string, round: number): Promise<string> {
  const response = await fetch(`${url}/chat/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      model: 'sandbox',
      messages: [{ role: 'user', content: `round ${round}` }],
      max_completion_tokens: 8,
      store: true,
      metadata: { round: String(round), kind: 'kill' },
    }),
  });
  const { id } = (await response.json()) as { id?: string };
  if (!response.ok || id === undefined) throw new Error(`status ${response.status}`);
  return id;
}

async function listAll(url: string, filter: string): Promise<string[]> {
  const ids: string[] = [];
  for (let after = ''; ;) {
    const response = await fetch(`${url}/chat/completions?limit=100&${filter}${after}`);
    const { data, has_more } = (await response.json()) as { data: { id: string }[]; has_more: boolean };
    ids.push(...data.map(({ id }) => id));
    if (!has_more) return ids;
    after = `&after=${ids.at(-1)}`;
  }
}
