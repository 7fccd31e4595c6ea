/** The options of a tool run: its limits, its callbacks and when it ends. Types only. */

import type { RequestOptions } from '../http/options.ts';
import type { ChatCompletion } from '../types/completion.ts';
import type { ChatCompletionMessageParam } from '../types/messages.ts';
import type { ChatCompletionMessageToolCall } from '../types/tools.ts';

/** What callbacks of a run may do with it. */
export interface ChatCompletionRunnerContext {
  /** The conversation so far; messages added here are sent with the next request. */
  messages: ChatCompletionMessageParam[];
  abort(): void;
}

/**
 * Why a run ended: the model was done; the limit of completions was reached; the function the request forces was called;
 * a call waits for a result from the caller; or it was aborted.
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

/** What an approval may be decided by. */
export interface ToolApprovalContext {
  /** The conversation so far. */
  messages: ChatCompletionMessageParam[];
  /** As given to the run. */
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
   * What an exception of a tool does: end the run (`'throw'`, the default), or become the result of the call, for the model to
   * deal with (`'report'`). Either way, the results of the other calls of that turn are kept in `messages`.
   */
  onToolError?: 'throw' | 'report' | undefined;
  /** How many calls of one turn run at the same time. Default: all of them. */
  toolConcurrency?: number | undefined;
  /** Milliseconds a call may take, unless its tool says otherwise. Default: no limit. Taking longer is an exception. */
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
