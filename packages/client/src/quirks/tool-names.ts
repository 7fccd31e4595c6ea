/** Joins tool names that arrive in pieces. The API sends a whole name, and if it sends several, the last one applies. */

import type { ChatCompletionChunk } from '../types/chunk.ts';
import type { ChatCompletionTool } from '../types/tools.ts';
import { bodyOf, callAt, callIndex } from './call-places.ts';

type Delta = ChatCompletionChunk.Choice.Delta.ToolCall;

/**
 * Returns a function that is called with the calls of a message and with the deltas that were just added to them. If the
 * pieces of a call's name make up the name of one of `tools`, the call gets that name. A repeated name is not a piece.
 */
export function nameJoiner(
  tools: readonly ChatCompletionTool[] | null | undefined,
): (calls: object[] | undefined, deltas: readonly Delta[] | null | undefined) => void {
  const declared = new Set(tools?.map?.((tool) => bodyOf(tool)?.name));
  // A set reads the whole of what it looks for: with a name that never ends, that is quadratic.
  let longest = 0;
  for (const name of declared) longest = Math.max(longest, name?.length ?? 0);
  const pieces = new WeakMap<object, string>();
  return (calls, deltas) => {
    if (!declared.size || !calls || !deltas) return;
    for (const delta of deltas) {
      const piece = bodyOf(delta)?.name;
      const called = bodyOf(callAt(calls, callIndex(delta)));
      if (!piece || !called || pieces.get(called) === piece) continue;
      const joined = (pieces.get(called) ?? '') + piece;
      pieces.set(called, joined);
      if (joined.length <= longest && declared.has(joined)) called.name = joined;
    }
  };
}
