/** Repeatable random choices: the same words give the same choices on every machine. */
import type { Sliced } from '../slices.ts';

/** A source of choices. Each call moves it on. */
export interface Random {
  /** 0 up to, not including, 1. */
  next(): number;
  /** A whole number from `min` to `max`, both included. */
  integer(min: number, max: number): number;
  /** One of `items`, which must not be empty. */
  pick<T>(items: readonly T[]): T;
  /** True in `share` of all cases. */
  chance(share: number): boolean;
  /** The same items in another order. */
  shuffled<T>(items: readonly T[]): T[];
  /** `length` characters of `alphabet`. */
  string(length: number, alphabet?: string): string;
}

const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

export function randomFrom(...seeds: readonly (string | number)[]): Random {
  let state = hash(seeds.join('\u0000'));
  const next = (): number => {
    state = (state + 0x9e3779b9) | 0;
    let mixed = Math.imul(state ^ (state >>> 16), 0x21f0aaad);
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97);
    return ((mixed ^ (mixed >>> 15)) >>> 0) / 2 ** 32;
  };
  const integer = (min: number, max: number): number => min + Math.floor(next() * (max - min + 1));
  return {
    next,
    integer,
    pick: (items) => items[integer(0, items.length - 1)] as (typeof items)[number],
    chance: (share) => next() < share,
    shuffled: (items) => {
      const order = items.map((item) => ({ item, at: next() }));
      return order.sort((a, b) => a.at - b.at).map(({ item }) => item);
    },
    string: (length, alphabet = letters) => {
      let text = '';
      while (text.length < length) text += alphabet[integer(0, alphabet.length - 1)];
      return text;
    },
  };
}

const noBits = 0x811c9dc5;

/** The hash of `texts` joined. */
export function* hashInSlices(texts: Iterable<string>): Sliced<number> {
  let bits = noBits;
  for (const text of texts) {
    for (let start = 0; start < text.length; start += 2 ** 16) {
      bits = hash(text.slice(start, start + 2 ** 16), bits);
      yield;
    }
  }
  return bits;
}

/** 32 bits of FNV-1a over the UTF-16 units of `text`, continued from `bits`. */
export function hash(text: string, bits = noBits): number {
  for (let index = 0; index < text.length; index++)
    bits = Math.imul(bits ^ text.charCodeAt(index), 0x01000193);
  return bits >>> 0;
}
