import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { growth, linear } from '../../../../test/growth.ts';
import type { EmbeddingRequest } from '../models/neighbours.ts';
import { embeddingList, validateEmbedding } from '../neighbours/embeddings.ts';
import { embed, vectorOf } from './embedding.ts';
import { loadTokenizer } from './tokens.ts';
import { atOnce } from '../slices.ts';

const never = new AbortController().signal;
const model = 'text-embedding-3-small';
const tokenizer = await loadTokenizer('cl100k');

type Input = EmbeddingRequest['input'];
const vectorsOf = async (input: Input, extra: object = {}): Promise<number[][]> => {
  const { vectors } = await embed(atOnce(validateEmbedding({ model, input, ...extra })), never);
  return vectors.map((vector) => [...vector]);
};
const product = (a: ArrayLike<number>, b: ArrayLike<number>): number =>
  Array.from(a).reduce((sum, value, index) => sum + value * b[index]!, 0);
const likeness = (a: string, b: string, dimensions = 1536): number =>
  product(vectorOf(a, dimensions), vectorOf(b, dimensions));

const text = fc.oneof(
  fc.string({ unit: 'binary', minLength: 1 }),
  fc.string({ unit: 'grapheme', minLength: 1, maxLength: 100 }),
  fc.lorem({ maxCount: 30 }),
);
const dimensions = fc.integer({ min: 1, max: 4096 });

describe('a vector', () => {
  it('has length 1 and as many numbers as were asked for', () =>
    fc.assert(
      fc.property(text, dimensions, (text, dimensions) => {
        const vector = vectorOf(text, dimensions);
        expect(vector).toHaveLength(dimensions);
        expect(product(vector, vector)).toBeCloseTo(1, 5);
      }),
    ));

  it('that is shorter is the beginning of a longer one, scaled to length 1', () =>
    fc.assert(
      fc.property(text, dimensions, dimensions, (text, a, b) => {
        const [short, long] = [vectorOf(text, Math.min(a, b)), vectorOf(text, Math.max(a, b))];
        const start = long.subarray(0, short.length);
        const scale = Math.sqrt(product(start, start));
        if (scale < 1e-6) return;
        for (const [index, value] of short.entries()) expect(value).toBeCloseTo(start[index]! / scale, 4);
      }),
      { numRuns: 50 },
    ));

  it('of another text is another', () =>
    fc.assert(
      fc.property(text, text, (a, b) => {
        if (a !== b) expect([...vectorOf(a, 1536)]).not.toEqual([...vectorOf(b, 1536)]);
      }),
    ));

  it.each([
    ['How do I reset my password?', 'I forgot my password, how can I reset it?', 'Paris is sunny today'],
    ['a cat sat on the mat', 'cats sitting on mats', 'stock prices fell sharply'],
    ['東京に住んでいます', '東京に住む', '猫が好き'],
    ['Wie wird das Wetter?', 'WETTER VON MORGEN', 'Ein Rezept für Suppe'],
  ])('of %j is closer to that of %j than to that of %j', (text, similar, different) => {
    for (const dimensions of [256, 1536, 3072]) {
      expect(likeness(text, similar, dimensions)).toBeGreaterThan(
        likeness(text, different, dimensions) + 0.1,
      );
    }
  });

  it('of a text with one word changed is closer than that of other words', () => {
    const word = fc.string({
      unit: fc.constantFrom(...'abcdefghijklmnopqrstuvwxyz'),
      minLength: 4,
      maxLength: 9,
    });
    const words = fc.uniqueArray(word, { minLength: 12, maxLength: 12 });
    fc.assert(
      fc.property(words, (words) => {
        const [first, other] = [words.slice(0, 6), words.slice(6)];
        const changed = [...first.slice(0, 5), other[0]!].join(' ');
        expect(likeness(first.join(' '), changed)).toBeGreaterThan(
          likeness(first.join(' '), other.join(' ')),
        );
      }),
    );
  });
});

describe('the vectors of a request', () => {
  it('are those of each text alone, in the order of the input, however often they are asked for', () =>
    fc.assert(
      fc.asyncProperty(fc.array(text, { minLength: 1, maxLength: 6 }), async (texts) => {
        const together = await vectorsOf(texts, { dimensions: 32 });
        const alone = await Promise.all(texts.map((text) => vectorsOf(text, { dimensions: 32 })));
        expect(together).toEqual(alone.flat());
        expect(await vectorsOf(texts, { dimensions: 32 })).toEqual(together);
      }),
    ));

  it('are the same for token ids as for the text they spell', () =>
    fc.assert(
      fc.asyncProperty(
        fc.lorem({ maxCount: 20 }),
        fc.string({ unit: 'grapheme-ascii', minLength: 1 }),
        async (a, b) => {
          const ids = [tokenizer.encode(a), tokenizer.encode(b)];
          const expected = await vectorsOf([a, b], { dimensions: 32 });
          expect(await vectorsOf(ids, { dimensions: 32 })).toEqual(expected);
          expect(await vectorsOf(ids[0]!, { dimensions: 32 })).toEqual([expected[0]]);
        },
      ),
    ));

  it('decode from base64 to the numbers of the other format', () =>
    fc.assert(
      fc.asyncProperty(
        fc.array(text, { minLength: 1, maxLength: 3 }),
        dimensions,
        async (input, dimensions) => {
          const request = atOnce(validateEmbedding({ model: 'any', input, dimensions }));
          const made = await embed(request, never);
          const rows = (format: object): { index: number; embedding: unknown }[] =>
            (
              atOnce(embeddingList({ ...request, ...format }, made)) as {
                data: { index: number; embedding: unknown }[];
              }
            ).data;
          const decoded = rows({ encoding_format: 'base64' }).map(({ embedding, ...row }) => {
            const bytes = Buffer.from(embedding as string, 'base64');
            return {
              ...row,
              embedding: Array.from({ length: bytes.length / 4 }, (_, at) => bytes.readFloatLE(at * 4)),
            };
          });
          expect(decoded).toEqual(rows({}));
          expect(decoded).toEqual(rows({ encoding_format: 'float' }));
          expect(decoded.map(({ index }) => index)).toEqual(input.map((_, index) => index));
        },
      ),
      { numRuns: 30 },
    ));

  it('cost as many tokens as the vocabulary of embedding models counts', async () => {
    const input = ['Hello world', 'tokens'];
    expect((await embed({ model, input }, never)).promptTokens).toBe(3);
    expect((await embed({ model, input: [[9906, 1917], [31_300]] }, never)).promptTokens).toBe(3);
  });

  it('are made in proportion to the length of the text', async () => {
    const cost = await growth((size) => void vectorOf('lorem ipsum dolor sit amet '.repeat(size), 1536), 800);
    expect(cost).toBeLessThan(linear);
  });
});
