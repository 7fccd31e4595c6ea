/** Where and when servers send usage. Each function starts from a stream with the usage in a separate last chunk. */
import { isFinish, withChoices, type Deviation, type WireAnswer } from './wire.ts';

interface Counts {
  prompt_tokens: number;
  completion_tokens: number;
  total_tokens: number;
  [field: string]: unknown;
}

/** Only to those who asked for it, as the API does. `asked` is what the request said. */
export function usageAsAsked(asked: boolean): Deviation {
  return () => ({
    async *chunks(chunks) {
      for await (const { usage, ...chunk } of chunks) {
        if (asked) yield { ...chunk, usage: usage ?? null };
        else if (!usage) yield chunk;
      }
    },
  });
}

/** On a last chunk of its own for everybody, and on no other. */
export const usageLast: Deviation = () => ({
  async *chunks(chunks) {
    for await (const { usage, ...chunk } of chunks) yield usage ? { ...chunk, usage } : chunk;
  },
});

/** In the chunk that finishes the last choice, as `place` puts it there. */
function usageWithFinish(place: (finish: WireAnswer, usage: Counts) => WireAnswer): Deviation {
  return () => ({
    async *chunks(chunks) {
      let finish: WireAnswer | undefined;
      for await (const { usage, ...chunk } of chunks) {
        if (usage && chunk.choices.length === 0 && finish) {
          finish = place(finish, usage as Counts);
          continue;
        }
        if (finish) yield finish;
        finish = isFinish(chunk) ? chunk : undefined;
        if (!finish) yield chunk;
      }
      if (finish) yield finish;
    },
    whole: (completion) => place(completion, completion.usage as Counts),
  });
}

/** In the finishing chunk. */
export const usageInFinish: Deviation = usageWithFinish((finish, usage) => ({ ...finish, usage }));

/** In the finishing chunk twice, once under a name of the server's own. */
export const usageTwice: Deviation = usageWithFinish((finish, usage) => ({
  ...finish,
  x_groq: { id: `req_${String(finish.id).slice(-20)}`, usage },
  usage,
}));

/** In the finishing chunk, inside its choice. */
export const usageInChoice: Deviation = usageWithFinish((finish, usage) =>
  finish.choices.some(({ delta }) => delta)
    ? withChoices(finish, (choice) => ({ ...choice, usage }))
    : { ...finish, usage },
);

/** In the finishing chunk, with the counts of a cache. Chunks before it say that it is null. */
export const usageWithCache: Deviation = () => {
  const { chunks: finishing, whole } = usageWithFinish((finish, usage) => ({
    ...finish,
    usage: { ...usage, prompt_cache_hit_tokens: 0, prompt_cache_miss_tokens: usage.prompt_tokens },
  }))();
  return {
    async *chunks(chunks) {
      for await (const chunk of finishing?.(chunks) ?? chunks) yield { usage: null, ...chunk };
    },
    ...(whole && { whole }),
  };
};

/** The total counts thoughts, which the completion does not; and there is a price. */
export const usageThatDoesNotAddUp: Deviation = () => ({
  each: ({ usage, ...answer }) => {
    if (!usage) return answer;
    const counts = usage as Counts;
    const thoughts = 227;
    return {
      ...answer,
      usage: {
        ...counts,
        total_tokens: counts.total_tokens + thoughts,
        completion_tokens_details: {
          ...(counts['completion_tokens_details'] as object | undefined),
          reasoning_tokens: thoughts,
        },
        cost_in_usd_ticks: counts.total_tokens * 5_000,
      },
    };
  },
});
