/**
 * Validates a body: returns the request, or throws the 400 that the API would send, which names the parameter. Changes
 * nothing.
 */
import { invalidRequest } from '../http/errors.ts';
import type { CompletionRequest } from '../models/model.ts';
import type { Sliced } from '../slices.ts';
import { checkBody, type Body } from '../validation/body.ts';
import { checkStreamOptions, present } from '../validation/parameters.ts';
import { checkOrder } from './messages.ts';
import { knownExtras, metadata, parameters } from './rules.ts';
import { checkSchemas } from './schemas.ts';
import { checkChoices, checkNames } from './tools.ts';

export type { CompletionRequest } from '../models/model.ts';

/** `value` itself, known to be a request. Throws an `ApiError`, and nothing else, for every other JSON value. */
export function* validateCompletion(value: unknown): Sliced<CompletionRequest> {
  const body = yield* checkBody(value, parameters, knownExtras);
  checkOrder(body['messages'] as unknown[]);
  checkNames(body);
  checkChoices(body);
  for (const check of together) check(body);
  yield* checkSchemas(body);
  return body as unknown as CompletionRequest;
}

/** `null` and `undefined` are no metadata; `param` is what a failure calls the value. */
export function validateMetadata(value: unknown, param = 'metadata'): Record<string, string> | null {
  if (value === null || value === undefined) return null;
  metadata(value, param);
  return value as Record<string, string>;
}

/** Rules between parameters. */
const together: ((body: Body) => void)[] = [
  checkStreamOptions,
  (body) => {
    if (!present(body['top_logprobs']) || body['logprobs'] === true) return;
    const rule = "The 'top_logprobs' parameter is only allowed when 'logprobs' is enabled.";
    throw invalidRequest('top_logprobs', rule);
  },
  (body) => {
    if (!present(body['max_tokens']) || !present(body['max_completion_tokens'])) return;
    const rule = "Setting 'max_tokens' and 'max_completion_tokens' at the same time is not supported.";
    throw invalidRequest('max_tokens', rule, 'invalid_parameter_combination');
  },
  (body) => {
    const modalities = body['modalities'];
    if (!Array.isArray(modalities) || !modalities.includes('audio') || present(body['audio'])) return;
    throw invalidRequest('audio', "Missing required parameter: 'audio'.", 'missing_required_parameter');
  },
  (body) => {
    const format = body['response_format'] as { type?: unknown; schema?: unknown } | null | undefined;
    // The servers that take a schema here do not look for the word.
    if (format?.type !== 'json_object' || format.schema || mentionsJSON(body['messages'])) return;
    const rule =
      "'messages' must contain the word 'json' in some form, to use 'response_format' of type 'json_object'.";
    throw invalidRequest('messages', rule);
  },
];

/** Whether any text inside `value` has the word `json`. */
function mentionsJSON(value: unknown): boolean {
  if (typeof value === 'string') return /json/i.test(value);
  return typeof value === 'object' && value !== null && Object.values(value).some(mentionsJSON);
}
