import type { ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test, vi } from 'vitest';
import { eventually, nobody, serve, serveRaw } from '../../test/support/http-server.ts';
import type { Arrived } from '../../test/support/http-server.ts';
import { fetchWith } from '../../test/support/node-fetch.ts';

const hello = (_: Arrived, response: ServerResponse): void =>
  void response.setHeader('content-length', 5).end('hello');

const answered = 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nhi';

const large = 64 * 1024 * 1024;

test('a slow reader stops the server, and gets every byte in the end', { timeout: 60_000 }, async () => {
  let written = 0;
  const piece = Buffer.alloc(65_536, 'x');
  const { origin } = await serve((_, response) => {
    const more = (): void => {
      while (written < large) {
        written += piece.length;
        if (!response.write(piece)) return void response.once('drain', more);
      }
      response.end();
    };
    more();
  });
  const fetch = fetchWith();
  const reader = (await fetch(origin)).body!.getReader();
  await sleep(200);
  expect(written).toBeLessThan(large / 2);
  let length = 0;
  for (let step; !(step = await reader.read()).done;) length += step.value.length;
  expect(length).toBe(large);
});

test('a slow server stops the body, and gets every byte in the end', { timeout: 60_000 }, async () => {
  let asked = 0;
  let received = 0;
  let ended = false;
  const url = await serveRaw((socket) => {
    socket.pause();
    socket.on('data', (data) => {
      received += data.length;
      if (data.subarray(-7).toString() === '\r\n0\r\n\r\n') socket.write(answered);
    });
    setTimeout(() => socket.resume(), 200);
  });
  const piece = new Uint8Array(65_536);
  async function* pieces(): AsyncGenerator<Uint8Array> {
    try {
      for (; asked < large; asked += piece.length) yield piece;
    } finally {
      ended = true;
    }
  }
  const fetch = fetchWith();
  const sending = fetch(url, { method: 'POST', body: pieces() } as unknown as RequestInit);
  await sleep(150);
  expect(asked).toBeLessThan(large / 2);
  expect(await (await sending).text()).toBe('hi');
  expect([asked, ended, received > large]).toEqual([large, true, true]);
});

test('a body that fails, or gives no bytes, fails the call and ends the request', async () => {
  const { origin, arrived } = await serve(hello);
  const fetch = fetchWith();
  const failing = async function* () {
    yield new Uint8Array(1);
    throw new Error('no more');
  };
  const strange = async function* () {
    yield 1;
  };
  const send = (body: unknown) => fetch(origin, { method: 'POST', body } as RequestInit);
  await expect(send(failing())).rejects.toMatchObject({
    message: 'fetch failed',
    cause: { message: 'no more' },
  });
  await expect(send(strange())).rejects.toMatchObject({
    message: 'fetch failed',
    cause: { code: 'ERR_INVALID_ARG_TYPE' },
  });
  expect(arrived).toEqual([]);
});

test('a body hears when it cannot be sent, and when its request is lost half way', async () => {
  const fetch = fetchWith();
  const send = (url: string, cancel: (reason: unknown) => void) => {
    const body = new ReadableStream({
      async pull(controller) {
        await sleep(2);
        controller.enqueue(new Uint8Array(8));
      },
      cancel,
    });
    return fetch(url, { method: 'POST', body, duplex: 'half' } as RequestInit);
  };
  const unsent = vi.fn<(reason: unknown) => void>();
  const refused = send(await nobody(), unsent);
  await expect(refused).rejects.toMatchObject({
    name: 'TypeError',
    message: 'fetch failed',
    cause: { code: 'ECONNREFUSED' },
  });
  await eventually(() => expect(unsent).toHaveBeenCalledOnce());

  const cut = vi.fn<(reason: unknown) => void>();
  const url = await serveRaw((socket) => void socket.once('data', () => socket.destroy()));
  await expect(send(url, cut)).rejects.toThrow('fetch failed');
  await eventually(() => expect(cut).toHaveBeenCalledOnce());
});

test('a body that breaks off fails with what happened to its connection', async () => {
  const url = await serveRaw((socket) => {
    socket.on('data', () => {
      socket.write('HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nhalf');
      setTimeout(() => socket.destroy(), 5);
    });
  });
  const fetch = fetchWith();
  const terminated = { name: 'TypeError', message: 'terminated', cause: { code: 'ECONNRESET' } };
  await expect((await fetch(url)).text()).rejects.toMatchObject(terminated);
  const late = await fetch(url);
  await sleep(30);
  await expect(late.text()).rejects.toMatchObject(terminated);
});
