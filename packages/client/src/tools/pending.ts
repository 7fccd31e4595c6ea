/** The calls that a conversation leaves open: a run that was paused, or cut off, goes on with them. */

import { isAssistantMessage, isToolMessage } from '../streaming/conversation.ts';
import type {
  ChatCompletionAssistantMessageParam,
  ChatCompletionMessageParam,
  ChatCompletionToolMessageParam,
} from '../types/messages.ts';
import type { ChatCompletionMessageToolCall } from '../types/tools.ts';

/** The calls of the last reply that no tool message answers; none when the conversation has moved on from them. */
export function pendingCalls(messages: ChatCompletionMessageParam[]): ChatCompletionMessageToolCall[] {
  const { calls, answers } = lastTurn(messages);
  const ids = answers.map((answer) => answer.tool_call_id);
  return calls.filter(({ id }) => {
    const at = ids.indexOf(id);
    // Some servers give every call the same id, so an answer counts for one call.
    if (at >= 0) ids.splice(at, 1);
    return at < 0;
  });
}

/** Puts the answers of the last turn in the order of their calls, as if none had come late. */
export function sortAnswers(messages: ChatCompletionMessageParam[]): void {
  const { calls, answers } = lastTurn(messages);
  const place = ({ tool_call_id }: ChatCompletionToolMessageParam): number =>
    calls.findIndex((call) => call.id === tool_call_id);
  messages.splice(
    messages.length - answers.length,
    answers.length,
    ...answers.sort((a, b) => place(a) - place(b)),
  );
}

interface Turn {
  calls: ChatCompletionMessageToolCall[];
  answers: ChatCompletionToolMessageParam[];
}

/** The last reply's calls and the answers after it, when nothing but answers follows. */
function lastTurn(messages: ChatCompletionMessageParam[]): Turn {
  const at = messages.findLastIndex((message) => !isToolMessage(message));
  const reply = messages[at];
  const calls = isAssistantMessage(reply)
    ? (reply as ChatCompletionAssistantMessageParam).tool_calls
    : undefined;
  if (!calls?.length) return { calls: [], answers: [] };
  return { calls, answers: messages.slice(at + 1) as ChatCompletionToolMessageParam[] };
}
