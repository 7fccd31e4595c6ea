/**
 * Server-sent events from bytes cut anywhere (https://html.spec.whatwg.org/multipage/server-sent-events.html).
 * Knows fields and blank lines; does not know HTTP, JSON or this API.
 */
import { LineReader, type Bytes } from './lines.ts';

/** One event before anyone reads its data. */
export interface ServerSentEvent {
  /** The `event` field; null when there was none. */
  event: string | null;
  /** The `data` lines joined with LF; empty when there were none. */
  data: string;
  /** Every line of the event as it came, comments included. */
  raw: string[];
}

/**
 * Takes pieces of a body, gives the events each piece completes.
 *
 * A blank line dispatches what has an event name or a data line. Only `event` and `data` have a meaning; comments,
 * `id`, `retry` and unknown fields are kept in `raw` alone. Unlike the specification, an event that the end of the
 * input leaves open is dispatched too: servers forget the last blank line.
 */
export class EventDecoder {
  #lines = new LineReader();
  #event: string | null = null;
  #data: string | undefined;
  #raw: string[] | undefined;

  push(chunk: Bytes): ServerSentEvent[] {
    const events: ServerSentEvent[] = [];
    this.#lines.push(chunk);
    for (let line; (line = this.#lines.next()) !== undefined;) this.#read(line, events);
    return events;
  }

  /** The event the input left open, if any. Call once, after the last piece. */
  flush(): ServerSentEvent[] {
    const events: ServerSentEvent[] = [];
    const line = this.#lines.end();
    if (line) this.#read(line, events);
    this.#read('', events);
    return events;
  }

  #read(line: string, events: ServerSentEvent[]): void {
    if (!line) {
      if (!this.#event && this.#data === undefined) return;
      events.push({ event: this.#event, data: this.#data ?? '', raw: this.#raw ?? [] });
      this.#event = null;
      this.#data = this.#raw = undefined;
      return;
    }
    if (this.#raw) this.#raw.push(line);
    else this.#raw = [line];

    const colon = line.indexOf(':');
    const field = colon < 0 ? line : line.slice(0, colon);
    if (field !== 'data' && field !== 'event') return;
    const value = colon < 0 ? '' : line.slice(colon + (line.charCodeAt(colon + 1) === 0x20 ? 2 : 1));
    if (field === 'event') this.#event = value;
    else this.#data = this.#data === undefined ? value : `${this.#data}\n${value}`;
  }
}
