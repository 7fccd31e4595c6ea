/** `client.chat.completions`: one method for each endpoint of Chat Completions. */

import type { ExtractParsedContentFromParams } from '../structured/format.ts';
import { parseCompletion, validateInputTools } from '../structured/parse.ts';
import { readersFor } from '../structured/readers.ts';
import { ChatCompletionStream } from '../streaming/chat-completion-stream.ts';
import type { RunnerOptions } from '../streaming/conversation.ts';
import type { RunnableToolFunctionWithContext } from '../tools/runnable.ts';
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
import type { APIPromise } from '../transport/api-promise.ts';
import type { RequestOptions } from '../transport/options.ts';
import { CursorPage } from '../transport/page.ts';
import type { PagePromise } from '../transport/page.ts';
import type { Stream } from '../transport/stream.ts';
import { path } from '../transport/url.ts';
// prettier-ignore
import type {
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
  ChatCompletionReasoningEffort, ChatCompletionRole, ChatCompletionStoreMessage,
  ChatCompletionStreamOptions, ChatCompletionStreamParams, ChatCompletionSystemMessageParam,
  ChatCompletionTokenLogprob, ChatCompletionTool, ChatCompletionToolChoiceOption,
  ChatCompletionToolMessageParam, ChatCompletionUpdateParams, ChatCompletionUserMessageParam, MessageListParams, ParsedChatCompletion,
  ParsedChatCompletionMessage, ParsedChatCompletionMessageToolCall, ParsedChoice, ParsedFunction,
  ParsedFunctionToolCall,
} from '../types/index.ts';
import { Messages } from './messages.ts';
import { APIResource, listOptions } from './resource.ts';
import type { ListOptions, ListQuery } from './resource.ts';

export type ChatCompletionsPage = CursorPage<ChatCompletion>;

export class Completions extends APIResource {
  // Typed by the namespace below, which a declared static of the same name would hide.
  static {
    Object.assign(this, { Messages });
  }

  messages: Messages = new Messages(this._client);

  /**
   * The model's answer to a conversation; with `stream: true`, a `Stream` of its chunks as they come.
   *
   * The request is sent at once, whether or not the promise is awaited.
   */
  create(body: ChatCompletionCreateParamsNonStreaming, options?: RequestOptions): APIPromise<ChatCompletion>;
  create(
    body: ChatCompletionCreateParamsStreaming,
    options?: RequestOptions,
  ): APIPromise<Stream<ChatCompletionChunk>>;
  create(
    body: ChatCompletionCreateParamsBase,
    options?: RequestOptions,
  ): APIPromise<Stream<ChatCompletionChunk> | ChatCompletion>;
  create(body: ChatCompletionCreateParamsBase, options?: RequestOptions): APIPromise<any> {
    return this._client.post(
      '/chat/completions',
      body
        ? { body, ...options, __mapItem: toChunk }
        : Promise.reject(new TypeError(`create() needs a body with messages and a model, got ${body}`)),
    );
  }

  /** A completion that was created with `store: true`. */
  retrieve(completionID: string, options?: RequestOptions): APIPromise<ChatCompletion> {
    return this._client.get(path`/chat/completions/${completionID}`, options);
  }

  /** Replaces the metadata of a stored completion. */
  update(
    completionID: string,
    body: ChatCompletionUpdateParams,
    options?: RequestOptions,
  ): APIPromise<ChatCompletion> {
    return this._client.post(path`/chat/completions/${completionID}`, { body, ...options });
  }

  /** The stored completions, page by page; `for await` goes through all of them. */
  list(
    query?: ListQuery<ChatCompletionListParams>,
    options?: RequestOptions,
  ): PagePromise<ChatCompletionsPage, ChatCompletion>;
  list(options?: ListOptions): PagePromise<ChatCompletionsPage, ChatCompletion>;
  list(...given: unknown[]): PagePromise<ChatCompletionsPage, ChatCompletion> {
    return this._client.getAPIList(
      '/chat/completions',
      CursorPage<ChatCompletion>,
      listOptions(given, ['after', 'limit', 'metadata', 'model', 'order']),
    );
  }

  /** Forgets a stored completion. */
  delete(completionID: string, options?: RequestOptions): APIPromise<ChatCompletionDeleted> {
    return this._client.delete(path`/chat/completions/${completionID}`, options);
  }

  /**
   * `create`, with the content of every choice and the arguments of strict tools read into values. A format or tool made
   * by a helper brings its own reader.
   *
   * Throws at once for a function tool that is not strict. Rejects with a `LengthFinishReasonError` or
   * `ContentFilterFinishReasonError`, which carry the completion, when the answer was cut short.
   */
  parse<Params extends ChatCompletionParseParams, ParsedT = ExtractParsedContentFromParams<Params>>(
    body: Params,
    options?: RequestOptions,
  ): APIPromise<ParsedChatCompletion<ParsedT>> {
    validateInputTools(body.tools);
    const readers = readersFor(body);
    return this.create(body, {
      ...options,
      __metadata: { ...options?.__metadata, helperMethod: 'chat.completions.parse' },
    })._thenUnwrap((completion) => parseCompletion<ParsedT>(completion, readers));
  }

  /** A streamed completion that tells what happens by events and has the whole at the end. Starts a macrotask later. */
  stream<Params extends ChatCompletionStreamParams, ParsedT = ExtractParsedContentFromParams<Params>>(
    body: Params,
    options?: RequestOptions,
  ): ChatCompletionStream<ParsedT> {
    return ChatCompletionStream.createChatCompletion<ParsedT>(this._client as never, body, options);
  }

  /**
   * Asks, runs the tools the model calls, and asks again, until the model is done. With `stream: true` every answer is
   * streamed. Starts a macrotask later.
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
      tools: readonly RunnableToolFunctionWithContext<ToolContext>[];
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
      tools: readonly RunnableToolFunctionWithContext<ToolContext>[];
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
  // prettier-ignore
  export type {
    ChatCompletion, ChatCompletionAllowedToolChoice, ChatCompletionAllowedTools,
    ChatCompletionAssistantMessageParam, ChatCompletionAudio, ChatCompletionAudioParam, ChatCompletionChunk,
    ChatCompletionContentPart, ChatCompletionContentPartImage, ChatCompletionContentPartInputAudio,
    ChatCompletionContentPartRefusal, ChatCompletionContentPartText, ChatCompletionCreateParams,
    ChatCompletionCreateParamsNonStreaming, ChatCompletionCreateParamsStreaming, ChatCompletionCustomTool,
    ChatCompletionDeleted, ChatCompletionDeveloperMessageParam, ChatCompletionFunctionCallOption,
    ChatCompletionFunctionMessageParam, ChatCompletionFunctionTool, ChatCompletionListParams,
    ChatCompletionMessage, ChatCompletionMessageCustomToolCall, ChatCompletionMessageFunctionToolCall,
    ChatCompletionMessageParam, ChatCompletionMessageToolCall, ChatCompletionModality,
    ChatCompletionNamedToolChoice, ChatCompletionNamedToolChoiceCustom, ChatCompletionParseParams,
    ChatCompletionPredictionContent, ChatCompletionReasoningEffort, ChatCompletionRole,
    ChatCompletionStoreMessage, ChatCompletionStreamOptions, ChatCompletionSystemMessageParam,
    ChatCompletionTokenLogprob, ChatCompletionTool, ChatCompletionToolChoiceOption,
    ChatCompletionToolMessageParam, ChatCompletionUpdateParams, ChatCompletionUserMessageParam,
    ChatCompletionsPage, ParsedChatCompletion, ParsedChatCompletionMessage,
    ParsedChatCompletionMessageToolCall, ParsedChoice, ParsedFunction, ParsedFunctionToolCall,
    MessageListParams,
  };
}

/**
 * `item` as a chunk, changed in place: choices without a finish reason get null, and a whole completion, which servers
 * that do not stream send instead, becomes the one chunk that says it all.
 */
function toChunk(item: any): any {
  if (!Array.isArray(item?.choices)) return item;
  for (const choice of item.choices) {
    choice.finish_reason ??= null;
    if (!choice.message || choice.delta) continue;
    const { message } = choice;
    delete choice.message;
    message.tool_calls?.forEach((call: any, index: number) => (call.index ??= index));
    choice.delta = message;
    item.object = 'chat.completion.chunk';
  }
  return item;
}
