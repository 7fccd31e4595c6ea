/** What the sandbox understands of a conversation: the question, what was said before, and how it should speak. */
import type { CompletionRequest } from '../models/model.ts';

type Message = CompletionRequest['messages'][number];

/** What a tool gave back, and for which call. */
export interface ToolResult {
  name: string;
  /** JSON text of a function's arguments, or the input of a custom tool. */
  input: string;
  content: string;
}

/** How many characters of a message are understood; patterns that look for meaning must not meet a book. */
const heard = 4000;

export interface Prompt {
  /** The beginning of the last user message, trimmed; empty when there is none. At most 4,000 characters. */
  question: string;
  /** All of the last user message. */
  whole: string;
  /** System and developer messages, one per line. */
  instructions: string;
  /** User texts before the question, oldest first. */
  earlier: string[];
  /** Results since the question, oldest first. */
  results: ToolResult[];
  /** Calls made since the question. */
  callsMade: number;
  /** What came with the question besides text, in words: `a picture from example.org`. */
  attachments: string[];
}

export function readPrompt({ messages }: Pick<CompletionRequest, 'messages'>): Prompt {
  const instructions: string[] = [];
  const earlier: string[] = [];
  const calls = new Map<string, { name: string; input: string }>();
  let prompt = silent();
  for (const message of messages) {
    if (message.role === 'system' || message.role === 'developer') instructions.push(beginning(message));
    else if (message.role === 'user') {
      if (prompt.question) earlier.push(prompt.question);
      prompt = {
        ...silent(),
        question: beginning(message),
        whole: textOf(message),
        attachments: attachmentsOf(message),
      };
    } else if (message.role === 'assistant') {
      for (const call of callsOf(message)) {
        calls.set(call.id, call);
        prompt.callsMade++;
      }
    } else if (message.role === 'tool') {
      const call = calls.get(message.tool_call_id) ?? { name: 'the tool', input: '' };
      prompt.results.push({ name: call.name, input: call.input, content: textOf(message) });
    } else
      prompt.results.push({
        name: message.name,
        input: calls.get(message.name)?.input ?? '',
        content: message.content ?? '',
      });
  }
  return { ...prompt, earlier, instructions: instructions.filter(Boolean).join('\n').slice(0, heard) };
}

function silent(): Omit<Prompt, 'earlier' | 'instructions'> {
  return { question: '', whole: '', results: [], attachments: [], callsMade: 0 };
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

function attachmentsOf({ content }: Extract<Message, { role: 'user' }>): string[] {
  if (typeof content === 'string') return [];
  return content.flatMap((part): string[] => {
    if (part.type === 'image_url') return [pictureOf(part.image_url.url)];
    if (part.type === 'input_audio')
      return [`a recording (${part.input_audio.format}, ${sizeOf(part.input_audio.data)})`];
    if (part.type === 'file') return [`a file${part.file.filename ? ` called ${part.file.filename}` : ''}`];
    return [];
  });
}

function pictureOf(url: string): string {
  const inline = /^data:(?:image\/)?([\w.+-]*)[^,]*,/i.exec(url);
  if (inline)
    return `a ${(inline[1] || 'data').toUpperCase()} picture of ${sizeOf(url.slice(inline[0].length))}`;
  const host = /^https?:\/\/([^/?#\s]+)/i.exec(url)?.[1];
  return `a picture from ${host ?? 'somewhere'}`;
}

/** Size of what base64 text stands for. */
function sizeOf(base64: string): string {
  const bytes = Math.floor((base64.replace(/=+$/, '').length * 3) / 4);
  return bytes < 1024 ? `${bytes} bytes` : `${Math.round(bytes / 1024)} KB`;
}
