import { toStandardJsonSchema } from '@valibot/to-json-schema';
import * as v from 'valibot';
import { expectTypeOf, test } from 'vitest';
import { standardFunction, standardResponseFormat } from '../../src/helpers/standard-schema.ts';

const schema = v.object({ a: v.optional(v.string()), b: v.pipe(v.string(), v.transform(Number)) });

test('a format of Valibot gives the output type of its schema, with its own JSON Schema or one passed', () => {
  const own = standardResponseFormat(toStandardJsonSchema(schema), 'it');
  const passed = standardResponseFormat(schema, 'it', { schema: { type: 'object' } });
  expectTypeOf(own.__output).toEqualTypeOf<{ a?: string | undefined; b: number }>();
  expectTypeOf(passed.__output).toEqualTypeOf<{ a?: string | undefined; b: number }>();
});

test('the function of a tool is called with the output type', () => {
  const tool = standardFunction({
    name: 'it',
    parameters: toStandardJsonSchema(schema),
    function: (args) => expectTypeOf(args).toEqualTypeOf<{ a?: string | undefined; b: number }>(),
  });
  expectTypeOf(tool.__hasFunction).toEqualTypeOf<true>();
});

test('a tool without a function says so', () => {
  const tool = standardFunction({ name: 'it', parameters: toStandardJsonSchema(schema) });
  expectTypeOf(tool.__hasFunction).toEqualTypeOf<false>();
});
