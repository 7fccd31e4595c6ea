// Type names that live in modules rather than namespaces: they exist under the original's paths, and what is pure shape
// is the same shape.
import type * as TheirClient from 'openai/client';
import type * as TheirEmitter from 'openai/lib/EventEmitter';
import type * as TheirPages from 'openai/pagination';
import type * as TheirParser from 'openai/lib/parser';
import type * as TheirSchema from 'openai/lib/jsonschema';
import type * as TheirStream from 'openai/lib/ChatCompletionStream';
import type * as TheirWire from 'openai/lib/chat-completions/streaming';
import type * as TheirEvents from 'openai/streaming';
import { expectTypeOf, it } from 'vitest';
import type * as Stream from '../../src/entries/lib/ChatCompletionStream.ts';
import type * as Wire from '../../src/entries/lib/chat-completions/streaming.ts';
import type * as Client from '../../src/entries/client.ts';
import type * as Emitter from '../../src/entries/core/EventEmitter.ts';
import type * as EventStream from '../../src/entries/lib/EventStream.ts';
import type * as Schema from '../../src/entries/lib/jsonschema.ts';
import type * as Pages from '../../src/entries/pagination.ts';
import type * as Parser from '../../src/entries/lib/parser.ts';
import type * as Runners from '../../src/entries/lib/AbstractChatCompletionRunner.ts';
import type * as Events from '../../src/entries/streaming.ts';
import type * as Uploads from '../../src/entries/uploads.ts';

interface Item {
  id: string;
}
interface Two {
  none: () => void;
  one: (a: string) => void;
  two: (a: string, b: number) => void;
}

it('events of a chat stream have the same payloads', () => {
  expectTypeOf<Stream.ContentDeltaEvent>().toEqualTypeOf<TheirStream.ContentDeltaEvent>();
  expectTypeOf<Stream.ContentDoneEvent<Item>>().toEqualTypeOf<TheirStream.ContentDoneEvent<Item>>();
  expectTypeOf<Stream.RefusalDeltaEvent>().toEqualTypeOf<TheirStream.RefusalDeltaEvent>();
  expectTypeOf<Stream.RefusalDoneEvent>().toEqualTypeOf<TheirStream.RefusalDoneEvent>();
  expectTypeOf<Stream.FunctionToolCallArgumentsDeltaEvent>().toEqualTypeOf<TheirStream.FunctionToolCallArgumentsDeltaEvent>();
  expectTypeOf<Stream.FunctionToolCallArgumentsDoneEvent>().toEqualTypeOf<TheirStream.FunctionToolCallArgumentsDoneEvent>();
  expectTypeOf<Stream.LogProbsContentDeltaEvent>().toEqualTypeOf<TheirStream.LogProbsContentDeltaEvent>();
  expectTypeOf<Stream.LogProbsContentDoneEvent>().toEqualTypeOf<TheirStream.LogProbsContentDoneEvent>();
  expectTypeOf<Stream.LogProbsRefusalDeltaEvent>().toEqualTypeOf<TheirStream.LogProbsRefusalDeltaEvent>();
  expectTypeOf<Stream.LogProbsRefusalDoneEvent>().toEqualTypeOf<TheirStream.LogProbsRefusalDoneEvent>();
  expectTypeOf<Stream.ChatCompletionStreamParams>().toEqualTypeOf<TheirStream.ChatCompletionStreamParams>();
  expectTypeOf<Wire.ChatCompletionWireChunk>().toEqualTypeOf<TheirWire.ChatCompletionWireChunk>();
  expectTypeOf<keyof Stream.ChatCompletionStreamEvents>().toEqualTypeOf<
    keyof TheirStream.ChatCompletionStreamEvents | 'reasoning.delta' | 'reasoning.done'
  >();
});

it('a snapshot can be read as the original is', () => {
  expectTypeOf<Stream.ChatCompletionSnapshot>().toExtend<TheirStream.ChatCompletionSnapshot>();
  expectTypeOf<Stream.ChatCompletionSnapshot.Choice.Message.ToolCall.FunctionToolCall>().toEqualTypeOf<TheirStream.ChatCompletionSnapshot.Choice.Message.ToolCall.FunctionToolCall>();
  expectTypeOf<Stream.ChatCompletionSnapshot.Choice.Message.ToolCall.CustomToolCall.Custom>().toEqualTypeOf<TheirStream.ChatCompletionSnapshot.Choice.Message.ToolCall.CustomToolCall.Custom>();
});

it('listeners are typed by event', () => {
  expectTypeOf<Emitter.EventParameters<Two, 'two'>>().toEqualTypeOf<
    TheirEmitter.EventParameters<Two, 'two'>
  >();
  expectTypeOf<Emitter.EmittedEventResult<[]>>().toEqualTypeOf<TheirEmitter.EmittedEventResult<[]>>();
  expectTypeOf<Emitter.EmittedEventResult<[string]>>().toEqualTypeOf<
    TheirEmitter.EmittedEventResult<[string]>
  >();
  expectTypeOf<Emitter.EmittedEventResult<[string, number]>>().toEqualTypeOf<
    TheirEmitter.EmittedEventResult<[string, number]>
  >();
  expectTypeOf<keyof EventStream.BaseEvents>().toEqualTypeOf<'connect' | 'error' | 'abort' | 'end'>();
  expectTypeOf<EventStream.EventParameters<Two, 'one'>>().toEqualTypeOf<[a: string]>();
});

it('parameters and bodies of pages are the same', () => {
  expectTypeOf<Pages.PageResponse<Item>>().toEqualTypeOf<TheirPages.PageResponse<Item>>();
  expectTypeOf<Pages.CursorPageParams>().toEqualTypeOf<TheirPages.CursorPageParams>();
  expectTypeOf<Pages.CursorPageResponse<Item>>().toEqualTypeOf<TheirPages.CursorPageResponse<Item>>();
  expectTypeOf<Pages.ConversationCursorPageParams>().toEqualTypeOf<TheirPages.ConversationCursorPageParams>();
  expectTypeOf<Pages.ConversationCursorPageResponse<Item>>().toEqualTypeOf<
    TheirPages.ConversationCursorPageResponse<Item>
  >();
  expectTypeOf<Pages.NextCursorPageParams>().toEqualTypeOf<TheirPages.NextCursorPageParams>();
  expectTypeOf<Pages.NextCursorPageResponse<Item>>().toEqualTypeOf<TheirPages.NextCursorPageResponse<Item>>();
  expectTypeOf<Pages.TokenPageParams>().toEqualTypeOf<TheirPages.TokenPageParams>();
  expectTypeOf<Pages.TokenPageResponse<Item>>().toEqualTypeOf<TheirPages.TokenPageResponse<Item>>();
  expectTypeOf<keyof Pages.PageRequestOptions>().toEqualTypeOf<keyof TheirPages.PageRequestOptions>();
});

it('JSON Schema and server-sent events are the same', () => {
  expectTypeOf<Schema.JSONSchema>().toEqualTypeOf<TheirSchema.JSONSchema>();
  expectTypeOf<Schema.JSONSchemaDefinition>().toEqualTypeOf<TheirSchema.JSONSchemaDefinition>();
  expectTypeOf<Schema.JSONSchemaType>().toEqualTypeOf<TheirSchema.JSONSchemaType>();
  expectTypeOf<Schema.JSONSchemaTypeName>().toEqualTypeOf<TheirSchema.JSONSchemaTypeName>();
  expectTypeOf<Events.ServerSentEvent>().toExtend<TheirEvents.ServerSentEvent>();
});

it('what a request asks to be parsed can be read off its type', () => {
  type Raw = { type: 'json_schema'; json_schema: { name: string } };
  type Params<Format> = { model: string; messages: []; response_format: Format };
  expectTypeOf<Parser.ExtractParsedContentFromParams<{ model: string; messages: [] }>>().toEqualTypeOf<
    TheirParser.ExtractParsedContentFromParams<{ model: string; messages: [] }>
  >();
  expectTypeOf<Parser.ExtractParsedContentFromParams<Params<Raw>>>().toEqualTypeOf<unknown>();
  expectTypeOf<Parser.ExtractParsedContentFromParams<Params<{ type: 'text' }>>>().toEqualTypeOf<null>();
  expectTypeOf<
    Parser.ExtractParsedContentFromParams<Params<Parser.AutoParseableResponseFormat<Item>>>
  >().toEqualTypeOf<Item>();
  expectTypeOf<
    Parser.ExtractParsedContentFromParams<Params<Parser.AutoParseableResponseFormat<Item> | { type: 'text' }>>
  >().toEqualTypeOf<Item | null>();
});

it('options have the names of the original, and take its values', () => {
  type Missing = Exclude<keyof TheirClient.ClientOptions, keyof Client.ClientOptions>;
  expectTypeOf<Missing>().toBeNever();
  type Common =
    | 'apiKey'
    | 'organization'
    | 'project'
    | 'baseURL'
    | 'dataResidency'
    | 'timeout'
    | 'maxRetries';
  expectTypeOf<Pick<TheirClient.ClientOptions, Common>>().toExtend<Pick<Client.ClientOptions, Common>>();
  expectTypeOf<Client.LogLevel>().toEqualTypeOf<TheirClient.LogLevel>();
  expectTypeOf<Client.DataResidency>().toEqualTypeOf<TheirClient.DataResidency>();
  expectTypeOf<Client.ApiKeySetter>().toEqualTypeOf<TheirClient.ApiKeySetter>();
  expectTypeOf<TheirClient.Logger>().toExtend<Client.Logger>();
  type Names<Options> = Exclude<keyof Options, `__${string}`>;
  type MissingRequest = Exclude<
    Names<TheirClient.OpenAI.RequestOptions>,
    Names<Client.OpenAI.RequestOptions>
  >;
  expectTypeOf<MissingRequest>().toBeNever();
  expectTypeOf<Runners.RunnerOptions>().toExtend<Client.OpenAI.RequestOptions>();
  expectTypeOf<'maxChatCompletions' | 'afterCompletion'>().toExtend<keyof Runners.RunnerOptions>();
});

it('files and streams are taken for uploads', () => {
  expectTypeOf<File>().toExtend<Uploads.Uploadable>();
  expectTypeOf<Blob>().toExtend<Uploads.ToFileInput>();
  expectTypeOf<AsyncIterable<Uint8Array>>().toExtend<Uploads.StreamingFileInput>();
  // @ts-expect-error: a path is not a file
  void ('a.txt' satisfies Uploads.ToFileInput);
});
