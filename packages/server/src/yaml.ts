/** Parses YAML or JSON, and keeps the line and column of each value. */
import { type Document, isAlias, isMap, isScalar, isSeq, LineCounter, parseDocument, visit } from 'yaml';

/** Where something stands in a file; both numbers count from 1. */
export interface Place {
  file: string;
  line: number;
  column: number;
}

/** What the parser and the engine say in words of their own, in ours. */
const reasons: [sign: RegExp, reason: string][] = [
  [/multiple documents/, 'There is more than one document in the file.'],
  [/circular structure/, 'An alias stands for a value that it is in.'],
  [/call stack/, 'It nests too deep.'],
];

const reasonOf = (message: string): string => reasons.find(([sign]) => sign.test(message))?.[1] ?? message;

export interface Located {
  /** Plain data, without cycles. `null` for an empty file. */
  value: unknown;
  /** The place of the field or item at a path such as `[3].when.lastUser`. An unknown path has the place of the whole. */
  placeOf(path: string): Place;
}

/** Calls `fail`, which throws, with the first mistake in the text. `file` is the name in every place. */
export function parseYAML(
  text: string,
  file: string,
  fail: (message: string, place: Place) => never,
): Located {
  const lines = new LineCounter();
  // The library compares every key of a map with all before it, so that 10,000 keys take seconds.
  const options = { lineCounter: lines, prettyErrors: false, logLevel: 'error', uniqueKeys: false } as const;
  const document = parseDocument(text, options);
  const at = (offset: number): Place => {
    const { line, col } = lines.linePos(offset);
    return { file, line: Math.max(line, 1), column: Math.max(col, 1) };
  };
  const [error] = document.errors;
  if (error) fail(reasonOf(error.message), at(error.pos[0]));
  const repeated = repeatedKey(document);
  if (repeated !== undefined) fail('Map keys must be unique', at(repeated));
  const placeOf = (path: string): Place => at(offsetOf(document, document.contents, path) ?? 0);
  try {
    const value: unknown = document.toJS();
    JSON.stringify(value);
    return { value, placeOf };
  } catch (error) {
    // An alias that leads nowhere or into itself, or aliases that stand for more than a file can hold.
    return fail(reasonOf((error as Error).message), placeOf(''));
  }
}

/** Where the first key begins that its map has twice. */
function repeatedKey(document: Document): number | undefined {
  let found: number | undefined;
  visit(document, {
    Map(_, { items }) {
      const names = new Set<unknown>();
      for (const { key } of items) {
        if (!isScalar(key)) continue;
        if (names.has(key.value)) found ??= key.range?.[0];
        names.add(key.value);
      }
      return found === undefined ? undefined : visit.BREAK;
    },
  });
  return found;
}

/** Where the value at a path begins: the key of a field, or an item of a list. Undefined if there is no such value. */
function offsetOf(document: Document, given: unknown, path: string): number | undefined {
  const node = isAlias(given) ? given.resolve(document) : given;
  if (path === '') return (node as { range?: [number, number, number] } | null)?.range?.[0];
  if (isSeq(node)) {
    const [start = '', index = ''] = /^\[(\d+)\]/.exec(path) ?? [];
    const item: unknown = start === '' ? undefined : node.items[Number(index)];
    return item === undefined ? undefined : offsetOf(document, item, path.slice(start.length));
  }
  if (!isMap(node)) return undefined;
  const rest = path.replace(/^\./, '');
  for (const { key, value } of node.items) {
    const name = isScalar(key) ? String(key.value) : '';
    if (rest === name) return offsetOf(document, key, '');
    // A key may have dots and brackets in it.
    if (!rest.startsWith(name) || !/^[.[]/.test(rest.slice(name.length))) continue;
    const found = offsetOf(document, value, rest.slice(name.length));
    if (found !== undefined) return found;
  }
  return undefined;
}
