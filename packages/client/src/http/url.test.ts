import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { OpenAIError } from '../errors/openai-error.ts';
import { buildURL, isAbsoluteURL, path } from './url.ts';

/** Half a surrogate pair cannot be sent; the replacement character goes in its place. */
const wellFormed = (text: string): string => new TextDecoder().decode(new TextEncoder().encode(text));

describe('path', () => {
  const part = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.constantFrom('.', '..', '%2e', '%2E.', '/..', '../', '?', '#', '\\..', '..;', ' .'),
    fc.integer(),
  );

  /** The segments the platform finds in a path, or that the path was refused. */
  function segments(make: () => string): string[] | string {
    try {
      return new URL(`http://h${make()}`).pathname.split('/').slice(1).map(decodeURIComponent);
    } catch (error) {
      return error instanceof OpenAIError ? 'refused' : String(error);
    }
  }

  test('for any two values, the path is refused or the platform sees exactly its segments', () => {
    fc.assert(
      fc.property(part, part, (first, second) => {
        const refused = [first, second].some((value) => value === '.' || value === '..');
        const texts = ['chat', first, 'messages', second].map((value) => wellFormed(String(value)));
        expect(segments(() => path`/chat/${first}/messages/${second}`)).toEqual(refused ? 'refused' : texts);
      }),
      { numRuns: 500 },
    );
  });

  test('every character a segment may hold stays as it is', () => {
    const literal = "AZaz09-._~!$&'()*+,;=:@";
    expect(path`/x/${literal}`).toBe(`/x/${literal}`);
    expect(path`/x/${'a/b?c#d%e f"<é'}`).toBe('/x/a%2Fb%3Fc%23d%25e%20f%22%3C%C3%A9');
    expect(path`/x/${''}`).toBe('/x/');
  });

  test('numbers, booleans, arrays and objects with a text of their own are written', () => {
    expect(path`/${5}/${true}/${10n}/${[1, 2]}/${{ toString: () => 'own' }}`).toBe('/5/true/10/1,2/own');
  });

  test('every bad value is told and pointed at, in the order of the path', () => {
    expect(() => path`/a/${null}/${'ok'}/${'..'}/b/${{}}`).toThrow(
      new OpenAIError(
        [
          'Path parameters result in path with invalid segments:',
          'Value of type Null is not a valid path parameter',
          'Value ".." can\'t be safely passed as a path parameter',
          'Value of type Object is not a valid path parameter',
          '/a/null/ok/../b/[object Object]',
          '   ^^^^    ^^   ^^^^^^^^^^^^^^^',
        ].join('\n'),
      ),
    );
  });

  test.each([undefined, null, {}, Object.create(null), new Map(), Symbol('s'), Promise.resolve()])(
    'a value of no text is refused: %o',
    (value) => {
      expect(() => path`/a/${value}`).toThrow(/^Path parameters result .*\nValue of type \w+ is not a valid/);
    },
  );

  test('a dot segment is found however it comes about', () => {
    expect(() => path`/a/.${'.'}/b`).toThrow('Value ".." can\'t');
    expect(() => path`/a/%2e${'.'}`).toThrow('Value "%2e." can\'t');
    expect(path`/a/${'%2e%2e'}`).toBe('/a/%252e%252e');
    expect(path`/a/..${'b'}`).toBe('/a/..b');
  });
});

describe('buildURL', () => {
  const base = 'http://h/v1';
  test.each<[string, string, (Record<string, unknown> | undefined)[], string]>([
    [base, '/x', [], 'http://h/v1/x'],
    [`${base}/`, '/x', [], 'http://h/v1/x'],
    [`${base}//`, '/x', [], 'http://h/v1//x'],
    [base, 'x', [], 'http://h/v1x'],
    [`${base}?k=1&k=2`, '/x', [], 'http://h/v1/x?k=1&k=2'],
    [`${base}?k=1&k=2`, '/x', [{ k: 3 }], 'http://h/v1/x?k=3'],
    [`${base}?k=1&k=2`, '/x', [undefined, { k: undefined }], 'http://h/v1/x'],
    [`${base}?k=1#part`, '/x', [], 'http://h/v1/x?k=1'],
    [`${base}#part`, '/x', [], 'http://h/v1/x'],
    [`${base}?k=1&m=2`, '/x?m=3', [{ n: 1 }, { k: 2 }], 'http://h/v1/x?k=2&m=3&n=1'],
    [base, '/x?a=1&a=2', [], 'http://h/v1/x?a=1&a=2'],
    [base, '/x?a=1', [{ a: undefined }], 'http://h/v1/x'],
    [base, '/x', [{ a: null }], 'http://h/v1/x?a='],
    [base, '/x', [[1, 2] as never], 'http://h/v1/x'],
    [base, '/x', [{ a: [1, 2], b: { c: 'd e' } }], 'http://h/v1/x?a%5B%5D=1&a%5B%5D=2&b%5Bc%5D=d%20e'],
    [base, '/x?a=1#part', [{ b: 2 }], 'http://h/v1/x?a=1&b=2#part'],
    [`${base}?k=1`, 'https://o/y?p=1', [{ d: 1 }], 'https://o/y?p=1&d=1'],
    [base, '/x?__proto__=1', [{ a: 1 }], 'http://h/v1/x?__proto__=1&a=1'],
  ])('%s and %s with %j', (from, to, queries, url) => {
    expect(buildURL(from, to, queries)).toBe(url);
  });

  test('for any layers, the last layer that gives a key decides it', () => {
    const layer = fc.dictionary(
      fc.constantFrom('a', 'b', 'c'),
      fc.oneof(fc.string({ unit: 'grapheme' }), fc.constant(undefined)),
    );
    fc.assert(
      fc.property(layer, layer, layer, (low, middle, high) => {
        const given = (query: Record<string, string | undefined>): Record<string, string> =>
          JSON.parse(JSON.stringify(query));
        const from = `${base}?${new URLSearchParams(given(low))}`;
        const url = new URL(buildURL(from, '/x', [middle, high]));
        expect(Object.fromEntries(url.searchParams)).toEqual(given({ ...given(low), ...middle, ...high }));
        expect(url.pathname).toBe('/v1/x');
      }),
    );
  });

  test('an address that is none is refused', () => {
    expect(() => buildURL('/relative', '/x')).toThrow(TypeError);
  });
});

test('an absolute URL has a scheme', () => {
  expect(['https://x', 'HTTP:x', 'a+b-c.d:x'].map(isAbsoluteURL)).toEqual([true, true, true]);
  expect(['/x', 'x', '//x', '1a:x', '?a:b', ''].map(isAbsoluteURL)).toEqual([
    false,
    false,
    false,
    false,
    false,
    false,
  ]);
});
