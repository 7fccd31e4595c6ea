import { describe, expect, it } from 'vitest';
import { chunkReader } from '../../src/wire/chunk-reader.ts';
import { LineDecoder } from '../../src/wire/ndjson.ts';
import { EventDecoder } from '../../src/wire/sse.ts';

/** Milliseconds of this process for one run. */
function cost(work: () => void): number {
  const begin = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(begin);
  return (user + system) / 1_000;
}

/**
 * How much more `work` costs for twice the size. Both sizes run in turn and the least of each counts, as whatever else
 * the machine does only adds; the first rounds, in which the engine compiles, are thus left out as well.
 */
function growth(work: (size: number) => void, size: number): number {
  let once = Infinity;
  let twice = Infinity;
  for (let round = 0; round < 5 || (round < 40 && twice >= 3 * once); round++) {
    once = Math.min(
      once,
      cost(() => work(size)),
    );
    twice = Math.min(
      twice,
      cost(() => work(2 * size)),
    );
  }
  return twice / once;
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
    // Both sizes are above the one from which V8 keeps a string in a space of its own, which costs more.
    const growing = (size: number): void => {
      const read = chunkReader();
      for (let i = 0; i < 8; i++) read(JSON.stringify({ a: 'x'.repeat(size + i), b: `${i}` }));
    };
    expect(growth(growing, 300_000)).toBeLessThan(3);
    const changing = (count: number): void => {
      const read = chunkReader();
      for (let i = 0; i < count; i++) read(`{"n":${i},"s":"${'y'.repeat(i % 13)}"}`);
    };
    expect(growth(changing, 8_000)).toBeLessThan(3);
  });
});
