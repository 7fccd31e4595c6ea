import { expect, it } from 'vitest';
import { isFormat } from './formats.ts';

it('knows a JSON pointer', () => {
  for (const pointer of ['', '/', '/a/0', '/~0~1']) expect(isFormat('json-pointer', pointer)).toBe(true);
  for (const text of ['a', '/~', '/~2']) expect(isFormat('json-pointer', text)).toBe(false);
});

it('finds no format in a text of millions of characters, and every text in an unknown one', () => {
  const long = 'a'.repeat(9_000_000);
  for (const format of ['json-pointer', 'uri', 'email', 'hostname', 'regex'])
    expect(isFormat(format, `/${long}`)).toBe(false);
  expect(isFormat('color', long)).toBe(true);
});
