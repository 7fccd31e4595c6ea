import { expect, test } from 'vitest';
import { toFile, toStreamingFile } from './uploads.ts';

const file = new File(['abc'], 'n.txt', { type: 'text/plain', lastModified: 5 });
const facts = async (made: File): Promise<unknown[]> => [made.name, made.type, await made.text()];
async function* parts(): AsyncGenerator<any> {
  yield 'a';
  yield new Uint8Array([98]);
  yield new Blob(['c'], { type: 'k/l' });
}
const responseAt = (url: string, type: string): Response =>
  Object.defineProperty(new Response('d', { headers: { 'content-type': type } }), 'url', { value: url });

test('a File is itself unless something is to change', async () => {
  expect(await toFile(file)).toBe(file);
  expect(await toFile(Promise.resolve(file), 'n.txt', { type: 'text/plain' })).toBe(file);
  const renamed = await toFile(file, 'x');
  expect([...(await facts(renamed)), renamed.lastModified]).toEqual(['x', 'text/plain', 'abc', 5]);
  expect(await facts(await toFile(file, null, { type: 'a/b' }))).toEqual(['n.txt', 'a/b', 'abc']);
});

const blobLike = {
  size: 1,
  type: 'x/y',
  name: 'd/n.x',
  lastModified: 7,
  text: async () => 'a',
  slice: () => blobLike,
  arrayBuffer: async () => new Uint8Array([97]).buffer,
};
test.each<[string, any, string | undefined, unknown[]]>([
  ['a Blob', new Blob(['q'], { type: 't/q' }), undefined, ['unknown_file', 't/q', 'q']],
  ['bytes', new Uint8Array([120]), 'b', ['b', '', 'x']],
  ['a buffer', new ArrayBuffer(0), '', ['', '', '']],
  ['an async iterable', parts(), undefined, ['unknown_file', 'k/l', 'abc']],
  [
    'a stream of a path',
    Object.assign(parts(), { path: '/tmp/q/w.bin' }),
    undefined,
    ['w.bin', 'k/l', 'abc'],
  ],
  ['something like a file', blobLike, undefined, ['d/n.x', 'x/y', 'a']],
  [
    'a response',
    responseAt('http://h/a/b%20c.png?x=1', 'image/png'),
    undefined,
    ['b c.png', 'image/png', 'd'],
  ],
  [
    'a response of a root',
    responseAt('http://h/', 'image/png'),
    undefined,
    ['unknown_file', 'image/png', 'd'],
  ],
])('%s becomes a File', async (_what, value, name, expected) => {
  expect(await facts(await toFile(value, name))).toEqual(expected);
});

test.each<[unknown, string]>([
  [null, 'Unexpected data type: object'],
  [5, 'Unexpected data type: number; constructor: Number'],
  [{ a: 1 }, 'Unexpected data type: object; constructor: Object; props: ["a"]'],
])('%j holds no bytes', async (value, message) => {
  await expect(toFile(value as never)).rejects.toThrow(new Error(message));
});

test('a streaming file is not read, and wants a name', async () => {
  const data = parts();
  expect(toStreamingFile(data, 'n', { type: 't/x' })).toMatchObject({ data, name: 'n', type: 't/x' });
  expect((await data.next()).value).toBe('a');
  expect(() => toStreamingFile(data, '')).toThrow('toStreamingFile requires a non-empty file name');
  expect(() => toStreamingFile(data, 'n', { type: 'a\nb' })).toThrow('must not contain control characters');
});
