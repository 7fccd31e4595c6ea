// The one list of what is not as in the platform's fetch, on purpose; docs/node.md has it for readers. What it does
// itself is only told, since that changes with its versions.
import { setTimeout as delay } from 'node:timers/promises';
import { expect, test, vi } from 'vitest';
import { serve, serveRaw } from '../../test/support/http-server.ts';
import type { Arrived, TestServer } from '../../test/support/http-server.ts';
import { fetchWith } from '../../test/support/node-fetch.ts';
import type { NodeFetch } from './index.ts';

interface Difference {
  what: string;
  /** What the platform's does. */
  platform: string;
  /** Why ours does not. */
  why: string;
  run(fetch: NodeFetch, server: TestServer): Promise<unknown>;
  ours: unknown;
}

const last = ({ arrived }: TestServer): Arrived => arrived.at(-1)!;
const saying = (text: string): Promise<string> =>
  serveRaw((socket) => void socket.on('data', () => socket.write(text)));
const failure = (call: Promise<unknown>): Promise<unknown> =>
  call.then(
    () => 'no failure',
    (error: Error) => error.name,
  );

const differences: Difference[] = [
  {
    what: 'a method is sent in capitals',
    platform: 'does so for six of them: `patch` stays `patch`, which servers refuse',
    why: 'Node writes them so',
    run: async (fetch, server) => {
      await fetch(server.origin, { method: 'patch' });
      return last(server).method;
    },
    ours: 'PATCH',
  },
  {
    what: 'a host header is sent as it was given',
    platform: 'does so in some versions',
    why: 'a gateway or a test may need it',
    run: async (fetch, server) => {
      await fetch(server.origin, { headers: { host: 'api.test' } });
      return last(server).headers['host'];
    },
    ours: ['api.test'],
  },
  {
    what: 'a stream is sent without duplex: half',
    platform: 'throws a TypeError',
    why: 'nothing else could be meant',
    run: async (fetch, server) => {
      await fetch(server.origin, { method: 'POST', body: new Blob(['abc']).stream() });
      return `${last(server).body}`;
    },
    ours: 'abc',
  },
  {
    what: 'the body of a Request is read before it is sent, so that it can be sent again',
    platform: 'sends a stream as it comes',
    why: 'what a Request was made of cannot be seen from outside',
    run: async (fetch, server) => {
      const init = { method: 'POST', body: new Blob(['abc']).stream(), duplex: 'half' };
      await fetch(new Request(server.origin, init as RequestInit));
      return last(server).headers['content-length'];
    },
    ours: ['3'],
  },
  {
    what: 'integrity, cache, mode and credentials have no meaning',
    platform: 'checks integrity',
    why: 'they belong to pages',
    run: async (fetch, { origin }) => (await fetch(origin, { integrity: 'sha256-AAAA' })).text(),
    ours: 'hello',
  },
  {
    what: 'a 100 that was not asked for is passed over',
    platform: 'fails',
    why: 'HTTP says so',
    run: async (fetch) =>
      (
        await fetch(await saying('HTTP/1.1 100 Go\r\n\r\nHTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nhi'))
      ).text(),
    ours: 'hi',
  },
  {
    what: 'a header field that goes on in the next line fails',
    platform: 'joins them',
    why: 'Node parses strictly; the form is obsolete since 2014',
    run: async (fetch) =>
      failure(fetch(await saying('HTTP/1.1 200 OK\r\nx: a\r\n b\r\ncontent-length: 0\r\n\r\n'))),
    ours: 'TypeError',
  },
  {
    what: 'bytes that are not what their encoding says fail',
    platform: 'never answers in some versions',
    why: 'nobody should wait for ever',
    run: async (fetch) =>
      failure(
        fetch(
          await saying('HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: 5\r\n\r\nhello'),
        ).then((response) => response.text()),
      ),
    ours: 'TypeError',
  },
  {
    what: 'no port is blocked',
    platform: 'refuses some seventy ports',
    why: 'that protects visitors of pages',
    run: async (fetch) =>
      fetch('http://127.0.0.1:6000/').catch(({ cause }: Error) => String(cause).includes('bad port')),
    ours: false,
  },
  {
    what: 'the headers of an answer can be changed',
    platform: 'throws a TypeError',
    why: 'only the platform can make such headers',
    run: async (fetch, { origin }) => {
      const { headers } = await fetch(origin);
      headers.set('x-mine', '1');
      return headers.get('x-mine');
    },
    ours: '1',
  },
  {
    what: 'a body has no readers that bring their own buffer',
    platform: 'has them',
    why: 'every piece would be copied for them',
    run: async (fetch, { origin }) =>
      failure(fetch(origin).then((response) => response.body!.getReader({ mode: 'byob' }))),
    ours: 'TypeError',
  },
  {
    what: 'what has arrived of a body that is asked for as a stream is read in spite of an abort after the last byte',
    platform: 'fails who reads',
    why: 'the signal is let go of with the last byte',
    run: async (fetch, { origin }) => {
      const controller = new AbortController();
      const { body } = await fetch(origin, { signal: controller.signal });
      await delay(30);
      controller.abort();
      return new Response(body).text();
    },
    ours: 'hello',
  },
  {
    what: 'proxies of the environment are used',
    platform: 'uses them when it is told to, from Node 24 on',
    why: 'most programs behind one expect it',
    run: async (fetch, { origin, arrived }) => {
      vi.stubEnv('http_proxy', origin);
      try {
        await fetch('http://api.test/path');
      } finally {
        vi.unstubAllEnvs();
      }
      return arrived.map(({ url }) => url);
    },
    ours: ['http://api.test/path'],
  },
];

test.for(differences)('$what', async ({ run, ours }) => {
  const server = await serve((_, response) => response.end('hello'));
  expect(await run(fetchWith(), server)).toEqual(ours);
});
