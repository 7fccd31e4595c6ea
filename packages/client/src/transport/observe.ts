/** Calls the observers of a call. The code that sends, reads and runs tools reports its events here, and knows no observer. */

import type { ChatCompletionMessageToolCall } from '../types/tools.ts';
import type { CompletionUsage } from '../types/completion.ts';
import type { ChatCompletionCreateParamsBase } from '../types/params.ts';
import type { Outcome } from './body-reader.ts';
import { APIUserAbortError, isAbortError } from './errors.ts';
import { log } from './log.ts';
import type { LogTarget } from './log.ts';
import type { FinalRequestOptions, ObserveOptions } from './options.ts';

/**
 * A request, with all its attempts: its options, and where they come from. Assign a field to change what the next attempt is
 * made with, such as `call.body = { ...call.body, model }`. Do not change what a field holds: it belongs to the caller.
 */
export interface ObservedRequest extends FinalRequestOptions {
  /** Discriminates the union {@link ObservedCall}. */
  readonly kind: 'request';
  /** Base URL of the client. */
  readonly baseURL: string;
  /** The helper that makes the request: `chat.completions.parse`, `stream` or `runTools`. */
  readonly helper: string | undefined;
}

/** A run of `runTools()`: its requests and its tools are calls of their own, made while it runs. */
export interface ObservedRun {
  /** Discriminates the union {@link ObservedCall}. */
  readonly kind: 'run';
  /** What the caller passed. */
  readonly body: ChatCompletionCreateParamsBase;
}

/** One tool that `runTools()` runs, after its arguments were parsed and the call was approved. */
export interface ObservedTool {
  /** Discriminates the union {@link ObservedCall}. */
  readonly kind: 'tool';
  /** Name of the function or custom tool. */
  readonly name: string;
  /** As the model sent it. */
  readonly call: ChatCompletionMessageToolCall;
}

export type ObservedCall = ObservedRequest | ObservedRun | ObservedTool;

/** Called once for each call, before its first attempt. */
export type Observe = (call: ObservedCall) => CallObserver | undefined | void;

/** An attempt is counted from 1. */
export interface AttemptEvent {
  /** Which attempt this is, from 1. */
  attempt: number;
  /** The whole address, query included. */
  url: string;
  /** What is sent, credentials included. A header that you set here is sent. */
  headers: Headers;
}

export interface ResponseEvent {
  /** Which attempt this is, from 1. */
  attempt: number;
  /** The HTTP status. */
  status: number;
  /** Headers of the response. */
  headers: Headers;
  /** Milliseconds since the attempt was sent. */
  ms: number;
}

export interface RetryEvent {
  /** The attempt that failed. */
  attempt: number;
  /** Milliseconds until the next one. */
  delay: number;
  /** Of the response that is not accepted; undefined when the connection or the body was lost. */
  status: number | undefined;
  /** Why the connection or the body was lost. */
  error: Error | undefined;
}

export interface FailureEvent {
  /** Which attempt this is, from 1. */
  attempt: number;
  /** What the caller will get, unless there is another attempt. */
  error: Error;
}

/** How a call ended. */
export interface EndEvent {
  /**
   * `aborted` is also a stream whose loop was left early; `truncated` is a stream that ended before its completion was
   * whole.
   */
  outcome: Outcome;
  /** What failed the call. */
  error: unknown;
  /**
   * What the server sent: a completion, a list, a `Response` whose body you read yourself. Of a stream, the completion as far
   * as it was read. Of a tool, what it returned.
   */
  value: unknown;
  /** What the server said the call used. Of a stream, the last that was read. */
  usage: CompletionUsage | undefined;
  /** Milliseconds since the call began. */
  ms: number;
}

/**
 * What happens to one call. Every method is optional. What one throws is logged and goes no further. A request has all of
 * them, a run and a tool have `run` and `end`.
 */
export interface CallObserver {
  /** Must call `work`, for example inside `context.with`. Called for each part of a call: sending it, then reading it. */
  run?(work: () => void): unknown;
  /** An attempt is about to be sent. */
  attempt?(event: AttemptEvent): void;
  /** The headers of a response arrived, whatever its status. */
  response?(event: ResponseEvent): void;
  /** An attempt failed, and there will be another one. */
  retry?(event: RetryEvent): void;
  /**
   * An attempt failed, and there will be no other one. Return `'retry'` to make one more, once in a call: for example after you
   * assigned another body.
   */
  failure?(event: FailureEvent): 'retry' | undefined | void;
  /** An item of a stream was read. Return `'hide'` to keep it from the caller. */
  chunk?(chunk: unknown): 'hide' | undefined | void;
  /**
   * Called once: when the value was read, when the stream was read or left, or when the call failed. Not called while a
   * result stays unread.
   */
  end?(event: EndEvent): void;
}

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

/**
 * Runs `work` and resolves with its value. The observers of `client` and of the options, if there are any, are called for its
 * events. The call ends with `work`, unless it `goesOn`.
 */
export function observed<Info extends ObservedCall, T>(
  client: object,
  { observe }: ObserveOptions,
  info: () => Info,
  work: (call?: ObservedBy<Info>) => Promise<T>,
  goesOn?: boolean,
): Promise<T> {
  const owner = client as Observable;
  const observers = [...(owner._observers?.() ?? []), ...(observe ? [observe] : [])];
  if (!observers.length) return work();
  const call = new ObservedBy(owner, observers, info());
  return call.watch(() => work(call), goesOn);
}
