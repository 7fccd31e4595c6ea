/** Token pieces of text and their number, by the vocabularies of current chat models and of the models before them. */
import { atOnce, type Sliced } from '../slices.ts';

/** A stretch of text, and how many tokens spell it; a character can take several tokens, and then they come as one. */
export interface Piece {
  text: string;
  tokens: number;
}

export interface Tokenizer {
  /** The text in fragments, cut on demand. Joined they are the text, with lone surrogates replaced by U+FFFD. */
  pieces(text: string): Iterable<Piece>;
  /** Id of each token. */
  encode(text: string): number[];
  count(text: string): number;
  /** The same for texts of any length. */
  countInSlices(text: string): Sliced<number>;
  /** The text of token ids; bytes that are no whole character are U+FFFD, or left out. Undefined when an id is unknown. */
  decode(ids: readonly number[]): string | undefined;
}

const vocabularies = {
  /** Chat models since gpt-4o. */
  o200k: () => import('gpt-tokenizer/encoding/o200k_base'),
  /** Models for embeddings and for text completions. */
  cl100k: () => import('gpt-tokenizer/encoding/cl100k_base'),
};
export type Vocabulary = keyof typeof vocabularies;

const loaded = new Map<Vocabulary, Promise<Tokenizer>>();

/**
 * The tokenizer of a vocabulary. The table of o200k takes 0.3 s and 60 MB, that of cl100k two thirds of it, so each is
 * read at its first call: o200k when a server of the sandbox has begun to listen.
 */
export function loadTokenizer(vocabulary: Vocabulary = 'o200k'): Promise<Tokenizer> {
  const tokenizer = loaded.get(vocabulary) ?? read(vocabulary);
  loaded.set(vocabulary, tokenizer);
  return tokenizer;
}

/** Tokens that happen to be spelled in a text are text. */
const plain = { disallowedSpecial: new Set<string>() };

async function read(name: Vocabulary): Promise<Tokenizer> {
  const vocabulary = await vocabularies[name]();
  const encode = (text: string): number[] => {
    const runs = [...boundedRuns(text)];
    return runs.length === 1
      ? vocabulary.encode(text, plain)
      : runs.flatMap((run) => vocabulary.encode(run, plain));
  };
  function* countInSlices(text: string): Sliced<number> {
    let tokens = 0;
    for (const run of boundedRuns(text)) {
      tokens += vocabulary.countTokens(run, plain);
      yield;
    }
    return tokens;
  }
  const count = (text: string): number => atOnce(countInSlices(text));
  function* pieces(text: string): Generator<Piece> {
    for (const run of boundedRuns(text)) {
      let tokens = 0;
      const ids = vocabulary.encode(run, plain).values();
      const counted = { [Symbol.iterator]: () => ({ next: () => (tokens++, ids.next()) }) };
      for (const text of vocabulary.decodeGenerator(counted)) {
        yield { text, tokens };
        tokens = 0;
      }
    }
  }
  const decode = (ids: readonly number[]): string | undefined => {
    try {
      return vocabulary.decode(ids);
    } catch {
      return undefined;
    }
  };
  return { encode, count, countInSlices, pieces, decode };
}

/**
 * The text, cut wherever 256 letters, or 256 characters that are neither letters nor digits, follow one another: merging is
 * quadratic in such a run, and 100,000 equal letters would take ten seconds. Only counts of such texts differ, by a few.
 */
function* boundedRuns(text: string): Generator<string> {
  for (const stretch of stretches(text)) {
    let start = 0;
    for (const { index, 0: run } of stretch.matchAll(longRun)) {
      yield stretch.slice(start, index + run.length);
      start = index + run.length;
    }
    yield stretch.slice(start);
  }
}

/**
 * The text, cut every few thousand characters where no token crosses: before a single space between words, or after a line. Where there is
 * no such place, it is cut anyway. So much is read at a time, and a long response need not be read whole before it begins.
 */
function* stretches(text: string): Generator<string> {
  let start = 0;
  while (text.length - start > 2 * stretch) {
    const from = start + stretch;
    const space = text.slice(from, from + stretch).search(betweenWords);
    // One further when that is the second half of a character.
    const end = space < 0 ? from + stretch + Number(isLow(text, from + stretch)) : from + space + 1;
    yield text.slice(start, end);
    start = end;
  }
  yield text.slice(start);
}

const stretch = 4000;
const betweenWords = /\S \S|[\r\n] ?[^\s/]/;
const isLow = (text: string, at: number): boolean => /[\udc00-\udfff]/.test(text.charAt(at));
const longRun = /[\p{L}\p{M}]{256}|[^\p{L}\p{N}]{256}/gu;
