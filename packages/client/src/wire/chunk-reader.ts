/**
 * `JSON.parse` for a run of texts that repeat each other except for some strings and numbers: the chunks of one completion
 * differ in `delta.content` or a tool call's `arguments`, and perhaps in padding, timings or counts. Any other run is served
 * by `JSON.parse` itself, at nearly its cost.
 */

/** What a string may hold unescaped. At most 12 units, so that a slice is a copy and does not keep the input alive. */
const plain = /^[ !#-[\]-\uffff]{0,12}$/;
const number = /^-?(?:0|[1-9]\d*)(?:\.\d+)?$/;
const tokens = /"(?:[^"\\]|\\.)*"|[-\d][-+.\dEe]*|[^"\-\d]+/g;

/** Objects of the last template's shapes. V8 drops the code compiled for a shape when its last object is collected. */
const kept: { last?: unknown } = {};

/**
 * `read` equals `JSON.parse` on every text, valid or not. One reader serves one stream.
 *
 * Two texts of at most 4,096 units that differ only in string values and numbers make a template: the pieces of text around
 * those, and a value with places for them. A later text made of the same pieces is read by comparing the pieces and decoding
 * what is between them. That is exact, because the rest of the text is the same sequence of JSON tokens, and what is between
 * is checked to be one value each. Every value is built afresh; nothing in it is shared with another.
 */
export class ChunkReader {
  /** The template: where the holes are in a value, and the pieces of text around them, from the first to the last. */
  #mould: Mould | undefined;
  #pieces: string[] = [];
  /** For each hole a quote if it is a string, or nothing. */
  #quotes: string[] = [];
  /** What fills the holes in the last text. */
  #values: unknown[] = [];
  #last = '';
  #misses = 0;

  read(text: string): unknown {
    if (this.#mould && this.#fits(text)) {
      this.#misses = 0;
      return cast(this.#mould, this.#values);
    }
    const value: unknown = JSON.parse(text);
    // Learning costs as much as parsing, so a run that keeps missing tries at its 1st, 2nd, 4th, 8th ... miss only.
    const misses = ++this.#misses;
    if ((misses & (misses - 1)) === 0) this.#learn(this.#last, text);
    this.#last = text;
    return value;
  }

  /** Whether the text is of the template's shape. The values of its holes are known then. */
  #fits(text: string): boolean {
    const pieces = this.#pieces;
    const holes = pieces.length - 1;
    const head = pieces[0]!;
    const tail = pieces[holes]!;
    const end = text.length - tail.length;
    let at = head.length;
    // Comparing slices is twice as fast as `startsWith`.
    if (end < at || text.slice(end) !== tail || text.slice(0, at) !== head) return false;
    for (let i = 0; i < holes; i++) {
      const piece = pieces[i + 1]!;
      const until = i + 1 < holes ? text.indexOf(piece, at) : end;
      if (until < at) return false;
      const literal = text.slice(at, until);
      const quote = this.#quotes[i]!;
      if (quote ? plain.test(literal) : number.test(literal)) this.#values[i] = quote ? literal : +literal;
      else {
        try {
          this.#values[i] = JSON.parse(quote + literal + quote);
        } catch {
          return false;
        }
      }
      at = until + piece.length;
    }
    return true;
  }

  /** Makes a template of two texts that parse, unless they differ in more than eight places. */
  #learn(before: string, text: string): void {
    const size = text.length;
    if (Math.max(size, before.length) > 4_096) return;
    const old = before.match(tokens) ?? [];
    const now = text.match(tokens)!;
    if (old.length !== now.length) return;

    // Whatever changes is replaced by a string longer than any the text can hold, so its place in the value is certain.
    const quotes: string[] = [];
    for (const [i, token] of now.entries()) {
      if (token === old[i]) continue;
      const quote = quoteOf(token);
      if (quote === undefined || quote !== quoteOf(old[i]!) || quotes.length > 7) return;
      now[i] = `"${' '.repeat(size + quotes.length)}"`;
      quotes.push(quote);
    }
    if (!quotes.length) return;
    const marked = now.join('');
    const mould: Mould = [];
    let found = 0;
    const add = (value: object, parent: number, key: string | number, depth: number): void => {
      const holes: Container['holes'] = [];
      const at = mould.push({ value, parent, key, holes }) - 1;
      // What nests deeper than the stack may hold is left to JSON.parse.
      if (depth > 64) found = NaN;
      else {
        for (const [name, inner] of Object.entries(value)) {
          const key = Array.isArray(value) ? +name : name;
          if (typeof inner === 'object' && inner) add(inner, at, key, depth + 1);
          else if (typeof inner === 'string' && inner.length >= size) {
            holes.push({ key, number: inner.length - size });
            found++;
          }
        }
      }
    };
    const root: unknown = JSON.parse(marked);
    if (typeof root === 'object') add(root!, 0, '', 0);
    // What was a key, belongs to a key written twice, or is all of the text, has no place of its own.
    if (found !== quotes.length) return;
    const pieces = marked.split(new RegExp(` {${size},}`));
    for (const [i, quote] of quotes.entries()) {
      if (quote) continue;
      pieces[i] = pieces[i]!.slice(0, -1);
      pieces[i + 1] = pieces[i + 1]!.slice(1);
    }
    this.#mould = mould;
    this.#pieces = pieces;
    this.#quotes = quotes;
    this.#values = pieces.slice(1); // as a list that has held strings from the start, which V8 tells from one that grew
    kept.last = [mould, cast(mould, this.#values)];
  }
}

/** What is around a token that is a string or a number; undefined for any other. */
function quoteOf(token: string): string | undefined {
  return token[0] === '"' ? '"' : /^[-\d]/.test(token) ? '' : undefined;
}

/** A value that is an object or a list, and all others in it, each after the one it is in: casting takes no recursion. */
type Mould = Container[];

interface Container {
  value: object;
  /** Where it stands: the number of the container it is in, and the key in that. */
  parent: number;
  key: string | number;
  /** What changes in it. Anything else in it is copied with it. */
  holes: { key: string | number; number: number }[];
}

/** A value of its own around what fills the holes. */
function cast(mould: Mould, values: unknown[]): unknown {
  const copies: Record<string | number, unknown>[] = [];
  for (const { value, parent, key, holes } of mould) {
    const copy = (Array.isArray(value) ? value.slice() : { ...value }) as Record<string | number, unknown>;
    // The copy has every key of its own already, `__proto__` too, so nothing reaches a setter.
    for (const { key, number } of holes) copy[key] = values[number];
    if (copies.length > 0) copies[parent]![key] = copy;
    copies.push(copy);
  }
  return copies[0];
}
