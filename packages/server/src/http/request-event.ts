/** What the server can tell about one request, for metrics and log lines: never its content, never a key. */
import type { Context, MiddlewareHandler } from 'hono';
import { withoutKey } from './auth.ts';
import { watched, type Ending } from './watched.ts';

export interface UpstreamFailure {
  /** The name of the upstream. */
  upstream: string;
  /** No connection, no first or next chunk in time, an error status, or a response that was cut off. */
  reason: 'connection' | 'timeout' | 'status' | 'cut';
}

/** What routes add to the event of the request they serve. */
export interface RequestNotes {
  /** The route that matched, without `/v1`: `/chat/completions/:id`. `''` when none did. */
  route: string;
  /** The model that the request names. */
  model?: string;
  inputTokens?: number;
  outputTokens?: number;
  /** Whether the completion was stored. */
  stored?: boolean;
  project?: string;
  /** The upstream that responded. */
  upstream?: string;
  upstreamFailures: UpstreamFailure[];
}

/** One request whose response has ended. */
export interface RequestEvent extends Readonly<RequestNotes> {
  /** The id that every log line about the request has. */
  id: string;
  /** The `x-request-id` of the response: that of the upstream, if it has sent one. */
  responseId: string;
  method: string;
  /** Without the query. */
  path: string;
  /** 499 when the client disconnected before there was a status. */
  status: number;
  startedAt: Date;
  /** Until the response ended. */
  durationMs: number;
  /** Until the first bytes of a stream. Undefined when the response is not an event stream. */
  firstChunkMs: number | undefined;
  ending: Ending;
}

export type RequestObserver = (event: RequestEvent) => void;

const contextKey = 'requestNotes';

/** The notes of a request. They are dropped when nothing observes requests. */
export function notesOf(c: Context): RequestNotes {
  return (c.get(contextKey) as RequestNotes | undefined) ?? { route: '', upstreamFailures: [] };
}

/** Whether anybody reads the notes. */
export function isObserved(c: Context): boolean {
  return c.get(contextKey) !== undefined;
}

/** Notes the model that a request body names, if it names one. */
export function noteModel(notes: RequestNotes, body: unknown): void {
  const { model } = (body ?? {}) as Record<string, unknown>;
  if (typeof model === 'string') notes.model = model;
}

/** Notes the tokens of a `usage` object, if it is one. */
export function noteUsage(notes: RequestNotes, usage: unknown): void {
  const { prompt_tokens: input, completion_tokens: output } = (usage ?? {}) as Record<string, unknown>;
  if (typeof input === 'number') notes.inputTokens = input;
  if (typeof output === 'number') notes.outputTokens = output;
}

/** Calls each observer once per request, when the response has ended. */
export function observed(observers: readonly RequestObserver[]): MiddlewareHandler {
  return async (c, next) => {
    const startedAt = new Date();
    const start = performance.now();
    const notes: RequestNotes = { route: '', upstreamFailures: [] };
    c.set(contextKey, notes);
    await next();
    const { res } = c;
    const id = (c.get('requestId') as string | undefined) ?? '';
    let firstChunkMs: number | undefined;
    const finish = (ending: Ending): void => {
      const event = {
        ...notes,
        id,
        responseId: res.headers.get('x-request-id') ?? id,
        method: c.req.method,
        path: withoutKey(c.req.path, c.req.raw.headers),
        ...(notes.model !== undefined && { model: withoutKey(notes.model, c.req.raw.headers) }),
        status: res.status,
        startedAt,
        durationMs: performance.now() - start,
        firstChunkMs,
        ending,
      };
      for (const observe of observers) observe(event);
    };
    if (res.status === 499) return finish('cancelled');
    if (res.body === null || !isEventStream(res)) return finish('complete');
    const onPiece = (): number => (firstChunkMs ??= performance.now() - start);
    c.res = new Response(watched(res.body, { onPiece, onEnd: finish }), res);
  };
}

function isEventStream({ headers }: Response): boolean {
  return headers.get('content-type')?.startsWith('text/event-stream') ?? false;
}
