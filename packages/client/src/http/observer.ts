/** The types of the `observe` option: what an observer receives, and what it may do. */

import type { Outcome } from '../stream/source.ts';
import type { CompletionUsage } from '../types/completion.ts';
import type { ChatCompletionCreateParamsBase } from '../types/params.ts';
import type { ChatCompletionMessageToolCall } from '../types/tools.ts';
import type { FinalRequestOptions } from './options.ts';

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
  /** The status of the error response. Undefined if the connection or the body was lost. */
  status: number | undefined;
  /** Why the connection or the body was lost. */
  error: Error | undefined;
}

export interface FailureEvent {
  /** Which attempt this is, from 1. */
  attempt: number;
  /** The error that the caller will receive, unless there is another attempt. */
  error: Error;
}

/** How a call ended. */
export interface EndEvent {
  /**
   * `aborted` is also a stream whose loop was left early; `truncated` is a stream that ended before its completion was
   * whole.
   */
  outcome: Outcome;
  /** The error with which the call failed. */
  error: unknown;
  /**
   * What the server sent: a completion, a list, a `Response` whose body you read yourself. For a stream, the completion as far
   * as it was read. For a tool, what it returned.
   */
  value: unknown;
  /** The token counts that the server sent. For a stream, the last ones that were read. */
  usage: CompletionUsage | undefined;
  /** Milliseconds since the call began. */
  ms: number;
}

/**
 * The methods that are called during one call. All are optional. For a request, all of them are called; for a run or a
 * tool, only `run` and `end`. An error that a method throws is logged and has no other effect.
 */
export interface CallObserver {
  /** Must call `work`, for example inside `context.with`. Called for each part of a call: sending it, then reading it. */
  run?(work: () => void): unknown;
  /** An attempt is about to be sent. */
  attempt?(event: AttemptEvent): void;
  /** The headers of a response arrived, whatever its status. */
  response?(event: ResponseEvent): void;
  /** An attempt failed and will be retried. */
  retry?(event: RetryEvent): void;
  /**
   * An attempt failed and will not be retried. Return `'retry'` to make one more attempt, once in a call: for example
   * after you have assigned another body.
   */
  failure?(event: FailureEvent): 'retry' | undefined | void;
  /** An item of a stream was read. Return `'hide'` to keep it from the caller. */
  chunk?(chunk: unknown): 'hide' | undefined | void;
  /**
   * Called once: when the response body was read, when a stream ended or was left, or when the call failed. Not called
   * while a result stays unread.
   */
  end?(event: EndEvent): void;
}
