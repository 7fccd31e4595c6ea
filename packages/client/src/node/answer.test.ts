import { once } from 'node:events';
import { createServer } from 'node:http';
import type { RequestListener, Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, expect, it } from 'vitest';
import { createFetch } from './index.ts';

const fetch = createFetch();
let server: Server;

async function serve(listener: RequestListener): Promise<string> {
  server = createServer(listener).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
}

afterEach(() => {
  fetch.close();
  server.closeAllConnections();
  server.close();
});

it('gives out nothing after a body was cancelled, though more of it was read already', async () => {
  const url = await serve((_, answer) => void answer.end(Buffer.alloc(1_000_000)));
  const reader = (await fetch(url)).body!.getReader();
  // Long enough for the queue and what is behind it to fill.
  await delay(100);
  await reader.read();
  void reader.read();
  await reader.cancel();
  // A piece given out now would be an exception that nobody can catch.
  await delay(50);
  expect(await reader.read()).toEqual({ done: true, value: undefined });
});
