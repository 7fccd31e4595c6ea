/**
 * Every name of the OpenTelemetry conventions for generative AI that is written here. They are still in development
 * (https://opentelemetry.io/docs/specs/semconv/gen-ai/), so a change of theirs is a change of this file.
 */

/** Which endpoints are traced, and the name of the operation. */
export const operations: Record<string, string> = {
  '/chat/completions': 'chat',
  '/completions': 'text_completion',
  '/embeddings': 'embeddings',
};

export const operation = 'gen_ai.operation.name';
export const provider = 'gen_ai.provider.name';
export const requestModel = 'gen_ai.request.model';
export const responseModel = 'gen_ai.response.model';
export const address = 'server.address';
export const port = 'server.port';
export const errorType = 'error.type';
export const tokenType = 'gen_ai.token.type';
export const firstChunk = 'gen_ai.response.time_to_first_chunk';
export const toolName = 'gen_ai.tool.name';
export const toolType = 'gen_ai.tool.type';
export const toolCall = 'gen_ai.tool.call.id';

/** Whose API a host serves; other hosts serve that of OpenAI. */
export const providers: [host: RegExp, name: string][] = [
  [/\.azure\.com$/, 'azure.ai.openai'],
  [/(^|\.)deepseek\.com$/, 'deepseek'],
  [/^generativelanguage\.googleapis\.com$/, 'gcp.gemini'],
  [/(^|\.)groq\.com$/, 'groq'],
  [/(^|\.)mistral\.ai$/, 'mistral_ai'],
  [/(^|\.)perplexity\.ai$/, 'perplexity'],
  [/(^|\.)x\.ai$/, 'x_ai'],
];

type Body = Record<string, any>;

/** Attributes of a request, from its body. */
export const request: Record<string, (body: Body) => unknown> = {
  [requestModel]: (body) => body['model'],
  'gen_ai.request.temperature': (body) => body['temperature'],
  'gen_ai.request.top_p': (body) => body['top_p'],
  'gen_ai.request.max_tokens': (body) => body['max_completion_tokens'] ?? body['max_tokens'],
  'gen_ai.request.seed': (body) => body['seed'],
  'gen_ai.request.stop_sequences': (body) => body['stop'] && [body['stop']].flat(),
  'gen_ai.request.frequency_penalty': (body) => body['frequency_penalty'],
  'gen_ai.request.presence_penalty': (body) => body['presence_penalty'],
  'gen_ai.request.choice.count': (body) => body['n'],
  'gen_ai.request.stream': (body) => body['stream'] || undefined,
  'gen_ai.request.encoding_formats': (body) => body['encoding_format'] && [body['encoding_format']],
  'gen_ai.embeddings.dimension.count': (body) => body['dimensions'],
  'gen_ai.output.type': ({ response_format: format }) => format && (format.type === 'text' ? 'text' : 'json'),
  'openai.request.service_tier': (body) => body['service_tier'],
};

/** Attributes of a response, from what was read of it. */
export const response: Record<string, (value: Body) => unknown> = {
  'gen_ai.response.id': (value) => value['id'],
  [responseModel]: (value) => value['model'],
  'gen_ai.response.finish_reasons': ({ choices }) =>
    Array.isArray(choices) ? choices.map((choice) => choice?.finish_reason ?? 'none') : undefined,
  'openai.response.service_tier': (value) => value['service_tier'],
  'openai.response.system_fingerprint': (value) => value['system_fingerprint'],
};

/** Attributes of a response, from its usage. */
export const usage: Record<string, (usage: Body) => unknown> = {
  'gen_ai.usage.input_tokens': (told) => told['prompt_tokens'],
  'gen_ai.usage.output_tokens': (told) => told['completion_tokens'],
  'gen_ai.usage.cache_read.input_tokens': (told) => told['prompt_tokens_details']?.cached_tokens,
  'gen_ai.usage.reasoning.output_tokens': (told) => told['completion_tokens_details']?.reasoning_tokens,
};

/** Attributes with the content of messages. They are only recorded on request. */
export const content = {
  input: 'gen_ai.input.messages',
  output: 'gen_ai.output.messages',
  definitions: 'gen_ai.tool.definitions',
  arguments: 'gen_ai.tool.call.arguments',
  result: 'gen_ai.tool.call.result',
} as const;

/** Bounds that double, or quadruple, from the first one. */
const bounds = (first: number, factor: number): number[] =>
  Array.from({ length: 14 }, (_, power) => first * factor ** power);

/** The histograms. With `gen_ai_latest_experimental` their names begin with `gen_ai.client.inference`. */
export const histograms: Record<
  'duration' | 'tokens' | 'firstChunk' | 'nextChunk',
  { name: string; unit: string; description: string; bounds: number[] }
> = {
  duration: {
    name: 'gen_ai.client.operation.duration',
    unit: 's',
    description: 'How long an operation took',
    bounds: bounds(0.01, 2),
  },
  tokens: {
    name: 'gen_ai.client.token.usage',
    unit: '{token}',
    description: 'How many tokens were used',
    bounds: bounds(1, 4),
  },
  firstChunk: {
    name: 'gen_ai.client.operation.time_to_first_chunk',
    unit: 's',
    description: 'How long the first chunk of a stream took',
    bounds: bounds(0.01, 2),
  },
  nextChunk: {
    name: 'gen_ai.client.operation.time_per_output_chunk',
    unit: 's',
    description: 'How long each further chunk of a stream took',
    bounds: bounds(0.01, 2),
  },
};
