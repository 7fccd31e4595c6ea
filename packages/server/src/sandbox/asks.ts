/** What a request, or the settings of the server, want from the sandbox besides a response: the wire of another server, a fault. */
import { createHash } from 'node:crypto';
import { SettingError } from '../config.ts';
import { invalidRequest } from '../http/errors.ts';
import type { ChatModel } from '../models/model.ts';
import { readFault, type Fault } from './faults.ts';
import { findQuirk, quirkNames, type Quirk } from './quirks.ts';

const quirkHeader = 'x-sandbox-quirk';
const faultHeader = 'x-sandbox-fault';
const faultIdHeader = 'x-sandbox-fault-id';

/** Requests of which it is remembered how often they failed; beyond that the oldest are forgotten. */
const maxRemembered = 10_000;

interface SandboxSettings {
  quirk?: string | undefined;
  fault?: string | undefined;
}

/** Throws a `SettingError` when a setting cannot be read. */
export function checkSandboxSettings({ quirk, fault }: SandboxSettings): void {
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
  /** How often each request with `times` has failed. */
  readonly #failures = new Map<string, number>();

  /** Throws a `SettingError` when a setting cannot be read. */
  constructor(settings: SandboxSettings) {
    checkSandboxSettings(settings);
    this.#quirk = settings.quirk ?? null;
    this.#fault = settings.fault ?? null;
  }

  /** The wire of the response; undefined is that of the API. An unknown name is a 400 that lists the names. */
  quirk(headers: Headers, scripted: string | null = this.#quirk): Quirk | undefined {
    return readHeader(headers, quirkHeader, scripted, readQuirk);
  }

  /**
   * What is to go wrong with this request, if anything; asking counts for `times`. A header that cannot be read is a
   * 400 that says why.
   *
   * Requests are the same for `times` when their `x-sandbox-fault-id` is; without one, when their key and body are.
   */
  fault(headers: Headers, request: object, scripted: string | null = this.#fault): Fault | undefined {
    const fault = readHeader(headers, faultHeader, scripted, readFaultOrNone);
    if (fault?.times === undefined) return fault;
    const id = headers.get(faultIdHeader) ?? digest(headers.get('authorization'), request);
    const key = `${fault.text}\n${id}`;
    const failures = this.#failures.get(key) ?? 0;
    if (failures >= fault.times) return undefined;
    if (failures === 0 && this.#failures.size >= maxRemembered) this.#forgetOldest();
    this.#failures.set(key, failures + 1);
    return fault;
  }

  /** Forgets which requests have failed. */
  reset(): void {
    this.#failures.clear();
  }

  #forgetOldest(): void {
    for (const key of this.#failures.keys()) {
      this.#failures.delete(key);
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
  throw new SettingError(`knows no quirk '${name.slice(0, 40)}'. The quirks are ${quirkNames.join(', ')}`);
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
