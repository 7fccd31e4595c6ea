import { execFile } from 'node:child_process';
import { getEventListeners } from 'node:events';
import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, test, vi } from 'vitest';
import { eventually, nobody, serve, serveRaw } from '../../test/support/http-server.ts';
import type { Arrived } from '../../test/support/http-server.ts';
import { fetchWith } from '../../test/support/node-fetch.ts';

const hello = (_: Arrived, response: ServerResponse): void =>
  void response.setHeader('content-length', 5).end('hello');

const answered = 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nhi';

/** How many different connections the requests came on. */
const used = (arrived: Arrived[]): number => new Set(arrived.map(({ connection }) => connection)).size;

test('requests in turn share a connection, however their answers were read', async () => {
  const { origin, arrived } = await serve(hello);
  const fetch = fetchWith();
  await (await fetch(origin)).text();
  await (await fetch(origin)).arrayBuffer();
  for await (const _ of (await fetch(origin)).body!);
  await fetch(origin, { method: 'HEAD' });
  await sleep(50);
  await (await fetch(origin)).text();
  expect([arrived.length, used(arrived)]).toEqual([5, 1]);
});

test('requests at once have a connection each, and the latest used is used first', async () => {
  const { origin, arrived } = await serve(({ url }, response) => {
    setTimeout(() => response.end(), Number(url.slice(1)));
  });
  const fetch = fetchWith();
  await Promise.all(['/60', '/1'].map(async (path) => (await fetch(origin + path)).text()));
  expect(used(arrived)).toBe(2);
  await (await fetch(`${origin}/0`)).text();
  expect(arrived[2]!.connection).toBe(arrived.find(({ url }) => url === '/60')!.connection);
});

test('no more than maxSockets are open; who waits comes on in order, and may give up', async () => {
  const { origin, arrived, connections } = await serve((_, response) => {
    setTimeout(() => response.end(), 5);
  });
  const fetch = fetchWith({ maxSockets: 2 });
  const givesUp = new AbortController();
  const ends = ['/0', '/1', '/2', '/3', '/4'].map(async (path) => {
    const signal = path === '/2' ? givesUp.signal : null;
    return (await fetch(origin + path, { signal })).text();
  });
  givesUp.abort(new Error('enough'));
  await expect(ends[2]).rejects.toThrow('enough');
  expect(await connections()).toBeLessThanOrEqual(2);
  await Promise.all(ends.toSpliced(2, 1));
  expect(arrived.map(({ url }) => url).toSorted()).toEqual(['/0', '/1', '/3', '/4']);
  expect(used(arrived)).toBe(2);
});

test('a connection that is lost lets the next one in line open its own', async () => {
  let count = 0;
  const { origin, arrived } = await serve((_, response) => {
    if (count++) response.end('hello');
    else response.socket!.destroy();
  });
  const fetch = fetchWith({ maxSockets: 1 });
  const [lost, next] = await Promise.allSettled([fetch(origin), fetch(origin)]);
  expect([lost.status, next.status, arrived.length]).toEqual(['rejected', 'fulfilled', 2]);
});

test('a connection that nobody takes fails who asked for it, and each who waits after them', async () => {
  const url = await nobody();
  const fetch = fetchWith({ maxSockets: 1 });
  const ends = await Promise.allSettled([fetch(url), fetch(url), fetch(url, { body: 'x', method: 'POST' })]);
  const refused = {
    status: 'rejected',
    reason: { message: 'fetch failed', cause: { code: 'ECONNREFUSED' } },
  };
  expect(ends).toMatchObject([refused, refused, refused]);
  await expect(fetch(url)).rejects.toMatchObject(refused.reason);
});

test('an idle connection is closed after keepAliveMs, and with 0 at once', async () => {
  const { origin, arrived, connections } = await serve(hello);
  const brief = fetchWith({ keepAliveMs: 300 });
  await (await brief(origin)).text();
  await (await brief(origin)).text();
  expect([used(arrived), await connections()]).toEqual([1, 1]);
  await eventually(async () => expect(await connections()).toBe(0));
  const none = fetchWith({ keepAliveMs: 0, maxSockets: 1 });
  for (let turn = 0; turn < 3; turn++) await (await none(origin)).text();
  expect(used(arrived)).toBe(4);
  await eventually(async () => expect(await connections()).toBe(0));
});

test('an idle connection whose time is over is not used, though no timer could run since', async () => {
  const { origin, arrived } = await serve(hello);
  const fetch = fetchWith({ keepAliveMs: 20 });
  await (await fetch(origin)).text();
  const over = performance.now() + 30;
  while (performance.now() < over);
  await (await fetch(origin)).text();
  expect(used(arrived)).toBe(2);
});

test('each of several idle connections is closed in its time', async () => {
  const { origin, connections } = await serve(({ url }, response) => {
    setTimeout(() => response.end(), Number(url.slice(1)));
  });
  const fetch = fetchWith({ keepAliveMs: 1_000 });
  await Promise.all(['/300', '/1'].map(async (path) => (await fetch(origin + path)).text()));
  expect(await connections()).toBe(2);
  await expect.poll(connections, { interval: 10, timeout: 5_000 }).toBe(1);
  await expect.poll(connections, { interval: 10, timeout: 5_000 }).toBe(0);
});

test('a connection is kept a second less than its server keeps it', async () => {
  let timeout = '';
  const { origin, arrived } = await serve((_, response) => {
    response.writeHead(200, { connection: 'keep-alive', 'Keep-Alive': timeout }).end();
  });
  const fetch = fetchWith();
  const ask = async (said: string): Promise<void> => {
    timeout = said;
    await (await fetch(origin)).text();
    await sleep(5);
  };
  await ask('timeout=5, max=100');
  await ask('timeout=1');
  await ask('timeout=2');
  await ask('timeout=5');
  expect(arrived.map(({ connection }) => arrived.findIndex((one) => one.connection === connection))).toEqual([
    0, 0, 2, 2,
  ]);
});

test('an idle connection does not keep the process, one that is used again does', async () => {
  const { origin, arrived } = await serve((_, response) => void setTimeout(() => response.end('hello'), 50));
  const program = `
    import { fetch } from ${JSON.stringify(new URL('index.ts', import.meta.url).href)};
    for (let turn = 0; turn < 2; turn++) console.log(await (await fetch('${origin}')).text());`;
  const args = ['--import', 'tsx', '--input-type=module', '--eval', program];
  const { stdout } = await promisify(execFile)(process.execPath, args, { timeout: 10_000 });
  expect([stdout, used(arrived)]).toEqual(['hello\nhello\n', 1]);
});

test('a request that meets the closing of a kept connection is sent once more, on a new one', async () => {
  const onSecond = (socket: Socket, connection: number): void => {
    let requests = 0;
    socket.on('data', () => {
      if (connection === 0 && ++requests === 2) socket.destroy();
      else socket.write(answered);
    });
  };
  const fetch = fetchWith({ maxSockets: 1 });
  const url = await serveRaw(onSecond);
  await (await fetch(url)).text();
  expect(await (await fetch(url, { method: 'POST', body: 'again' })).text()).toBe('hi');

  const once = await serveRaw(onSecond);
  await (await fetch(once)).text();
  const body = new Blob(['gone']).stream();
  const lost = fetch(once, { method: 'POST', body, duplex: 'half' } as RequestInit);
  await expect(lost).rejects.toMatchObject({ message: 'fetch failed', cause: { code: 'ECONNRESET' } });
});

test('a request is not sent again once a byte of its answer came, or when nothing was kept', async () => {
  let requests = 0;
  const url = await serveRaw((socket) => {
    socket.on('data', () => {
      if (++requests % 2) socket.write(answered);
      else socket.end('HTTP/1.1 200');
    });
  });
  const fetch = fetchWith();
  await (await fetch(url)).text();
  await expect(fetch(url)).rejects.toThrow('fetch failed');
  expect(requests).toBe(2);

  const { origin, arrived } = await serve((_, response) => void response.socket!.destroy());
  await expect(fetch(origin)).rejects.toThrow('fetch failed');
  expect(arrived).toHaveLength(1);
});

test('bytes that nobody asked for are not taken for the next answer', async () => {
  const url = await serveRaw((socket, connection) => {
    socket.on('data', () => {
      socket.write(answered);
      if (connection === 0) setTimeout(() => socket.write(answered.replace('hi', 'no')), 5);
    });
  });
  const fetch = fetchWith();
  expect(await (await fetch(url)).text()).toBe('hi');
  await sleep(100);
  expect(await (await fetch(url)).text()).toBe('hi');
});

test('an answer to half a request ends its connection', async () => {
  const url = await serveRaw((socket, connection) => {
    socket.once('data', () => socket.write(answered.replace('hi', `${connection}.`)));
  });
  const fetch = fetchWith();
  let more = true;
  const cancelled = vi.fn<() => void>();
  const body = new ReadableStream({
    async pull(controller) {
      controller.enqueue(new Uint8Array(8));
      await sleep(5);
      if (!more) controller.close();
    },
    cancel: cancelled,
  });
  const init = { method: 'POST', body, duplex: 'half' } as RequestInit;
  expect(await (await fetch(url, init)).text()).toBe('0.');
  expect(await (await fetch(url)).text()).toBe('1.');
  await eventually(() => expect(cancelled).toHaveBeenCalledOnce());
  more = false;
});

test('close() closes what is idle at once, the rest with its answer, and later requests work', async () => {
  const { origin, connections } = await serve(({ url }, response) => {
    response.write('x');
    setTimeout(() => response.end(), Number(url.slice(1)));
  });
  const fetch = fetchWith();
  await (await fetch(`${origin}/0`)).text();
  fetch.close();
  await eventually(async () => expect(await connections()).toBe(0));
  const busy = await fetch(`${origin}/30`);
  fetch.close();
  expect(await busy.text()).toBe('x');
  await eventually(async () => expect(await connections()).toBe(0));
  expect(await (await fetch(`${origin}/0`)).text()).toBe('x');
});

test('an abort ends a call with its reason: before it, before its headers, in its body', async () => {
  const { origin, arrived, connections } = await serve(({ url }, response) => {
    if (url === '/body') response.write('half');
  });
  const fetch = fetchWith();
  const reason = new Error('enough');
  await expect(fetch(origin, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
  expect(arrived).toEqual([]);

  for (const read of ['fetch', 'text', 'body', 'json', 'late'] as const) {
    const controller = new AbortController();
    const { signal } = controller;
    const run = async (): Promise<unknown> => {
      const response = await fetch(`${origin}/${read === 'fetch' ? '' : 'body'}`, { signal });
      if (read === 'late') {
        controller.abort(reason);
        await sleep(5);
        return response.text();
      }
      return read === 'body' ? new Response(response.body).text() : response[read as 'text']();
    };
    const end = run();
    if (read !== 'late') setTimeout(() => controller.abort(reason), 20);
    await expect(end, read).rejects.toBe(reason);
    expect(getEventListeners(signal, 'abort'), read).toEqual([]);
    await eventually(async () => expect(await connections(), read).toBe(0));
  }
});

test('a request that is aborted on a kept connection is not sent once more', async () => {
  const { origin, arrived } = await serve((_, response) => {
    if (arrived.length === 1) response.end();
  });
  const fetch = fetchWith();
  await (await fetch(origin)).text();
  const controller = new AbortController();
  const asked = fetch(origin, { signal: controller.signal });
  await eventually(() => expect(arrived).toHaveLength(2));
  controller.abort();
  await expect(asked).rejects.toMatchObject({ name: 'AbortError' });
  await sleep(30);
  expect(arrived).toHaveLength(2);
});

test('an abort while connecting leaves a connection for the next', async () => {
  const { origin, arrived, connections } = await serve(hello);
  const fetch = fetchWith();
  const controller = new AbortController();
  const left = fetch(origin, { signal: controller.signal });
  await Promise.resolve();
  controller.abort(new Error('enough'));
  await expect(left).rejects.toThrow('enough');
  await eventually(async () => expect(await connections()).toBe(1));
  await sleep(50);
  expect(await (await fetch(origin)).text()).toBe('hello');
  expect([arrived.length, await connections()]).toEqual([1, 1]);
});

test('a signal is let go of when its answer was read, cancelled or has no body', async () => {
  const { origin } = await serve(hello);
  const fetch = fetchWith();
  const { signal } = new AbortController();
  await (await fetch(origin, { signal })).text();
  await (await fetch(origin, { signal })).body!.cancel();
  await fetch(origin, { signal, method: 'HEAD' });
  await eventually(() => expect(getEventListeners(signal, 'abort')).toEqual([]));
});

test('cancelling a body closes its connection', async () => {
  const { origin, connections } = await serve((_, response) => void response.write('x'));
  const fetch = fetchWith();
  const { body } = await fetch(origin);
  expect(await connections()).toBe(1);
  await body!.cancel();
  await eventually(async () => expect(await connections()).toBe(0));
});

test('a response that is forgotten unread lets go of its connection and signal', async () => {
  setFlagsFromString('--expose-gc');
  const gc = runInNewContext('gc') as () => void;
  const { origin, connections } = await serve((_, response) => void response.write('x'));
  const fetch = fetchWith();
  const { signal } = new AbortController();
  await fetch(origin, { signal });
  await eventually(async () => {
    gc();
    expect(await connections()).toBe(0);
    expect(getEventListeners(signal, 'abort')).toEqual([]);
  });
});

test('a connection that does not come to stand is given up after connectTimeoutMs', async () => {
  let closed = false;
  const silent = await serveRaw((socket) => void socket.resume().on('close', () => (closed = true)));
  const fetch = fetchWith({ connectTimeoutMs: 30 });
  const { host } = new URL(silent);
  await expect(fetch(`https://${host}/`)).rejects.toMatchObject({
    message: 'fetch failed',
    cause: { code: 'ETIMEDOUT', message: `connecting to ${host} timed out after 30 ms` },
  });
  await eventually(() => expect(closed).toBe(true));
  const patient = fetchWith({ connectTimeoutMs: 300 });
  const { origin } = await serve((_, response) => void setTimeout(() => response.end('late'), 400));
  expect(await (await patient(origin)).text()).toBe('late');
});

test('the rest of a redirect is read if it is short, and closes its connection if it is long', async () => {
  let length = 0;
  const { origin, connections } = await serve(({ url }, response) => {
    if (url === '/') response.writeHead(307, { location: '/end', 'content-length': length });
    response.end(url === '/' ? 'x'.repeat(length) : 'end');
  });
  for (length of [65_536, 65_537]) {
    const fetch = fetchWith();
    expect(await (await fetch(origin)).text()).toBe('end');
    await sleep(50);
    expect(await connections()).toBe(length === 65_536 ? 2 : 1);
    fetch.close();
    await eventually(async () => expect(await connections()).toBe(0));
  }
});
