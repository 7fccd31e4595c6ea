/** How the messages of a run are sent again: as the API takes them, with the fields a provider wants back. */

import type { ChatCompletionAssistantMessageParam, ChatCompletionMessageParam } from '../types/messages.ts';

/** Fields of an answer that are not fields of a message: what we added, and what only answers have. */
const dropped = new Set(['parsed', 'annotations']);
/** Fields that an answer may have as null and a message may not. */
const omittedWhenNull = new Set(['audio', 'function_call', 'refusal', 'tool_calls']);

/**
 * A reply as it is sent back. Everything a provider put there stays (`reasoning_content`, `reasoning_details`,
 * `extra_content` of a call with Gemini's thought signature): DeepSeek and Gemini refuse the next request without it
 * (observed 2026-06). Other messages are sent as they are.
 */
export function toParam(message: ChatCompletionMessageParam): ChatCompletionMessageParam {
  if (message.role !== 'assistant') return message;
  const param: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(message)) {
    if (value === undefined || dropped.has(name) || (value === null && omittedWhenNull.has(name))) continue;
    param[name] =
      name === 'audio'
        ? { id: (value as { id: string }).id }
        : name === 'tool_calls'
          ? (value as object[]).map(toCallParam)
          : value;
  }
  return param as unknown as ChatCompletionAssistantMessageParam;
}

function toCallParam(call: object): object {
  const { function: called, ...rest } = call as { function?: Record<string, unknown> };
  if (!called) return call;
  const { parsed_arguments: _, ...fields } = called;
  return { ...rest, function: fields };
}
