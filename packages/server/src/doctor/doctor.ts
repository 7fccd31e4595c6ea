/** Sends the requests of all checks to a server, and evaluates the responses. */
import { isBaseURL } from '../config.ts';
import { checks } from './checks/all.ts';
import {
  undecided,
  missing,
  type Check,
  type Found,
  type Group,
  type Outcome,
  type Verdict,
} from './check.ts';
import { exchange, isGood, problemOf, type Exchange, type Target } from './exchange.ts';
import { at, itemsOf, shown, textOf } from './look.ts';
import { probes, type ProbeName } from './probes.ts';
import { DoctorError, Run } from './run.ts';
import { unreachable } from './unreachable.ts';
import { likeness, type Likeness } from './wires.ts';

export { DoctorError } from './run.ts';

export interface DoctorOptions {
  /** The base URL, such as `http://localhost:11434/v1`. */
  url: string;
  /** Default: the first model in `GET /models`. */
  model?: string | undefined;
  /** Sent as the bearer token. Default: none. */
  key?: string | undefined;
  /** The time limit for each request, including its body, in milliseconds. Default 30,000. */
  timeoutMs?: number | undefined;
  /** Called after each check. */
  onResult?: ((done: number, of: number) => void) | undefined;
}

export interface Result {
  id: string;
  group: Group;
  title: string;
  outcome: Outcome;
  deviations: readonly Found[];
  note: string | undefined;
  /** What a client cannot do if it is missing. */
  missing: string;
  source: string;
}

export interface Report {
  url: string;
  model: string;
  results: Result[];
  /**
   * The wire formats of the sandbox with similar deviations, the most similar first. Empty if there are no deviations.
   */
  like: Likeness[];
  /** How many requests were sent. */
  requests: number;
  durationMs: number;
  /** Ids of stored completions that could not be deleted. */
  leftBehind: string[];
}

/**
 * Checks how compatible a server is with the API. Rejects with a `DoctorError` if the server cannot be reached,
 * lists no model, or refuses the key or further requests. Any other response is evaluated. Stored completions are
 * deleted.
 */
export async function examine(options: DoctorOptions): Promise<Report> {
  const startedAt = performance.now();
  const { Agent, request } = await import('undici');
  const dispatcher = new Agent({ connect: { timeout: 10_000 }, maxHeaderSize: 64 * 1024 });
  const target: Target = {
    baseURL: readURL(options.url),
    key: options.key,
    timeoutMs: options.timeoutMs ?? 30_000,
    dispatcher,
    request,
  };
  try {
    const model = options.model ?? (await firstModel(target));
    const run = new Run(target, model);
    try {
      const results = await judgeAll(run, options.onResult);
      const leftBehind = await run.cleanUp();
      const like = likeness(results.flatMap(({ deviations }) => deviations));
      const durationMs = performance.now() - startedAt;
      return {
        url: withoutPassword(target.baseURL),
        model,
        results,
        like,
        requests: run.sent,
        durationMs,
        leftBehind,
      };
    } finally {
      await run.cleanUp();
    }
  } finally {
    await dispatcher.destroy();
  }
}

async function judgeAll(run: Run, onResult: DoctorOptions['onResult']): Promise<Result[]> {
  const sent = new Map<ProbeName, Promise<Exchange[]>>();
  const responses = (name: ProbeName): Promise<Exchange[]> => {
    const before = sent.get(name) ?? probes[name](run);
    sent.set(name, before);
    return before;
  };
  await chooseLimit(run, responses);
  let done = 0;
  const all = checks.map(async (check) => {
    const names = [check.probe].flat();
    const [first = [], ...others] = await Promise.all(names.map(responses));
    const [leading, ...rest] = first;
    const verdict = judge(check, [leading!, ...others.map(([response]) => response!), ...rest], names.length);
    onResult?.(++done, checks.length);
    return resultOf(check, verdict);
  });
  // A check that cannot continue ends the run, but every other promise must still have a handler.
  const settled = await Promise.allSettled(all);
  return settled.map((one) => {
    if (one.status === 'rejected') throw one.reason;
    return one.value;
  });
}

/** Some models refuse `max_tokens`, and say what to send instead. */
async function chooseLimit(run: Run, responses: (name: ProbeName) => Promise<Exchange[]>): Promise<void> {
  const [probe] = await probes.system(run);
  if (probe?.status === 400 && probe.text.includes('max_completion_tokens')) {
    run.limitField = 'max_completion_tokens';
  }
  if (probe?.status === 0) throw unreachable(probe, run.target);
  await responses('plain');
}

function judge(check: Check, responses: Exchange[], needed: number): Verdict {
  if (!check.judgesFailures) {
    const bad = responses.slice(0, needed).find((response) => !isGood(response));
    if (bad) return judgeFailure(bad);
  }
  return check.judge(...responses);
}

/** A request that was to succeed. A server that refuses it does not have the behavior. */
function judgeFailure(response: Exchange): Verdict {
  const { status, failure } = response;
  const problem = problemOf(response);
  const isRefused = status >= 300 && status < 500 && !failure;
  return isRefused || status === 501 ? missing(problem) : undecided(problem);
}

function resultOf(check: Check, { outcome, deviations, note }: Verdict): Result {
  return {
    id: check.id,
    group: check.id.slice(0, check.id.indexOf('.')) as Group,
    title: check.title,
    outcome,
    // The server may have written what a detail quotes.
    deviations: deviations.map(({ name, detail }) => ({
      name,
      ...(detail !== undefined && { detail: shown(detail, 80) }),
    })),
    note: note === undefined ? undefined : shown(note),
    missing: check.missing,
    source: check.source ?? 'API reference, chat completions',
  };
}

async function firstModel(target: Target): Promise<string> {
  const response = await exchange(target, { path: '/models' });
  const { status, json } = response;
  if (status === 0) throw unreachable(response, target);
  if (status === 401)
    throw new DoctorError(`The server needs a key: ${problemOf(response)}\nSet it with --key.`);
  const models = [...itemsOf(json), ...itemsOf(at(json, 'data')), ...itemsOf(at(json, 'models'))];
  const model = models.map((one) => textOf(at(one, 'id')) || textOf(at(one, 'name'))).find(Boolean);
  if (model !== undefined) return model;
  const found = json === undefined ? 'GET /models is not JSON' : 'GET /models lists none';
  const problem = isGood(response) ? found : `GET /models: ${problemOf(response)}`;
  throw new DoctorError(`The server lists no model to use (${problem}).\nName one with --model.`);
}

/** A report may be shown to others. */
function withoutPassword(baseURL: string): string {
  const url = new URL(baseURL);
  if (url.password === '') return baseURL;
  url.password = '';
  return url.href.replace(/\/+$/, '');
}

function readURL(text: string): string {
  if (!/^https?:\/\//i.test(text) || !isBaseURL(text)) {
    throw new DoctorError(`'${shown(text, 80)}' is not a base URL, such as http://localhost:11434/v1.`);
  }
  return text.replace(/\/+$/, '');
}
