/** Texts of requests that may also be given as token ids. */
import { invalidRequest } from '../http/errors.ts';
import type { Sliced } from '../slices.ts';
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
 * Every text of `given`, to be read one by one. Reading throws an `ApiError` that names a text of more than `max` tokens, or
 * an id that the vocabulary does not have.
 */
export function* readTexts(
  given: Texts,
  path: string,
  tokenizer: Tokenizer,
  max = Infinity,
): Generator<Sliced<GivenText>> {
  const isOne = typeof given === 'string' || typeof given[0] === 'number';
  const items = (isOne ? [given] : given) as (string | readonly number[])[];
  for (const [index, item] of items.entries()) {
    yield readText(item, isOne ? path : `${path}[${index}]`, tokenizer, max);
  }
}

function* readText(
  item: string | readonly number[],
  path: string,
  tokenizer: Tokenizer,
  max: number,
): Sliced<GivenText> {
  const tokens = typeof item === 'string' ? yield* counted(item, tokenizer, max) : item.length;
  if (tokens > max) throw invalidRequest(path, `Invalid '${path}': maximum input length is ${max} tokens.`);
  return { text: typeof item === 'string' ? item : decoded(item, path, tokenizer), tokens, path };
}

function* counted(text: string, { countInSlices }: Tokenizer, max: number): Sliced<number> {
  return text.length > max * longestToken ? Infinity : yield* countInSlices(text);
}

function decoded(ids: readonly number[], path: string, { decode }: Tokenizer): string {
  const text = decode(ids);
  if (text !== undefined) return text;
  const index = ids.findIndex((id) => decode([id]) === undefined);
  const at = `${path}[${index}]`;
  const message = `Invalid '${at}': ${ids[index]} is not the id of a token of the vocabulary cl100k_base.`;
  throw invalidRequest(at, message, 'invalid_value');
}
