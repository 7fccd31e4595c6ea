import { getEventListeners } from 'node:events';
import type { Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { serve, serveRaw } from '../../test/support/http-server.ts';
import { fetchWith } from '../../test/support/node-fetch.ts';

const hi = 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nhi';

/** Answers every request, or the first piece of it, with `text`. */
const saying =
  (text: string) =>
  (socket: Socket): void =>
    void socket.on('data', () => socket.write(text));

/** The same, and hangs up. */
const sayingOnce =
  (text: string) =>
  (socket: Socket): void =>
    void socket.once('data', () => socket.end(text));

/** A server of bare sockets, and those it has, in the order they came. */
async function listen(
  talk: (socket: Socket, index: number) => void,
): Promise<{ origin: string; sockets: Socket[] }> {
  const sockets: Socket[] = [];
  const origin = await serveRaw((socket, index) => {
    sockets.push(socket);
    talk(socket, index);
  });
  return { origin: origin.slice(0, -1), sockets };
}

/** The code of what is behind `fetch failed`. */
const code = (call: Promise<unknown>) =>
  call.then(
    () => 'no failure',
    (error) => `${error.message}: ${error.cause.code ?? error.cause.message}`,
  );

describe('what cannot be written', () => {
  it('fails its request and leaves the connection to the next', async () => {
    const server = await serve((_, response) => response.end());
    const fetch = fetchWith({ maxSockets: 1 });
    for (let i = 0; i < 3; i++) {
      const call = fetch(server.origin, { headers: { word: 'a\u0001b' } });
      expect(await code(call)).toBe('fetch failed: ERR_INVALID_CHAR');
      expect((await fetch(server.origin)).status).toBe(200);
    }
    expect(new Set(server.arrived.map(({ connection }) => connection)).size).toBe(1);
  });
});

describe('an answer', () => {
  it('that turns to another protocol fails the request', async () => {
    const server = await listen(
      saying('HTTP/1.1 101 Other\r\nupgrade: other\r\nconnection: upgrade\r\n\r\nhello'),
    );
    expect(await code(fetchWith()(server.origin))).toBe('fetch failed: the server changed the protocol');
  });

  it.each([100, 102, 103])('may have a %i in front of it, asked for or not', async (status) => {
    const server = await listen(saying(`HTTP/1.1 ${status} So far\r\nlink: <a>\r\n\r\n${hi}`));
    const response = await fetchWith()(server.origin, { method: 'POST', body: 'x' });
    expect([response.status, [...response.headers], await response.text()]).toEqual([
      200,
      [['content-length', '2']],
      'hi',
    ]);
  });

  it.each([
    ['is no HTTP', 'hello\r\n\r\n', 'HPE_INVALID_CONSTANT'],
    ['tells its length twice', 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\ncontent-length: 3\r\n\r\nhi', 'HPE_UNEXPECTED_CONTENT_LENGTH'], // prettier-ignore
    ['is empty', '', 'ECONNRESET'],
    ['stops in its head', 'HTTP/1.1 200 OK\r\ncontent-le', 'ECONNRESET'],
    ['is all head', `HTTP/1.1 200 OK\r\nx: ${'x'.repeat(20_000)}\r\n\r\n`, 'HPE_HEADER_OVERFLOW'],
  ])('that %s fails the request', async (_, text, expected) => {
    const server = await listen(sayingOnce(text));
    expect(await code(fetchWith()(server.origin))).toBe(`fetch failed: ${expected}`);
    expect(server.sockets).toHaveLength(1);
  });

  it.each([
    ['of its length', 'content-length: 9\r\n\r\nhi', 'ECONNRESET'],
    ['in a chunk', 'transfer-encoding: chunked\r\n\r\n9\r\nhi', 'ECONNRESET'],
    ['between chunks', 'transfer-encoding: chunked\r\n\r\n2\r\nhi\r\n', 'ECONNRESET'],
    ['by what is no chunk', 'transfer-encoding: chunked\r\n\r\n2\r\nhi\r\nzz\r\n', 'HPE_INVALID_CHUNK_SIZE'],
  ])('cut short %s fails who reads it, and says why', async (_, rest, expected) => {
    const server = await listen(sayingOnce(`HTTP/1.1 200 OK\r\n${rest}`));
    const fetch = fetchWith();
    expect(await code((await fetch(server.origin)).text())).toBe(`terminated: ${expected}`);
    const reader = (await fetch(server.origin)).body!.getReader();
    await reader.read().catch(() => {});
    expect(await code(reader.read())).toBe(`terminated: ${expected}`);
  });

  it('of more than was said is cut off there, and what is over is not taken for the next', async () => {
    const server = await listen(saying(`${hi}HTTP/1.1 500 No\r\ncontent-length: 0\r\n\r\n`));
    const fetch = fetchWith();
    for (let i = 0; i < 3; i++) {
      const response = await fetch(server.origin);
      expect([response.status, await response.text()]).toEqual([200, 'hi']);
    }
  });
});

describe('a kept connection', () => {
  it('is not replaced twice', async () => {
    const server = await listen((socket, index) => {
      let answered = 0;
      socket.on('data', () => (index === 0 && !answered++ ? socket.write(hi) : socket.destroy()));
    });
    const fetch = fetchWith();
    await (await fetch(server.origin)).text();
    expect(await code(fetch(server.origin))).toBe('fetch failed: ECONNRESET');
    expect(server.sockets).toHaveLength(2);
  });

  it('can be aborted while it is replaced', async () => {
    const server = await listen((socket, index) => {
      let answered = 0;
      socket.on('data', () => {
        if (index > 0) controller.abort('enough');
        else if (answered++) socket.destroy();
        else socket.write(hi);
      });
    });
    const controller = new AbortController();
    const fetch = fetchWith();
    await (await fetch(server.origin)).text();
    await expect(fetch(server.origin, { signal: controller.signal })).rejects.toBe('enough');
    await vi.waitFor(() => expect(server.sockets[1]!.destroyed).toBe(true));
  });
});

describe('an abort', () => {
  const moments: Record<string, (socket: Socket, abort: () => void) => void> = {
    'while it connects': (_, abort) => abort(),
    'when the request has arrived': (socket, abort) => void socket.on('data', abort),
    'in the head of the answer': (socket, abort) =>
      void socket.on('data', () => socket.write('HTTP/1.1 200 OK\r\n', abort)),
    'after an informational answer': (socket, abort) =>
      void socket.on('data', () => socket.write('HTTP/1.1 103 So far\r\n\r\n', abort)),
  };
  it.each(Object.keys(moments))('%s rejects with its reason and leaves nothing', async (moment) => {
    const controller = new AbortController();
    const server = await listen((socket) => moments[moment]!(socket, () => controller.abort(reason)));
    const reason = new Error('enough');
    const { signal } = controller;
    const fetch = fetchWith();
    await expect(fetch(server.origin, { signal, method: 'POST', body: 'x' })).rejects.toBe(reason);
    expect(getEventListeners(signal, 'abort')).toEqual([]);
    if (moment === 'while it connects') return;
    await vi.waitFor(() => expect(server.sockets[0]!.destroyed).toBe(true));
  });

  it('before anything rejects, connects nowhere, and tells the body', async () => {
    const server = await listen(saying(hi));
    const cancel = vi.fn<(reason: unknown) => void>();
    const body = new ReadableStream({ cancel });
    const signal = AbortSignal.abort('enough');
    const init = { method: 'POST', body, duplex: 'half', signal } as RequestInit;
    await expect(fetchWith()(server.origin, init)).rejects.toBe('enough');
    expect(cancel).toHaveBeenCalledExactlyOnceWith('enough');
    expect(server.sockets).toEqual([]);
  });

  it('after the end changes nothing, and finds no listener', async () => {
    const server = await serve((_, response) => response.end('hi'));
    const fetch = fetchWith();
    const controller = new AbortController();
    const { signal } = controller;
    for (const method of ['GET', 'HEAD', 'POST'])
      for (const read of ['text', 'blob', 'arrayBuffer'] as const)
        await (await fetch(server.origin, { method, signal }))[read]();
    await vi.waitFor(() => expect(getEventListeners(signal, 'abort')).toEqual([]));
    controller.abort();
    await (await fetch(server.origin)).text();
    expect(await server.connections()).toBe(1);
  });

  it('may be for as many requests as there are, without a warning', async () => {
    const warned = vi.fn<(warning: Error) => void>();
    process.on('warning', warned);
    onTestFinished(() => void process.off('warning', warned));
    const server = await listen(() => {});
    const fetch = fetchWith();
    const controller = new AbortController();
    const calls = Array.from({ length: 30 }, () => fetch(server.origin, { signal: controller.signal }));
    await vi.waitFor(() => expect(server.sockets).toHaveLength(30));
    controller.abort('enough');
    for (const result of await Promise.allSettled(calls)) expect(result).toMatchObject({ reason: 'enough' });
    await delay(10);
    expect(warned).not.toHaveBeenCalled();
  });
});
