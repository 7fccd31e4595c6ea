/** The calls of a conversation that have no results yet: a run that was paused, or cut off, continues with them. */

import { isAssistantMessage, isToolMessage } from '../streaming/conversation.ts';
import type {
  ChatCompletionAssistantMessageParam,
  ChatCompletionMessageParam,
  ChatCompletionToolMessageParam,
} from '../types/messages.ts';
import type { ChatCompletionMessageToolCall } from '../types/tools.ts';

/** The calls of the last reply that have no tool message; an empty list once other messages follow. */
export function pendingCalls(messages: ChatCompletionMessageParam[]): ChatCompletionMessageToolCall[] {
  const { calls, answers } = lastTurn(messages);
  // Some servers give every call the same id, so an answer counts for one call.
  const left = new Map<string, number>();
  for (const { tool_call_id: id } of answers) left.set(id, (left.get(id) ?? 0) + 1);
  return calls.filter(({ id }) => {
    const count = left.get(id) ?? 0;
    if (count > 0) left.set(id, count - 1);
    return count === 0;
  });
}

/** Puts the results of the last turn in the order of their calls, as if no result had been late. */
export function sortAnswers(messages: ChatCompletionMessageParam[]): void {
  const { calls, answers } = lastTurn(messages);
  const places = new Map<string, number>();
  for (const [at, { id }] of calls.entries()) if (!places.has(id)) places.set(id, at);
  const place = ({ tool_call_id }: ChatCompletionToolMessageParam): number => places.get(tool_call_id) ?? -1;
  answers.sort((a, b) => place(a) - place(b));
  const start = messages.length - answers.length;
  for (const [at, answer] of answers.entries()) messages[start + at] = answer;
}

interface Turn {
  calls: ChatCompletionMessageToolCall[];
  answers: ChatCompletionToolMessageParam[];
}

/** The calls of the last reply and the results after it, if nothing but results follows. */
function lastTurn(messages: ChatCompletionMessageParam[]): Turn {
  const at = messages.findLastIndex((message) => !isToolMessage(message));
  const reply = messages[at];
  const calls = isAssistantMessage(reply)
    ? (reply as ChatCompletionAssistantMessageParam).tool_calls
    : undefined;
  if (!calls?.length) return { calls: [], answers: [] };
  return { calls, answers: messages.slice(at + 1) as ChatCompletionToolMessageParam[] };
}
