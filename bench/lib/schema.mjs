// The shape of the structured answers, for contenders that want a zod schema.
import { z } from 'zod';

export const inventory = z.object({
  items: z.array(
    z.object({
      id: z.number(),
      name: z.string(),
      price: z.number(),
      tags: z.array(z.string()),
      stock: z.object({ amount: z.number(), place: z.string() }),
    }),
  ),
});

export const addArguments = z.object({ a: z.number(), b: z.number() });

/** Notes that a listener saw a value, and with `look` looks into it, as a program that draws it would. */
export function watcher({ look = true } = {}) {
  const seen = { values: 0, last: undefined, touched: 0 };
  return {
    see(value) {
      if (value === undefined || value === null) return;
      seen.values += 1;
      seen.last = value;
      if (look) seen.touched += value.items?.at(-1)?.name?.length ?? 0;
    },
    seen,
  };
}
