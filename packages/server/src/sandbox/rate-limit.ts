/**
 * Limits of requests and tokens for each minute, with the headers and the error that the API has for them
 * (https://platform.openai.com/docs/guides/rate-limits), so that a program can be seen to slow down.
 */
import { SettingError } from '../config.ts';
import { ApiError } from '../http/errors.ts';

/** For each minute and each API key. A limit that is left out is none. */
export interface RateLimit {
  requests?: number | undefined;
  tokens?: number | undefined;
}

const kinds = ['requests', 'tokens'] as const;
type Kind = (typeof kinds)[number];

/** The names of all headers about limits. */
export const rateLimitHeaders: readonly string[] = ['limit', 'remaining', 'reset'].flatMap((part) =>
  kinds.map((kind) => `x-ratelimit-${part}-${kind}`),
);

/** How the API's error calls a limit. */
const called: Record<Kind, string> = {
  requests: 'requests per min (RPM)',
  tokens: 'tokens per min (TPM)',
};

const minute = 60_000;

/** Keys whose use is remembered; beyond that the oldest are forgotten. */
const maxKeys = 1_000;

/** Reads `requests=60;tokens=90000`, or one of both. Throws a `SettingError`. */
export function readRateLimit(text: string): RateLimit {
  const limit: RateLimit = {};
  for (const item of text.split(';').map((part) => part.trim())) {
    if (item === '') continue;
    const [, name, digits] = /^(requests|tokens)=(\d{1,12})$/.exec(item) ?? [];
    if (name === undefined || Number(digits) === 0) {
      throw new SettingError(
        `must be limits for each minute, such as 'requests=60;tokens=90000', not '${item}'`,
      );
    }
    limit[name as Kind] = Number(digits);
  }
  if (Object.keys(limit).length === 0)
    throw new SettingError("must name a limit, such as 'requests=60' or 'tokens=90000'");
  return limit;
}

/** The limits that there are. Throws a `SettingError` for one that is no number from 1. */
export function checkRateLimit(limit: RateLimit): [kind: Kind, limit: number][] {
  return kinds.flatMap((kind): [Kind, number][] => {
    const most = limit[kind];
    if (most === undefined) return [];
    if (!(most >= 1)) throw new SettingError(`rateLimit.${kind} must be a number from 1, not ${most}`);
    return [[kind, most]];
  });
}

/** What has been used of a limit. It becomes available again evenly, all of it within a minute. */
interface Use {
  used: number;
  at: number;
}

/** A limit, what has been used of it until now, and what a request uses. */
interface Asked {
  kind: Kind;
  limit: number;
  use: Use;
  cost: number;
}

export class RateLimiter {
  readonly #limits: [kind: Kind, limit: number][];
  readonly #now: () => number;
  readonly #uses = new Map<string, Record<Kind, Use>>();

  /** `now` is in milliseconds. Throws as {@link checkRateLimit} does. */
  constructor(limit: RateLimit, now: () => number = Date.now) {
    this.#now = now;
    this.#limits = checkRateLimit(limit);
  }

  /**
   * Counts a request of an API key, and returns the headers of its response. When that would exceed a limit, it throws a 429 with
   * these headers and the time to wait. Such a request does not count.
   */
  admit(key: string, model: string, tokens: number): Record<string, string> {
    const costs = { requests: 1, tokens };
    const uses = this.#usesOf(key);
    const asked = this.#limits.map(([kind, limit]): Asked => {
      const use = uses[kind];
      const now = this.#now();
      use.used = Math.max(0, use.used - ((now - use.at) / minute) * limit);
      use.at = now;
      return { kind, limit, use, cost: costs[kind] };
    });
    const reached = asked.find(({ limit, use, cost }) => use.used + cost > limit);
    if (reached) throw refusal(reached, model, headersOf(asked));
    for (const { use, cost } of asked) use.used += cost;
    return headersOf(asked);
  }

  clear(): void {
    this.#uses.clear();
  }

  #usesOf(key: string): Record<Kind, Use> {
    const known = this.#uses.get(key);
    if (known) return known;
    if (this.#uses.size >= maxKeys) this.#uses.delete(this.#uses.keys().next().value!);
    const unused = (): Use => ({ used: 0, at: this.#now() });
    const uses = { requests: unused(), tokens: unused() };
    this.#uses.set(key, uses);
    return uses;
  }
}

/** Milliseconds until `amount` of a limit is available again. */
const waitFor = (amount: number, limit: number): number => Math.ceil((amount / limit) * minute);

function headersOf(asked: readonly Asked[]): Record<string, string> {
  const headers = asked.flatMap(({ kind, limit, use: { used } }) => [
    [`x-ratelimit-limit-${kind}`, String(limit)],
    [`x-ratelimit-remaining-${kind}`, String(Math.floor(limit - used))],
    [`x-ratelimit-reset-${kind}`, duration(waitFor(used, limit))],
  ]);
  return Object.fromEntries(headers) as Record<string, string>;
}

function refusal(
  { kind, limit, use: { used }, cost }: Asked,
  model: string,
  headers: Record<string, string>,
): ApiError {
  const on = `for ${model.slice(0, 80)} on ${called[kind]}: Limit ${limit}`;
  const details = { type: kind, code: 'rate_limit_exceeded' };
  if (cost > limit) {
    const message = `Request too large ${on}, Requested ${cost}. The input or output tokens must be reduced in order to run successfully.`;
    return new ApiError(429, message, { ...details, headers });
  }
  const wait = waitFor(used + cost - limit, limit);
  const message = `Rate limit reached ${on}, Used ${Math.ceil(used)}, Requested ${cost}. Please try again in ${duration(wait)}.`;
  const retry = { 'retry-after': String(Math.ceil(wait / 1_000)), 'retry-after-ms': String(wait) };
  return new ApiError(429, message, { ...details, headers: { ...headers, ...retry } });
}

/** `17ms`, `7.66s` or `6m0s`. */
function duration(ms: number): string {
  if (ms < 1_000) return `${ms}ms`;
  const seconds = Math.ceil(ms / 10) / 100;
  return seconds < 60 ? `${seconds}s` : `${Math.floor(seconds / 60)}m${Math.round(seconds % 60)}s`;
}
