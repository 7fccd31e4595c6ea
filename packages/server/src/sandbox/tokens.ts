/** Token pieces of text and their number, by the o200k vocabulary of current models. */

/** A stretch of text, and how many tokens spell it; a character can take several tokens, and then they come as one. */
export interface Piece {
  text: string;
  tokens: number;
}

export interface Tokenizer {
  /** The text in pieces. Joined they are the text, with lone surrogates replaced by U+FFFD. */
  pieces(text: string): Piece[];
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
    const runs = boundedRuns(text);
    return runs.length === 1 ? o200k.encode(text, plain) : runs.flatMap((run) => o200k.encode(run, plain));
  };
  return {
    encode,
    count: (text) => boundedRuns(text).reduce((sum, run) => sum + o200k.countTokens(run, plain), 0),
    pieces: (text) => {
      const ids = encode(text);
      const pieces: Piece[] = [];
      let read = 0;
      let before = 0;
      function* reading(): Generator<number> {
        for (const id of ids) {
          read++;
          yield id;
        }
      }
      for (const text of o200k.decodeGenerator(reading())) {
        pieces.push({ text, tokens: read - before });
        before = read;
      }
      return pieces;
    },
  };
}

/**
 * The text, cut wherever 256 letters, or 256 characters that are neither letters nor digits, follow one another: merging is
 * quadratic in such a run, and 100,000 equal letters would take ten seconds. Only counts of such texts differ, by a few.
 */
function boundedRuns(text: string): string[] {
  const runs: string[] = [];
  let start = 0;
  for (const { index, 0: run } of text.matchAll(longRun)) {
    runs.push(text.slice(start, index + run.length));
    start = index + run.length;
  }
  runs.push(text.slice(start));
  return runs;
}

const longRun = /[\p{L}\p{M}]{256}|[^\p{L}\p{N}]{256}/gu;
