// What the types of runTools() promise, to its tools and about its results.
import type Original from 'openai';
import { expectTypeOf, it } from 'vitest';
import { z } from 'zod';
import { zodFunction, zodResponseFormat } from '../../src/helpers/zod.ts';
import type { OpenAI } from '../../src/entries/index.ts';
import type { ChatCompletionMessageParam } from '../../src/types/messages.ts';
import type { ChatCompletionMessageToolCall } from '../../src/types/tools.ts';
import { ParsingToolFunction } from '../../src/tools/runnable.ts';
import type { ToolCallContext } from '../../src/tools/registry.ts';
import type { ChatCompletionRunner } from '../../src/tools/runner.ts';
import type { ChatCompletionStreamingRunner } from '../../src/tools/streaming-runner.ts';

declare const client: OpenAI;
declare const original: Original;

const messages: ChatCompletionMessageParam[] = [{ role: 'user', content: 'hello' }];
const params = { model: 'm', messages };
const parameters = { type: 'object' } as const;
const raw = {
  type: 'function' as const,
  function: { function: (args: string) => args.length, parameters, description: 'counts' },
};
const parsed = new ParsingToolFunction({
  name: 'add',
  function: ({ x }: { x: number }) => x + 1,
  parse: (text: string) => JSON.parse(text) as { x: number },
  parameters,
  description: 'adds',
});
const made = zodFunction({ name: 'made', parameters: z.object({ x: z.number() }), function: ({ x }) => x });

it('the runner is the one that `stream` asks for', () => {
  const { completions } = client.chat;
  expectTypeOf(completions.runTools({ ...params, tools: [raw] })).toEqualTypeOf<ChatCompletionRunner<null>>();
  expectTypeOf(completions.runTools({ ...params, stream: true, tools: [raw] })).toEqualTypeOf<
    ChatCompletionStreamingRunner<null>
  >();
});

it('the last message has what the response format promises', async () => {
  const response_format = zodResponseFormat(z.object({ answer: z.string() }), 'answer');
  const runner = client.chat.completions.runTools({ ...params, tools: [made], response_format });
  const completion = await runner.finalChatCompletion();
  expectTypeOf(completion.choices[0]!.message.parsed).toEqualTypeOf<{ answer: string } | null>();
});

it('tools of all kinds go together', () => {
  client.chat.completions.runTools({ ...params, tools: [made] });
  client.chat.completions.runTools({
    ...params,
    tools: [
      raw,
      parsed,
      { type: 'custom', custom: { name: 'sql', function: (input) => input.toUpperCase(), toolTimeout: 5 } },
      { type: 'custom', custom: { name: 'elsewhere' } },
    ],
  });
  const sql = { type: 'custom' as const, custom: { name: 'sql', function: (input: string) => input.length } };
  client.chat.completions.runTools({ ...params, tools: [raw, parsed, made, sql] });
  client.chat.completions.runTools({ ...params, stream: true, tools: [made, raw, sql] });
  client.chat.completions.runTools({
    ...params,
    toolContext: 1,
    tools: [
      made,
      {
        type: 'custom',
        custom: { name: 'sql', function: (input, _runner, context) => input.length + context },
      },
    ],
  });
});

it('what the original takes, we take: the same calls compile against both', () => {
  const calls = [
    () => original.chat.completions.runTools({ ...params, tools: [raw] }),
    () => client.chat.completions.runTools({ ...params, tools: [raw] }),
    () => original.chat.completions.runTools({ ...params, stream: true, tools: [raw], toolContext: 1 }),
    () => client.chat.completions.runTools({ ...params, stream: true, tools: [raw], toolContext: 1 }),
  ];
  expectTypeOf(calls).toBeArray();
});

it('the context of the run is what its tools are given', () => {
  client.chat.completions.runTools({
    ...params,
    toolContext: { user: 'u' },
    tools: [
      {
        type: 'function',
        function: {
          name: 'who',
          function: (args: string, _runner, context) => {
            expectTypeOf(context).toEqualTypeOf<{ user: string }>();
            return args + context.user;
          },
          parameters,
          description: 'who',
        },
      },
    ],
  });
});

it('helper-made tools are given the context too', () => {
  const parameters = z.object({ x: z.number() });
  const asking = zodFunction({
    name: 'asking',
    parameters,
    function: ({ x }, _runner, { user }: { user: string }) => user + x,
  });
  const context = { ...params, toolContext: { user: 'u' } };
  client.chat.completions.runTools({ ...context, tools: [made, asking] });
  client.chat.completions.runTools({ ...context, stream: true, tools: [made, asking] });
  // @ts-expect-error It has nothing to run.
  client.chat.completions.runTools({ ...context, tools: [zodFunction({ name: 'described', parameters })] });
});

it('a tool is told the call it answers and when to stop', () => {
  client.chat.completions.runTools({
    ...params,
    tools: [
      {
        type: 'function',
        function: {
          function: (
            _args: string,
            _runner: unknown,
            _context: unknown,
            { signal, toolCall }: ToolCallContext,
          ) => {
            expectTypeOf(signal).toEqualTypeOf<AbortSignal>();
            expectTypeOf(toolCall).toEqualTypeOf<ChatCompletionMessageToolCall>();
          },
          parameters,
          description: 'd',
        },
      },
    ],
  });
});

it('a helper-made tool without a function cannot be run', () => {
  const described = zodFunction({ name: 'described', parameters: z.object({}) });
  // @ts-expect-error It has nothing to run.
  client.chat.completions.runTools({ ...params, tools: [described] });
});

it('options say what may be said, and the run says why it ended', () => {
  const runner = client.chat.completions.runTools(
    { ...params, tools: [raw] },
    {
      maxChatCompletions: 3,
      onToolError: 'report',
      toolConcurrency: 2,
      toolTimeout: 1_000,
      approveToolCall: (call, { messages, toolContext, signal }) => {
        expectTypeOf(call).toEqualTypeOf<ChatCompletionMessageToolCall>();
        expectTypeOf(messages).toEqualTypeOf<ChatCompletionMessageParam[]>();
        expectTypeOf(toolContext).toBeUnknown();
        expectTypeOf(signal).toEqualTypeOf<AbortSignal>();
        return messages.length > 9 ? 'pause' : { refuse: 'no' };
      },
    },
  );
  expectTypeOf(runner.stopReason).toEqualTypeOf<
    'stop' | 'max_completions' | 'tool_choice' | 'paused' | 'aborted' | null
  >();
  expectTypeOf(runner.pendingToolCalls).toEqualTypeOf<ChatCompletionMessageToolCall[]>();
  // @ts-expect-error Forgetting to decide is not a decision.
  client.chat.completions.runTools({ ...params, tools: [raw] }, { approveToolCall: () => {} });
  // @ts-expect-error There is no such way.
  client.chat.completions.runTools({ ...params, tools: [raw] }, { onToolError: 'ignore' });
});
