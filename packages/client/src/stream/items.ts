/**
 * Reads the items of a stream: the JSON payloads of its events or lines. Knows which events end a stream or make it
 * fail. The rules of a resource know what a payload means.
 */
import { StreamTruncatedError } from '../errors/api-error.ts';
import { errorIn } from '../quirks/error-body.ts';
import { innerEvent, isDone, splitEvent } from '../quirks/event.ts';
import { attach, brand } from '../errors/openai-error.ts';
import { log, type Logger, type LogTarget } from '../log/log.ts';
import { ChunkReader } from '../wire/chunk-reader.ts';
import { LineDecoder } from '../wire/ndjson.ts';
import { EventDecoder, type EventRecord } from '../wire/sse.ts';
import { grace } from './body-reader.ts';
import { finished, type Outcome, type Result, type Source, type Watch } from './source.ts';

/** How a resource reads the payloads of one stream. Each stream has its own. */
export interface ItemRules<Item> {
  /**
   * Returns the item in a payload, or undefined if it has none. If the payload is an error, calls `fail` with it, which
   * throws.
   */
  read(payload: unknown, event: string | null, fail: (error: unknown) => never): Item | undefined;
  /**
   * Whether the items so far are a complete response. Called if the body ends, or stays silent, without an explicit end.
   */
  whole(): boolean;
  /** Whether the response is complete, and `item`, if given, is the last expected one. */
  ended(item?: Item): boolean;
  /** The part of the response that was received. */
  partial(): unknown;
  /** The value that all items add up to. Undefined if there are none. */
  fold(items: AsyncIterable<Item>): Promise<unknown>;
}

/** The options of a request for reading its stream. */
export interface StreamOptions<Item> extends Watch {
  /** Turns events into items. Default: the JSON of each event. */
  items?: ItemRules<Item> | undefined;
  /** What happens if a stream ends before it is complete. Default `'throw'`. */
  onTruncated?: 'throw' | 'return' | undefined;
  /** What happens if an event is not JSON. Default `'throw'`. */
  onMalformed?: 'throw' | 'salvage' | undefined;
  /** Whether errors carry the lines that caused them, as `raw`. Default `false`. */
  debugWire?: boolean | undefined;
  /** The response that is being read, which may be a later one than the first. */
  headers?: (() => Headers) | undefined;
  /** Called with every item before the reader receives it. */
  mapItem?: ((item: Item) => Item) | undefined;
}

/** How to read one stream of events. */
export interface EventReading<Item> extends StreamOptions<Item> {
  /** Throws the error in an event or a payload. */
  fail: (error: unknown) => never;
  client?: LogTarget | undefined;
}

/** The value that `mapItem` returns for an item that the reader must not receive. */
export const hidden: any = {};

/**
 * The payloads of the events of one response. The object is also its own `Watch`, so that it has the same fields for
 * every stream.
 */
export class EventItems<Item> implements Source<EventRecord, Item>, Watch {
  readonly watch: Watch = this;
  readonly url: Watch['url'];
  readonly firstTimeout: Watch['firstTimeout'];
  idleTimeout: Watch['idleTimeout'];
  readonly reopen: Watch['reopen'];
  readonly onOver: Watch['onOver'];
  outcome: Watch['outcome'] = undefined;
  reader: Watch['reader'] = undefined;
  readonly #reading: EventReading<Item>;
  readonly #items: ItemRules<Item> | undefined;
  readonly #mapItem: StreamOptions<Item>['mapItem'];
  readonly #fail: EventReading<Item>['fail'];
  readonly #json = new ChunkReader();

  constructor(reading: EventReading<Item>) {
    this.#reading = reading;
    this.#items = reading.items;
    this.#mapItem = reading.mapItem;
    this.#fail = reading.fail;
    this.url = reading.url;
    this.firstTimeout = reading.firstTimeout;
    this.idleTimeout = reading.idleTimeout;
    this.reopen = reading.reopen;
    this.onOver = reading.onOver;
  }

  atEnd(): Outcome {
    if (!this.#items || this.#items.whole()) return 'complete';
    if (this.#reading.onTruncated === 'return') return 'truncated';
    throw new StreamTruncatedError();
  }

  isWhole(): boolean {
    return !!this.#items?.ended();
  }

  onError(error: unknown): void {
    this.#reading.onError?.(error);
    if (this.#items) attach(error, 'partial', () => this.#items!.partial());
  }

  decoder(): EventDecoder {
    return new EventDecoder(!!this.#items);
  }

  item(record: EventRecord): Result<Item> | EventRecord[] | undefined {
    const { event, data } = record;
    if (!data) return undefined;
    if (data === '[DONE]') return this.#done();
    const items = this.#items;
    const mapItem = this.#mapItem;
    try {
      let value;
      try {
        value = this.#json.read(data) as Item & { error?: unknown };
      } catch {
        return this.#malformed(record);
      }
      if (value?.error || event === 'error') this.#fail(errorIn(value) ?? value);
      if (items) {
        value = items.read(value, event, this.#fail) as typeof value;
        if (value === undefined) return undefined;
        if (items.ended(value)) this.idleTimeout = Math.min(this.idleTimeout!, grace);
      }
      if (mapItem && (value = mapItem(value) as typeof value) === hidden) return undefined;
      return { value, done: false };
    } catch (error) {
      throw this.#reading.debugWire ? attach(error, 'raw', () => record.raw) : error;
    }
  }

  /** What an event is whose data is not JSON as a whole. */
  #malformed(record: EventRecord): Result<Item> | EventRecord[] | undefined {
    const { event, data } = record;
    if (isDone(data)) return this.#done();
    const events = splitEvent(record, !!this.#items);
    if (events) return events;
    if (record.cut) return undefined;
    if (event === 'error') this.#fail(data);
    const error = malformed('server-sent event');
    this.#log('error', error.message);
    if (this.#reading.onMalformed !== 'salvage') throw error;
    return innerEvent(record);
  }

  #done(): typeof finished {
    const items = this.#items;
    if (items && !items.whole()) {
      this.#log('warn', 'The stream ended, but a choice has no finish_reason.');
    }
    return finished;
  }

  #log(level: keyof Logger, text: string): void {
    const { client } = this.#reading;
    if (client) log(client, level, text);
    else console[level](text);
  }
}

/** One JSON value per line. */
export class LineItems<Item> implements Source<string, Item> {
  readonly watch: Watch = {};

  decoder(): LineDecoder {
    return new LineDecoder();
  }

  item(line: string): Result<Item> | undefined {
    if (!line) return undefined;
    try {
      return { value: JSON.parse(line) as Item, done: false };
    } catch {
      throw malformed('newline-delimited');
    }
  }
}

/** Says what could not be read and nothing of what it held: that is the model's or the server's. */
function malformed(what: string): SyntaxError {
  return brand(new SyntaxError(`Error reading response: malformed ${what} JSON.`), 'OpenAIError');
}
