/** The text of an answer that must be JSON: a value of the schema that was asked for, or an object of any shape. */
import { invalidRequest } from '../http/errors.ts';
import type { CompletionRequest } from '../models/model.ts';
import { instanceOf, type Schema, Unsatisfiable } from './instance-of.ts';
import type { Prompt } from './prompt.ts';
import type { Random } from './random.ts';
import { answerTo } from './reply.ts';
import { isNumeric } from './schema/guesses.ts';
import { topicOf } from './skills/skill.ts';

/** JSON text, or `undefined` when the request wants words. A schema nothing satisfies is a 400. */
export function structuredText(
  request: CompletionRequest,
  prompt: Prompt,
  random: Random,
): string | undefined {
  const format = request.response_format;
  if (!format || format.type === 'text') return undefined;
  if (format.type === 'json_object') return JSON.stringify(anyObject(prompt, random, request.verbosity));
  const { name, schema = {} } = format.json_schema;
  const called = `response_format '${name}'`;
  const origin = { called, param: 'response_format', code: 'invalid_json_schema' };
  return JSON.stringify(valueOf(schema ?? {}, prompt, random, origin));
}

/** What a refusal calls a schema, the parameter it names, and its code. */
interface Origin {
  called: string;
  param: string;
  code: string;
}

/** A value of `schema` that suits the prompt. */
export function valueOf(schema: Schema, prompt: Prompt, random: Random, origin: Origin): unknown {
  try {
    return instanceOf(schema, { random, text: prompt.question, answer: () => answerTo(prompt, random) });
  } catch (thrown) {
    if (!(thrown instanceof Unsatisfiable)) throw thrown;
    const { called, param, code } = origin;
    throw invalidRequest(param, `Invalid schema for ${called}: ${thrown.message}.`, code);
  }
}

function anyObject(prompt: Prompt, random: Random, verbosity?: string | null): Record<string, unknown> {
  const said = answerTo(prompt, random, verbosity);
  const { text, key } = said;
  const names = namedKeys(prompt);
  if (names.length > 0) {
    const properties = Object.fromEntries(
      names.map((name) => [name, { type: isNumeric(name) ? 'number' : 'string' }]),
    );
    const text = names.reduce((rest, name) => rest.replaceAll(name, ' '), prompt.question);
    const schema = { type: 'object', properties, required: names };
    return instanceOf(schema, { random, text, answer: () => said }) as Record<string, unknown>;
  }
  return {
    topic: topicOf(prompt.question) || 'nothing yet',
    answer: key ?? text,
    ...(key === undefined ? {} : { explanation: text }),
  };
}

/** Keys the prompt spells out: `with keys "name" and "age"`, `{"name": …}`. */
function namedKeys({ question, instructions }: Prompt): string[] {
  const text = `${instructions}\n${question}`.slice(0, 8000);
  const keys = [...text.matchAll(/["'`]([A-Za-z_][\w-]{0,40})["'`]\s*:/g)].map((match) => match[1] as string);
  const listed =
    /\b(?:keys?|fields?|properties)\b:?\s+((?:(?:and |or )?["'`]?[A-Za-z_]\w*["'`]?,?\s*)+)/.exec(
      text,
    )?.[1] ?? '';
  const named = [...listed.matchAll(/["'`]([A-Za-z_]\w*)["'`]/g)].map((match) => match[1] as string);
  return [...new Set([...keys, ...named])].slice(0, 30);
}
