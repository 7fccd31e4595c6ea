/** What a streamed completion makes of its payloads: which are chunks, whether they were all, and what they add up to. */

import { errorIn } from '../transport/error-shapes.ts';
import type { PartialChatCompletion } from '../transport/errors.ts';
import type { ItemRules } from '../transport/stream.ts';
import type { ChatCompletionChunk } from '../types/chunk.ts';
import { accumulate, isWhole, partialOf } from './accumulate.ts';
import type { ChatCompletionSnapshot } from './snapshot.ts';

/**
 * The rules for the chunks of one stream.
 *
 * The answer so far is kept for errors: `snapshot` gives it if somebody folds the chunks anyway. Otherwise they are
 * folded here, and a run of chunks that bring nothing but text only adds up the text, so that a chunk costs a twentieth
 * of its fold and keeps no memory but its text. Fields only such a chunk had are not in `partial`.
 */
export function chunkRules(
  snapshot?: () => ChatCompletionSnapshot | undefined,
): ItemRules<ChatCompletionChunk> {
  let folded: ChatCompletionSnapshot | undefined;
  /** A run of chunks with nothing but text: the last of them, the choice and field the text is of, and all of it. */
  let last: ChatCompletionChunk | undefined;
  let index: number | undefined;
  let field: string | undefined;
  let text = '';

  const fold = (makeChunk: () => ChatCompletionChunk): void => {
    try {
      folded = accumulate(folded, makeChunk());
    } catch {
      // An index that is none, or a chunk its reader has taken apart: no reason to stop.
    }
  };

  const soFar = (): ChatCompletionSnapshot | undefined => {
    if (snapshot) return snapshot();
    const chunk = last;
    if (!chunk) return folded;
    fold(() => {
      const choice = chunk.choices[0]!;
      return { ...chunk, choices: [{ ...choice, delta: { ...choice.delta, [field!]: text } }] };
    });
    last = undefined;
    text = '';
    return folded;
  };

  const keep = (chunk: ChatCompletionChunk): void => {
    const choice = chunk.choices[0];
    const only = textField(chunk);
    if (last && (only !== field || choice!.index !== index)) soFar();
    if (!only) return fold(() => chunk);
    last = chunk;
    index = choice!.index;
    field = only;
    text += (choice!.delta as Record<string, string>)[only];
  };

  return {
    read(payload: any, event, fail) {
      if (!payload || typeof payload !== 'object') return undefined;
      if (!Array.isArray(payload.choices)) {
        const error = errorIn(payload);
        if (error) fail(error);
        if (isPing(payload, event)) return undefined;
        if ('choices' in payload || 'id' in payload || 'object' in payload) payload.choices = [];
        else return payload;
      }
      const chunk = asChunk(payload);
      if (!snapshot) keep(chunk);
      return chunk;
    },
    whole: () => soFar()?.choices.every(isWhole) ?? true,
    partial(): PartialChatCompletion | undefined {
      const known = soFar();
      return known && partialOf(known);
    },
  };
}

/** The one field of a chunk's one delta that brings text, if the chunk brings nothing else. */
function textField({ choices, usage }: ChatCompletionChunk): string | undefined {
  const [choice] = choices;
  if (choices.length !== 1 || usage || choice!.finish_reason || choice!.logprobs) return undefined;
  const delta = choice!.delta as Record<string, unknown> | null | undefined;
  let found: string | undefined;
  for (const key in delta) {
    const value = delta[key];
    if (value === null || key === 'role') continue;
    if (found || typeof value !== 'string' || (key !== 'content' && !texts.has(key))) return undefined;
    found = key;
  }
  return found;
}

const texts = new Set(['reasoning_content', 'reasoning']);

/** An object that only keeps the connection open: empty, or under a name of its own. */
function isPing(payload: object, event: string | null): boolean {
  return !!(event && event !== 'message') || !Object.keys(payload).length;
}

/** The objects of a list: itself when it holds nothing else, so that a good chunk costs one look. */
function objectsOf(list: unknown): object[] {
  if (!Array.isArray(list)) return [];
  return list.every(isObject) ? list : list.filter(isObject);
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

/**
 * `item` as a chunk, changed in place: choices without a finish reason get null, what is no choice or no call is left
 * out of their lists, and a whole completion, which servers that do not stream send instead, becomes the one chunk that
 * says it all.
 */
function asChunk(item: any): ChatCompletionChunk {
  item.choices = objectsOf(item.choices);
  for (const choice of item.choices) {
    choice.finish_reason ??= null;
    const said = choice.delta || choice.message;
    if (said?.tool_calls != null) said.tool_calls = objectsOf(said.tool_calls);
    if (!choice.message || choice.delta) continue;
    const { message } = choice;
    delete choice.message;
    message.tool_calls?.forEach((call: any, index: number) => (call.index ??= index));
    choice.delta = message;
    item.object = 'chat.completion.chunk';
  }
  return item;
}
