/** The rules for the payloads of a streamed text completion, which are assembled like the chunks of a chat. */

import type { ItemRules } from '../stream/items.ts';
import type { Completion } from '../types/text-completions.ts';
import { ChunkRules } from './chunks.ts';
import type { ChatCompletionSnapshot } from './snapshot.ts';

class TextRules extends ChunkRules {
  protected override partialOf(snapshot: ChatCompletionSnapshot): never {
    return textOf(snapshot) as never;
  }

  protected override wholeOf(snapshot: ChatCompletionSnapshot): never {
    return textOf(snapshot) as never;
  }
}

/** The rules for the chunks of one stream. */
export function textRules(): ItemRules<Completion> {
  return new TextRules() as unknown as ItemRules<Completion>;
}

/** What was folded, without the message that a choice of a chat has. */
function textOf({ choices, ...rest }: ChatCompletionSnapshot): Completion {
  return { ...rest, choices: choices.map(({ message: _, ...choice }) => choice) } as unknown as Completion;
}
