// Our types are the original's: same fields, same optional marks, same literals, at every depth users reach into.
import type Original from 'openai';
import type * as TheirChat from 'openai/resources/chat/completions';
import type { Completions as Theirs } from 'openai/resources/chat/completions';
import type * as TheirShared from 'openai/resources/shared';
import type * as TheirText from 'openai/resources/completions';
import type * as TheirEmbeddings from 'openai/resources/embeddings';
import type * as TheirResources from 'openai/resources/index';
import type * as TheirModels from 'openai/resources/models';
import type * as TheirModerations from 'openai/resources/moderations';
import { expectTypeOf, it } from 'vitest';
import type OpenAI from '../../src/entries/index.ts';
import type * as Chat from '../../src/entries/resources/chat.ts';
import type { Completions as Ours } from '../../src/entries/resources/chat.ts';
import type * as Shared from '../../src/entries/resources/shared.ts';
import type * as TextModule from '../../src/entries/resources/completions.ts';
import type * as EmbeddingsModule from '../../src/entries/resources/embeddings.ts';
import type * as Resources from '../../src/entries/resources/index.ts';
import type * as ModelsModule from '../../src/entries/resources/models.ts';
import type * as ModerationsModule from '../../src/entries/resources/moderations.ts';

/** True when no assignment, read or `keyof` can tell the two apart. */
type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
type Pair<Ours, Theirs> = [Same<Ours, Theirs>, Ours, Theirs];

/** The pairs that differ. */
type Different<Pairs extends readonly unknown[]> = Exclude<Pairs[number], [true, unknown, unknown]>;

type ChatTypes = [
  Pair<OpenAI.ChatCompletion, Original.ChatCompletion>,
  Pair<OpenAI.ChatCompletionAllowedToolChoice, Original.ChatCompletionAllowedToolChoice>,
  Pair<OpenAI.ChatCompletionAllowedTools, Original.ChatCompletionAllowedTools>,
  Pair<OpenAI.ChatCompletionAssistantMessageParam, Original.ChatCompletionAssistantMessageParam>,
  Pair<OpenAI.ChatCompletionAudio, Original.ChatCompletionAudio>,
  Pair<OpenAI.ChatCompletionAudioParam, Original.ChatCompletionAudioParam>,
  Pair<OpenAI.ChatCompletionChunk, Original.ChatCompletionChunk>,
  Pair<OpenAI.ChatCompletionContentPart, Original.ChatCompletionContentPart>,
  Pair<OpenAI.ChatCompletionContentPartImage, Original.ChatCompletionContentPartImage>,
  Pair<OpenAI.ChatCompletionContentPartInputAudio, Original.ChatCompletionContentPartInputAudio>,
  Pair<OpenAI.ChatCompletionContentPartRefusal, Original.ChatCompletionContentPartRefusal>,
  Pair<OpenAI.ChatCompletionContentPartText, Original.ChatCompletionContentPartText>,
  Pair<OpenAI.ChatCompletionCreateParams, Original.ChatCompletionCreateParams>,
  Pair<OpenAI.ChatCompletionCreateParamsNonStreaming, Original.ChatCompletionCreateParamsNonStreaming>,
  Pair<OpenAI.ChatCompletionCreateParamsStreaming, Original.ChatCompletionCreateParamsStreaming>,
  Pair<OpenAI.ChatCompletionCustomTool, Original.ChatCompletionCustomTool>,
  Pair<OpenAI.ChatCompletionDeleted, Original.ChatCompletionDeleted>,
  Pair<OpenAI.ChatCompletionDeveloperMessageParam, Original.ChatCompletionDeveloperMessageParam>,
  Pair<OpenAI.ChatCompletionFunctionCallOption, Original.ChatCompletionFunctionCallOption>,
  Pair<OpenAI.ChatCompletionFunctionMessageParam, Original.ChatCompletionFunctionMessageParam>,
  Pair<OpenAI.ChatCompletionFunctionTool, Original.ChatCompletionFunctionTool>,
  Pair<OpenAI.ChatCompletionListParams, Original.ChatCompletionListParams>,
  Pair<OpenAI.ChatCompletionMessage, Original.ChatCompletionMessage>,
  Pair<OpenAI.ChatCompletionMessageCustomToolCall, Original.ChatCompletionMessageCustomToolCall>,
  Pair<OpenAI.ChatCompletionMessageFunctionToolCall, Original.ChatCompletionMessageFunctionToolCall>,
  Pair<OpenAI.ChatCompletionMessageParam, Original.ChatCompletionMessageParam>,
  Pair<OpenAI.ChatCompletionMessageToolCall, Original.ChatCompletionMessageToolCall>,
  Pair<OpenAI.ChatCompletionModality, Original.ChatCompletionModality>,
  Pair<OpenAI.ChatCompletionNamedToolChoice, Original.ChatCompletionNamedToolChoice>,
  Pair<OpenAI.ChatCompletionNamedToolChoiceCustom, Original.ChatCompletionNamedToolChoiceCustom>,
  Pair<OpenAI.ChatCompletionParseParams, Original.ChatCompletionParseParams>,
  Pair<OpenAI.ChatCompletionPredictionContent, Original.ChatCompletionPredictionContent>,
  Pair<OpenAI.ChatCompletionReasoningEffort, Original.ChatCompletionReasoningEffort>,
  Pair<OpenAI.ChatCompletionRole, Original.ChatCompletionRole>,
  Pair<OpenAI.ChatCompletionStoreMessage, Original.ChatCompletionStoreMessage>,
  Pair<OpenAI.ChatCompletionStreamOptions, Original.ChatCompletionStreamOptions>,
  Pair<OpenAI.ChatCompletionSystemMessageParam, Original.ChatCompletionSystemMessageParam>,
  Pair<OpenAI.ChatCompletionTokenLogprob, Original.ChatCompletionTokenLogprob>,
  Pair<OpenAI.ChatCompletionTool, Original.ChatCompletionTool>,
  Pair<OpenAI.ChatCompletionToolChoiceOption, Original.ChatCompletionToolChoiceOption>,
  Pair<OpenAI.ChatCompletionToolMessageParam, Original.ChatCompletionToolMessageParam>,
  Pair<OpenAI.ChatCompletionUpdateParams, Original.ChatCompletionUpdateParams>,
  Pair<OpenAI.ChatCompletionUserMessageParam, Original.ChatCompletionUserMessageParam>,
  Pair<OpenAI.ParsedChatCompletionMessageToolCall, Original.ParsedChatCompletionMessageToolCall>,
  Pair<OpenAI.ParsedFunction, Original.ParsedFunction>,
  Pair<OpenAI.ParsedFunctionToolCall, Original.ParsedFunctionToolCall>,
  Pair<OpenAI.ParsedChatCompletion<{ city: string }>, Original.ParsedChatCompletion<{ city: string }>>,
  Pair<
    OpenAI.ParsedChatCompletionMessage<{ city: string }>,
    Original.ParsedChatCompletionMessage<{ city: string }>
  >,
  Pair<OpenAI.ParsedChoice<{ city: string }>, Original.ParsedChoice<{ city: string }>>,
];

type SharedTypes = [
  Pair<OpenAI.AllModels, Original.AllModels>,
  Pair<OpenAI.ChatModel, Original.ChatModel>,
  Pair<OpenAI.ComparisonFilter, Original.ComparisonFilter>,
  Pair<OpenAI.CompoundFilter, Original.CompoundFilter>,
  Pair<OpenAI.CustomToolInputFormat, Original.CustomToolInputFormat>,
  Pair<OpenAI.ErrorObject, Original.ErrorObject>,
  Pair<OpenAI.FunctionDefinition, Original.FunctionDefinition>,
  Pair<OpenAI.FunctionParameters, Original.FunctionParameters>,
  Pair<OpenAI.Metadata, Original.Metadata>,
  Pair<OpenAI.OAuthErrorCode, Original.OAuthErrorCode>,
  Pair<OpenAI.Reasoning, Original.Reasoning>,
  Pair<OpenAI.ReasoningEffort, Original.ReasoningEffort>,
  Pair<OpenAI.ResponseFormatJSONObject, Original.ResponseFormatJSONObject>,
  Pair<OpenAI.ResponseFormatJSONSchema, Original.ResponseFormatJSONSchema>,
  Pair<OpenAI.ResponseFormatText, Original.ResponseFormatText>,
  Pair<OpenAI.ResponseFormatTextGrammar, Original.ResponseFormatTextGrammar>,
  Pair<OpenAI.ResponseFormatTextPython, Original.ResponseFormatTextPython>,
  Pair<OpenAI.ResponsesModel, Original.ResponsesModel>,
  Pair<OpenAI.CompletionUsage, Original.CompletionUsage>,
  Pair<OpenAI.Completions.CompletionUsage, Original.Completions.CompletionUsage>,
  Pair<
    OpenAI.Completions.CompletionUsage.PromptTokensDetails,
    Original.Completions.CompletionUsage.PromptTokensDetails
  >,
];

/** What users name by a path of namespaces. */
type DeepTypes = [
  Pair<Ours.ChatCompletion.Choice, Theirs.ChatCompletion.Choice>,
  Pair<Ours.ChatCompletion.Choice.Logprobs, Theirs.ChatCompletion.Choice.Logprobs>,
  Pair<Ours.ChatCompletion.Moderation, Theirs.ChatCompletion.Moderation>,
  Pair<Ours.ChatCompletion.Moderation.ModerationResults, Theirs.ChatCompletion.Moderation.ModerationResults>,
  Pair<
    Ours.ChatCompletion.Moderation.ModerationResults.Result,
    Theirs.ChatCompletion.Moderation.ModerationResults.Result
  >,
  Pair<Ours.ChatCompletion.Moderation.Error, Theirs.ChatCompletion.Moderation.Error>,
  Pair<Ours.ChatCompletionAssistantMessageParam.Audio, Theirs.ChatCompletionAssistantMessageParam.Audio>,
  Pair<
    Ours.ChatCompletionAssistantMessageParam.FunctionCall,
    Theirs.ChatCompletionAssistantMessageParam.FunctionCall
  >,
  Pair<Ours.ChatCompletionAudioParam.ID, Theirs.ChatCompletionAudioParam.ID>,
  Pair<Ours.ChatCompletionChunk.Choice, Theirs.ChatCompletionChunk.Choice>,
  Pair<Ours.ChatCompletionChunk.Choice.Delta, Theirs.ChatCompletionChunk.Choice.Delta>,
  Pair<Ours.ChatCompletionChunk.Choice.Delta.Audio, Theirs.ChatCompletionChunk.Choice.Delta.Audio>,
  Pair<
    Ours.ChatCompletionChunk.Choice.Delta.FunctionCall,
    Theirs.ChatCompletionChunk.Choice.Delta.FunctionCall
  >,
  Pair<Ours.ChatCompletionChunk.Choice.Delta.ToolCall, Theirs.ChatCompletionChunk.Choice.Delta.ToolCall>,
  Pair<
    Ours.ChatCompletionChunk.Choice.Delta.ToolCall.Custom,
    Theirs.ChatCompletionChunk.Choice.Delta.ToolCall.Custom
  >,
  Pair<
    Ours.ChatCompletionChunk.Choice.Delta.ToolCall.Function,
    Theirs.ChatCompletionChunk.Choice.Delta.ToolCall.Function
  >,
  Pair<Ours.ChatCompletionChunk.Choice.Logprobs, Theirs.ChatCompletionChunk.Choice.Logprobs>,
  Pair<Ours.ChatCompletionChunk.Moderation, Theirs.ChatCompletionChunk.Moderation>,
  Pair<
    Ours.ChatCompletionChunk.Moderation.ModerationResults,
    Theirs.ChatCompletionChunk.Moderation.ModerationResults
  >,
  Pair<
    Ours.ChatCompletionChunk.Moderation.ModerationResults.Result,
    Theirs.ChatCompletionChunk.Moderation.ModerationResults.Result
  >,
  Pair<Ours.ChatCompletionChunk.Moderation.Error, Theirs.ChatCompletionChunk.Moderation.Error>,
  Pair<Ours.ChatCompletionContentPart.File, Theirs.ChatCompletionContentPart.File>,
  Pair<Ours.ChatCompletionContentPart.File.File, Theirs.ChatCompletionContentPart.File.File>,
  Pair<
    Ours.ChatCompletionContentPart.File.PromptCacheBreakpoint,
    Theirs.ChatCompletionContentPart.File.PromptCacheBreakpoint
  >,
  Pair<Ours.ChatCompletionContentPartImage.ImageURL, Theirs.ChatCompletionContentPartImage.ImageURL>,
  Pair<
    Ours.ChatCompletionContentPartImage.PromptCacheBreakpoint,
    Theirs.ChatCompletionContentPartImage.PromptCacheBreakpoint
  >,
  Pair<
    Ours.ChatCompletionContentPartInputAudio.InputAudio,
    Theirs.ChatCompletionContentPartInputAudio.InputAudio
  >,
  Pair<
    Ours.ChatCompletionContentPartInputAudio.PromptCacheBreakpoint,
    Theirs.ChatCompletionContentPartInputAudio.PromptCacheBreakpoint
  >,
  Pair<
    Ours.ChatCompletionContentPartText.PromptCacheBreakpoint,
    Theirs.ChatCompletionContentPartText.PromptCacheBreakpoint
  >,
  Pair<Ours.ChatCompletionCreateParams.Function, Theirs.ChatCompletionCreateParams.Function>,
  Pair<Ours.ChatCompletionCreateParams.Moderation, Theirs.ChatCompletionCreateParams.Moderation>,
  Pair<
    Ours.ChatCompletionCreateParams.Moderation.Policy,
    Theirs.ChatCompletionCreateParams.Moderation.Policy
  >,
  Pair<
    Ours.ChatCompletionCreateParams.Moderation.Policy.Input,
    Theirs.ChatCompletionCreateParams.Moderation.Policy.Input
  >,
  Pair<
    Ours.ChatCompletionCreateParams.Moderation.Policy.Output,
    Theirs.ChatCompletionCreateParams.Moderation.Policy.Output
  >,
  Pair<
    Ours.ChatCompletionCreateParams.PromptCacheOptions,
    Theirs.ChatCompletionCreateParams.PromptCacheOptions
  >,
  Pair<Ours.ChatCompletionCreateParams.WebSearchOptions, Theirs.ChatCompletionCreateParams.WebSearchOptions>,
  Pair<
    Ours.ChatCompletionCreateParams.WebSearchOptions.UserLocation,
    Theirs.ChatCompletionCreateParams.WebSearchOptions.UserLocation
  >,
  Pair<
    Ours.ChatCompletionCreateParams.WebSearchOptions.UserLocation.Approximate,
    Theirs.ChatCompletionCreateParams.WebSearchOptions.UserLocation.Approximate
  >,
  Pair<
    Ours.ChatCompletionCreateParams.ChatCompletionCreateParamsNonStreaming,
    Theirs.ChatCompletionCreateParams.ChatCompletionCreateParamsNonStreaming
  >,
  Pair<
    Ours.ChatCompletionCreateParams.ChatCompletionCreateParamsStreaming,
    Theirs.ChatCompletionCreateParams.ChatCompletionCreateParamsStreaming
  >,
  Pair<Ours.ChatCompletionCustomTool.Custom, Theirs.ChatCompletionCustomTool.Custom>,
  Pair<Ours.ChatCompletionCustomTool.Custom.Text, Theirs.ChatCompletionCustomTool.Custom.Text>,
  Pair<Ours.ChatCompletionCustomTool.Custom.Grammar, Theirs.ChatCompletionCustomTool.Custom.Grammar>,
  Pair<
    Ours.ChatCompletionCustomTool.Custom.Grammar.Grammar,
    Theirs.ChatCompletionCustomTool.Custom.Grammar.Grammar
  >,
  Pair<Ours.ChatCompletionMessage.Annotation, Theirs.ChatCompletionMessage.Annotation>,
  Pair<
    Ours.ChatCompletionMessage.Annotation.URLCitation,
    Theirs.ChatCompletionMessage.Annotation.URLCitation
  >,
  Pair<Ours.ChatCompletionMessage.FunctionCall, Theirs.ChatCompletionMessage.FunctionCall>,
  Pair<Ours.ChatCompletionMessageCustomToolCall.Custom, Theirs.ChatCompletionMessageCustomToolCall.Custom>,
  Pair<
    Ours.ChatCompletionMessageFunctionToolCall.Function,
    Theirs.ChatCompletionMessageFunctionToolCall.Function
  >,
  Pair<Ours.ChatCompletionNamedToolChoice.Function, Theirs.ChatCompletionNamedToolChoice.Function>,
  Pair<Ours.ChatCompletionNamedToolChoiceCustom.Custom, Theirs.ChatCompletionNamedToolChoiceCustom.Custom>,
  Pair<Ours.ChatCompletionTokenLogprob.TopLogprob, Theirs.ChatCompletionTokenLogprob.TopLogprob>,
];

/** The endpoints beside chat: their types in the root's namespace, and in that of their class. */
type NeighbourTypes = [
  Pair<OpenAI.Completion, Original.Completion>,
  Pair<OpenAI.Completions.Completion, Original.Completions.Completion>,
  Pair<OpenAI.CompletionChoice, Original.CompletionChoice>,
  Pair<OpenAI.Completions.CompletionChoice, Original.Completions.CompletionChoice>,
  Pair<OpenAI.CompletionUsage, Original.CompletionUsage>,
  Pair<OpenAI.Completions.CompletionUsage, Original.Completions.CompletionUsage>,
  Pair<OpenAI.CompletionCreateParams, Original.CompletionCreateParams>,
  Pair<OpenAI.Completions.CompletionCreateParams, Original.Completions.CompletionCreateParams>,
  Pair<OpenAI.CompletionCreateParamsNonStreaming, Original.CompletionCreateParamsNonStreaming>,
  Pair<
    OpenAI.Completions.CompletionCreateParamsNonStreaming,
    Original.Completions.CompletionCreateParamsNonStreaming
  >,
  Pair<OpenAI.CompletionCreateParamsStreaming, Original.CompletionCreateParamsStreaming>,
  Pair<
    OpenAI.Completions.CompletionCreateParamsStreaming,
    Original.Completions.CompletionCreateParamsStreaming
  >,
  Pair<OpenAI.CreateEmbeddingResponse, Original.CreateEmbeddingResponse>,
  Pair<OpenAI.Embeddings.CreateEmbeddingResponse, Original.Embeddings.CreateEmbeddingResponse>,
  Pair<OpenAI.Embedding, Original.Embedding>,
  Pair<OpenAI.Embeddings.Embedding, Original.Embeddings.Embedding>,
  Pair<OpenAI.EmbeddingModel, Original.EmbeddingModel>,
  Pair<OpenAI.Embeddings.EmbeddingModel, Original.Embeddings.EmbeddingModel>,
  Pair<OpenAI.EmbeddingCreateParams, Original.EmbeddingCreateParams>,
  Pair<OpenAI.Embeddings.EmbeddingCreateParams, Original.Embeddings.EmbeddingCreateParams>,
  Pair<OpenAI.Model, Original.Model>,
  Pair<OpenAI.Models.Model, Original.Models.Model>,
  Pair<OpenAI.ModelDeleted, Original.ModelDeleted>,
  Pair<OpenAI.Models.ModelDeleted, Original.Models.ModelDeleted>,
  Pair<OpenAI.Moderation, Original.Moderation>,
  Pair<OpenAI.Moderations.Moderation, Original.Moderations.Moderation>,
  Pair<OpenAI.ModerationImageURLInput, Original.ModerationImageURLInput>,
  Pair<OpenAI.Moderations.ModerationImageURLInput, Original.Moderations.ModerationImageURLInput>,
  Pair<OpenAI.ModerationModel, Original.ModerationModel>,
  Pair<OpenAI.Moderations.ModerationModel, Original.Moderations.ModerationModel>,
  Pair<OpenAI.ModerationMultiModalInput, Original.ModerationMultiModalInput>,
  Pair<OpenAI.Moderations.ModerationMultiModalInput, Original.Moderations.ModerationMultiModalInput>,
  Pair<OpenAI.ModerationTextInput, Original.ModerationTextInput>,
  Pair<OpenAI.Moderations.ModerationTextInput, Original.Moderations.ModerationTextInput>,
  Pair<OpenAI.ModerationCreateResponse, Original.ModerationCreateResponse>,
  Pair<OpenAI.Moderations.ModerationCreateResponse, Original.Moderations.ModerationCreateResponse>,
  Pair<OpenAI.ModerationCreateParams, Original.ModerationCreateParams>,
  Pair<OpenAI.Moderations.ModerationCreateParams, Original.Moderations.ModerationCreateParams>,
  Pair<OpenAI.CompletionChoice.Logprobs, Original.CompletionChoice.Logprobs>,
  Pair<OpenAI.CreateEmbeddingResponse.Usage, Original.CreateEmbeddingResponse.Usage>,
  Pair<OpenAI.Moderation.Categories, Original.Moderation.Categories>,
  Pair<OpenAI.Moderation.CategoryAppliedInputTypes, Original.Moderation.CategoryAppliedInputTypes>,
  Pair<OpenAI.Moderation.CategoryScores, Original.Moderation.CategoryScores>,
  Pair<OpenAI.ModerationImageURLInput.ImageURL, Original.ModerationImageURLInput.ImageURL>,
  Pair<
    OpenAI.CompletionCreateParams.CompletionCreateParamsNonStreaming,
    Original.CompletionCreateParams.CompletionCreateParamsNonStreaming
  >,
  Pair<
    OpenAI.CompletionCreateParams.CompletionCreateParamsStreaming,
    Original.CompletionCreateParams.CompletionCreateParamsStreaming
  >,
  Pair<TextModule.CompletionCreateParamsBase, TheirText.CompletionCreateParamsBase>,
  Pair<EmbeddingsModule.Embedding, TheirEmbeddings.Embedding>,
  Pair<ModelsModule.Model, TheirModels.Model>,
  Pair<ModerationsModule.Moderation, TheirModerations.Moderation>,
  Pair<Resources.Completion, TheirResources.Completion>,
  // Of overloaded methods, TypeScript gives the last.
  Pair<Parameters<OpenAI['embeddings']['create']>[0], Parameters<Original['embeddings']['create']>[0]>,
  Pair<Parameters<OpenAI['completions']['create']>[0], Parameters<Original['completions']['create']>[0]>,
  Pair<Parameters<OpenAI['moderations']['create']>[0], Parameters<Original['moderations']['create']>[0]>,
  Pair<
    Awaited<ReturnType<OpenAI['models']['retrieve']>>,
    Awaited<ReturnType<Original['models']['retrieve']>>
  >,
  Pair<Awaited<ReturnType<OpenAI['models']['delete']>>, Awaited<ReturnType<Original['models']['delete']>>>,
];

type ModuleTypes = [
  Pair<Chat.ChatCompletionCreateParamsBase, TheirChat.ChatCompletionCreateParamsBase>,
  Pair<Chat.ChatCompletionReasoningEffort, TheirChat.ChatCompletionReasoningEffort>,
  Pair<Chat.MessageListParams, TheirChat.MessageListParams>,
  Pair<Chat.ChatCompletionStreamParams, TheirChat.ChatCompletionStreamParams>,
  Pair<Chat.ChatCompletionParseParams, TheirChat.ChatCompletionParseParams>,
  Pair<Shared.Metadata, TheirShared.Metadata>,
  Pair<Shared.ChatModel, TheirShared.ChatModel>,
  Pair<Shared.ErrorObject, TheirShared.ErrorObject>,
  Pair<Shared.Reasoning, TheirShared.Reasoning>,
  Pair<Shared.ErrorObject.Misalignment.Steer, TheirShared.ErrorObject.Misalignment.Steer>,
  Pair<Shared.ResponseFormatJSONSchema.JSONSchema, TheirShared.ResponseFormatJSONSchema.JSONSchema>,
  Pair<Shared.CustomToolInputFormat.Grammar, TheirShared.CustomToolInputFormat.Grammar>,
  Pair<TextModule.CompletionUsage.CompletionTokensDetails, TheirText.CompletionUsage.CompletionTokensDetails>,
  Pair<TextModule.CompletionUsage.PromptTokensDetails, TheirText.CompletionUsage.PromptTokensDetails>,
];

it('the chat types do not differ from the original in anything', () => {
  expectTypeOf<Different<ChatTypes>>().toBeNever();
});

it('nor do the shared types', () => {
  expectTypeOf<Different<SharedTypes>>().toBeNever();
});

it('nor do the types inside them, by the paths of the original', () => {
  expectTypeOf<Different<DeepTypes>>().toBeNever();
});

it('nor do the types of the endpoints beside chat', () => {
  expectTypeOf<Different<NeighbourTypes>>().toBeNever();
});

it('nor do the types only modules export', () => {
  expectTypeOf<Different<ModuleTypes>>().toBeNever();
});

it('the comparison can tell types apart', () => {
  type Optional = Same<{ x?: string }, { x: string }>;
  type Undefined = Same<{ x?: string }, { x?: string | undefined }>;
  type Extra = Same<{ x: string; y?: 1 }, { x: string }>;
  type Deep = Same<{ x: { y: 'a' | 'b' } }, { x: { y: 'a' } }>;
  type Anything = Same<any, { x: string }>;
  expectTypeOf<[Optional, Undefined, Extra, Deep, Anything]>().toEqualTypeOf<
    [false, false, false, false, false]
  >();
  expectTypeOf<Different<[Pair<1, 1>, Pair<1, 2>]>>().toEqualTypeOf<[false, 1, 2]>();
});

it('a stream and a base64 vector are typed by the request', () => {
  const client = {} as OpenAI;
  const text = () => client.completions.create({ model: 'm', prompt: 'p', stream: true });
  const vector = () => client.embeddings.create({ model: 'm', input: '', encoding_format: 'base64' });
  expectTypeOf<Awaited<ReturnType<typeof vector>>['data'][0]['embedding']>().toEqualTypeOf<string>();
  const floats = () => client.embeddings.create({ model: 'm', input: '' });
  expectTypeOf<Awaited<ReturnType<typeof floats>>['data'][0]['embedding']>().toEqualTypeOf<number[]>();
  expectTypeOf<Awaited<ReturnType<typeof text>>>().toExtend<AsyncIterable<OpenAI.Completion>>();
  const models = () => client.models.list();
  expectTypeOf<Awaited<ReturnType<typeof models>>>().toExtend<OpenAI.ModelsPage>();
});
