import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { growth, linear } from '../../../../test/growth.ts';
import { loadTokenizer } from './tokens.ts';

const { count, encode, pieces } = await loadTokenizer();
const wellFormed = (text: string): string => text.replace(/\p{Cs}/gu, '\ufffd');

describe('the tokenizer', () => {
  it('cuts any text into pieces that are the text again, and counts each token once', () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.string({ unit: 'binary' }), fc.string({ unit: 'grapheme' }), fc.string()),
        (text) => {
          const cut = pieces(text);
          expect(cut.map((piece) => piece.text).join('')).toBe(wellFormed(text));
          expect(cut.reduce((sum, piece) => sum + piece.tokens, 0)).toBe(encode(text).length);
          expect(count(text)).toBe(encode(text).length);
        },
      ),
      { numRuns: 500 },
    );
  });

  it('gives the ids that the o200k vocabulary is known for', () => {
    expect(encode('Hello world')).toEqual([13225, 2375]);
    expect(pieces('Hello, world!').map(({ text }) => text)).toEqual(['Hello', ',', ' world', '!']);
  });

  it('takes the names of special tokens for text', () => {
    expect(pieces('<|endoftext|>').length).toBeGreaterThan(1);
  });

  it('needs time in proportion to a run of equal characters', async () => {
    for (const character of ['a', ' ', '!', '\n', 'ß', 'é'])
      expect(await growth((size) => count(character.repeat(size)), 25_000)).toBeLessThan(linear);
  });
});
