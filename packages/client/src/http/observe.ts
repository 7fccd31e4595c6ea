/**
 * Calls the observers of a call. Code that sends requests, reads responses and runs tools reports its events here, and
 * does not know the observers.
 */

import { APIUserAbortError, isAbortError } from '../errors/api-error.ts';
import { log } from '../log/log.ts';
import type { LogTarget } from '../log/log.ts';
import type { CallObserver, EndEvent, Observe, ObservedCall } from './observer.ts';
import type { ObserveOptions } from './options.ts';

/** A client whose calls are observed. */
interface Observable extends LogTarget {
  _observers?(): readonly Observe[];
}

/** The observers of one call, and the state of that call. */
export class ObservedBy<Info extends ObservedCall = ObservedCall> {
  /** Attempts so far. */
  attempts = 0;
  /** Whether an observer has made an attempt of its own. */
  repeated = false;
  /** Whether the value is read, rather than the response given to the caller. */
  reading = false;
  /** What the observers were called with. */
  readonly info: Info;
  #client: LogTarget;
  #observers: (CallObserver | undefined | void)[];
  #startTime = Date.now();
  #ended = false;

  constructor(client: LogTarget, observes: readonly Observe[], info: Info) {
    this.info = info;
    this.#client = client;
    this.#observers = observes.map((observe) => this.#guard(() => observe(info)));
  }

  /** Calls the method of that name of every observer. Returns what the last of them returned. */
  tell(name: Exclude<keyof CallObserver, 'run'>, event: unknown): unknown {
    let result: unknown;
    for (const observer of this.#observers)
      result = this.#guard(() => observer?.[name]?.(event as never)) ?? result;
    return result;
  }

  end(facts: Partial<EndEvent>): void {
    if (this.#ended) return;
    this.#ended = true;
    const { error, value } = facts;
    const aborted = error instanceof APIUserAbortError || isAbortError(error);
    const usage = this.info.kind === 'request' && (value as EndEvent | null | undefined)?.usage;
    this.tell('end', {
      outcome: !('error' in facts) ? 'complete' : aborted ? 'aborted' : 'error',
      error,
      value,
      usage: usage || undefined,
      ...facts,
      ms: Date.now() - this.#startTime,
    });
  }

  /**
   * Runs `work` inside the `run` of every observer, and resolves with its value. The call ends when `work` rejects. It also ends
   * when `work` resolves, unless the call `goesOn`: a response has arrived, but its body is still to be read.
   */
  async watch<T>(work: () => Promise<T>, goesOn?: boolean): Promise<T> {
    for (const observer of this.#observers) {
      const inner = work;
      work = () => {
        let result: Promise<T> | undefined;
        // Not returned, so that the failure of a call is not taken for one of the observer.
        this.#guard(() => observer?.run?.(() => void (result ??= inner())));
        return result ?? inner();
      };
    }
    try {
      const value = await work();
      if (!goesOn) this.end({ value });
      return value;
    } catch (error) {
      this.end({ error });
      throw error;
    }
  }

  /** What `work` returns. What it throws, and what its promise rejects with, is logged. */
  #guard<T>(work: () => T): T | undefined {
    const report = (error: unknown): void => log(this.#client, 'error', 'Observer failed:', error);
    try {
      const result = work();
      (result as Promise<unknown> | undefined)?.catch?.(report);
      return result;
    } catch (error) {
      report(error);
      return undefined;
    }
  }
}

/** The observers of `client` and of the options, called with the call that `info` describes. Undefined if there are none. */
export function observersOf<Info extends ObservedCall>(
  client: object,
  { observe }: ObserveOptions,
  info: () => Info,
): ObservedBy<Info> | undefined {
  const owner = client as Observable;
  const always = owner._observers?.() ?? [];
  const observers = observe ? [...always, observe] : always;
  return observers.length ? new ObservedBy(owner, observers, info()) : undefined;
}

/** Runs `work` and resolves with its value. The observers, if there are any, are called for its events. */
export function observed<T>(
  client: object,
  options: ObserveOptions,
  info: () => ObservedCall,
  work: () => Promise<T>,
): Promise<T> {
  const call = observersOf(client, options, info);
  return call ? call.watch(work) : work();
}
