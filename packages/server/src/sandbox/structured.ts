/** The text of a completion that must be JSON: a value of the schema in the request, or an object with the text. */
import { invalidRequest } from '../http/errors.ts';
import type { CompletionRequest } from '../models/model.ts';
import { instanceOf, type Schema, Unsatisfiable } from './instance-of.ts';
import type { Sliced } from '../slices.ts';
import type { Prompt } from './prompt.ts';
import type { Random } from './random.ts';
import { reply } from './reply.ts';
import { schemaOf } from './response-format.ts';

/** JSON text, or `undefined` when the request wants words. A schema nothing satisfies is a 400. */
export function* structuredText(
  request: CompletionRequest,
  prompt: Prompt,
  random: Random,
): Sliced<string | undefined> {
  const format = request.response_format;
  if (!format || format.type === 'text') return undefined;
  const schema = schemaOf(format);
  if (!schema && format.type === 'json_object') return JSON.stringify({ text: reply(prompt, random) });
  const called =
    format.type === 'json_schema' ? `response_format '${format.json_schema.name}'` : 'response_format';
  const origin = { called, param: 'response_format', code: 'invalid_json_schema' };
  return JSON.stringify(yield* valueOf(schema ?? {}, random, origin));
}

/** What a refusal calls a schema, the parameter it names, and its code. */
interface Origin {
  called: string;
  param: string;
  code: string;
}

/** A value of `schema`. */
export function* valueOf(schema: Schema, random: Random, origin: Origin): Sliced<unknown> {
  try {
    return yield* instanceOf(schema, random);
  } catch (thrown) {
    if (!(thrown instanceof Unsatisfiable)) throw thrown;
    const { called, param, code } = origin;
    throw invalidRequest(param, `Invalid schema for ${called}: ${thrown.message}.`, code);
  }
}
