/** The value so far of one text of a response: its content, or the arguments of one call. */

import { asIs } from '../structured/readers.ts';
import type { Reader } from '../structured/readers.ts';
import { Later, made } from '../wire/later.ts';
import { PartialJSON } from '../wire/partial-json.ts';

/** Collects the fragments of a text. Parses each character once, when a value is requested. */
export class PartialText {
  /** Pieces that have not been read. */
  #pieces: string[] = [];
  readonly #json = new PartialJSON();

  add(piece: string): void {
    this.#pieces.push(piece);
  }

  /** The value as of now, or a `Later` of it; `absent` if nothing can be read yet. */
  read({ partial }: Reader, absent?: null): unknown {
    for (const piece of this.#pieces) this.#json.push(piece);
    this.#pieces.length = 0;
    const { latest } = this.#json;
    if (latest === undefined) return absent;
    if (partial === asIs) return latest;
    return new Later(() => orElse(partial(made(latest)), absent));
  }
}

function orElse(value: unknown, absent: unknown): unknown {
  return value === undefined ? absent : value;
}

/** Gives `target` an enumerable property that is worked out on every reading. */
export function defineLive(target: object, name: string, get: () => unknown): void {
  Object.defineProperty(target, name, { get, enumerable: true, configurable: true });
}
