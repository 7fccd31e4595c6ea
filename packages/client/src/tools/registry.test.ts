import { expect, it } from 'vitest';
import { makeParseableTool } from '../structured/format.ts';
import { OpenAIError } from '../errors/openai-error.ts';
import { registerTools } from './registry.ts';

const run = (): void => {};
const made = makeParseableTool(
  { type: 'function', function: { name: 'made', parameters: {} } },
  { parser: (text) => ({ read: text }), callback: run },
);

it('definitions are what the API takes, and nothing that runs', () => {
  const fields = { name: 'f', parameters: {}, description: 'd', strict: undefined };
  const { definitions } = registerTools(
    [
      { type: 'function', function: { ...fields, function: run, parse: JSON.parse, toolTimeout: 5 } },
      { type: 'custom', custom: { name: 'c', format: { type: 'text' }, function: run, toolTimeout: 5 } },
      made,
      { type: 'other', anything: 1 },
    ],
    undefined,
  );
  expect(definitions).toEqual([
    { type: 'function', function: fields },
    { type: 'custom', custom: { name: 'c', format: { type: 'text' } } },
    { type: 'function', function: { name: 'made', parameters: {}, description: '', strict: true } },
    { type: 'other', anything: 1 },
  ]);
});

it('a function without a name is called as its callback is', () => {
  const tools = registerTools([{ type: 'function', function: { function: run, parameters: {} } }], undefined);
  expect([...tools.functions.keys()]).toEqual(['run']);
});

it('answers are read as JSON, and what is not JSON is null', () => {
  const { readers } = registerTools([made], undefined);
  const reader = readers.tool('made')!;
  expect(reader.parse('{"a":1}')).toEqual({ a: 1 });
  expect(reader.parse('')).toEqual({});
  expect(reader.parse('{"a"')).toBeNull();
});

it('what cannot be used is named', () => {
  const tool = (more: object): object => ({
    type: 'function',
    function: { name: 'f', function: run, ...more },
  });
  const wrong: [unknown, string][] = [
    [undefined, 'runTools() needs a list of tools, got undefined'],
    [{}, 'runTools() needs a list of tools, got [object Object]'],
    [
      [
        tool({}),
        tool({
          name: '',
          function:
            (() => run)() &&
            (
              () => () =>
                1
            )(),
        }),
      ],
      'missing tools[1].function.name',
    ],
    [[tool({ toolTimeout: 0 })], 'toolTimeout must be at least 1, got 0'],
    [[tool({ toolTimeout: Number.NaN })], 'toolTimeout must be at least 1, got NaN'],
    [
      [makeParseableTool(made, { parser: JSON.parse, callback: undefined })],
      'Tool given to `.runTools()` that does not have an associated function',
    ],
  ];
  for (const [tools, message] of wrong) {
    expect(() => registerTools(tools, undefined)).toThrow(new OpenAIError(message));
  }
});
