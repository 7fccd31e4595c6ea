/** The loop that lets a model call tools: sends the request, runs the calls, sends their results, until the model is done. */

import { APIUserAbortError } from '../errors/api-error.ts';
import { OpenAIError } from '../errors/openai-error.ts';
import { withFacts } from '../http/call.ts';
import { observed } from '../http/observe.ts';
import type { ObservedRun } from '../http/observer.ts';
import type { RequestOptions } from '../http/options.ts';
import { isBrokenOff } from '../quirks/finish-reason.ts';
import { toParam } from '../quirks/outgoing.ts';
import type { ChatCompletionRunnerContext, RunnerOptions, StopReason } from './run-options.ts';
import type { ChatCompletion } from '../types/completion.ts';
import type { ChatCompletionToolMessageParam } from '../types/messages.ts';
import type { ChatCompletionMessageToolCall } from '../types/tools.ts';
import { callTool } from './call.ts';
import type { CallOutcome, CallSettings } from './call.ts';
import { pendingCalls, sortAnswers } from './pending.ts';
import { atLeastOne, registerTools } from './registry.ts';
import type { ToolRegistry } from './registry.ts';

/** What the loop needs of a runner. */
export interface LoopRunner extends ChatCompletionRunnerContext {
  controller: AbortController;
  stopReason: StopReason | null;
}

/** How the loop reaches the conversation. */
export interface Conversation {
  /** Sends `body`, adds the reply to the conversation and gives the completion. */
  ask(body: any): Promise<ChatCompletion>;
  add(message: ChatCompletionToolMessageParam): void;
}

/** A run that is ready to start. */
export interface Loop {
  tools: ToolRegistry;
  /** What every request of the run is sent with. */
  requestOptions: RequestOptions;
  /** Says in the end, as the runner's `stopReason`, why it ended, unless it failed. */
  run(conversation: Conversation): Promise<void>;
}

/**
 * Throws for tools and options that cannot be used. Nothing is sent before `run`. The observers of `client`, if it has any,
 * are called for the run and its tools.
 */
export function prepareLoop(
  runner: LoopRunner,
  params: any,
  client: object,
  options: RunnerOptions = {},
): Loop {
  const { toolContext, messages: _, ...body } = params;
  const { tool_choice = 'auto' } = params;
  const { afterCompletion, approveToolCall: approve, onToolError = 'throw', toolTimeout } = options;
  const { maxChatCompletions = 10, toolConcurrency = Infinity } = options;
  atLeastOne('toolTimeout', toolTimeout);
  atLeastOne('toolConcurrency', toolConcurrency);
  const tools = registerTools(params.tools, params.response_format);
  const forced: string | undefined = tool_choice?.[tool_choice.type]?.name;
  const inTurn = forced !== undefined || params.parallel_tool_calls === false;
  const { signal } = runner.controller;
  const settings: CallSettings = {
    tools,
    runner,
    toolContext,
    signal,
    forced,
    onToolError,
    toolTimeout,
    client,
    options,
    approve: approve && ((call) => approve(call, { messages: runner.messages, toolContext, signal })),
  };

  const requestOptions: RequestOptions = withFacts({ ...options, signal }, { helper: 'runTools' });

  async function run(conversation: Conversation): Promise<void> {
    try {
      const info = (): ObservedRun => ({ kind: 'run', body: params });
      runner.stopReason = await observed(client, options, info, () => converse(conversation));
    } catch (error) {
      if (signal.aborted) runner.stopReason = 'aborted';
      throw error;
    }
  }

  async function converse(conversation: Conversation): Promise<StopReason> {
    if (params.n > 1) {
      throw new OpenAIError(
        'ChatCompletion convenience helpers only support n=1 at this time. To use n>1, please use chat.completions.create() directly.',
      );
    }
    const waiting = pendingCalls(runner.messages);
    if (waiting.length > 0) {
      const stop = await answer(waiting, conversation).finally(() => sortAnswers(runner.messages));
      if (stop) return stop;
    }
    for (let left = maxChatCompletions; left > 0; left--) {
      const completion = await conversation.ask({
        ...body,
        messages: runner.messages.map(toParam),
        tools: tools.definitions,
        tool_choice,
      });
      const { message, finish_reason } = completion.choices[0] ?? {};
      if (!message) throw new OpenAIError('missing message in ChatCompletion response');
      const calls = message.tool_calls ?? [];
      if (calls.length > 0 && isBrokenOff(finish_reason))
        throw new OpenAIError(`The response was cut off (${finish_reason})`);
      const stop = calls.length > 0 ? await answer(calls, conversation) : 'stop';
      if (afterCompletion) {
        await afterCompletion(completion, runner);
        throwIfAborted();
      }
      if (stop) return stop;
    }
    return 'max_completions';
  }

  /** Runs the calls of one reply, and adds their results in order. Known results are added even if a call fails. */
  async function answer(
    calls: ChatCompletionMessageToolCall[],
    conversation: Conversation,
  ): Promise<StopReason | undefined> {
    let stop: StopReason | undefined;
    let failure: { error: unknown } | undefined;
    const settle = ({ id }: ChatCompletionMessageToolCall, outcome: CallOutcome): void => {
      if ('content' in outcome)
        conversation.add({ role: 'tool', tool_call_id: id, content: outcome.content });
      if (outcome.kind === 'failed') failure ??= outcome;
      if (outcome.kind === 'paused') stop = 'paused';
      if (outcome.kind === 'done' && forced !== undefined) stop = 'tool_choice';
    };
    if (inTurn) {
      for (const call of calls) {
        settle(call, await callTool(call, settings));
        if (failure || stop) break;
      }
    } else {
      const outcomes = await mapAtOnce(calls, toolConcurrency, (call) => callTool(call, settings));
      for (const [at, call] of calls.entries()) settle(call, outcomes[at]!);
    }
    throwIfAborted();
    if (failure) throw failure.error;
    return stop;
  }

  function throwIfAborted(): void {
    if (signal.aborted) throw new APIUserAbortError({ cause: signal.reason });
  }

  return { tools, requestOptions, run };
}

/** `work` over `items`, at most `limit` at a time, started and returned in their order. */
async function mapAtOnce<T, R>(items: T[], limit: number, work: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  const queue = items.entries();
  const worker = async (): Promise<void> => {
    for (const [at, item] of queue) results[at] = await work(item);
  };
  await Promise.all(items.slice(0, limit).map(worker));
  return results;
}
