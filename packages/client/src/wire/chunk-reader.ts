/**
 * `JSON.parse` for a run of texts that repeat each other except inside some strings: the chunks of one completion
 * differ in `delta.content` or a tool call's `arguments`, and perhaps in padding or an id. Any other run is served
 * by `JSON.parse` itself, at nearly its cost.
 */

/** Reads a text of the shape it was made for; undefined for any other. */
type Template = (text: string) => unknown;

/** Builds a value of its own around the strings that change. */
type Builder = (strings: string[]) => unknown;

/** What a string may hold unescaped. At most 12 units, so that a slice is a copy and does not keep the input alive. */
const plain = /^[ !#-[\]-\uffff]{0,12}$/;
const tokens = /"(?:[^"\\]|\\.)*"|[^"]+/g;

/**
 * A function equal to `JSON.parse` on every text, valid or not, to be used for one stream.
 *
 * Two texts of at most 4,096 units that differ only inside string values make a template: the pieces of text around
 * those strings, and a builder. A later text made of the same pieces is read by comparing the pieces and decoding the
 * strings between them. That is exact, because the rest of the text is the same sequence of JSON tokens, and what is
 * between is checked to be one string each. Every value is built afresh; nothing in it is shared with another.
 */
export function chunkReader(): (text: string) => unknown {
  let template: Template | undefined;
  let last = '';
  let misses = 0;

  return (text) => {
    let value = template?.(text);
    if (value === undefined) {
      value = JSON.parse(text);
      // Learning costs as much as parsing, so a run that keeps missing tries at its 1st, 2nd, 4th, 8th ... miss only.
      if ((++misses & (misses - 1)) === 0) template = learn(last, text) ?? template;
      last = text;
    } else misses = 0;
    return value;
  };
}

/** A template from two texts that parse, or undefined when they differ in more than eight strings. */
function learn(before: string, text: string): Template | undefined {
  const size = text.length;
  if (Math.max(size, before.length) > 4_096) return undefined;
  const old = before.match(tokens) ?? [];
  const now = text.match(tokens)!;
  if (old.length !== now.length) return undefined;

  // Each changing string is replaced by one longer than any the text can hold, so its place in the value is certain.
  let holes = 0;
  for (const [i, token] of now.entries()) {
    if (token === old[i]) continue;
    if (token[0] !== '"' || old[i]![0] !== '"' || holes > 7) return undefined;
    now[i] = `"${' '.repeat(size + holes++)}"`;
  }
  if (!holes) return undefined;
  const marked = now.join('');
  let found = 0;

  /** For a container and for a string that changes; other values are copied with what contains them. */
  const builderOf = (value: unknown, depth = 0): Builder | undefined => {
    if (typeof value === 'string' && value.length >= size) {
      const hole = value.length - size;
      found++;
      return (strings) => strings[hole];
    }
    if (typeof value !== 'object' || !value) return undefined;
    const isArray = Array.isArray(value);
    const parts: [string | number, Builder][] = [];
    // What nests deeper than the stack may hold is left to JSON.parse.
    if (depth > 64) found = NaN;
    else {
      for (const [key, inner] of Object.entries(value)) {
        const build = builderOf(inner, depth + 1);
        if (build) parts.push([isArray ? Number(key) : key, build]);
      }
    }
    return (strings) => {
      const copy = (isArray ? value.slice() : { ...value }) as Record<string | number, unknown>;
      // The copy has every key of its own already, `__proto__` too, so nothing reaches a setter.
      for (const [key, build] of parts) copy[key] = build(strings);
      return copy;
    };
  };
  const build = builderOf(JSON.parse(marked))!;
  // A string that was a key, or belongs to a key written twice, has no place of its own.
  return found === holes ? templateOf(marked.split(new RegExp(` {${size},}`)), build) : undefined;
}

function templateOf(pieces: string[], build: Builder): Template {
  const head = pieces[0]!;
  const tail = pieces.pop()!;
  return (text) => {
    const end = text.length - tail.length;
    let at = head.length;
    // Comparing slices is twice as fast as `startsWith`.
    if (end < at || text.slice(0, at) !== head || text.slice(end) !== tail) return undefined;
    const strings: string[] = [];
    for (let i = 1; i <= pieces.length; i++) {
      const piece = pieces[i] ?? '';
      const until = piece ? text.indexOf(piece, at) : end;
      if (until < at) return undefined;
      const between = text.slice(at, until);
      at = until + piece.length;
      try {
        strings.push(plain.test(between) ? between : JSON.parse(`"${between}"`));
      } catch {
        return undefined;
      }
    }
    return build(strings);
  };
}
