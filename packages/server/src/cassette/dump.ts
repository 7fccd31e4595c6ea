/** Turns failures that a client reports with `debugWire` into recordings, so that a bug report is a test. */
import type { OpenAI } from 'colloquy';
import { atOnce } from '../slices.ts';
import { isObject, type Recording } from './recording.ts';
import { Secrets } from './secrets.ts';

/** What an error of the client holds with `debugWire: true`. */
export interface WireDump {
  /** The lines of the event that failed, or the body that could not be read. */
  raw?: string | undefined;
  /** The completion so far, of a stream that failed. */
  partial?: object | undefined;
  headers?: Headers | undefined;
}

type Choice = OpenAI.ChatCompletion.Choice;

/**
 * The recording of a failure: its event after one with what had arrived before, or its body. A text is the event or the body
 * alone. What looks like a credential is left out. Throws a `TypeError` when nothing was dumped.
 */
export function recordingOf(dump: string | WireDump): Recording {
  const { raw, partial, headers }: WireDump = typeof dump === 'string' ? { raw: dump } : dump;
  if (raw === undefined) {
    throw new TypeError('The error has no `raw`. Set `debugWire: true` on the client or the request.');
  }
  const secrets = new Secrets();
  const clean = (given: string): string => atOnce(secrets.text(given));
  const text = clean(raw);
  const isEvent = partial !== undefined || /^(?:data|event|id|retry)?:/.test(raw);
  if (!isEvent) {
    const type = headers?.get('content-type');
    return { text, ...(type && { headers: { 'content-type': type } }) };
  }
  const event = `${text.replace(/[\r\n]+$/, '')}\n\n`;
  const before = isObject(partial) ? [eventOf(partial as unknown as OpenAI.ChatCompletion)] : [];
  return { chunks: [...before.map(clean), event] };
}

/** One event that brings a client to the same completion. */
function eventOf({ choices, ...completion }: OpenAI.ChatCompletion): string {
  const chunk = { ...completion, object: 'chat.completion.chunk', choices: choices.map(chunkChoice) };
  return `data: ${JSON.stringify(chunk)}\n\n`;
}

function chunkChoice({ message, ...choice }: Choice): object {
  const { tool_calls: calls, ...rest } = message;
  const delta = calls ? { ...rest, tool_calls: calls.map((call, index) => ({ index, ...call })) } : rest;
  return { ...choice, delta };
}
