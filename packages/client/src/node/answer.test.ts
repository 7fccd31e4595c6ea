import { once } from 'node:events';
import { createServer } from 'node:http';
import type { RequestListener, Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, expect, it } from 'vitest';
import { OpenAI } from '../entries/index.ts';
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

it('has a body after it was read, which can be read no more', async () => {
  const url = await serve((_, answer) => void answer.end('hello'));
  for (const response of [await fetch(url), await globalThis.fetch(url)]) {
    expect(await response.text()).toBe('hello');
    expect(response.bodyUsed).toBe(true);
    expect(response.body).toBeInstanceOf(ReadableStream);
    await expect(response.text()).rejects.toThrow('Body is unusable: Body has already been read');
    await expect(response.blob()).rejects.toThrow('Body is unusable: Body has already been read');
    expect(() => response.clone()).toThrow(TypeError);
  }
});

it('lets the client read why a request was refused, and ask again', async () => {
  let asked = 0;
  const url = await serve((_, answer) => {
    answer.setHeader('content-type', 'application/json');
    if (asked++ > 0) return void answer.end('{"choices":[]}');
    answer.writeHead(429, { 'retry-after-ms': '1' }).end('{"error":{"message":"slow down"}}');
  });
  const client = new OpenAI({ apiKey: 'k', baseURL: url, fetch });
  const completion = await client.chat.completions.create({ model: 'm', messages: [] });
  expect(completion.choices).toEqual([]);
  expect(asked).toBe(2);
});
