/**
 * Chunks as `text/event-stream`: what is ready in one turn of the event loop leaves in one piece of bytes. A
 * plain `ReadableStream`, so that an app in memory and an app behind a socket stream in the same way.
 */

/** How a stream ends and what keeps it awake. */
export interface EventStreamOptions {
  /** Silence after which a comment is sent, in milliseconds; 0 sends none. */
  keepAliveMs: number;
  /** The payload of the `error` event that ends a stream whose source threw. */
  errorPayload(thrown: unknown): object;
  /** Called when the reader goes away before the end, before the source is asked to return. */
  onCancel(): void;
}

/**
 * The body of a stream. `first` is the first step of `source`, already asked for, which the caller may have
 * looked at.
 *
 * After the last chunk comes `[DONE]`; when the source throws, an `error` event ends the stream instead. A reader
 * that is slower than the source makes the source wait: at most two pieces are held.
 */
export function eventStream<Chunk>(
  first: Promise<IteratorResult<Chunk>>,
  source: AsyncIterator<Chunk>,
  options: EventStreamOptions,
): ReadableStream<Uint8Array> {
  return new ReadableStream(new EventSource(first, source, options));
}

/** Characters gathered before a piece is sent without waiting for the turn to end. */
const maxPiece = 16 * 1024;

const encoder = new TextEncoder();

class EventSource<Chunk> implements UnderlyingDefaultSource<Uint8Array> {
  readonly #first: Promise<IteratorResult<Chunk>>;
  readonly #chunks: AsyncIterator<Chunk>;
  readonly #options: EventStreamOptions;
  #controller!: ReadableStreamDefaultController<Uint8Array>;
  #cancelled = false;
  /** Events that wait for the end of the turn, or for the reader. */
  #text = '';
  #flushIsDue = false;
  #lastSent = Date.now();
  #onPull: (() => void) | undefined;

  constructor(
    first: Promise<IteratorResult<Chunk>>,
    chunks: AsyncIterator<Chunk>,
    options: EventStreamOptions,
  ) {
    this.#first = first;
    this.#chunks = chunks;
    this.#options = options;
  }

  start(controller: ReadableStreamDefaultController<Uint8Array>): void {
    this.#controller = controller;
    void this.#run();
  }

  pull(): void {
    this.#flush();
    this.#onPull?.();
  }

  cancel(): void {
    this.#cancelled = true;
    this.#options.onCancel();
    this.#onPull?.();
    // The source may still wait for a model that the line above aborted; how it fails interests nobody now.
    Promise.resolve(this.#chunks.return?.()).catch(() => {});
  }

  async #run(): Promise<void> {
    const stopKeepAlive = this.#keepAlive();
    try {
      let step = await this.#first;
      while (!step.done && !this.#cancelled) {
        this.#text += `data: ${JSON.stringify(step.value)}\n\n`;
        if (this.#text.length >= maxPiece) await this.#roomForMore();
        else this.#flushSoon();
        step = await this.#chunks.next();
      }
      this.#text += 'data: [DONE]\n\n';
    } catch (error) {
      if (!this.#cancelled)
        this.#text += `event: error\ndata: ${JSON.stringify(this.#options.errorPayload(error))}\n\n`;
    } finally {
      stopKeepAlive();
    }
    if (this.#cancelled) return;
    this.#send();
    this.#controller.close();
  }

  #flushSoon(): void {
    if (this.#flushIsDue) return;
    this.#flushIsDue = true;
    setImmediate(() => {
      this.#flushIsDue = false;
      this.#flush();
    });
  }

  /** Sends what has gathered, unless the reader has not yet taken the piece before. */
  #flush(): void {
    if (!this.#cancelled && (this.#controller.desiredSize ?? 0) > 0) this.#send();
  }

  #send(): void {
    if (this.#text === '') return;
    const piece = encoder.encode(this.#text);
    this.#text = '';
    this.#lastSent = Date.now();
    this.#controller.enqueue(piece);
  }

  /** A later turn, so that other requests move on, in which what has gathered has been sent. */
  async #roomForMore(): Promise<void> {
    await new Promise((resolve) => setImmediate(resolve));
    this.#flush();
    while (!this.#cancelled && this.#text.length >= maxPiece) {
      await new Promise<void>((resolve) => (this.#onPull = resolve));
    }
  }

  #keepAlive(): () => void {
    const { keepAliveMs } = this.#options;
    if (keepAliveMs <= 0) return () => {};
    const timer = setInterval(() => {
      if (this.#text !== '' || Date.now() - this.#lastSent < keepAliveMs / 2) return;
      this.#text = ': keep-alive\n\n';
      this.#flush();
    }, keepAliveMs);
    return () => clearInterval(timer);
  }
}
