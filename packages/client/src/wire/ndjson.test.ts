import { describe, expect, it } from 'vitest';
import { end, push, takeAll } from '../../test/support/take.ts';
import { encodeLine, LineDecoder } from './ndjson.ts';

const lines = (...pieces: string[]): string[] => takeAll(new LineDecoder(), pieces);

describe('LineDecoder', () => {
  it('gives a line with the piece that ends it, and the last one at the end', () => {
    const decoder = new LineDecoder();
    expect(push(decoder, '{"a":')).toEqual([]);
    expect(push(decoder, '1}\n2\n3')).toEqual(['{"a":1}', '2']);
    expect(end(decoder)).toEqual(['3']);
  });

  it('ends a line at LF, CR and CRLF, also one that was cut', () => {
    expect(lines('1\n2\r3\r', '\n4\r', '5\r\n', '\n6')).toEqual(['1', '2', '3', '4', '5', '', '6']);
  });

  it('gives a character that the end cut short', () => {
    const decoder = new LineDecoder();
    expect(push(decoder, Uint8Array.of(0x0a, 0xe6, 0x97))).toEqual(['']);
    expect(end(decoder)).toEqual(['\uFFFD']);
  });

  it('gives nothing at the end when the last line has ended', () => {
    for (const text of ['1\n', '1\r', '1\r\n']) expect(lines(text)).toEqual(['1']);
    for (const text of ['', '\uFEFF']) expect(lines(text)).toEqual([]);
  });
});

describe('encodeLine', () => {
  it('is read back as the value it was, whatever line ends its strings hold', () => {
    for (const value of [null, 0, 'a\r\nb\u2028c', { a: ['日本', '😀'] }]) {
      const decoder = new LineDecoder();
      expect(push(decoder, encodeLine(value)).map((line) => JSON.parse(line) as unknown)).toEqual([value]);
      expect(end(decoder)).toEqual([]);
    }
  });
});
