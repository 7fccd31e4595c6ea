/** Sends every case to a real API and to the sandbox, keeps what the API answers as cassettes, and compares. */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { openCassette, startServer } from '../../src/index.ts';
import type { Case, Groups } from './cases.ts';
import { differencesOf, shapeOf } from './shape.ts';

export interface LiveOptions {
  baseURL: string;
  key: string;
  model: string;
  /** The folder of the cassettes, one file for each group. */
  out: string;
  groups: Groups;
  /** Called after each case. */
  onResult?: ((result: Result) => void) | undefined;
}

export interface Result {
  group: string;
  name: string;
  status: { api: number; sandbox: number };
  /** Where the sandbox answers otherwise. Empty: in nothing but words. */
  differences: string[];
  /** The messages of two errors that differ in nothing but words. */
  words?: { api: string; sandbox: string } | undefined;
}

/** The API could not be compared at all: it is not there, or refuses the key. */
export class Unusable extends Error {
  override name = 'Unusable';
}

interface Sent {
  status: number;
  type: string | null;
  text: string;
}

const patience = 3;
const longestWaitMs = 60_000;

export async function runLive({
  baseURL,
  key,
  model,
  out,
  groups,
  onResult,
}: LiveOptions): Promise<Result[]> {
  const sandbox = await startServer({ port: 0, db: ':memory:', apiKeys: [key], logRequests: false });
  const results: Result[] = [];
  try {
    for (const [group, cases] of Object.entries(groups)) {
      const ids = { api: '', sandbox: '' };
      const file = join(out, `${group}.jsonl`);
      rmSync(file, { force: true });
      const cassette = await openCassette({ file, mode: 'record', upstream: baseURL });
      for (const item of cases) {
        const request = requestOf(item, key, model);
        const api = await patiently(async () =>
          request.method === 'POST' && !request.path.includes('{id}')
            ? cassette.respond(request.call())
            : sendTo(baseURL, request, ids.api),
        );
        if (api.status === 401 && !item.key)
          throw new Unusable(`${baseURL} refuses the key: ${messageIn(api.text)}`);
        const ours = await sent(sendTo(sandbox.url, request, ids.sandbox));
        if (item.isStored) {
          Object.assign(ids, { api: idIn(api.text), sandbox: idIn(ours.text) });
          await toBeFound(() => sendTo(baseURL, requestOf({ ...item, ...retrieve }, key, model), ids.api));
        }
        const result = compared(group, item.name, api, ours);
        results.push(result);
        onResult?.(result);
      }
      await cassette.close();
    }
  } finally {
    await sandbox.close();
  }
  return results;
}

function requestOf(
  { path = '/chat/completions', method = 'POST', body, key: use }: Case,
  key: string,
  model: string,
) {
  const value = body?.['model'] === 'MODEL' ? { ...body, model } : body;
  const bytes = body && Buffer.from(JSON.stringify(value));
  const headers = new Headers(body && { 'content-type': 'application/json' });
  const sentKey = use === 'wrong' ? 'sk-wrong-key-for-a-comparison' : key;
  if (use !== 'none') headers.set('authorization', `Bearer ${sentKey}`);
  const call = () => ({ path, headers, body: bytes, value, signal: AbortSignal.timeout(120_000) });
  return { path, method, headers, bytes, call };
}

function sendTo(
  baseURL: string,
  { path, method, headers, bytes }: ReturnType<typeof requestOf>,
  id: string,
): Promise<Response> {
  const url = baseURL.replace(/\/$/, '') + path.replace('{id}', id);
  return fetch(url, { method, headers, body: bytes ?? null, signal: AbortSignal.timeout(120_000) });
}

const retrieve = { method: 'GET', path: '/chat/completions/{id}', body: undefined } as const;

/** Waits for a completion that an API stores after it has responded, for some seconds. */
async function toBeFound(send: () => Promise<Response>): Promise<void> {
  for (let attempt = 0; attempt < 10; attempt++) {
    if ((await sent(send())).status !== 404) return;
    await sleep(1_000);
  }
}

/** The id of a completion, or of the chunks of one. */
const idIn = (text: string): string => /"id": ?"(chatcmpl-[^"]*)"/.exec(text)?.[1] ?? 'none';

/** Waits when the API has had too many requests, a few times. */
async function patiently(send: () => Promise<Response>): Promise<Sent> {
  for (let attempt = 1; ; attempt++) {
    const response = await send().catch((error: Error) => {
      throw new Unusable(error.message);
    });
    if (response.status !== 429 || attempt === patience) return sent(response);
    await response.body?.cancel();
    const seconds = Number(response.headers.get('retry-after') ?? 2 ** attempt);
    await sleep(Math.min(longestWaitMs, (Number.isFinite(seconds) ? seconds : 10) * 1_000));
  }
}

async function sent(responding: Response | Promise<Response>): Promise<Sent> {
  const response = await responding;
  return { status: response.status, type: response.headers.get('content-type'), text: await response.text() };
}

function compared(group: string, name: string, api: Sent, ours: Sent): Result {
  const differences = differencesOf(
    shapeOf(api.status, api.type, api.text),
    shapeOf(ours.status, ours.type, ours.text),
  );
  const status = { api: api.status, sandbox: ours.status };
  const words = { api: messageIn(api.text), sandbox: messageIn(ours.text) };
  const isOnlyWords = differences.length === 0 && words.api !== words.sandbox;
  // Which of both refuses is told by the message of the one that does.
  if (differences.length > 0 && api.status !== ours.status) {
    for (const [side, message] of Object.entries(words))
      if (message) differences.push(`${side} says: ${message}`);
  }
  return { group, name, status, differences, words: isOnlyWords ? words : undefined };
}

function messageIn(text: string): string {
  try {
    const { error } = JSON.parse(text) as { error?: { message?: string } };
    // Each side has stored a completion of its own.
    return String(error?.message ?? '').replaceAll(/chatcmpl-[\w-]+/g, 'chatcmpl-…');
  } catch {
    return '';
  }
}
