/** Names of tools that come in pieces. The API sends a name whole, and of several the last counts; some servers do not. */

import type { ChatCompletionChunk } from '../types/chunk.ts';
import type { ChatCompletionTool } from '../types/tools.ts';
import { choiceAt, deltaOf } from './accumulate.ts';
import type { ChatCompletionSnapshot } from './snapshot.ts';
import { bodyOf, callAt, callIndex } from './tool-call-places.ts';

/**
 * What to call for each part of a chunk that has been added to a snapshot: where the pieces of a call's name make that of
 * one of `tools`, the call gets it. A name that is only repeated is no piece.
 */
export function nameJoiner(
  tools: readonly ChatCompletionTool[] | null | undefined,
): (snapshot: ChatCompletionSnapshot, part: ChatCompletionChunk.Choice) => void {
  const declared = new Set(tools?.map?.((tool) => bodyOf(tool)?.name));
  const pieces = new WeakMap<object, string>();
  return ({ choices }, part) => {
    const { tool_calls: deltas } = deltaOf(part);
    if (!declared.size || !Array.isArray(deltas)) return;
    const calls = choiceAt(choices, part.index ?? 0).message.tool_calls ?? [];
    for (const delta of deltas) {
      const piece = bodyOf(delta)?.name;
      const called = bodyOf(callAt(calls, callIndex(delta)));
      if (!piece || !called || pieces.get(called) === piece) continue;
      const joined = (pieces.get(called) ?? '') + piece;
      pieces.set(called, joined);
      if (declared.has(joined)) called.name = joined;
    }
  };
}
