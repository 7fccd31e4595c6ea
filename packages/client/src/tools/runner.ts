/** `ChatCompletionRunner`: a tool loop over responses that are not streamed. */

import type { RequestOptions } from '../http/options.ts';
import { completeReply } from '../streaming/accumulate.ts';
import { AbstractChatCompletionRunner, isAssistantMessage } from '../streaming/conversation.ts';
import type { AbstractChatCompletionRunnerEvents } from '../streaming/conversation.ts';
import type { RunnerOptions, StopReason } from './run-options.ts';
import { parseCompletion } from '../structured/parse.ts';
import type { ChatCompletion } from '../types/completion.ts';
import type { ChatCompletionMessageParam } from '../types/messages.ts';
import type { ChatCompletionCreateParamsNonStreaming } from '../types/params.ts';
import type { ChatCompletionMessageToolCall } from '../types/tools.ts';
import { isPromise } from '../wire/quiet.ts';
import { prepareLoop } from './loop.ts';
import { pendingCalls } from './pending.ts';
import type { AnyRunnableTool, BaseFunctionsArgs, RunnableTools } from './runnable.ts';

export interface ChatCompletionRunnerEvents extends AbstractChatCompletionRunnerEvents {
  /** The text of a reply, once for each reply that has any. */
  content: (content: string) => void;
}

type RunnerParams = Omit<ChatCompletionCreateParamsNonStreaming, 'tools'>;

export type ChatCompletionToolRunnerParamsWithoutContext<FunctionsArgs extends BaseFunctionsArgs> =
  RunnerParams & {
    /** Tools the model may call, with what runs them. */
    tools: RunnableTools<FunctionsArgs> | readonly AnyRunnableTool[];
    /** Only for tools that take a context. */
    toolContext?: never;
  };

export type ChatCompletionToolRunnerParamsWithContext<
  FunctionsArgs extends BaseFunctionsArgs,
  ToolContext,
> = RunnerParams & {
  /** Tools the model may call, with what runs them. */
  tools: RunnableTools<FunctionsArgs, ToolContext> | readonly AnyRunnableTool<ToolContext>[];
  /** Handed to every tool as its third argument. Not sent. */
  toolContext: ToolContext;
};

export type ChatCompletionToolRunnerParams<FunctionsArgs extends BaseFunctionsArgs, ToolContext = never> = [
  ToolContext,
] extends [never]
  ? ChatCompletionToolRunnerParamsWithoutContext<FunctionsArgs>
  : ChatCompletionToolRunnerParamsWithContext<FunctionsArgs, ToolContext>;

/** What is needed of a client: a way to ask for a completion. */
export interface CompletingClient {
  /** Holds `completions.create`, which resolves with a completion. */
  chat: {
    /** The endpoint. */
    completions: {
      create(
        body: ChatCompletionCreateParamsNonStreaming,
        options?: RequestOptions,
      ): PromiseLike<ChatCompletion>;
    };
  };
}

/** Sends the request, runs the tools that the model calls, sends their results, and repeats this until the model is done. */
export class ChatCompletionRunner<ParsedT = null> extends AbstractChatCompletionRunner<
  ChatCompletionRunnerEvents,
  ParsedT
> {
  /** Why the run ended; null until then, and if it failed. */
  stopReason: StopReason | null = null;

  /** The calls of the last reply that have no results: after a pause, those that wait for a decision. */
  get pendingToolCalls(): ChatCompletionMessageToolCall[] {
    return pendingCalls(this.messages);
  }

  /** Starts a macrotask later, so that listeners miss nothing. Invalid `params` fail the run. */
  static runTools<ParsedT>(
    client: CompletingClient,
    params: ChatCompletionToolRunnerParams<any[], any> | ChatCompletionToolRunnerParamsWithoutContext<any[]>,
    options?: RunnerOptions,
  ): ChatCompletionRunner<ParsedT> {
    const runner = new ChatCompletionRunner<ParsedT>();
    runner._run(() => runner.#runTools(client, params, options));
    return runner;
  }

  async #runTools(client: CompletingClient, params: any, options: RunnerOptions = {}): Promise<void> {
    const { tools, requestOptions, run } = prepareLoop(this, params, client, options);
    this._begin(params, options.signal);
    await run({
      ask: async (body) => {
        const completion = await client.chat.completions.create({ ...body, stream: false }, requestOptions);
        this._connected();
        const reading = parseCompletion<ParsedT>(completion, tools.readers, true);
        // An answer that is read at once is kept, even if the run is aborted as it comes.
        const parsed = isPromise(reading) ? await this._unlessAborted(reading) : reading;
        for (const choice of parsed.choices)
          choice.message = completeReply(choice.message, `choices[${choice.index}].message`);
        return this._addChatCompletion(parsed);
      },
      add: (message) => this._addMessage(message),
    });
  }

  override _addMessage(message: ChatCompletionMessageParam, emit = true): void {
    super._addMessage(message, emit);
    if (emit && isAssistantMessage(message) && message.content)
      this._emit('content', message.content as string);
  }
}
