/**
 * Reads an upstream's response in parallel to its caller, with the client of this project, which handles the formats of
 * other servers.
 */
import { OpenAI } from 'colloquy';
import { accumulate, complete } from 'colloquy/accumulate';
import { hasToken } from '../completion/answer.ts';
import type { Chunk, Completion } from '../models/model.ts';

/** What was read of a response. */
export interface Reading {
  completion: Completion;
  /** When the first chunk with text, reasoning or a call was read, as `performance.now()` has it. Only of streams. */
  firstTokenAt?: number | undefined;
}

type Body = OpenAI.ChatCompletionCreateParams;
type Snapshot = ReturnType<typeof accumulate>;

let client: OpenAI | undefined;

/**
 * Its `fetch` resolves with a response that is given with the request: one client reads all of them. It is made when it is first
 * needed: it reads the environment, where what cannot be used must not keep the server from starting.
 */
function reader(): OpenAI {
  return (client ??= new OpenAI({
    apiKey: 'none',
    baseURL: 'http://upstream.invalid/v1',
    maxRetries: 0,
    logLevel: 'off',
    // The limits of the upstream apply, which may be longer: `Source` sees to them.
    firstChunkTimeout: Infinity,
    idleTimeout: Infinity,
    fetch: async (_url, init) => (init as Given).response,
  }));
}

interface Given {
  response: Response;
}

/** The options of a request whose response is there already. */
function given(response: Response): { fetchOptions: object } {
  return { fetchOptions: { response } satisfies Given };
}

/** What the client has to know of a request to read its response. Messages would be serialized for nothing. */
const asked = (body: Body): Body => ({ ...body, messages: [] });

/** Reads a response that is not streamed. Rejects when it is not a completion. */
export async function readWhole(body: Body, bytes: Uint8Array, headers: Headers): Promise<Reading> {
  const response = new Response(bytes as Uint8Array<ArrayBuffer>, { headers: readable(headers) });
  const completion = await reader().chat.completions.create(
    { ...asked(body), stream: false },
    given(response),
  );
  // The shape of the API, whatever the server left out.
  const { choices, usage } = completion;
  if (!Array.isArray(choices)) throw new Error('It has no choices.');
  const snapshot = accumulate(undefined, completion as unknown as Chunk);
  return { completion: { ...complete(snapshot, true), ...(usage && { usage }) } };
}

/** The longest stream that is read, in bytes: what is read stays in memory until the end. */
const defaultMaxLength = 256 * 1024 * 1024;

/** Bytes that are read together: reading them one by one costs ten times as much. */
const batchLength = 32 * 1024;

/**
 * A stream, which is read while it passes: part by part up to the first token, so that its time is known, and then in larger
 * batches.
 */
export class StreamTap {
  /** Resolves when the stream has come to its end. Rejects when it is no whole completion. */
  readonly reading: Promise<Reading>;
  #controller!: ReadableStreamDefaultController<Uint8Array>;
  #isOver = false;
  #waiting: Uint8Array[] = [];
  #waitingLength = 0;
  #length = 0;
  readonly #maxLength: number;
  /** The end of the line that is not complete yet, as far as it matters. */
  #tail: Buffer = Buffer.alloc(0);
  #firstTokenAt: number | undefined;
  /** Called when all bytes so far have been read. */
  #onHungry: (() => void) | undefined;

  constructor(body: Body, headers: Headers, maxLength: number = defaultMaxLength) {
    this.#maxLength = maxLength;
    const bytes = new ReadableStream<Uint8Array>(
      {
        start: (controller) => void (this.#controller = controller),
        pull: () => this.#fed(),
        cancel: () => this.#over(),
      },
      { highWaterMark: 0 },
    );
    const response = new Response(bytes, { headers: readable(headers) });
    this.reading = readStream(body, response, () => (this.#firstTokenAt ??= performance.now()))
      .then((completion) => ({ completion, firstTokenAt: this.#firstTokenAt }))
      .finally(() => this.#over());
    this.reading.catch(() => {});
  }

  /** Whether the end of the completion has been read, or nothing more can be. */
  get isOver(): boolean {
    return this.#isOver;
  }

  /** Takes a part of the body. When the end may be in it, the result is a promise that resolves when all has been read. */
  add(part: Uint8Array): Promise<void> | undefined {
    if (this.#isOver) return undefined;
    this.#length += part.length;
    if (this.#length > this.#maxLength) return void this.abort('The response is too large.');
    this.#waiting.push(part);
    this.#waitingLength += part.length;
    const isDue = this.#firstTokenAt === undefined || this.#waitingLength >= batchLength;
    return this.#mayEnd(part) || isDue ? this.#flush() : undefined;
  }

  /** The body has ended. */
  end(): void {
    if (this.#isOver) return;
    void this.#flush();
    this.#controller.close();
  }

  /** The body was cut off, or is not read any more. */
  abort(reason = 'The response was cut off.'): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#waiting = [];
    this.#controller.error(new Error(reason));
  }

  /** Whether the last event may be in `part`. */
  #mayEnd(part: Uint8Array): boolean {
    const isFound = Buffer.prototype.includes.call(part, done);
    if (this.#tail.length === 0 && part.at(-1) === newline) return isFound;
    const seam = Buffer.concat([this.#tail, part.subarray(0, done.length - 1)]);
    const kept = part.at(-1) === newline ? [] : [this.#tail, part.subarray(1 - done.length)];
    this.#tail = Buffer.concat(kept).subarray(1 - done.length);
    return isFound || seam.includes(done);
  }

  #flush(): Promise<void> {
    const bytes =
      this.#waiting.length === 1 ? this.#waiting[0]! : Buffer.concat(this.#waiting, this.#waitingLength);
    this.#waiting = [];
    this.#waitingLength = 0;
    const hungry = new Promise<void>((resolve) => (this.#onHungry = resolve));
    if (bytes.length > 0) this.#controller.enqueue(bytes);
    else this.#fed();
    return hungry;
  }

  #over(): void {
    this.#isOver = true;
    this.#fed();
  }

  #fed(): void {
    this.#onHungry?.();
    this.#onHungry = undefined;
  }
}

/** What the last event of a stream says. */
const done = Buffer.from('[DONE]');

const newline = 0x0a;

async function readStream(body: Body, response: Response, onToken: () => void): Promise<Completion> {
  const stream = await reader().chat.completions.create({ ...asked(body), stream: true }, given(response));
  let snapshot: Snapshot | undefined;
  let hasBegun = false;
  for await (const chunk of stream) {
    if (!hasBegun && hasToken(chunk)) {
      hasBegun = true;
      onToken();
    }
    snapshot = accumulate(snapshot, chunk);
  }
  if (!snapshot?.choices.length) throw new Error('It has no choices.');
  return complete(snapshot, stream.outcome === 'complete');
}

/** Headers by which the client knows what it reads. An upstream may say a length that is not that of these bytes. */
function readable(headers: Headers): Headers {
  const type = headers.get('content-type');
  return new Headers(type === null ? {} : { 'content-type': type });
}
