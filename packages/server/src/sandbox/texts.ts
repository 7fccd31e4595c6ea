/** Texts of requests that may also be given as token ids. */
import { invalidRequest } from '../http/errors.ts';
import type { Tokenizer } from './tokens.ts';

export interface GivenText {
  text: string;
  tokens: number;
  /** Where it stands in the body: `input[3]`. */
  path: string;
}

/** A text, texts, the token ids of a text, or those of several texts. */
export type Texts = string | readonly string[] | readonly number[] | readonly (readonly number[])[];

/** No token has more characters, so that a text that is far too long need not be counted. */
const longestToken = 128;

/**
 * Every text of `given`, read as it is asked for. Throws an `ApiError` that names a text of more than `max` tokens, or an
 * id that the vocabulary does not have.
 */
export function* readTexts(
  given: Texts,
  path: string,
  tokenizer: Tokenizer,
  max = Infinity,
): Generator<GivenText> {
  const isOne = typeof given === 'string' || typeof given[0] === 'number';
  const items = (isOne ? [given] : given) as (string | readonly number[])[];
  for (const [index, item] of items.entries()) {
    const at = isOne ? path : `${path}[${index}]`;
    const tokens = typeof item === 'string' ? counted(item, tokenizer, max) : item.length;
    if (tokens > max) throw invalidRequest(at, `Invalid '${at}': maximum input length is ${max} tokens.`);
    yield { text: typeof item === 'string' ? item : decoded(item, at, tokenizer), tokens, path: at };
  }
}

function counted(text: string, { count }: Tokenizer, max: number): number {
  return text.length > max * longestToken ? Infinity : count(text);
}

function decoded(ids: readonly number[], path: string, { decode }: Tokenizer): string {
  const text = decode(ids);
  if (text !== undefined) return text;
  const index = ids.findIndex((id) => decode([id]) === undefined);
  const at = `${path}[${index}]`;
  const message = `Invalid '${at}': ${ids[index]} is not the id of a token of the vocabulary cl100k_base.`;
  throw invalidRequest(at, message, 'invalid_value');
}
