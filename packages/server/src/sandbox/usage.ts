/** Counts the tokens of a request and its response. */
import type { CompletionRequest, Usage } from '../models/model.ts';
import type { Sliced } from '../slices.ts';
import { schemaOf } from './response-format.ts';
import type { Tokenizer } from './tokens.ts';

/**
 * Tokens of a prompt, as the API documents them for chat models: three per message and three to prime the reply, a name
 * one more; functions and their properties by the published constants for gpt-4o. A picture is an estimate: 85 at low
 * detail, else the 765 of a 1024-pixel square. The schema of a response format costs what its JSON does.
 */
export function* promptTokens(
  request: CompletionRequest,
  { countInSlices: count }: Tokenizer,
): Sliced<number> {
  let total = 3;
  for (const message of request.messages) total += 3 + (yield* messageTokens(message, count));
  const functions = [
    ...(request.functions ?? []),
    ...(request.tools ?? []).map((tool) => (tool.type === 'function' ? tool.function : tool.custom)),
  ];
  if (functions.length > 0) total += 12;
  for (const definition of functions) total += yield* functionTokens(definition, count);
  const format = request.response_format;
  const schema = format?.type === 'json_schema' ? format.json_schema : format && schemaOf(format);
  if (schema) total += yield* count(JSON.stringify(schema));
  return total;
}

export function usageOf(prompt: number, completion: number, reasoning = 0): Usage {
  return {
    prompt_tokens: prompt,
    completion_tokens: completion,
    total_tokens: prompt + completion,
    prompt_tokens_details: { cached_tokens: 0, audio_tokens: 0 },
    completion_tokens_details: {
      reasoning_tokens: reasoning,
      audio_tokens: 0,
      accepted_prediction_tokens: 0,
      rejected_prediction_tokens: 0,
    },
  };
}

type Count = (text: string) => Sliced<number>;

function* messageTokens(message: CompletionRequest['messages'][number], count: Count): Sliced<number> {
  let total = yield* count(message.role);
  if ('name' in message && message.name) total += 1 + (yield* count(message.name));
  const content = message.content ?? '';
  if (typeof content === 'string') total += yield* count(content);
  else for (const part of content) total += yield* partTokens(part, count);
  if (message.role === 'tool') total += yield* count(message.tool_call_id);
  if (message.role !== 'assistant') return total;
  for (const call of message.tool_calls ?? []) {
    const { name, input } = spoken(call);
    total += (yield* count(name)) + (yield* count(input));
  }
  const called = message.function_call;
  return called ? total + (yield* count(called.name)) + (yield* count(called.arguments)) : total;
}

function spoken(
  call: NonNullable<
    Extract<CompletionRequest['messages'][number], { role: 'assistant' }>['tool_calls']
  >[number],
) {
  return call.type === 'custom' ? call.custom : { name: call.function.name, input: call.function.arguments };
}

interface AnyPart {
  type: string;
  text?: string;
  refusal?: string;
  image_url?: { detail?: string };
  file?: { filename?: string };
}

function* partTokens(part: AnyPart, count: Count): Sliced<number> {
  if (part.type === 'image_url') return part.image_url?.detail === 'low' ? 85 : 765;
  return yield* count(part.text ?? part.refusal ?? part.file?.filename ?? '');
}

interface AnyFunction {
  name: string;
  description?: string | null;
  parameters?: { [key: string]: unknown } | null;
}

function* functionTokens({ name, description, parameters }: AnyFunction, count: Count): Sliced<number> {
  let total = 7 + (yield* count(`${name}:${(description ?? '').replace(/\.$/, '')}`));
  const properties = Object.entries((parameters?.['properties'] as object | undefined) ?? {});
  if (properties.length > 0) total += 3;
  for (const [key, property] of properties as [string, unknown][]) {
    const { type, description, enum: values } = (property ?? {}) as Record<string, unknown>;
    total += 3 + (yield* count(`${key}:${textOf(type)}:${textOf(description).replace(/\.$/, '')}`));
    if (!Array.isArray(values)) continue;
    total -= 3;
    for (const value of values) total += 3 + (yield* count(textOf(value)));
  }
  return total;
}

const textOf = (value: unknown): string =>
  typeof value === 'string' ? value : (JSON.stringify(value) ?? '');
