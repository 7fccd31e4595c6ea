/** A `Response` over a message of `node:http`: headers and body are made when they are asked for. */

import type { Readable } from 'node:stream';

export interface AnswerFacts {
  status: number;
  statusText: string;
  /** Names and values in turn, as they came. */
  rawHeaders: string[];
  url: string;
  redirected: boolean;
}

/** The body that has not been asked for yet. */
export interface Unread {
  readable: Readable;
  /** Why the body cannot be read, if something failed before anybody listened. */
  failure(): unknown;
  /** Called once, when the body has ended or failed, or nobody wants it. */
  release(): void;
}

/** How many bytes wait in memory for a slow reader before the connection is stopped. */
const highWaterMark = 65_536;

const decoder = new TextDecoder();

// A body that nobody has begun to read is let go of with its response, so that it does not hold its socket.
const abandoned = new FinalizationRegistry<Unread>(({ readable, release }) => {
  readable.destroy();
  release();
});

/**
 * An instance of `Response` for `instanceof` and for everything that reads it by its properties. The one that Node
 * would make costs three times all the rest of a request, so it is made only for `body`, `blob`, `clone` and such.
 */
export class Answer {
  readonly status: number;
  readonly statusText: string;
  readonly url: string;
  readonly redirected: boolean;
  readonly #rawHeaders: string[];
  #headers: Headers | undefined;
  #unread: Unread | undefined;
  /** The platform's own, once it was needed. */
  #response: Response | undefined;
  #used = false;

  static {
    Object.setPrototypeOf(this.prototype, Response.prototype);
  }

  /** Null is no body. A `Response` is one that this continues. */
  constructor(facts: AnswerFacts, body: Unread | Response | null) {
    this.status = facts.status;
    this.statusText = facts.statusText;
    this.url = facts.url;
    this.redirected = facts.redirected;
    this.#rawHeaders = facts.rawHeaders;
    if (body instanceof Response) this.#response = body;
    else if (body) abandoned.register(this, (this.#unread = body), this);
  }

  get ok(): boolean {
    return this.status >= 200 && this.status < 300;
  }

  get type(): ResponseType {
    return 'basic';
  }

  get headers(): Headers {
    return (this.#headers ??= toHeaders(this.#rawHeaders));
  }

  get body(): ReadableStream<Uint8Array<ArrayBuffer>> | null {
    return this.#platform().body;
  }

  get bodyUsed(): boolean {
    return this.#used || !!this.#response?.bodyUsed;
  }

  async text(): Promise<string> {
    return this.#unread ? decoder.decode(await this.#read()) : this.#platform().text();
  }

  async json(): Promise<any> {
    return JSON.parse(await this.text());
  }

  async bytes(): Promise<Uint8Array<ArrayBuffer>> {
    return new Uint8Array(await this.arrayBuffer());
  }

  async arrayBuffer(): Promise<ArrayBuffer> {
    if (!this.#unread) return this.#platform().arrayBuffer();
    // A copy, because the bytes are part of a larger buffer.
    return new Uint8Array(await this.#read()).buffer;
  }

  async blob(): Promise<Blob> {
    return this.#platform().blob();
  }

  async formData(): Promise<FormData> {
    return this.#platform().formData();
  }

  clone(): Response {
    return new Answer(
      {
        status: this.status,
        statusText: this.statusText,
        rawHeaders: [...this.headers].flat(),
        url: this.url,
        redirected: this.redirected,
      },
      this.#platform().clone(),
    ) as Response;
  }

  #platform(): Response {
    if (!this.#response && this.#used) {
      // Says in the platform's words that it was read.
      this.#response = new Response('');
      void this.#response.text();
    }
    const { headers } = this;
    this.#response ??= new Response(this.#unread ? toStream(this.#take()) : null, { headers });
    return this.#response;
  }

  #take(): Unread {
    const unread = this.#unread!;
    this.#unread = undefined;
    abandoned.unregister(this);
    return unread;
  }

  #read(): Promise<Uint8Array> {
    this.#used = true;
    return collect(this.#take());
  }
}

/** Repeated fields are joined, except `set-cookie`. */
function toHeaders(raw: string[]): Headers {
  const headers = new Headers();
  for (let i = 0; i < raw.length; i += 2) headers.append(raw[i]!, raw[i + 1]!);
  return headers;
}

/** The whole body. */
function collect(unread: Unread): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    const pieces: Buffer[] = [];
    follow(
      unread,
      (piece) => pieces.push(piece),
      () => resolve(pieces.length === 1 ? pieces[0]! : Buffer.concat(pieces)),
      reject,
    );
  });
}

/** Stops the connection while more than {@link highWaterMark} bytes wait to be read; cancelling closes it. */
function toStream(unread: Unread): ReadableStream<Uint8Array<ArrayBuffer>> {
  const { readable, release } = unread;
  let ignore = (): void => {};
  let resume: (() => void) | undefined;
  return new ReadableStream<Uint8Array<ArrayBuffer>>(
    {
      start(controller) {
        ignore = follow(
          unread,
          (piece) => {
            controller.enqueue(piece as Uint8Array<ArrayBuffer>);
            if (controller.desiredSize! > 0) return;
            readable.pause();
            resume?.();
          },
          () => {
            controller.close();
            resume?.();
          },
          (error) => controller.error(error),
        );
      },
      // Pending until the queue is full, so that the stream does not ask again after every piece.
      pull() {
        readable.resume();
        return new Promise((resolve) => (resume = resolve));
      },
      cancel() {
        ignore();
        readable.destroy();
        release();
      },
    },
    new ByteLengthQueuingStrategy({ highWaterMark }),
  );
}

/**
 * Gives out what comes, then calls `end` or `fail` once. The result stops that: a readable that is destroyed gives out
 * what it had read all the same.
 */
function follow(
  { readable, failure, release }: Unread,
  take: (piece: Buffer) => void,
  end: () => void,
  fail: (error: unknown) => void,
): () => void {
  const lose = (error?: unknown): void => {
    release();
    fail(failure() ?? new TypeError('terminated', { cause: error }));
  };
  const lost = failure();
  const finish = (): void => {
    release();
    end();
  };
  if (lost || readable.destroyed) lose(readable.errored);
  else readable.on('data', take).on('error', lose).on('end', finish);
  return () => readable.off('data', take).off('end', finish);
}
