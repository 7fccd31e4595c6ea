import { createReadStream } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { serve, serveRaw } from '../../test/support/http-server.ts';
import { createFetch } from './index.ts';

const fetch = createFetch();
afterAll(() => fetch.close());

const echo = () =>
  serve(({ headers, body }, response) =>
    response.end(
      JSON.stringify([
        headers['content-type']?.[0] ?? null,
        headers['content-length']?.[0] ?? headers['transfer-encoding']?.[0],
        body.toString('latin1'),
      ]),
    ),
  );

const post = (origin: string, body: unknown, more: RequestInit = {}): Promise<Response> =>
  fetch(origin, { method: 'POST', body, duplex: 'half', ...more } as RequestInit);

const pieces = (...values: unknown[]) =>
  new ReadableStream({
    start(controller) {
      for (const value of values) controller.enqueue(value);
      controller.close();
    },
  });

/** An iterable that counts what is asked of it; `next` is what each step does. */
function watched(next: () => unknown, finish: () => unknown = () => ({ done: true })) {
  const iterator = { next: vi.fn<() => unknown>(next), return: vi.fn<() => unknown>(finish) };
  return { ...iterator, [Symbol.asyncIterator]: () => iterator };
}

const abc = new TextEncoder().encode('abc');

it.each<[string, () => unknown, unknown[]]>([
  ['text', () => 'ä', ['text/plain;charset=UTF-8', '2', 'Ã¤']],
  ['half a character', () => '\ud800', ['text/plain;charset=UTF-8', '3', 'ï¿½']],
  ['bytes', () => abc, [null, '3', 'abc']],
  ['a part of bytes', () => new DataView(abc.buffer, 1, 1), [null, '1', 'b']],
  ['a buffer', () => abc.buffer, [null, '3', 'abc']],
  ['a typed blob', () => new Blob(['abc'], { type: 'text/csv' }), ['text/csv', '3', 'abc']],
  ['search parameters', () => new URLSearchParams({ a: 'b c' }), ['application/x-www-form-urlencoded;charset=UTF-8', '5', 'a=b+c']], // prettier-ignore
  ['a stream', () => pieces(abc, abc), [null, 'chunked', 'abcabc']],
  ['a stream of other views', () => pieces(new DataView(abc.buffer, 1)), [null, 'chunked', 'bc']],
  ['an empty stream', () => pieces(), [null, 'chunked', '']],
  ['empty pieces', () => pieces(new Uint8Array(), abc, new Uint8Array()), [null, 'chunked', 'abc']],
  ['a generator', () => (async function* () { yield abc; yield 'd'; })(), [null, 'chunked', 'abcd']], // prettier-ignore
  ['anything', () => ({ toString: () => 'abc' }), ['text/plain;charset=UTF-8', '3', 'abc']],
])('sends %s', async (_, body, expected) => {
  const { origin } = await echo();
  expect(await (await post(origin, body())).json()).toEqual(expected);
});

describe('a body that fails', () => {
  const mine = new Error('mine');
  it.each<[string, () => unknown]>([
    ['a stream, at once', () => new ReadableStream({ pull: () => Promise.reject(mine) })],
    ['a generator, half way', () => (async function* () { yield abc; await delay(5); throw mine; })()], // prettier-ignore
    ['an iterator that throws', () => watched(() => { throw mine; })], // prettier-ignore
  ])('fails its request with that as cause: %s', async (_, body) => {
    const { origin, arrived } = await echo();
    await expect(post(origin, body())).rejects.toMatchObject({ message: 'fetch failed', cause: mine });
    expect(arrived).toEqual([]);
  });

  it('may be a file that is not there', async () => {
    const { origin } = await echo();
    const call = post(origin, createReadStream('no/such/file'));
    await expect(call).rejects.toMatchObject({ message: 'fetch failed', cause: { code: 'ENOENT' } });
  });

  it.each([1, null, {}, undefined])('may be one that gives %s for bytes, which is told', async (value) => {
    const { origin } = await echo();
    const body = watched(async () => ({ done: false, value }));
    await expect(post(origin, body)).rejects.toMatchObject({
      message: 'fetch failed',
      cause: expect.any(TypeError),
    });
    expect(body.return).toHaveBeenCalledOnce();
  });

  it('fails a request that was made of it before', async () => {
    const { origin } = await echo();
    const init = {
      method: 'POST',
      body: new ReadableStream({ pull: () => Promise.reject(mine) }),
      duplex: 'half',
    };
    const call = fetch(new Request(origin, init as RequestInit));
    await expect(call).rejects.toMatchObject({ message: 'fetch failed', cause: mine });
  });
});

describe('a body that is not sent to its end', () => {
  const never = () => new Promise(() => {});
  it.each<[string, () => unknown]>([
    ['throws', () => { throw new Error('no'); }], // prettier-ignore
    ['rejects', () => Promise.reject(new Error('no'))],
    ['does nothing', never],
  ])('is told, and it does not matter when it then %s', async (_, finish) => {
    const origin = await serveRaw(() => {});
    const body = watched(never, finish);
    await expect(post(origin, body, { signal: AbortSignal.timeout(20) })).rejects.toThrow('timeout');
    await delay(5);
    expect(body.return).toHaveBeenCalledOnce();
  });

  it('is told why', async () => {
    const origin = await serveRaw((socket) => void socket.on('data', () => socket.destroy()));
    const cancel = vi.fn<(reason: unknown) => void>();
    const body = new ReadableStream({ start: (controller) => controller.enqueue(abc), cancel });
    const error = await post(origin, body).catch((error) => error);
    expect(cancel).toHaveBeenCalledExactlyOnceWith(error.cause);
  });

  it('is not ended as if it were whole, when a redirect asks for it again', async () => {
    const received: Buffer[] = [];
    const origin = await serveRaw((socket) => {
      socket.on('data', (data) => received.push(data));
      socket.once('data', () => socket.write('HTTP/1.1 302 No\r\nlocation: /\r\ncontent-length: 0\r\n\r\n'));
    });
    const body = new ReadableStream({ start: (controller) => controller.enqueue(abc) });
    const call = post(origin, body);
    await expect(call).rejects.toMatchObject({ cause: { message: expect.stringContaining('302') } });
    await delay(20);
    expect(`${Buffer.concat(received)}`).toMatch(/\r\n3\r\nabc\r\n$/);
  });

  it('of a request is let go of when that is aborted', async () => {
    const cancel = vi.fn<(reason: unknown) => void>();
    const { origin } = await echo();
    const controller = new AbortController();
    onTestFinished(() => controller.abort());
    const init = {
      method: 'POST',
      body: new ReadableStream({ cancel }),
      duplex: 'half',
      signal: controller.signal,
    };
    const call = fetch(new Request(origin, init as RequestInit));
    setTimeout(() => controller.abort('enough'), 10);
    await expect(call).rejects.toBe('enough');
    expect(cancel).toHaveBeenCalledOnce();
  });
});

it.each<[string, () => Promise<unknown>]>([
  [
    'a stream somebody else reads',
    async () => {
      const body = pieces(abc);
      body.getReader();
      return post((await echo()).origin, body);
    },
  ],
  [
    'a request that was read',
    async () => {
      const request = new Request((await echo()).origin, { method: 'POST', body: 'x' });
      await request.text();
      return fetch(request);
    },
  ],
  ['a GET with a body', async () => post((await echo()).origin, 'x', { method: 'GET' })],
])('refuses %s', async (_, call) => {
  await expect(call()).rejects.toThrow(TypeError);
});
