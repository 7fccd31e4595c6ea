/**
 * Fixtures: the bytes one server sends, and what a program must get from them. Every file is written by hand after
 * the shape of what the server is known to send; none is a recording.
 */
import { readFileSync } from 'node:fs';
import type { ChatCompletion } from '../../src/types/completion.ts';

/** What a server answers with. */
export interface Answer {
  status: number;
  headers: Record<string, string>;
  body: Uint8Array;
}

/** One fixture and what it means. */
export interface Wire {
  /** `<server>/<quirk>.sse` for the body of a 200 event stream, `.http` for an answer with its status and headers. */
  file: string;
  /** What is unusual about it. */
  quirk: string;
  /** Not what `stream: true` is answered with. */
  streamed?: false;
  /** The whole completion, when there is one. */
  completion?: object;
  /** What `stream()` tells, one line for an event, as in `read.ts`. Checked where given. */
  events?: string[] | undefined;
  /** Fields of the error, when there is one. `partial` is the text that had come. */
  error?: Expected;
}

export interface Expected {
  /** Name of the class the error is an instance of. */
  is: string;
  message?: string | RegExp;
  status?: number;
  code?: unknown;
  type?: string;
  param?: string;
  /** Fields of `error.error`. */
  error?: object;
  partial?: string;
}

/** The wires of one server. */
export function wiresOf(server: string, wires: Wire[]): Wire[] {
  return wires.map((wire) => ({ ...wire, file: `${server}/${wire.file}` }));
}

const folder = new URL('./fixtures/', import.meta.url);

export function readWire({ file }: Wire): Answer {
  const bytes = readFileSync(new URL(file, folder));
  if (file.endsWith('.sse'))
    return { status: 200, headers: { 'content-type': 'text/event-stream' }, body: bytes };
  const end = bytes.indexOf('\n\n');
  const [line = '', ...fields] = bytes.subarray(0, end).toString().split('\n');
  const headers = Object.fromEntries(fields.map((field) => field.split(/:\s*/, 2)));
  return { status: Number(line.split(' ')[1]), headers, body: bytes.subarray(end + 2) };
}

/** A field that is undefined is not there. */
type Message = { [Key in keyof ChatCompletion['choices'][0]['message']]?: unknown } & Record<string, unknown>;

/** The completion of one choice. `beside` are fields of the completion, `choice` fields of the choice. */
export function answer(
  id: string,
  model: string,
  message: Message,
  finish_reason: string | null = 'stop',
  beside: object = {},
  choice: object = {},
): object {
  return {
    id,
    object: 'chat.completion',
    created: 1_700_000_000,
    model,
    choices: [
      {
        index: 0,
        finish_reason,
        logprobs: null,
        message: { role: 'assistant', content: null, refusal: null, ...message },
        ...choice,
      },
    ],
    ...beside,
  };
}

/** A function call as it is in a completion. */
export function call(id: unknown, name: string, args: string, beside: object = {}): any {
  return { id, type: 'function', function: { name, arguments: args }, ...beside };
}

export function usage(
  prompt_tokens: number,
  completion_tokens: number,
  beside: object = {},
): { usage: object } {
  const total_tokens = prompt_tokens + completion_tokens;
  return { usage: { prompt_tokens, completion_tokens, total_tokens, ...beside } };
}

/** The id of a call that came without one. */
export const newId: unknown = { asymmetricMatch: (id: unknown) => /^call_[0-9a-f-]{36}$/.test(String(id)) };
