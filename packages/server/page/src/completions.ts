/** Stored completions as the page reads them: the rows of the list, the texts of messages. */
import type { ChatCompletion, ChatCompletionStoreMessage } from 'colloquy/core';
import { firstWords } from './format.ts';

/** What a server may say about the way of a completion. */
export interface Route {
  upstream?: string;
  attempts?: number;
  first_token_ms?: number;
  total_ms?: number;
}

export type Metadata = Record<string, string>;

export type Completion = ChatCompletion & { metadata?: Metadata | null; colloquy?: Route | null };
export type Message = ChatCompletionStoreMessage;

export interface Row {
  id: string;
  created: number;
  model: string;
  /** The first words of the first choice. */
  output: string;
  /** Whether `output` names functions that were called. */
  isCall: boolean;
  tokensIn: number | undefined;
  tokensOut: number | undefined;
  firstMs: number | undefined;
  totalMs: number | undefined;
  finish: string;
  metadata: [key: string, value: string][];
}

/** A row of the list. A list may hold a hundred thousand, so it keeps no text that is not shown. */
export function rowOf(completion: Completion): Row {
  const { id, created, model, usage, metadata, colloquy: route } = completion;
  const choice = completion.choices?.[0];
  const message = choice?.message;
  const calls = message ? callsOf(message) : [];
  const text = textOf(message?.content || message?.refusal || message?.audio?.transcript);
  return {
    id,
    created,
    model: textOf(model),
    output: firstWords(text || calls.map(({ name, input }) => `${name}(${input})`).join(', ')),
    isCall: !text && calls.length > 0,
    tokensIn: usage?.prompt_tokens,
    tokensOut: usage?.completion_tokens,
    firstMs: route?.first_token_ms,
    totalMs: route?.total_ms,
    finish: textOf(choice?.finish_reason),
    metadata: Object.entries(metadata ?? {}).map(([key, value]) => [key, textOf(value)]),
  };
}

/** Any value as text. A server may have stored what no API sends. */
function textOf(value: unknown): string {
  return typeof value === 'string' ? value : value == null ? '' : JSON.stringify(value);
}

export interface Call {
  id: string;
  name: string;
  /** Arguments of a function, as JSON, or the input of a custom tool. */
  input: string;
}

interface WireCall {
  id?: string;
  function?: { name?: string; arguments?: string };
  custom?: { name?: string; input?: string };
}

/** The calls of a message, also that of the older `function_call`. */
export function callsOf(message: object): Call[] {
  const { tool_calls: calls, function_call: old } = message as {
    tool_calls?: WireCall[] | null;
    function_call?: WireCall['function'] | null;
  };
  const all: WireCall[] = [...(calls ?? []), ...(old ? [{ function: old }] : [])];
  return all.map(({ id = '', function: called, custom }) => ({
    id,
    name: textOf(called?.name ?? custom?.name ?? 'function'),
    input: textOf(called?.arguments ?? custom?.input),
  }));
}

/** A part of a content, as any server may have stored it. */
export interface Part {
  type?: string;
  text?: string;
  refusal?: string;
  image_url?: { url?: string };
  input_audio?: { data?: string; format?: string };
  file?: { filename?: string; file_id?: string };
}

/** The content of a message as parts; empty when there is none. */
export function partsOf(message: object): Part[] {
  const { content, content_parts: parts } = message as { content?: unknown; content_parts?: Part[] | null };
  if (Array.isArray(parts)) return parts;
  if (Array.isArray(content)) return content as Part[];
  const text = textOf(content);
  return text === '' ? [] : [{ type: 'text', text }];
}

/** The first words of the last message of a user, or of the last message. */
export function inputOf(newestFirst: readonly Message[]): string {
  const message = newestFirst.find(({ role }) => (role as string) === 'user') ?? newestFirst[0];
  if (!message) return '';
  const words = partsOf(message).map((part) => part?.text ?? `[${textOf(part?.type)}]`);
  return firstWords(words.join(' '));
}

/** Messages as they were sent: without what the list of messages adds. */
export function sentMessages(messages: readonly Message[]): object[] {
  return messages.map((message) => {
    const { id: _id, content_parts: parts, content, ...rest } = message;
    const kept = Object.entries(rest).filter(([, value]) => value !== null);
    return { ...Object.fromEntries(kept), content: parts ?? content };
  });
}

/** Parameters of the request that a server repeats in the completion. */
const parameters = [
  'temperature',
  'top_p',
  'max_completion_tokens',
  'max_tokens',
  'stop',
  'seed',
  'n',
  'presence_penalty',
  'frequency_penalty',
  'reasoning_effort',
  'verbosity',
  'response_format',
  'tools',
  'tool_choice',
  'parallel_tool_calls',
  'service_tier',
] as const;

/** The parameters that the completion names, in the order of the table. */
export function parametersOf(completion: Completion): [name: string, value: unknown][] {
  const given = completion as unknown as Record<string, unknown>;
  return parameters.flatMap((name) => (given[name] == null ? [] : [[name, given[name]]]));
}
