// The world a script runs in: a scripted server (through a fake fetch, or over loopback HTTP) that records what it
// was sent. Bodies are recorded as the text that went over the wire.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** One scripted answer. `fail` makes the connection fail with that error instead. */
export interface Reply {
  status?: number;
  headers?: Record<string, string>;
  body?: string | Uint8Array | (() => ReadableStream<Uint8Array>) | null;
  fail?: () => unknown;
  /** Never answers; settles only when the caller aborts. */
  hang?: boolean;
}

export interface Seen {
  method: string;
  url: string;
  headers: Record<string, string>;
  body: string | null;
  /** Milliseconds since the first request. */
  at: number;
  /** Names of the fetch options beside the standard ones. */
  extras: Record<string, unknown>;
}

export interface World {
  fetch: typeof fetch;
  seen: Seen[];
}

export const json = (value: unknown, reply: Reply = {}): Reply => ({
  ...reply,
  headers: { 'content-type': 'application/json', 'x-request-id': 'req_1', ...reply.headers },
  body: JSON.stringify(value),
});

/** A fetch that answers from `replies` in order, the last one again and again. */
export function fakeWorld(replies: Reply[]): World {
  const seen: Seen[] = [];
  let start: number | undefined;
  const fetch = async (
    input: unknown,
    init: RequestInit & Record<string, unknown> = {},
  ): Promise<Response> => {
    start ??= Date.now();
    const reply = replies[Math.min(seen.length, replies.length - 1)] ?? {};
    const { method, headers, body, signal, duplex, ...extras } = init;
    seen.push({
      method: String(method),
      url: String(input),
      headers: Object.fromEntries(new Headers(headers as HeadersInit)),
      body: await bodyText(body),
      at: Date.now() - start,
      extras: { ...extras, ...(duplex === undefined ? {} : { duplex }) },
    });
    if (reply.fail) throw reply.fail();
    if (reply.hang)
      await new Promise((_, reject) => {
        const stop = (): void => reject(abortError());
        if (signal?.aborted) stop();
        signal?.addEventListener('abort', stop);
      });
    if (signal?.aborted) throw abortError();
    const content = typeof reply.body === 'function' ? reply.body() : (reply.body ?? null);
    return new Response(content as BodyInit | null, {
      status: reply.status ?? 200,
      headers: reply.headers ?? {},
    });
  };
  return { fetch: fetch as typeof globalThis.fetch, seen };
}

/** The same over real HTTP on loopback, so that what the platform's fetch adds is compared too. */
export async function loopbackWorld(
  replies: Reply[],
): Promise<{ url: string; seen: Seen[]; close(): Promise<void> }> {
  const seen: Seen[] = [];
  let start: number | undefined;
  const server = createServer((request, response) => {
    start ??= Date.now();
    const at = Date.now() - start;
    const pieces: Buffer[] = [];
    request.on('data', (piece: Buffer) => pieces.push(piece));
    request.on('end', () => {
      const reply = replies[Math.min(seen.length, replies.length - 1)] ?? {};
      const body = pieces.length > 0 ? Buffer.concat(pieces).toString('utf8') : null;
      const headers = Object.fromEntries(
        Object.entries(request.headers).map(([name, value]) => [name, String(value)]),
      );
      seen.push({ method: request.method ?? '', url: request.url ?? '', headers, body, at, extras: {} });
      response.writeHead(reply.status ?? 200, { ...reply.headers });
      response.end(typeof reply.body === 'function' ? '' : (reply.body ?? ''));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/v1`,
    seen,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

async function bodyText(body: unknown): Promise<string | null> {
  if (body === undefined || body === null) return null;
  return new Response(body as BodyInit, { headers: {} }).text();
}

function abortError(): Error {
  return new DOMException('This operation was aborted', 'AbortError');
}
