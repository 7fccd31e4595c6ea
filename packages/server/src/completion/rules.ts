/** Every parameter of a completion request: its type and its range. Rules between parameters are in `validate.ts`. */
import {
  type Check,
  choice,
  decimal,
  either,
  flag,
  integer,
  list,
  object,
  record,
  required,
  text,
  variants,
} from './checks.ts';
import { message } from './messages.ts';
import { functionCall, legacyFunction, tool, toolChoice } from './tools.ts';

/** Up to 16 pairs of strings; keys up to 64 characters, values up to 512. */
export const metadata: Check = record(text({ max: 512 }), { maxKeys: 16, maxKeyLength: 64 });

const textParts = list(variants('type', { text: object({ text: required(text()) }) }), 'objects', { min: 1 });

const responseFormat = variants('type', {
  text: object(),
  json_object: object(),
  json_schema: object({
    json_schema: required(
      object({
        name: required(text({ min: 1, max: 64, pattern: /^[a-zA-Z0-9_-]+$/ })),
        description: text(),
        schema: object(),
        strict: flag,
      }),
    ),
  }),
});

const audio = object({
  format: required(choice('wav', 'aac', 'mp3', 'flac', 'opus', 'pcm16')),
  voice: required(
    either(
      { string: text({ min: 1 }), object: object({ id: required(text()) }) },
      'one of a string or object',
    ),
  ),
});

const moderationMode = object({ mode: required(choice('score', 'block')) });
const moderation = object({
  model: required(text({ min: 1 })),
  policy: object({ input: moderationMode, output: moderationMode }),
});

const webSearch = object({
  search_context_size: choice('low', 'medium', 'high'),
  user_location: variants('type', {
    approximate: object({
      approximate: required(object({ city: text(), country: text(), region: text(), timezone: text() })),
    }),
  }),
});

/** A name that a database can keep: no U+0000, no half of a surrogate pair. */
const modelName = text({ min: 1, pattern: /^[^\0\p{Surrogate}]*$/u });

export const parameters: Record<string, Check> = {
  messages: required(list(message, 'objects', { min: 1 })),
  model: required(modelName),
  audio,
  frequency_penalty: decimal({ min: -2, max: 2 }),
  function_call: functionCall,
  functions: list(legacyFunction, 'objects', { min: 1, max: 128 }),
  logit_bias: record(decimal({ min: -100, max: 100 })),
  logprobs: flag,
  max_completion_tokens: integer({ min: 1 }),
  max_tokens: integer({ min: 1 }),
  metadata,
  modalities: list(choice('text', 'audio'), 'strings', { min: 1 }),
  moderation,
  n: integer({ min: 1, max: 128 }),
  parallel_tool_calls: flag,
  prediction: variants('type', {
    content: object({
      content: required(either({ string: text(), array: textParts }, 'one of a string or array of objects')),
    }),
  }),
  presence_penalty: decimal({ min: -2, max: 2 }),
  prompt_cache_key: text(),
  prompt_cache_options: object({ mode: choice('implicit', 'explicit'), ttl: choice('30m') }),
  prompt_cache_retention: choice('in_memory', '24h'),
  reasoning_effort: choice('none', 'minimal', 'low', 'medium', 'high', 'xhigh', 'max'),
  response_format: responseFormat,
  safety_identifier: text({ max: 128 }),
  seed: integer({ min: -(2 ** 63), max: 2 ** 63 }),
  service_tier: choice('auto', 'default', 'flex', 'scale', 'priority', 'fast'),
  stop: either(
    { string: text({ min: 1 }), array: list(text({ min: 1 }), 'strings', { max: 4 }) },
    'one of a string or array of strings',
  ),
  store: flag,
  stream: flag,
  stream_options: object({ include_obfuscation: flag, include_usage: flag }),
  temperature: decimal({ min: 0, max: 2 }),
  tool_choice: toolChoice,
  tools: list(tool, 'objects', { min: 1, max: 128 }),
  top_logprobs: integer({ min: 0, max: 20 }),
  top_p: decimal({ min: 0, max: 1 }),
  user: text(),
  verbosity: choice('low', 'medium', 'high'),
  web_search_options: webSearch,
};

/** Parameters of other providers whose names look like a misspelled one of ours. */
export const knownExtras: ReadonlySet<string> = new Set([
  'top_k',
  'top_a',
  'min_p',
  'models',
  'provider',
  'reasoning',
]);
