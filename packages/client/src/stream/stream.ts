/** `Stream`: the items of a response body, read once and on demand. */
import { errorInAnswer } from '../errors/api-error.ts';
import { OpenAIError } from '../errors/openai-error.ts';
import type { LogTarget } from '../log/log.ts';
import { encodeLine } from '../wire/ndjson.ts';
import { EventDecoder, type EventRecord } from '../wire/sse.ts';
import { BodyReader } from './body-reader.ts';
import { EventItems, LineItems, type StreamOptions } from './items.ts';
import { finished, type Body, type Outcome, type Source } from './source.ts';
import { textsOf, type TextChunk, type TextStreamOptions } from './text.ts';
import { readableOf } from './web-stream.ts';

declare global {
  // Also in `lib.esnext.disposable.d.ts`, which a program that imports our types need not have.
  interface SymbolConstructor {
    readonly asyncDispose: unique symbol;
  }
}

/** One item of a stream that two read, and the way to the next: what only one has read yet hangs on the place of the other. */
interface Place<Item> {
  result?: Promise<IteratorResult<Item>>;
  next?: Place<Item>;
}

/**
 * Items that arrive over time; `for await` reads them.
 *
 * Read once: a second reader fails, `tee()` first if two are needed. Nothing is read ahead except the network chunk of
 * an item. Leaving early aborts the request. Aborting `controller` ends the iteration without an error; a
 * connection that breaks throws `APIConnectionError`, a stalled one `APIConnectionTimeoutError`, a completion that stops
 * before its end `StreamTruncatedError`. `partial` of the error is the completion so far.
 */
export class Stream<Item> implements AsyncIterable<Item> {
  private iterator: () => AsyncIterator<Item>;
  /** A branch of `tee()`: leaving it leaves the request to the other branch. */
  #branch = false;
  #outcome: (() => Outcome | undefined) | undefined;
  /** Aborts the request; shared with every branch made by `tee()`. */
  controller: AbortController;

  /** A stream over any iterator; `client` is accepted for compatibility and not needed. */
  constructor(iterator: () => AsyncIterator<Item>, controller: AbortController, _client?: LogTarget) {
    this.iterator = iterator;
    this.controller = controller;
  }

  /**
   * How the stream ended. Undefined until then, and for streams over your own iterator. `aborted` includes a loop that
   * was left early. `truncated` means that the response stopped before its end.
   */
  get outcome(): Outcome | undefined {
    return this.#outcome?.();
  }

  /**
   * The JSON payloads of a server-sent event response.
   *
   * `[DONE]` ends the stream, events without data are skipped. An `error` event, or a payload with a truthy `error`,
   * throws `APIError`. Data that is not JSON is read line by line, as some servers forget the blank lines between events;
   * what is still not JSON throws a SyntaxError, which is also an OpenAIError, and does not repeat it.
   */
  static fromSSEResponse<Item>(
    response: Response,
    controller: AbortController,
    client?: LogTarget,
    /** @internal */
    reading?: StreamOptions<Item>,
  ): Stream<Item> {
    const items = new EventItems<Item>({
      url: response.url,
      ...reading,
      client,
      fail(error) {
        throw errorInAnswer(error, reading?.headers?.() ?? response.headers);
      },
    });
    return Stream.#of(() => bodyOf(response, controller), items, controller);
  }

  /** The other end of `toReadableStream`: one JSON value per line, nothing special among them. */
  static fromReadableStream<Item>(
    readableStream: ReadableStream,
    controller: AbortController,
    _client?: LogTarget,
  ): Stream<Item> {
    return Stream.#of(() => readableStream, new LineItems<Item>(), controller);
  }

  static #of<Item>(open: () => Body, source: Source<any, Item>, controller: AbortController): Stream<Item> {
    kept ??= new BodyReader(nothing, new EventItems({ fail: nothing }), new AbortController());
    const stream = new Stream(() => new BodyReader(open, source, controller), controller);
    stream.#outcome = outcomeOf(source);
    return stream;
  }

  [Symbol.asyncIterator](): AsyncIterator<Item> {
    return this.iterator();
  }

  /**
   * Two streams that each have all the items, and can be read at different speeds. Items that one of them has not read
   * are kept for it, without a limit. If you leave one, its items are dropped and the other continues. If you leave
   * both, the request is aborted.
   */
  tee(): [Stream<Item>, Stream<Item>] {
    const source = this.iterator();
    let open = 2;

    // The place is an argument: a variable that both share would keep all places from the first on.
    const branch = (at: Place<Item> | undefined): Stream<Item> => {
      const stream = new Stream<Item>(
        () => ({
          next() {
            if (!at) return Promise.resolve(finished);
            const result = (at.result ??= source.next());
            at = at.next ??= {};
            return result;
          },
          return: async () => {
            const isLast = at && !--open;
            at = undefined;
            if (isLast) {
              if (!this.#branch) this.controller.abort();
              await source.return?.();
            }
            return finished;
          },
        }),
        this.controller,
      );
      stream.#branch = true;
      stream.#outcome = () => (!at ? 'aborted' : at.result ? undefined : this.outcome);
      return stream;
    };
    const start: Place<Item> = {};
    return [branch(start), branch(start)];
  }

  /**
   * The items as UTF-8, with one JSON value per line. Cancelling the stream aborts the request, or leaves this branch of
   * `tee()`. An item that cannot be converted to JSON does the same.
   */
  toReadableStream(): ReadableStream {
    return readableOf(this.iterator(), encodeLine, () => this.#branch || this.controller.abort());
  }

  /**
   * The text of one choice, piece by piece: each non-empty `delta.content`, or `text` of a text completion. Refusals,
   * reasoning and tool calls are left out. Errors reject; leaving the loop early aborts the request. A stream is read
   * once: as text or as chunks.
   */
  textStream(
    this: AsyncIterable<TextChunk>,
    { choice }: TextStreamOptions = {},
  ): AsyncIterableIterator<string, undefined> {
    return textsOf(this[Symbol.asyncIterator](), choice);
  }

  /** Aborts the request unless the stream has ended; a branch of `tee()` is only left. `await using` calls it. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (!this.#branch && this.outcome !== 'complete') this.controller.abort();
    await this.iterator().return?.();
  }
}

/** An event of {@link _iterSSEMessages}, with every line as received, comments included. */
export interface ServerSentEvent extends Omit<EventRecord, 'raw' | 'cut'> {
  /** The lines of the event, as received. */
  raw: string[];
}

/**
 * The events of a response before their data is read. Aborts the controller and throws when there is no body.
 * The name is the original's.
 */
export async function* _iterSSEMessages(
  response: Response,
  controller: AbortController,
): AsyncGenerator<ServerSentEvent, void, unknown> {
  const source: Source<EventRecord, ServerSentEvent> = {
    decoder: () => new EventDecoder(),
    item: ({ event, data, raw }) => ({ value: { event, data, raw: raw.split('\n') }, done: false }),
    watch: {},
  };
  yield* new BodyReader(() => bodyOf(response, controller), source, controller);
}

/**
 * A reader that reads nothing, with all that belongs to one. V8 drops the code it has compiled for a shape when the last
 * object of the shape is collected: without this one, a stream that begins after a collection would be slow again.
 */
let kept: BodyReader<EventRecord, unknown> | undefined;
const nothing = (): never => undefined as never;

/** Not made where the reader is: two functions that share what they see cost a fifth of a stream's time (Node 20). */
function outcomeOf({ watch }: Source<any, any>): () => Outcome | undefined {
  return () => watch.outcome;
}

/** The body of a response. Aborts the controller and throws if there is no body. */
function bodyOf(response: Response, controller: AbortController): ReadableStream {
  if (response.body) return response.body;
  controller.abort();
  throw new OpenAIError(
    globalThis.navigator?.product === 'ReactNative'
      ? 'The fetch of react-native does not stream: use expo/fetch.'
      : 'Attempted to iterate over a response with no body',
  );
}
