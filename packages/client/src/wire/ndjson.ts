/** One JSON value per line, both directions. */
import { LineReader, type Bytes } from './lines.ts';

/**
 * Takes pieces of a body, gives the lines each piece completes. Empty lines are no values and are left out;
 * a line of white space is kept, and is an error to whoever parses it.
 */
export class LineDecoder {
  #lines = new LineReader();

  push(chunk: Bytes): string[] {
    const lines: string[] = [];
    this.#lines.push(chunk);
    for (let line; (line = this.#lines.next()) !== undefined;) if (line) lines.push(line);
    return lines;
  }

  /** The last line when the input did not end it. Call once, after the last piece. */
  flush(): string[] {
    const line = this.#lines.end();
    return line ? [line] : [];
  }
}

/** A value as one line of UTF-8. What JSON cannot say reads `undefined`, which no reader accepts. */
export function encodeLine(value: unknown): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(`${JSON.stringify(value)}\n`);
}
