/** `client.chat`. */

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
import type { ChatModel } from '../types/shared.ts';
import { Completions } from './completions.ts';
import type { ChatCompletionsPage } from './core-completions.ts';
import { APIResource } from './resource.ts';

/** Holds the static that the namespace of {@link Chat} types as well: declared there, it would hide the namespace's. */
class ChatStatics extends APIResource {
  static Completions: typeof Completions = Completions;
}

export class Chat extends ChatStatics {
  /** The endpoints of `/chat/completions`, with the helpers on top of them. */
  completions: Completions = new Completions(this._client);
}

export declare namespace Chat {
  export { Completions };
  export type { ChatCompletionsPage, ChatModel };
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
