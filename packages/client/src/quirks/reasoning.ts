/**
 * Reads the model's reasoning text, for which the API has no field: where servers put it, and which part of it is new.
 */

/** The fields of a delta whose strings are text of reasoning, in pieces. */
export const reasoningFields: readonly string[] = ['reasoning_content', 'reasoning', 'reasoning_text'];

/** Key of a delta in the API's shape: the delta as the server sent it, whose content has parts with reasoning. */
export const sent: unique symbol = Symbol();

/** Adds the reasoning in a delta to that of its choice, and returns what is new of it. */
export function addReasoning(to: Reasoning, delta: any): string {
  const { [sent]: given = delta } = delta;
  const { reasoning_details: details, content } = given;
  let added = '';
  for (const name of reasoningFields) if (given[name]) added += to.add(name, given[name]);
  if (details) added += to.add('reasoning_details', joined(details));
  if (Array.isArray(content)) added += to.add('thinking', thinkingOf(content));
  return added;
}

/** The text of the parts of content that are the model's thinking. */
export function thinkingOf(content: unknown): string {
  return Array.isArray(content) ? joined(content.flatMap((part) => part?.thinking ?? [])) : '';
}

function joined(parts: unknown): string {
  if (!Array.isArray(parts)) return '';
  return parts.map((part) => (typeof part === 'string' ? part : (part?.text ?? ''))).join('');
}

/** How far one name has come in a text. */
interface Reader {
  /** The text, in pieces. */
  text: string[];
  /** The piece that is read next, and how much of it has been read. */
  at: number;
  offset: number;
  /** How much it has read since it last added to the text, in UTF-16 code units. */
  silent: number;
}

/**
 * All reasoning of one choice. Names with the same text share it: the name that is ahead adds to it, and the others
 * only read it. A name with another text continues on its own.
 */
export class Reasoning {
  readonly #texts: string[][] = [];
  readonly #readers = new Map<string, Reader>();

  /** What the reasoning becomes longer by when `name` brings `piece`: '' for what another name has brought before. */
  add(name: string, piece: unknown): string {
    if (!piece || typeof piece !== 'string') return '';
    const reader = this.#readers.get(name);
    const added = reader && read(reader, piece);
    if (added !== undefined) return added;
    // What it seemed to repeat has only been added for another name.
    const unsaid = (reader?.silent ?? 0) + piece.length;
    const whole = reader ? textRead(reader) + piece : piece;
    for (const text of this.#texts) {
      const other = readerOf(text);
      const rest = text === reader?.text ? undefined : read(other, whole);
      if (rest === undefined) continue;
      this.#readers.set(name, other);
      return rest && rest.slice(-unsaid);
    }
    const own = readerOf([]);
    read(own, whole);
    this.#texts.push(own.text);
    this.#readers.set(name, own);
    return whole.slice(-unsaid);
  }
}

function readerOf(text: string[]): Reader {
  return { text, at: 0, offset: 0, silent: 0 };
}

/** Reads `piece`, adds what is new in it to the text, and returns that; undefined if the text continues differently. */
function read(reader: Reader, piece: string): string | undefined {
  const { text } = reader;
  let { at, offset } = reader;
  let done = 0;
  while (done < piece.length && at < text.length) {
    const next = text[at]!;
    const length = Math.min(next.length - offset, piece.length - done);
    if (!next.startsWith(piece.slice(done, done + length), offset)) return undefined;
    done += length;
    offset += length;
    if (offset < next.length) continue;
    at++;
    offset = 0;
  }
  const rest = piece.slice(done);
  if (rest) at = text.push(rest);
  reader.at = at;
  reader.offset = offset;
  reader.silent = rest ? 0 : reader.silent + piece.length;
  return rest;
}

function textRead({ text, at, offset }: Reader): string {
  return text.slice(0, at).join('') + (text[at] ?? '').slice(0, offset);
}
