/** The parts of a conversation that the sandbox uses: the last question, and the tool results after it. */
import type { CompletionRequest } from '../models/model.ts';

type Message = CompletionRequest['messages'][number];

/** The result of a tool, and its call. */
export interface ToolResult {
  name: string;
  /** JSON text of a function's arguments, or the input of a custom tool. */
  input: string;
  content: string;
}

/** How many characters of a message are read: a response quotes fewer. */
const heard = 4000;

export interface Prompt {
  /** The beginning of the last user message, trimmed; empty when there is none. At most 4,000 characters. */
  question: string;
  /** Results since the question, oldest first. */
  results: ToolResult[];
  /** Calls made since the question. */
  callsMade: number;
}

export function readPrompt({ messages }: Pick<CompletionRequest, 'messages'>): Prompt {
  const calls = new Map<string, { name: string; input: string }>();
  let prompt: Prompt = { question: '', results: [], callsMade: 0 };
  for (const message of messages) {
    if (message.role === 'user') prompt = { question: beginning(message), results: [], callsMade: 0 };
    else if (message.role === 'assistant') {
      for (const call of callsOf(message)) {
        calls.set(call.id, call);
        prompt.callsMade++;
      }
    } else if (message.role === 'tool') {
      const { name, input } = calls.get(message.tool_call_id) ?? { name: 'the tool', input: '' };
      prompt.results.push({ name, input, content: textOf(message) });
    } else if (message.role === 'function') {
      const input = calls.get(message.name)?.input ?? '';
      prompt.results.push({ name: message.name, input, content: message.content ?? '' });
    }
  }
  return prompt;
}

const beginning = (message: Message): string => textOf(message).slice(0, heard).trim();

/** The text of a message; its parts are joined by a line break. */
export function textOf({ content }: Message): string {
  if (typeof content === 'string') return content;
  const texts = (content ?? []).map((part) =>
    'text' in part ? part.text : 'refusal' in part ? part.refusal : '',
  );
  return texts.filter(Boolean).join('\n');
}

function* callsOf(
  message: Extract<Message, { role: 'assistant' }>,
): Generator<{ id: string; name: string; input: string }> {
  for (const call of message.tool_calls ?? []) {
    if (call.type === 'custom') yield { id: call.id, ...call.custom };
    else yield { id: call.id, name: call.function.name, input: call.function.arguments };
  }
  const legacy = message.function_call;
  if (legacy) yield { id: legacy.name, name: legacy.name, input: legacy.arguments };
}
