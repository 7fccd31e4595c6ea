/**
 * Prepares the messages of a run for the next request: in the format of the API, with the fields that a provider
 * requires.
 */

import type { ChatCompletionMessageParam } from '../types/messages.ts';

type Fields = Record<string, any>;

const onlyInReplies = ['parsed', 'annotations']; // the first is ours
const nullOnlyInReplies = ['audio', 'function_call', 'refusal', 'tool_calls'];

/**
 * A reply as it is sent back. Everything a provider put there stays (`reasoning_content`, `reasoning_details`,
 * `extra_content` of a call), because some refuse the next request without it. What only replies have, and what only they may
 * say is null, becomes undefined, which JSON leaves out. Other messages are sent as they are.
 *
 * Every request copies all replies before it. Setting fields that the copy has is quick; leaving them out is not.
 */
export function toParam(message: ChatCompletionMessageParam): ChatCompletionMessageParam {
  if (message.role !== 'assistant') return message;
  const param: Fields = { ...message };
  for (const name of onlyInReplies) if (name in param) param[name] = undefined;
  const { audio, tool_calls: calls } = param;
  if (audio) param['audio'] = { id: audio.id };
  if (calls) param['tool_calls'] = calls.map(toCallParam);
  for (const name of nullOnlyInReplies) if (param[name] === null) param[name] = undefined;
  return param as ChatCompletionMessageParam;
}

function toCallParam(call: Fields): Fields {
  const called: Fields | undefined = call['function'];
  if (called?.['parsed_arguments'] === undefined) return call;
  return { ...call, function: { ...called, parsed_arguments: undefined } };
}
