/** `OpenAI`: the class of every client, except those from `colloquy/core`. */

import type { Observe } from './http/observer.ts';
import type { ClientOptions, DataResidency, RequestOptions } from './http/options.ts';
import { ConversationCursorPage, CursorPage, NextCursorPage, Page, TokenPage } from './http/page.ts';
import { WithAbsentNames } from './resources/absent.ts';
import { Chat } from './resources/chat.ts';
import type { ChatCompletionsPage } from './resources/core-completions.ts';
import { Embeddings } from './resources/embeddings.ts';
import { Models } from './resources/models.ts';
import type { ModelsPage } from './resources/models.ts';
import { Moderations } from './resources/moderations.ts';
import { Completions } from './resources/text-completions.ts';
// prettier-ignore
import type { ConversationCursorPageParams, ConversationCursorPageResponse, CursorPageResponse, NextCursorPageParams, NextCursorPageResponse, TokenPageParams, TokenPageResponse, PageResponse } from './http/page.ts';
import { toFile, toStreamingFile } from './http/uploads.ts';
import { observeUsage } from './http/usage.ts';
// Names of types: all
// prettier-ignore
import type {
  AllModels, Base64EmbeddingResponse, ChatCompletion, ChatCompletionAllowedToolChoice,
  ChatCompletionAllowedTools, ChatCompletionAssistantMessageParam, ChatCompletionAudio,
  ChatCompletionAudioParam, ChatCompletionChunk, ChatCompletionContentPart, ChatCompletionContentPartImage,
  ChatCompletionContentPartInputAudio, ChatCompletionContentPartRefusal, ChatCompletionContentPartText,
  ChatCompletionCreateParams, ChatCompletionCreateParamsBase, ChatCompletionCreateParamsNonStreaming,
  ChatCompletionCreateParamsStreaming, ChatCompletionCustomTool, ChatCompletionDeleted,
  ChatCompletionDeveloperMessageParam, ChatCompletionFunctionCallOption, ChatCompletionFunctionMessageParam,
  ChatCompletionFunctionTool, ChatCompletionListParams, ChatCompletionMessage,
  ChatCompletionMessageCustomToolCall, ChatCompletionMessageFunctionToolCall, ChatCompletionMessageParam,
  ChatCompletionMessageToolCall, ChatCompletionModality, ChatCompletionNamedToolChoice,
  ChatCompletionNamedToolChoiceCustom, ChatCompletionParseParams, ChatCompletionPredictionContent,
  ChatCompletionReasoningEffort, ChatCompletionRole, ChatCompletionStoreMessage, ChatCompletionStreamOptions,
  ChatCompletionStreamParams, ChatCompletionSystemMessageParam, ChatCompletionTokenLogprob, ChatCompletionTool,
  ChatCompletionToolChoiceOption, ChatCompletionToolMessageParam, ChatCompletionUpdateParams,
  ChatCompletionUserMessageParam, ChatModel, ComparisonFilter, Completion, CompletionChoice,
  CompletionCreateParams, CompletionCreateParamsBase, CompletionCreateParamsNonStreaming,
  CompletionCreateParamsStreaming, CompletionUsage, CompoundFilter, CreateEmbeddingResponse, CursorPageParams,
  CustomToolInputFormat, Embedding, EmbeddingCreateParams, EmbeddingModel, ErrorObject, FunctionDefinition,
  FunctionParameters, MessageListParams, Metadata, Model, ModelDeleted, Moderation, ModerationCreateParams,
  ModerationCreateResponse, ModerationImageURLInput, ModerationModel, ModerationMultiModalInput,
  ModerationTextInput, OAuthErrorCode, ParsedChatCompletion, ParsedChatCompletionMessage,
  ParsedChatCompletionMessageToolCall, ParsedChoice, ParsedFunction, ParsedFunctionToolCall, Reasoning,
  ReasoningEffort, ResponseFormatJSONObject, ResponseFormatJSONSchema, ResponseFormatText,
  ResponseFormatTextGrammar, ResponseFormatTextPython, ResponsesModel, ServiceTier,
} from './types/index.ts';

/** Holds the statics that the namespace of {@link OpenAI} types as well: declared there, they would hide the namespace's. */
class OpenAIStatics extends WithAbsentNames {
  static toFile: typeof toFile = toFile;
  static toStreamingFile: typeof toStreamingFile = toStreamingFile;
  static Chat: typeof Chat = Chat;
  static Completions: typeof Completions = Completions;
  static Embeddings: typeof Embeddings = Embeddings;
  static Models: typeof Models = Models;
  static Moderations: typeof Moderations = Moderations;
  static Page: typeof Page = Page;
  static CursorPage: typeof CursorPage = CursorPage;
  static ConversationCursorPage: typeof ConversationCursorPage = ConversationCursorPage;
  static NextCursorPage: typeof NextCursorPage = NextCursorPage;
  static TokenPage: typeof TokenPage = TokenPage;
}

/** A client for Chat Completions, with all helpers. */
export class OpenAI extends OpenAIStatics {
  /** The older endpoint that continues a text. For conversations, use `chat.completions` instead. */
  completions: Completions = new Completions(this);
  /** Chat completions, at `client.chat.completions`. */
  chat: Chat = new Chat(this);
  /** Creates embeddings: vectors that represent texts. */
  embeddings: Embeddings = new Embeddings(this);
  /** Classifies whether texts and images are harmful. */
  moderations: Moderations = new Moderations(this);
  /** Lists and retrieves the models of the server. */
  models: Models = new Models(this);

  constructor(options?: ClientOptions) {
    super(options);
    // An object of its own: tracers wrap both, and would trace each call twice.
    this.beta.chat = new Chat(this);
  }

  /** @internal */
  override _observers(): Observe[] {
    const { usage } = this._options;
    const observers = super._observers();
    return usage ? [observeUsage(usage), ...observers] : observers;
  }

  static OpenAI: typeof OpenAI = this;
}

export declare namespace OpenAI {
  export {
    toFile,
    toStreamingFile,
    Chat,
    Completions,
    Embeddings,
    Models,
    Moderations,
    Page,
    CursorPage,
    ConversationCursorPage,
    NextCursorPage,
    TokenPage,
  };
  export type { DataResidency, RequestOptions };
  // prettier-ignore
  export type {
    ConversationCursorPageParams, ConversationCursorPageResponse, CursorPageResponse,
    NextCursorPageParams, NextCursorPageResponse, TokenPageParams, TokenPageResponse, PageResponse,
  };
  export type { ChatCompletionsPage, ModelsPage };
  // Names of types: all
  // prettier-ignore
  export type {
    AllModels, Base64EmbeddingResponse, ChatCompletion, ChatCompletionAllowedToolChoice,
    ChatCompletionAllowedTools, ChatCompletionAssistantMessageParam, ChatCompletionAudio,
    ChatCompletionAudioParam, ChatCompletionChunk, ChatCompletionContentPart, ChatCompletionContentPartImage,
    ChatCompletionContentPartInputAudio, ChatCompletionContentPartRefusal, ChatCompletionContentPartText,
    ChatCompletionCreateParams, ChatCompletionCreateParamsBase, ChatCompletionCreateParamsNonStreaming,
    ChatCompletionCreateParamsStreaming, ChatCompletionCustomTool, ChatCompletionDeleted,
    ChatCompletionDeveloperMessageParam, ChatCompletionFunctionCallOption, ChatCompletionFunctionMessageParam,
    ChatCompletionFunctionTool, ChatCompletionListParams, ChatCompletionMessage,
    ChatCompletionMessageCustomToolCall, ChatCompletionMessageFunctionToolCall, ChatCompletionMessageParam,
    ChatCompletionMessageToolCall, ChatCompletionModality, ChatCompletionNamedToolChoice,
    ChatCompletionNamedToolChoiceCustom, ChatCompletionParseParams, ChatCompletionPredictionContent,
    ChatCompletionReasoningEffort, ChatCompletionRole, ChatCompletionStoreMessage, ChatCompletionStreamOptions,
    ChatCompletionStreamParams, ChatCompletionSystemMessageParam, ChatCompletionTokenLogprob,
    ChatCompletionTool, ChatCompletionToolChoiceOption, ChatCompletionToolMessageParam,
    ChatCompletionUpdateParams, ChatCompletionUserMessageParam, ChatModel, ComparisonFilter, Completion,
    CompletionChoice, CompletionCreateParams, CompletionCreateParamsBase, CompletionCreateParamsNonStreaming,
    CompletionCreateParamsStreaming, CompletionUsage, CompoundFilter, CreateEmbeddingResponse,
    CursorPageParams, CustomToolInputFormat, Embedding, EmbeddingCreateParams, EmbeddingModel, ErrorObject,
    FunctionDefinition, FunctionParameters, MessageListParams, Metadata, Model, ModelDeleted, Moderation,
    ModerationCreateParams, ModerationCreateResponse, ModerationImageURLInput, ModerationModel,
    ModerationMultiModalInput, ModerationTextInput, OAuthErrorCode, ParsedChatCompletion,
    ParsedChatCompletionMessage, ParsedChatCompletionMessageToolCall, ParsedChoice, ParsedFunction,
    ParsedFunctionToolCall, Reasoning, ReasoningEffort, ResponseFormatJSONObject, ResponseFormatJSONSchema,
    ResponseFormatText, ResponseFormatTextGrammar, ResponseFormatTextPython, ResponsesModel, ServiceTier,
  };
}
