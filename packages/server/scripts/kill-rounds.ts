/** Kills a server with SIGKILL while it stores, starts it again, and looks for everything it had acknowledged. */
import { setTimeout as sleep } from 'node:timers/promises';
import Database from 'libsql';
import { type Random, randomFrom, seed } from '../../../test/random.ts';
import { runCLI, type RunningCLI } from './run-cli.ts';

export interface KillPlan {
  rounds: number;
  /** Completions that each round tries to store. */
  posts: number;
  concurrency: number;
  /** A file that may be used again: every round goes on with what the rounds before left. */
  db: string;
  from: 'source' | 'built';
}

export interface KillRound {
  round: number;
  /** Answers that arrived before the kill. */
  acknowledged: number;
  /** Requests that were on their way when the server was killed. */
  inFlight: number;
  /** Acknowledged completions that could not be read back. */
  lost: number;
  /** Acknowledged completions whose metadata or messages came back changed. */
  damaged: number;
  /** Rows of this round in the file: never fewer than were acknowledged, and at most those plus the ones in flight. */
  stored: number;
  integrity: string;
  restartMs: number;
}

/** One round after another; the caller decides what to make of the numbers. */
export async function* killRounds(plan: KillPlan): AsyncGenerator<KillRound> {
  const random = randomFrom(seed);
  for (let round = 1; round <= plan.rounds; round++) yield await killRound(plan, round, random);
}

/** True when nothing that was acknowledged is missing or changed, and the file is sound. */
export function isSound({ acknowledged, inFlight, lost, damaged, stored, integrity }: KillRound): boolean {
  const plausible = stored >= acknowledged && stored <= acknowledged + inFlight;
  return lost === 0 && damaged === 0 && integrity === 'ok' && plausible;
}

async function killRound(plan: KillPlan, round: number, random: Random): Promise<KillRound> {
  const acknowledged = new Map<string, number>();
  const first = start(plan);
  const url = await first.url();

  // Somewhere between a tenth and nine tenths of the way, at no particular moment of a request.
  const killAfter = Math.floor(plan.posts * (0.1 + 0.8 * random()));
  const numbers = Array.from({ length: plan.posts }, (_, number) => number).values();
  let killed = false;
  let inFlight = 0;
  const kill = async (): Promise<void> => {
    killed = true;
    await sleep(random() * 5);
    await first.end('SIGKILL');
  };
  let killing: Promise<void> | undefined;
  await Promise.all(
    Array.from({ length: plan.concurrency }, async () => {
      for (const number of numbers) {
        if (killed) break;
        inFlight++;
        const id = await post(url, round, number).catch(() => undefined);
        if (id === undefined) break;
        inFlight--;
        acknowledged.set(id, number);
        if (acknowledged.size === killAfter) killing = kill();
      }
    }),
  );
  await killing;

  const startedAt = performance.now();
  const second = start(plan);
  const again = await second.url();
  const restartMs = Math.round(performance.now() - startedAt);
  let lost = 0;
  let damaged = 0;
  for (const [id, number] of acknowledged) {
    const found = await get(`${again}/chat/completions/${id}`);
    if (!found) lost++;
    else if (!(await isIntact(again, found, id, round, number))) damaged++;
  }
  await second.end('SIGTERM');
  return {
    round,
    acknowledged: acknowledged.size,
    inFlight,
    lost,
    damaged,
    ...inspect(plan.db, round),
    restartMs,
  };
}

function start({ db, from }: KillPlan): RunningCLI {
  return runCLI(['--port', '0', '--quiet', '--db', db], { from });
}

const content = (round: number, number: number): string =>
  `round ${round} number ${number} ${'é'.repeat(number % 500)}`;

/** The id of the stored completion, once the whole answer has arrived. */
async function post(url: string, round: number, number: number): Promise<string> {
  const response = await fetch(`${url}/chat/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      model: 'gpt-4o-mini',
      messages: [{ role: 'user', content: content(round, number) }],
      max_completion_tokens: 8,
      store: true,
      metadata: { round: String(round), number: String(number) },
    }),
  });
  const body = (await response.json()) as { id: string };
  if (!response.ok) throw new Error(JSON.stringify(body));
  return body.id;
}

async function get(url: string): Promise<any> {
  const response = await fetch(url);
  return response.ok ? response.json() : undefined;
}

async function isIntact(
  url: string,
  found: any,
  id: string,
  round: number,
  number: number,
): Promise<boolean> {
  const messages = await get(`${url}/chat/completions/${id}/messages`);
  const filter = `metadata[round]=${round}&metadata[number]=${number}`;
  const listed = await get(`${url}/chat/completions?${filter}`);
  return (
    found.metadata.round === String(round) &&
    found.metadata.number === String(number) &&
    typeof found.choices[0].message.content === 'string' &&
    messages?.data[0]?.content === content(round, number) &&
    listed?.data[0]?.id === id
  );
}

function inspect(path: string, round: number): { integrity: string; stored: number } {
  const file = new Database(path);
  try {
    const [check] = file.prepare('PRAGMA integrity_check').all([]) as { integrity_check: string }[];
    const [count] = file
      .prepare('SELECT count(*) AS stored FROM completion_metadata WHERE key = \'"round"\' AND value = ?')
      .all([JSON.stringify(String(round))]) as { stored: number }[];
    return { integrity: check?.integrity_check ?? 'no answer', stored: count?.stored ?? -1 };
  } finally {
    file.close();
  }
}
