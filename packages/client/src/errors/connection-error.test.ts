import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import * as fc from 'fast-check';
import nodeFetch from 'node-fetch';
import { fetch as undiciFetch } from 'undici';
import { describe, expect, onTestFinished, test } from 'vitest';
import { cert, key } from '../../test/support/certificate.ts';
import { nobody, serve, serveRaw } from '../../test/support/http-server.ts';
import { OpenAI } from '../entries/index.ts';
import { connectionError } from './connection-error.ts';
import { APIConnectionError, APIConnectionTimeoutError } from './api-error.ts';
import { OpenAIError } from './openai-error.ts';
import type { ClientOptions } from '../http/options.ts';

const body = { model: 'm', messages: [] };

async function failureOf(options: ClientOptions, stream = false): Promise<any> {
  const client = new OpenAI({ apiKey: 'k', maxRetries: 0, logLevel: 'off', ...options });
  try {
    const result = await client.chat.completions.create({ ...body, stream });
    if (Symbol.asyncIterator in result) for await (const chunk of result) void chunk;
  } catch (error) {
    return error;
  }
}

async function secure(): Promise<string> {
  const server = createServer({ key, cert }, (_, response) => response.end());
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  return `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const fetches: Record<string, () => typeof fetch> = {
  'the platform': () => fetch,
  undici: () => undiciFetch as unknown as typeof fetch,
  'node-fetch': () => nodeFetch as unknown as typeof fetch,
};

describe.each(Object.keys(fetches))('with the fetch of %s, the message tells what failed', (name) => {
  const of = (baseURL: string, stream?: boolean): Promise<any> =>
    failureOf({ baseURL, fetch: fetches[name]!() }, stream);

  test('a server that is not running, by address and by name', async () => {
    const origin = new URL(await nobody()).origin;
    const { port } = new URL(origin);
    const refused = await of(`${origin}/v1`);
    expect(refused.constructor).toBe(APIConnectionError);
    expect(refused.message).toMatch(`Connection error. The request to ${origin} failed: `);
    expect(refused.message).toMatch(`connect ECONNREFUSED 127.0.0.1:${port}`);
    const { message } = await of(`http://localhost:${port}/v1`);
    expect(message).toMatch(`The request to http://localhost:${port} failed: `);
    expect(message).toMatch('connect ECONNREFUSED ');
  });

  test('a host that does not exist', async () => {
    const { message } = await of('http://nowhere.invalid/v1');
    expect(message).toMatch(
      /^Connection error\. The request to http:\/\/nowhere\.invalid failed: .*getaddrinfo \w+ nowhere\.invalid$/,
    );
  });

  test('a certificate that nobody trusts', async () => {
    const origin = await secure();
    const { message } = await of(origin);
    expect(message).toMatch(`Connection error. The request to ${origin} failed: `);
    expect(message).toMatch('self-signed certificate');
  });

  test('a base URL without a scheme', async () => {
    const named = await of('localhost:8799/v1');
    expect(named.constructor).toBe(APIConnectionError);
    expect(named.message).toBe(
      'Connection error. The base URL localhost:8799 has no scheme, as in http://localhost:8799.',
    );
    const address = await of('127.0.0.1:8799/v1');
    expect(address).toBeInstanceOf(TypeError);
    expect(address).toBeInstanceOf(OpenAIError);
    expect(address.message).toBe(
      'Invalid URL. A base URL needs a scheme and a host, as in http://localhost:8080/v1, not 127.0.0.1:8799.',
    );
    for (const base of ['/v1', '//localhost/v1'])
      expect((await of(base)).message).toMatch(/, not only a path\.$/);
  });

  test('no HTTP, and a connection that breaks before and in the body', async () => {
    const pieces = ['SSH-2.0\r\n\r\n', '', 'HTTP/1.1 200 OK\r\ncontent-length: 99\r\n\r\n{"id'];
    for (const piece of pieces) {
      const origin = await serveRaw((socket) => {
        socket.on('error', () => {});
        socket.once('data', () => socket.end(piece));
      });
      const { message } = await of(origin);
      expect(message).toMatch(/^Connection error\. The request to http:\/\/127\.0\.0\.1:\d+ failed: \w+/);
      expect(message).toMatch(new URL(origin).origin);
    }
  });

  test('a stream that breaks', async () => {
    const server = await serve((_, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write('data: {"choices":[]}\n\n', () => response.destroy());
    });
    const { message } = await of(server.origin, true);
    expect(message).toMatch(`Connection error. The request to ${server.origin} failed: `);
  });

  test('and shows no credentials of the URL', async () => {
    const origin = new URL(await nobody()).origin;
    const secret = `${origin.replace('//', '//user:pa)ss@')}/v1?key=s)ecret`;
    const { message } = await of(secret);
    expect(message).toMatch(`Connection error. The request to ${origin} failed: `);
    expect(message).not.toMatch(/user|pa\)ss|s\)ecret/);
  });
});

describe('a timeout tells which', () => {
  test('no response, a response that is not complete, no first chunk, no next chunk', async () => {
    const server = await serve(({ url }, response) => {
      if (url.startsWith('/none')) return;
      const type = url.startsWith('/json') ? 'application/json' : 'text/event-stream';
      response.writeHead(url.startsWith('/error') ? 500 : 200, { 'content-type': type });
      response.write(url.startsWith('/idle') ? 'data: {"choices":[]}\n\n' : '\n');
    });
    const late = async (path: string, options: ClientOptions, stream = false): Promise<string> => {
      const error = await failureOf({ baseURL: `${server.origin}/${path}`, ...options }, stream);
      expect(error).toBeInstanceOf(APIConnectionTimeoutError);
      return error.message.replace(server.origin, '<origin>');
    };
    const said = await Promise.all([
      late('none', { timeout: 400 }),
      late('json', { timeout: 400 }),
      late('error', { timeout: 400 }),
      late('json', { timeout: 5000, firstChunkTimeout: 400 }, true),
      late('first', { timeout: 5000, firstChunkTimeout: 400 }, true),
      late('idle', { timeout: 5000, idleTimeout: 400 }, true),
    ]);
    expect(said).toEqual([
      'Request timed out. No response from <origin> within 400 ms.',
      'Request timed out. No complete response from <origin> within 400 ms.',
      'Request timed out. No complete response from <origin> within 400 ms.',
      'Request timed out. No complete response from <origin> within 400 ms.',
      'Request timed out. No first stream item for 400 ms.',
      'Request timed out. No stream item for 400 ms.',
    ]);
  });

  test('a failure that calls itself a timeout is one', async () => {
    for (const failure of [
      new DOMException('It took too long.', 'TimeoutError'),
      new TypeError('fetch failed', { cause: new DOMException('', 'TimeoutError') }),
      Object.assign(new Error('connect ETIMEDOUT 1.2.3.4:80'), { code: 'ETIMEDOUT' }),
      Object.assign(new TypeError('no'), { code: 'ConnectTimeout' }),
    ]) {
      const error = await failureOf({ fetch: () => Promise.reject(failure) });
      expect(error.constructor).toBe(APIConnectionTimeoutError);
      expect(error.message).toMatch(
        /^Request timed out\. The request to https:\/\/api\.openai\.com failed: /,
      );
      expect(error.cause).toBe(failure);
    }
  });
});

/** What other runtimes and versions throw, as they threw it. */
test.each<[string, unknown, string]>([
  [
    'Node, a name with two addresses',
    new TypeError('fetch failed', {
      cause: Object.assign(
        new AggregateError([
          new Error('connect ECONNREFUSED ::1:1'),
          new Error('connect ECONNREFUSED 127.0.0.1:1'),
        ]),
        { code: 'ECONNREFUSED' },
      ),
    }),
    'connect ECONNREFUSED 127.0.0.1:1',
  ],
  [
    'Bun 1.4',
    Object.assign(new TypeError('ECONNREFUSED: Unable to connect. Is the computer able to access the url?'), {
      code: 'ECONNREFUSED',
    }),
    'ECONNREFUSED: Unable to connect. Is the computer able to access the url?',
  ],
  [
    'Deno 2.9',
    new TypeError('fetch failed', {
      cause: new Error(
        'error sending request from 127.0.0.1:2 for http://u:p@h:1/v1/x?key=k (127.0.0.1:1): client error (SendRequest): connection closed before message completed',
      ),
    }),
    'error sending request from 127.0.0.1:2 for http://h:1 (127.0.0.1:1): client error (SendRequest): connection closed before message completed',
  ],
  [
    'Deno 2.9, a name',
    new TypeError('fetch failed', {
      cause: new Error(
        'error sending request for url (http://h:1/v1?key=k): client error (Connect): dns error',
      ),
    }),
    'error sending request for url (http://h:1): client error (Connect): dns error',
  ],
  ['a code alone', Object.assign(new Error(''), { code: 'ECONNRESET' }), 'ECONNRESET'],
  ['a text', 'just text', 'just text'],
])('%s', (_name, cause, reason) => {
  const { message } = connectionError(cause, { url: 'http://u:p@h:1/v1?key=k' });
  expect(message).toBe(`Connection error. The request to http://h:1 failed: ${reason}`);
});

test('Bun connects to an address without a scheme', () => {
  const cause = Object.assign(new TypeError('ECONNREFUSED: Unable to connect.'), { code: 'ECONNREFUSED' });
  const { message } = connectionError(cause, { url: 'localhost:8799/v1' });
  expect(message).toBe(
    'Connection error. The request to localhost:8799 failed: ECONNREFUSED: Unable to connect.',
  );
});

test('whatever a URL holds and however a failure quotes it, only scheme, host and port are told', () => {
  const secret = fc
    .stringMatching(/^[\w!$&'()*+,;=:@"?#[\]{} -]{1,12}$/)
    .map((text) => `S3CRET${text}S3CRET`);
  const url = fc.tuple(secret, secret, secret, secret).map(([user, password, path, query]) => {
    const made = new URL('http://host.test:81/v1');
    Object.assign(made, { username: user, password, pathname: path, search: query });
    return made.href;
  });
  const quoted = fc.constantFrom(
    '$',
    'for $',
    'url ($): no',
    '"$"',
    "'$', no",
    '<$>',
    '$.',
    'no $; no',
    '`$`',
  );
  fc.assert(
    fc.property(url, quoted, fc.integer({ min: 0, max: 3 }), (href, quote, depth) => {
      let cause: Error = new Error(quote.replace('$', () => href));
      for (let link = 0; link < depth; link++) cause = new TypeError('fetch failed', { cause });
      const { message } = connectionError(cause, { url: href });
      expect(message).not.toMatch('S3CRET');
      expect(message).toMatch('Connection error. The request to http://host.test:81 failed: ');
    }),
    { numRuns: 1000 },
  );
});
