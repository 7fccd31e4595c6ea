/** Normalizes streams of servers that leave out a `finish_reason` of null. */

import { type ChatCompletionWireChunk, normalizeChatCompletionChunk } from '../quirks/chunk.ts';
import { Stream } from '../stream/stream.ts';
import type { ChatCompletionChunk } from '../types/chunk.ts';

/** The same stream with every chunk normalized, on the same controller. It takes the place of `stream`, which is used up. */
export function normalizeChatCompletionStream(
  stream: Stream<ChatCompletionWireChunk>,
): Stream<ChatCompletionChunk> {
  return new Stream(async function* () {
    for await (const chunk of stream) yield normalizeChatCompletionChunk(chunk);
  }, stream.controller);
}
