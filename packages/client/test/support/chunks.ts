/** Builders of completions, of their chunks, and of the event streams that carry them. */

import type { ChatCompletionChunk } from '../../src/types/chunk.ts';
import type { ChatCompletion } from '../../src/types/completion.ts';

type Choice = ChatCompletionChunk.Choice;
type Delta = ChatCompletionChunk.Choice.Delta;

const envelope = { id: 'chatcmpl-1', created: 1_700_000_000, model: 'gpt-4o' };

export function chunk(...choices: Choice[]): ChatCompletionChunk {
  return { ...envelope, object: 'chat.completion.chunk', choices };
}

export function delta(value: Delta, finish: Choice['finish_reason'] = null, index = 0): ChatCompletionChunk {
  return chunk({ index, delta: value, finish_reason: finish, logprobs: null });
}

/** The chunks of an answer in pieces: the role, each piece, the end. */
export function text(...pieces: string[]): ChatCompletionChunk[] {
  return [
    delta({ role: 'assistant', content: '' }),
    ...pieces.map((content) => delta({ content })),
    delta({}, 'stop'),
  ];
}

/** The chunks of one function call, its arguments in pieces. */
export function toolCall(name: string, ...pieces: string[]): ChatCompletionChunk[] {
  const call = (value: object): ChatCompletionChunk =>
    delta({ tool_calls: [{ index: 0, ...value } as ChatCompletionChunk.Choice.Delta.ToolCall] });
  return [
    delta({ role: 'assistant', content: null }),
    call({ id: 'call_1', type: 'function', function: { name, arguments: '' } }),
    ...pieces.map((piece) => call({ function: { arguments: piece } })),
    delta({}, 'tool_calls'),
  ];
}

export function completion(content: string, more: Partial<ChatCompletion> = {}): ChatCompletion {
  return {
    ...envelope,
    object: 'chat.completion',
    choices: [
      {
        index: 0,
        finish_reason: 'stop',
        logprobs: null,
        message: { role: 'assistant', content, refusal: null },
      },
    ],
    usage: { prompt_tokens: 1, completion_tokens: 2, total_tokens: 3 },
    ...more,
  };
}

/** The values as server-sent events, with `[DONE]` at the end. */
export function sse(values: readonly unknown[]): string {
  return [...values.map((value) => JSON.stringify(value)), '[DONE]']
    .map((data) => `data: ${data}\n\n`)
    .join('');
}

/** A response that streams the values. */
export function eventStream(values: readonly unknown[], init: ResponseInit = {}): Response {
  return new Response(sse(values), {
    ...init,
    headers: { 'content-type': 'text/event-stream', ...init.headers },
  });
}
