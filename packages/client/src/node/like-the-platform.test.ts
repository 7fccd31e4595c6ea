// The platform's fetch is the specification: whatever is asked for, both send the same and make the same of the answer.
import type { ServerResponse } from 'node:http';
import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { serve } from '../../test/support/http-server.ts';
import type { Arrived } from '../../test/support/http-server.ts';
import { fetchWith } from '../../test/support/node-fetch.ts';

type Fetch = typeof globalThis.fetch;

/** What only the platform sends, or only the connection decides. */
const incidental = new Set(['connection', 'accept-language', 'sec-fetch-mode', 'accept-encoding']);

const framing = new Set(['content-length', 'transfer-encoding']);

/** A request as the server has it. How the end of a body is told counts only where there is one. */
const sent = ({ method, url, headers, body }: Arrived, framed = body.length > 0) => ({
  method,
  url,
  headers: Object.fromEntries(
    Object.entries(headers)
      .filter(([name]) => !incidental.has(name) && (framed || !framing.has(name)))
      .toSorted(),
  ),
  body: body.toString('base64'),
});

interface Init extends Omit<RequestInit, 'body'> {
  body?: MakeBody;
}

/** Calls `fetch`, with a body made for it, perhaps by way of a `Request`. */
function start(fetch: Fetch, url: string, { body, ...init }: Init, whole = false): Promise<Response> {
  const options = { ...init, ...(body && { body: body() }), duplex: 'half' } as RequestInit;
  return whole ? fetch(new Request(url, options)) : fetch(url, options);
}

/** What came of a call, or the kind of its failure; two texts are known well enough to be asked for. */
async function outcome<T>(run: () => Promise<T>): Promise<T | string> {
  try {
    return await run();
  } catch (error) {
    const { name, message } = error as Error;
    return ['fetch failed', 'terminated'].includes(message) ? `${name}: ${message}` : name;
  }
}

const bytes = fc.uint8Array({ maxLength: 40 });
const words = fc.string({ unit: 'grapheme', maxLength: 20 });

/** The platform can wait for ever behind an empty piece. */
const piece = fc.uint8Array({ minLength: 1, maxLength: 40 });

/** Each makes a body anew for each of the two, since some can be read once. */
type MakeBody = () => unknown;

const lasting: fc.Arbitrary<MakeBody> = fc.oneof(
  fc.constant(() => undefined),
  fc.constant(() => null),
  words.map((text) => () => text),
  fc.dictionary(words, words).map((value) => () => new URLSearchParams(value)),
  fc.tuple(bytes, fc.constantFrom('', 'text/csv')).map(
    ([value, type]) =>
      () =>
        new Blob([value.slice()], { type }),
  ),
  fc.array(piece, { maxLength: 3 }).map((pieces) => () => streamOf(pieces)),
);

/** Some versions of the platform lose these when they must be sent a second time. */
const binary: fc.Arbitrary<MakeBody> = fc.oneof(
  bytes.map((value) => () => value),
  bytes.map((value) => () => value.slice().buffer),
  bytes.map((value) => () => new DataView(value.buffer, value.byteOffset, value.byteLength)),
);

function streamOf(pieces: Uint8Array[]): ReadableStream<Uint8Array> {
  const queue = pieces.values();
  return new ReadableStream({
    pull(controller) {
      const { done, value } = queue.next();
      if (done) controller.close();
      else controller.enqueue(value);
    },
  });
}

const requestHeaders = fc.dictionary(
  fc.constantFrom('Accept', 'authorization', 'content-type', 'user-agent', 'X-Word', 'cookie'),
  fc.constantFrom('', 'a', 'text/plain', 'a, b'),
);

test('a request arrives as the platform sends it', { timeout: 60_000 }, async () => {
  const server = await serve((_, response) => response.end());
  const ours = fetchWith();
  const methods = 'GET get HEAD POST post PUT PATCH DELETE OPTIONS X! A/B TRACE'.split(' ');
  const init: fc.Arbitrary<Init> = fc.record(
    { method: fc.constantFrom(...methods), headers: requestHeaders, body: fc.oneof(lasting, binary) },
    { requiredKeys: [] },
  );
  const through = (fetch: Fetch, path: string, init: Init, whole: boolean) =>
    outcome(async () => {
      const { status } = await start(fetch, `${server.origin}/${path}`, init, whole);
      // The body of a `Request` is read before it is sent, so its length is known to us.
      return [status, server.arrived.splice(0).map((one) => sent(one, whole ? false : undefined))];
    });
  await fc.assert(
    fc.asyncProperty(fc.webPath(), init, fc.boolean(), async (path, init, whole) => {
      expect(await through(ours as Fetch, path, init, whole)).toEqual(
        await through(fetch, path, init, whole),
      );
    }),
    { numRuns: 300 },
  );
});

interface Reply {
  status: number;
  reason: string;
  headers: [string, string][];
  pieces: Uint8Array[];
  encoding: string;
  framing: 'length' | 'chunked' | 'close' | 'broken';
}

const encoders: Record<string, (data: Uint8Array) => Uint8Array> = {
  gzip: gzipSync,
  'x-gzip': gzipSync,
  deflate: deflateSync,
  br: brotliCompressSync,
};

const content = fc.oneof(
  bytes,
  words.map((text) => new TextEncoder().encode(text)),
  fc.json().map((text) => new TextEncoder().encode(text)),
);

const reply: fc.Arbitrary<Reply> = fc.record({
  status: fc.constantFrom(200, 200, 200, 201, 204, 205, 299, 300, 304, 400, 404, 500, 503),
  reason: fc.constantFrom('OK', 'Not quite', ''),
  headers: fc.array(
    fc.tuple(
      fc.constantFrom('set-cookie', 'x-a', 'X-B', 'content-type'),
      fc.constantFrom('1', '2', 'text/plain'),
    ),
    { maxLength: 4 },
  ),
  pieces: fc.array(content, { maxLength: 3 }),
  encoding: fc.constantFrom(
    '',
    '',
    '',
    'gzip',
    'X-GZip',
    'deflate',
    'raw',
    'br',
    'gzip, br',
    'deflate,gzip',
    'other',
    'gzip, other',
  ),
  framing: fc.constantFrom('length', 'chunked', 'close', 'broken'),
});

function write(
  { status, reason, headers, pieces, encoding, framing }: Reply,
  response: ServerResponse,
): void {
  let data: Uint8Array[] = pieces;
  const raw = encoding === 'raw';
  if (raw) data = [deflateRawSync(Buffer.concat(pieces))];
  else if (encoding)
    data = [
      encoding
        .toLowerCase()
        .split(/, ?/)
        .reduce((data, name) => encoders[name]?.(data) ?? data, Buffer.concat(pieces) as Uint8Array),
    ];
  const length = data.reduce((sum, piece) => sum + piece.length, 0);
  const flat = headers.flat();
  if (encoding) flat.push('content-encoding', raw ? 'deflate' : encoding);
  if (framing === 'length') flat.push('content-length', `${length}`);
  if (framing === 'broken') flat.push('content-length', `${length + 1}`);
  if (framing === 'close') flat.push('connection', 'close');
  response.writeHead(status, reason, flat);
  for (const piece of data) response.write(piece);
  if (framing !== 'broken') response.end();
  else response.write('', () => setTimeout(() => response.socket!.destroy(), 3));
}

const base64 = (data: ArrayBuffer | Uint8Array): string => Buffer.from(data as Uint8Array).toString('base64');

/** The ways to read an answer. */
const readings: Record<string, (response: Response) => Promise<unknown>> = {
  text: (response) => response.text(),
  json: (response) => response.json(),
  arrayBuffer: async (response) => base64(await response.arrayBuffer()),
  blob: async (response) => {
    const blob = await response.blob();
    return [blob.type, base64(await blob.arrayBuffer())];
  },
  body: async (response) => {
    const pieces: Uint8Array[] = [];
    for await (const piece of response.body ?? []) pieces.push(piece as Uint8Array);
    return [response.body === null, base64(Buffer.concat(pieces))];
  },
  clone: async (response) => {
    const copy = response.clone();
    return [...(await Promise.all([copy.text(), response.text()])), facts(copy)];
  },
  twice: async (response) => [await response.text(), await outcome(() => response.text())],
  'body, then text': async (response) => [response.body === response.body, await response.text()],
  'text, then clone': async (response) => {
    await response.text();
    return outcome(async () => facts(response.clone()));
  },
};

const facts = (response: Response) => ({
  status: response.status,
  statusText: response.statusText,
  ok: response.ok,
  url: response.url,
  redirected: response.redirected,
  // Where the platform was led to another origin, it says so here; ours does not.
  type: response.redirected || response.type,
  headers: [...response.headers].filter(([name]) => !/^(date|keep-alive|connection)$/.test(name)),
  used: response.bodyUsed,
  tag: Object.prototype.toString.call(response),
  real: response instanceof Response,
});

test('an answer says what the platform reads in it', { timeout: 60_000 }, async () => {
  let next: Reply;
  const server = await serve((_, response) => write(next, response));
  const ours = fetchWith();
  const through = (fetch: Fetch, method: string, read: string) =>
    outcome(async () => {
      const response = await fetch(`${server.origin}/?q#here`, { method });
      const before = facts(response);
      const what = await outcome(() => readings[read]!(response));
      return [before, what, response.bodyUsed];
    });
  await fc.assert(
    fc.asyncProperty(
      reply,
      fc.constantFrom('GET', 'GET', 'GET', 'HEAD'),
      fc.constantFrom(...Object.keys(readings)),
      async (reply, method, read) => {
        next = reply;
        expect(await through(ours as Fetch, method, read)).toEqual(await through(fetch, method, read));
      },
    ),
    { numRuns: 400 },
  );
});

test(
  'a redirect leads where it leads the platform, with the same requests',
  { timeout: 60_000 },
  async () => {
    let hops: { status: number; location: string | undefined }[] = [];
    const answer = ({ url }: Arrived, response: ServerResponse): void => {
      const hop = hops[Number(/\d+$/.exec(url)?.[0] ?? 0)];
      if (!hop) return void response.end('here');
      response.writeHead(hop.status, hop.location === undefined ? {} : { location: hop.location });
      response.end('elsewhere');
    };
    const servers = [await serve(answer), await serve(answer)];
    const [home, away] = servers.map(({ origin }) => origin);
    const hop = fc.record({
      status: fc.constantFrom(301, 302, 303, 307, 308, 300, 304),
      to: fc.constantFrom(
        '/?',
        `${home}/a?`,
        `${away}/?`,
        '?',
        '#end',
        '//[',
        'ftp://127.0.0.1/',
        undefined,
        `http://user@127.0.0.1/`,
      ),
    });
    const path = fc.array(hop, { maxLength: 4 });
    const init: fc.Arbitrary<Init> = fc.record(
      {
        method: fc.constantFrom('GET', 'HEAD', 'POST', 'PUT', 'DELETE'),
        body: lasting,
        headers: requestHeaders,
        redirect: fc.constantFrom<RequestRedirect[]>('follow', 'follow', 'follow', 'error', 'manual'),
      },
      { requiredKeys: [] },
    );
    const ours = fetchWith();
    const through = async (fetch: Fetch, init: Init) => {
      const end = await outcome(async () => {
        const response = await start(fetch, `${home}/?0#first`, init);
        return [facts(response), await response.text()];
      });
      return [end, servers.map(({ arrived }) => arrived.splice(0).map((one) => sent(one)))];
    };
    await fc.assert(
      fc.asyncProperty(path, init, async (path, init) => {
        hops = path.map(({ status, to }, at) => ({
          status,
          location: to?.endsWith('?') ? `${to}${at + 1}` : to,
        }));
        expect(await through(ours as Fetch, init)).toEqual(await through(fetch, init));
      }),
      { numRuns: 400 },
    );
  },
);
