/**
 * JSON that is still arriving. Reads each character once, whatever the size of the pieces, and can show the value so
 * far at any point. It judges nothing: whether the whole text is JSON is for `JSON.parse` to say.
 */

import { Later, made, putLater } from './later.ts';
import { put } from './put.ts';

/** What the next character belongs to. */
const value = 0;
const string = 1;
const token = 2;
const afterValue = 3;
const key = 4;
const colon = 5;
const stopped = 6;
type Expected =
  | typeof value
  | typeof string
  | typeof token
  | typeof afterValue
  | typeof key
  | typeof colon
  | typeof stopped;

/** A container that is not closed yet. `live` holds its finished members and becomes the value when it closes. */
interface Open {
  live: any;
  /** An object's finished keys and, in step with them, its values; for an array `values` is `live`. */
  keys: string[] | undefined;
  values: unknown[];
  /** The key of the member that is arriving. */
  key: string;
}

const literals: [string, unknown][] = [
  ['true', true],
  ['false', false],
  ['null', null],
  ['NaN', NaN],
  ['Infinity', Infinity],
  ['-Infinity', -Infinity],
];
const number = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/;

/**
 * How many items one reading copies; what does not fit is copied when it is read. About half a microsecond's
 * worth, as an accessor costs, and at most four kilobytes a reading for programs that keep them all.
 */
const copiedAtOnce = 512;
/** How many items could be copied in the time of one member of an object. */
const itemsForMember = 16;
/** A longer number is left out of readings until it has ended: each of them would read all its digits. */
const longestNumber = 512;
/** Deeper containers are left out of readings, so that a reading has a bounded cost. */
const deepest = 512;

/**
 * The value of a JSON text cut off anywhere.
 *
 * Unfinished strings have the text so far, unfinished containers are closed, `tr` is true, and a number is
 * left out until it has ended (but not when it is all there is). After a syntax error nothing more is read. `NaN` and
 * `Infinity` pass, as in the `openai` package.
 *
 * A reading never changes afterwards: it shares what was complete with later ones and copies only the open path.
 * A wide container in that path is an accessor until it is read, so a reading costs the same however much
 * has come before. Do not write into readings: they share their parts.
 */
export class PartialJSON {
  #stack: Open[] = [];
  #expected: Expected = value;
  /** The finished root. */
  #root: unknown;
  /** The string, number or literal that is arriving, decoded; for strings without the escape that is cut. */
  #text = '';
  #escape = '';
  #inKey = false;

  push(text: string): void {
    for (let at = 0; at < text.length;) {
      if (this.#expected === string) at = this.#readString(text, at);
      else if (this.#expected === token) at = this.#readToken(text, at);
      else if (this.#expected === stopped) return;
      else this.#readMark(text[at++] as string);
    }
  }

  /** The value so far; undefined while there is none. */
  get value(): unknown {
    return made(this.latest);
  }

  /** The same, or a `Later` of it, which costs little whatever the root is. */
  get latest(): unknown {
    let child = this.#openScalar();
    let room = copiedAtOnce;
    for (let level = this.#stack.length - 1; level >= 0; level--) {
      const open = this.#stack[level] as Open;
      const cost = (open.values.length + 1) * (open.keys ? itemsForMember : 1);
      if (cost > room || (child instanceof Later && !open.keys)) child = copyLater(open, child);
      else {
        room -= cost;
        child = copyOf(open, child);
      }
    }
    return child === nothing ? this.#root : child;
  }

  #openScalar(): unknown {
    const text = this.#text;
    if (this.#expected === string && !this.#inKey) return text;
    if (this.#expected !== token) return nothing;
    const root = this.#stack.length === 0;
    if (text !== '-' && text.length < 10) {
      const literal = literals.find(([name]) => name.startsWith(text));
      // A root that begins like NaN or Infinity is rather the prose of a model that did not answer in JSON.
      if (literal && !(root && typeof literal[1] === 'number')) return literal[1];
    }
    const digits = root && text.length < longestNumber && number.exec(text);
    return digits ? Number(digits[0]) : nothing;
  }

  #readString(text: string, at: number): number {
    if (this.#escape) return this.#readEscape(text, at);
    let end = at;
    for (; end < text.length; end++) {
      const code = text.charCodeAt(end);
      if (code === 34 || code === 92) break; // " or \
    }
    if (end > at) this.#text += text.slice(at, end);
    if (end === text.length) return end;
    if (text[end] === '\\') this.#escape = '\\';
    else if (this.#inKey) {
      (this.#stack.at(-1) as Open).key = this.#text;
      this.#expected = colon;
    } else this.#finish(this.#text);
    return end + 1;
  }

  #readEscape(text: string, at: number): number {
    const escape = (this.#escape += text[at] as string);
    if (escape[1] === 'u' && escape.length < 6) return at + 1;
    try {
      this.#text += JSON.parse(`"${escape}"`) as string;
    } catch {
      this.#stop();
    }
    this.#escape = '';
    return at + 1;
  }

  #readToken(text: string, at: number): number {
    const mark = text[at] as string;
    if (!isMark(mark)) {
      this.#text += mark;
      return at + 1;
    }
    const literal = literals.find(([name]) => name === this.#text);
    if (literal) this.#finish(literal[1]);
    else if (number.exec(this.#text)?.[0] === this.#text) this.#finish(Number(this.#text));
    else this.#stop();
    return at;
  }

  #readMark(mark: string): void {
    if (mark === ' ' || mark === '\n' || mark === '\r' || mark === '\t') return;
    const open = this.#stack.at(-1);
    switch (this.#expected) {
      case value:
        if (mark === '"') this.#begin(string);
        else if (mark === '{') this.#open({ live: {}, keys: [], values: [], key: '' }, key);
        else if (mark === '[') {
          const live: unknown[] = [];
          this.#open({ live, keys: undefined, values: live, key: '' }, value);
        } else if (mark === ']' && open && !open.keys && open.values.length === 0) this.#close();
        else if (isMark(mark)) this.#stop();
        else {
          this.#begin(token);
          this.#text = mark;
        }
        return;
      case key:
        if (mark === '"') {
          this.#begin(string);
          this.#inKey = true;
        } else if (mark === '}' && open?.values.length === 0) this.#close();
        else this.#stop();
        return;
      case colon:
        this.#expected = mark === ':' ? value : stopped;
        return;
      default:
        if (open && mark === ',') this.#expected = open.keys ? key : value;
        else if (open && mark === (open.keys ? '}' : ']')) this.#close();
        else this.#stop();
    }
  }

  #begin(what: typeof string | typeof token): void {
    this.#expected = what;
    this.#text = '';
    this.#inKey = false;
  }

  #open(container: Open, expected: Expected): void {
    if (this.#stack.push(container) > deepest) this.#stop();
    else this.#expected = expected;
  }

  #close(): void {
    this.#finish((this.#stack.pop() as Open).live);
  }

  /** A member has ended, or the root. */
  #finish(finished: unknown): void {
    this.#expected = afterValue;
    const open = this.#stack.at(-1);
    if (open === undefined) this.#root = finished;
    else {
      open.values.push(finished);
      if (open.keys) {
        open.keys.push(open.key);
        put(open.live, open.key, finished);
      }
    }
  }

  #stop(): void {
    this.#expected = stopped;
  }
}

/** No member is arriving. */
const nothing = Symbol('nothing');

/** What this container looks like now, with the member that is arriving. */
function copyOf({ live, keys, values, key }: Open, child: unknown): unknown {
  return keys ? withMember({ ...live }, key, child) : withItem(values, child);
}

/** The same, worked out later: members are only ever appended, so the first of them are the same whenever that is. */
function copyLater({ keys, values, key }: Open, child: unknown): Later {
  const count = values.length;
  return new Later(() => {
    if (!keys) return withItem(values.length === count ? values : values.slice(0, count), made(child));
    const copy = {};
    for (let at = 0; at < count; at++) put(copy, keys[at] as string, values[at]);
    return withMember(copy, key, child);
  });
}

/** A copy of `items` with the item that is arriving: put there first, because a copy that grows is made twice. */
function withItem(items: unknown[], child: unknown): unknown[] {
  if (child === nothing) return items.slice();
  items.push(child);
  const copy = items.slice();
  items.pop();
  return copy;
}

function withMember(copy: any, key: string, child: unknown): unknown {
  if (child === nothing) return copy;
  putLater(copy, key, child);
  return copy;
}

/** Whether the character is JSON's own, so that it ends a number or literal. */
function isMark(character: string): boolean {
  return ' \n\r\t"{}[]:,'.includes(character);
}
