/** Chunks as `text/event-stream`: what is ready in one turn of the event loop leaves as one write. */
import { directBody, type PartSink, type PartSource } from './direct.ts';

/** How the events of one stream are spelled. May remember what it has written, so no two streams share one. */
export interface EventText {
  event(value: unknown): string;
  /** After the last event. */
  end(): string;
  /** The end of a stream that failed: `body` is the body that an error status would have had. */
  failure(body: unknown): string;
  /** Says nothing, and that the connection is alive. */
  ping(): string;
}

/** As the API spells them. */
export const plainText: EventText = {
  event: (value) => `data: ${JSON.stringify(value)}\n\n`,
  end: () => 'data: [DONE]\n\n',
  failure: (body) => `event: error\ndata: ${JSON.stringify(body)}\n\n`,
  ping: () => ': keep-alive\n\n',
};

/** How a stream ends and what keeps it awake. */
export interface EventStreamOptions {
  text: EventText;
  /** Silence after which a ping is sent, in milliseconds; 0 sends none. */
  keepAliveMs: number;
  /** The last words of a stream whose source threw. `undefined` breaks it off: its reader gets an error. */
  lastWords(thrown: unknown): string | undefined;
  /** Called when the reader goes away before the end, before the source is asked to return. */
  onCancel(): void;
}

/**
 * The body of a stream. `first` is the first step of `source`, already asked for, which the caller may have
 * looked at.
 *
 * After the last chunk comes the end, `[DONE]`; when the source throws, its last words instead. A reader
 * that is slower than the source makes the source wait: at most two pieces are held.
 */
export function eventStream<Chunk>(
  first: Promise<IteratorResult<Chunk>>,
  source: AsyncIterator<Chunk>,
  options: EventStreamOptions,
): ReadableStream<Uint8Array> {
  return directBody(new EventSource(first, source, options));
}

/** Characters gathered before a piece is sent without waiting for the turn to end. */
const maxPiece = 16 * 1024;

const encoder = new TextEncoder();

class EventSource<Chunk> implements PartSource {
  readonly #first: Promise<IteratorResult<Chunk>>;
  readonly #chunks: AsyncIterator<Chunk>;
  readonly #options: EventStreamOptions;
  #sink: PartSink | undefined;
  /** Whether it has ended, or the reader has gone. */
  #isOver = false;
  /** Whether the reader waits for a piece. */
  #hasRoom = false;
  /** Why the stream failed before it had a reader. */
  #failure: { error: unknown } | undefined;
  /** Events that wait for the end of the turn, or for the reader. */
  #text = '';
  #flushIsDue = false;
  #lastSent = Date.now();
  #onRoom: (() => void) | undefined;

  constructor(
    first: Promise<IteratorResult<Chunk>>,
    chunks: AsyncIterator<Chunk>,
    options: EventStreamOptions,
  ) {
    this.#first = first;
    this.#chunks = chunks;
    this.#options = options;
    void this.#run();
  }

  flow(sink: PartSink): void {
    this.#sink = sink;
    if (this.#failure) return sink.fail(this.#failure.error);
    this.#hasRoom = true;
    // What is to be sent at the end of the turn leaves together.
    if (!this.#flushIsDue) this.#flush();
    this.#onRoom?.();
  }

  resume(): void {
    this.#hasRoom = true;
    this.#flush();
    this.#onRoom?.();
  }

  cancel(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#options.onCancel();
    this.#onRoom?.();
    // The source may still wait for a model that the line above aborted; how it fails interests nobody now.
    Promise.resolve(this.#chunks.return?.()).catch(() => {});
  }

  async #run(): Promise<void> {
    const stopKeepAlive = this.#keepAlive();
    try {
      let step = await this.#first;
      while (!step.done && !this.#isOver) {
        this.#text += this.#options.text.event(step.value);
        if (this.#text.length >= maxPiece) await this.#roomForMore();
        else this.#flushSoon();
        step = await this.#chunks.next();
      }
      this.#text += this.#options.text.end();
    } catch (error) {
      if (this.#isOver) return;
      const words = this.#options.lastWords(error);
      if (words === undefined) return this.#breakOff(error);
      this.#text += words;
    } finally {
      stopKeepAlive();
    }
    await this.#until(() => this.#hasRoom);
    if (this.#isOver) return;
    this.#send();
    this.#isOver = true;
    this.#sink?.end();
  }

  /** What has not been sent is lost, as on a connection that breaks. */
  #breakOff(error: unknown): void {
    this.#isOver = true;
    this.#failure = { error };
    this.#sink?.fail(error);
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
    if (!this.#isOver && this.#hasRoom) this.#send();
  }

  #send(): void {
    if (this.#text === '') return;
    const piece = encoder.encode(this.#text);
    this.#text = '';
    this.#lastSent = Date.now();
    this.#hasRoom = this.#sink?.part(piece) ?? false;
  }

  /** A later turn, so that other requests move on, in which what has gathered has been sent. */
  async #roomForMore(): Promise<void> {
    await new Promise((resolve) => setImmediate(resolve));
    this.#flush();
    await this.#until(() => this.#text.length < maxPiece);
  }

  /** Waits for the reader until a condition is met, or there is nothing to wait for. */
  async #until(isMet: () => boolean): Promise<void> {
    while (!this.#isOver && !isMet()) await new Promise<void>((resolve) => (this.#onRoom = resolve));
  }

  #keepAlive(): () => void {
    const { keepAliveMs } = this.#options;
    if (keepAliveMs <= 0) return () => {};
    const timer = setInterval(() => {
      if (this.#text !== '' || Date.now() - this.#lastSent < keepAliveMs / 2) return;
      this.#text = this.#options.text.ping();
      this.#flush();
    }, keepAliveMs);
    return () => clearInterval(timer);
  }
}
