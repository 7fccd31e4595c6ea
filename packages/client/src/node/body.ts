/** What a request sends: bytes of known length that can be sent again, or a stream that cannot. */

import type { ClientRequest } from 'node:http';

/** A string is UTF-8. */
export type Payload = string | Uint8Array | Blob | Source;

/** A body that is asked for piece by piece, as fast as the connection takes it. */
export interface Source {
  next(): Promise<{ done?: boolean | undefined; value?: unknown }>;
  /** Says that no more is wanted; nothing when it has ended or failed. Does not reject. */
  cancel(reason: unknown): Promise<void>;
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
  const payload = toSource(Object(body));
  return payload ? { payload, type: null, length: undefined } : encode(String(body));
}

/** The bytes of a form, and its type, which names its boundary. */
async function encodeForm(form: Response): Promise<Outgoing> {
  return { ...bytes(new Uint8Array(await form.arrayBuffer())), type: form.headers.get('content-type') };
}

/** The body of a `Request`, read into memory. Rejects when it fails, or is read already; `signal` ends the reading. */
export async function encodeRequest(
  request: Request,
  signal: AbortSignal | null | undefined,
): Promise<Outgoing> {
  if (request.bodyUsed) throw new TypeError('Body is unusable: Body has already been read');
  const reader = request.body!.getReader();
  const abort = (): void => void reader.cancel(signal!.reason).catch(() => {});
  signal?.addEventListener('abort', abort);
  try {
    const pieces: Uint8Array[] = [];
    for (let step; !(step = await reader.read()).done;) pieces.push(step.value);
    signal?.throwIfAborted();
    return bytes(Buffer.concat(pieces));
  } finally {
    signal?.removeEventListener('abort', abort);
  }
}

/** Whether a body can be sent a second time. */
export function isRepeatable(payload: Payload | undefined): boolean {
  return !isSource(payload);
}

/** Sends `payload` and ends the request. A source that fails, or gives something else than bytes, destroys it. */
export function transmit(request: ClientRequest, payload: Payload | undefined): void {
  if (payload instanceof Blob) payload = toSource(payload.stream());
  if (isSource(payload)) void pump(request, payload);
  else request.end(payload);
}

/** Tells a payload that has not been sent to its end why it will not be. */
export function discard(payload: Payload | undefined, reason: unknown): void {
  if (isSource(payload)) void payload.cancel(reason);
}

function isSource(payload: Payload | undefined): payload is Source {
  return typeof payload === 'object' && 'next' in payload;
}

async function pump(request: ClientRequest, source: Source): Promise<void> {
  // If the source has not been told of a failure by now, the answer came to its end first.
  request.once('close', () => void source.cancel(undefined));
  try {
    for (;;) {
      const { done, value } = await source.next();
      if (request.destroyed) return;
      if (done) break;
      if (!request.write(toBytes(value))) await drained(request);
    }
    request.end();
  } catch (error) {
    request.destroy(error as Error);
  }
}

/** Bytes of any view as those that Node writes; it refuses what are none. */
function toBytes(piece: unknown): Uint8Array {
  return ArrayBuffer.isView(piece) && !(piece instanceof Uint8Array)
    ? new Uint8Array(piece.buffer, piece.byteOffset, piece.byteLength)
    : (piece as Uint8Array);
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

function toSource(body: any): Source | undefined {
  if (typeof body.getReader === 'function') {
    const reader = (body as ReadableStream).getReader();
    return source(
      () => reader.read(),
      (reason) => reader.cancel(reason),
    );
  }
  if (!(Symbol.asyncIterator in body)) return undefined;
  // A stream of Node may fail before it is asked for anything, and be asked all the same.
  if (typeof body.on === 'function') body.on('error', () => {});
  const iterator = (body as AsyncIterable<unknown>)[Symbol.asyncIterator]();
  return source(
    () => iterator.next(),
    () => iterator.return?.(),
  );
}

function source(next: Source['next'], cancel: (reason: unknown) => unknown): Source {
  let over = false;
  let cancelled = false;
  return {
    async next() {
      try {
        const step = await next();
        // A reader says so with an end, which would make half a body a whole one.
        if (cancelled) throw new Error('the body is no longer wanted');
        over ||= !!step.done;
        return step;
      } catch (error) {
        over = true;
        throw error;
      }
    },
    async cancel(reason) {
      if (over) return;
      over = cancelled = true;
      try {
        await cancel(reason);
      } catch {
        // The request has failed for a better reason.
      }
    },
  };
}

function text(payload: string, type: string): Outgoing {
  return { payload, type, length: Buffer.byteLength(payload) };
}

function bytes(payload: Uint8Array): Outgoing {
  return { payload, type: null, length: payload.length };
}
