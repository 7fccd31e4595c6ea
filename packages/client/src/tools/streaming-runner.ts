/** `ChatCompletionStreamingRunner`: a tool loop over streamed responses. */

import type { Readers } from '../structured/readers.ts';
import { ChatCompletionStream } from '../streaming/chat-completion-stream.ts';
import type { StreamingClient } from '../streaming/chat-completion-stream.ts';
import type { RunnerOptions, StopReason } from './run-options.ts';
import type { ChatCompletionCreateParamsStreaming } from '../types/params.ts';
import type { ChatCompletionMessageToolCall } from '../types/tools.ts';
import { prepareLoop } from './loop.ts';
import type { Loop } from './loop.ts';
import { pendingCalls } from './pending.ts';
import type { AnyRunnableTool, BaseFunctionsArgs, RunnableTools } from './runnable.ts';

type StreamingRunnerParams = Omit<ChatCompletionCreateParamsStreaming, 'tools'>;

export type ChatCompletionStreamingToolRunnerParamsWithoutContext<FunctionsArgs extends BaseFunctionsArgs> =
  StreamingRunnerParams & {
    /** Tools the model may call, with what runs them. */
    tools: RunnableTools<FunctionsArgs> | readonly AnyRunnableTool[];
    /** Only for tools that take a context. */
    toolContext?: never;
  };

export type ChatCompletionStreamingToolRunnerParamsWithContext<
  FunctionsArgs extends BaseFunctionsArgs,
  ToolContext,
> = StreamingRunnerParams & {
  /** Tools the model may call, with what runs them. */
  tools: RunnableTools<FunctionsArgs, ToolContext> | readonly AnyRunnableTool<ToolContext>[];
  /** Handed to every tool as its third argument. Not sent. */
  toolContext: ToolContext;
};

export type ChatCompletionStreamingToolRunnerParams<
  FunctionsArgs extends BaseFunctionsArgs,
  ToolContext = never,
> = [ToolContext] extends [never]
  ? ChatCompletionStreamingToolRunnerParamsWithoutContext<FunctionsArgs>
  : ChatCompletionStreamingToolRunnerParamsWithContext<FunctionsArgs, ToolContext>;

/** The same as `ChatCompletionRunner`, with every response streamed: the events of a stream, turn after turn. */
export class ChatCompletionStreamingRunner<ParsedT = null> extends ChatCompletionStream<ParsedT> {
  /** Why the run ended; null until then, and if it failed. */
  stopReason: StopReason | null = null;
  #loop: Loop | undefined;

  /** The calls of the last reply that have no results: after a pause, those that wait for a decision. */
  get pendingToolCalls(): ChatCompletionMessageToolCall[] {
    return pendingCalls(this.messages);
  }

  /** The other end of `toReadableStream`: completions and the tool results between them. */
  static override fromReadableStream(stream: ReadableStream): ChatCompletionStreamingRunner<null> {
    const runner = new ChatCompletionStreamingRunner(null);
    runner._run(() => runner._fromReadableStream(stream));
    return runner;
  }

  /** Starts a macrotask later, so that listeners miss nothing. Invalid `params` fail the run. */
  static runTools<ParsedT = null>(
    client: StreamingClient,
    params:
      | ChatCompletionStreamingToolRunnerParams<any[], any>
      | ChatCompletionStreamingToolRunnerParamsWithoutContext<any[]>,
    options?: RunnerOptions,
  ): ChatCompletionStreamingRunner<ParsedT> {
    const runner = new ChatCompletionStreamingRunner<ParsedT>(null);
    runner._run(() => runner.#runTools(client, params, options));
    return runner;
  }

  async #runTools(client: StreamingClient, params: any, options: RunnerOptions = {}): Promise<void> {
    const { requestOptions, run } = (this.#loop = prepareLoop(this, params, client, options));
    this._begin(params, options.signal);
    await run({
      ask: (body) => this._createChatCompletion(client, { ...body, stream: true }, requestOptions),
      add: (message) => this._addMessage(message),
    });
  }

  protected override _readers(): Readers {
    return this.#loop?.tools.readers ?? super._readers();
  }
}
