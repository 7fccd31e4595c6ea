import * as fc from 'fast-check';
import { countTokens } from 'gpt-tokenizer/encoding/o200k_base';
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
          const cut = [...pieces(text)];
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
    expect(Array.from(pieces('Hello, world!'), ({ text }) => text)).toEqual(['Hello', ',', ' world', '!']);
  });

  it('takes the names of special tokens for text', () => {
    expect([...pieces('<|endoftext|>')].length).toBeGreaterThan(1);
  });

  it('counts a long text as the vocabulary does, though it reads it in parts', () => {
    const word = fc.stringMatching(/^[a-z]{1,9}[.,;!]?( {0,2}| ?\n{0,2}|\d{0,3})$/);
    fc.assert(
      fc.property(fc.array(word, { minLength: 1, maxLength: 30 }), (words) => {
        const line = `${words.join(' ')} `;
        const text = line.repeat(9_000 / line.length + 1);
        expect(count(text)).toBe(countTokens(text));
      }),
      { numRuns: 50 },
    );
  });

  it('cuts the first pieces of a text of any length in the same time', async () => {
    const texts = new Map<number, string>();
    const begin = (size: number): void => {
      const text = texts.get(size) ?? Buffer.from('all work and no play '.repeat(size)).toString();
      texts.set(size, text);
      for (let time = 0; time < 20; time++) for (const piece of pieces(text)) if (piece.tokens > 0) break;
    };
    expect(await growth(begin, 40_000, { factor: 1, most: 640_000 })).toBeLessThan(linear);
  });

  it('needs time in proportion to a run of equal characters', async () => {
    for (const character of ['a', ' ', '!', '\n', 'ß', 'é'])
      expect(await growth((size) => count(character.repeat(size)), 100_000)).toBeLessThan(linear);
  });
});
