/** Bodies that were compressed on their way: gzip, deflate, Brotli, and Zstandard where Node has it. */

import { pipeline, Transform } from 'node:stream';
import type { Readable } from 'node:stream';
import * as zlib from 'node:zlib';

const { BROTLI_OPERATION_FLUSH, Z_SYNC_FLUSH } = zlib.constants;

// What is there is given out at once, for the sake of event streams; a body that ends too early ends there.
const flush = { flush: Z_SYNC_FLUSH, finishFlush: Z_SYNC_FLUSH };
const gunzip = (): Transform => zlib.createGunzip(flush);

const decoders: Record<string, (() => Transform) | undefined> = {
  gzip: gunzip,
  'x-gzip': gunzip,
  deflate: () => new Inflate(),
  br: () =>
    zlib.createBrotliDecompress({ flush: BROTLI_OPERATION_FLUSH, finishFlush: BROTLI_OPERATION_FLUSH }),
};
const { createZstdDecompress } = zlib as { createZstdDecompress?: () => Transform };
if (createZstdDecompress) decoders['zstd'] = () => createZstdDecompress();

/** For `accept-encoding`. */
export const accepted: string = ['gzip', 'deflate', 'br', ...(createZstdDecompress ? ['zstd'] : [])].join(
  ', ',
);

/** As many encodings as fetch takes off one body: each needs memory that the server does not pay for. */
const most = 5;

/**
 * `body` without its encodings, which `encoding` lists as `content-encoding` does. With one in it that is unknown,
 * the body is given as it came. Destroying the result destroys `body`. Throws when there are too many.
 */
export function decode(body: Readable, encoding: string | undefined): Readable {
  if (!encoding) return body;
  const names = encoding.toLowerCase().split(/\s*,\s*/);
  if (names.length > most) throw new Error(`${names.length} content encodings, more than ${most}`);
  if (!names.every((name) => Object.hasOwn(decoders, name))) return body;
  return names.reduceRight((source, name) => pipeline(source, decoders[name]!(), () => {}) as Readable, body);
}

/** Some servers leave out the header of the format, so the first byte decides. */
class Inflate extends Transform {
  #inner: Transform | undefined;
  #ended = false;

  override _transform(chunk: Uint8Array, _: unknown, done: () => void): void {
    this.#inner ??= this.#begin(chunk[0]!);
    // What follows the end of the data is nobody's.
    if (this.#ended) done();
    else this.#inner.write(chunk, done);
  }

  override _flush(done: () => void): void {
    if (!this.#inner || this.#ended) done();
    else this.#inner.on('end', done).end();
  }

  override _read(size: number): void {
    this.#inner?.resume();
    super._read(size);
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.#inner?.destroy();
    done(error);
  }

  #begin(first: number): Transform {
    const inner = (first & 15) === 8 ? zlib.createInflate(flush) : zlib.createInflateRaw(flush);
    return inner
      .on('data', (piece) => {
        if (!this.push(piece)) inner.pause();
      })
      .on('end', () => {
        this.#ended = true;
        this.push(null);
      })
      .on('error', (error) => this.destroy(error));
  }
}
