import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  isLoopback,
  readBytes,
  readDuration,
  readHosts,
  readKeys,
  readList,
  readNumber,
  readOrigins,
  readPort,
  readSeconds,
  readText,
  readTimeout,
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

  it('read a time with its unit, or 0', () => {
    const times: [string, number][] = [
      ['0', 0],
      ['0s', 0],
      ['250ms', 250],
      [' 1.5s ', 1_500],
      ['60m', 3_600_000],
    ];
    for (const [text, ms] of times) expect(readDuration(text)).toBe(ms);
    expect(readTimeout('1ms')).toBe(1);
    for (const text of ['0', '0s', '0.0m']) expect(() => readTimeout(text)).toThrow(SettingError);
    for (const text of ['', '10', '-1s', '61m', '1h', 's', '1e3ms', '1 s']) {
      for (const read of [readDuration, readTimeout]) expect(() => read(text)).toThrow(SettingError);
    }
  });

  it('read a list without its blanks', () => {
    expect(readList(' a, b ,,c')).toEqual(['a', 'b', 'c']);
    expect(readList('')).toEqual([]);
  });

  it('are refused when blank, so that a variable nobody set chooses nothing', () => {
    for (const read of [readText, readKeys, readOrigins, readHosts]) {
      for (const text of ['', ' ']) expect(() => read(text)).toThrow('must not be empty');
    }
    expect(() => readKeys(' , ')).toThrow("must be a key, not ' , '");
    expect(readText(' a.db')).toBe(' a.db');
    expect(readKeys('sk-1, sk-2')).toEqual(['sk-1', 'sk-2']);
  });

  it('are refused when an origin or a host name is spelled as no browser spells it', () => {
    const origins = ['*', 'null', 'https://a.example', 'http://[::1]:80', 'tauri://localhost'];
    expect(readOrigins(origins.join())).toEqual(origins);
    for (const text of ['https://a.example/', 'a.example', 'https://A.example', 'https://*.a example']) {
      expect(() => readOrigins(text)).toThrow(SettingError);
    }
    const hosts = ['box.example', 'BOX', '10.0.0.1', '[fe80::1]'];
    expect(readHosts(hosts.join())).toEqual(hosts);
    for (const text of ['box:80', 'http://box', 'box/', '::1']) {
      expect(() => readHosts(text)).toThrow(SettingError);
    }
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
      '127.255.249.0',
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
      '127.999.999.999',
      '127.0.0.256',
      'notlocalhost',
      '127.evil',
    ]) {
      expect(isLoopback(host)).toBe(false);
    }
  });
});
