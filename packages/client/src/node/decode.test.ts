import { getEventListeners, once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { serve } from '../../test/support/http-server.ts';
import { fetchWith } from '../../test/support/node-fetch.ts';
import { decode } from './decode.ts';

const encoders = { gzip: gzipSync, deflate: deflateSync, raw: deflateRawSync, br: brotliCompressSync };

/** What is said of a body, beside its bytes. */
const encoded = (response: ServerResponse, encoding: string): ServerResponse =>
  response.writeHead(200, { 'content-encoding': encoding === 'raw' ? 'deflate' : encoding });

test('a body cut anywhere into pieces, and followed by anything, is read as it was', async () => {
  let next: { encoding: keyof typeof encoders; pieces: Uint8Array[] };
  const { origin } = await serve(async (_, response) => {
    encoded(response, next.encoding);
    for (const piece of next.pieces) {
      response.write(piece);
      await delay(1);
    }
    response.end();
  });
  const fetch = fetchWith();
  const scenario = fc.record({
    text: fc.string({ maxLength: 300 }),
    // Another member of gzip may follow, so that what follows has to be nothing at all.
    encoding: fc.constantFrom('deflate', 'raw', 'br'),
    after: fc.uint8Array({ maxLength: 20 }),
    cuts: fc.array(fc.nat(60), { maxLength: 4 }),
  });
  await fc.assert(
    fc.asyncProperty(scenario, async ({ text, encoding, after, cuts }) => {
      const data = Buffer.concat([encoders[encoding](Buffer.from(text)), after]);
      const ends = [0, ...cuts.toSorted((a, b) => a - b), data.length];
      next = {
        encoding,
        pieces: ends.slice(1).map((end, i) => data.subarray(Math.min(ends[i]!, end), end)),
      };
      next.pieces = next.pieces.filter(({ length }) => length > 0);
      expect(await (await fetch(origin)).text()).toBe(text);
    }),
    { numRuns: 60 },
  );
});

test.for(['deflate', 'br'] as const)(
  'a %s body that has ended is over, whatever its server goes on sending',
  async (encoding) => {
    const { origin, connections } = await serve((_, response) => {
      encoded(response, encoding).write(encoders[encoding](Buffer.from('hello')));
      const more = setInterval(() => response.write('more'), 2);
      response.on('close', () => clearInterval(more));
    });
    const { signal } = new AbortController();
    expect(await (await fetchWith()(origin, { signal })).text()).toBe('hello');
    expect(getEventListeners(signal, 'abort')).toEqual([]);
    await expect.poll(connections).toBe(0);
  },
);

test('two fields of encodings are one list', async () => {
  const { origin } = await serve((_, response) => {
    response.writeHead(200, ['content-encoding', 'deflate', 'content-encoding', 'gzip']);
    response.end(gzipSync(deflateSync('hello')));
  });
  expect(await (await fetchWith()(origin)).text()).toBe('hello');
});

test('more than five encodings are refused, as each costs memory, and the connection is closed', async () => {
  let times = 5;
  const { origin, connections } = await serve((_, response) => {
    encoded(response, Array.from({ length: times }, () => 'gzip').join());
    let data: Buffer = Buffer.from('hello');
    for (let i = 0; i < times; i++) data = gzipSync(data);
    response.write(data);
    if (times === 5) response.end();
  });
  const fetch = fetchWith();
  expect(await (await fetch(origin)).text()).toBe('hello');
  times = 6;
  await expect(fetch(origin)).rejects.toMatchObject({
    message: 'fetch failed',
    cause: { message: '6 content encodings, more than 5' },
  });
  fetch.close();
  await expect.poll(connections, { timeout: 3000 }).toBe(0);
});

test.for(Object.keys(encoders) as (keyof typeof encoders)[])(
  'a small %s body that unfolds to a large one does so as it is read',
  async (encoding) => {
    const large = 64 * 1024 * 1024;
    const small = Readable.from([encoders[encoding](Buffer.alloc(large))]);
    const body = decode(small, encoding === 'raw' ? 'deflate' : encoding);
    await once(body, 'readable');
    for (let turn = 0; turn < 10; turn++) {
      await delay(5);
      expect(body.readableLength).toBeLessThan(1024 * 1024);
    }
    let length = 0;
    for await (const piece of body) length += (piece as Uint8Array).length;
    expect(length).toBe(large);
  },
);

test('an abort ends the reading of a compressed body, though all of it has arrived', async () => {
  const { origin } = await serve((_, response) => {
    encoded(response, 'gzip').end(gzipSync(Buffer.alloc(10 * 1024 * 1024)));
  });
  const controller = new AbortController();
  const { signal } = controller;
  const reader = (await fetchWith()(origin, { signal })).body!.getReader();
  await reader.read();
  await delay(50);
  controller.abort('enough');
  const rest = async (): Promise<number> => {
    let length = 0;
    for (let step; !(step = await reader.read()).done;) length += step.value.length;
    return length;
  };
  await expect(rest()).rejects.toBe('enough');
  expect(getEventListeners(signal, 'abort')).toEqual([]);
});
