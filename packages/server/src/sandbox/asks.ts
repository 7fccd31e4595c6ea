/** Selects the wire format and the faults for a request, from its headers or from the settings of the server. */
import { createHash } from 'node:crypto';
import { SettingError } from '../config.ts';
import { invalidRequest } from '../http/errors.ts';
import type { ChatModel } from '../models/model.ts';
import { didYouMean } from '../spelling.ts';
import { readFault, type Fault } from './faults.ts';
import { findQuirk, quirkNames, type Quirk } from './quirks.ts';
import { checkRateLimit, RateLimiter, type RateLimit } from './rate-limit.ts';
import { randomFrom } from './random.ts';

const quirkHeader = 'x-sandbox-quirk';
const faultHeader = 'x-sandbox-fault';
const faultIdHeader = 'x-sandbox-fault-id';

/** What is counted; beyond that the oldest counts are forgotten. */
const maxRemembered = 10_000;

interface SandboxSettings {
  quirk?: string | undefined;
  fault?: string | undefined;
  /** Another seed lets other requests fail by `rate`. Default 0. */
  seed?: number | undefined;
  /** Limits for each API key. Default: none. */
  rateLimit?: RateLimit | undefined;
}

/** Throws a `SettingError` when a setting cannot be read. */
export function checkSandboxSettings({ quirk, fault, rateLimit }: SandboxSettings): void {
  checkRateLimit(rateLimit ?? {});
  if (quirk !== undefined) readQuirk(quirk);
  if (fault !== undefined) readFaultOrNone(fault);
}

/**
 * Reads the headers of requests. Without these headers, the fixture of the request decides (`scripted`), else the settings.
 * `none` switches both off.
 */
export class SandboxAsks {
  readonly #quirk: string | null;
  readonly #fault: string | null;
  readonly #seed: number;
  readonly #limiter: RateLimiter | undefined;
  /** How often each request with `times` has failed. */
  readonly #failures = new Counts();
  /** How many requests each list with a `rate` has seen. */
  readonly #seen = new Counts();

  /** Throws a `SettingError` when a setting cannot be read. */
  constructor(settings: SandboxSettings) {
    checkSandboxSettings(settings);
    this.#quirk = settings.quirk ?? null;
    this.#fault = settings.fault ?? null;
    this.#seed = settings.seed ?? 0;
    this.#limiter = settings.rateLimit && new RateLimiter(settings.rateLimit);
  }

  /** The wire of the response; undefined is that of the API. An unknown name is a 400 that lists the names. */
  quirk(headers: Headers, scripted: string | null = this.#quirk): Quirk | undefined {
    return readHeader(headers, quirkHeader, scripted, readQuirk);
  }

  /**
   * What is to go wrong with this request, if anything; asking counts for `times` and `rate`. A header that cannot be read
   * is a 400 that says why.
   *
   * Requests are the same for `times` when their `x-sandbox-fault-id` is; without one, when their key and body are. Those of
   * one `x-sandbox-fault-id` are numbered by themselves for `rate`; those without one, together.
   */
  fault(headers: Headers, request: object, scripted: string | null = this.#fault): Fault | undefined {
    const fault = readHeader(headers, faultHeader, scripted, readFaultOrNone);
    if (fault === undefined) return undefined;
    const id = headers.get(faultIdHeader);
    if (fault.rate !== undefined && !this.#draw(fault.rate, [fault.text, id ?? ''])) return undefined;
    if (fault.times === undefined) return fault;
    const key = `${fault.text}\n${id ?? digest(headers.get('authorization'), request)}`;
    if (this.#failures.of(key) >= fault.times) return undefined;
    this.#failures.add(key);
    return fault;
  }

  /**
   * Counts a request for the limits of its key, and returns the response headers about them; none without limits. Throws a 429 when
   * one is exceeded. `length` is that of the body: the API counts a quarter of it as tokens, or the most that may be generated.
   */
  limit(headers: Headers, request: { model: string }, length: number): Record<string, string> {
    if (!this.#limiter) return {};
    const { model, max_completion_tokens: most, max_tokens: older } = request as Record<string, unknown>;
    const asked = most ?? older;
    // Not every endpoint checks these fields, and what is no number would make the count of the key none for good.
    const tokens = Math.max(Math.ceil(length / 4), Number.isFinite(asked) ? (asked as number) : 0);
    return this.#limiter.admit(headers.get('authorization') ?? '', String(model), tokens);
  }

  /**
   * Forgets which requests have failed, begins the chances of `rate` again, and makes limits available again. With `ids`, only for
   * the requests with one of them as their `x-sandbox-fault-id`.
   */
  reset(ids?: Iterable<string>): void {
    for (const counts of [this.#failures, this.#seen]) counts.clear(ids);
    if (ids === undefined) this.#limiter?.clear();
  }

  /** The same seed and the same number of the request give the same result. */
  #draw(rate: number, names: string[]): boolean {
    return randomFrom(this.#seed, ...names, this.#seen.add(names.join('\n'))).chance(rate);
  }
}

class Counts {
  readonly #counts = new Map<string, number>();

  of(key: string): number {
    return this.#counts.get(key) ?? 0;
  }

  /** Returns the new count. */
  add(key: string): number {
    const count = this.of(key) + 1;
    if (count === 1 && this.#counts.size >= maxRemembered) this.#forgetOldest();
    this.#counts.set(key, count);
    return count;
  }

  /** Forgets all counts, or those whose keys end with the line of an id. */
  clear(ids?: Iterable<string>): void {
    if (ids === undefined) return this.#counts.clear();
    for (const id of ids)
      for (const key of this.#counts.keys()) if (key.endsWith(`\n${id}`)) this.#counts.delete(key);
  }

  #forgetOldest(): void {
    for (const key of this.#counts.keys()) {
      this.#counts.delete(key);
      return;
    }
  }
}

/** Whether the model is one that does as it is asked here; a request that asks another for it in its headers is refused. */
export function obeys(model: Pick<ChatModel, 'id' | 'sandbox'>, headers: Headers): boolean {
  if (model.sandbox) return true;
  const header = [quirkHeader, faultHeader].find((name) => headers.has(name));
  if (header === undefined) return false;
  throw invalidRequest(
    header,
    `Invalid '${header}': only the sandbox does what it asks for, and the model '${model.id}' is not a sandbox.`,
    'unsupported_value',
  );
}

/** Throws a `SettingError` for an unknown name; undefined for `none`. */
export function readQuirk(name: string): Quirk | undefined {
  if (name === 'none') return undefined;
  const quirk = findQuirk(name);
  if (quirk) return quirk;
  const suggestion = didYouMean(name, quirkNames);
  throw new SettingError(
    `must be the name of a quirk, not '${name.slice(0, 40)}'.${suggestion} The quirks are ${quirkNames.join(', ')}`,
  );
}

/** Throws a `SettingError` for a list that cannot be read; undefined for `none`. */
export function readFaultOrNone(text: string): Fault | undefined {
  return text === 'none' ? undefined : readFault(text);
}

function readHeader<T>(
  headers: Headers,
  name: string,
  fallback: string | null,
  read: (text: string) => T,
): T | undefined {
  const text = headers.get(name)?.trim() ?? fallback;
  if (text === null) return undefined;
  try {
    return read(text);
  } catch (error) {
    if (error instanceof SettingError)
      throw invalidRequest(name, `Invalid '${name}': it ${error.message}.`, 'invalid_value');
    throw error;
  }
}

function digest(key: string | null, request: object): string {
  return createHash('sha256')
    .update(JSON.stringify([key, request]))
    .digest('base64');
}
