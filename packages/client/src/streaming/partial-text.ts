/** The value so far of one text of an answer: its content, or the arguments of one call. */

import type { Reader } from '../structured/readers.ts';
import { PartialJSON } from '../wire/partial-json.ts';

/**
 * Collects the pieces of a text and reads them when somebody asks for a value: each character once, in whatever order
 * and however late deltas are looked at, unless an earlier state is asked for after a later one.
 */
export class PartialText {
  /** Pieces that have not been read. */
  #pieces: string[] = [];
  #next = 0;
  #json = new PartialJSON();
  /** How many characters have been read. */
  #length = 0;

  add(piece: string): void {
    this.#pieces.push(piece);
  }

  /** The value when `text` was all that had come; undefined if nothing could be read of it. */
  at(text: string, reader: Reader): unknown {
    let json = this.#json;
    if (text.length < this.#length) {
      json = new PartialJSON();
      json.push(text);
    } else {
      while (this.#length < text.length && this.#next < this.#pieces.length) {
        const piece = this.#pieces[this.#next++] as string;
        json.push(piece);
        this.#length += piece.length;
      }
      if (this.#next === this.#pieces.length) {
        this.#pieces = [];
        this.#next = 0;
      }
    }
    const { value } = json;
    return value === undefined ? undefined : reader.partial(value);
  }
}

/** Gives `target` an enumerable property that is worked out on every reading. */
export function defineLive(target: object, name: string, get: () => unknown): void {
  Object.defineProperty(target, name, { get, enumerable: true, configurable: true });
}

/** An ordinary property, in place of whatever was there. */
export function define(target: object, name: string, value: unknown): void {
  Object.defineProperty(target, name, { value, writable: true, enumerable: true, configurable: true });
}
