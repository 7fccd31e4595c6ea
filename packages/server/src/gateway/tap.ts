/** Reads a response of an upstream beside its caller, with the client of this project: it knows what servers send instead. */
import { OpenAI } from 'colloquy';
import { accumulate, complete } from 'colloquy/accumulate';
import type { Chunk, Completion } from '../models/model.ts';

/** What was read of a response. */
export interface Reading {
  completion: Completion;
  /** When the first chunk with text, reasoning or a call was read, as `performance.now()` has it. Only of streams. */
  firstTokenAt?: number | undefined;
}

type Body = OpenAI.ChatCompletionCreateParams;
type Snapshot = ReturnType<typeof accumulate>;

/** A client whose only response is `response`. */
function clientOf(response: Response): OpenAI {
  return new OpenAI({
    apiKey: 'none',
    baseURL: 'http://upstream.invalid/v1',
    maxRetries: 0,
    logLevel: 'off',
    fetch: async () => response,
  });
}

/** A response in one piece. Rejects when it is no completion. */
export async function readWhole(body: Body, bytes: Uint8Array, headers: Headers): Promise<Reading> {
  const response = new Response(bytes as Uint8Array<ArrayBuffer>, { headers: readable(headers) });
  const completion = await clientOf(response).chat.completions.create({ ...body, stream: false });
  // The shape of the API, whatever the server left out.
  const { choices, usage } = completion;
  if (!Array.isArray(choices)) throw new Error('it has no choices');
  const snapshot = accumulate(undefined, completion as unknown as Chunk);
  return { completion: { ...complete(snapshot, true), ...(usage && { usage }) } };
}

/** A stream, which is read while it passes. */
export class StreamTap {
  /** Resolves when the stream has come to its end. Rejects when it is no whole completion. */
  readonly reading: Promise<Reading>;
  #controller!: ReadableStreamDefaultController<Uint8Array>;
  #isOver = false;
  /** Called when all bytes so far have been read. */
  #onHungry: (() => void) | undefined;

  constructor(body: Body, headers: Headers) {
    const bytes = new ReadableStream<Uint8Array>(
      {
        start: (controller) => void (this.#controller = controller),
        pull: () => this.#fed(),
        cancel: () => this.#over(),
      },
      { highWaterMark: 0 },
    );
    this.reading = readStream(body, new Response(bytes, { headers: readable(headers) })).finally(() =>
      this.#over(),
    );
    this.reading.catch(() => {});
  }

  /** Whether the end of the completion has been read, or nothing more can be. */
  get isOver(): boolean {
    return this.#isOver;
  }

  /** Resolves when the bytes have been read. */
  async add(bytes: Uint8Array): Promise<void> {
    if (this.#isOver) return;
    const hungry = new Promise<void>((resolve) => (this.#onHungry = resolve));
    // A copy would cost more than what is read of it: nothing changes the bytes.
    this.#controller.enqueue(bytes);
    await hungry;
  }

  /** The body has ended. */
  end(): void {
    if (!this.#isOver) this.#controller.close();
  }

  /** The body has broken off, or nobody reads it any more. */
  abort(): void {
    if (!this.#isOver) this.#controller.error(new Error('The response broke off.'));
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

async function readStream(body: Body, response: Response): Promise<Reading> {
  const stream = await clientOf(response).chat.completions.create({ ...body, stream: true });
  let snapshot: Snapshot | undefined;
  let firstTokenAt: number | undefined;
  for await (const chunk of stream) {
    if (firstTokenAt === undefined && hasToken(chunk)) firstTokenAt = performance.now();
    snapshot = accumulate(snapshot, chunk);
  }
  if (!snapshot?.choices.length) throw new Error('it has no choices');
  return { completion: complete(snapshot, stream.outcome === 'complete'), firstTokenAt };
}

/** Whether a chunk brings something of the message besides its role. */
function hasToken({ choices }: Chunk): boolean {
  if (!Array.isArray(choices)) return false;
  return choices.some(({ delta }) =>
    Object.entries(delta ?? {}).some(
      ([name, value]) => name !== 'role' && value !== null && value !== '' && value !== undefined,
    ),
  );
}

/** Headers by which the client knows what it reads. An upstream may say a length that is not that of these bytes. */
function readable(headers: Headers): Headers {
  const type = headers.get('content-type');
  return new Headers(type === null ? {} : { 'content-type': type });
}
