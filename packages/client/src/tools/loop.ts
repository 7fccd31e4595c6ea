/** The loop that lets a model call tools: ask, answer its calls, ask again, until it is done. */

import type { ChatCompletionRunnerContext, RunnerOptions, StopReason } from '../streaming/conversation.ts';
import { isAssistantMessage, isToolMessage } from '../streaming/conversation.ts';
import { APIUserAbortError, OpenAIError } from '../transport/errors.ts';
import type { ChatCompletion } from '../types/completion.ts';
import type { ChatCompletionMessageParam, ChatCompletionToolMessageParam } from '../types/messages.ts';
import type { ChatCompletionMessageToolCall } from '../types/tools.ts';
import { callTool } from './call.ts';
import type { CallOutcome, CallSettings } from './call.ts';
import { registerTools } from './registry.ts';
import type { ToolRegistry } from './registry.ts';
import { toParam } from './replay.ts';

/** What the loop needs of a runner. */
export interface LoopRunner extends ChatCompletionRunnerContext {
  controller: AbortController;
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
  run(conversation: Conversation): Promise<StopReason>;
}

/** Throws for tools that cannot run, and for `n` above 1. Nothing is sent before `run`. */
export function prepareLoop(runner: LoopRunner, params: any, options: RunnerOptions = {}): Loop {
  const { toolContext, ...body } = params;
  const { tool_choice = 'auto' } = params;
  if (params.n > 1) {
    throw new OpenAIError(
      'ChatCompletion convenience helpers only support n=1 at this time. To use n>1, please use chat.completions.create() directly.',
    );
  }
  const tools = registerTools(params.tools, params.response_format);
  const forced: string | undefined =
    typeof tool_choice === 'string' ? undefined : tool_choice?.function?.name;
  const { controller, messages } = runner;
  const { signal } = controller;
  const approve = options.approveToolCall;
  const settings: CallSettings = {
    tools,
    runner,
    toolContext,
    signal,
    forced,
    onToolError: options.onToolError ?? 'throw',
    toolTimeout: options.toolTimeout,
    approve: approve && ((call) => approve(call, { messages, toolContext, signal })),
  };
  const atOnce =
    forced !== undefined || params.parallel_tool_calls === false
      ? 1
      : Math.max(1, options.toolConcurrency ?? Infinity);

  async function run(conversation: Conversation): Promise<StopReason> {
    const waiting = unansweredCalls(messages);
    if (waiting.length > 0) {
      const stop = await answer(waiting, conversation);
      if (stop) return stop;
    }
    for (let left = options.maxChatCompletions ?? 10; left > 0; left--) {
      const completion = await conversation.ask({
        ...body,
        messages: messages.map(toParam),
        tools: tools.definitions,
        tool_choice,
      });
      const message = completion.choices[0]?.message;
      if (!message) throw new OpenAIError('missing message in ChatCompletion response');
      const calls = message.tool_calls ?? [];
      const stop = calls.length > 0 ? await answer(calls, conversation) : 'stop';
      await options.afterCompletion?.(completion, runner);
      if (stop) return stop;
    }
    return 'max_completions';
  }

  /** Answers the calls of one reply, in their order. What is known is added even when one of them fails. */
  async function answer(
    calls: ChatCompletionMessageToolCall[],
    conversation: Conversation,
  ): Promise<StopReason | undefined> {
    let stop: StopReason | undefined;
    let failure: { error: unknown } | undefined;
    const settle = (outcome: CallOutcome, { id }: ChatCompletionMessageToolCall): boolean => {
      if ('content' in outcome)
        conversation.add({ role: 'tool', tool_call_id: id, content: outcome.content });
      if (outcome.kind === 'failed') failure ??= outcome;
      if (outcome.kind === 'paused') stop = 'paused';
      if (outcome.kind === 'done' && forced !== undefined) stop = 'tool_choice';
      return failure !== undefined || stop === 'tool_choice' || outcome.kind === 'skipped';
    };
    if (atOnce === 1) {
      for (const call of calls) if (settle(await callTool(call, settings), call)) break;
    } else {
      const outcomes = await mapAtOnce(calls, atOnce, (call) => callTool(call, settings));
      for (const [at, call] of calls.entries()) settle(outcomes[at]!, call);
    }
    if (signal.aborted) throw new APIUserAbortError({ cause: signal.reason });
    if (failure) throw failure.error;
    return stop;
  }

  return { tools, run };
}

/** The calls of the last reply that no tool message answers: a run that was paused, or cut off, goes on with them. */
function unansweredCalls(messages: ChatCompletionMessageParam[]): ChatCompletionMessageToolCall[] {
  const at = messages.findLastIndex(isAssistantMessage);
  const after = messages.slice(at + 1);
  const reply = messages[at];
  if (!isAssistantMessage(reply) || !reply.tool_calls || !after.every(isToolMessage)) return [];
  const answered = new Set(after.filter(isToolMessage).map((message) => message.tool_call_id));
  return reply.tool_calls.filter((call) => !answered.has(call.id));
}

/** `work` over `items`, at most `limit` at a time, started and given back in their order. */
async function mapAtOnce<T, R>(items: T[], limit: number, work: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  const queue = items.entries();
  const worker = async (): Promise<void> => {
    for (const [at, item] of queue) results[at] = await work(item);
  };
  await Promise.all(Array.from({ length: Math.min(limit, items.length) }, worker));
  return results;
}
