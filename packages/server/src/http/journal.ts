/** Records the requests to an app and its responses, for tests. */
import type { Context, MiddlewareHandler } from 'hono';
import { defaultProject } from './auth.ts';
import { watched, type Ending } from './watched.ts';

export interface RecordedRequest {
  readonly method: string;
  /** The path with its query: `/v1/chat/completions?limit=2`. */
  readonly path: string;
  readonly headers: Headers;
  /** The parsed JSON body. `undefined` if there was none, or it was refused before it was parsed. */
  readonly body: any;
  readonly startedAt: Date;
  /** Milliseconds until the response ended. `undefined` until then. */
  readonly durationMs: number | undefined;
  /** `undefined` until the response begins, or if the client disconnected before. */
  readonly response: RecordedResponse | undefined;
}

export interface RecordedResponse {
  readonly status: number;
  readonly headers: Headers;
  /** The part of the body that was sent. */
  readonly text: string;
  /** The parsed text. For an event stream, the list of its data, without `[DONE]`. */
  readonly body: any;
  /** `sending` at first, then how it ended: `complete`, `cancelled` by the client, or `broken` by a fault. */
  readonly state: 'sending' | Ending;
}

/** More than this many requests are not kept: the oldest are dropped. */
const maxRequests = 10_000;

export class Journal {
  readonly #entries: Entry[] = [];

  /** The requests in the order of arrival. The list is live. */
  get requests(): readonly RecordedRequest[] {
    return this.#entries;
  }

  /** The requests of one project. Requests that were refused because of their key are in `default`. */
  of(project: string): readonly RecordedRequest[] {
    return this.#entries.filter((entry) => entry.project === project);
  }

  /** Removes the requests for which `isOld` returns true. */
  remove(isOld: (entry: RecordedRequest & { readonly project: string }) => boolean): void {
    const kept = this.#entries.filter((entry) => !isOld(entry));
    this.#entries.splice(0, Infinity, ...kept);
  }

  /** Records all requests except those for `/sandbox/*`. `noteBody` records bodies. */
  middleware(): MiddlewareHandler {
    return async (c, next) => {
      if (/^(?:\/v1)?\/sandbox\//.test(c.req.path)) return next();
      const entry = new Entry(c.req.raw);
      this.#entries.push(entry);
      if (this.#entries.length > maxRequests) this.#entries.shift();
      c.set(contextKey, entry);
      await next();
      if (!c.req.raw.signal.aborted) c.res = entry.respond(c.res);
    };
  }
}

const contextKey = 'journalEntry';

/** Records the parsed body of the request. Does nothing in an app without a journal. */
export function noteBody(c: Context, body: unknown): void {
  const entry = c.get(contextKey) as Entry | undefined;
  if (entry) entry.body = body;
}

/** Records the project of the request. */
export function noteProject(c: Context, project: string): void {
  const entry = c.get(contextKey) as Entry | undefined;
  if (entry) entry.project = project;
}

class Entry implements RecordedRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: Headers;
  readonly startedAt = new Date();
  project = defaultProject;
  body: unknown;
  durationMs: number | undefined;
  response: SentResponse | undefined;
  readonly #startedAt = performance.now();

  constructor(request: Request) {
    const { pathname, search } = new URL(request.url);
    this.method = request.method;
    this.path = pathname + search;
    this.headers = new Headers(request.headers);
  }

  /** The response, which records itself while it is read. */
  respond({ status, headers, body }: Response): Response {
    this.response = new SentResponse(status, new Headers(headers));
    const { response } = this;
    const onEnd = (ending: Ending): void => {
      response.state = ending;
      this.durationMs = performance.now() - this.#startedAt;
    };
    if (body === null) onEnd('complete');
    const onPiece = (piece: Uint8Array): void => response.add(piece);
    return new Response(body && watched(body, { onPiece, onEnd }), { status, headers });
  }
}

class SentResponse implements RecordedResponse {
  readonly status: number;
  readonly headers: Headers;
  state: RecordedResponse['state'] = 'sending';
  text = '';
  readonly #decoder = new TextDecoder();

  constructor(status: number, headers: Headers) {
    this.status = status;
    this.headers = headers;
  }

  get body(): unknown {
    if (!this.headers.get('content-type')?.startsWith('text/event-stream')) return parsed(this.text);
    const data = [...this.text.matchAll(/^data: ?(.*)$/gm)].map(([, text]) => text ?? '');
    return data.map(parsed).filter((value) => value !== undefined);
  }

  add(piece: Uint8Array): void {
    this.text += this.#decoder.decode(piece, { stream: true });
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
