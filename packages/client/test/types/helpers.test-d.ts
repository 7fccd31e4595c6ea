// What parse, stream and runTools know about values from the format and the tools they were given.
import { expectTypeOf, it } from 'vitest';
import { z } from 'zod';
import type {
  ChatCompletionChunk,
  ChatCompletionRunner,
  ChatCompletionStream,
  ChatCompletionStreamingRunner,
  ParsedChatCompletion,
} from '../../src/entries/resources/chat.ts';
import { zodFunction, zodResponseFormat } from '../../src/helpers/zod.ts';
import type { APIPromise, OpenAI } from '../../src/entries/index.ts';

declare const client: OpenAI;
const params = { model: 'gpt-4o', messages: [{ role: 'user' as const, content: 'hello' }] };

interface City {
  city: string;
  population: number | null;
}
const City = z.object({ city: z.string(), population: z.number().nullable() });
const format = zodResponseFormat(City, 'city');
const raw = { type: 'json_schema' as const, json_schema: { name: 'city', schema: {} } };
const lookUp = zodFunction({ name: 'look_up', parameters: City, function: (city) => city.city });
const declared = zodFunction({ name: 'declared', parameters: City });

it('parse gives the value of the format, unknown for a raw schema, and null without one', () => {
  const { completions } = client.chat;
  expectTypeOf(completions.parse({ ...params, response_format: format })).toEqualTypeOf<
    APIPromise<ParsedChatCompletion<City>>
  >();
  expectTypeOf(completions.parse({ ...params, response_format: raw })).toEqualTypeOf<
    APIPromise<ParsedChatCompletion<unknown>>
  >();
  expectTypeOf(completions.parse(params)).toEqualTypeOf<APIPromise<ParsedChatCompletion<null>>>();
  expectTypeOf(completions.parse({ ...params, tools: [declared, lookUp] })).toEqualTypeOf<
    APIPromise<ParsedChatCompletion<null>>
  >();
  // @ts-expect-error: what is streamed is parsed by stream()
  void completions.parse({ ...params, stream: true });
});

it('stream gives chunks, events and final values, typed by the format', async () => {
  const stream = client.chat.completions.stream({ ...params, response_format: format });
  expectTypeOf(stream).toEqualTypeOf<ChatCompletionStream<City>>();
  for await (const chunk of stream) expectTypeOf(chunk).toEqualTypeOf<ChatCompletionChunk>();
  stream
    .on('content', (delta, snapshot) => expectTypeOf([delta, snapshot]).toEqualTypeOf<string[]>())
    .on('content.done', ({ parsed }) => expectTypeOf(parsed).toEqualTypeOf<City | null>())
    .on('content.delta', ({ parsed }) => expectTypeOf(parsed).toEqualTypeOf<unknown>())
    .once('end', () => {});
  // @ts-expect-error: no such event
  stream.on('contents', () => {});
  // @ts-expect-error: the listener of another event
  stream.on('content', (delta: number) => delta);
  const completion = await stream.finalChatCompletion();
  expectTypeOf(completion.choices[0]!.message.parsed).toEqualTypeOf<City | null>();
  expectTypeOf(await stream.finalContent()).toEqualTypeOf<string | null>();
  expectTypeOf(await stream.emitted('content')).toEqualTypeOf<[string, string]>();
});

it('runTools gives a runner, or a streaming one, and gives tools their arguments', () => {
  const { completions } = client.chat;
  expectTypeOf(completions.runTools({ ...params, tools: [lookUp] })).toEqualTypeOf<
    ChatCompletionRunner<null>
  >();
  expectTypeOf(completions.runTools({ ...params, tools: [lookUp], response_format: format })).toEqualTypeOf<
    ChatCompletionRunner<City>
  >();
  expectTypeOf(completions.runTools({ ...params, stream: true, tools: [lookUp] })).toEqualTypeOf<
    ChatCompletionStreamingRunner<null>
  >();
  expectTypeOf(
    completions.runTools({
      ...params,
      toolContext: { user: 'ada' },
      tools: [
        {
          type: 'function',
          function: {
            name: 'greet',
            description: '',
            parameters: {},
            parse: JSON.parse,
            function: (_args, _runner, context) => {
              expectTypeOf(context).toEqualTypeOf<{ user: string }>();
              return context.user;
            },
          },
        },
      ],
    }),
  ).toEqualTypeOf<ChatCompletionRunner<unknown>>();
  // @ts-expect-error: a tool without a function cannot be run
  void completions.runTools({ ...params, tools: [declared] });
});
