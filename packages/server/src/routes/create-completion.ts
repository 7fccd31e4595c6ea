/** `POST /chat/completions`: an answer in one piece or as a stream; of the sandbox also on other wires, and with faults. */
import type { ServerResponse } from 'node:http';
import type { Context } from 'hono';
import { completeOnce, streamChunks, type AnswerParts, type CompletionRecord } from '../completion/answer.ts';
import { validateCompletion } from '../completion/validate.ts';
import { readJSON } from '../http/body.ts';
import { eventStream, type EventText } from '../http/events.ts';
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
import { wireFor, type Quirk, type Wire, type WireAnswer } from '../sandbox/quirks.ts';
import type { Parts } from './parts.ts';

/** Answers with a completion, or with its chunks as they come when the request says `stream: true`. */
export async function createCompletion(c: Context, parts: Parts): Promise<Response> {
  const quirk = parts.asks.quirk(c.req.raw.headers);
  try {
    return await answer(c, parts, quirk);
  } catch (thrown) {
    if (thrown instanceof BrokenOff) return new Response(brokenBody(thrown));
    if (quirk?.error === undefined || c.req.raw.signal.aborted) throw thrown;
    const error = parts.fail(thrown, c);
    const { body, headers } = quirk.error(error);
    return Response.json(body, { status: error.status, headers: { ...error.headers, ...headers } });
  }
}

/** One answer in the making: what was asked for, and what it is made with. */
interface Making extends Parts {
  c: Context;
  answer: AnswerParts;
  /** Tells the model that nobody reads on. */
  cancel(): void;
  quirk: Quirk | undefined;
  wire: Wire;
  fault: Fault | undefined;
}

async function answer(c: Context, parts: Parts, asked: Quirk | undefined): Promise<Response> {
  const { headers, signal } = c.req.raw;
  const request = validateCompletion(await readJSON(c.req.raw, parts.config.bodyLimit));
  const model = parts.models.find(request.model);
  const isObeying = obeys(model, headers);
  const quirk = isObeying ? asked : undefined;
  const fault = isObeying ? parts.asks.fault(headers, request) : undefined;
  const cancelled = new AbortController();
  const making: Making = {
    ...parts,
    c,
    answer: {
      request: quirk ? withUsage(request) : request,
      model,
      signal: AbortSignal.any([signal, cancelled.signal]),
      keep: (record: CompletionRecord) => parts.store.insert({ ...record, request }),
    },
    cancel: () => cancelled.abort(),
    quirk,
    wire: wireFor(quirk, request.stream_options?.include_usage ?? false),
    fault,
  };
  const instead = fault && (await insteadOfAnswer(fault, reachOf(making)));
  if (instead) return instead;
  return request.stream && fault?.instead !== 'json' ? streamed(making) : inOnePiece(making);
}

async function inOnePiece(making: Making): Promise<Response> {
  const { answer, wire, fault, quirk } = making;
  const completion = await completeOnce(answer);
  if (!quirk && !fault) return making.c.json(completion);
  const body = wire.body(completion);
  const headers: Record<string, string> = { 'content-type': 'application/json', ...wire.headers };
  if (!fault) return new Response(body, { headers });

  if (fault.truncateBody) headers['content-length'] = String(Buffer.byteLength(body));
  const { pieces, fault: fitted } = halves(body, fault);
  const failed = failing(pieces, fitted, reachOf(making));
  return new Response(bodyOf(making, failed.next(), failed, bodyText), { headers });
}

async function streamed(making: Making): Promise<Response> {
  const { answer, wire, fault, config } = making;
  const written = streamChunks(answer) as AsyncIterable<object> as AsyncIterable<WireAnswer>;
  let chunks = wire.chunks(written)[Symbol.asyncIterator]();
  let first = chunks.next();
  await settled(first, config.keepAliveMs);
  if (fault) {
    chunks = failing(resumed(first, chunks), fault, reachOf(making));
    first = chunks.next();
  }
  return new Response(bodyOf(making, first, chunks, wire.text), {
    headers: {
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-cache',
      ...wire.headers,
    },
  });
}

function bodyOf<Item>(
  { c, fail, quirk, fault, cancel, config }: Making,
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

/** Wires say themselves who gets the usage, so they must have it. */
function withUsage(request: AnswerParts['request']): AnswerParts['request'] {
  return request.stream
    ? { ...request, stream_options: { ...request.stream_options, include_usage: true } }
    : request;
}

function reachOf({ c, answer: { signal }, stopping }: Making): Reach {
  const { outgoing } = (c.env ?? {}) as { outgoing?: ServerResponse };
  return {
    gone: signal,
    stopping,
    reset: outgoing && (() => outgoing.socket?.resetAndDestroy()),
  };
}

function brokenBody(error: Error): ReadableStream {
  return new ReadableStream({ start: (controller) => controller.error(error) });
}
