/** Checks whether a version is in an npm range. Supports the part of the syntax that dependencies use. */

type Version = [number, number, number];

/** `1.2` is `[1, 2]`: what is missing, `x` or `*`, may be anything. */
function partsOf(text: string): number[] {
  const parts: number[] = [];
  for (const part of text
    .replace(/^[v=\s]+/, '')
    .split(/[-+]/)[0]!
    .split('.')) {
    if (!/^\d+$/.test(part)) break;
    parts.push(Number(part));
  }
  return parts;
}

function compare(a: readonly number[], b: readonly number[]): number {
  for (let index = 0; index < 3; index++) {
    const difference = (a[index] ?? 0) - (b[index] ?? 0);
    if (difference) return difference;
  }
  return 0;
}

/** The first version that does not start with `parts`. */
function after(parts: number[]): number[] {
  return parts.length ? [...parts.slice(0, -1), parts.at(-1)! + 1] : [Infinity];
}

function isWithin(version: Version, comparator: string): boolean {
  const [, sign = '', text = ''] = /^(\^|~>?|[<>]=?|)\s*(.*)$/.exec(comparator)!;
  const parts = partsOf(text);
  const low = compare(version, parts) >= 0;
  switch (sign) {
    case '>=':
      return low;
    case '<':
      return !low;
    case '>':
      return compare(version, parts.length < 3 ? after(parts) : parts) >= (parts.length < 3 ? 0 : 1);
    case '<=':
      return compare(version, parts.length < 3 ? after(parts) : parts) < (parts.length < 3 ? 0 : 1);
    case '^': {
      const first = parts.findIndex((part) => part > 0);
      return low && compare(version, after(parts.slice(0, (first < 0 ? parts.length - 1 : first) + 1))) < 0;
    }
    case '':
      return low && compare(version, after(parts)) < 0;
    default:
      return low && compare(version, after(parts.slice(0, 2))) < 0;
  }
}

/** Undefined for what is no range: a tag, an address, `workspace:*`. */
export function satisfies(version: string, range: string): boolean | undefined {
  const found = partsOf(version) as Version;
  if (/[:/]|^(?!v?\d|x\b)[a-z]/i.test(range)) return undefined;
  return range.split('||').some((part) => {
    const [from, to] = part.split(/\s+-\s+/);
    const comparators = to
      ? [`>=${from!.trim()}`, `<=${to}`]
      : part
          .replace(/([<>=^~])\s+/g, '$1')
          .trim()
          .split(/\s+/);
    return comparators.every((comparator) => isWithin(found, comparator));
  });
}
