/** How the messages of a run are sent again: as the API takes them, with the fields a provider wants back. */

import type { ChatCompletionMessageParam } from '../types/messages.ts';
import { put } from '../wire/put.ts';

type Fields = Record<string, any>;

/** What a reply may say is null and a request may not. */
const nullOnlyInReplies = new Set(['audio', 'function_call', 'refusal', 'tool_calls']);

/**
 * A reply as it is sent back. Everything a provider put there stays (`reasoning_content`, `reasoning_details`,
 * `extra_content` of a call), because some refuse the next request without it. Known fields that are null
 * are left out, except for the content. Other messages are sent as they are.
 *
 * Every request copies all replies before it, so this is written to cost a quarter of the JSON of the copy: a switch over
 * names is twice as fast as a table of functions.
 */
export function toParam(message: ChatCompletionMessageParam): ChatCompletionMessageParam {
  if (message.role !== 'assistant') return message;
  const param: Fields = {};
  for (const name in message) {
    let value = (message as Fields)[name];
    switch (name) {
      case 'parsed': // ours
      case 'annotations': // only answers have them
        continue;
      case 'audio':
        value &&= { id: value.id };
        break;
      case 'tool_calls':
        value = value?.map(toCallParam);
    }
    if (value === undefined || (value === null && nullOnlyInReplies.has(name))) continue;
    put(param, name, value);
  }
  return param as ChatCompletionMessageParam;
}

function toCallParam(call: Fields): Fields {
  const called: Fields | undefined = call['function'];
  if (called?.['parsed_arguments'] === undefined) return call;
  const sent: Fields = {};
  for (const name in called) if (name !== 'parsed_arguments') put(sent, name, called[name]);
  return { ...call, function: sent };
}
