import { type } from 'arktype';
import { expectTypeOf, test } from 'vitest';
import { standardFunction, standardResponseFormat } from '../../src/helpers/standard-schema.ts';

const schema = type({ 'a?': 'string', b: 'number[]', c: 'string.numeric.parse' });

test('a format of ArkType gives the output type of its schema', () => {
  const format = standardResponseFormat(schema, 'it');
  expectTypeOf(format.__output).toEqualTypeOf<{ a?: string; b: number[]; c: number }>();
});

test('the function of a tool is called with the output type', () => {
  const tool = standardFunction({
    name: 'it',
    parameters: schema,
    function: ({ b, c }) => {
      expectTypeOf(b).toEqualTypeOf<number[]>();
      expectTypeOf(c).toEqualTypeOf<number>();
    },
  });
  expectTypeOf(tool.__hasFunction).toEqualTypeOf<true>();
});
