/**
 * Server-sent events from bytes cut anywhere (https://html.spec.whatwg.org/multipage/server-sent-events.html).
 * Knows fields and blank lines; does not know HTTP, JSON or this API.
 */
import { Lines } from './lines.ts';

/** One event before anyone reads its data. */
export interface EventRecord {
  /** The `event` field; null when there was none. */
  event: string | null;
  /** The `data` lines joined with LF; empty when there were none. */
  data: string;
  /** Every line of the event as received, comments included, joined with LF; most events have one line. */
  raw: string;
  /** Whether an error began inside this event, so that `data` may be a fragment. */
  cut?: boolean;
}

/** A line that is an error object, or a list that begins with one, where a field was expected. */
const bareError = /^(\[\s*)?\{.{0,200}?"(errors?|detail|fault|message)":.*[}\]]\s*$/;

/**
 * Takes pieces of a body, gives the events each piece completes.
 *
 * A blank line dispatches what has an event name or a data line. Only `event` and `data` have a meaning; comments,
 * `id`, `retry` and unknown fields are kept in `raw` alone. Beyond the specification, as servers do: a field `error` is
 * the data of an event of that name, an error object on a line of its own is data, an event `error` that begins inside
 * another event dispatches that event as `cut`, and an event that the end of the input leaves open is dispatched too.
 */
export class EventDecoder extends Lines<EventRecord> {
  #takeJSON: boolean;
  #event: string | null = null;
  #data: string | undefined;
  #raw = '';
  /** The event inside which one named `error` has begun; dispatched when the error has data of its own. */
  #open: EventRecord | undefined;
  #cut: EventRecord | undefined;
  #ended = false;

  /** With `takeJSON`, JSON in the place of events, or after them, is the data of one. Some servers mislabel it. */
  constructor(takeJSON = false) {
    super();
    this.#takeJSON = takeJSON;
  }

  override end(): void {
    super.end();
    this.#ended = true;
    const last = this.line();
    const lines = `${this.#raw}\n${last ?? ''}`.split('\n');
    const json = lines.filter((line) => line && line[0] !== ':').join('\n');
    const isOpen = this.#event || this.#data !== undefined;
    if (this.#takeJSON && !isOpen && /^\s*[[{]/.test(json)) this.#raw = this.#data = json;
    else if (last) this.#field(last);
  }

  next(): EventRecord | undefined {
    for (;;) {
      const cut = this.#cut;
      this.#cut = undefined;
      if (cut) return cut;
      const line = this.line();
      if (line) this.#field(line);
      else if ((this.#event || this.#data !== undefined) && (line === '' || this.#ended)) {
        const event = { event: this.#event, data: this.#data ?? '', raw: this.#raw };
        this.#event = null;
        this.#data = undefined;
        this.#raw = '';
        this.#open = undefined;
        return event;
      } else if (line === undefined) return undefined;
    }
  }

  #field(line: string): void {
    const before = this.#raw;
    this.#raw = this.#raw ? `${this.#raw}\n${line}` : line;
    const colon = line.indexOf(':');
    const field = colon < 0 ? line : line.slice(0, colon);
    let value = colon < 0 ? '' : line.slice(colon + (line[colon + 1] === ' ' ? 2 : 1));
    if (field === 'event') {
      if (value === 'error' && this.#data !== undefined)
        this.#open = { event: this.#event, data: this.#data, raw: before, cut: true };
      this.#event = value;
      return;
    }
    if (field === 'error') this.#event = field;
    else if (field !== 'data') {
      if (!bareError.test(line)) return;
      value = line;
    }
    if (this.#open) {
      this.#cut = this.#open;
      this.#data = this.#open = undefined;
    }
    this.#data = this.#data === undefined ? value : `${this.#data}\n${value}`;
  }
}
