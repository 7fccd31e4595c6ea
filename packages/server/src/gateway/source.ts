/** The body of an upstream's response, part by part, with time limits for the first chunk and for silence after it. */
import type { Readable } from 'node:stream';
import type { PartSink, PartSource } from '../http/direct.ts';
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

export class Source implements PartSource {
  readonly status: number;
  readonly headers: Headers;
  readonly isStream: boolean;
  /** Whether chunks and comments look different: not if the upstream compressed the body although the request forbids that. */
  readonly #hasLines: boolean;
  readonly #body: Readable;
  readonly #options: SourceOptions;
  /** Parts that have been read and not been passed on. */
  #held: Uint8Array[] = [];
  #sink: PartSink | undefined;
  #timer: NodeJS.Timeout | undefined;
  /** Since when a part is waited for. Undefined while none is wanted. */
  #waitsSince: number | undefined;
  /** The error of an upstream that was too slow, once it has been. */
  lateness: Error | undefined;
  #hasBegun = false;
  /** Whether the limit is that of silence: from the first chunk on, or once that was due while no part was wanted. */
  #isIdleLimited = false;
  /** The beginning of the line that is being read, as parts may be cut anywhere. */
  #line = '';
  /** How the body ended. */
  #ending: { error?: unknown } | undefined;

  constructor({ status, headers, body }: UpstreamReply, options: SourceOptions) {
    this.status = status;
    this.headers = headers;
    this.isStream = /^text\/event-stream\b/i.test(headers.get('content-type') ?? '');
    this.#hasLines = this.isStream && !isCompressed(headers);
    this.#body = body;
    this.#options = options;
    this.#watch(options.limits.firstChunk - (performance.now() - options.sentAt));
    // A listener would make it flow.
    body.pause();
    body.on('data', (part: Buffer) => this.#arrived(part));
    body.on('end', () => this.#ended({}));
    body.on('error', (error) => this.#ended({ error }));
    body.on('close', () => this.#ended({ error: new Error('The body was not read to its end.') }));
  }

  /**
   * Reads until the first chunk: data of a stream, any byte of another body. What was read until then is what `flow` gives first.
   * False when there is none, because the body ended, was cut off or was too slow.
   */
  hasChunk(): Promise<boolean> {
    return new Promise((resolve) => {
      const parts: Uint8Array[] = [];
      let length = 0;
      this.flow({
        part: (part) => {
          parts.push(part);
          length += part.length;
          if (!this.#hasBegun && length <= maxHeld) return true;
          this.giveBack(parts);
          resolve(true);
          return false;
        },
        end: () => resolve(false),
        fail: () => resolve(false),
      });
    });
  }

  /** Each part as it arrives, until the end, or until the connection broke or nothing arrived in time. */
  flow(sink: PartSink): void {
    this.#sink = sink;
    this.resume();
  }

  resume(): void {
    while (this.#held.length > 0) if (!this.#sink?.part(this.#held.shift()!)) return;
    if (this.#ending) return this.#tellEnding();
    this.#waitsSince = performance.now();
    this.#body.resume();
  }

  /** Parts that `flow` gave, and that the next `flow` gives again. No more are read until then. */
  giveBack(parts: Uint8Array[]): void {
    this.#held = parts;
    this.#sink = undefined;
    this.#pause();
  }

  /** Ends the request upstream, if it has not ended. Nothing more is given. */
  cancel(): void {
    clearTimeout(this.#timer);
    this.#sink = undefined;
    this.#body.destroy();
  }

  #pause(): void {
    this.#waitsSince = undefined;
    this.#body.pause();
  }

  #arrived(part: Buffer): void {
    if (!this.#hasBegun) this.#noteFirst(part);
    this.#waitsSince = performance.now();
    if (!this.#sink?.part(part)) this.#pause();
  }

  /** The first event says how: `close` follows the others. */
  #ended(ending: { error?: unknown }): void {
    if (this.#ending) return;
    clearTimeout(this.#timer);
    this.#ending = ending;
    if (this.#waitsSince !== undefined) this.#tellEnding();
  }

  #tellEnding(): void {
    const sink = this.#sink;
    this.#sink = undefined;
    this.#waitsSince = undefined;
    if (this.#ending && 'error' in this.#ending) sink?.fail(this.lateness ?? this.#ending.error);
    else sink?.end();
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
    this.#isIdleLimited = true;
    clearTimeout(this.#timer);
    this.#watch(this.#options.limits.idle);
  }

  /**
   * Only the time in which a part is waited for counts: a caller that reads slowly is not the upstream's fault, and neither is that
   * a failed response is kept, unread, while another upstream is asked.
   */
  #watch(ms: number): void {
    this.#timer = setTimeout(
      () => {
        const waited = this.#waitsSince === undefined ? 0 : performance.now() - this.#waitsSince;
        const { idle } = this.#options.limits;
        if (this.#waitsSince === undefined) this.#isIdleLimited = true;
        if (this.#isIdleLimited && waited < idle) return this.#watch(idle - waited);
        this.lateness = this.#options.late();
        this.#body.destroy(this.lateness);
      },
      Math.max(0, ms),
    );
    this.#timer.unref();
  }
}
