/** Extracts the text from the chunks of a chat or text completion. */
import { contentText } from '../quirks/content.ts';
import { finished } from './source.ts';

export interface TextStreamOptions {
  /** `index` of the choice whose text is read. Default `0`. */
  choice?: number | undefined;
}

/** The parts of a chunk that hold text: `delta.content` in a chat, `text` in a text completion. */
export interface TextChunk {
  /** One item for each choice that the chunk adds to. */
  choices: readonly {
    /** Number of the choice. */
    index: number;
    /** What the chunk adds to a message. */
    delta?: {
      /** Text of a message. */
      content?: string | null;
    };
    /** What the chunk adds to a text completion. */
    text?: string;
  }[];
}

/** What `chunk` adds to the text of a choice; empty if nothing. */
export function textIn({ choices }: TextChunk, choice = 0): string {
  let text = '';
  for (const part of choices ?? [])
    if ((part.index ?? 0) === choice) text += contentText(part.delta?.content) ?? part.text ?? '';
  return text;
}

/**
 * The texts of a choice, without empty ones. Unlike that of a plain generator, its `return()` does not wait for a chunk
 * that is being awaited.
 */
export function textsOf(
  chunks: AsyncIterator<TextChunk>,
  choice?: number,
): AsyncIterableIterator<string, undefined> {
  const texts = read(chunks, choice);
  texts.return = async () => {
    await chunks.return?.();
    return finished;
  };
  return texts;
}

async function* read(chunks: AsyncIterator<TextChunk>, choice?: number): AsyncGenerator<string, undefined> {
  for await (const chunk of { [Symbol.asyncIterator]: () => chunks }) {
    const text = textIn(chunk, choice);
    if (text) yield text;
  }
}
