/** Repairs chunks that differ from the format of the API. A chunk in that format passes after one look at its fields. */

import type { ChatCompletionChunk } from '../types/chunk.ts';
import { isObject, objectsIn } from '../wire/objects.ts';
import { contentText } from './content.ts';
import { errorIn } from './error-body.ts';
import { sent, thinkingOf } from './reasoning.ts';
import { hasTextArguments, withTextArguments } from './tool-calls.ts';

export type ChatCompletionWireChunk = Omit<ChatCompletionChunk, 'choices'> & {
  /** As in {@link ChatCompletionChunk}, except for the finish reason. */
  choices: Array<
    Omit<ChatCompletionChunk.Choice, 'finish_reason'> & {
      /** Left out by some servers until the choice ends. */
      finish_reason?: ChatCompletionChunk.Choice['finish_reason'];
    }
  >;
};

/** The chunk with `finish_reason: null` in every choice that has none; the same object when there is nothing to add. */
export function normalizeChatCompletionChunk(chunk: ChatCompletionWireChunk): ChatCompletionChunk {
  const choices = (chunk as Partial<ChatCompletionWireChunk> | null)?.choices;
  if (!Array.isArray(choices) || !choices.some(lacksReason)) return chunk as ChatCompletionChunk;
  return {
    ...chunk,
    choices: choices.map((choice) => (lacksReason(choice) ? { ...choice, finish_reason: null } : choice)),
  } as ChatCompletionChunk;
}

function lacksReason(choice: ChatCompletionWireChunk['choices'][number]): boolean {
  return choice.finish_reason === undefined;
}

/**
 * Whether a value has the shape of the API's chunks, in all that the other functions of this file change. The one check
 * that a good chunk pays, so it is written out: a chunk of text costs it one call.
 */
export function isPlain(chunk: any): boolean {
  const choices = chunk?.choices;
  if (!Array.isArray(choices) || chunk.x_groq) return false;
  for (const choice of choices) {
    if (typeof choice?.index !== 'number') return false;
    const { delta, finish_reason, usage } = choice;
    if (finish_reason === undefined || usage) return false;
    if (typeof delta !== 'object' || !delta) return false;
    const { content, tool_calls: calls } = delta;
    if (content != null && typeof content !== 'string') return false;
    if (calls != null && !isPlainList(calls)) return false;
  }
  return true;
}

function isPlainList(calls: unknown): boolean {
  return Array.isArray(calls) && calls.every((call) => isObject(call) && hasTextArguments(call));
}

/**
 * The chunk in a payload that is not plain. Returns undefined for a ping and for anything that is not an object. Calls `fail`
 * if the payload is an error. Returns any other object unchanged.
 */
export function oddChunk(
  payload: any,
  event: string | null,
  fail: (error: unknown) => never,
): ChatCompletionChunk | undefined {
  if (!isObject(payload)) return undefined;
  const error = errorIn(payload);
  if (error) fail(error);
  const { choices } = payload as { choices?: unknown };
  if (!Array.isArray(choices)) {
    // A ping is empty, or has an event name of its own.
    if ((event && event !== 'message') || !Object.keys(payload).length) return undefined;
    if (!('choices' in payload || 'id' in payload || 'object' in payload))
      return payload as ChatCompletionChunk;
  }
  return asChunk(payload);
}

/**
 * `item` as a chunk for the caller: the same object, or a changed copy. A choice without a finish reason gets null, list
 * items that are no choice or no call are left out, and a whole message, from a server that does not stream, is a delta.
 */
export function asChunk(item: any): ChatCompletionChunk {
  if (isPlain(item)) return item;
  const chunk = { ...item };
  chunk.choices = (objectsIn<any>(item.choices) ?? []).map(({ ...choice }: any) => {
    choice.finish_reason ??= null;
    const { message, delta } = choice;
    const isWhole = message && !delta;
    if (isWhole) {
      delete choice.message;
      choice.delta = message;
      chunk.object = 'chat.completion.chunk';
    }
    const calls = choice.delta?.tool_calls;
    if (calls != null) {
      const tool_calls = (objectsIn<object>(calls) ?? []).map((call, index) =>
        isWhole ? { index, ...call } : call,
      );
      choice.delta = { ...choice.delta, tool_calls };
    }
    return choice;
  });
  return chunk;
}

/**
 * The chunk in the API's shape, for code that reads its fields: the same object, or a changed copy. Text and arguments are
 * strings, usage is in `usage`, and every choice has an index and a delta.
 */
export function plainChunk(item: ChatCompletionChunk): ChatCompletionChunk {
  if (isPlain(item)) return item;
  const chunk = asChunk(item);
  const { choices, x_groq: groq } = chunk as any;
  const usage = (!chunk.usage && groq?.usage) || choices.findLast((choice: any) => choice.usage)?.usage;
  return { ...chunk, ...(usage && { usage }), choices: choices.map(plainChoice) };
}

function plainChoice(choice: any): ChatCompletionChunk.Choice {
  const delta = Object(choice.delta);
  const { content, tool_calls: calls } = delta;
  const thinking = thinkingOf(content);
  return {
    ...choice,
    index: choice.index ?? 0,
    delta: {
      // A field of that name has the same text.
      ...(thinking && { reasoning_content: thinking, [sent]: delta }),
      ...delta,
      content: contentText(content),
      tool_calls: calls?.map(withTextArguments),
    },
  };
}
