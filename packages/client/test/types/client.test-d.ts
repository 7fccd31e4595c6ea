// What compiles with a client, and what must not.
import { expectTypeOf, it } from 'vitest';
import { OpenAI, type APIPromise, type ClientOptions, type PagePromise } from '../../src/entries/index.ts';
import type {
  ChatCompletion,
  ChatCompletionChunk,
  ChatCompletionCreateParams,
  ChatCompletionCreateParamsBase,
  ChatCompletionMessageParam,
  ChatCompletionStoreMessage,
} from '../../src/entries/resources/chat.ts';
import type { Stream } from '../../src/entries/streaming.ts';

declare const client: OpenAI;
declare const base: ChatCompletionCreateParamsBase;
declare const either: ChatCompletionCreateParams;
const messages: ChatCompletionMessageParam[] = [{ role: 'user', content: 'hello' }];
const params = { model: 'gpt-4o', messages };

it('create gives a completion, a stream, or either, as `stream` says', () => {
  const { completions } = client.chat;
  expectTypeOf(completions.create(params)).toEqualTypeOf<APIPromise<ChatCompletion>>();
  expectTypeOf(completions.create({ ...params, stream: false })).toEqualTypeOf<APIPromise<ChatCompletion>>();
  expectTypeOf(completions.create({ ...params, stream: null })).toEqualTypeOf<APIPromise<ChatCompletion>>();
  expectTypeOf(completions.create({ ...params, stream: true })).toEqualTypeOf<
    APIPromise<Stream<ChatCompletionChunk>>
  >();
  expectTypeOf(completions.create(base)).toEqualTypeOf<
    APIPromise<Stream<ChatCompletionChunk> | ChatCompletion>
  >();
  expectTypeOf(completions.create(either)).toEqualTypeOf<
    APIPromise<Stream<ChatCompletionChunk> | ChatCompletion>
  >();
  expectTypeOf(completions.create({ ...params, stream: Math.random() > 0.5 })).toEqualTypeOf<
    APIPromise<Stream<ChatCompletionChunk> | ChatCompletion>
  >();
});

it('create takes request options, and gives the response next to the data', async () => {
  const promise = client.chat.completions.create(params, {
    timeout: 1000,
    maxRetries: 0,
    headers: { 'X-Team': 'blue', Authorization: null },
    query: { 'api-version': '1' },
    signal: new AbortController().signal,
    idempotencyKey: 'once',
  });
  expectTypeOf(promise.asResponse()).toEqualTypeOf<Promise<Response>>();
  const { data, response, request_id } = await promise.withResponse();
  expectTypeOf(data).toExtend<ChatCompletion>();
  expectTypeOf(response).toEqualTypeOf<Response>();
  expectTypeOf(request_id).toEqualTypeOf<string | null>();
  expectTypeOf((await promise)._request_id).toEqualTypeOf<string | null | undefined>();
});

it('create refuses what the API has no field, literal or shape for', () => {
  const { completions } = client.chat;
  expectTypeOf(completions.create).toBeCallableWith(params);
  // @ts-expect-error: no model
  void completions.create({ messages });
  // @ts-expect-error: no messages
  void completions.create({ model: 'gpt-4o' });
  // @ts-expect-error: no such role
  void completions.create({ model: 'm', messages: [{ role: 'robot', content: '' }] });
  // @ts-expect-error: a tool message answers a call
  void completions.create({ model: 'm', messages: [{ role: 'tool', content: '' }] });
  const refusal = { type: 'refusal', refusal: '' } as const;
  // @ts-expect-error: users cannot send refusals
  void completions.create({ model: 'm', messages: [{ role: 'user', content: [refusal] }] });
  // @ts-expect-error: no such effort
  void completions.create({ ...params, reasoning_effort: 'heroic' });
  // @ts-expect-error: no such parameter
  void completions.create({ ...params, max_token: 1 });
  // @ts-expect-error: metadata values are strings
  void completions.create({ ...params, metadata: { attempt: 1 } });
  // @ts-expect-error: a json_schema format has a schema
  void completions.create({ ...params, response_format: { type: 'json_schema' } });
  // @ts-expect-error: a custom choice names its tool
  void completions.create({ ...params, tool_choice: { type: 'custom', function: { name: 'x' } } });
});

it('any model name is accepted, and known names are suggested', () => {
  void client.chat.completions.create({ model: 'llama3:70b', messages });
  expectTypeOf<'gpt-4o'>().toExtend<OpenAI.ChatModel>();
  expectTypeOf<'llama3:70b'>().not.toExtend<OpenAI.ChatModel>();
});

it('an answer can be sent back as it came', () => {
  expectTypeOf<OpenAI.ChatCompletionMessage>().toExtend<ChatCompletionMessageParam>();
});

it('content is to be checked before it is used', async () => {
  const completion = await client.chat.completions.create(params);
  // @ts-expect-error: content may be null
  void completion.choices[0]!.message.content.length;
  const call = completion.choices[0]!.message.tool_calls![0]!;
  // @ts-expect-error: the call may be a custom one
  void call.function.name;
  if (call.type === 'function') expectTypeOf(call.function.arguments).toEqualTypeOf<string>();
  else expectTypeOf(call.custom.input).toEqualTypeOf<string>();
});

it('lists are promises of a page, and iterables of items', async () => {
  const list = client.chat.completions.list({ limit: 2, metadata: { team: 'blue' }, order: 'desc' });
  expectTypeOf(list).toEqualTypeOf<PagePromise<OpenAI.ChatCompletionsPage, ChatCompletion>>();
  expectTypeOf((await list).data).toEqualTypeOf<ChatCompletion[]>();
  expectTypeOf((await list).getNextPage()).toEqualTypeOf<Promise<OpenAI.CursorPage<ChatCompletion>>>();
  for await (const completion of list) expectTypeOf(completion).toEqualTypeOf<ChatCompletion>();
  for await (const message of client.chat.completions.messages.list('id'))
    expectTypeOf(message).toEqualTypeOf<ChatCompletionStoreMessage>();
});

it('a list takes a query, or options in its place, never a mixture', () => {
  expectTypeOf(client.chat.completions.list).toBeCallableWith({ timeout: 5 });
  expectTypeOf(client.chat.completions.list).toBeCallableWith({ limit: 2 }, { timeout: 5 });
  expectTypeOf(client.chat.completions.list).toBeCallableWith(null, { timeout: 5 });
  // @ts-expect-error: a mixture
  void client.chat.completions.list({ limit: 2, timeout: 5 });
  // @ts-expect-error: no such order
  void client.chat.completions.list({ order: 'random' });
  // @ts-expect-error: the path is not the caller's to change
  void client.chat.completions.list({ path: '/elsewhere' });
});

it('stored completions are retrieved, relabelled and deleted by id', () => {
  const { completions } = client.chat;
  expectTypeOf(completions.retrieve('id')).toEqualTypeOf<APIPromise<ChatCompletion>>();
  expectTypeOf(completions.update('id', { metadata: null })).toEqualTypeOf<APIPromise<ChatCompletion>>();
  expectTypeOf(completions.delete('id')).toEqualTypeOf<APIPromise<OpenAI.ChatCompletionDeleted>>();
  // @ts-expect-error: only metadata can change
  void completions.update('id', { model: 'm' });
  // @ts-expect-error: an id is needed
  void completions.retrieve();
});

it('the client is made from options, and remade by withOptions', () => {
  const options: ClientOptions = {
    apiKey: async () => 'key',
    baseURL: null,
    maxRetries: 0,
    logLevel: 'debug',
  };
  expectTypeOf(new OpenAI(options).withOptions({ timeout: 1 })).toEqualTypeOf<OpenAI>();
  class Own extends OpenAI {
    extra = 1;
  }
  expectTypeOf(new Own().withOptions({}).extra).toEqualTypeOf<number>();
  // @ts-expect-error: no such region
  void new OpenAI({ dataResidency: 'mars' });
  // @ts-expect-error: no such level
  void new OpenAI({ logLevel: 'loud' });
  // @ts-expect-error: a class is made with new
  void OpenAI(options);
});

it('namespaces lead to types and to classes alike', () => {
  expectTypeOf<
    OpenAI.Chat.Completions.ChatCompletionChunk.Choice.Delta.ToolCall['index']
  >().toEqualTypeOf<number>();
  expectTypeOf<OpenAI.Chat.ChatCompletionMessageParam>().toEqualTypeOf<OpenAI.ChatCompletionMessageParam>();
  expectTypeOf<OpenAI.Chat>().toEqualTypeOf<typeof client.chat>();
  expectTypeOf<OpenAI.Chat.Completions.Messages>().toEqualTypeOf<typeof client.chat.completions.messages>();
  expectTypeOf<OpenAI.Chat.Completions.Messages.MessageListParams>().toHaveProperty('order');
  expectTypeOf(OpenAI.Chat.Completions.Messages).toBeConstructibleWith(client);
  expectTypeOf(OpenAI.CursorPage).instance.toExtend<AsyncIterable<{ id?: string | null }>>();
  expectTypeOf<OpenAI.RequestOptions>().toHaveProperty('timeout');
  expectTypeOf<OpenAI.CursorPageParams>().toEqualTypeOf<{ after?: string; limit?: number }>();
  expectTypeOf(OpenAI.DEFAULT_TIMEOUT).toEqualTypeOf<number>();
  // @ts-expect-error: this one is on its module only, as in the original
  void (0 as unknown as OpenAI.ChatCompletionStoreMessagesPage);
});

it('errors narrow, and their status is known by class', () => {
  const statusOf = (error: unknown) => {
    if (error instanceof OpenAI.NotFoundError) return error.status;
    if (error instanceof OpenAI.APIConnectionError) return error.status;
    return error instanceof OpenAI.APIError ? 'any' : 'other';
  };
  expectTypeOf(statusOf).returns.toEqualTypeOf<404 | undefined | 'any' | 'other'>();
});
