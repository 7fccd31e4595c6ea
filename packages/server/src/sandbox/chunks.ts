/** Chunks of several tokens: neighbouring deltas of one choice become one. */
import type { Chunk } from '../models/model.ts';
import type { Delta } from './deltas.ts';

type Fields = Chunk['choices'][number]['delta'];
type Logprobs = Delta['choice']['logprobs'];

/**
 * The deltas with `size` tokens in each, or fewer at the end of a text, of its reasoning or of the arguments of a call. The role,
 * the name of a call and the finish reason stay deltas of their own. Folded, they are what the deltas are.
 */
export function* inChunks(deltas: Iterable<Delta>, size = 1): Generator<Delta, void> {
  let gathered: Delta[] = [];
  let tokens = 0;
  let kind: string | undefined;
  for (const delta of deltas) {
    const own = kindOf(delta);
    if (gathered.length > 0 && (own === undefined || own !== kind || tokens + delta.tokens > size)) {
      yield merged(gathered);
      gathered = [];
      tokens = 0;
    }
    kind = own;
    gathered.push(delta);
    tokens += delta.tokens;
  }
  if (gathered.length > 0) yield merged(gathered);
}

/** What a delta continues: `content`, `tool_calls[1]`. Undefined for one that begins or ends something. */
function kindOf({ choice: { delta, finish_reason: finish } }: Delta): string | undefined {
  const [call] = delta.tool_calls ?? [];
  if (delta.role !== undefined || finish !== null || call?.id !== undefined) return undefined;
  if (delta.function_call?.name !== undefined) return undefined;
  return call ? `tool_calls[${call.index}]` : Object.keys(delta)[0];
}

function merged(deltas: readonly Delta[]): Delta {
  const [first] = deltas as [Delta];
  if (deltas.length === 1) return first;
  const fields = deltas.map(({ choice }) => choice.delta);
  return {
    ...first,
    tokens: deltas.reduce((sum, { tokens }) => sum + tokens, 0),
    choice: {
      ...first.choice,
      delta: mergedFields(fields) as Fields,
      logprobs: mergedLogprobs(deltas.map(({ choice }) => choice.logprobs)),
    },
  };
}

/** Strings are joined. All else, such as the index and the type of a call, is the same in each. */
function mergedFields(all: readonly object[]): unknown {
  const [first] = all as [Record<string, unknown>];
  return Object.fromEntries(
    Object.entries(first).map(([key, value]) => {
      const values = all.map((fields) => (fields as Record<string, unknown>)[key]);
      if (typeof value === 'string') return [key, values.join('')];
      if (Array.isArray(value)) return [key, [mergedFields(values.map((list) => (list as [object])[0]))]];
      return [key, typeof value === 'object' && value !== null ? mergedFields(values as object[]) : value];
    }),
  );
}

function mergedLogprobs(all: readonly Logprobs[]): NonNullable<Logprobs> | null {
  const [first] = all;
  if (!first) return null;
  const listOf = (field: 'content' | 'refusal') =>
    first[field] && all.flatMap((logprobs) => logprobs?.[field] ?? []);
  return { content: listOf('content'), refusal: listOf('refusal') };
}
