/**
 * Tool results inside a serialized stream. A result is sent as a chunk without choices, so that readers that do not know
 * it skip it. The message is in its `object`.
 */

import type { ChatCompletionWireChunk } from '../quirks/chunk.ts';
import type { ChatCompletionChunk } from '../types/chunk.ts';
import type { ChatCompletionMessageParam } from '../types/messages.ts';
import { jsonOf } from '../wire/json.ts';

const prefix = 'chat.completion.chunk.message:';

export interface ChatCompletionReadableStreamMessage {
  /** Distinguishes a message from a chunk. */
  type: 'message';
  /** The message to add to the conversation. */
  message: ChatCompletionMessageParam;
  /** The ids of the calls of the reply before, in order, for servers that send none. */
  tool_call_ids?: string[];
}

type ChatCompletionReadableStreamMessageChunk = Pick<ChatCompletionChunk, 'id' | 'created' | 'model'> & {
  choices: [];
  object: `${typeof prefix}${string}`;
};

/** One line of a serialized stream. */
export type ChatCompletionReadableStreamItem =
  | ChatCompletionWireChunk
  | ChatCompletionReadableStreamMessage
  | ChatCompletionReadableStreamMessageChunk;

/** A tool result as a chunk. `chunk` is any chunk of the completion that called the tool. */
export function makeChatCompletionReadableStreamMessageChunk(
  chunk: ChatCompletionChunk,
  message: ChatCompletionMessageParam,
  toolCallIds?: string[],
): ChatCompletionReadableStreamMessageChunk {
  const { id, created, model } = chunk;
  const item = { type: 'message', message, ...(toolCallIds && { tool_call_ids: toolCallIds }) };
  return { id, choices: [], created, model, object: `${prefix}${JSON.stringify(item)}` };
}

/** The message in an item of either form, or undefined when the item is an ordinary chunk. */
export function readMessage(
  item: ChatCompletionReadableStreamItem,
): ChatCompletionReadableStreamMessage | undefined {
  if ('type' in item && item.type === 'message') return item;
  const { object } = item as ChatCompletionWireChunk;
  return typeof object === 'string' && object.startsWith(prefix)
    ? (jsonOf(object.slice(prefix.length)) ?? {})
    : undefined;
}
