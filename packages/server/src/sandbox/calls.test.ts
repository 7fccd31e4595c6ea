import { describe, expect, it } from 'vitest';
import { validateCompletion } from '../completion/validate.ts';
import { planCalls } from './calls.ts';
import type { Plan } from './plan.ts';
import { readPrompt } from './prompt.ts';
import { randomFrom } from './random.ts';
import { atOnce } from '../slices.ts';

const parametersOf = (properties: object): object => ({
  type: 'object',
  properties,
  required: Object.keys(properties),
  additionalProperties: false,
});
const string = { type: 'string' };
const weather = {
  type: 'function',
  function: {
    name: 'get_weather',
    description: 'Current weather of a city',
    parameters: parametersOf({ city: string }),
  },
};
const email = {
  type: 'function',
  function: {
    name: 'send_email',
    description: 'Sends an e-mail',
    parameters: parametersOf({ to: { ...string, format: 'email' }, subject: string }),
  },
};
const add = {
  type: 'function',
  function: {
    name: 'add',
    description: 'Adds two numbers',
    parameters: parametersOf({ a: { type: 'number' }, b: { type: 'number' } }),
  },
};
const tools = [weather, email, add];

function planned(question: string, more: object = {}): Plan | undefined {
  const request = atOnce(
    validateCompletion({
      model: 'm',
      messages: [{ role: 'user', content: question }],
      tools,
      ...more,
    }),
  );
  return atOnce(planCalls(request, readPrompt(request), randomFrom(question)));
}

/** The calls as `name(arguments)`; none when the answer is in words. */
function calls(question: string, more: object = {}): string[] {
  const plan = planned(question, more);
  return (plan?.calls ?? []).map(({ name, input }) => `${name}(${input})`);
}

describe('tool_choice auto', () => {
  it('calls the tools whose names share a word with the question', () => {
    expect(calls('What is the weather in Oslo?')).toEqual(['get_weather({"city":"sample city"})']);
    expect(calls('Please add 17 and 25')).toEqual([
      expect.stringMatching(/^add\(\{"a":[\d.]+,"b":[\d.]+\}\)$/),
    ]);
    expect(calls('Send the weather as an email')).toEqual([
      expect.stringMatching(/^get_weather\(/),
      expect.stringMatching(/^send_email\(\{"to":"[^"]+@[^"]+","subject":"sample subject"\}\)$/),
    ]);
  });

  it('calls one tool where calls may not be parallel', () => {
    expect(calls('Send the weather as an email', { parallel_tool_calls: false })).toHaveLength(1);
  });

  it('responds in words when no name is in the question', () => {
    for (const question of ['Hi', 'Get the time', 'Who are you?', 'It is 7 in a city'])
      expect(calls(question)).toEqual([]);
  });

  it('stops calling once a result has come, until the user asks again', () => {
    const asked = [
      { role: 'user', content: 'Weather in Oslo?' },
      {
        role: 'assistant',
        content: null,
        tool_calls: [{ id: 'a', type: 'function', function: { name: 'get_weather', arguments: '{}' } }],
      },
      { role: 'tool', tool_call_id: 'a', content: '{}' },
    ];
    expect(calls('', { messages: asked })).toEqual([]);
    expect(
      calls('', {
        messages: [
          ...asked,
          { role: 'assistant', content: 'Fine.' },
          { role: 'user', content: 'And the weather in Rome?' },
        ],
      }),
    ).toEqual(['get_weather({"city":"sample city"})']);
  });
});

describe('the other choices', () => {
  it('none never calls, required always does', () => {
    expect(calls('Weather in Oslo?', { tool_choice: 'none' })).toEqual([]);
    expect(calls('Hi', { tool_choice: 'required' })).toHaveLength(1);
  });

  it('a named tool is called, and the answer ends with stop as that of the API does', () => {
    const plan = planned('Weather in Oslo?', {
      tool_choice: { type: 'function', function: { name: 'send_email' } },
    });
    expect(plan).toMatchObject({ finish: 'stop', calls: [{ name: 'send_email' }] });
  });

  it('allowed tools are the only ones, in their mode', () => {
    const only = (mode: string): object => ({
      tool_choice: {
        type: 'allowed_tools',
        allowed_tools: { mode, tools: [{ type: 'function', function: { name: 'add' } }] },
      },
    });
    expect(calls('Weather in Oslo?', only('auto'))).toEqual([]);
    expect(calls('Weather in Oslo?', only('required'))).toEqual([expect.stringMatching(/^add\(/)]);
  });

  it('functions of the older kind end with function_call, or with stop when one was named', () => {
    const functions = [weather.function];
    const legacy = (more: object): Plan | undefined =>
      planned('Weather in Oslo?', { tools: undefined, functions, ...more });
    expect(legacy({})).toMatchObject({
      finish: 'function_call',
      functionCall: { name: 'get_weather', input: '{"city":"sample city"}' },
    });
    expect(legacy({ function_call: { name: 'get_weather' } })).toMatchObject({ finish: 'stop' });
    expect(legacy({ function_call: 'none' })).toBeUndefined();
  });

  it('a custom tool gets text, of its grammar when that is a regular expression', () => {
    const custom = (format?: object): object => ({
      tools: [{ type: 'custom', custom: { name: 'sql', ...(format ? { format } : {}) } }],
      tool_choice: 'required',
    });
    expect(calls('show rows', custom())).toEqual(['sql(show rows)']);
    const grammar = {
      type: 'grammar',
      grammar: { syntax: 'regex', definition: '(SELECT|COUNT) [a-z]+|NOTHING' },
    };
    expect(calls('show rows', custom(grammar))[0]).toMatch(/^sql\(((SELECT|COUNT) [a-z]+|NOTHING)\)$/);
  });

  it('an expression of a grammar is read as Rust spells it', () => {
    const definition =
      '\\A(?P<month>January|June)\\s+(?P<day>\\d{1,2})(?:st|nd)?\\s+at\\s+(?P<hour>1[0-2])(?P<half>AM|PM)\\z';
    const format = { type: 'grammar', grammar: { syntax: 'regex', definition } };
    const tools = [{ type: 'custom', custom: { name: 'when', format } }];
    for (const question of ['now', 'then', 'in summer'])
      expect(calls(question, { tools, tool_choice: 'required' })[0]).toMatch(
        /^when\((January|June)\s+\d{1,2}(st|nd)?\s+at\s+1[0-2](AM|PM)\)$/,
      );
  });

  it('a schema that nothing satisfies is refused by the name of its tool', () => {
    const broken = [
      {
        type: 'function',
        function: {
          name: 'f',
          parameters: {
            type: 'object',
            properties: { a: { type: 'integer', minimum: 2, maximum: 1 } },
            required: ['a'],
          },
        },
      },
    ];
    expect(() => calls('x', { tools: broken, tool_choice: 'required' })).toThrow(
      expect.objectContaining({
        status: 400,
        param: 'tools[0].function.parameters',
        code: 'invalid_function_parameters',
        message: expect.stringContaining("function 'f'"),
      }),
    );
  });
});
