import { describe, expect, it } from 'vitest';
import { chunkReader } from '../../src/wire/chunk-reader.ts';
import { LineDecoder } from '../../src/wire/ndjson.ts';
import { EventDecoder } from '../../src/wire/sse.ts';

/** The least of several runs, in milliseconds: what else the machine does only ever adds. */
function least(work: () => void): number {
  let best = Infinity;
  for (let i = 0; i < 7; i++) {
    const begin = performance.now();
    work();
    best = Math.min(best, performance.now() - begin);
  }
  return best;
}

/** How much more `work` costs for twice the size. */
function growth(work: (size: number) => void, size: number): number {
  work(size);
  // A pause of the machine must hit all runs of one size to matter; the better of three attempts is enough.
  let ratio = Infinity;
  for (let i = 0; i < 3 && ratio >= 3; i++)
    ratio = Math.min(ratio, least(() => work(2 * size)) / least(() => work(size)));
  return ratio;
}

function feed(decoder: EventDecoder | LineDecoder, text: string, pieceSize: number): string[] {
  const bytes = new TextEncoder().encode(text);
  const found: string[] = [];
  const collect = (records: (string | { data: string })[]): void => {
    for (const record of records) found.push(typeof record === 'string' ? record : record.data);
  };
  for (let at = 0; at < bytes.length; at += pieceSize)
    collect(decoder.push(bytes.subarray(at, at + pieceSize)));
  collect(decoder.flush());
  return found;
}

describe('twice the bytes cost less than three times the work', () => {
  const ends = { 'line feeds': '\n', 'carriage returns': '\r', both: '\r\n' };
  for (const [name, end] of Object.entries(ends)) {
    for (const pieceSize of [64, 16_384]) {
      it(`for many events with ${name} in ${pieceSize} byte pieces`, () => {
        const event = `data: {"choices":[{"delta":{"content":"word"}}]}${end}${end}`;
        const work = (count: number): void => {
          expect(feed(new EventDecoder(), event.repeat(count), pieceSize)).toHaveLength(count);
        };
        expect(growth(work, 2_000)).toBeLessThan(3);
      });
    }
  }

  it('for one event of one huge line in 64 byte pieces', () => {
    const work = (size: number): void => {
      expect(feed(new EventDecoder(), `data: ${'é'.repeat(size)}\n\n`, 64)[0]).toHaveLength(size);
    };
    expect(growth(work, 200_000)).toBeLessThan(3);
  });

  it('for one event of very many data lines in 64 byte pieces', () => {
    const work = (size: number): void => {
      expect(feed(new EventDecoder(), `${'data: 1\n'.repeat(size)}\n`, 64)[0]).toHaveLength(2 * size - 1);
    };
    expect(growth(work, 20_000)).toBeLessThan(3);
  });

  it('for a line that never ends', () => {
    const work = (size: number): void => {
      expect(feed(new LineDecoder(), 'x'.repeat(size), 64)[0]).toHaveLength(size);
    };
    expect(growth(work, 400_000)).toBeLessThan(3);
  });

  it('for chunks whose one string grows, and for one that never repeats its shape', () => {
    const growing = (size: number): void => {
      const read = chunkReader();
      for (let i = 0; i < 8; i++) read(JSON.stringify({ a: 'x'.repeat(size + i), b: `${i}` }));
    };
    expect(growth(growing, 100_000)).toBeLessThan(3);
    const changing = (count: number): void => {
      const read = chunkReader();
      for (let i = 0; i < count; i++) read(`{"n":${i},"s":"${'y'.repeat(i % 13)}"}`);
    };
    expect(growth(changing, 8_000)).toBeLessThan(3);
  });
});
