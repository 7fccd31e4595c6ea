/** What the API takes as metadata. */

export const maxPairs = 16;
export const maxKey = 64;
export const maxValue = 512;

export type Pair = [key: string, value: string];

/** What is wrong with each pair, by its index, and with all of them. Lengths are in UTF-16 units, as the server counts. */
export function problemsOf(pairs: readonly Pair[]): {
  pairs: (string | undefined)[];
  all: string | undefined;
} {
  const keys = pairs.map(([key]) => key);
  return {
    pairs: pairs.map(([key, value], index) => {
      if (key === '') return 'A pair needs a key.';
      if (keys.indexOf(key) !== index) return 'This key is already there.';
      if (key.length > maxKey) return `The key has ${key.length} of at most ${maxKey} characters.`;
      if (value.length > maxValue) return `The value has ${value.length} of at most ${maxValue} characters.`;
      return undefined;
    }),
    all: pairs.length > maxPairs ? `There are ${pairs.length} of at most ${maxPairs} pairs.` : undefined,
  };
}
