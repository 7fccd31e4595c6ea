/**
 * Server-sent events from bytes cut anywhere (https://html.spec.whatwg.org/multipage/server-sent-events.html).
 * Knows fields and blank lines; does not know HTTP, JSON or this API.
 */
import { LineDecoder, type Bytes } from './lines.ts';

/** One event before anyone reads its data. */
export interface ServerSentEvent {
  /** The `event` field; null when there was none. */
  event: string | null;
  /** The `data` lines joined with LF; empty when there were none. */
  data: string;
  /** Every line of the event as it came, comments included. */
  raw: string[];
}

/** A line that is the start of an error object, where a field was expected. */
const bareError = /^\{\s*"(error|detail|fault|object":\s*"error)"/;

/**
 * Takes pieces of a body, gives the events each piece completes.
 *
 * A blank line dispatches what has an event name or a data line. Only `event` and `data` have a meaning; comments,
 * `id`, `retry` and unknown fields are kept in `raw` alone. Beyond the specification, as servers do: a field `error` is
 * the data of an event of that name, an error object on a line of its own is data, and an event that the end of the
 * input leaves open is dispatched too.
 */
export class EventDecoder {
  #takeJSON: boolean;
  #lines = new LineDecoder();
  #event: string | null = null;
  #data: string | undefined;
  #raw: string[] = [];

  /** With `takeJSON`, JSON in the place of events, or after them, is the data of one. Some servers mislabel it. */
  constructor(takeJSON = false) {
    this.#takeJSON = takeJSON;
  }

  push(chunk: Bytes): ServerSentEvent[] {
    return this.#read(this.#lines.push(chunk));
  }

  /** The event the input left open, if any. Call once, after the last piece. */
  flush(): ServerSentEvent[] {
    const lines = this.#lines.flush();
    if (this.#takeJSON && !this.#isOpen()) {
      const data = [...this.#raw, ...lines].filter((line) => line[0] !== ':').join('\n');
      if (/^[[{]/.test(data)) return [{ event: null, data, raw: [data] }];
    }
    return this.#read([...lines, '']);
  }

  #isOpen(): boolean {
    return !!this.#event || this.#data !== undefined;
  }

  #read(lines: string[]): ServerSentEvent[] {
    const events: ServerSentEvent[] = [];
    for (const line of lines) {
      if (line) this.#field(line);
      else if (this.#isOpen()) {
        events.push({ event: this.#event, data: this.#data ?? '', raw: this.#raw });
        this.#event = null;
        this.#data = undefined;
        this.#raw = [];
      }
    }
    return events;
  }

  #field(line: string): void {
    this.#raw.push(line);
    const colon = line.indexOf(':');
    const field = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? '' : line.slice(colon + (line[colon + 1] === ' ' ? 2 : 1));
    if (field === 'event') this.#event = value;
    else if (field === 'data') this.#add(value);
    else if (field === 'error') {
      this.#event = field;
      this.#add(value);
    } else if (bareError.test(line)) this.#add(line);
  }

  #add(value: string): void {
    this.#data = this.#data === undefined ? value : `${this.#data}\n${value}`;
  }
}
