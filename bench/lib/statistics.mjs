/** The value below which a share of the values lies, between neighbours by proportion. */
export function quantile(values, share) {
  const sorted = [...values].sort((a, b) => a - b);
  const place = (sorted.length - 1) * share;
  const low = Math.floor(place);
  const high = Math.ceil(place);
  return sorted[low] + (sorted[high] - sorted[low]) * (place - low);
}

export const median = (values) => quantile(values, 0.5);

/** Median of `pick` over the samples, NaN when there are none. */
export const mid = (result, pick = 'cpu') =>
  result?.samples.length ? median(result.samples.map((sample) => sample[pick])) : NaN;

/**
 * How many times the other's the one's is: the median over the samples of the same turn, where both met the same machine;
 * the ratio of the medians when they share fewer than three turns.
 */
export function ratio(one, other, pick = 'cpu') {
  if (!one?.samples.length || !other?.samples.length) return NaN;
  const others = new Map(other.samples.map((sample) => [sample.turn, sample[pick]]));
  const pairs = one.samples.filter(({ turn }) => others.has(turn)).map((s) => s[pick] / others.get(s.turn));
  return pairs.length >= 3 ? median(pairs) : mid(one, pick) / mid(other, pick);
}

/**
 * How much more CPU the larger of two cases takes. Cases do not share a session, so this compares their fastest samples,
 * which the rest of the machine disturbed least.
 */
export function growth(larger, smaller) {
  if (!larger?.samples.length || !smaller?.samples.length) return NaN;
  return fastest(larger) / fastest(smaller);
}

const fastest = ({ samples }) => Math.min(...samples.map(({ cpu }) => cpu));
