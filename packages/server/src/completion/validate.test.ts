import { describe, expect, it } from 'vitest';
import { ApiError } from '../http/errors.ts';
import { atOnce } from '../slices.ts';
import { parameters } from './rules.ts';
import { validateCompletion, validateMetadata } from './validate.ts';

const user = { role: 'user', content: 'Hello' };
const minimal = { model: 'sandbox', messages: [user] };
const parametersSchema = {
  type: 'object',
  properties: { city: { type: 'string' } },
  required: ['city'],
  additionalProperties: false,
};
const weather = {
  type: 'function',
  function: { name: 'get_weather', description: 'Weather', parameters: parametersSchema, strict: true },
};
const call = { id: 'call_1', type: 'function', function: { name: 'get_weather', arguments: '{}' } };

/** What a body is refused with; `undefined` when it is a request. */
function refusal(body: unknown): Pick<ApiError, 'status' | 'message' | 'param' | 'code'> | undefined {
  try {
    atOnce(validateCompletion(body));
    return undefined;
  } catch (thrown) {
    if (!(thrown instanceof ApiError)) throw thrown;
    const { status, message, param, code } = thrown;
    return { status, message, param, code };
  }
}

const named = (name: string, parameters?: unknown): object => ({
  type: 'function',
  function: { name, parameters },
});
const custom = (name: string, grammar?: object): object => ({
  type: 'custom',
  custom: { name, ...(grammar && { format: { type: 'grammar', grammar } }) },
});

describe('a request that is fine', () => {
  const fine: [string, object][] = [
    [
      'functions without parameters, said in every way',
      {
        tools: [
          named('none'),
          named('null', null),
          named('empty', {}),
          named('object', { type: 'object' }),
          named('none_declared', { type: 'object', properties: {} }),
        ],
        functions: [{ name: 'none' }, { name: 'empty', parameters: {} }],
      },
    ],
    [
      'parameters that strict mode would refuse, of a function that is not strict',
      {
        tools: [
          named('loose', {
            type: 'object',
            properties: { a: { pattern: '(' }, b: { type: 'array', items: {} } },
          }),
          named('reference', { $ref: '#/$defs/a', $defs: { a: { type: 'object' } } }),
        ],
      },
    ],
    ['a function and a custom tool of one name', { tools: [named('one'), custom('one')] }],
    ['only what is required', {}],
    [
      'null for every optional parameter',
      Object.fromEntries(
        Object.keys(parameters)
          .filter((name) => !(name in minimal))
          .map((name) => [name, null]),
      ),
    ],
    [
      'parts of every kind',
      {
        messages: [
          {
            role: 'user',
            content: [
              { type: 'text', text: '' },
              { type: 'image_url', image_url: { url: 'data:image/png;base64,AA==', detail: 'low' } },
              { type: 'input_audio', input_audio: { data: 'AA==', format: 'wav' } },
              { type: 'file', file: { file_id: 'x' } },
            ],
          },
        ],
      },
    ],
    [
      'a finished tool call',
      {
        tools: [weather],
        messages: [
          user,
          { role: 'assistant', content: null, tool_calls: [call] },
          { role: 'tool', tool_call_id: 'call_1', content: 'ok' },
        ],
      },
    ],
    [
      'allowed tools',
      {
        tools: [weather],
        tool_choice: {
          type: 'allowed_tools',
          allowed_tools: { mode: 'auto', tools: [{ type: 'function', function: { name: 'get_weather' } }] },
        },
      },
    ],
    [
      'a custom tool',
      {
        tools: [
          {
            type: 'custom',
            custom: {
              name: 'sql',
              format: { type: 'grammar', grammar: { syntax: 'regex', definition: 'a+' } },
            },
          },
        ],
        tool_choice: { type: 'custom', custom: { name: 'sql' } },
      },
    ],
    ['functions of the older kind', { functions: [{ name: 'f' }], function_call: { name: 'f' } }],
    [
      'parameters of other providers',
      { top_k: 5, min_p: 0.1, reasoning: { effort: 'low' }, chat_template_kwargs: {}, cache: true },
    ],
    [
      'fields of other providers in a message',
      { messages: [{ role: 'assistant', content: 'x', reasoning_content: 'because' }, user] },
    ],
    [
      'a strict schema behind a reference',
      {
        response_format: {
          type: 'json_schema',
          json_schema: {
            name: 'n',
            strict: true,
            schema: { $ref: '#/$defs/n', $defs: { n: parametersSchema } },
          },
        },
      },
    ],
    [
      'any schema when it is not strict',
      { response_format: { type: 'json_schema', json_schema: { name: 'n', schema: { type: 'array' } } } },
    ],
    [
      'a schema beside json_object, without the word',
      { response_format: { type: 'json_object', schema: { type: 'array' } } },
    ],
    [
      'web search and a prediction',
      {
        web_search_options: { user_location: { type: 'approximate', approximate: { city: 'Oslo' } } },
        prediction: { type: 'content', content: 'x' },
      },
    ],
  ];

  it.each(fine)('may have %s, and is returned unchanged', (_, fields) => {
    const body = { ...minimal, ...fields };
    const before = structuredClone(body);
    expect(refusal(body)).toBeUndefined();
    expect(atOnce(validateCompletion(body))).toBe(body);
    expect(body).toEqual(before);
  });
});

describe('a request that is not', () => {
  const messages = (...list: unknown[]): object => ({ messages: list });
  type Refusal = [object, string | null, string | null, string | RegExp];
  const bad: Refusal[] = [
    [
      { messages: undefined },
      'messages',
      'missing_required_parameter',
      "Missing required parameter: 'messages'.",
    ],
    [{ model: undefined }, 'model', 'missing_required_parameter', "Missing required parameter: 'model'."],
    [
      { model: 'x\uD800' },
      'model',
      'invalid_value',
      "Invalid 'model': string does not match pattern. Expected a string that matches the pattern '^[^\\0\\p{Surrogate}]*$'.",
    ],
    [
      { messages: null },
      'messages',
      'invalid_type',
      "Invalid type for 'messages': expected an array of objects, but got null instead.",
    ],
    [
      { messages: [] },
      'messages',
      'empty_array',
      "Invalid 'messages': empty array. Expected an array with minimum length 1, but got an empty array instead.",
    ],
    [
      { temperature: '1' },
      'temperature',
      'invalid_type',
      "Invalid type for 'temperature': expected a decimal, but got a string instead.",
    ],
    [
      { temperature: 2.5 },
      'temperature',
      'decimal_above_max_value',
      "Invalid 'temperature': decimal above maximum value. Expected a value <= 2, but got 2.5 instead.",
    ],
    [
      { n: 0 },
      'n',
      'integer_below_min_value',
      "Invalid 'n': integer below minimum value. Expected a value >= 1, but got 0 instead.",
    ],
    [
      { n: 1.5 },
      'n',
      'invalid_type',
      "Invalid type for 'n': expected an integer, but got a decimal number instead.",
    ],
    [
      { stop: ['a', 'b', 'c', 'd', 'e'] },
      'stop',
      'array_above_max_length',
      "Invalid 'stop': array too long. Expected an array with maximum length 4, but got an array with length 5 instead.",
    ],
    [{ stop: ['a', 7] }, 'stop[1]', 'invalid_type', /expected a string, but got an integer/],
    [{ metadata: { a: 1 } }, 'metadata.a', 'invalid_type', /expected a string/],
    [
      { metadata: { a: 'x'.repeat(513) } },
      'metadata.a',
      'string_above_max_length',
      /maximum length 512, but got a string with length 513/,
    ],
    [
      { metadata: Object.fromEntries(Array.from({ length: 17 }, (_, index) => [`k${index}`, ''])) },
      'metadata',
      'object_above_max_properties',
      /at most 16 properties/,
    ],
    [{ logit_bias: { hello: 1 } }, 'logit_bias', 'invalid_value', /id of a token/],
    [{ logit_bias: { 50256: 101 } }, 'logit_bias.50256', 'decimal_above_max_value', /<= 100/],
    [{ top_logprobs: 2 }, 'top_logprobs', null, /only allowed when 'logprobs' is enabled/],
    [
      { stream_options: { include_usage: true } },
      'stream_options',
      null,
      "The 'stream_options' parameter is only allowed when 'stream' is enabled.",
    ],
    [{ max_tokens: 1, max_completion_tokens: 1 }, 'max_tokens', 'invalid_parameter_combination', /same time/],
    [{ response_format: { type: 'json_object' } }, 'messages', null, /must contain the word 'json'/],
    [
      { response_format: { type: 'json_object', schema: null } },
      'messages',
      null,
      /must contain the word 'json'/,
    ],
    [
      { response_format: { type: 'json_object', schema: [] } },
      'response_format.schema',
      'invalid_type',
      "Invalid type for 'response_format.schema': expected an object, but got an array instead.",
    ],
    [
      { response_format: { type: 'xml' } },
      'response_format.type',
      'invalid_value',
      "Invalid value: 'xml'. Supported values are: 'text', 'json_object', and 'json_schema'.",
    ],
    [
      { response_format: { type: 'json_schema' } },
      'response_format.json_schema',
      'missing_required_parameter',
      /Missing/,
    ],
    [{ modalities: ['audio'] }, 'audio', 'missing_required_parameter', /audio/],
    [
      { max_token: 5 },
      'max_token',
      'unknown_parameter',
      "Unknown parameter: 'max_token'. Did you mean 'max_tokens'?",
    ],
    [{ responseFormat: {} }, 'responseFormat', 'unknown_parameter', /Did you mean 'response_format'/],
    [{ temprature: 1 }, 'temprature', 'unknown_parameter', /Did you mean 'temperature'/],
    [
      { tool_choice: 'auto' },
      'tool_choice',
      null,
      "Invalid value for 'tool_choice': 'tool_choice' is only allowed when 'tools' are specified.",
    ],
    [
      { tools: [weather], tool_choice: { type: 'function', function: { name: 'nope' } } },
      'tool_choice',
      'invalid_value',
      /function nope not found in 'tools'/,
    ],
    [
      { tools: [{ type: 'function', function: { name: 'no spaces' } }] },
      'tools[0].function.name',
      'invalid_value',
      /does not match pattern/,
    ],
    [
      {
        tools: [
          {
            type: 'function',
            function: { ...weather.function, parameters: { type: 'object', properties: { a: {} } } },
          },
        ],
      },
      'tools[0].function.parameters',
      'invalid_function_parameters',
      "Invalid schema for function 'get_weather': In context=(), 'additionalProperties' is required to be supplied and to be false.",
    ],
    ...[
      [{ type: 'string' }, `schema must be a JSON Schema of 'type: "object"', got 'type: "string"'.`],
      [{ properties: {} }, `schema must be a JSON Schema of 'type: "object"', got 'type: "None"'.`],
      [
        { anyOf: [{ type: 'object' }] },
        `schema must be a JSON Schema of 'type: "object"', got 'type: "None"'.`,
      ],
      [
        { type: 'object', properties: { a: { type: 'float' } } },
        "In context=('properties', 'a', 'type'), 'float' is not valid under any of the given schemas.",
      ],
      [
        { type: 'object', properties: { a: { type: 'array' } } },
        "In context=('properties', 'a'), array schema missing items.",
      ],
    ].flatMap(([schema, why]): Refusal[] => [
      [
        { tools: [named('f'), named('g', schema)] },
        'tools[1].function.parameters',
        'invalid_function_parameters',
        `Invalid schema for function 'g': ${why as string}`,
      ],
      [
        { functions: [{ name: 'g', parameters: schema }] },
        'functions[0].parameters',
        'invalid_function_parameters',
        `Invalid schema for function 'g': ${why as string}`,
      ],
    ]),
    [
      { tools: [] },
      'tools',
      'empty_array',
      "Invalid 'tools': empty array. Expected an array with minimum length 1, but got an empty array instead.",
    ],
    [{ tools: [weather, named('f'), weather] }, 'tools[2].function.name', 'invalid_value', /must be unique/],
    [{ tools: [custom('f'), custom('f')] }, 'tools[1].custom.name', 'invalid_value', /must be unique/],
    [{ functions: [{ name: 'f' }, { name: 'f' }] }, 'functions[1].name', 'invalid_value', /must be unique/],
    [
      { tools: [custom('f', { syntax: 'regex' })] },
      'tools[0].custom.format.grammar.definition',
      'missing_required_parameter',
      /Missing/,
    ],
    [
      { messages: Array.from({ length: 2049 }, () => user) },
      'messages',
      'array_above_max_length',
      "Invalid 'messages': array too long. Expected an array with maximum length 2048, but got an array with length 2049 instead.",
    ],
    [
      { messages: [{ role: 'user', content: 'x'.repeat(10_485_761) }] },
      'messages[0].content',
      'string_above_max_length',
      /maximum length 10485760, but got a string with length 10485761 instead\.$/,
    ],
    [
      { messages: [user, { role: 'assistant', tool_calls: Array.from({ length: 129 }, () => call) }] },
      'messages[1].tool_calls',
      'array_above_max_length',
      /maximum length 128, but got an array with length 129 instead\.$/,
    ],
    [
      { tools: [{ type: 'function', function: { name: 'f', description: 'x'.repeat(1025) } }] },
      'tools[0].function.description',
      'string_above_max_length',
      /maximum length 1024, but got a string with length 1025 instead\.$/,
    ],
    [
      {
        response_format: {
          type: 'json_schema',
          json_schema: { name: 'n', strict: true, schema: { ...parametersSchema, required: [] } },
        },
      },
      'response_format',
      'invalid_json_schema',
      /Missing 'city'/,
    ],
    ...[
      [
        { required: ['city', 'day'] },
        "In context=(), 'required' is required to be supplied and to be an array",
      ],
      [{ required: ['city', 'day'] }, "Extra required key 'day' supplied."],
      [{ properties: 'city' }, "In context=('properties',), 'city' is not of type 'object'."],
      [
        { properties: { city: { type: 'text' } } },
        "In context=('properties', 'city', 'type'), 'text' is not",
      ],
      [
        { properties: { city: { pattern: '(' } } },
        "('properties', 'city', 'pattern'), '(' is not a 'regex'.",
      ],
      [{ properties: { city: { minLength: 'x' } } }, "'x' is not of type 'integer'"],
      [
        { properties: { city: { anyOf: [{ enum: 1 }] } } },
        "('properties', 'city', 'anyOf', '0', 'enum'), 1 is",
      ],
    ].map(([change, words]): Refusal => {
      const schema = { ...parametersSchema, ...(change as object) };
      const json_schema = { name: 'n', strict: true, schema };
      const code = 'invalid_json_schema';
      const escaped = new RegExp((words as string).replaceAll(/[()[\].*+?]/g, '\\$&'));
      return [{ response_format: { type: 'json_schema', json_schema } }, 'response_format', code, escaped];
    }),
    [
      {
        response_format: {
          type: 'json_schema',
          json_schema: { name: 'n', strict: true, schema: { type: 'array' } },
        },
      },
      'response_format',
      'invalid_json_schema',
      /got 'type: "array"'/,
    ],
    [
      messages('hi'),
      'messages[0]',
      'invalid_type',
      "Invalid type for 'messages[0]': expected an object, but got a string instead.",
    ],
    [messages({ content: 'hi' }), 'messages[0].role', 'missing_required_parameter', /role/],
    [
      messages({ role: 'robot', content: 'hi' }),
      'messages[0].role',
      'invalid_value',
      /Invalid value: 'robot'. Supported values are: 'system', /,
    ],
    [
      messages({ role: 'user', content: 5 }),
      'messages[0].content',
      'invalid_type',
      "Invalid type for 'messages[0].content': expected one of a string or array of objects, but got an integer instead.",
    ],
    [
      messages(user, user, { role: 'user', content: [{ type: 'image_url', image_url: { url: 7 } }] }),
      'messages[2].content[0].image_url.url',
      'invalid_type',
      /expected a string/,
    ],
    [
      messages({ role: 'user', content: [{ type: 'image_url', image_url: { url: 'cat.png' } }] }),
      'messages[0].content[0].image_url.url',
      'invalid_value',
      /http/,
    ],
    [
      messages({ role: 'system', content: [{ type: 'image_url', image_url: { url: 'https://x' } }] }),
      'messages[0].content[0].type',
      'invalid_value',
      /'text'/,
    ],
    [messages({ role: 'assistant' }), 'messages[0].content', 'invalid_value', /tool_calls/],
    [
      messages({ role: 'tool', content: 'x', tool_call_id: 'a' }),
      'messages[0].role',
      null,
      "Invalid parameter: messages with role 'tool' must be a response to a preceeding message with 'tool_calls'.",
    ],
    [
      messages(user, { role: 'assistant', tool_calls: [call] }, user),
      'messages[1].tool_calls',
      null,
      /did not have response messages: call_1/,
    ],
    [messages(user, { role: 'assistant', tool_calls: [call] }), 'messages[1].tool_calls', null, /call_1/],
    [
      messages(
        user,
        { role: 'assistant', tool_calls: [call] },
        { role: 'tool', tool_call_id: 'b', content: '' },
      ),
      'messages[2].tool_call_id',
      null,
      /'b' not found/,
    ],
    [
      messages(user, { role: 'assistant', tool_calls: [{ ...call, id: undefined }] }),
      'messages[1].tool_calls[0].id',
      'missing_required_parameter',
      /id/,
    ],
  ];

  it.each(bad)('%j is refused at %s', (fields, param, code, message) => {
    const found = refusal(JSON.parse(JSON.stringify({ ...minimal, ...fields })));
    expect(found).toMatchObject({ status: 400, param, code });
    const said = found?.message ?? '';
    expect(typeof message === 'string' ? message === said : message.test(said)).toBe(true);
  });

  it('is one that is no object at all', () => {
    for (const body of [null, [], 'x', 5, undefined])
      expect(refusal(body)).toMatchObject({ status: 400, param: null });
  });

  it('is one that is nested too deeply to be read', () => {
    let deep: unknown = 0;
    for (let level = 0; level < 100_000; level++) deep = [deep];
    expect(
      refusal({ ...minimal, tools: [{ type: 'function', function: { name: 'f', parameters: { deep } } }] }),
    ).toMatchObject({ param: 'tools', code: 'nesting_above_max_depth' });
  });
});

describe('validateMetadata', () => {
  it('takes null and nothing for no metadata, and names the parameter it was told', () => {
    expect(validateMetadata(undefined)).toBeNull();
    expect(validateMetadata(null)).toBeNull();
    expect(validateMetadata({ a: 'b' })).toEqual({ a: 'b' });
    expect(() => validateMetadata({ a: 1 }, 'labels')).toThrow(
      expect.objectContaining({ param: 'labels.a' }),
    );
    expect(() => validateMetadata({ ['k'.repeat(65)]: '' })).toThrow(/maximum length 64/);
  });
});
