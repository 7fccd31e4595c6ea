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
  /** Whether the server was killed while requests were on their way. */
  killed: boolean;
  /** Completions whose storing was acknowledged before the kill. */
  acknowledged: number;
  /** Of these: streamed, with metadata that was replaced, and deleted. */
  streamed: number;
  updated: number;
  deleted: number;
  /** Requests that were on their way when the server was killed. */
  inFlight: number;
  /** Acknowledged completions that could not be read back. */
  lost: number;
  /** Acknowledged completions that came back otherwise than they were stored, updated or deleted. */
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

/**
 * True when the server was killed after it had acknowledged something of each kind, nothing of that is missing or changed,
 * and the file is sound.
 */
export function isSound(round: KillRound): boolean {
  const { killed, acknowledged, streamed, updated, deleted, inFlight, lost, damaged, stored, integrity } =
    round;
  const hasEach = killed && [acknowledged, streamed, updated, deleted].every((count) => count > 0);
  // What was being deleted when the server was killed may be there or not.
  const plausible =
    stored >= acknowledged - deleted - inFlight && stored <= acknowledged - deleted + inFlight;
  return hasEach && lost === 0 && damaged === 0 && integrity === 'ok' && plausible;
}

async function killRound(plan: KillPlan, round: number, random: Random): Promise<KillRound> {
  const acknowledged: Stored[] = [];
  const first = start(plan);
  const url = await first.url();

  // Somewhere between a tenth and nine tenths of the way, at no particular moment of a request, but not before one
  // completion was updated and one deleted.
  const killAfter = Math.floor(plan.posts * (0.1 + 0.8 * random()));
  const numbers = Array.from({ length: plan.posts }, (_, number) => number).values();
  let killed = false;
  let inFlight = 0;
  let died = false;
  const kill = async (): Promise<void> => {
    killed = true;
    await sleep(random() * 5);
    died = (await first.end('SIGKILL')).signal === 'SIGKILL';
  };
  let killing: Promise<void> | undefined;
  const isAny = (state: State): boolean => acknowledged.some(({ may }) => isOnly(may, state));
  const killWhenDue = (): void => {
    const isDue = acknowledged.length >= killAfter && isAny('updated') && isAny('deleted');
    if (isDue) killing ??= kill();
  };
  await Promise.all(
    Array.from({ length: plan.concurrency }, async () => {
      for (const number of numbers) {
        if (killed) break;
        inFlight++;
        const id = await post(url, round, number).catch(() => undefined);
        if (id === undefined) break;
        const entry: Stored = { id, number, may: new Set(['stored']) };
        acknowledged.push(entry);
        killWhenDue();
        if (!(await change(url, round, entry))) break;
        killWhenDue();
        inFlight--;
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
  for (const entry of acknowledged) {
    const found = await get(`${again}/chat/completions/${entry.id}`);
    if (!found) lost += Number(!entry.may.has('deleted'));
    else if (!(await isIntact(again, found, round, entry))) damaged++;
  }
  await second.end('SIGTERM');
  return {
    round,
    killed: died,
    acknowledged: acknowledged.length,
    streamed: acknowledged.filter(({ number }) => isStreamed(number)).length,
    updated: acknowledged.filter(({ may }) => isOnly(may, 'updated')).length,
    deleted: acknowledged.filter(({ may }) => isOnly(may, 'deleted')).length,
    inFlight,
    lost,
    damaged,
    ...inspect(plan.db, round),
    restartMs,
  };
}

type State = 'stored' | 'updated' | 'deleted';

/** A completion whose storing was acknowledged. */
interface Stored {
  id: string;
  number: number;
  /** The states it may be found in: two of them while a change was not acknowledged. */
  may: Set<State>;
}

const isOnly = (may: ReadonlySet<State>, state: State): boolean => may.size === 1 && may.has(state);
const isStreamed = (number: number): boolean => number % 2 === 1;

/** Updates a third of the completions and deletes another. Whether that was acknowledged, or there was nothing to do. */
async function change(url: string, round: number, { id, number, may }: Stored): Promise<boolean> {
  const state = ([undefined, 'updated', 'deleted'] as const)[number % 3];
  if (state === undefined) return true;
  may.add(state);
  const request =
    state === 'deleted'
      ? { method: 'DELETE' }
      : { ...json, body: JSON.stringify({ metadata: metadataOf(round, number, state) }) };
  const isDone = await fetch(`${url}/chat/completions/${id}`, request).then(
    async (response) => (await response.text()) !== '' && response.ok,
    () => false,
  );
  if (isDone) may.delete('stored');
  return isDone;
}

const json = { method: 'POST', headers: { 'content-type': 'application/json' } };

const metadataOf = (round: number, number: number, state: State): Record<string, string> => ({
  round: String(round),
  number: String(number),
  state,
});

function start({ db, from }: KillPlan): RunningCLI {
  return runCLI(['--port', '0', '--quiet', '--db', db], { from });
}

const content = (round: number, number: number): string =>
  `round ${round} number ${number} ${'é'.repeat(number % 500)}`;

/** The id of the stored completion, once the whole answer has arrived. */
async function post(url: string, round: number, number: number): Promise<string> {
  const response = await fetch(`${url}/chat/completions`, {
    ...json,
    body: JSON.stringify({
      model: 'gpt-4o-mini',
      messages: [{ role: 'user', content: content(round, number) }],
      max_completion_tokens: 8,
      store: true,
      metadata: metadataOf(round, number, 'stored'),
      stream: isStreamed(number),
    }),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(text);
  if (!isStreamed(number)) return (JSON.parse(text) as { id: string }).id;
  // A stream is acknowledged by its finish reason, and ends with `[DONE]`.
  const id = /"id":"([^"]+)"/.exec(text)?.[1];
  if (id === undefined || !text.endsWith('data: [DONE]\n\n')) throw new Error('The stream was cut off.');
  return id;
}

async function get(url: string): Promise<any> {
  const response = await fetch(url);
  return response.ok ? response.json() : undefined;
}

async function isIntact(
  url: string,
  found: any,
  round: number,
  { id, number, may }: Stored,
): Promise<boolean> {
  const messages = await get(`${url}/chat/completions/${id}/messages`);
  const filter = `metadata[round]=${round}&metadata[number]=${number}`;
  const listed = await get(`${url}/chat/completions?${filter}`);
  return (
    found.metadata.round === String(round) &&
    found.metadata.number === String(number) &&
    may.has(found.metadata.state) &&
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
      .prepare("SELECT count(*) AS stored FROM completions WHERE metadata ->> '$.round' = ?")
      .all([String(round)]) as { stored: number }[];
    return { integrity: check?.integrity_check ?? 'no answer', stored: count?.stored ?? -1 };
  } finally {
    file.close();
  }
}
