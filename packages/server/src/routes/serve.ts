/**
 * Runs a model for one request, and sends the result as one body or as events. For the sandbox, it also applies wire
 * formats and faults. The file of an endpoint validates its requests and creates its results.
 */
import type { Context } from 'hono';
import { replay } from '../cassette/replay.ts';
import { ApiError } from '../http/errors.ts';
import { jsonResponse } from '../http/json.ts';
import { noteModel, notesOf, noteUsage, type RequestNotes } from '../http/request-event.ts';
import { eventStream, type EventText } from '../http/events.ts';
import type { Scripted } from '../fixtures/script.ts';
import type { ChatModel } from '../models/model.ts';
import type { Script } from '../models/script.ts';
import { obeys } from '../sandbox/asks.ts';
import {
  bodyText,
  BrokenOff,
  CutOff,
  failing,
  halves,
  insteadOfAnswer,
  type Reach,
} from '../sandbox/failing.ts';
import type { Fault } from '../sandbox/faults.ts';
import { sandboxModel } from '../sandbox/model.ts';
import type { Quirk, Wire, WireAnswer } from '../sandbox/quirks.ts';
import { inSlices, type Sliced } from '../slices.ts';
import { readBody } from './body.ts';
import { fixtureOver, passOn } from './cassette.ts';
import { breakable, resetOf } from './connection.ts';
import type { Parts } from './parts.ts';
import { askUpstreams, forUpstream } from './upstream.ts';

/** What every body that runs a model has. */
interface ModelRequest {
  model: string;
  stream?: boolean | null | undefined;
}

/** What an endpoint works with, for one request. */
export interface Job<Request> {
  request: Request;
  model: ChatModel;
  /** Aborts when the client disconnects, or stops reading. */
  signal: AbortSignal;
  /** Undefined for the wire of the API. */
  quirk: Quirk | undefined;
  /** What a fixture has the sandbox say. */
  script: Script | undefined;
  parts: Parts;
  /** What metrics and the log get to know about the request. */
  notes: RequestNotes;
}

/** The result of one request, not yet made. Only one of `once` and `chunks` is called. */
export interface Result {
  wire: Wire;
  /** Response headers of this result. */
  headers?: Record<string, string> | undefined;
  once(): Promise<object>;
  /** The events of a stream. Undefined when the endpoint does not stream. */
  chunks?: (() => AsyncIterable<object>) | undefined;
}

export interface Endpoint<Request> {
  /** The body as a request. Throws an `ApiError` when it is not one. */
  validate(body: unknown): Sliced<Request>;
  /** What a fixture says to the request. Undefined for an endpoint without fixtures. */
  script?(request: Request, headers: Headers, parts: Parts): Promise<Scripted | undefined>;
  /** Throws an `ApiError` for a request that the API refuses, although other servers take it. */
  refuseAsApi?(request: Request): void;
  open(job: Job<Request>): Result;
}

/** The handler of an endpoint that runs a model. */
export function serve<Request extends ModelRequest>(
  endpoint: Endpoint<Request>,
): (c: Context, parts: Parts) => Promise<Response> {
  return async (c, parts) => {
    const asked: Asked = { quirk: parts.asks.quirk(c.req.raw.headers), limits: {} };
    try {
      const response = await respond(c, parts, endpoint, asked);
      for (const [name, value] of Object.entries(asked.limits)) response.headers.set(name, value);
      return response;
    } catch (thrown) {
      const { quirk } = asked;
      if (thrown instanceof BrokenOff) return new Response(brokenBody(thrown));
      if (quirk?.error === undefined || c.req.raw.signal.aborted) throw thrown;
      const error = parts.fail(thrown, c);
      const { body, headers } = quirk.error(error);
      return Response.json(body, { status: error.status, headers: { ...error.headers, ...headers } });
    }
  };
}

/** The refusal of a model that lacks the method of an endpoint; `made` is what it cannot make. */
export function unsupported({ id }: ChatModel, made: string): ApiError {
  return new ApiError(404, `The model '${id}' does not support this endpoint: it cannot make ${made}.`, {
    param: 'model',
    code: 'unsupported_model',
  });
}

/** Headers that label a result of the sandbox as made up; none for other models. */
export function noted(model: ChatModel, note: string): Record<string, string> {
  return model.sandbox ? { 'x-sandbox-note': note } : {};
}

/** Says what a fixture says to a request for a model that takes no script. */
const understudy = sandboxModel();

/** What was found out about a request, also when it fails. */
interface Asked {
  quirk: Quirk | undefined;
  /** Response headers about rate limits. */
  limits: Record<string, string>;
}

/** A result on its way out. */
interface Sending {
  c: Context;
  parts: Parts;
  result: Result;
  signal: AbortSignal;
  /** Tells the model that the reader has gone. */
  cancel(): void;
  quirk: Quirk | undefined;
  fault: Fault | undefined;
}

async function respond<Request extends ModelRequest>(
  c: Context,
  parts: Parts,
  endpoint: Endpoint<Request>,
  asked: Asked,
): Promise<Response> {
  const { headers, signal: gone } = c.req.raw;
  let bytes: Uint8Array = new Uint8Array();
  const notes = notesOf(c);
  const body = await readBody(c, parts, (sent) => (bytes = sent));
  noteModel(notes, body);
  const upstream = parts.cassette ? undefined : forUpstream(c, parts, body, bytes);
  const isPassed = parts.cassette !== undefined || upstream !== undefined;
  const exception = isPassed ? await fixtureOver(body, endpoint, headers, parts) : undefined;
  if (parts.cassette && !exception) return passOn(parts.cassette, parts.project, c, body, bytes);
  if (upstream && !exception) return askUpstreams(c, parts, upstream);
  const request = await inSlices(endpoint.validate(body));
  const found = upstream ? understudy : parts.models.find(request.model);
  const scripted = exception ?? (await endpoint.script?.(request, headers, parts));
  if (scripted?.recording) return breakable(await replay(scripted.recording, { signal: gone }), c);
  const model = scripted && !found.sandbox ? understudy : found;
  const isObeying = obeys(model, headers);
  if (scripted) asked.quirk = parts.asks.quirk(headers, scripted.quirk);
  const quirk = isObeying ? asked.quirk : undefined;
  if (model.sandbox) asked.limits = parts.asks.limit(headers, request, bytes.length);
  if (model.sandbox && !quirk) endpoint.refuseAsApi?.(request);
  const fault = isObeying ? parts.asks.fault(headers, request, scripted?.fault) : undefined;
  const cancelled = new AbortController();
  const signal = AbortSignal.any([gone, cancelled.signal]);
  const result = endpoint.open({ request, model, signal, quirk, script: scripted?.script, parts, notes });
  const sending: Sending = { c, parts, result, signal, cancel: () => cancelled.abort(), quirk, fault };
  const instead = fault && (await insteadOfAnswer(fault, reachOf(sending)));
  if (instead) return instead;
  const { chunks } = result;
  return chunks && request.stream && fault?.instead !== 'json'
    ? streamed(sending, chunks)
    : inOnePiece(sending);
}

async function inOnePiece(sending: Sending): Promise<Response> {
  const { c, result, fault, quirk } = sending;
  const whole = await result.once();
  noteUsage(notesOf(c), (whole as { usage?: unknown }).usage);
  if (!quirk && !fault) return jsonResponse(whole, result.headers);
  const body = result.wire.body(whole);
  const headers: Record<string, string> = {
    'content-type': 'application/json',
    ...result.headers,
    ...result.wire.headers,
  };
  if (!fault) return new Response(body, { headers });

  if (fault.truncateBody) headers['content-length'] = String(Buffer.byteLength(body));
  const { pieces, fault: fitted } = halves(body, fault);
  const failed = failing(pieces, fitted, reachOf(sending));
  return new Response(bodyOf(sending, failed.next(), failed, bodyText), { headers });
}

async function streamed(sending: Sending, open: () => AsyncIterable<object>): Promise<Response> {
  const { result, fault, parts } = sending;
  const { wire } = result;
  let chunks = wire.chunks(open() as AsyncIterable<WireAnswer>)[Symbol.asyncIterator]();
  let first = chunks.next();
  await settled(first, parts.config.keepAliveMs);
  if (fault) {
    chunks = failing(resumed(first, chunks), fault, reachOf(sending));
    first = chunks.next();
  }
  return new Response(bodyOf(sending, first, chunks, wire.text), {
    headers: {
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-cache',
      ...result.headers,
      ...wire.headers,
    },
  });
}

function bodyOf<Item>(
  { c, parts: { fail, config }, quirk, fault, cancel }: Sending,
  first: Promise<IteratorResult<Item>>,
  items: AsyncIterator<Item>,
  text: EventText,
): ReadableStream<Uint8Array> {
  const isSilent = fault?.stallAfter !== undefined;
  return eventStream(first, items, {
    text,
    keepAliveMs: fault?.keepAlive ?? (isSilent ? 0 : config.keepAliveMs),
    lastWords(thrown) {
      // A model that was told that the caller has gone has not failed, and nobody is there to be told.
      if (thrown instanceof CutOff || c.req.raw.signal.aborted) return '';
      if (thrown instanceof BrokenOff) return undefined;
      const error = fail(thrown, c);
      return text.failure(quirk?.error?.(error).body ?? error.toJSON());
    },
    onCancel: cancel,
  });
}

/**
 * Waits for the first chunk, so that a failure before it is an HTTP error and not an event; but no longer than
 * `patienceMs` (0: without end), after which the caller should get headers and keep-alive comments.
 */
async function settled(first: Promise<unknown>, patienceMs: number): Promise<void> {
  if (patienceMs <= 0) return void (await first);
  let timer: NodeJS.Timeout | undefined;
  const patience = new Promise((resolve) => (timer = setTimeout(resolve, patienceMs)));
  try {
    await Promise.race([first, patience]);
  } finally {
    clearTimeout(timer);
  }
}

async function* resumed<Item>(
  first: Promise<IteratorResult<Item>>,
  rest: AsyncIterator<Item>,
): AsyncGenerator<Item> {
  try {
    for (let step = await first; !step.done; step = await rest.next()) yield step.value;
  } finally {
    await rest.return?.();
  }
}

function reachOf({ c, signal, parts: { stopping } }: Sending): Reach {
  return { gone: signal, stopping, reset: resetOf(c) };
}

function brokenBody(error: Error): ReadableStream {
  return new ReadableStream({ start: (controller) => controller.error(error) });
}
