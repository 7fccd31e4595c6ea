import { describe, expect, it } from 'vitest';
import { encodeLine, LineDecoder } from './ndjson.ts';

const lines = (...pieces: string[]): string[] => {
  const decoder = new LineDecoder();
  return [...pieces.flatMap((piece) => decoder.push(piece)), ...decoder.flush()];
};

describe('LineDecoder', () => {
  it('gives a line with the piece that ends it, and the last one at the end', () => {
    const decoder = new LineDecoder();
    expect(decoder.push('{"a":')).toEqual([]);
    expect(decoder.push('1}\n2\n3')).toEqual(['{"a":1}', '2']);
    expect(decoder.flush()).toEqual(['3']);
  });

  it('leaves out empty lines and keeps blank ones', () => {
    expect(lines('\n\n1\r\n\r\n \r2\r')).toEqual(['1', ' ', '2']);
  });
});

describe('encodeLine', () => {
  it('is read back as the value it was, whatever line ends its strings hold', () => {
    for (const value of [null, 0, 'a\r\nb\u2028c', { a: ['日本', '😀'] }]) {
      const decoder = new LineDecoder();
      expect(decoder.push(encodeLine(value)).map((line) => JSON.parse(line) as unknown)).toEqual([value]);
      expect(decoder.flush()).toEqual([]);
    }
  });
});
