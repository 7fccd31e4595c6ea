import { describe, expect, it } from 'vitest';
import { expectGrowth } from '../../../../test/growth.ts';
import { ChunkReader } from '../../src/wire/chunk-reader.ts';
import { LineDecoder } from '../../src/wire/ndjson.ts';
import { EventDecoder, type EventRecord } from '../../src/wire/sse.ts';
import { takeAll } from '../support/take.ts';

function feed(decoder: EventDecoder | LineDecoder, text: string, pieceSize: number): string[] {
  const bytes = new TextEncoder().encode(text);
  const pieces: Uint8Array[] = [];
  for (let at = 0; at < bytes.length; at += pieceSize) pieces.push(bytes.subarray(at, at + pieceSize));
  return takeAll<string | EventRecord>(decoder, pieces).map((record) =>
    typeof record === 'string' ? record : record.data,
  );
}

describe('the work grows with the bytes', () => {
  const ends = { 'line feeds': '\n', 'carriage returns': '\r', both: '\r\n' };
  for (const [name, end] of Object.entries(ends)) {
    for (const pieceSize of [64, 16_384]) {
      it(`for many events with ${name} in ${pieceSize} byte pieces`, async () => {
        const event = `data: {"choices":[{"delta":{"content":"word"}}]}${end}${end}`;
        const work = (count: number): void => {
          expect(feed(new EventDecoder(), event.repeat(count), pieceSize)).toHaveLength(count);
        };
        await expectGrowth({ size: 500, read: work });
      });
    }
  }

  it('for one event of one huge line in 64 byte pieces', async () => {
    const work = (size: number): void => {
      expect(feed(new EventDecoder(), `data: ${'é'.repeat(size)}\n\n`, 64)[0]).toHaveLength(size);
    };
    await expectGrowth({ size: 50_000, read: work });
  });

  it('for one event of very many data lines in 64 byte pieces', async () => {
    const work = (size: number): void => {
      expect(feed(new EventDecoder(), `${'data: 1\n'.repeat(size)}\n`, 64)[0]).toHaveLength(2 * size - 1);
    };
    await expectGrowth({ size: 5_000, read: work });
  });

  it('for a line that never ends', async () => {
    const work = (size: number): void => {
      expect(feed(new LineDecoder(), 'x'.repeat(size), 64)[0]).toHaveLength(size);
    };
    await expectGrowth({ size: 100_000, read: work });
  });

  it('for chunks whose one string grows, and for one that never repeats its shape', async () => {
    // Both sizes are above the one from which V8 keeps a string in a space of its own, which costs more.
    const growing = (size: number): void => {
      const reader = new ChunkReader();
      for (let i = 0; i < 8; i++) reader.read(JSON.stringify({ a: 'x'.repeat(size + i), b: `${i}` }));
    };
    await expectGrowth({ size: 150_000, read: growing });
    const changing = (count: number): void => {
      const reader = new ChunkReader();
      for (let i = 0; i < count; i++) reader.read(`{"n":${i},"s":"${'y'.repeat(i % 13)}"}`);
    };
    await expectGrowth({ size: 2_000, read: changing });
  });
});
