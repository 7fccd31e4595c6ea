import { expectTypeOf, test } from 'vitest';
import { z } from 'zod/v3';
import { zodFunction, zodResponseFormat } from '../../src/helpers/zod.ts';

test('a format of Zod 3 gives the output type of its schema', () => {
  const format = zodResponseFormat(
    z.object({ a: z.string().optional(), b: z.string().transform(Number), c: z.record(z.date()) }),
    'it',
  );
  expectTypeOf(format.__output).toEqualTypeOf<{
    a?: string | undefined;
    b: number;
    c: Record<string, Date>;
  }>();
});

test('the function of a tool is called with the output type', () => {
  const tool = zodFunction({
    name: 'weather',
    parameters: z.object({ city: z.string().nullable() }),
    function: ({ city }) => expectTypeOf(city).toEqualTypeOf<string | null>(),
  });
  expectTypeOf(tool.__hasFunction).toEqualTypeOf<true>();
  expectTypeOf(tool.$parseRaw('')).toEqualTypeOf<{ city: string | null }>();
});

test('a recursive schema has its declared type', () => {
  interface Tree {
    value: string;
    children: Tree[];
  }
  const tree: z.ZodType<Tree> = z.lazy(() => z.object({ value: z.string(), children: z.array(tree) }));
  expectTypeOf(zodResponseFormat(tree, 'it').__output).toEqualTypeOf<Tree>();
});
