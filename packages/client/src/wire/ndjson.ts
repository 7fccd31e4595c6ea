/** One JSON value per line, both directions. */

export { LineDecoder } from './lines.ts';

/** A value as one line of UTF-8. What JSON cannot say reads `undefined`, which no reader accepts. */
export function encodeLine(value: unknown): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(`${JSON.stringify(value)}\n`);
}
