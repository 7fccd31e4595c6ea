/**
 * The rules for the payloads of a streamed completion: which are chunks, whether they are complete, and what they add up
 * to.
 */

import type { PartialChatCompletion } from '../errors/openai-error.ts';
import { isPlain, oddChunk } from '../quirks/chunk.ts';
import { reasoningFields } from '../quirks/reasoning.ts';
import type { ItemRules } from '../stream/items.ts';
import type { ChatCompletionChunk } from '../types/chunk.ts';
import type { ChatCompletion } from '../types/completion.ts';
import { accumulate, complete, isWhole, partialOf } from './accumulate.ts';
import type { ChatCompletionSnapshot } from './snapshot.ts';

/**
 * Keeps the completion so far for errors, unless the chunks are assembled elsewhere anyway. A run of chunks with nothing but
 * text only adds up the text, so that a chunk costs a twentieth of its fold and keeps no memory but its text. Fields
 * only such a chunk had are not in `partial`.
 */
export class ChunkRules implements ItemRules<ChatCompletionChunk> {
  readonly #snapshot: (() => ChatCompletionSnapshot | undefined) | undefined;
  #folded: ChatCompletionSnapshot | undefined;
  /**
   * A run of chunks with nothing but text: the last of them, the choice and field the text is of, and its pieces. A list of
   * those takes a quarter of the memory of a text that grows by each.
   */
  #last: ChatCompletionChunk | undefined;
  #index: number | undefined;
  #field: string | undefined;
  #pieces: string[] = [];
  /** Whether the completion was complete at the last check; undefined once a choice has changed since. */
  #wasWhole: boolean | undefined;

  constructor(snapshot?: () => ChatCompletionSnapshot | undefined) {
    this.#snapshot = snapshot;
  }

  read(payload: any, event: string | null, fail: (error: unknown) => never): ChatCompletionChunk | undefined {
    const chunk = isPlain(payload) ? (payload as ChatCompletionChunk) : oddChunk(payload, event, fail);
    if (!chunk?.choices) return chunk;
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
    const last = this.#last;
    if (last && (only !== this.#field || choice!.index !== this.#index || !chunk.usage !== !last.usage))
      this.#soFar();
    if (!only) return this.#fold(chunk);
    this.#last = chunk;
    this.#index = choice!.index;
    this.#field = only;
    this.#pieces.push((choice!.delta as Record<string, string>)[only]!);
  }

  #soFar(): ChatCompletionSnapshot | undefined {
    if (this.#snapshot) return this.#snapshot();
    if (this.#last) this.#fold(this.#last, { [this.#field!]: this.#pieces.join('') });
    this.#last = undefined;
    this.#pieces = [];
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

/** One that reads nothing: V8 drops the code compiled for a shape when its last object is collected. */
let kept: ChunkRules | undefined;

/** The rules for the chunks of one stream; `snapshot` returns the completion so far if the chunks are assembled elsewhere anyway. */
export function chunkRules(
  snapshot?: () => ChatCompletionSnapshot | undefined,
): ItemRules<ChatCompletionChunk> {
  kept ??= new ChunkRules();
  return new ChunkRules(snapshot);
}

/** The one field of a chunk's one delta that brings text, if the chunk brings nothing else. */
function textField({ choices }: ChatCompletionChunk): string | undefined {
  const [choice] = choices;
  if (choices.length !== 1 || choice!.finish_reason || choice!.logprobs) return undefined;
  const delta = choice!.delta as Record<string, unknown> | null | undefined;
  let found: string | undefined;
  for (const key in delta) {
    const value = delta[key];
    if (value === null || key === 'role') continue;
    if (found || typeof value !== 'string' || (key !== 'content' && !reasoningFields.includes(key)))
      return undefined;
    found = key;
  }
  return found;
}
