/**
 * Bytes cut anywhere to lines of text. Knows UTF-8 and the three line ends; gives the lines no meaning.
 */

/** What a body may yield. Null and undefined are skipped, as some custom bodies yield them between pieces. */
export type Bytes = Uint8Array | ArrayBuffer | string | null | undefined;

/**
 * Takes pieces with `push`, gives complete lines with `next`.
 *
 * LF, CR and CRLF end a line, mixed as they come; a CR ends its line at once, wherever the piece was cut. A byte
 * order mark is dropped at the start of the stream only, invalid UTF-8 reads as U+FFFD. A byte is looked at a fixed
 * number of times however small the pieces: while no line end has come they are only chained together.
 */
export class LineReader {
  #decoder = new TextDecoder('utf-8', { ignoreBOM: true });
  #text = '';
  #at = 0;
  #started = false;
  #afterCR = false;

  push(chunk: Bytes): void {
    if (chunk == null) return;
    if (typeof chunk === 'string') return this.#add(this.#decoder.decode() + chunk);
    const bytes = chunk instanceof ArrayBuffer ? new Uint8Array(chunk) : chunk;
    if (!bytes.length) return;
    // A piece that ends in ASCII leaves no character open. Engines decode much faster when told so.
    this.#add(this.#decoder.decode(bytes, { stream: bytes[bytes.length - 1]! > 0x7f }));
  }

  /** The next complete line without its line end, or undefined until more is pushed. */
  next(): string | undefined {
    const end = this.#at < 0 ? -1 : this.#text.indexOf('\n', this.#at);
    if (end < 0) {
      if (this.#at > 0) this.#text = this.#text.slice(this.#at);
      this.#at = -1;
      return undefined;
    }
    const line = this.#text.slice(this.#at, end);
    this.#at = end + 1;
    return line;
  }

  /** The last line when the input did not end it, or undefined. Ends the input. */
  end(): string | undefined {
    this.#add(this.#decoder.decode() + '\n');
    const line = this.next();
    return line === '' ? undefined : line;
  }

  #add(text: string): void {
    if (!text) return;
    if (!this.#started) {
      this.#started = true;
      if (text.charCodeAt(0) === 0xfeff) text = text.slice(1);
    }
    if (this.#afterCR || text.includes('\r')) {
      if (this.#afterCR && text.charCodeAt(0) === 0x0a) text = text.slice(1);
      this.#afterCR = text.endsWith('\r');
      text = text.replace(/\r\n?/g, '\n');
    }
    this.#text += text;
    // -1 says "nothing to find": a search would flatten the chain and read all of it again for every piece.
    if (this.#at < 0 && text.includes('\n')) this.#at = 0;
  }
}
