/**
 * Stream: the items of a response body, read once and on demand. Knows which events end a stream or fail it; what
 * the items mean is the caller's business.
 */
import { chunkReader } from '../wire/chunk-reader.ts';
import { encodeLine, LineDecoder } from '../wire/ndjson.ts';
import { EventDecoder, type ServerSentEvent } from '../wire/sse.ts';
import { finished, readableOf, readBody, type Outcome, type Watch } from './body-reader.ts';
import { attach, brand, errorInAnswer, OpenAIError, StreamTruncatedError } from './errors.ts';
import { loggerFor, type Logger, type LogTarget } from './log.ts';

/** What a resource makes of the payloads of one stream. Made anew for each. */
export interface ItemRules<Item> {
  /**
   * The item in a payload; undefined when it holds none. `fail` is given the error that a payload turns out to be,
   * and throws it.
   */
  read(payload: unknown, event: string | null, fail: (error: unknown) => never): Item | undefined;
  /** Whether the items so far make a whole answer: asked when the body ends without saying so. */
  whole(): boolean;
  /** What has come so far. */
  partial(): unknown;
}

/** How to read one stream of events, beside what every stream does. */
export interface EventReading<Item> extends Watch {
  items?: ItemRules<Item> | undefined;
  onTruncated?: 'throw' | 'return' | undefined;
  onMalformed?: 'throw' | 'salvage' | undefined;
  debugWire?: boolean | undefined;
}

/**
 * Items that arrive over time; `for await` reads them.
 *
 * Read once: a second reader fails, `tee()` first if two are needed. Nothing is read ahead but the network chunk an
 * item came in. Leaving early aborts the request. Aborting `controller` ends the iteration without an error; a
 * connection that breaks throws `APIConnectionError`, a stalled one `APIConnectionTimeoutError`, a completion that stops
 * before its end `StreamTruncatedError`. What had come of a completion by then is `partial` of the error.
 */
export class Stream<Item> implements AsyncIterable<Item> {
  private iterator: () => AsyncIterator<Item>;
  /** A branch of `tee()`: leaving it leaves the request to the other branch. */
  #branch = false;
  #watch: { readonly outcome?: Outcome | undefined } = {};
  /** Aborts the request; shared with every branch made by `tee()`. */
  controller: AbortController;

  /** A stream over any iterator; `client` is accepted for compatibility and not needed. */
  constructor(iterator: () => AsyncIterator<Item>, controller: AbortController, _client?: LogTarget) {
    this.iterator = iterator;
    this.controller = controller;
  }

  /**
   * How it ended; undefined before, and for streams over an iterator of one's own. `aborted` is also said of a loop that
   * was left early, `truncated` of an answer that stopped before its end.
   */
  get outcome(): Outcome | undefined {
    return this.#watch.outcome;
  }

  /**
   * The JSON payloads of a server-sent event response.
   *
   * `[DONE]` ends the stream, events without data are skipped. An `error` event, or a payload with a truthy `error`,
   * throws `APIError`; in `events` mode both are items like any other. Data that is not JSON is read line by line, as
   * some servers forget the blank lines between events; what is still not JSON throws a SyntaxError, which is also an
   * OpenAIError, and does not repeat it. With `synthesizeEventData` an item is `{ event, data }`. `mapItem` sees every
   * payload first, whichever way the stream is read.
   */
  static fromSSEResponse<Item>(
    response: Response,
    controller: AbortController,
    client?: LogTarget,
    synthesizeEventData?: boolean,
    streamMode: 'legacy' | 'events' = 'legacy',
    mapItem?: (item: Item) => Item,
    /** @internal */
    reading: EventReading<Item> = {},
  ): Stream<Item> {
    const parse = chunkReader();
    const legacy = streamMode === 'legacy';
    const { items } = reading;

    const log = (): Logger => (client ? loggerFor(client) : console);

    const fail = (error: unknown): never => {
      throw errorInAnswer(error, response.headers);
    };

    const done = (): typeof finished => {
      if (items && !items.whole()) log().warn('The stream is done, but a choice has no finish_reason.');
      return finished;
    };

    const read = (
      record: ServerSentEvent,
      insert: (more: ServerSentEvent[]) => void,
    ): IteratorResult<Item, undefined> | undefined => {
      const { event, data } = record;
      if (data === '[DONE]') return done();
      if (!data) return undefined;
      let value;
      try {
        value = parse(data) as Item & { error?: unknown };
      } catch {
        if (data.trim() === '[DONE]') return done();
        const lines = data.split('\n');
        if (lines.length > 1) return void insert(lines.map((line) => ({ event, data: line, raw: [line] })));
        if (legacy && event === 'error') fail(data);
        log().error('Could not parse message into JSON:');
        log().error('From chunk:');
        if (reading.onMalformed !== 'salvage') throw malformed('server-sent event');
        // A frame may have begun inside this one.
        const inner = data.lastIndexOf('data:');
        return inner < 0 ? undefined : void insert([{ ...record, data: data.slice(inner + 5) }]);
      }
      let named = synthesizeEventData;
      if (legacy) {
        if (event?.startsWith('thread.')) named = true;
        else if (value?.error || event === 'error') fail(value?.error ?? value);
      }
      if (items) {
        value = items.read(value, event, fail) as typeof value;
        if (value === undefined) return undefined;
      }
      if (mapItem) value = mapItem(value) as typeof value;
      return { value: named ? ({ event, data: value } as Item) : value, done: false };
    };

    const traced: typeof read = (record, insert) => {
      try {
        return read(record, insert);
      } catch (error) {
        throw attach(error, { raw: () => record.raw.join('\n') });
      }
    };

    const watch: Watch = {
      ...reading,
      atEnd() {
        if (!items || items.whole()) return 'complete';
        if (reading.onTruncated === 'return') return 'truncated';
        throw new StreamTruncatedError();
      },
      onError: (error) => items && attach(error, { partial: () => items.partial() }),
    };
    const stream = new Stream(
      once(() =>
        readBody(
          () => bodyOf(response, controller),
          controller,
          () => new EventDecoder(!!items),
          reading.debugWire ? traced : read,
          watch,
        ),
      ),
      controller,
    );
    stream.#watch = watch;
    return stream;
  }

  /** The other end of `toReadableStream`: one JSON value per line, nothing special among them. */
  static fromReadableStream<Item>(
    readableStream: ReadableStream,
    controller: AbortController,
    _client?: LogTarget,
  ): Stream<Item> {
    const toItem = (line: string): IteratorResult<Item, undefined> | undefined => {
      if (!line) return undefined;
      try {
        return { value: JSON.parse(line) as Item, done: false };
      } catch {
        throw malformed('newline-delimited');
      }
    };
    const watch: Watch = {};
    const stream = new Stream(
      once(() =>
        readBody(
          () => readableStream,
          controller,
          () => new LineDecoder(),
          toItem,
          watch,
        ),
      ),
      controller,
    );
    stream.#watch = watch;
    return stream;
  }

  [Symbol.asyncIterator](): AsyncIterator<Item> {
    return this.iterator();
  }

  /**
   * Two streams with all the items each, read at different speeds; what one has not read yet is kept for it, without
   * limit. Leaving one drops its items and lets the other go on; leaving both aborts the request.
   */
  tee(): [Stream<Item>, Stream<Item>] {
    const source = this.iterator();
    const open = new Set<Promise<IteratorResult<Item>>[]>();

    const branch = (): Stream<Item> => {
      const queue: Promise<IteratorResult<Item>>[] = [];
      let head = 0; // of what has not been taken; what has is dropped now and then, as shifting costs the whole queue
      open.add(queue);
      const stream = new Stream<Item>(
        () => ({
          next() {
            if (!open.has(queue)) return Promise.resolve(finished);
            if (head === queue.length) {
              queue.length = head = 0;
              const result = source.next();
              for (const each of open) each.push(result);
            }
            if (head > 1024 && head * 2 > queue.length) head -= queue.splice(0, head).length;
            return queue[head++]!;
          },
          return: async () => {
            queue.length = head = 0;
            if (open.delete(queue) && !open.size) {
              if (!this.#branch) this.controller.abort();
              await source.return?.();
            }
            return finished;
          },
        }),
        this.controller,
      );
      stream.#branch = true;
      stream.#watch = outcomeOf(() =>
        !open.has(queue) ? 'aborted' : head < queue.length ? undefined : this.outcome,
      );
      return stream;
    };
    return [branch(), branch()];
  }

  /**
   * The items as UTF-8, one JSON value per line. Cancelling it aborts the request, or leaves this branch of `tee()`;
   * so does an item that JSON cannot say.
   */
  toReadableStream(): ReadableStream {
    return readableOf(this.iterator(), encodeLine, () => this.#branch || this.controller.abort());
  }
}

/**
 * The events of a response before their data is read. Aborts the controller and throws when there is no body.
 * The name is the original's.
 */
export async function* _iterSSEMessages(
  response: Response,
  controller: AbortController,
): AsyncGenerator<ServerSentEvent, void, unknown> {
  const toItem = (value: ServerSentEvent) => ({ value, done: false }) as const;
  const events = readBody(
    () => bodyOf(response, controller),
    controller,
    () => new EventDecoder(),
    toItem,
  );
  yield* { [Symbol.asyncIterator]: () => events };
}

function outcomeOf(outcome: () => Outcome | undefined): { readonly outcome: Outcome | undefined } {
  return {
    get outcome() {
      return outcome();
    },
  };
}

/** Says what could not be read and nothing of what it held: that is the model's or the server's. */
function malformed(what: string): SyntaxError {
  return brand(new SyntaxError(`Error reading response: malformed ${what} JSON.`), 'OpenAIError');
}

/** Lets the first iterator that is asked for an item have it; any other fails when asked. */
function once<Item>(open: () => AsyncIterator<Item>): () => AsyncIterator<Item> {
  let taken: AsyncIterator<Item> | undefined;
  return () => {
    const iterator = open();
    const { next } = iterator;
    iterator.next = () =>
      (taken ??= iterator) === iterator
        ? next()
        : Promise.reject(
            new OpenAIError('Cannot iterate over a consumed stream, use `.tee()` to split the stream.'),
          );
    return iterator;
  };
}

function bodyOf(response: Response, controller: AbortController): ReadableStream {
  if (response.body) return response.body;
  controller.abort();
  throw new OpenAIError(
    globalThis.navigator?.product === 'ReactNative'
      ? 'The fetch of react-native does not support streaming. Please use expo/fetch.'
      : 'Attempted to iterate over a response with no body',
  );
}
