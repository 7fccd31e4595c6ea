/** `client.chat.completions`: the endpoints, and the helpers that parse, stream and run tools. */

import { OpenAIError } from '../errors/openai-error.ts';
import type { APIPromise } from '../http/api-promise.ts';
import { withFacts } from '../http/call.ts';
import type { RequestOptions } from '../http/options.ts';
import { ChatCompletionStream } from '../streaming/chat-completion-stream.ts';
import type { RunnerOptions } from '../tools/run-options.ts';
import type { AutoParseableTool, ExtractParsedContentFromParams } from '../structured/format.ts';
import { parseCompletion, validateInputTools } from '../structured/parse.ts';
import { readersFor } from '../structured/readers.ts';
import type { RunnableCustomTool, RunnableToolFunctionWithContext } from '../tools/runnable.ts';
import { ChatCompletionRunner } from '../tools/runner.ts';
import type {
  ChatCompletionToolRunnerParamsWithContext,
  ChatCompletionToolRunnerParamsWithoutContext,
} from '../tools/runner.ts';
import { ChatCompletionStreamingRunner } from '../tools/streaming-runner.ts';
import type {
  ChatCompletionStreamingToolRunnerParamsWithContext,
  ChatCompletionStreamingToolRunnerParamsWithoutContext,
} from '../tools/streaming-runner.ts';
// Names of types: chat
// prettier-ignore
import type {
  ChatCompletion, ChatCompletionAllowedToolChoice, ChatCompletionAllowedTools,
  ChatCompletionAssistantMessageParam, ChatCompletionAudio, ChatCompletionAudioParam, ChatCompletionChunk,
  ChatCompletionContentPart, ChatCompletionContentPartImage, ChatCompletionContentPartInputAudio,
  ChatCompletionContentPartRefusal, ChatCompletionContentPartText, ChatCompletionCreateParams,
  ChatCompletionCreateParamsBase, ChatCompletionCreateParamsNonStreaming, ChatCompletionCreateParamsStreaming,
  ChatCompletionCustomTool, ChatCompletionDeleted, ChatCompletionDeveloperMessageParam,
  ChatCompletionFunctionCallOption, ChatCompletionFunctionMessageParam, ChatCompletionFunctionTool,
  ChatCompletionListParams, ChatCompletionMessage, ChatCompletionMessageCustomToolCall,
  ChatCompletionMessageFunctionToolCall, ChatCompletionMessageParam, ChatCompletionMessageToolCall,
  ChatCompletionModality, ChatCompletionNamedToolChoice, ChatCompletionNamedToolChoiceCustom,
  ChatCompletionParseParams, ChatCompletionPredictionContent, ChatCompletionReasoningEffort,
  ChatCompletionRole, ChatCompletionStoreMessage, ChatCompletionStreamOptions, ChatCompletionStreamParams,
  ChatCompletionSystemMessageParam, ChatCompletionTokenLogprob, ChatCompletionTool,
  ChatCompletionToolChoiceOption, ChatCompletionToolMessageParam, ChatCompletionUpdateParams,
  ChatCompletionUserMessageParam, CompletionUsage, CursorPageParams, MessageListParams, ParsedChatCompletion,
  ParsedChatCompletionMessage, ParsedChatCompletionMessageToolCall, ParsedChoice, ParsedFunction,
  ParsedFunctionToolCall,
} from '../types/chat.ts';
import { CoreCompletions } from './core-completions.ts';
import type { ChatCompletionsPage } from './core-completions.ts';
import { Messages } from './messages.ts';

/** {@link CoreCompletions}, with `parse`, `stream` and `runTools`. */
export class Completions extends CoreCompletions {
  /** Also in a bundle, which renames one of the two classes that have it. */
  static override readonly name: string = 'Completions';

  /**
   * `create`, with the content of every choice and the arguments of strict tools read into values. A format or tool made
   * by a helper brings its own reader.
   *
   * Throws immediately for a function tool that is not strict, and for `stream: true`. Rejects with a `LengthFinishReasonError` or
   * `ContentFilterFinishReasonError`, which have the completion, if the response was cut short.
   */
  parse<Params extends ChatCompletionParseParams, ParsedT = ExtractParsedContentFromParams<Params>>(
    body: Params,
    options?: RequestOptions,
  ): APIPromise<ParsedChatCompletion<ParsedT>> {
    if ((body as { stream?: unknown }).stream)
      throw new OpenAIError('parse() does not stream: use stream(), or leave out `stream`');
    validateInputTools(body.tools);
    const readers = readersFor(body);
    // The `create` of the client: a wrapper may call this on a copy that traces its own `create`.
    const created = (this._client as never as { chat: { completions: Completions } }).chat.completions.create(
      body,
      withFacts(options ?? {}, { helper: 'chat.completions.parse' }),
    );
    const read = (completion: ChatCompletion): any => parseCompletion<ParsedT>(completion, readers, true);
    // A `create` that somebody has replaced may give any promise.
    return created?._thenUnwrap ? created._thenUnwrap(read) : (Promise.resolve(created).then(read) as any);
  }

  /** A streamed completion that tells what happens by events and has the whole at the end. Starts a macrotask later. */
  stream<Params extends ChatCompletionStreamParams, ParsedT = ExtractParsedContentFromParams<Params>>(
    body: Params,
    options?: RequestOptions,
  ): ChatCompletionStream<ParsedT> {
    return ChatCompletionStream.createChatCompletion<ParsedT>(this._client as never, body, options);
  }

  /**
   * Sends the request, runs the tools that the model calls, sends their results, and repeats this until the model is done.
   * With `stream: true`, every response is streamed. Starts a macrotask later.
   */
  runTools<
    ToolContext,
    Params extends Omit<
      ChatCompletionToolRunnerParamsWithContext<any, ToolContext>,
      'toolContext' | 'tools'
    > = Omit<ChatCompletionToolRunnerParamsWithContext<any, ToolContext>, 'toolContext' | 'tools'>,
    ParsedT = ExtractParsedContentFromParams<
      Params & ChatCompletionToolRunnerParamsWithContext<any, ToolContext>
    >,
  >(
    body: Params & {
      toolContext: ToolContext;
      tools: readonly (
        | RunnableToolFunctionWithContext<ToolContext>
        | RunnableCustomTool<ToolContext>
        | AutoParseableTool<any, true>
      )[];
    },
    options?: RunnerOptions,
  ): ChatCompletionRunner<ParsedT>;
  runTools<
    ToolContext,
    Params extends Omit<
      ChatCompletionStreamingToolRunnerParamsWithContext<any, ToolContext>,
      'toolContext' | 'tools'
    > = Omit<ChatCompletionStreamingToolRunnerParamsWithContext<any, ToolContext>, 'toolContext' | 'tools'>,
    ParsedT = ExtractParsedContentFromParams<
      Params & ChatCompletionStreamingToolRunnerParamsWithContext<any, ToolContext>
    >,
  >(
    body: Params & {
      toolContext: ToolContext;
      tools: readonly (
        | RunnableToolFunctionWithContext<ToolContext>
        | RunnableCustomTool<ToolContext>
        | AutoParseableTool<any, true>
      )[];
    },
    options?: RunnerOptions,
  ): ChatCompletionStreamingRunner<ParsedT>;
  runTools<
    Params extends ChatCompletionToolRunnerParamsWithoutContext<any>,
    ParsedT = ExtractParsedContentFromParams<Params>,
  >(body: Params, options?: RunnerOptions): ChatCompletionRunner<ParsedT>;
  runTools<
    Params extends ChatCompletionStreamingToolRunnerParamsWithoutContext<any>,
    ParsedT = ExtractParsedContentFromParams<Params>,
  >(body: Params, options?: RunnerOptions): ChatCompletionStreamingRunner<ParsedT>;
  runTools(
    body: any,
    options?: RunnerOptions,
  ): ChatCompletionRunner<any> | ChatCompletionStreamingRunner<any> {
    const Runner = body.stream ? ChatCompletionStreamingRunner : ChatCompletionRunner;
    return Runner.runTools<any>(this._client as never, body, options);
  }
}

export declare namespace Completions {
  export { Messages };
  export type { ChatCompletionsPage };
  // Names of types: chat
  // prettier-ignore
  export type {
    ChatCompletion, ChatCompletionAllowedToolChoice, ChatCompletionAllowedTools,
    ChatCompletionAssistantMessageParam, ChatCompletionAudio, ChatCompletionAudioParam, ChatCompletionChunk,
    ChatCompletionContentPart, ChatCompletionContentPartImage, ChatCompletionContentPartInputAudio,
    ChatCompletionContentPartRefusal, ChatCompletionContentPartText, ChatCompletionCreateParams,
    ChatCompletionCreateParamsBase, ChatCompletionCreateParamsNonStreaming,
    ChatCompletionCreateParamsStreaming, ChatCompletionCustomTool, ChatCompletionDeleted,
    ChatCompletionDeveloperMessageParam, ChatCompletionFunctionCallOption, ChatCompletionFunctionMessageParam,
    ChatCompletionFunctionTool, ChatCompletionListParams, ChatCompletionMessage,
    ChatCompletionMessageCustomToolCall, ChatCompletionMessageFunctionToolCall, ChatCompletionMessageParam,
    ChatCompletionMessageToolCall, ChatCompletionModality, ChatCompletionNamedToolChoice,
    ChatCompletionNamedToolChoiceCustom, ChatCompletionParseParams, ChatCompletionPredictionContent,
    ChatCompletionReasoningEffort, ChatCompletionRole, ChatCompletionStoreMessage, ChatCompletionStreamOptions,
    ChatCompletionStreamParams, ChatCompletionSystemMessageParam, ChatCompletionTokenLogprob,
    ChatCompletionTool, ChatCompletionToolChoiceOption, ChatCompletionToolMessageParam,
    ChatCompletionUpdateParams, ChatCompletionUserMessageParam, CompletionUsage, CursorPageParams,
    MessageListParams, ParsedChatCompletion, ParsedChatCompletionMessage, ParsedChatCompletionMessageToolCall,
    ParsedChoice, ParsedFunction, ParsedFunctionToolCall,
  };
}
