/** Reads what `everyFailure` accepts as a recording: one successful response, in any of the forms it is kept in. */
import { accumulate, complete } from 'colloquy/accumulate';
import { plainText } from '../../http/events.ts';
import { recordingOf, type WireDump } from '../../cassette/dump.ts';
import {
  bytesOf,
  readRecording,
  type Exchange,
  type Recording as CassetteRecording,
} from '../../cassette/recording.ts';
import type { Chunk, Completion } from '../../models/model.ts';
import type { WireAnswer } from '../../sandbox/quirks.ts';
import { chunksOfCompletion } from './chunks.ts';

/**
 * One recorded response: a completion, its chunks, the text of its body (an event stream or JSON, such as saved `curl`
 * output), a line of a cassette, as text or parsed, or its `response`, or an error with the `raw` text of `debugWire`.
 */
export type Recording =
  | string
  | Completion
  | readonly Chunk[]
  | CassetteRecording
  | Pick<Exchange, 'response'>
  | WireDump;

export interface Recorded {
  /** The response as a stream. Without `includeUsage`, a completion does not become a chunk with usage. */
  stream(includeUsage: boolean): RecordedStream;
  /** The completion that the chunks make. Throws if it is not complete. */
  completion(): Completion;
}

export interface RecordedStream {
  chunks: WireAnswer[];
  /** The events with the blank lines that end them: as recorded, or as the API writes the chunks. */
  events: string[];
}

/** Throws a `TypeError`, or a `CassetteError`, that says what is wrong with the recording; `name` is what to call it. */
export function readRecorded(recording: Recording, name: string): Recorded {
  if (typeof recording === 'string') return readText(recording, name);
  if (Array.isArray(recording)) return recordedChunks(recording as Chunk[], name);
  if (typeof recording !== 'object' || recording === null)
    throw new TypeError(`${name} is neither an object nor a string.`);
  if ('raw' in recording) return readExchange(recordingOf(recording), name);
  if ('response' in recording) return readExchange(readRecording(recording.response, `${name}: `), name);
  if ('object' in recording && recording.object === 'chat.completion') return recordedCompletion(recording);
  return readExchange(readRecording(recording, `${name}: `), name);
}

function readText(text: string, name: string): Recorded {
  if (!/^\s*[[{]/.test(text)) return recordedStream(text, name);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new TypeError(`${name} begins like JSON, but cannot be parsed. Is it one line of a cassette?`);
  }
  return readRecorded(value as Recording, name);
}

function readExchange(recording: CassetteRecording, name: string): Recorded {
  const { status = 200, json, text, base64, chunks = [] } = recording;
  if (status >= 400)
    throw new TypeError(`${name} has the status ${status}. Record a response that succeeded.`);
  if (json !== undefined) return readText(JSON.stringify(json), name);
  if (text !== undefined) return readText(text, name);
  const pieces = base64 === undefined ? chunks : [{ base64 }];
  const bytes = pieces.map((chunk) => bytesOf(Array.isArray(chunk) ? chunk[1] : chunk));
  return readText(Buffer.concat(bytes).toString(), name);
}

function recordedStream(text: string, name: string): Recorded {
  const events = text.match(/[^]*?(?:\r\n\r\n|\n\n|\r\r|$)/g)?.filter((event) => event.trim() !== '') ?? [];
  const chunks: Chunk[] = [];
  for (const [index, event] of events.entries()) {
    const data = [...event.matchAll(/^data: ?(.*)$/gm)].map(([, line]) => line).join('\n');
    if (data === '' || data === '[DONE]') continue;
    try {
      chunks.push(JSON.parse(data) as Chunk);
    } catch {
      throw new TypeError(`${name} cannot be parsed: the data of event ${index + 1} is not JSON.`);
    }
  }
  const recorded = recordedChunks(chunks, name);
  return { ...recorded, stream: (includeUsage) => ({ ...recorded.stream(includeUsage), events }) };
}

function recordedChunks(chunks: readonly Chunk[], name: string): Recorded {
  const at = chunks.findIndex((chunk) => !Array.isArray(chunk?.choices));
  if (at >= 0)
    throw new TypeError(`${name} has no 'choices' in chunk ${at + 1}. Record a response that succeeded.`);
  if (chunks.length === 0) throw new TypeError(`${name} has no chunks.`);
  return {
    stream: () => written(chunks),
    completion() {
      let snapshot: ReturnType<typeof accumulate> | undefined;
      for (const chunk of chunks) snapshot = accumulate(snapshot, chunk);
      return complete(snapshot!);
    },
  };
}

function recordedCompletion(completion: Completion): Recorded {
  return {
    stream: (includeUsage) => written(chunksOfCompletion(completion, includeUsage)),
    completion: () => completion,
  };
}

function written(chunks: readonly Chunk[]): RecordedStream {
  return {
    chunks: chunks as unknown as WireAnswer[],
    events: [...chunks.map(plainText.event), plainText.end()],
  };
}
