/** Lists in order of their items' `index`, which may have gaps. */

/** The position of the last of `sorted` whose index is at most `index`; -1 if there is none. */
export function lastUpTo(sorted: readonly { index: number }[], index: number): number {
  let low = 0;
  let high = sorted.length;
  // Most items arrive in order, so the last one is tried first.
  for (let middle = high - 1; low < high; middle = (low + high) >> 1) {
    if (sorted[middle]!.index <= index) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}
