/** How the messages of a run are sent again: as the API takes them, with the fields a provider wants back. */

import type { ChatCompletionMessageParam } from '../types/messages.ts';

type Fields = Record<string, any>;

/** What becomes of a field of a reply; undefined leaves it out. Fields that are not named here stay as they are. */
const fields: Record<string, (value: any) => unknown> = {
  parsed: omit, // ours
  annotations: omit, // only answers have them
  audio: (audio) => audio && { id: audio.id },
  function_call: identity,
  refusal: identity,
  tool_calls: (calls) => calls?.map(toCallParam),
};

/**
 * A reply as it is sent back. Everything a provider put there stays (`reasoning_content`, `reasoning_details`,
 * `extra_content` of a call with Gemini's thought signature): DeepSeek and Gemini refuse the next request without it
 * (observed 2026-06). Of the fields the API knows, null ones are left out, but for the content. Other messages are sent
 * as they are.
 *
 * Every request copies all replies before it, so this is written to cost little more than the JSON of the copy.
 */
export function toParam(message: ChatCompletionMessageParam): ChatCompletionMessageParam {
  if (message.role !== 'assistant') return message;
  const param: Fields = {};
  for (const name in message) {
    const value = (message as Fields)[name];
    const sent = Object.hasOwn(fields, name) ? (fields[name]!(value) ?? undefined) : value;
    if (sent !== undefined) param[name] = sent;
  }
  return param as ChatCompletionMessageParam;
}

function toCallParam(call: Fields): Fields {
  const called = call['function'];
  if (!called || called.parsed_arguments === undefined) return call;
  const { parsed_arguments: _, ...sent } = called;
  return { ...call, function: sent };
}

function omit(): void {}

function identity(value: unknown): unknown {
  return value;
}
