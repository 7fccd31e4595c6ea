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
  deflate: inflate,
  br: () =>
    zlib.createBrotliDecompress({ flush: BROTLI_OPERATION_FLUSH, finishFlush: BROTLI_OPERATION_FLUSH }),
};
const { createZstdDecompress } = zlib as { createZstdDecompress?: () => Transform };
if (createZstdDecompress) decoders['zstd'] = () => createZstdDecompress();

/** For `accept-encoding`. */
export const accepted: string = ['gzip', 'deflate', 'br', ...(createZstdDecompress ? ['zstd'] : [])].join(
  ', ',
);

/**
 * `body` without its encodings, which `encoding` lists as `content-encoding` does. With one in it that is unknown,
 * the body is given as it came. Destroying the result destroys `body`.
 */
export function decode(body: Readable, encoding: string | undefined): Readable {
  const names = encoding?.toLowerCase().split(/\s*,\s*/) ?? [];
  if (!names.every((name) => Object.hasOwn(decoders, name))) return body;
  return names.reduceRight((source, name) => pipeline(source, decoders[name]!(), () => {}) as Readable, body);
}

/** Some servers leave out the header of the format, so the first byte decides. */
function inflate(): Transform {
  let inner: Transform | undefined;
  return new Transform({
    transform(chunk: Uint8Array, _, done) {
      inner ??= ((chunk[0]! & 15) === 8 ? zlib.createInflate(flush) : zlib.createInflateRaw(flush))
        .on('data', (piece) => this.push(piece))
        .on('error', (error) => this.destroy(error));
      inner.write(chunk, () => done());
    },
    flush(done) {
      if (inner) inner.on('end', () => done()).end();
      else done();
    },
  });
}
