// Bodies nobody reads: they must hold neither a connection nor whoever waits for it.
import type { ServerResponse } from 'node:http';
import { inspect } from 'node:util';
import { expect, test } from 'vitest';
import { serve } from '../../test/support/http-server.ts';
import { fetchWith } from '../../test/support/node-fetch.ts';

/** Sends for ever, fast or slowly. */
function endless(response: ServerResponse, bytes: number): void {
  const timer = setInterval(() => response.write(Buffer.alloc(bytes)), 1);
  response.on('close', () => clearInterval(timer));
}

test('an answer without a body needs not be read', async () => {
  const { origin, arrived } = await serve(({ url }, response) => {
    if (url === '/200') response.setHeader('content-length', 0);
    response.writeHead(Number(url.slice(1))).end();
  });
  const fetch = fetchWith({ maxSockets: 1 });
  for (const status of [200, 204, 205, 304, 200])
    expect((await fetch(`${origin}/${status}`)).status).toBe(status);
  await fetch(`${origin}/200`, { method: 'HEAD' });
  const empty = await fetch(`${origin}/200`);
  expect([await empty.text(), empty.body?.locked]).toEqual(['', true]);
  expect(new Set(arrived.map(({ connection }) => connection)).size).toBe(1);
});

test.for([200_000, 1])(
  'the endless body of a redirect, or of a 205, holds its connection for a second at most (%i)',
  async (bytes) => {
    const { origin, connections } = await serve(({ url }, response) => {
      if (url === '/end') return void response.end('end');
      response.writeHead(url === '/' ? 302 : 205, { location: '/end' });
      endless(response, bytes);
    });
    const fetch = fetchWith();
    expect(await (await fetch(origin)).text()).toBe('end');
    expect((await fetch(`${origin}/205`, { redirect: 'error' })).status).toBe(205);
    fetch.close();
    await expect.poll(connections, { timeout: 3000 }).toBe(0);
  },
);

test('an answer can be looked at before and after it was read', async () => {
  const { origin } = await serve((_, response) => response.end('hello'));
  const response = await fetchWith()(origin);
  expect(inspect(response)).toMatch(/^Response \{[^]*status: 200[^]*bodyUsed: false/);
  await response.text();
  expect(inspect(response)).toMatch(/^Response \{[^]*locked: true[^]*bodyUsed: true/);
});
