/** `ChatCompletionStream`: requests a streamed completion, assembles its chunks, and emits events. Start reading here. */

import { APIError } from '../errors/api-error.ts';
import { attach, OpenAIError } from '../errors/openai-error.ts';
import { withFacts } from '../http/call.ts';
import type { RequestOptions } from '../http/options.ts';
import { asChunk } from '../quirks/chunk.ts';
import { Stream } from '../stream/stream.ts';
import { textIn, type TextStreamOptions } from '../stream/text.ts';
import { readersFor } from '../structured/readers.ts';
import type { Readers } from '../structured/readers.ts';
import type { ChatCompletionChunk } from '../types/chunk.ts';
import type { ChatCompletion } from '../types/completion.ts';
import type { ChatCompletionMessageParam } from '../types/messages.ts';
import type {
  ChatCompletionCreateParams,
  ChatCompletionCreateParamsStreaming,
  ChatCompletionStreamParams,
} from '../types/params.ts';
import type { ParsedChatCompletion } from '../types/parsed.ts';
import { ignore } from '../wire/quiet.ts';
import { typeName } from '../wire/type-name.ts';
import { partialOf } from './accumulate.ts';
import type { ChatCompletionSnapshot } from './accumulate.ts';
import type { CompletionEvents } from './completion-events.ts';
import { AbstractChatCompletionRunner, isAssistantMessage, isToolMessage } from './conversation.ts';
import type { AbstractChatCompletionRunnerEvents } from './conversation.ts';
import { makeChatCompletionReadableStreamMessageChunk, readMessage } from './replay.ts';
import type { ChatCompletionReadableStreamItem } from './replay.ts';
import { Reply } from './reply.ts';
import type { ReplyStream } from './reply.ts';

export interface ChatCompletionStreamEvents<ParsedT = null>
  extends AbstractChatCompletionRunnerEvents, CompletionEvents<ParsedT> {
  /** Every chunk, with the completion so far. The completion is the same object each time, and grows. */
  chunk: (chunk: ChatCompletionChunk, snapshot: ChatCompletionSnapshot) => void;
}

/** The part of a client that `stream()` needs. */
export interface StreamingClient {
  /** Holds `completions.create`, which resolves with a stream of chunks. */
  chat: {
    /** The endpoint. */
    completions: {
      create(
        body: ChatCompletionCreateParamsStreaming,
        options?: RequestOptions,
      ): PromiseLike<AsyncIterable<ChatCompletionChunk>>;
    };
  };
}

const nothingToParse = /* @__PURE__ */ readersFor(null);

/**
 * A completion that arrives in chunks.
 *
 * The request starts a macrotask after the stream is made, so that listeners miss nothing. Chunks are read as fast as
 * they arrive, even without an iterator. `for await` iterates over the chunks from then on; leaving it early aborts the
 * request.
 */
export class ChatCompletionStream<ParsedT = null>
  extends AbstractChatCompletionRunner<ChatCompletionStreamEvents<ParsedT>, ParsedT>
  implements AsyncIterable<ChatCompletionChunk>
{
  readonly #params: ChatCompletionCreateParams | null;
  /** With the names that are protected. */
  readonly #self = this as unknown as ReplyStream;
  /** The completion under way, if one is. */
  #reply: Reply | undefined;

  /** Creates a stream that has not been started. `params` determine what is parsed. */
  constructor(params: ChatCompletionCreateParams | null) {
    super();
    this.#params = params;
  }

  /** The completion so far, which changes with each chunk. Undefined before the first chunk and after the last. */
  get currentChatCompletionSnapshot(): ChatCompletionSnapshot | undefined {
    return this.#reply?.snapshot;
  }

  /** Asks `client` for the completion of `params`. */
  static createChatCompletion<ParsedT>(
    client: StreamingClient,
    params: ChatCompletionStreamParams,
    options?: RequestOptions,
  ): ChatCompletionStream<ParsedT> {
    const stream = new ChatCompletionStream<ParsedT>(params as ChatCompletionCreateParams);
    stream._run(() => {
      stream._begin(params, options?.signal);
      return stream._createChatCompletion(
        client,
        { ...params, stream: true },
        withFacts(options ?? {}, { helper: 'stream' }),
      );
    });
    return stream;
  }

  /**
   * The other end of `toReadableStream`, in a browser for example. The messages the completion began with are not part
   * of it; tool results of a streaming runner are. Nothing is parsed.
   */
  static fromReadableStream(stream: ReadableStream): ChatCompletionStream<null> {
    const runner = new ChatCompletionStream(null);
    runner._run(() => runner._fromReadableStream(stream));
    return runner;
  }

  /** Attaches what had arrived of the completion under way. */
  protected override _failure(error: unknown): unknown {
    const snapshot = this.#reply?.snapshot;
    if (!snapshot) return error;
    const partial = (): unknown => partialOf(snapshot);
    // Only an error of parsing has a text.
    if ((error as OpenAIError | null)?.text !== undefined) attach(error, 'completion', partial);
    return attach(error, 'partial', partial);
  }

  /** What to parse of the next response. */
  protected _readers(): Readers {
    return readersFor(this.#params);
  }

  /** One request and its response, which is added to the conversation. What to parse is captured when it starts. */
  protected async _createChatCompletion(
    client: StreamingClient,
    params: ChatCompletionCreateParamsStreaming,
    options?: RequestOptions,
  ): Promise<ParsedChatCompletion<ParsedT>> {
    const reply = (this.#reply = new Reply(this._readers(), params.tools, this.#self));
    const { signal } = this.controller;
    const snapshot = (): ChatCompletionSnapshot | undefined => reply.snapshot;
    const chunks = await client.chat.completions.create(
      params,
      withFacts({ ...options, signal }, { snapshot }),
    );
    this._connected();
    // A `create()` that was replaced, by a tracer for example, may return anything.
    const { [Symbol.asyncIterator]: later, [Symbol.iterator]: now } = Object(chunks);
    if (!later && !now) throw new OpenAIError(`Expected a stream of chunks, got ${typeName(chunks)}`);
    for await (const chunk of chunks) {
      if (!reply.snapshot) keepShapes(chunk);
      reply.add(chunk);
    }
    const { controller, outcome } = chunks as Partial<Stream<ChatCompletionChunk>>;
    // An aborted stream ends quietly; so does one whose own controller was aborted.
    if (signal.aborted || controller?.signal.aborted) throw this._userAbortError();
    return this.#finish(outcome === 'complete');
  }

  protected async _fromReadableStream(stream: ReadableStream): Promise<ChatCompletion> {
    this._connected();
    const items = Stream.fromReadableStream<ChatCompletionReadableStreamItem>(stream, this.controller);
    let count = 0;
    for await (const item of items) {
      count++;
      if (Object(item) !== item)
        throw new OpenAIError(`Expected a chunk as item ${count} of the stream, got ${typeName(item)}`);
      const { error, choices } = item as { error?: unknown; choices?: unknown };
      // Beside choices, a text is a field like any other.
      if (error && (typeof error === 'object' || !choices)) {
        throw new APIError(undefined, error as object, undefined, undefined);
      }
      const replayed = readMessage(item);
      if (replayed) {
        if (Object(replayed.message) !== replayed.message)
          throw new OpenAIError(`Expected a message in item ${count} of the stream`);
        if (this.#reply) await this.#finishReplayed(replayed.tool_call_ids);
        this._addMessage(replayed.message);
        continue;
      }
      const chunk = asChunk(item);
      const id = this.#reply?.snapshot?.id;
      if (id && chunk.id && id !== chunk.id) await this.#finishReplayed();
      this.#reply ??= new Reply(nothingToParse, null, this.#self);
      this.#reply.add(chunk);
    }
    if (this.controller.signal.aborted) throw this._userAbortError();
    const last = this._chatCompletions.at(-1);
    return !this.#reply && last ? last : this.#finishReplayed();
  }

  /** The chunks from now on. Leaving the loop aborts the request; a slow loop only makes the queue longer. */
  [Symbol.asyncIterator](): AsyncIterableIterator<ChatCompletionChunk> {
    return this._createIterator<ChatCompletionChunk>(
      (push) => this._listen({ chunk: (chunk: ChatCompletionChunk) => push(chunk) }),
      { onReturn: () => this.abort() },
    );
  }

  /**
   * The chunks from now on, with one JSON value per line. For a streamed tool run, the tool results are in between.
   * Cancelling it aborts the request.
   */
  toReadableStream(): ReadableStream {
    return new Stream(() => this.#items(), this.controller).toReadableStream();
  }

  /**
   * The text of one choice from now on, piece by piece, without refusals, reasoning and tool calls. A tool run has the
   * text of all its completions, with a blank line between two of them. Errors and aborts reject; leaving the loop
   * early aborts the run.
   */
  textStream({ choice }: TextStreamOptions = {}): AsyncIterableIterator<string> {
    let completions: number | undefined;
    return this._createIterator<string>(
      (push) =>
        this._listen({
          chunk: (chunk: ChatCompletionChunk) => {
            const text = textIn(chunk, choice);
            if (!text) return;
            const { length } = this._chatCompletions;
            if (length !== (completions ?? length)) push('\n\n');
            completions = length;
            push(text);
          },
        }),
      { onReturn: () => this.abort() },
    );
  }

  #items(): AsyncIterator<unknown> {
    return this._createIterator<unknown>(
      (push) => {
        let last: ChatCompletionChunk | undefined;
        let ids: string[] | undefined;
        const onChunk = (chunk: ChatCompletionChunk): void => push((last = chunk));
        const onMessage = (message: ChatCompletionMessageParam): void => {
          if (isAssistantMessage(message)) ids = message.tool_calls?.map((call) => call.id);
          if (!last || !isToolMessage(message)) return;
          push(makeChatCompletionReadableStreamMessageChunk(last, message, ids));
          ids = undefined;
        };
        return this._listen({ chunk: onChunk, message: onMessage });
      },
      { onReturn: () => this.abort() },
    );
  }

  /** Adds the completion to the conversation. `ended`: the server has said that the response is complete. */
  async #finish(ended?: boolean): Promise<ParsedChatCompletion<ParsedT>> {
    if (!this.#reply?.snapshot) throw new OpenAIError('request ended without sending any chunks');
    const completion = await this._unlessAborted(this.#reply.finish<ParsedT>(ended));
    this.#reply = undefined; // not before: what fails above has the snapshot as its partial answer
    return this._addChatCompletion(completion);
  }

  /** Ends the completion that is being replayed; its calls get the ids they had, if `ids` has them. */
  #finishReplayed(ids: string[] = []): Promise<ParsedChatCompletion<ParsedT>> {
    const calls = this.#reply?.snapshot?.choices[0]?.message.tool_calls ?? [];
    for (const [at, call] of calls.entries()) call.id = ids[at] ?? call.id;
    return this.#finish();
  }
}

const kept: { stream?: ChatCompletionStream<null>; reply?: Reply } = {};

/**
 * Holds an object of each shape that chunks like this one take, in a stream without listeners. V8 drops the code that it
 * has compiled for a shape when the last object of the shape is collected. Only the last chunk is held, none before it.
 */
function keepShapes(chunk: ChatCompletionChunk): void {
  kept.stream ??= new ChatCompletionStream(null).on('content', ignore);
  const reply = new Reply(nothingToParse, null, kept.stream as never);
  reply.add(chunk);
  kept.reply = reply;
}
