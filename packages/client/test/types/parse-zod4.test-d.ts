import { expectTypeOf, test } from 'vitest';
import { z } from 'zod';
import * as mini from 'zod/mini';
import { zodFunction, zodResponseFormat } from '../../src/helpers/zod.ts';
import type { ExtractParsedContentFromParams } from '../../src/structured/format.ts';
import type { ChatCompletionCreateParamsNonStreaming } from '../../src/types/params.ts';

type With<Format> = Omit<ChatCompletionCreateParamsNonStreaming, 'response_format'> & {
  response_format: Format;
};

test('a format of Zod 4 gives the output type of its schema', () => {
  const format = zodResponseFormat(
    z.object({
      a: z.string(),
      b: z.number().optional(),
      when: z.string().transform((text) => new Date(text)),
    }),
    'it',
  );
  expectTypeOf<ExtractParsedContentFromParams<With<typeof format>>>().toEqualTypeOf<{
    a: string;
    b?: number | undefined;
    when: Date;
  }>();
  expectTypeOf(format.$parseRaw('')).toEqualTypeOf<{ a: string; b?: number | undefined; when: Date }>();
});

test('roots of any type keep it', () => {
  const union = zodResponseFormat(z.union([z.object({ a: z.string() }), z.array(z.bigint())]), 'it');
  expectTypeOf<ExtractParsedContentFromParams<With<typeof union>>>().toEqualTypeOf<
    { a: string } | bigint[]
  >();
});

test('a format of Zod Mini gives the output type of its schema', () => {
  const format = zodResponseFormat(mini.object({ a: mini.optional(mini.string()) }), 'it');
  expectTypeOf<ExtractParsedContentFromParams<With<typeof format>>>().toEqualTypeOf<{
    a?: string | undefined;
  }>();
});

test('a union of formats gives the union of their types; a plain schema gives unknown, text null', () => {
  const format = zodResponseFormat(z.object({ a: z.string() }), 'it');
  expectTypeOf<ExtractParsedContentFromParams<With<typeof format | { type: 'text' }>>>().toEqualTypeOf<{
    a: string;
  } | null>();
  expectTypeOf<
    ExtractParsedContentFromParams<With<{ type: 'json_schema'; json_schema: { name: string } }>>
  >().toEqualTypeOf<unknown>();
  expectTypeOf<
    ExtractParsedContentFromParams<ChatCompletionCreateParamsNonStreaming & { response_format?: never }>
  >().toEqualTypeOf<null>();
});

test('the function of a tool is called with the output type, and makes it runnable', () => {
  const parameters = z.object({ city: z.string(), days: z.coerce.number() });
  const runnable = zodFunction({
    name: 'weather',
    parameters,
    function: (args) => {
      expectTypeOf(args).toEqualTypeOf<{ city: string; days: number }>();
      return 1;
    },
  });
  expectTypeOf(runnable.__hasFunction).toEqualTypeOf<true>();
  expectTypeOf(runnable.__arguments).toEqualTypeOf<{ city: string; days: number }>();
  // @ts-expect-error A function has to take what the schema gives.
  zodFunction({ name: 'weather', parameters, function: (args: { city: number }) => args });
  // @ts-expect-error Not a schema.
  zodResponseFormat({ type: 'object' }, 'it');
});
