import { expect, test } from 'vitest';
import { z } from 'zod';
import { zodResponseFormat } from '../helpers/zod.ts';

test('unions inside unions are read in time with the text, wherever the property that tells them apart stands', () => {
  const Operation: z.ZodType = z.lazy(() =>
    z.discriminatedUnion('kind', [
      z.object({ left: Operation, right: Operation, kind: z.literal('add'), note: z.string().optional() }),
      z.object({
        left: Operation,
        right: Operation,
        kind: z.literal('multiply'),
        note: z.string().optional(),
      }),
      z.object({ kind: z.literal('number'), value: z.number() }),
    ]),
  );
  const number = { kind: 'number', value: 1 };
  const nested = (depth: number, more: object): object =>
    depth === 0 ? number : { left: nested(depth - 1, more), right: number, kind: 'multiply', ...more };
  const { $parseRaw } = zodResponseFormat(Operation, 'operation');
  // Looking at each branch anew at each level would take 2 to the power of 100 looks.
  expect($parseRaw(JSON.stringify({ value: nested(100, { note: null }) }))).toEqual(nested(100, {}));
});
