/** Reads the rate limits in the headers of a response: what remains, and when it is reset. */

/** One limit for a minute or a day. A value that the server does not send is undefined. */
export interface RateLimitWindow {
  /** How many are allowed in the window. */
  limit: number | undefined;
  /** How many are left in the window. */
  remaining: number | undefined;
  /** Milliseconds until the whole `limit` is available again. */
  reset: number | undefined;
}

export interface RateLimit {
  /** Counted in requests. */
  requests: RateLimitWindow;
  /** Counted in tokens, of prompts and completions together. */
  tokens: RateLimitWindow;
}

/** Reads the six `x-ratelimit-*` headers. Undefined if there are none. */
export function rateLimitOf(headers: Headers | undefined): RateLimit | undefined {
  let told = false;
  const read = (name: string, parse: (text: string) => number): number | undefined => {
    const text = headers?.get(`x-ratelimit-${name}`);
    if (text == null) return undefined;
    told = true;
    const value = parse(text);
    return Number.isNaN(value) ? undefined : value;
  };
  const windowOf = (kind: string): RateLimitWindow => ({
    limit: read(`limit-${kind}`, parseFloat),
    remaining: read(`remaining-${kind}`, parseFloat),
    reset: read(`reset-${kind}`, parseDuration),
  });
  const limits = { requests: windowOf('requests'), tokens: windowOf('tokens') };
  return told ? limits : undefined;
}

/**
 * The wait before the next attempt that the server requests, in milliseconds. NaN if it requests none that can be read.
 */
export function askedDelay(headers?: Headers): number {
  const exact = parseFloat(headers?.get('retry-after-ms') ?? '');
  if (!Number.isNaN(exact)) return exact;
  const after = headers?.get('retry-after') ?? '';
  const seconds = parseFloat(after);
  return Number.isNaN(seconds) ? Date.parse(after) - Date.now() : seconds * 1_000;
}

const unitMs: Record<string, number> = { ms: 1, s: 1e3, m: 6e4, h: 36e5, d: 864e5 };

/**
 * Milliseconds of `6m0s`, `17ms` or `7.66s`; a number without a unit is in seconds, or the time itself if it is as long
 * as one, since the epoch. NaN for any other text.
 */
function parseDuration(text: string): number {
  const time = +text;
  if (time > 1e9) return Math.max(0, (time < 1e12 ? time * 1_000 : time) - Date.now());
  let sum = 0;
  const rest = text.replace(/(\d*\.?\d+)(ms|[smhd])?/g, (_, count: string, unit = 's') => {
    sum += +count * unitMs[unit]!;
    return '';
  });
  return rest || !text ? NaN : sum;
}
