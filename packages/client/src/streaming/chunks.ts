/** What a streamed completion makes of its payloads: which are chunks, whether they were all, and what they add up to. */

import { errorIn } from '../errors/error-shapes.ts';
import type { PartialChatCompletion } from '../errors/openai-error.ts';
import type { ItemRules } from '../stream/items.ts';
import type { ChatCompletionChunk } from '../types/chunk.ts';
import type { ChatCompletion } from '../types/completion.ts';
import { accumulate, complete, isWhole, partialOf } from './accumulate.ts';
import type { ChatCompletionSnapshot } from './snapshot.ts';

/**
 * Keeps the answer so far for errors, unless somebody folds the chunks anyway. A run of chunks that bring nothing but
 * text only adds up the text, so that a chunk costs a twentieth of its fold and keeps no memory but its text. Fields
 * only such a chunk had are not in `partial`.
 */
export class ChunkRules implements ItemRules<ChatCompletionChunk> {
  readonly #snapshot: (() => ChatCompletionSnapshot | undefined) | undefined;
  #folded: ChatCompletionSnapshot | undefined;
  /** A run of chunks with nothing but text: the last of them, the choice and field the text is of, and all of it. */
  #last: ChatCompletionChunk | undefined;
  #index: number | undefined;
  #field: string | undefined;
  #text = '';
  /** Whether the answer was whole when that was last asked; undefined once a choice has brought something since. */
  #wasWhole: boolean | undefined;

  constructor(snapshot?: () => ChatCompletionSnapshot | undefined) {
    this.#snapshot = snapshot;
  }

  read(payload: any, event: string | null, fail: (error: unknown) => never): ChatCompletionChunk | undefined {
    if (!payload || typeof payload !== 'object') return undefined;
    if (!Array.isArray(payload.choices)) {
      const error = errorIn(payload);
      if (error) fail(error);
      if (isPing(payload, event)) return undefined;
      if ('choices' in payload || 'id' in payload || 'object' in payload) payload.choices = [];
      else return payload;
    }
    const chunk = asChunk(payload);
    if (chunk.choices.length) this.#wasWhole = undefined;
    if (!this.#snapshot) this.#keep(chunk);
    return chunk;
  }

  whole(): boolean {
    return this.#soFar()?.choices.every(isWhole) ?? true;
  }

  ended(chunk?: ChatCompletionChunk): boolean {
    if (chunk && (!chunk.usage || chunk.choices.length)) return false;
    return (this.#wasWhole ??= !!this.#soFar()?.choices.length && this.whole());
  }

  partial(): PartialChatCompletion | undefined {
    const known = this.#soFar();
    return known && this.partialOf(known);
  }

  async fold(chunks: AsyncIterable<ChatCompletionChunk>): Promise<ChatCompletion | undefined> {
    let snapshot: ChatCompletionSnapshot | undefined;
    for await (const chunk of chunks) snapshot = accumulate(snapshot, chunk);
    return snapshot?.choices.length ? this.wholeOf(snapshot) : undefined;
  }

  protected partialOf(snapshot: ChatCompletionSnapshot): PartialChatCompletion {
    return partialOf(snapshot);
  }

  protected wholeOf(snapshot: ChatCompletionSnapshot): ChatCompletion {
    return complete(snapshot, true);
  }

  #keep(chunk: ChatCompletionChunk): void {
    const choice = chunk.choices[0];
    const only = textField(chunk);
    if (this.#last && (only !== this.#field || choice!.index !== this.#index)) this.#soFar();
    if (!only) return this.#fold(chunk);
    this.#last = chunk;
    this.#index = choice!.index;
    this.#field = only;
    this.#text += (choice!.delta as Record<string, string>)[only];
  }

  #soFar(): ChatCompletionSnapshot | undefined {
    if (this.#snapshot) return this.#snapshot();
    if (this.#last) this.#fold(this.#last, { [this.#field!]: this.#text });
    this.#last = undefined;
    this.#text = '';
    return this.#folded;
  }

  /** With `text`, as if it had come in the chunk's only delta. */
  #fold(chunk: ChatCompletionChunk, text?: object): void {
    try {
      const [choice] = chunk.choices;
      if (text) chunk = { ...chunk, choices: [{ ...choice!, delta: { ...choice!.delta, ...text } }] };
      this.#folded = accumulate(this.#folded, chunk);
    } catch {
      // An index that is none, or a chunk its reader has taken apart: no reason to stop.
    }
  }
}

/** The rules for the chunks of one stream; `snapshot` gives the answer so far if somebody folds them anyway. */
export function chunkRules(
  snapshot?: () => ChatCompletionSnapshot | undefined,
): ItemRules<ChatCompletionChunk> {
  return new ChunkRules(snapshot);
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
    if (found || typeof value !== 'string' || !isText(key)) return undefined;
    found = key;
  }
  return found;
}

function isText(field: string): boolean {
  switch (field) {
    case 'content':
    case 'reasoning_content':
    case 'reasoning':
    case 'reasoning_text':
      return true;
    default:
      return false;
  }
}

/** An object that only keeps the connection open: empty, or under a name of its own. */
function isPing(payload: object, event: string | null): boolean {
  return !!(event && event !== 'message') || !Object.keys(payload).length;
}

/** The objects of a list: itself when it holds nothing else, so that a good chunk costs one look. */
function objectsOf(list: unknown): object[] {
  if (!Array.isArray(list)) return [];
  for (const item of list) if (!isObject(item)) return list.filter(isObject);
  return list;
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

/**
 * `item` as a chunk, changed in place: choices without a finish reason get null, what is no choice or no call is left
 * out of their lists, and a whole completion, which servers that do not stream send instead, becomes the one chunk that
 * says it all.
 */
export function asChunk(item: any): ChatCompletionChunk {
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
