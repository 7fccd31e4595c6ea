import { accumulate, complete } from 'colloquy/accumulate';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { completeOnce, streamChunks } from '../completion/answer.ts';
import { validateCompletion } from '../completion/validate.ts';
import type { Chunk, Completion, CompletionRequest } from '../models/model.ts';
import { SchemaDocument } from './schema/document.ts';
import { satisfies } from './schema/satisfies.ts';
import { sandboxModel } from './model.ts';
import { loadTokenizer } from './tokens.ts';
import { promptTokens } from './usage.ts';
import { atOnce } from '../slices.ts';

const fixed = { now: () => 1_700_000_000_000, newId: () => 'chatcmpl-1' };
const sandbox = sandboxModel(fixed);
const never = new AbortController().signal;
const keep = async (): Promise<void> => {};

async function chunksOf(request: object): Promise<Chunk[]> {
  const list: Chunk[] = [];
  for await (const chunk of sandbox.complete(atOnce(validateCompletion(request)), never)) list.push(chunk);
  return list;
}

function fold(chunks: readonly Chunk[]): Completion {
  const [first, ...rest] = chunks;
  return complete(rest.reduce(accumulate, accumulate(undefined, first as Chunk)));
}

const objectSchema = {
  type: 'object',
  properties: { city: { type: 'string' }, days: { type: 'integer', minimum: 1, maximum: 9 } },
  required: ['city', 'days'],
  additionalProperties: false,
};
const tools = [
  {
    type: 'function',
    function: {
      name: 'get_weather',
      description: 'Weather of a city',
      parameters: objectSchema,
      strict: true,
    },
  },
  { type: 'function', function: { name: 'ping' } },
  {
    type: 'custom',
    custom: {
      name: 'plate',
      format: { type: 'grammar', grammar: { syntax: 'regex', definition: '[A-Z]{2}-\\d{3}' } },
    },
  },
];

const question = fc.oneof(
  fc.constantFrom(
    'Hi',
    'What is the weather in Paris?',
    'What is 2 + 2?',
    'Count to 30',
    'List 4 fruits',
    'Write a haiku about rain',
    'Why?',
    '👩‍👩‍👧 é\u0000',
    'Please [refuse] this',
    'Give me json',
  ),
  fc.string({ unit: 'binary', maxLength: 200 }),
  fc.lorem({ maxCount: 40 }),
);

const content = fc.oneof(
  question,
  fc
    .array(question, { minLength: 1, maxLength: 3 })
    .map((texts) => texts.map((text) => ({ type: 'text', text }))),
  question.map((text) => [
    { type: 'text', text },
    { type: 'image_url', image_url: { url: 'https://example.com/cat.png' } },
  ]),
);

const turns = fc.array(
  fc.oneof(
    content.map((content) => [{ role: 'user', content }]),
    fc.lorem().map((content) => [{ role: 'assistant', content }]),
    fc
      .constantFrom('Answer in one word.', 'Reply in French.', 'You are a pirate.', 'Use bullet points.')
      .map((content) => [{ role: 'system', content }]),
    fc.string().map((content) => [
      {
        role: 'assistant',
        content: null,
        tool_calls: [
          { id: 'a', type: 'function', function: { name: 'get_weather', arguments: '{"city":"Rome"}' } },
        ],
      },
      { role: 'tool', tool_call_id: 'a', content },
    ]),
  ),
  { maxLength: 4 },
);

/** Requests that pass validation, with most of what a request can have. */
const requests: fc.Arbitrary<CompletionRequest> = fc
  .tuple(
    turns,
    content,
    fc.record(
      {
        n: fc.integer({ min: 1, max: 3 }),
        stop: fc.oneof(
          fc.constantFrom('a', ' the', '.', '"', '1'),
          fc.array(fc.string({ minLength: 1, maxLength: 2 }), { maxLength: 4 }),
        ),
        max_completion_tokens: fc.integer({ min: 1, max: 60 }),
        seed: fc.integer(),
        verbosity: fc.constantFrom('low', 'medium', 'high'),
        service_tier: fc.constantFrom('auto', 'flex', 'priority'),
        temperature: fc.constantFrom(0, 1, 2),
      },
      { requiredKeys: [] },
    ),
    fc.constantFrom<object>(
      {},
      {},
      { logprobs: true },
      { logprobs: true, top_logprobs: 5 },
      { tools },
      { tools, tool_choice: 'required' },
      { tools, tool_choice: 'required', parallel_tool_calls: false },
      { tools, tool_choice: { type: 'function', function: { name: 'get_weather' } } },
      { tools, tool_choice: { type: 'custom', custom: { name: 'plate' } } },
      { tools, tool_choice: 'none' },
      { functions: [{ name: 'get_weather', parameters: objectSchema }] },
      {
        functions: [{ name: 'get_weather', parameters: objectSchema }],
        function_call: { name: 'get_weather' },
      },
      {
        response_format: {
          type: 'json_schema',
          json_schema: { name: 'trip', strict: true, schema: objectSchema },
        },
      },
    ),
  )
  .map(([before, last, settings, kind]) =>
    atOnce(
      validateCompletion({
        model: 'sandbox',
        messages: [...before.flat(), { role: 'user', content: last }],
        ...settings,
        ...kind,
      }),
    ),
  );

const { count } = await loadTokenizer();

type Call = NonNullable<Completion['choices'][number]['message']['tool_calls']>[number];

/** Whether the input of a call is what its tool asks for. */
function fits(call: Call): boolean {
  if (call.type === 'custom') return /^[A-Z]{2}-\d{3}$/.test(call.custom.input);
  if (call.function.name === 'ping') return call.function.arguments === '{}';
  return satisfies(JSON.parse(call.function.arguments), objectSchema, new SchemaDocument(objectSchema));
}

describe('the sandbox, for every request', () => {
  it('says the same to the same request', async () => {
    await fc.assert(
      fc.asyncProperty(requests, async (request) => {
        expect(await chunksOf(request)).toEqual(await chunksOf(structuredClone(request)));
      }),
      { numRuns: 150 },
    );
  });

  it('gives a stream that folds into the answer in one piece', async () => {
    await fc.assert(
      fc.asyncProperty(requests, async (request) => {
        const streamed: Chunk[] = [];
        const asked: CompletionRequest = {
          ...request,
          stream: true,
          stream_options: { include_usage: true },
        };
        for await (const chunk of streamChunks({ request: asked, model: sandbox, signal: never, keep }))
          streamed.push(chunk);
        expect(fold(streamed)).toEqual(await completeOnce({ request, model: sandbox, signal: never, keep }));
      }),
      { numRuns: 150 },
    );
  });

  it('keeps to the limits: choices, tokens, stop sequences, finish reasons', async () => {
    await fc.assert(
      fc.asyncProperty(requests, async (request) => {
        const { choices, usage } = fold(await chunksOf(request));
        const limit = request.max_completion_tokens ?? Infinity;
        expect(choices.map(({ index }) => index)).toEqual(
          Array.from({ length: request.n ?? 1 }, (_, index) => index),
        );
        expect(usage?.completion_tokens).toBeLessThanOrEqual(limit * choices.length);
        for (const { message, finish_reason } of choices) {
          const text = `${message.content ?? ''}${message.refusal ?? ''}`;
          expect([request.stop ?? []].flat().filter((stop) => text.includes(stop))).toEqual([]);
          const reasons = message.tool_calls
            ? ['tool_calls', 'stop', 'length']
            : ['stop', 'length', 'function_call'];
          expect(reasons).toContain(finish_reason);
        }
      }),
      { numRuns: 200 },
    );
  });

  it('counts what it says: usage is a recount of the answer and of the prompt', async () => {
    await fc.assert(
      fc.asyncProperty(requests, async (request) => {
        const { choices, usage } = fold(await chunksOf(request));
        expect(usage?.prompt_tokens).toBe(atOnce(promptTokens(request, await loadTokenizer())));
        expect(usage?.total_tokens).toBe((usage?.prompt_tokens ?? 0) + (usage?.completion_tokens ?? 0));
        if (choices.some(({ finish_reason }) => finish_reason === 'length')) return;
        const said = choices.flatMap(({ message }) => [
          message.content ?? '',
          message.refusal ?? '',
          ...(message.tool_calls ?? []).flatMap((call) =>
            call.type === 'custom'
              ? [call.custom.name, call.custom.input]
              : [call.function.name, call.function.arguments],
          ),
          ...(message.function_call ? [message.function_call.name, message.function_call.arguments] : []),
        ]);
        expect(usage?.completion_tokens).toBe(said.reduce((sum, text) => sum + count(text), 0));
      }),
      { numRuns: 150 },
    );
  });

  it('calls tools with arguments that fit, and only tools that may be called', async () => {
    await fc.assert(
      fc.asyncProperty(requests, async (request) => {
        const { choices } = fold(await chunksOf(request));
        for (const { message, finish_reason } of choices) {
          const calls = message.tool_calls ?? [];
          const allowed =
            request.tool_choice === 'none' || !request.tools
              ? 0
              : request.parallel_tool_calls === false
                ? 1
                : 128;
          expect(calls.length).toBeLessThanOrEqual(allowed);
          expect(new Set(calls.map(({ id }) => id)).size).toBe(calls.length);
          expect(finish_reason === 'length' || calls.every(fits)).toBe(true);
        }
      }),
      { numRuns: 200 },
    );
  });

  it('gives likelihoods that spell the text, fall, and add up to less than one', async () => {
    await fc.assert(
      fc.asyncProperty(requests, async (request) => {
        const { choices } = fold(await chunksOf(request));
        for (const { message, logprobs } of choices) {
          const entries = logprobs?.content ?? logprobs?.refusal ?? [];
          const spelled = request.logprobs ? (message.content ?? message.refusal ?? '') : '';
          expect(entries.map(({ token }) => token).join('')).toBe(spelled);
          expect(logprobs === null || request.logprobs).toBe(true);
          for (const { token, bytes, top_logprobs: top } of entries) {
            expect(new TextDecoder().decode(new Uint8Array(bytes ?? []))).toBe(token);
            expect(top.length).toBe(request.top_logprobs ?? 0);
            expect(top.map(({ logprob }) => logprob)).toEqual(
              top.map(({ logprob }) => logprob).sort((a, b) => b - a),
            );
            expect(top.reduce((sum, { logprob }) => sum + Math.exp(logprob), 0)).toBeLessThanOrEqual(1);
          }
        }
      }),
      { numRuns: 100 },
    );
  });
});
