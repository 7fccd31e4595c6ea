/**
 * A body becomes a request, or the 400 the API would send: it names the parameter at fault and changes nothing.
 *
 * Unlike the API, fields nobody knows pass, because providers have parameters of their own. Only a name that is a slip
 * of a known one (`max_token`, `responseFormat`) is refused: ignoring it would change the answer without a word.
 */
import { invalidRequest } from '../http/errors.ts';
import type { CompletionRequest } from '../models/model.ts';
import { checkFields, isRecord } from './checks.ts';
import { checkOrder } from './messages.ts';
import { knownExtras, metadata, parameters } from './rules.ts';
import { checkSchemas } from './schemas.ts';
import { checkChoices, checkNames } from './tools.ts';

export type { CompletionRequest } from '../models/model.ts';

/** How deep arrays and objects may be nested in a body. What passes may be walked with a recursive function. */
const maxDepth = 200;

/** `body` itself, known to be a request. Throws an `ApiError`, and nothing else, for every other JSON value. */
export function validateCompletion(body: unknown): CompletionRequest {
  if (!isRecord(body)) {
    throw invalidRequest(null, 'We could not parse the JSON body of your request: expected a JSON object.');
  }
  checkDepth(body);
  checkFields(body, '', Object.entries(parameters));
  for (const name of Object.keys(body)) checkSpelling(name);
  checkOrder(body['messages'] as unknown[]);
  checkNames(body);
  checkChoices(body);
  for (const check of together) check(body);
  checkSchemas(body);
  return body as unknown as CompletionRequest;
}

/** `null` and `undefined` are no metadata; `param` is what a failure calls the value. */
export function validateMetadata(value: unknown, param = 'metadata'): Record<string, string> | null {
  if (value === null || value === undefined) return null;
  metadata(value, param);
  return value as Record<string, string>;
}

/** Rules between parameters. */
const together: ((body: Record<string, unknown>) => void)[] = [
  (body) => {
    if (!present(body['stream_options']) || body['stream'] === true) return;
    const rule = "The 'stream_options' parameter is only allowed when 'stream' is enabled.";
    throw invalidRequest('stream_options', rule);
  },
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
    for (const key of Object.keys((body['logit_bias'] as object | null | undefined) ?? {})) {
      if (/^\d{1,6}$/.test(key)) continue;
      const rule = `Invalid key in 'logit_bias': '${key}'. Expected the id of a token, such as '50256'.`;
      throw invalidRequest('logit_bias', rule, 'invalid_value');
    }
  },
  (body) => {
    const format = body['response_format'] as { type?: unknown } | null | undefined;
    if (format?.type !== 'json_object' || /json/i.test(JSON.stringify(body['messages']))) return;
    const rule =
      "'messages' must contain the word 'json' in some form, to use 'response_format' of type 'json_object'.";
    throw invalidRequest('messages', rule);
  },
];

const present = (value: unknown): boolean => value !== undefined && value !== null;

function checkDepth(body: Record<string, unknown>): void {
  let level: { value: object; param: string }[] = Object.entries(body)
    .filter(([, value]) => typeof value === 'object' && value !== null)
    .map(([param, value]) => ({ value: value as object, param }));
  for (let depth = 1; level.length > 0; depth++) {
    const param = level[0]?.param ?? '';
    if (depth > maxDepth) {
      const message = `Invalid '${param}': nested too deeply. Expected at most ${maxDepth} levels of arrays and objects.`;
      throw invalidRequest(param, message, 'nesting_above_max_depth');
    }
    const next: typeof level = [];
    for (const { value, param } of level) {
      for (const child of Object.values(value)) {
        if (typeof child === 'object' && child !== null) next.push({ value: child, param });
      }
    }
    level = next;
  }
}

function checkSpelling(name: string): void {
  if (Object.hasOwn(parameters, name) || knownExtras.has(name)) return;
  const snake = name.replace(/-/g, '_').replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
  const meant = Object.hasOwn(parameters, snake)
    ? snake
    : Object.keys(parameters).find((known) => known.length > 4 && isOneSlip(name, known));
  if (!meant) return;
  throw invalidRequest(name, `Unknown parameter: '${name}'. Did you mean '${meant}'?`, 'unknown_parameter');
}

/** Whether one letter more, less or other makes `a` into `b`. */
function isOneSlip(a: string, b: string): boolean {
  if (Math.abs(a.length - b.length) > 1) return false;
  let start = 0;
  while (start < a.length && a[start] === b[start]) start++;
  let end = 0;
  while (end < Math.min(a.length, b.length) - start && a.at(-1 - end) === b.at(-1 - end)) end++;
  return Math.max(a.length, b.length) - start - end <= 1;
}
