/** Token pieces of text and their number, by the o200k vocabulary of current models. */

/** A stretch of text, and how many tokens spell it; a character can take several tokens, and then they come as one. */
export interface Piece {
  text: string;
  tokens: number;
}

export interface Tokenizer {
  /** The text in pieces, cut as they are asked for. Joined they are the text, with lone surrogates replaced by U+FFFD. */
  pieces(text: string): Iterable<Piece>;
  /** Id of each token. */
  encode(text: string): number[];
  count(text: string): number;
}

let loaded: Promise<Tokenizer> | undefined;

/** The tokenizer. Its table takes 0.3 s and 60 MB, so it is read at the first call: when a server of the sandbox has begun to listen. */
export function loadTokenizer(): Promise<Tokenizer> {
  return (loaded ??= read());
}

/** Tokens that happen to be spelled in a text are text. */
const plain = { disallowedSpecial: new Set<string>() };

async function read(): Promise<Tokenizer> {
  const o200k = await import('gpt-tokenizer/encoding/o200k_base');
  const encode = (text: string): number[] => {
    const runs = [...boundedRuns(text)];
    return runs.length === 1 ? o200k.encode(text, plain) : runs.flatMap((run) => o200k.encode(run, plain));
  };
  const count = (text: string): number => {
    let tokens = 0;
    for (const run of boundedRuns(text)) tokens += o200k.countTokens(run, plain);
    return tokens;
  };
  function* pieces(text: string): Generator<Piece> {
    for (const run of boundedRuns(text)) {
      let tokens = 0;
      const ids = o200k.encode(run, plain).values();
      const counted = { [Symbol.iterator]: () => ({ next: () => (tokens++, ids.next()) }) };
      for (const text of o200k.decodeGenerator(counted)) {
        yield { text, tokens };
        tokens = 0;
      }
    }
  }
  return { encode, count, pieces };
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
 * The text, cut before a word every few thousand characters, where no token crosses: so much is read at a time, and a long
 * answer need not be read whole before it begins.
 */
function* stretches(text: string): Generator<string> {
  let start = 0;
  for (const { index, 0: stretch } of text.matchAll(beforeWord)) {
    yield stretch;
    start = index + stretch.length;
  }
  yield text.slice(start);
}

const beforeWord = /[^]{4000,}?\S(?= \p{L})/guy;
const longRun = /[\p{L}\p{M}]{256}|[^\p{L}\p{N}]{256}/gu;
