/** The body of an upstream's response, part by part, with time limits for the first chunk and for silence after it. */
import type { Readable } from 'node:stream';
import type { UpstreamReply } from '../models/upstream.ts';

export interface Limits {
  /** Milliseconds until the first chunk, counted from the request. */
  firstChunk: number;
  /** Milliseconds between two parts. */
  idle: number;
}

export interface SourceOptions {
  limits: Limits;
  /** When the request was sent, as `performance.now()` has it. */
  sentAt: number;
  /** The error of an upstream that is too slow. */
  late(): Error;
}

/** Bytes of comments that are held back before the first chunk. */
const maxHeld = 64 * 1024;

/** A line with data, which only chunks have. */
const dataLine = /^(?:\xef\xbb\xbf)?data:/m;
const dataLineLength = '\xef\xbb\xbfdata:'.length;

/** Whether the body is encoded, as `gzip` for example. */
export function isCompressed(headers: Headers): boolean {
  return (headers.get('content-encoding') ?? 'identity') !== 'identity';
}

export class Source {
  readonly status: number;
  readonly headers: Headers;
  readonly isStream: boolean;
  /** Whether chunks and comments look different: not if the upstream compressed the body although the request forbids that. */
  readonly #hasLines: boolean;
  readonly #body: Readable;
  readonly #parts: AsyncIterator<Buffer>;
  readonly #options: SourceOptions;
  #held: Uint8Array[] = [];
  #timer: NodeJS.Timeout | undefined;
  /** When reading of the next part began. */
  #askedAt: number | undefined;
  /** The error of an upstream that was too slow, once it has been. */
  lateness: Error | undefined;
  #hasBegun = false;
  /** The beginning of the line that is being read, as parts may be cut anywhere. */
  #line = '';
  /** Why there are no more parts. */
  #failure: { error: unknown } | undefined;

  constructor({ status, headers, body }: UpstreamReply, options: SourceOptions) {
    this.status = status;
    this.headers = headers;
    this.isStream = /^text\/event-stream\b/i.test(headers.get('content-type') ?? '');
    this.#hasLines = this.isStream && !isCompressed(headers);
    this.#body = body;
    this.#parts = body[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
    this.#options = options;
    this.#watch(options.limits.firstChunk - (performance.now() - options.sentAt));
  }

  /**
   * Reads until the first chunk: data of a stream, any byte of another body. What was read until then is what `next` gives first.
   * False when there is none, because the body ended, was cut off or was too slow.
   */
  async hasChunk(): Promise<boolean> {
    let length = 0;
    try {
      for (;;) {
        const part = await this.#read();
        if (part === undefined) return false;
        this.#held.push(part);
        length += part.length;
        if (this.#hasBegun || length > maxHeld) return true;
      }
    } catch {
      return false;
    }
  }

  /** The next part; undefined at the end. Rejects when the connection broke, or nothing arrived in time. */
  async next(): Promise<Uint8Array | undefined> {
    return this.#held.shift() ?? this.#read();
  }

  /** Parts that `next` gave and gives again. */
  giveBack(parts: Uint8Array[]): void {
    this.#held = parts;
  }

  /** Ends the request upstream, if it has not ended. */
  destroy(): void {
    clearTimeout(this.#timer);
    this.#body.destroy();
  }

  async #read(): Promise<Buffer | undefined> {
    if (this.#failure) throw this.#failure.error;
    this.#askedAt = performance.now();
    try {
      const { done, value } = await this.#parts.next();
      if (done) {
        clearTimeout(this.#timer);
        return undefined;
      }
      if (!this.#hasBegun) this.#noteFirst(value);
      return value;
    } catch (error) {
      clearTimeout(this.#timer);
      this.#failure = { error: this.lateness ?? error };
      throw this.#failure.error;
    } finally {
      this.#askedAt = undefined;
    }
  }

  /** From the first chunk on, the limit is that of silence. Comments before it keep a connection open, and are no chunk. */
  #noteFirst(part: Buffer): void {
    if (this.#hasLines) {
      const text = this.#line + part.toString('latin1');
      this.#line = text
        .slice(Math.max(text.lastIndexOf('\n'), text.lastIndexOf('\r')) + 1)
        .slice(0, dataLineLength);
      if (!dataLine.test(text)) return;
    }
    this.#hasBegun = true;
    clearTimeout(this.#timer);
    this.#watch(this.#options.limits.idle);
  }

  /** Only the time in which a part is waited for counts: a caller that reads slowly is not the upstream's fault. */
  #watch(ms: number): void {
    this.#timer = setTimeout(
      () => {
        const waited = this.#askedAt === undefined ? 0 : performance.now() - this.#askedAt;
        const { idle } = this.#options.limits;
        if (this.#hasBegun && waited < idle) return this.#watch(idle - waited);
        this.lateness = this.#options.late();
        this.#body.destroy(this.lateness);
      },
      Math.max(0, ms),
    );
    this.#timer.unref();
  }
}
