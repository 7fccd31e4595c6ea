/** Every parameter of a completion request: its type and its range. Rules between parameters are in `validate.ts`. */
import type { Parameters } from '../validation/body.ts';
import {
  type Check,
  choice,
  either,
  flag,
  integer,
  list,
  object,
  record,
  required,
  text,
  variants,
} from '../validation/checks.ts';
import { modelName, sampling } from '../validation/parameters.ts';
import { message } from './messages.ts';
import { functionCall, legacyFunction, tool, toolChoice } from './tools.ts';

/** Up to 16 pairs of strings; keys up to 64 characters, values up to 512. */
export const metadata: Check = record(text({ max: 512 }), { maxKeys: 16, maxKeyLength: 64 });

const textParts = list(variants('type', { text: object({ text: required(text()) }) }), 'objects', { min: 1 });

const responseFormat = variants('type', {
  text: object(),
  // llama.cpp, Together and Fireworks document a schema beside this type.
  json_object: object({ schema: object() }),
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

export const parameters: Parameters = {
  ...sampling,
  // As messages of the API that its users have published say: "Expected an array with maximum length 2048".
  messages: required(list(message, 'objects', { min: 1, max: 2048 })),
  model: required(modelName),
  audio,
  function_call: functionCall,
  functions: list(legacyFunction, 'objects', { min: 1, max: 128 }),
  logprobs: flag,
  max_completion_tokens: integer({ min: 1 }),
  max_tokens: integer({ min: 1 }),
  metadata,
  modalities: list(choice('text', 'audio'), 'strings', { min: 1 }),
  moderation,
  parallel_tool_calls: flag,
  prediction: variants('type', {
    content: object({
      content: required(either({ string: text(), array: textParts }, 'one of a string or array of objects')),
    }),
  }),
  prompt_cache_key: text(),
  prompt_cache_options: object({ mode: choice('implicit', 'explicit'), ttl: choice('30m') }),
  prompt_cache_retention: choice('in_memory', '24h'),
  reasoning_effort: choice('none', 'minimal', 'low', 'medium', 'high', 'xhigh', 'max'),
  response_format: responseFormat,
  safety_identifier: text({ max: 128 }),
  service_tier: choice('auto', 'default', 'flex', 'scale', 'priority', 'fast'),
  store: flag,
  tool_choice: toolChoice,
  tools: list(tool, 'objects', { min: 1, max: 128 }),
  top_logprobs: integer({ min: 0, max: 20 }),
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
