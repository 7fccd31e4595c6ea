/** Chunks as the types promise them. Many servers leave out a `finish_reason` that is null. */

import { Stream } from '../stream/stream.ts';
import type { ChatCompletionChunk } from '../types/chunk.ts';

export type ChatCompletionWireChunk = Omit<ChatCompletionChunk, 'choices'> & {
  /** As in {@link ChatCompletionChunk}, except for the finish reason. */
  choices: Array<
    Omit<ChatCompletionChunk.Choice, 'finish_reason'> & {
      /** Left out by some servers until the choice ends. */
      finish_reason?: ChatCompletionChunk.Choice['finish_reason'];
    }
  >;
};

/** The chunk with `finish_reason: null` in every choice that has none; the same object when there is nothing to add. */
export function normalizeChatCompletionChunk(chunk: ChatCompletionWireChunk): ChatCompletionChunk {
  const choices = (chunk as Partial<ChatCompletionWireChunk> | null)?.choices;
  if (!Array.isArray(choices) || !choices.some(lacksReason)) return chunk as ChatCompletionChunk;
  return {
    ...chunk,
    choices: choices.map((choice) => (lacksReason(choice) ? { ...choice, finish_reason: null } : choice)),
  } as ChatCompletionChunk;
}

/** The same stream with every chunk normalized, on the same controller. It takes the place of `stream`, which is used up. */
export function normalizeChatCompletionStream(
  stream: Stream<ChatCompletionWireChunk>,
): Stream<ChatCompletionChunk> {
  return new Stream(async function* () {
    for await (const chunk of stream) yield normalizeChatCompletionChunk(chunk);
  }, stream.controller);
}

function lacksReason(choice: ChatCompletionWireChunk['choices'][number]): boolean {
  return choice.finish_reason === undefined;
}
