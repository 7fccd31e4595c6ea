/** Assembles a completion from chunks, and checks that it is complete. Each field is one line in a table. */

import { OpenAIError } from '../errors/openai-error.ts';
import type { PartialChatCompletion } from '../errors/openai-error.ts';
import { placeDelta } from '../quirks/call-places.ts';
import { plainChunk } from '../quirks/chunk.ts';
import { callType, joinArguments } from '../quirks/tool-calls.ts';
import type { ChatCompletionChunk } from '../types/chunk.ts';
import type { ChatCompletion, ChatCompletionMessage } from '../types/completion.ts';
import type { ChatCompletionMessageToolCall } from '../types/tools.ts';
import { jsonText } from '../wire/json.ts';
import { append, byIndex, concat, fields, ignored, settled, text } from '../wire/merge.ts';
import type { Rule } from '../wire/merge.ts';
import { put } from '../wire/put.ts';
import { lastUpTo } from '../wire/sorted.ts';
import { typeName } from '../wire/type-name.ts';
import type { ChatCompletionSnapshot } from './snapshot.ts';

export type { ChatCompletionSnapshot } from './snapshot.ts';

type Choice = ChatCompletionSnapshot.Choice;
type Message = ChatCompletionSnapshot.Choice.Message;
type ToolCall = ChatCompletionSnapshot.Choice.Message.ToolCall;

const toolCall = fields({
  index: ignored, // the position in the list, not part of the call
  id: settled,
  type: settled,
  function: fields({ name: settled, arguments: joinArguments }, () => ({ name: '', arguments: '' })),
  custom: fields({ name: settled, input: concat }, () => ({ name: '', input: '' })),
});

const toolCalls: Rule = (current, next) => {
  if (!Array.isArray(next)) return current;
  const calls: ToolCall[] = current ?? [];
  for (const delta of next) {
    if (delta.index != null) checkIndex(delta.index, 'tool call');
    toolCall(
      placeDelta(calls, delta, () => ({}) as ToolCall),
      delta,
    );
  }
  return calls;
};

const message = fields({
  parsed: ignored, // ours
  role: settled,
  content: concat,
  refusal: concat,
  function_call: fields({ name: settled, arguments: concat }),
  tool_calls: toolCalls,
  audio: fields({ data: concat, transcript: concat }),
  reasoning_content: text,
  reasoning: text,
  reasoning_text: text,
  reasoning_details: byIndex(fields({ text, summary: text, data: text })),
});

const choice = fields({
  index: ignored,
  delta: ignored, // folded into the message
  message: ignored, // of the snapshot alone
  text: concat, // of a text completion
  finish_reason: settled,
  logprobs: fields({
    content: append,
    refusal: append,
    text_offset: append,
    token_logprobs: append,
    tokens: append,
    top_logprobs: append,
  }),
});

const completion = fields({ choices: ignored, obfuscation: ignored, id: settled }, () => ({ choices: [] }));

/**
 * Adds a chunk to the snapshot and returns it; without one, starts one. The snapshot is changed in place, the chunk
 * never, and no list or message of the chunk becomes part of the snapshot. Throws `OpenAIError` on an index that is
 * no index, and a chunk that is no object. Costs time in proportion to the chunk, whatever has come before it.
 *
 * A chunk without an id, such as one of filter results, fills gaps and brings usage but replaces nothing.
 */
export function accumulate(
  snapshot: ChatCompletionSnapshot | undefined,
  chunk: ChatCompletionChunk,
): ChatCompletionSnapshot {
  if (Object(chunk) !== chunk) throw new OpenAIError(`Expected a chunk, got ${typeName(chunk)}`);
  return addChunk(snapshot, plainChunk(chunk));
}

/** {@link accumulate}, for a chunk that has the API's shape. */
export function addChunk(
  snapshot: ChatCompletionSnapshot | undefined,
  chunk: ChatCompletionChunk,
): ChatCompletionSnapshot {
  if (snapshot === undefined || chunk.id) snapshot = completion(snapshot, chunk) as ChatCompletionSnapshot;
  else fillGaps(snapshot, chunk);
  for (const part of chunk.choices) {
    const target = choiceAt(snapshot.choices, part.index);
    choice(target, part);
    message(target.message, part.delta);
    if (target.message.audio) noteExpiry(target, part.delta);
  }
  return snapshot;
}

function fillGaps(snapshot: ChatCompletionSnapshot, chunk: ChatCompletionChunk): void {
  const { choices: _, obfuscation: __, usage, ...rest } = chunk;
  for (const [key, value] of Object.entries(rest)) {
    if (value != null && !Object.hasOwn(snapshot, key)) put(snapshot, key, value);
  }
  if (usage) snapshot.usage = usage;
}

/** The choice with that index, inserted in order when it is new. */
export function choiceAt(choices: Choice[], index: number): Choice {
  const direct = choices[index];
  if (direct?.index === index) return direct;
  checkIndex(index, 'choice');
  const before = lastUpTo(choices, index);
  const known = choices[before];
  if (known?.index === index) return known;
  const opened: Choice = { finish_reason: null, index, message: {}, logprobs: null };
  choices.splice(before + 1, 0, opened);
  return opened;
}

/** Throws an {@link OpenAIError} unless `index` is a whole number from 0 on. */
function checkIndex(index: unknown, of: 'choice' | 'tool call'): void {
  if (Number.isSafeInteger(index) && (index as number) >= 0) return;
  throw new OpenAIError(`Chat completion stream contains an invalid ${of} index: ${String(index)}`);
}

/**
 * The finished completion, as a response that is not streamed has it. It shares nothing that later chunks change.
 * A missing role is `assistant`, a missing content or refusal null, a missing tool call id `call_<uuid>`.
 * Throws `OpenAIError` naming the first thing that is missing, such as a `finish_reason`: the response was cut off.
 *
 * `ended` means that the server has said so: then a missing finish reason is null.
 */
export function complete(snapshot: ChatCompletionSnapshot, ended?: boolean): ChatCompletion {
  return shaped(snapshot, (choice) => completeChoice(choice, ended)) as ChatCompletion;
}

/** The same of a completion that is not finished: nothing need be there, and calls stay as they are. */
export function partialOf(snapshot: ChatCompletionSnapshot): PartialChatCompletion {
  return shaped(snapshot, ({ message, ...choice }) => {
    const { tool_calls: calls } = message;
    return {
      ...choice,
      message: completeMessage(message, calls && { tool_calls: structuredClone(calls) }),
    };
  }) as PartialChatCompletion;
}

function shaped(snapshot: ChatCompletionSnapshot, shape: (choice: Choice) => object): object {
  const { system_fingerprint, ...rest } = snapshot;
  return {
    ...rest,
    ...(system_fingerprint && { system_fingerprint }),
    object: 'chat.completion',
    choices: snapshot.choices.map(shape),
  };
}

function completeMessage(message: Message, more: object | undefined): object {
  const { audio, function_call: call, role, content, refusal } = message;
  return {
    ...message,
    role: role || 'assistant',
    content: content ?? null,
    refusal: refusal ?? null,
    ...(audio && { audio: { ...audio } }),
    ...(call && { function_call: { ...call } }),
    ...more,
  };
}

function completeChoice(choice: Choice, ended?: boolean): object {
  const { message, index, logprobs } = choice;
  const { function_call: call } = message;
  if (!ended && !isWhole(choice)) throw missing('finish_reason', index);
  if (call) {
    if (call.arguments === undefined) throw missing('function_call.arguments', index);
    if (!call.name) throw missing('function_call.name', index);
  }
  return {
    ...choice,
    finish_reason: choice.finish_reason || (isWhole(choice) ? 'stop' : null),
    logprobs: logprobs && { ...logprobs },
    message: completeReply(message, `choices[${index}]`),
  };
}

/**
 * A message of the model with what servers leave out: its role, and of calls the id, the type and texts that are null. It
 * stands at `path`, which the error names when a call has nothing to be called.
 */
export function completeReply<M extends Message | ChatCompletionMessage>(message: M, path: string): M {
  const { function_call: call, tool_calls: calls } = message;
  return completeMessage(message as Message, {
    ...(call && { function_call: { ...call, arguments: jsonText(call.arguments ?? '') } }),
    ...(calls && { tool_calls: calls.map((one, at) => completeCall(one, `${path}.tool_calls[${at}]`)) }),
  }) as M;
}

/** Choices with audio that had no delta since the expiry, which ends a response without a finish reason. */
const expired = new WeakSet<Choice>();

function noteExpiry(choice: Choice, { audio, role: _, ...others }: Record<string, any>): void {
  const { expires_at, id: __, ...rest } = audio ?? {};
  if ([...Object.values(others), ...Object.values(rest)].some(Boolean)) expired.delete(choice);
  else if (expires_at) expired.add(choice);
}

/** Whether a choice has come to its end. */
export function isWhole(choice: Choice): boolean {
  const { id, data, transcript } = choice.message.audio ?? {};
  return Boolean(
    choice.finish_reason || (id && data !== undefined && transcript !== undefined && expired.has(choice)),
  );
}

/** What a call of each type must have before it can be made. */
const parts = new Map([
  ['function', ['name', 'arguments']],
  ['custom', ['name', 'input']],
]);

function completeCall<C extends ToolCall | ChatCompletionMessageToolCall>(call: C, path: string): C {
  const type = callType(call) as string | undefined;
  if (!type) throw new OpenAIError(`missing ${path}.type`);
  const body = (call as unknown as Record<string, Record<string, unknown> | undefined>)[type];
  const texts: Record<string, string> = {};
  for (const part of parts.get(type) ?? []) {
    if (!body) throw new OpenAIError(`missing ${path}.${type}.${part}`);
    texts[part] = jsonText(body[part] ?? '');
  }
  return { ...call, id: call.id || newCallId(), type, [type]: { ...body, ...texts } };
}

/** `call_<uuid>`, for a server that leaves the id out. */
function newCallId(): string {
  return `call_${crypto.randomUUID()}`;
}

function missing(what: string, index: number): OpenAIError {
  return new OpenAIError(`missing ${what} for choice ${index}`);
}
