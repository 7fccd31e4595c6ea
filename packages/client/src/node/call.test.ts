// Where the platform's fetch is no example: what is ours by choice, and what it gets wrong in some versions.
import { createBrotliCompress, createDeflate, createDeflateRaw, createGzip } from 'node:zlib';
import { expect, test } from 'vitest';
import { serve } from '../../test/support/http-server.ts';
import type { Arrived } from '../../test/support/http-server.ts';
import { fetchWith } from '../../test/support/node-fetch.ts';
import { createFetch } from './index.ts';
import type { FetchOptions } from './index.ts';

/** What one request to a server that says nothing looks like there. */
async function sent(init: RequestInit): Promise<Arrived> {
  const { origin, arrived } = await serve((_, response) => response.end());
  await fetchWith()(origin, init);
  return arrived[0]!;
}

const post = (body: unknown, headers: Record<string, string> = {}): RequestInit =>
  ({ method: 'POST', body, headers, duplex: 'half' }) as RequestInit;

test('a host that is named is sent in place of the one of the URL', async () => {
  const { headers } = await sent({ headers: { Host: 'api.test' } });
  expect(headers['host']).toEqual(['api.test']);
});

test('what belongs to the connection is not for callers to say', async () => {
  const names = ['Content-Length', 'Keep-Alive', 'Proxy-Authorization', 'TE', 'Trailer', 'Upgrade'];
  const { headers, body } = await sent(
    post(
      'ab',
      Object.fromEntries([...names, 'Transfer-Encoding', 'Proxy-Connection'].map((name) => [name, '7'])),
    ),
  );
  expect(Object.keys(headers).toSorted()).toEqual([
    'accept',
    'accept-encoding',
    'connection',
    'content-length',
    'content-type',
    'host',
    'user-agent',
  ]);
  expect([headers['content-length'], `${body}`]).toEqual([['2'], 'ab']);
});

test('the length of a body is told where it is known, and that there is none where one is expected', async () => {
  const length = async (init: RequestInit) => {
    const { headers } = await sent(init);
    return headers['content-length']?.[0] ?? headers['transfer-encoding']?.[0];
  };
  expect(await length(post('ä'))).toBe('2');
  expect(await length(post(new Blob(['abc'])))).toBe('3');
  expect(await length(post(new Blob(['abc']).stream()))).toBe('chunked');
  for (const method of ['POST', 'PUT', 'PATCH']) expect(await length({ method }), method).toBe('0');
  for (const method of ['GET', 'DELETE']) expect(await length({ method }), method).toBe(undefined);
});

test('headers outside ASCII go out in Latin-1 before a body in UTF-8', async () => {
  const { headers, body } = await sent(post('naïve ☃', { 'x-word': 'naïve' }));
  expect([headers['x-word'], `${body}`]).toEqual([['naïve'], 'naïve ☃']);
});

test('a form is sent with its boundary', async () => {
  const form = new FormData();
  form.set('name', 'value');
  form.set('file', new Blob(['abc'], { type: 'text/csv' }), 'a.csv');
  const { headers, body } = await sent(post(form));
  const read = await new Response(new Uint8Array(body), {
    headers: { 'content-type': headers['content-type']![0]! },
  }).formData();
  expect([read.get('name'), await (read.get('file') as File).text()]).toEqual(['value', 'abc']);
  expect(headers['content-length']).toEqual([`${body.length}`]);
});

test('bytes that change after the call are sent as they were', async () => {
  const { origin, arrived } = await serve((_, response) => response.end());
  const bytes = Uint8Array.of(1, 2);
  const asked = fetchWith()(origin, post(bytes));
  bytes.fill(9);
  await asked;
  expect([...arrived[0]!.body]).toEqual([1, 2]);
});

test('pieces may be empty, of an iterable too', async () => {
  const { body } = await sent(
    post(
      (async function* () {
        yield Buffer.from('a');
        yield new Uint8Array();
        yield Buffer.from('b');
      })(),
    ),
  );
  expect(`${body}`).toBe('ab');
});

test('bytes are sent again where a redirect asks for them, a stream is not', async () => {
  const { origin, arrived } = await serve(({ url }, response) => {
    if (url === '/') response.writeHead(307, { location: '/end' });
    response.end();
  });
  const fetch = fetchWith();
  await fetch(origin, post(Buffer.from('abc')));
  expect(arrived.map(({ body }) => `${body}`)).toEqual(['abc', 'abc']);
  await expect(fetch(origin, post(new Blob(['abc']).stream()))).rejects.toMatchObject({
    message: 'fetch failed',
    cause: { message: 'a redirect with status 307 needs the body again, and a stream cannot be sent again' },
  });
});

test('more than twenty redirects are too many', async () => {
  const { origin, arrived } = await serve(({ url }, response) => {
    const left = Number(url.slice(1));
    if (left) response.writeHead(302, { location: `/${left - 1}` });
    response.end();
  });
  const fetch = fetchWith();
  expect((await fetch(`${origin}/20`)).url).toBe(`${origin}/0`);
  arrived.length = 0;
  await expect(fetch(`${origin}/21`)).rejects.toMatchObject({
    cause: { message: 'redirect count exceeded' },
  });
  expect(arrived).toHaveLength(21);
});

test.for([
  ['ftp://127.0.0.1/', 'follow', 'URL scheme must be a HTTP(S) scheme'],
  ['http://user@127.0.0.1/', 'follow', 'redirect to a URL that includes credentials'],
  ['http://:secret@127.0.0.1/', 'follow', 'redirect to a URL that includes credentials'],
  ['/', 'error', 'unexpected redirect'],
] as const)('a redirect to %s that is not taken (%s) says why', async ([location, redirect, message]) => {
  const { origin, arrived } = await serve((_, response) => response.writeHead(302, { location }).end());
  await expect(fetchWith()(origin, { redirect })).rejects.toMatchObject({
    message: 'fetch failed',
    cause: { message },
  });
  expect(arrived).toHaveLength(1);
});

test('keys and the named host stay with their origin when a redirect leads away', async () => {
  const away = await serve((_, response) => response.end());
  const home = await serve(({ url }, response) => {
    response.writeHead(302, { location: url === '/' ? '/near' : away.origin }).end();
  });
  const keys = { authorization: 'a', 'api-key': 'b', 'x-api-key': 'c', cookie: 'd' };
  await fetchWith()(home.origin, { headers: { ...keys, host: 'api.test', 'x-other': 'e' } });
  const kept = ({ headers }: Arrived) =>
    [...Object.keys(keys), 'host', 'x-other'].map((name) => headers[name]?.[0]);
  expect(home.arrived.map(kept)).toEqual([
    ['a', 'b', 'c', 'd', 'api.test', 'e'],
    ['a', 'b', 'c', 'd', 'api.test', 'e'],
  ]);
  expect(away.arrived.map(kept)).toEqual([
    [undefined, undefined, undefined, undefined, new URL(away.origin).host, 'e'],
  ]);
});

test.for([
  ['http://u:p@api.test/', {}, 'credentials'],
  ['http://u@api.test/', {}, 'credentials'],
  ['nonsense', {}, 'Failed to parse URL from nonsense'],
  ['http://api.test/', { dispatcher: {} }, 'give createFetch a `proxy` or `tls` instead'],
  ['http://api.test/', { method: 'A B' }, "'A B' is not a valid HTTP method."],
  ['http://api.test/', { method: 'trace' }, "'TRACE' HTTP method is unsupported."],
  ['http://api.test/', { redirect: 'perhaps' }, 'perhaps'],
  ['http://api.test/', { body: 'x' }, 'Request with GET/HEAD method cannot have body.'],
] as const)('nothing is sent for %s with %j, and the error says why', async ([url, init, message]) => {
  const call = fetchWith({ proxy: false })(url, init as RequestInit);
  await expect(call).rejects.toThrow(TypeError);
  await expect(call).rejects.toThrow(message);
});

test('what is not HTTP is left to the platform', async () => {
  expect(await (await fetchWith()('data:,hello')).text()).toBe('hello');
});

test.for<[FetchOptions, string]>([
  [{ maxSockets: 0 }, 'maxSockets must be a number of at least 1'],
  [{ keepAliveMs: -1 }, 'keepAliveMs must be a number of at least 0'],
  [{ connectTimeoutMs: 0 }, 'connectTimeoutMs must be a number of at least 1'],
  [{ maxHeaderBytes: NaN }, 'maxHeaderBytes must be a number of at least 1'],
  [{ maxSockets: '2' as unknown as number }, 'maxSockets must be a number of at least 1'],
])('options %j are refused', ([options, message]) => {
  expect(() => createFetch(options)).toThrow(new TypeError(message));
});

test('the head of an answer may be as long as maxHeaderBytes says', async () => {
  const { origin } = await serve((_, response) => response.setHeader('x-long', 'x'.repeat(20_000)).end());
  await expect(fetchWith()(origin)).rejects.toMatchObject({ cause: { code: 'HPE_HEADER_OVERFLOW' } });
  const response = await fetchWith({ maxHeaderBytes: 40_000 })(origin);
  expect(response.headers.get('x-long')).toHaveLength(20_000);
});

test.for([
  ['gzip', createGzip],
  ['deflate', createDeflate],
  ['deflate', createDeflateRaw],
  ['br', createBrotliCompress],
] as const)(
  'a piece of a %s body is read when it arrives, not when the body ends',
  async ([encoding, encoder]) => {
    let finish: (() => void) | undefined;
    const { origin } = await serve((_, response) => {
      response.writeHead(200, { 'content-encoding': encoding });
      const encoded = encoder();
      encoded.pipe(response);
      encoded.write('first');
      encoded.flush(() => {});
      finish = () => encoded.end('last');
    });
    const { body } = await fetchWith()(origin);
    const reader = body!.pipeThrough(new TextDecoderStream()).getReader();
    expect(await reader.read()).toEqual({ done: false, value: 'first' });
    finish!();
    expect(await reader.read()).toEqual({ done: false, value: 'last' });
    expect(await reader.read()).toEqual({ done: true, value: undefined });
  },
);

test.for(['gzip', 'deflate', 'br', 'deflate, gzip'])(
  'a %s body without a byte is empty',
  async (encoding) => {
    const { origin } = await serve((_, response) => {
      response.writeHead(200, { 'content-encoding': encoding }).flushHeaders();
      setTimeout(() => response.end(), 10);
    });
    expect(await (await fetchWith()(origin)).text()).toBe('');
  },
);

test('a body that is not what its encoding says fails, and closes the connection', async () => {
  const { origin, connections } = await serve((_, response) => {
    response.writeHead(200, { 'content-encoding': 'gzip' }).write('plain');
  });
  const response = await fetchWith()(origin);
  await expect(response.text()).rejects.toMatchObject({
    name: 'TypeError',
    message: 'terminated',
    cause: { code: 'Z_DATA_ERROR' },
  });
  await expect.poll(connections).toBe(0);
});
