/** Finds the known name that a misspelled one stands for. */

/** Longer words are not compared. */
const maxLength = 60;

/** ` Did you mean 'ollama'?` for `olama`, or an empty string if no name is close. */
export function didYouMean(word: string, names: readonly string[]): string {
  const name = closestName(word, names);
  return name === undefined ? '' : ` Did you mean '${name}'?`;
}

/** The first of the names that are closest to `word`, or undefined if it is close to none. Case and separators do not matter. */
export function closestName(word: string, names: readonly string[]): string | undefined {
  const wanted = plain(word);
  if (wanted === '' || wanted.length > maxLength) return undefined;
  let closest: string | undefined;
  let least = Number.POSITIVE_INFINITY;
  for (const name of names) {
    const known = plain(name);
    const isBeginning = wanted.length > 2 && known.startsWith(wanted);
    const distance = isBeginning ? 1 : editsBetween(wanted, known);
    if (distance < least && distance <= Math.max(1, Math.floor(wanted.length / 3))) {
      closest = name;
      least = distance;
    }
  }
  return closest;
}

const plain = (name: string): string => name.toLowerCase().replaceAll(/[^a-z\d]/g, '');

/** How many characters to insert, remove, replace or swap with their neighbor to turn one text into the other. */
function editsBetween(one: string, other: string): number {
  let [beforeLast, last]: number[][] = [[], Array.from({ length: other.length + 1 }, (_, index) => index)];
  for (let row = 1; row <= one.length; row++) {
    const current = [row];
    for (let column = 1; column <= other.length; column++) {
      const isSame = one[row - 1] === other[column - 1];
      const isSwapped =
        row > 1 && column > 1 && one[row - 1] === other[column - 2] && one[row - 2] === other[column - 1];
      current.push(
        Math.min(
          last![column]! + 1,
          current[column - 1]! + 1,
          last![column - 1]! + (isSame ? 0 : 1),
          isSwapped ? beforeLast![column - 2]! + 1 : Number.POSITIVE_INFINITY,
        ),
      );
    }
    [beforeLast, last] = [last, current];
  }
  return last!.at(-1)!;
}
