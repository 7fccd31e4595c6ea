/** What a request sends: bytes of known length that can be sent again, or a stream that cannot. */

import type { ClientRequest } from 'node:http';

/** A string is UTF-8. */
export type Payload = string | Uint8Array | Blob | Source;

/** A body that is asked for piece by piece, as fast as the connection takes it. */
export interface Source {
  next(): Promise<{ done?: boolean | undefined; value?: unknown }>;
  cancel(reason: unknown): unknown;
}

export interface Outgoing {
  payload: Payload;
  /** The content type fetch gives to a body of its kind, for requests that name none. */
  type: string | null;
  /** In bytes; undefined for a stream. */
  length: number | undefined;
}

/** Reads everything fetch takes for a body, and iterables; bytes are copied. A form is read into memory. */
export function encode(body: unknown): Outgoing | Promise<Outgoing> {
  if (typeof body === 'string') return text(body, 'text/plain;charset=UTF-8');
  if (body instanceof ArrayBuffer) return bytes(new Uint8Array(body.slice(0)));
  if (ArrayBuffer.isView(body))
    return bytes(new Uint8Array(body.buffer, body.byteOffset, body.byteLength).slice());
  if (body instanceof URLSearchParams)
    return text(`${body}`, 'application/x-www-form-urlencoded;charset=UTF-8');
  if (body instanceof Blob) return { payload: body, type: body.type || null, length: body.size };
  if (body instanceof FormData) return encodeForm(new Response(body));
  const source = sourceOf(Object(body));
  return source ? { payload: source, type: null, length: undefined } : encode(String(body));
}

/** The bytes of a form, and its type, which names its boundary. */
async function encodeForm(form: Response): Promise<Outgoing> {
  return { ...bytes(new Uint8Array(await form.arrayBuffer())), type: form.headers.get('content-type') };
}

/** Whether a body can be sent a second time. */
export function isRepeatable(payload: Payload | undefined): boolean {
  return !isSource(payload);
}

/** Sends `payload` and ends the request. A source that fails, or gives something else than bytes, destroys it. */
export function transmit(request: ClientRequest, payload: Payload | undefined): void {
  if (payload instanceof Blob) payload = sourceOf(payload.stream());
  if (isSource(payload)) void pump(request, payload);
  else request.end(payload);
}

/** Tells the source of a payload that was never sent. */
export function discard(payload: Payload | undefined, reason: unknown): void {
  if (isSource(payload)) Promise.resolve(payload.cancel(reason)).catch(() => {});
}

function isSource(payload: Payload | undefined): payload is Source {
  return typeof payload === 'object' && 'next' in payload;
}

async function pump(request: ClientRequest, source: Source): Promise<void> {
  let finished = false;
  request.once('close', () => {
    if (!finished) discard(source, undefined);
  });
  try {
    for (;;) {
      const { done, value } = await source.next();
      if (done || request.destroyed) break;
      if (!request.write(value as Uint8Array)) await drained(request);
    }
    finished = !request.destroyed;
    request.end();
  } catch (error) {
    finished = true;
    request.destroy(error as Error);
  }
}

function drained(request: ClientRequest): Promise<void> {
  return new Promise((resolve) => {
    const go = (): void => {
      request.off('drain', go).off('close', go);
      resolve();
    };
    request.on('drain', go).on('close', go);
  });
}

function sourceOf(body: any): Source | undefined {
  if (typeof body.getReader === 'function') {
    const reader = (body as ReadableStream).getReader();
    return { next: () => reader.read(), cancel: (reason) => reader.cancel(reason) };
  }
  if (!(Symbol.asyncIterator in body)) return undefined;
  const iterator = (body as AsyncIterable<unknown>)[Symbol.asyncIterator]();
  return { next: () => iterator.next(), cancel: () => iterator.return?.() };
}

function text(payload: string, type: string): Outgoing {
  return { payload, type, length: Buffer.byteLength(payload) };
}

function bytes(payload: Uint8Array): Outgoing {
  return { payload, type: null, length: payload.length };
}
