/** Records responses: a response passes through to its reader, and is stored without credentials. */
import type { Sliced } from '../slices.ts';
import {
  isObject,
  pieceOf,
  type Exchange,
  type RecordedChunk,
  type ExchangeRequest,
  type Recording,
} from './recording.ts';
import { redacted, type Secrets } from './secrets.ts';

/** Response headers that a client may act on, or that explain the response. All others stay out of recordings. */
const kept =
  /^(?:allow|content-type|openai-(?:model|processing-ms|version)|retry-after(?:-ms)?|x-ratelimit-[\w-]+|x-request-id|x-sandbox-note|x-should-retry)$/;

/** A response that cannot be recorded. The message says why. */
export class NotRecorded extends Error {
  override name = 'NotRecorded';
}

/** What arrived of a response. */
export interface Arrived {
  status: number;
  headers: Headers;
  /** Milliseconds from the request to the headers. */
  ms: number;
  /** Parts of the body, each with the milliseconds from the request to its arrival. */
  parts: [ms: number, bytes: Uint8Array][];
  /** Whether the connection broke before the end. */
  broken: boolean;
}

/**
 * `response` with the same bytes. `done` gets what arrived of it: before its reader sees the end, or the error that broke
 * the connection. It is not called for a reader that leaves, or whose `signal` aborts, before the whole body arrived; many
 * close the connection at `[DONE]`.
 */
export function observed(
  response: Response,
  startedAt: number,
  signal: AbortSignal,
  done: (arrived: Arrived) => Promise<void>,
): Response {
  const since = (): number => Math.max(0, Math.round(performance.now() - startedAt));
  const { status, headers } = response;
  const arrived = { status, headers: new Headers(headers), ms: since(), parts: [] as Arrived['parts'] };
  const reader = response.body?.getReader();
  let hasLeft = false;
  let hasEnded = false;
  const end = async (broken: boolean): Promise<void> => {
    const isLeft = hasLeft || signal.aborted;
    if (hasEnded || (isLeft && !isDone(arrived.parts))) return;
    hasEnded = true;
    await done({ ...arrived, broken: broken && !isLeft });
  };
  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      try {
        const step = await reader?.read();
        if (step && !step.done) {
          arrived.parts.push([since(), step.value]);
          return controller.enqueue(step.value);
        }
      } catch (error) {
        await end(true);
        return controller.error(error);
      }
      await end(false);
      if (!hasLeft) controller.close();
    },
    cancel(reason) {
      hasLeft = true;
      return Promise.all([end(false), reader?.cancel(reason)]).then(() => {});
    },
  });
  return new Response(response.body && body, { status, headers });
}

/** Whether a stream has sent its last event. */
function isDone(parts: Arrived['parts']): boolean {
  const tail = Buffer.concat(parts.slice(-4).map(([, part]) => part)).subarray(-40);
  return /^data: ?\[DONE\]\s*$/m.test(tail.toString('latin1'));
}

/** The exchange to keep. Throws {@link NotRecorded} when it cannot be kept without credentials. */
export function* exchangeOf(
  { path, body }: ExchangeRequest,
  arrived: Arrived,
  secrets: Secrets,
): Sliced<Exchange> {
  const encoding = arrived.headers.get('content-encoding') ?? 'identity';
  if (encoding !== 'identity') throw new NotRecorded(`its body has the encoding ${encoding}`);
  const response = yield* recordingOf(arrived, secrets);
  const clean = (yield* secrets.value(body)) as Record<string, unknown>;
  return { version: 1, request: { path, body: clean }, response };
}

function* recordingOf({ status, headers, ms, parts, broken }: Arrived, secrets: Secrets): Sliced<Recording> {
  const keptHeaders = [...headers].filter(([name]) => kept.test(name));
  const cleanHeaders: Record<string, string> = {};
  for (const [name, value] of keptHeaders) cleanHeaders[name] = yield* secrets.text(value);
  const recording: Recording = { status, headers: cleanHeaders, ms };
  const bytes = Buffer.concat(parts.map(([, part]) => part));
  const isStream = /text\/event-stream/i.test(headers.get('content-type') ?? '');
  if (isStream) recording.chunks = yield* chunksOf(parts, bytes, secrets);
  else if (bytes.length > 0) Object.assign(recording, yield* wholeBody(bytes, secrets));
  if (broken) recording.broken = true;
  return recording;
}

function* wholeBody(
  bytes: Uint8Array,
  secrets: Secrets,
): Sliced<Pick<Recording, 'json' | 'text' | 'base64'>> {
  const piece = pieceOf(bytes);
  if (typeof piece !== 'string') return { base64: yield* base64Of(bytes, secrets) };
  const value = jsonOf(piece);
  if (value === undefined) return { text: yield* secrets.text(piece) };
  const clean = yield* secrets.value(value);
  // A value says the same as its text when only white space is between them, and not when keys are twice or digits lost.
  const isFaithful = [0, 2].some((indent) => JSON.stringify(value, null, indent) === piece.trimEnd());
  if (isFaithful) return { json: clean };
  const text = JSON.stringify(clean);
  return { text: yield* secrets.text(text === JSON.stringify(value) ? piece : text) };
}

/** One chunk for each event, so that a line can be read, with the time at which the event was complete. */
function* chunksOf(parts: Arrived['parts'], bytes: Buffer, secrets: Secrets): Sliced<RecordedChunk[]> {
  const chunks: RecordedChunk[] = [];
  const spread = new SpreadTexts();
  let part = 0;
  let arrivedUpTo = parts[0]?.[1].length ?? 0;
  for (const [start, end] of eventsIn(bytes)) {
    while (arrivedUpTo < end) arrivedUpTo += parts[++part]![1].length;
    const piece = pieceOf(bytes.subarray(start, end));
    const clean =
      typeof piece === 'string'
        ? yield* cleanEvent(piece, secrets, spread)
        : { base64: yield* base64Of(bytes.subarray(start, end), secrets) };
    chunks.push([parts[part]![0], clean]);
    yield;
  }
  if (yield* spread.hasSecret(secrets)) {
    throw new NotRecorded('a credential is split across several of its events');
  }
  return chunks;
}

/** Where each event begins and ends, its blank line included; the last one may have none. */
function* eventsIn(bytes: Buffer): Generator<[start: number, end: number]> {
  let start = 0;
  for (const { index, 0: blank } of bytes.toString('latin1').matchAll(/\r\n\r\n|\n\n|\r\r/g)) {
    yield [start, index + blank.length];
    start = index + blank.length;
  }
  if (start < bytes.length) yield [start, bytes.length];
}

/** An event without credentials. Its text stays as it is, but for JSON in which there was one. */
function* cleanEvent(event: string, secrets: Secrets, spread: SpreadTexts): Sliced<string> {
  let lines = '';
  let copied = 0;
  for (const { index, 0: line, 1: field = '', 2: data = '' } of event.matchAll(/^(data: ?)(.+)$/gm)) {
    const value = jsonOf(data);
    if (value === undefined) continue;
    const clean = yield* secrets.value(value);
    spread.add(clean);
    const text = JSON.stringify(clean);
    if (text === JSON.stringify(value)) continue;
    lines += event.slice(copied, index) + field + text;
    copied = index + line.length;
  }
  return yield* secrets.text(lines + event.slice(copied));
}

/** The texts of a stream, joined over its events: a model that repeats a key sends it in several of them. */
class SpreadTexts {
  readonly #texts = new Map<string, string[]>();

  add(value: unknown, path = ''): void {
    if (typeof value === 'string') {
      const texts = this.#texts.get(path);
      if (texts) texts.push(value);
      else this.#texts.set(path, [value]);
    } else if (Array.isArray(value)) {
      for (const [at, item] of value.entries())
        this.add(item, `${path}/${isObject(item) ? (item['index'] ?? at) : at}`);
    } else if (isObject(value)) {
      for (const [name, field] of Object.entries(value)) this.add(field, `${path}/${name}`);
    }
  }

  *hasSecret(secrets: Secrets): Sliced<boolean> {
    for (const texts of this.#texts.values()) {
      const joined = texts.join('').replaceAll(redacted, '');
      if ((yield* secrets.text(joined)) !== joined) return true;
    }
    return false;
  }
}

function* base64Of(bytes: Uint8Array, secrets: Secrets): Sliced<string> {
  return Buffer.from(yield* secrets.bytes(bytes)).toString('base64');
}

/** The value of a JSON text, or undefined. */
function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
