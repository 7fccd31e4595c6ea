import { expect, it } from 'vitest';
import { makeParseableResponseFormat, makeParseableTool } from './format.ts';
import { readersFor } from './readers.ts';

const schemaFormat = { type: 'json_schema', json_schema: { name: 'it', schema: {} } } as const;
const tool = (name: string, more: object = {}): object => ({ type: 'function', function: { name, ...more } });
const upper = makeParseableTool<any>(
  { type: 'function', function: { name: 'upper' } },
  { parser: (text) => text.toUpperCase(), callback: undefined },
);

it('a body without schemas and strict tools asks for no parsing', () => {
  for (const body of [null, undefined, {}, { response_format: { type: 'text' } }, { tools: [tool('f')] }]) {
    const readers = readersFor(body);
    expect([readers.active, readers.content, readers.tool('f')]).toEqual([false, undefined, undefined]);
  }
});

it('a plain json_schema format is read as JSON, whatever its schema says', () => {
  const readers = readersFor({ response_format: schemaFormat });
  expect(readers.active).toBe(true);
  expect(readers.content!.parse('[1]')).toEqual([1]);
  expect(readers.content!.partial({ a: 1 })).toEqual({ a: 1 });
});

it('a helper-made format brings its own parser and its own view of partial values', () => {
  const made = makeParseableResponseFormat(schemaFormat as any, Number, (value) => [value]);
  const { content } = readersFor({ response_format: made });
  expect(content!.parse('12')).toBe(12);
  expect(content!.partial(1)).toEqual([1]);
});

it('arguments are read for strict and helper-made functions, and stay text for others', () => {
  const readers = readersFor({ tools: [tool('loose'), tool('strict', { strict: true }), upper] });
  expect(readers.active).toBe(true);
  expect(readers.tool('loose')).toBeUndefined();
  expect(readers.tool('strict')!.parse('{}')).toEqual({});
  expect(readers.tool('upper')!.parse('x')).toBe('X');
  expect(readers.tool('toString')).toBeUndefined();
});

it('of two functions with one name the first counts', () => {
  expect(
    readersFor({ tools: [upper, tool('upper', { strict: true })] })
      .tool('upper')!
      .parse('x'),
  ).toBe('X');
});

it('a change of the body after capture does not reach the readers', () => {
  const strict: any = tool('f', { strict: true });
  const body: any = { response_format: { ...schemaFormat }, tools: [strict] };
  const readers = readersFor(body);
  body.response_format.type = 'text';
  strict.function.strict = false;
  strict.function.name = 'g';
  expect(readers.content).toBeDefined();
  expect(readers.tool('f')).toBeDefined();
});

it('text that is not JSON fails with an error that does not quote it', () => {
  const { content } = readersFor({ response_format: schemaFormat });
  expect(() => content!.parse('{"secret": hunter2')).toThrow(
    new SyntaxError('Error reading response: invalid structured output JSON.'),
  );
});
