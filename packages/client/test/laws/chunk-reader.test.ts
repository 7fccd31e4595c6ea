import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ChunkReader } from '../../src/wire/chunk-reader.ts';

/** What reading gives. As text too: strict equality sees neither the order of keys nor an own `__proto__`. */
function outcomeOf(read: (text: string) => unknown, text: string): { value: unknown; json: string } | string {
  try {
    const value = read(text);
    return { value, json: JSON.stringify(value) };
  } catch (error) {
    return (error as Error).name;
  }
}

/** Reads the texts in order with one reader, and each with JSON.parse. */
function outcomesOf(texts: string[]): { ours: unknown[]; native: unknown[] } {
  const reader = new ChunkReader();
  return {
    ours: texts.map((text) => outcomeOf((json) => reader.read(json), text)),
    native: texts.map((text) => outcomeOf(JSON.parse, text)),
  };
}

const nasty = fc.constantFrom(
  '',
  '"',
  '\\',
  '\\"',
  '\\\\"',
  '\\u0022',
  '\\n',
  '\\ud83d',
  '\u0000',
  '\n',
  '"content":"',
  '","content":"x',
  '\\","content\\":\\"',
  '"}}]}',
  '\\"}}]}',
  '__proto__',
  '\ud83d',
  '😀',
  'é',
  '日本',
  '           ',
  '01',
  '-',
  '1.',
  '1e400',
  '1E-7',
  '-0',
  '9007199254740993',
  ' 1',
  'null',
  '1,"x":2',
);
/** What stands between two quotes on the wire, or in the place of a number: mostly valid, sometimes text that breaks out. */
const literal = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.string({ unit: 'binary', maxLength: 30 }).map((s) => JSON.stringify(s).slice(1, -1)),
  },
  { weight: 3, arbitrary: fc.string({ maxLength: 8 }).map((s) => JSON.stringify(s).slice(1, -1)) },
  { weight: 1, arbitrary: fc.array(nasty, { maxLength: 4 }).map((parts) => parts.join('')) },
  {
    weight: 3,
    arbitrary: fc.oneof(fc.double({ noNaN: true, noDefaultInfinity: true }), fc.integer()).map(String),
  },
);

const shapes: ((a: string, b: string) => string)[] = [
  (a) => `{"id":"x","choices":[{"index":0,"delta":{"content":"${a}"},"finish_reason":null}]}`,
  (a, b) => `{"choices":[{"delta":{"content":"${a}"}}],"obfuscation":"${b}"}`,
  (a, b) =>
    `{"choices":[{"delta":{"tool_calls":[{"index":0,"function":{"arguments":"${a}"}}]}}],"id":"${b}"}`,
  (a, b) => `{ "a" : "${a}" , "b" : [ "${b}", "${a}", {}, [] ] }`,
  (a, b) => `["${a}","${b}"]`,
  (a, b) => `{"${a}":"${b}"}`,
  (a, b) => `{"a":"${a}","a":"${b}"}`,
  (a, b) => `{"a":{"b":"${a}"},"a":{"c":"${b}"}}`,
  (a, b) => `{"__proto__":"${a}","x":{"__proto__":{"y":"${b}"}}}`,
  (a, b) => `{"2":"${a}","1":"${b}","content":"${a}"}`,
  (a) => `"${a}"`,
  (a, b) => `{"n":${a || 0},"s":"${b}","list":[${b || -1.5e3},${a.length}],"last":${a.length / 7}}`,
  (a, b) => `[${a.length},{"a":-${b.length},"a":${a.length}},${b || '-0'}]`,
  (a, b) => `${a}${b.length}`,
  (a, b) => `{"usage":{"n":1,"deep":[[{"k":"${a}"}]]},"n":${b.length},"s":"${b}"}`,
];

describe('chunkReader', () => {
  it('equals JSON.parse on runs of one shape, whatever stands in the strings', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...shapes),
        fc.array(fc.tuple(literal, literal), { maxLength: 12 }),
        (shape, run) => {
          const { ours, native } = outcomesOf(run.map(([a, b]) => shape(a, b)));
          expect(ours).toStrictEqual(native);
        },
      ),
      { numRuns: 1_500 },
    );
  });

  it('equals JSON.parse on runs that mix shapes', () => {
    const text = fc.tuple(fc.constantFrom(...shapes), literal, literal).map(([shape, a, b]) => shape(a, b));
    fc.assert(
      fc.property(fc.array(text, { maxLength: 16 }), (texts) => {
        const { ours, native } = outcomesOf(texts);
        expect(ours).toStrictEqual(native);
      }),
      { numRuns: 500 },
    );
  });

  it('equals JSON.parse on any document followed by itself with one string or one character changed', () => {
    const change = fc.tuple(
      fc.nat(),
      fc.constantFrom('', '"', '\\', '}', ']', ',', ':', 'a', '0', ' ', '{"content":"'),
    );
    fc.assert(
      fc.property(
        fc.json({ maxDepth: 4 }),
        fc.array(change, { maxLength: 6 }),
        fc.string(),
        (json, changes, string) => {
          const replaced = json.replace(/"[^"\\]*"/, () => JSON.stringify(string));
          const cut = changes.map(([at, by]) => {
            const place = at % (json.length + 1);
            return json.slice(0, place) + by + json.slice(place + 1);
          });
          const { ours, native } = outcomesOf([json, replaced, json, ...cut, replaced]);
          expect(ours).toStrictEqual(native);
        },
      ),
      { numRuns: 1_000 },
    );
  });

  it('shares nothing between the values it gives', () => {
    const chunk = (content: string): string =>
      JSON.stringify({ usage: { a: [{}] }, choices: [{ delta: { content, parts: [] }, logprobs: null }] });
    const texts = ['a', 'b', 'c', 'd', 'e'].map(chunk);
    const reader = new ChunkReader();
    const spoil = (value: unknown): void => {
      if (typeof value !== 'object' || !value) return;
      for (const inner of Object.values(value)) spoil(inner);
      if (Array.isArray(value)) value.push('spoilt');
      else
        for (const key of [...Object.keys(value), 'more']) (value as Record<string, unknown>)[key] = 'spoilt';
    };
    for (const text of texts) {
      const value = reader.read(text);
      expect(value).toStrictEqual(JSON.parse(text));
      spoil(value);
    }
  });

  it('reads a run of chunks without parsing each of them', () => {
    const { parse } = JSON;
    let parsed = 0;
    JSON.parse = (text: string) => {
      parsed++;
      return parse(text);
    };
    try {
      const reader = new ChunkReader();
      const padding = 'x'.repeat(200);
      for (let i = 0; i < 100; i++)
        reader.read(
          `{"padding":"${padding}","choices":[{"delta":{"content":"${i}"}}],"o":"${i % 7}","ms":${i / 7}}`,
        );
    } finally {
      JSON.parse = parse;
    }
    expect(parsed).toBeLessThan(10);
  });

  it('reads nesting as deep as JSON.parse does', () => {
    const deep = (text: string): string => '['.repeat(1_900) + text + ']'.repeat(1_900);
    const reader = new ChunkReader();
    for (const text of ['"a"', '"b"', '"c"', '"d"'])
      expect(JSON.stringify(reader.read(deep(text)))).toBe(deep(text));
  });

  it('fails as JSON.parse fails, and reads on afterwards', () => {
    const reader = new ChunkReader();
    reader.read('{"a":"1"}');
    reader.read('{"a":"2"}');
    for (const text of ['{"a":"3"', '{"a":"3"}}', '{"a":"\n"}', '{"a":"\\x"}', '{"a":"3\\"}', '']) {
      expect(() => reader.read(text)).toThrow(SyntaxError);
    }
    expect(reader.read('{"a":"4"}')).toStrictEqual({ a: '4' });
  });
});
