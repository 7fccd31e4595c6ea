import { Readable } from 'node:stream';
import * as fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';
import { asksForStream, encodeBody } from './body.ts';

const encode = (body: unknown, type: string | null = null): ReturnType<typeof encodeBody> =>
  encodeBody({ body }, () => type);
const streams = (body: unknown, type?: string): boolean => asksForStream(body, encode(body, type).body);
const json = { 'content-type': 'application/json' };

describe('streaming', () => {
  test('for any JSON, it is what the root of the text says', () => {
    const stream = fc.constantFrom<unknown>(true, false, 1, 'true', null, { stream: true }, [true]);
    const body = fc.oneof(
      fc.record({ 'x"stream': stream }),
      fc.record({ model: fc.string(), stream, deep: fc.jsonValue() }, { requiredKeys: [] }),
      fc.record({ text: fc.constantFrom('"stream":true', '\\"stream\\":true', '{"stream":true}'), stream }),
      fc.array(fc.record({ stream }), { minLength: 1 }),
    );
    fc.assert(
      fc.property(body, (value) => {
        const { body: text } = encode(value);
        expect(asksForStream(value, text)).toBe(JSON.parse(text as string).stream === true);
      }),
    );
  });

  class Flag extends Boolean {}
  const once = (...values: boolean[]): object =>
    Object.defineProperty({}, 'stream', { enumerable: true, get: () => values.shift() });
  test.each<[string, unknown, boolean]>([
    ['a plain true', { stream: true }, true],
    ['a number', { stream: 1 }, false],
    ['a boxed true', { stream: Object(true) }, true],
    ['a boxed false', { stream: Object(false) }, false],
    ['a subclass of Boolean', { stream: new Flag(true) }, true],
    ['a value whose toJSON is true', { stream: { toJSON: () => true } }, true],
    ['a root whose toJSON streams', { toJSON: () => ({ stream: true }) }, true],
    ['a root whose toJSON does not', { stream: true, toJSON: () => ({ model: 'm' }) }, false],
    ['a root whose toJSON hides it deeper', { stream: true, toJSON: () => ({ a: { stream: true } }) }, false],
    ['a getter, true when written', once(true, false), true],
    ['a getter, false when written', once(false, true), false],
    [
      'a property that is not written',
      Object.defineProperty({ a: { stream: true } }, 'stream', { value: true }),
      false,
    ],
    ['an inherited property', Object.create({ stream: true }), false],
    ['a proxy', new Proxy({ stream: true }, {}), true],
    ['a string', '{"stream":true}', false],
  ])('%s', (_what, body, streaming) => {
    expect(streams(body)).toBe(streaming);
  });

  test('the body is read once, and the JSON is not read again for a plain streaming body', () => {
    const parse = vi.spyOn(JSON, 'parse');
    const reads = vi.fn<() => string>(() => 'm');
    const body = Object.defineProperty({ stream: true }, 'model', { enumerable: true, get: reads });
    expect(streams(body)).toBe(true);
    expect(streams({ stream: false, text: 'x' })).toBe(false);
    expect(reads).toHaveBeenCalledTimes(1);
    expect(parse).not.toHaveBeenCalled();
    parse.mockRestore();
  });

  test('it is what was sent, whatever became of the body since', () => {
    const body = { stream: true };
    const { body: text } = encode(body);
    body.stream = false;
    expect(asksForStream(body, text)).toBe(true);
    expect(asksForStream({ stream: true }, '{"stream":false}')).toBe(false);
  });

  test('a form does not ask for it; bytes do that a subclass made of a body that does', () => {
    const form = 'application/x-www-form-urlencoded';
    expect(streams({ stream: true }, form)).toBe(false);
    expect(asksForStream({ stream: true }, new Uint8Array(2))).toBe(true);
    expect(streams(new Blob(['{"stream":true}']))).toBe(false);
  });

  test('JSON with spaces, as a subclass may write it', () => {
    expect(asksForStream({ toJSON: 0 }, '{\n  "stream": true\n}')).toBe(true);
  });
});

test.each<[string, unknown, string | undefined]>([
  ['an object', { a: 1, u: undefined, n: null }, '{"a":1,"n":null}'],
  ['an array', [1], '[1]'],
  ['a number', 5, '5'],
  ['a string', 'abc', '"abc"'],
  ['a date', new Date(0), '"1970-01-01T00:00:00.000Z"'],
  ['a Set, which is no stream', new Set(['a']), '{}'],
  ['a function, which has no JSON', () => 1, undefined],
  ['undefined, when given', undefined, undefined],
])('%s is JSON', (_what, body, text) => {
  expect(encode(body)).toEqual({ headers: json, body: text });
  expect(streams(body)).toBe(false);
});

test.each([null, 0, '', false, Number.NaN])('%o is no body', (body) => {
  expect(encode(body)).toStrictEqual({});
});

test('a request without a body has no content type', () => {
  expect(encodeBody({}, () => null).headers).toBeUndefined();
});

test('what JSON cannot hold is refused', () => {
  expect(() => encode({ n: 5n })).toThrow(TypeError);
});

test.each<[string, unknown]>([
  ['ArrayBuffer', new ArrayBuffer(1)],
  ['a view', new Uint8Array(1)],
  ['DataView', new DataView(new ArrayBuffer(1))],
  ['Blob', new Blob(['x'])],
  ['File', new File(['x'], 'n')],
  ['FormData', new FormData()],
  ['URLSearchParams', new URLSearchParams()],
])('%s goes to fetch as it is, and can go again', (_what, body) => {
  const encoded = encode(body);
  expect(encoded.body).toBe(body);
  expect(encoded).toStrictEqual({ body });
});

test('a string with a content type of its own goes as it is', () => {
  expect(encode('a,b', 'text/csv')).toStrictEqual({ body: 'a,b' });
});

test.each(['application/x-www-form-urlencoded', 'application/x-www-form-urlencoded; charset=utf-8'])(
  'an object with %s is a form',
  (type) => {
    expect(encode({ a: [1], b: 'x y' }, type).body).toBe('a%5B%5D=1&b=x%20y');
  },
);

describe('streams', () => {
  async function* parts(): AsyncGenerator<string | Uint8Array> {
    yield 'é';
    yield new Uint8Array([33]);
  }
  test.each<[string, () => unknown]>([
    ['an async generator', parts],
    ['an iterator', () => ['é', new Uint8Array([33])].values()],
    ['a Node stream', () => Readable.from(['é', '!'])],
  ])('%s becomes a stream of bytes that cannot be sent again', async (_what, make) => {
    const { body, ...told } = encode(make());
    expect(told).toEqual({ duplex: 'half' });
    expect(await new Response(body).text()).toBe('é!');
  });

  test('a ReadableStream is passed on', () => {
    const stream = new ReadableStream();
    expect(encode(stream)).toEqual({ body: stream, duplex: 'half' });
  });

  test('a cancelled request ends the generator, and nothing was read ahead of need', async () => {
    const steps: string[] = [];
    async function* source(): AsyncGenerator<string> {
      try {
        for (const part of ['1', '2', '3', '4']) {
          steps.push(part);
          yield part;
        }
      } finally {
        steps.push('closed');
      }
    }
    const reader = (encode(source()).body as ReadableStream).getReader();
    await reader.read();
    await reader.cancel();
    expect(steps.at(-1)).toBe('closed');
    expect(steps.length).toBeLessThan(4);
  });
});
