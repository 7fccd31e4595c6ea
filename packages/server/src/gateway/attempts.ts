/** Sends a request to the upstreams of a model in turn, until one responds. */
import { ApiError } from '../http/errors.ts';
import type { UpstreamFailure } from '../http/request-event.ts';
import { timedOut } from '../models/upstream.ts';
import type { NamedUpstream, Target } from '../models/upstreams.ts';
import { bodyFor, type Asked } from './asked.ts';
import { Source } from './source.ts';

export interface AttemptOptions {
  headers: Headers;
  /** Aborts when the caller has gone. */
  signal: AbortSignal;
  /** Called for each upstream that failed. */
  onFailure(upstream: NamedUpstream, failure: AttemptFailure): void;
}

export interface Answer {
  upstream: NamedUpstream;
  source: Source;
  /** How many upstreams were asked. */
  attempts: number;
}

/** Why an attempt failed. */
export interface AttemptFailure {
  kind: UpstreamFailure['reason'];
  /** For the log. */
  words: string;
}

interface Failure extends AttemptFailure {
  /** A response that can be passed on, with what was asked. */
  answer?: Answer;
  error?: unknown;
}

/**
 * Resolves with the response of the first target that does not fail. A target fails when it cannot be reached, responds with 429
 * or 5xx, or sends no first chunk in time. When all fail, this is the first response there was; rejects with the first error when
 * there was none, and with the reason of the signal once that aborts.
 */
export async function firstAnswer(
  asked: Asked,
  targets: readonly Target[],
  options: AttemptOptions,
): Promise<Answer> {
  const failures: Failure[] = [];
  const discard = (kept?: Failure): void => {
    for (const failure of failures) if (failure !== kept) failure.answer?.source.cancel();
  };
  try {
    for (const [index, target] of targets.entries()) {
      const isLast = index === targets.length - 1;
      const tried = await attempt(asked, target, { ...options, number: index + 1, isLast });
      if ('source' in tried) {
        discard();
        return tried;
      }
      options.onFailure(target.upstream, tried);
      failures.push(tried);
    }
  } catch (error) {
    discard();
    throw error;
  }
  const best = failures.find(({ answer }) => answer) ?? failures[0]!;
  discard(best);
  if (best.answer) return { ...best.answer, attempts: failures.length };
  throw best.error;
}

async function attempt(
  asked: Asked,
  target: Target,
  options: AttemptOptions & { number: number; isLast: boolean },
): Promise<Answer | Failure> {
  const { upstream } = target;
  const { signal, number: attempts, isLast } = options;
  let source: Source;
  try {
    source = await ask(asked, target, options);
  } catch (error) {
    signal.throwIfAborted();
    return { kind: kindOf(error), words: error instanceof Error ? error.message : String(error), error };
  }
  const { status } = source;
  const answer = { upstream, source, attempts };
  if (status === 429 || status >= 500)
    return { kind: 'status', words: `It responded with ${status}.`, answer };
  if (isLast || status >= 300 || (await source.hasChunk())) return answer;
  source.cancel();
  signal.throwIfAborted();
  const { host } = upstream.upstream.url;
  const error =
    source.lateness ??
    new ApiError(502, `The upstream ${host} ended its response before the first chunk.`, {
      code: 'upstream_broke_off',
    });
  return { kind: source.lateness ? 'timeout' : 'cut', words: error.message, error };
}

function kindOf(error: unknown): AttemptFailure['kind'] {
  return error instanceof ApiError && error.status === 504 ? 'timeout' : 'connection';
}

async function ask(
  asked: Asked,
  { upstream, model }: Target,
  { headers, signal }: AttemptOptions,
): Promise<Source> {
  const body = await bodyFor(asked, model, upstream.stores);
  const late = (): ApiError => timedOut(upstream.upstream.url.host);
  const waited = new AbortController();
  const timer = setTimeout(() => waited.abort(late()), upstream.timeouts.firstChunk);
  const sentAt = performance.now();
  try {
    const reply = await upstream.upstream.open({
      path: asked.path,
      headers,
      body,
      model,
      signal: AbortSignal.any([signal, waited.signal]),
    });
    return new Source(reply, { limits: upstream.timeouts, sentAt, late });
  } finally {
    clearTimeout(timer);
  }
}
