/** One completion that is arriving: assembles its chunks, and emits the events of its choices. */

import { plainChunk } from '../quirks/chunk.ts';
import { nameJoiner } from '../quirks/tool-names.ts';
import { maybeParseCompletion, unfinished } from '../structured/parse.ts';
import type { Readers } from '../structured/readers.ts';
import type { ChatCompletionChunk } from '../types/chunk.ts';
import type { ChatCompletion } from '../types/completion.ts';
import type { ParsedChatCompletion } from '../types/parsed.ts';
import type { ChatCompletionTool } from '../types/tools.ts';
import { addChunk, choiceAt, complete } from './accumulate.ts';
import { ChoiceEvents } from './choice-events.ts';
import type { Audience } from './choice-events.ts';
import type { ChatCompletionSnapshot } from './snapshot.ts';

/** The stream that a reply belongs to. */
export type ReplyStream = Audience & {
  /** Nothing is emitted any more. */
  readonly _ended: boolean;
  _emit(event: 'chunk', chunk: ChatCompletionChunk, snapshot: ChatCompletionSnapshot): void;
};

export class Reply {
  /** What has arrived; undefined before the first chunk. */
  snapshot: ChatCompletionSnapshot | undefined;
  readonly #readers: Readers;
  readonly #stream: ReplyStream;
  readonly #joinNames: ReturnType<typeof nameJoiner>;
  readonly #events = new Map<number, ChoiceEvents>();
  /** Choices that finished in a chunk with text. Their `done` events wait for the next chunk, which may add more text. */
  readonly #finished = new Map<number, ChoiceEvents>();

  /** `readers` and `tools` are those of the request. */
  constructor(
    readers: Readers,
    tools: readonly ChatCompletionTool[] | null | undefined,
    stream: ReplyStream,
  ) {
    this.#readers = readers;
    this.#joinNames = nameJoiner(tools);
    this.#stream = stream;
  }

  /**
   * Emits the remaining `done` events, and resolves with the completion once its texts are parsed. Throws if the completion is
   * incomplete. `ended`: the server sent an explicit end.
   */
  finish<ParsedT>(ended?: boolean): Promise<ParsedChatCompletion<ParsedT>> {
    this.#tellFinished();
    // When the response is whole, so are choices that never got a finish reason.
    if (ended) for (const events of this.#events.values()) events.tellDone();
    return this.#parsed(complete(this.snapshot!, ended));
  }

  /** Adds a chunk, and emits its events. Ignores anything that is not an object, and all chunks after the stream has ended. */
  add(chunk: ChatCompletionChunk): void {
    if (this.#stream._ended || !chunk || typeof chunk !== 'object') return;
    const plain = plainChunk(chunk);
    const parts = plain.choices;
    if (this.#finished.size > 0) this.#tellFinished(parts);
    const snapshot = (this.snapshot = addChunk(this.snapshot, plain));
    for (const { index, delta } of parts)
      if (delta.tool_calls)
        this.#joinNames(choiceAt(snapshot.choices, index).message.tool_calls, delta.tool_calls);
    const { active, whole } = this.#readers;
    if (active || whole) for (const part of parts) this.#collect(part, snapshot);
    this.#stream._emit('chunk', chunk, snapshot);
    for (const part of parts) {
      const events = this.#eventsOf(part, snapshot);
      events.tellDeltas(part.delta, part.logprobs);
      const { finish_reason, index } = events.choice;
      if (!finish_reason || this.#finished.has(index)) continue;
      if (parts.length === 1 && addsText(part)) this.#finished.set(index, events);
      else events.tellDone();
    }
  }

  /** What is to be parsed must have ended well, which is known as soon as it has ended. */
  #collect(part: ChatCompletionChunk.Choice, snapshot: ChatCompletionSnapshot): void {
    const events = this.#eventsOf(part, snapshot);
    const Unfinished = unfinished.get(events.choice.finish_reason);
    if (Unfinished) {
      const completion = { ...snapshot, object: 'chat.completion' } as ChatCompletion;
      throw new Unfinished(completion, snapshot.choices.indexOf(events.choice));
    }
    events.collect(part.delta);
  }

  #eventsOf({ index }: ChatCompletionChunk.Choice, { choices }: ChatCompletionSnapshot): ChoiceEvents {
    let events = this.#events.get(index);
    if (!events) {
      events = new ChoiceEvents(choiceAt(choices, index), this.#readers, this.#stream);
      this.#events.set(index, events);
    }
    return events;
  }

  /** Emits the waiting `done` events, except for choices to which `next` adds text: some servers finish with every chunk. */
  #tellFinished(next: ChatCompletionChunk.Choice[] = []): void {
    for (const [index, events] of this.#finished) {
      if (next.some((part) => part.index === index && tellsText(part))) continue;
      this.#finished.delete(index);
      events.tellDone();
    }
  }

  /** What is read of the whole completion, once the validators of its texts have finished. */
  async #parsed<ParsedT>(whole: ChatCompletion): Promise<ParsedChatCompletion<ParsedT>> {
    await Promise.all([...this.#events.values()].flatMap(({ pending }) => pending));
    return maybeParseCompletion<ParsedT>(whole, this.#readers);
  }
}

/** Whether a choice gets a `delta` event, which must precede its `done` event. Empty content gets one, too. */
function tellsText(part: ChatCompletionChunk.Choice): boolean {
  return addsText(part) || part.delta.content === '';
}

function addsText({ delta }: ChatCompletionChunk.Choice): boolean {
  const { content, refusal, tool_calls } = delta;
  return Boolean(content || refusal || tool_calls?.length);
}
