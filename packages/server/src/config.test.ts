import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  isLoopback,
  readBytes,
  readList,
  readNumber,
  readPort,
  readSeconds,
  SettingError,
} from './config.ts';

describe('settings', () => {
  it('are whole numbers within their range, or a SettingError', () => {
    expect(readPort('0')).toBe(0);
    expect(readPort(' 65535 ')).toBe(65_535);
    expect(readNumber('9007199254740991')).toBe(Number.MAX_SAFE_INTEGER);
    expect(readSeconds('15')).toBe(15_000);
    for (const text of ['', '-1', '1.5', '1e3', '0x10', 'x', '65536', '9'.repeat(30)]) {
      expect(() => readPort(text)).toThrow(SettingError);
    }
    expect(() => readNumber('9007199254740992')).toThrow(SettingError);
    expect(() => readSeconds('86401')).toThrow(SettingError);
  });

  it('read a size with or without a unit, in powers of 1024', () => {
    for (const [text, bytes] of [
      ['500', 500],
      ['500b', 500],
      ['64kb', 65_536],
      ['32 MB', 33_554_432],
      ['1gb', 1_073_741_824],
    ] as const) {
      expect(readBytes(text)).toBe(bytes);
    }
    for (const text of ['', '0', '-1', '1.5mb', 'mb', '1tb', '1 k', '1kbb']) {
      expect(() => readBytes(text)).toThrow(SettingError);
    }
  });

  it('read a list without its blanks', () => {
    expect(readList(' a, b ,,c')).toEqual(['a', 'b', 'c']);
    expect(readList('')).toEqual([]);
  });

  it('a reader returns a number or throws a SettingError, whatever the text', () => {
    fc.assert(
      fc.property(
        fc.string(),
        fc.constantFrom(readPort, readNumber, readSeconds, readBytes),
        (text, read) => {
          try {
            expect(Number.isSafeInteger(read(text))).toBe(true);
          } catch (error) {
            expect(error).toBeInstanceOf(SettingError);
          }
        },
      ),
    );
  });
});

describe('isLoopback', () => {
  it('is true for names that never leave this machine, and for no name that only looks like one', () => {
    for (const host of [
      'localhost',
      'LOCALHOST',
      'app.localhost',
      '127.0.0.1',
      '127.1.2.3',
      '::1',
      '[::1]',
    ]) {
      expect(isLoopback(host)).toBe(true);
    }
    for (const host of [
      '',
      '0.0.0.0',
      '::',
      '10.0.0.1',
      'localhost.example',
      '127.0.0.1.example',
      'notlocalhost',
      '127.evil',
    ]) {
      expect(isLoopback(host)).toBe(false);
    }
  });
});
