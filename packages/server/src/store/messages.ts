/** The messages of a stored completion: those of its request, each with an id, in the order they were sent. */
import type { OpenAI } from 'colloquy';

export type StoredMessage = OpenAI.ChatCompletionStoreMessage;

/** A message as a request holds it; the store keeps whatever else it carries. */
export interface RequestMessage {
  role: string;
  content?: unknown;
}

/**
 * The stored form of a request's messages. The id is `{completion id}-{position from 0}`. A message sent as
 * parts has them all in `content_parts` and a null `content`; any other has null `content_parts`.
 */
export function storedMessages(completionId: string, messages: readonly RequestMessage[]): StoredMessage[] {
  return messages.map((given: RequestMessage | null, index) => {
    // An upstream may accept messages that are no objects.
    const message = typeof given === 'object' && given !== null ? given : { content: given };
    const parts = Array.isArray(message.content) ? message.content : null;
    return {
      name: null,
      ...message,
      id: `${completionId}-${index}`,
      content: parts ? null : (message.content ?? null),
      content_parts: parts,
    } as unknown as StoredMessage;
  });
}
