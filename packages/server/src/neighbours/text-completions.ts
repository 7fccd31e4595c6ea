/** Validates requests for text completions, and creates their responses and streams. */
import { ApiError, invalidRequest } from '../http/errors.ts';
import { padding } from '../http/padding.ts';
import type { TextChoice, TextCompletion, TextLogprobs, TextRequest } from '../models/neighbours.ts';
import type { Sliced } from '../slices.ts';
import { type Body, checkBody, type Parameters } from '../validation/body.ts';
import { flag, integer, required, text } from '../validation/checks.ts';
import { checkStreamOptions, modelName, present, sampling } from '../validation/parameters.ts';
import { textsOrIds } from './texts-or-ids.ts';

const maxChoices = 2048;

const parameters: Parameters = {
  ...sampling,
  model: required(modelName),
  prompt: textsOrIds({ max: maxChoices, text: text() }),
  best_of: integer({ min: 1, max: 20 }),
  echo: flag,
  logprobs: integer({ min: 0, max: 5 }),
  max_tokens: integer({ min: 0 }),
  suffix: text(),
};

/** `value` itself, known to be a request. Throws an `ApiError` for every other JSON value. */
export function* validateText(value: unknown): Sliced<TextRequest> {
  const body = yield* checkBody(value, parameters);
  if (Object.hasOwn(body, 'messages')) {
    const rule = "Unknown parameter: 'messages'. Did you mean to use the /chat/completions endpoint?";
    throw invalidRequest('messages', rule, 'unknown_parameter');
  }
  checkStreamOptions(body);
  checkCounts(body);
  return body as unknown as TextRequest;
}

function checkCounts(body: Body): void {
  const n = (body['n'] ?? 1) as number;
  const candidates = (body['best_of'] ?? n) as number;
  if (candidates < n) {
    const rule =
      'You requested that the server return more choices than it will generate. ' +
      `(HINT: You must set 'n' (currently ${n}) to be at most 'best_of' (currently ${candidates}), or omit either parameter.)`;
    throw invalidRequest('best_of', rule);
  }
  if (candidates > n && body['stream'] === true) {
    throw invalidRequest(
      'best_of',
      "Invalid 'best_of': results cannot be streamed when it is larger than 'n'.",
    );
  }
  const { prompt } = body;
  const prompts = Array.isArray(prompt) && typeof prompt[0] !== 'number' ? prompt.length : 1;
  if (prompts * candidates <= maxChoices) return;
  const param = present(body['best_of']) ? 'best_of' : 'n';
  const rule = `Invalid '${param}': ${prompts} prompts with ${candidates} choices each are more than ${maxChoices} choices.`;
  throw invalidRequest(param, rule);
}

/** The chunks of a model as one completion. Rejects with an `ApiError` when a choice has no end. */
export async function foldText(chunks: AsyncIterable<TextCompletion>): Promise<TextCompletion> {
  let last: TextCompletion | undefined;
  const choices: TextChoice[] = [];
  for await (const chunk of chunks) {
    last = chunk;
    for (const { index, ...choice } of chunk.choices) {
      choices[index] = { ...joined(choices[index], choice), index };
    }
  }
  if (!last || choices.length === 0 || !choices.every((choice) => choice?.finish_reason)) {
    throw new ApiError(502, 'The model ended its response before it was complete.');
  }
  return { ...last, choices };
}

function joined(before: TextChoice | undefined, next: Omit<TextChoice, 'index'>): Omit<TextChoice, 'index'> {
  if (!before) return { ...next, logprobs: next.logprobs && copied(next.logprobs) };
  const { text, logprobs } = before;
  if (logprobs && next.logprobs) append(logprobs, next.logprobs);
  return { ...next, text: text + next.text, logprobs: logprobs ?? next.logprobs };
}

/** A copy, because its lists grow with every chunk. */
function copied({ tokens, token_logprobs, top_logprobs, text_offset }: TextLogprobs): TextLogprobs {
  return {
    tokens: [...tokens],
    token_logprobs: [...token_logprobs],
    top_logprobs: top_logprobs && [...top_logprobs],
    text_offset: [...text_offset],
  };
}

function append(all: TextLogprobs, more: TextLogprobs): void {
  all.tokens.push(...more.tokens);
  all.token_logprobs.push(...more.token_logprobs);
  all.top_logprobs?.push(...(more.top_logprobs ?? []));
  all.text_offset.push(...more.text_offset);
}

/**
 * The chunks as the request wants them: with the usage, and with padding, where `stream_options` ask for it. `onUsage` gets
 * the usage in any case.
 */
export async function* streamText(
  { stream_options: options }: TextRequest,
  chunks: AsyncIterable<TextCompletion>,
  onUsage?: (usage: object) => void,
): AsyncGenerator<object> {
  for await (const { usage, ...chunk } of chunks) {
    const isUsage = chunk.choices.length === 0;
    if (usage) onUsage?.(usage);
    if (isUsage && !options?.include_usage) continue;
    const fitted = options?.include_usage ? { ...chunk, usage: usage ?? null } : chunk;
    yield options?.include_obfuscation && !isUsage
      ? { ...fitted, obfuscation: padding(chunk.choices.map(({ text }) => text)) }
      : fitted;
  }
}
