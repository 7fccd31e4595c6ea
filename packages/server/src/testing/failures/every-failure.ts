/** Runs a program once for each way in which a recorded response can arrive or fail, and reports the results. */
import { quirkNames } from '../../sandbox/quirks.ts';
import { asFetch } from '../as-fetch.ts';
import { bodyOf } from './body.ts';
import type { Delivery } from './delivery.ts';
import { readRecorded, type Recorded, type Recording } from './recorded.ts';
import { FailureReport, type ProblemKind, type VariantResult } from './report.ts';
import { describe, ended, isTyped, type Ended, type Handled } from './result.ts';
import type { Asked, Variant, VariantGroup } from './variant.ts';
import { variantsOf, wholeDelivery } from './variants.ts';

export interface EveryFailureOptions {
  /** The time limit for one run, in milliseconds. A run that takes longer is reported as hung. Default 3000. */
  hangMs?: number | undefined;
  /** The kinds of variants to run. Default: all. */
  groups?: readonly VariantGroup[] | undefined;
  /** The names of quirks whose wire formats are tried. Default: all. */
  dialects?: readonly string[] | undefined;
  /** Whether a text that the run returned reports a failure, for programs that send errors as text. */
  isFailure?: ((text: string) => boolean) | undefined;
  /** Whether an error is typed. Default: it has its own class, a `status` or a `code`. */
  isTyped?: ((error: unknown) => boolean) | undefined;
}

/**
 * The code under test. It sends its requests with `fetch`, and returns the resulting text, or a `Response` with that
 * text. `variant` describes the variant, for messages.
 */
export type Run = (fetch: typeof globalThis.fetch, variant: string) => Handled | Promise<Handled>;

/**
 * Calls `run` with the recorded response unchanged, and then once for each variant: cut at each event, split
 * differently, stalled, reset, replaced by a 429, a 502 or an error event, and as other servers send it and fail. If
 * `run` makes several requests, pass a list with one recording for each. They fail one at a time. A repeated request
 * counts as a retry, and gets the same response.
 *
 * Rejects if the recording cannot be read, or if `run` fails with the unchanged recording.
 */
export async function everyFailure(
  recordings: Recording | readonly Recording[],
  run: Run,
  options: EveryFailureOptions = {},
): Promise<FailureReport> {
  const recorded = listOf(recordings);
  const session = new Session(recorded, run, options);
  return new FailureReport(await session.results());
}

/** An array of chunks is one recording. */
function listOf(given: Recording | readonly Recording[]): Recorded[] {
  const isList =
    Array.isArray(given) &&
    !given.some(
      (item) => Array.isArray((item as any)?.choices) && (item as any).object !== 'chat.completion',
    );
  if (!isList) return [readRecorded(given as Recording, 'The recording')];
  if (given.length === 0) throw new TypeError('There are no recordings.');
  return (given as Recording[]).map((one, index) => readRecorded(one, `Recording ${index + 1}`));
}

/** Variants that wait for the time limit, or for a retry, run at the same time. */
const takesTime = ({ group, delivery }: Variant): boolean =>
  group === 'stall' || delivery.before !== undefined;

/** The result of one run. `undefined` is a run that hangs. */
interface Finished {
  end: Ended | undefined;
  asked: Asked[];
  unhandled: unknown[];
  ms: number;
  /** The error for a request without a recording. */
  misuse: Error | undefined;
}

class Session {
  readonly #recorded: readonly Recorded[];
  readonly #run: Run;
  readonly #options: EveryFailureOptions;

  constructor(recorded: readonly Recorded[], run: Run, options: EveryFailureOptions) {
    this.#recorded = recorded;
    this.#run = run;
    this.#options = options;
  }

  async results(): Promise<VariantResult[]> {
    const { asked, text } = await this.#baseline();
    const { groups, dialects = quirkNames } = this.#options;
    const results: VariantResult[] = [];
    for (const [index, one] of asked.entries()) {
      const all = await variantsOf(this.#recorded[index]!, one, dialects);
      const variants = groups ? all.filter(({ group }) => groups.includes(group)) : all;
      const judged = async (variant: Variant): Promise<VariantResult> =>
        this.#judge(variant, index, await this.#runOnce(variant.name, { variant, index }), text);
      for (const variant of variants.filter((one) => !takesTime(one))) results.push(await judged(variant));
      results.push(...(await Promise.all(variants.filter(takesTime).map(judged))));
    }
    return results;
  }

  /** What the run does when nothing is wrong. */
  async #baseline(): Promise<{ asked: Asked[]; text: string }> {
    const { end, asked, ms, misuse } = await this.#runOnce('as recorded', undefined);
    if (misuse) throw misuse;
    const what = 'With the recorded response as it is, the run';
    if (!end) throw new Error(`${what} was still running after ${Math.round(ms)} ms.`);
    if (end.kind === 'failed') throw new Error(`${what} failed: ${end.detail}`, { cause: end.error });
    if (asked.length === 0)
      throw new Error(`${what} sent no request. Does it use the fetch that it receives?`);
    if (end.text === '')
      throw new Error(`${what} returned no text. Return the text that your code produces.`);
    return { asked, text: end.text };
  }

  async #runOnce(name: string, failing: { variant: Variant; index: number } | undefined): Promise<Finished> {
    const { hangMs = 3000 } = this.#options;
    const server = new ReplayServer(this.#recorded, failing);
    const unhandled: unknown[] = [];
    const note = (reason: unknown): void => void unhandled.push(reason);
    process.on('unhandledRejection', note);
    let timer: NodeJS.Timeout | undefined;
    const limit = new Promise<undefined>((resolve) => {
      timer = setTimeout(() => resolve(undefined), hangMs);
    });
    const startedAt = performance.now();
    try {
      const end = await Promise.race([ended(() => this.#run(server.fetch, name)), limit]);
      const ms = performance.now() - startedAt;
      // Node reports a promise that nothing handles after the turn in which it was rejected.
      await new Promise((resolve) => setImmediate(resolve));
      return { end, asked: server.asked, unhandled, ms, misuse: server.misuse };
    } finally {
      clearTimeout(timer);
      server.end();
      process.off('unhandledRejection', note);
    }
  }

  #judge(
    { name, group, promised }: Variant,
    index: number,
    finished: Finished,
    whole: string,
  ): VariantResult {
    const { end, unhandled, ms } = finished;
    const { isFailure, isTyped: isTypedError = isTyped } = this.#options;
    const base = { variant: name, group, request: index + 1, ms };
    const result = (
      outcome: VariantResult['outcome'],
      detail: string,
      problem?: ProblemKind,
    ): VariantResult => ({
      ...base,
      outcome,
      detail,
      ...(problem && { problem }),
    });
    if (!end) return result('hung', `still running after ${Math.round(ms)} ms`, 'hung');
    if (end.kind === 'failed') {
      if (promised === 'whole') return result('failed', end.detail, 'rejected');
      const isUntyped = 'error' in end && !isTypedError(end.error);
      if (isUntyped) return result('failed', end.detail, 'untyped');
    }
    if (unhandled.length > 0) {
      return result(end.kind === 'text' ? 'delivered' : 'failed', describe(unhandled[0]), 'unhandled');
    }
    if (end.kind === 'failed') return result('failed', end.detail);
    if (end.text.includes(whole)) return result('delivered', 'the whole text');
    if (isFailure?.(end.text)) return result('failed', `it said ${quoted(end.text)}`);
    const isLost = promised !== 'unclear';
    return result('delivered', difference(end.text, whole), isLost ? 'lost text' : undefined);
  }
}

function difference(text: string, whole: string): string {
  if (text === '') return 'no text';
  if (text.length >= whole.length) return `other text: ${quoted(text)}`;
  return `${text.length} of ${whole.length} characters: ${quoted(text)}`;
}

function quoted(text: string): string {
  return JSON.stringify(text.length > 60 ? `…${text.slice(-60)}` : text);
}

/** Responds to the requests of one run. */
class ReplayServer {
  readonly fetch: typeof globalThis.fetch;
  /** What each request asked for; retries are not among them. */
  readonly asked: Asked[] = [];
  misuse: Error | undefined;
  readonly #bodies: string[] = [];
  readonly #recorded: readonly Recorded[];
  readonly #failing: { variant: Variant; index: number } | undefined;
  readonly #open = new Set<() => void>();
  #attempts = 0;
  #isOver = false;

  constructor(recorded: readonly Recorded[], failing: { variant: Variant; index: number } | undefined) {
    this.#recorded = recorded;
    this.#failing = failing;
    this.fetch = asFetch((request, { reset }) => this.#respond(request, reset));
  }

  /** Breaks open responses, and refuses later requests. */
  end(): void {
    this.#isOver = true;
    for (const reset of this.#open) reset();
  }

  async #respond(request: Request, reset: () => void): Promise<Response> {
    if (this.#isOver) throw new Error('The run has ended.');
    this.#open.add(reset);
    const index = this.#indexOf(await request.text());
    return this.#send(this.#deliveryFor(index), reset);
  }

  /** The same body again is a retry. */
  #indexOf(body: string): number {
    const before = this.#bodies.lastIndexOf(body);
    if (before >= 0) return before;
    const index = this.#bodies.length;
    if (index >= this.#recorded.length) {
      this.misuse = new Error(
        `The run sent request ${index + 1}, but there is no recording for it. Pass a list with one for each request.`,
      );
      throw this.misuse;
    }
    this.#bodies.push(body);
    this.asked.push(askedBy(body));
    return index;
  }

  #deliveryFor(index: number): Delivery {
    const { variant, index: failing } = this.#failing ?? {};
    if (variant && failing === index && this.#attempts++ < (variant.attempts ?? Infinity))
      return variant.delivery;
    return wholeDelivery(this.#recorded[index]!, this.asked[index]!);
  }

  async #send(delivery: Delivery, reset: () => void): Promise<Response> {
    const { before, status, headers } = delivery;
    if (before === 'reset') reset();
    if (before) await new Promise(() => {});
    return new Response(bodyOf(delivery, reset), { status, headers });
  }
}

function askedBy(body: string): Asked {
  let request: any;
  try {
    request = JSON.parse(body);
  } catch {
    request = undefined;
  }
  return { stream: request?.stream === true, includeUsage: request?.stream_options?.include_usage === true };
}
