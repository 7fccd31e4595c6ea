/** Asks a client for a completion, in each of the three ways a program can, and writes down all that it sees. */

import type { OpenAI } from '../../src/entries/index.ts';
import type { ChatCompletionStream } from '../../src/streaming/chat-completion-stream.ts';
import type { ChatCompletionChunk } from '../../src/types/chunk.ts';
import type { ChatCompletion } from '../../src/types/completion.ts';
import type { Answer } from './wire.ts';

/** What came of a request. Exactly one of `completion` and `error` is set, except in raw streams that end well. */
export interface Outcome {
  /** The chunks, in raw streams. */
  chunks: ChatCompletionChunk[];
  /** What `stream()` told, one line for an event. */
  events: string[];
  completion?: ChatCompletion;
  error?: unknown;
}

/** The three ways: `create({ stream: true })`, `stream()` and `create()`. */
export type Way = 'raw' | 'helper' | 'whole';

const params = { model: 'm', messages: [{ role: 'user' as const, content: 'hi' }] };

/** Asks with `more` in the request and `options` beside it. Never rejects. */
export async function ask(
  client: OpenAI,
  way: Way,
  more: object = {},
  options: object = {},
): Promise<Outcome> {
  const outcome: Outcome = { chunks: [], events: [] };
  const { completions } = client.chat;
  try {
    if (way === 'whole') outcome.completion = await completions.create({ ...params, ...more }, options);
    else if (way === 'helper') {
      const stream = completions.stream({ ...params, ...more }, options);
      listen(stream, outcome.events);
      outcome.completion = await stream.finalChatCompletion();
    } else {
      const stream = await completions.create({ ...params, ...more, stream: true }, options);
      for await (const chunk of stream) outcome.chunks.push(chunk);
    }
  } catch (error) {
    outcome.error = error;
  }
  return outcome;
}

/** Events by name, and the line each becomes. */
const lines: Record<string, (event: any) => string> = {
  'content.delta': ({ delta }) => delta,
  'content.done': ({ content }) => content,
  'refusal.delta': ({ delta }) => delta,
  'refusal.done': ({ refusal }) => refusal,
  'reasoning.delta': ({ delta }) => delta,
  'reasoning.done': ({ reasoning }) => reasoning,
  'tool_calls.function.arguments.delta': (event) => `${event.index} ${event.name} ${event.arguments_delta}`,
  'tool_calls.function.arguments.done': (event) => `${event.index} ${event.name} ${event.arguments}`,
};

function listen(stream: ChatCompletionStream<unknown>, events: string[]): void {
  for (const [name, line] of Object.entries(lines)) {
    const short = name.replace('tool_calls.function.', '');
    stream.on(name as 'content.delta', (event) => events.push(`${short} ${line(event)}`));
  }
}

/** A fetch that answers every request with the same bytes, in these pieces. */
export function fetchOf({ status, headers }: Answer, pieces: Uint8Array[]): typeof fetch {
  return async () => {
    let next = 0;
    const body = new ReadableStream<Uint8Array>({
      pull(controller) {
        if (next < pieces.length) controller.enqueue(pieces[next++]!);
        else controller.close();
      },
    });
    return new Response(body, { status, headers });
  };
}

/** The bytes in pieces of one. */
export function bytewise(body: Uint8Array): Uint8Array[] {
  return Array.from(body, (_, at) => body.subarray(at, at + 1));
}
