/** Replays a recording as a response: the same status, headers and bytes, immediately or at the recorded times. */
import { setTimeout as sleep } from 'node:timers/promises';
import { SettingError } from '../config.ts';
import { bytesOf, CassetteError, type RecordedChunk, type Recording } from './recording.ts';

/** `real` waits as long as the recorded server did. `2x` is twice as fast, `0.5x` half as fast. */
export type Pace = 'real' | 'instant' | `${number}x`;

export interface ReplayOptions {
  /** Default `instant`. */
  pace?: Pace | undefined;
  /** Ends the response when it aborts. */
  signal?: AbortSignal | undefined;
}

/** The recorded connection broke here. */
export class RecordedBreak extends Error {
  override name = 'RecordedBreak';

  constructor() {
    super('The recorded connection broke here.');
  }
}

/** Statuses whose responses have no body, which `Response` insists on. */
const bodiless = new Set([204, 205, 304]);

/** How many times as fast as the recorded server. NaN for what is no pace. */
function speedOf(pace: string): number {
  if (pace === 'instant') return Infinity;
  if (pace === 'real') return 1;
  const [, factor] = /^(\d{1,6}(?:\.\d{1,3})?)x$/.exec(pace) ?? [];
  return Number(factor) || Number.NaN;
}

const paces = 'real, instant or a factor such as 2x or 0.5x';

/** A pace from the text of a setting. */
export function readPace(text: string): Pace {
  const pace = text.trim();
  if (Number.isNaN(speedOf(pace))) throw new SettingError(`must be ${paces}, not '${text}'`);
  return pace as Pace;
}

/** Throws a {@link CassetteError} for what is no pace. */
export function checkPace(pace: Pace): void {
  if (Number.isNaN(speedOf(pace))) throw new CassetteError(`The pace must be ${paces}, not '${pace}'.`);
}

/**
 * Resolves with the recorded response when its headers are due. Rejects with the reason of `signal` once that aborts, and with
 * a {@link CassetteError} for what is no pace.
 */
export async function replay(
  recording: Recording,
  { pace = 'instant', signal }: ReplayOptions = {},
): Promise<Response> {
  checkPace(pace);
  const due = deadlines(speedOf(pace), signal);
  await due(recording.ms ?? 0);
  const { status = 200 } = recording;
  const headers = new Headers(recording.headers);
  const { chunks, contentType } = bodyOf(recording);
  if (contentType !== undefined && !headers.has('content-type')) headers.set('content-type', contentType);
  if (bodiless.has(status)) return new Response(null, { status, headers });
  return new Response(streamOf(chunks, recording.broken ?? false, due), { status, headers });
}

/** The longest wait that a timer of Node can have, in milliseconds. */
const longestWait = 2 ** 31 - 1;

/** A wait until so many recorded milliseconds after now. */
function deadlines(speed: number, signal: AbortSignal | undefined): (ms: number) => Promise<void> {
  const startedAt = performance.now();
  return async (ms) => {
    signal?.throwIfAborted();
    const wait = Math.min(startedAt + ms / speed - performance.now(), longestWait);
    if (wait > 0) await sleep(wait, undefined, { signal }).catch(() => {});
    signal?.throwIfAborted();
  };
}

function bodyOf({ json, text, base64, chunks }: Recording): {
  chunks: RecordedChunk[];
  contentType?: string;
} {
  if (chunks) return { chunks, contentType: 'text/event-stream; charset=utf-8' };
  if (json !== undefined) return { chunks: [JSON.stringify(json)], contentType: 'application/json' };
  if (text !== undefined) return { chunks: [text], contentType: typeOf(text) };
  return { chunks: base64 === undefined ? [] : [{ base64 }] };
}

/** The content type that a text looks like: recordings that are written by hand leave it out. */
function typeOf(text: string): string {
  if (/^\s*(?:data|event|id|retry)?:/.test(text)) return 'text/event-stream; charset=utf-8';
  if (/^\s*[[{]/.test(text)) return 'application/json';
  return /^\s*</.test(text) ? 'text/html; charset=utf-8' : 'text/plain; charset=utf-8';
}

function streamOf(
  chunks: RecordedChunk[],
  broken: boolean,
  due: (ms: number) => Promise<void>,
): ReadableStream<Uint8Array> {
  let next = 0;
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      const chunk = chunks[next++];
      if (chunk === undefined) return broken ? controller.error(new RecordedBreak()) : controller.close();
      const [ms, piece] = Array.isArray(chunk) ? chunk : [0, chunk];
      await due(ms);
      controller.enqueue(bytesOf(piece));
    },
  });
}
