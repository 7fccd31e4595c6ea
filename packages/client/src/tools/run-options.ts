/** The options of a tool run: its limits, its callbacks and when it ends. Types only. */

import type { RequestOptions } from '../http/options.ts';
import type { ChatCompletion } from '../types/completion.ts';
import type { ChatCompletionMessageParam } from '../types/messages.ts';
import type { ChatCompletionMessageToolCall } from '../types/tools.ts';

/** The part of a run that callbacks can use. */
export interface ChatCompletionRunnerContext {
  /** The conversation so far. Messages that you add are sent with the next request. */
  messages: ChatCompletionMessageParam[];
  abort(): void;
}

/**
 * Why a run ended: the model finished, the limit of completions was reached, the function that the request forces was
 * called, a call waits for a result from the caller, or the run was aborted.
 */
export type StopReason = 'stop' | 'max_completions' | 'tool_choice' | 'paused' | 'aborted';

/** The decision on a call: run it, send the model a reason instead, or end the run without a result. */
export type ToolApproval =
  | 'approve'
  | 'pause'
  | {
      /** Sent to the model as the result of the call. */
      refuse: string;
    };

/** The information for an approval. */
export interface ToolApprovalContext {
  /** The conversation so far. */
  messages: ChatCompletionMessageParam[];
  /** The `toolContext` of the run. */
  toolContext: unknown;
  /** Aborted when the run is. */
  signal: AbortSignal;
}

export interface RunnerOptions extends RequestOptions {
  /** The largest number of completions to request. Default: 10. */
  maxChatCompletions?: number | undefined;
  /** Called, and awaited, after each completion and its tool calls. */
  afterCompletion?:
    | ((completion: ChatCompletion, runner: ChatCompletionRunnerContext) => void | Promise<void>)
    | undefined;
  /**
   * What happens if a tool throws: the run ends (`'throw'`, the default), or the error becomes the result of the call,
   * for the model to handle (`'report'`). In both cases, `messages` keeps the results of the other calls of that turn.
   */
  onToolError?: 'throw' | 'report' | undefined;
  /** How many calls of one turn run at the same time. Default: all of them. */
  toolConcurrency?: number | undefined;
  /**
   * The time limit for a call, in milliseconds, unless its tool has its own limit. Default: no limit. A call that takes
   * longer counts as an exception.
   */
  toolTimeout?: number | undefined;
  /**
   * Called before each call whose arguments are valid. With `'pause'`, the run ends with `stopReason` `'paused'`; its
   * `messages` can be saved, and a later run that begins with them continues with the pending calls.
   */
  approveToolCall?:
    | ((
        call: ChatCompletionMessageToolCall,
        context: ToolApprovalContext,
      ) => ToolApproval | Promise<ToolApproval>)
    | undefined;
}
