// Whatever servers and callers do to each other at once, every call ends, and nothing is left: no listener, no
// connection too many, nobody who waits.
import { getEventListeners } from 'node:events';
import type { Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { serveRaw } from '../../test/support/http-server.ts';
import { fetchWith } from '../../test/support/node-fetch.ts';

const ok = 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nhi';
const zipped = gzipSync('hello');

/** What a server does with a request, by its path. */
const behaviours: Record<string, (socket: Socket) => void> = {
  well: (socket) => socket.write(ok),
  late: (socket) => setTimeout(() => socket.write(ok), 3),
  last: (socket) => socket.end(ok),
  never: () => {},
  leaves: (socket) => socket.destroy(),
  resets: (socket) => socket.resetAndDestroy(),
  nonsense: (socket) => socket.write('hello\r\n\r\n'),
  otherwise: (socket) => socket.write('HTTP/1.1 101 Other\r\nupgrade: x\r\nconnection: upgrade\r\n\r\n'),
  half: (socket) => socket.end('HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nhi'),
  stalls: (socket) => socket.write('HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nhi'),
  twice: (socket) => socket.write(ok + ok),
  empty: (socket) => socket.write('HTTP/1.1 204 No\r\n\r\n'),
  moved: (socket) => socket.write('HTTP/1.1 302 No\r\nlocation: /well\r\ncontent-length: 2\r\n\r\nhi'),
  zipped: (socket) => {
    socket.write(`HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: ${zipped.length}\r\n\r\n`);
    socket.write(zipped);
  },
};

const bodies: Record<string, () => unknown> = {
  none: () => undefined,
  text: () => 'hello',
  stream: () => new Blob(['hello']).stream(),
  'an endless stream': () =>
    new ReadableStream({
      pull: (controller) => delay(1).then(() => controller.enqueue(new Uint8Array(100))),
    }),
  'a stream that fails': () => new ReadableStream({ pull: () => Promise.reject(new Error('mine')) }),
  'a stream that never begins': () => new ReadableStream(),
};

const ends: Record<string, (response: Response) => Promise<unknown>> = {
  text: (response) => response.text(),
  body: async (response) => {
    for await (const _ of response.body ?? []);
  },
  clone: (response) => Promise.all([response.clone().text(), response.text()]),
  cancel: async (response) => response.body?.cancel(),
  'read one piece': async (response) => {
    for await (const _ of response.body ?? []) break;
  },
};

const call = fc.record({
  path: fc.constantFrom(...Object.keys(behaviours)),
  body: fc.constantFrom('none', 'none', 'text', ...Object.keys(bodies)),
  end: fc.constantFrom(...Object.keys(ends)),
  /** When it starts, and how long after that it is aborted, if it is not over: some never end by themselves. */
  startMs: fc.nat(10),
  abortMs: fc.oneof(fc.nat(10), fc.constant(60)),
});

test('every call ends, and leaves nothing', { timeout: 60_000 }, async () => {
  const open = new Set<Socket>();
  let most = 0;
  const url = await serveRaw((socket) => {
    open.add(socket);
    most = Math.max(most, open.size);
    socket.on('close', () => open.delete(socket));
    socket.on('data', (data) => {
      const [, path] = /^\w+ \/(\w+) /.exec(`${data}`) ?? [];
      // What is no beginning of a request is the rest of a body.
      if (path) behaviours[path]!(socket);
    });
  });
  const limits = fc.record({ maxSockets: fc.constantFrom(1, 3, 8), keepAliveMs: fc.constantFrom(0, 60_000) });
  await fc.assert(
    fc.asyncProperty(limits, fc.array(call, { minLength: 1, maxLength: 20 }), async (limits, calls) => {
      const fetch = fetchWith(limits);
      const signals: AbortSignal[] = [];
      const run = async ({ path, body, end, startMs, abortMs }: (typeof calls)[number]): Promise<void> => {
        await delay(startMs);
        const controller = new AbortController();
        const { signal } = controller;
        signals.push(signal);
        const timer = setTimeout(() => controller.abort(new Error('enough')), abortMs);
        const content = bodies[body]!();
        const init = { method: content ? 'POST' : 'GET', body: content, duplex: 'half', signal };
        try {
          await ends[end]!(await fetch(url + path, init as RequestInit));
        } catch (error) {
          expect(error).toBeInstanceOf(Error);
          expect((error as Error).message).toMatch(/^(fetch failed|terminated|enough)$/);
        }
        clearTimeout(timer);
      };
      const all = Promise.all(calls.map(run));
      expect(await Promise.race([all, delay(5000, 'somebody waits')])).not.toBe('somebody waits');
      const next = fetch(`${url}well`).then((response) => response.text());
      expect(await Promise.race([next, delay(5000, 'the next one waits')])).toBe('hi');
      for (const signal of signals) expect(getEventListeners(signal, 'abort')).toEqual([]);
      await expect.poll(() => open.size).toBeLessThanOrEqual(limits.maxSockets);
      fetch.close();
      await expect.poll(() => open.size).toBe(0);
    }),
    { numRuns: 60, endOnFailure: true },
  );
  expect(most).toBeGreaterThan(1);
});
