/** The requests that a real API and the sandbox are compared by. `MODEL` stands for the model to use. */
import { strictMode, type SchemaSize } from 'colloquy/lib/transform';

export interface Case {
  name: string;
  /** Default `POST`. Only requests with `POST` are kept in a cassette. */
  method?: 'GET' | 'POST' | 'DELETE';
  /** Default `/chat/completions`. `{id}` stands for the id of the completion that was stored last. */
  path?: string;
  body?: Record<string, unknown> | undefined;
  /** Whether the response is the stored completion that cases after it are about. */
  isStored?: true;
  /** Default: the key of the run. */
  key?: 'none' | 'wrong';
}

/** Each group is a cassette of its own. */
export type Groups = Record<string, Case[]>;

const messages = [{ role: 'user', content: 'Reply with the single word: hello' }];
const base = { model: 'MODEL', messages, max_completion_tokens: 64 };
const weather = {
  type: 'function',
  function: {
    name: 'get_weather',
    description: 'The weather in a city',
    parameters: {
      type: 'object',
      properties: { city: { type: 'string' }, unit: { type: 'string', enum: ['C', 'F'] } },
      required: ['city', 'unit'],
      additionalProperties: false,
    },
    strict: true,
  },
};
const askWeather = {
  ...base,
  messages: [{ role: 'user', content: 'What is the weather in Paris, in C?' }],
  tools: [weather],
};
const call = {
  id: 'call_1',
  type: 'function',
  function: { name: 'get_weather', arguments: '{"city":"Paris","unit":"C"}' },
};
const person = {
  type: 'object',
  properties: { name: { type: 'string' }, age: { type: 'integer' } },
  required: ['name', 'age'],
  additionalProperties: false,
};
const withSchema = (schema: unknown, extra: object = {}): Record<string, unknown> => ({
  ...base,
  messages: [{ role: 'user', content: 'Fill in the schema for Ann, who is 30 years old.' }],
  response_format: { type: 'json_schema', json_schema: { name: 'result', strict: true, schema } },
  ...extra,
});

const requests: Record<string, Record<string, unknown>> = {
  'a completion': base,
  'a stream': { ...base, stream: true },
  'a stream with usage': { ...base, stream: true, stream_options: { include_usage: true } },
  'two choices': { ...base, n: 2 },
  'two choices, streamed': { ...base, n: 2, stream: true },
  'cut by the limit': {
    ...base,
    messages: [{ role: 'user', content: 'Count from 1 to 50' }],
    max_completion_tokens: 16,
  },
  'a stop sequence': { ...base, messages: [{ role: 'user', content: 'Count: 1, 2, 3, 4, 5' }], stop: ['3'] },
  'log probabilities': { ...base, logprobs: true, top_logprobs: 2 },
  'log probabilities, streamed': { ...base, logprobs: true, top_logprobs: 1, stream: true },
  'sampling parameters': {
    ...base,
    temperature: 0,
    top_p: 1,
    seed: 1,
    presence_penalty: 0,
    frequency_penalty: 0,
  },
  'text parts and a system message': {
    ...base,
    messages: [
      { role: 'system', content: 'Be brief.' },
      { role: 'user', content: [{ type: 'text', text: 'Say hello' }] },
    ],
  },
  'a required call': { ...askWeather, tool_choice: 'required' },
  'a required call, streamed': { ...askWeather, tool_choice: 'required', stream: true },
  'a named call': { ...askWeather, tool_choice: { type: 'function', function: { name: 'get_weather' } } },
  'no call allowed': { ...askWeather, tool_choice: 'none' },
  'a tool result': {
    ...askWeather,
    messages: [
      ...askWeather.messages,
      { role: 'assistant', content: null, tool_calls: [call] },
      { role: 'tool', tool_call_id: 'call_1', content: '21 C, sunny' },
    ],
  },
  'a JSON object': {
    ...base,
    messages: [{ role: 'user', content: 'Give me {"hello": "world"} as JSON' }],
    response_format: { type: 'json_object' },
  },
  'a strict schema': withSchema(person),
  'a strict schema, streamed': withSchema(person, { stream: true }),
};

const neighbours: Case[] = [
  {
    name: 'an embedding',
    path: '/embeddings',
    body: { model: 'text-embedding-3-small', input: 'hello', dimensions: 8 },
  },
  {
    name: 'an embedding in base64',
    path: '/embeddings',
    body: { model: 'text-embedding-3-small', input: ['a', 'b'], encoding_format: 'base64' },
  },
  { name: 'a moderation', path: '/moderations', body: { model: 'omni-moderation-latest', input: 'hello' } },
  {
    name: 'a text completion',
    path: '/completions',
    body: { model: 'gpt-3.5-turbo-instruct', prompt: 'Say hi', max_tokens: 4 },
  },
];

const object = (properties: Record<string, unknown>, extra: object = {}): object => ({
  type: 'object',
  properties,
  required: Object.keys(properties),
  additionalProperties: false,
  ...extra,
});
const valueOf = (schema: unknown): object => object({ value: schema });
const text = { type: 'string' };

/** Objects within objects, so many levels in all. */
function nested(levels: number): object {
  return levels === 1 ? object({ end: text }) : object({ next: nested(levels - 1) });
}
const numbered = (count: number, length = 1): string[] =>
  Array.from({ length: count }, (_, at) => String(at).padStart(length, 'x'));
const enumOf = (values: string[]): object => valueOf({ type: 'string', enum: values });
const named = (names: string[]): object => object(Object.fromEntries(names.map((name) => [name, text])));

/** For each limit of strict mode a schema that has so much of what it limits. */
const sized: Record<keyof SchemaSize, (count: number) => object> = {
  levels: nested,
  properties: (count) => named(numbered(count, 5)),
  enumValues: (count) => enumOf(numbered(count, 4)),
  longEnum: (count) => enumOf([...numbered(299, 50), 'y'.repeat(count - 299 * 50)]),
  // Less the name `value`.
  characters: (count) => valueOf({ type: 'string', const: 'x'.repeat(count - 5) }),
};

/** Values for keywords that mean nothing with another schema. */
const keywordValues: Record<string, unknown> = {
  allOf: [text],
  oneOf: [text],
  prefixItems: [text],
  uniqueItems: true,
  unevaluatedProperties: false,
  contentEncoding: 'base64',
  contentMediaType: 'text/plain',
  $anchor: 'a',
  $dynamicAnchor: 'a',
  $dynamicRef: '#a',
  $recursiveAnchor: true,
  $recursiveRef: '#',
  minLength: 1,
  maxLength: 9,
  pattern: '^a+$',
  default: 'a',
  const: 'a',
};
const taken = ['minLength', 'maxLength', 'pattern', 'default', 'const'];

function keywordValue(keyword: string): unknown {
  if (keyword in keywordValues) return keywordValues[keyword];
  if (/^(min|max)/.test(keyword)) return 1;
  return /^(dependen|patternProperties)/.test(keyword) ? {} : text;
}

const schemas: Record<string, unknown> = {
  'a root that is no object': { type: 'array', items: text },
  'a root anyOf': { anyOf: [person] },
  'a schema without type': valueOf({ description: 'anything' }),
  'an empty schema': valueOf({}),
  'additionalProperties left out': { type: 'object', properties: { a: text }, required: ['a'] },
  'additionalProperties: true': object({ a: text }, { additionalProperties: true }),
  'a property that is not required': object({ a: text, b: text }, { required: ['a'] }),
  'a property that is required and missing': object({ a: text }, { required: ['a', 'b'] }),
  ...Object.fromEntries(
    [...strictMode.unsupported, 'allOf', ...taken].map((keyword) => [
      `the keyword ${keyword}`,
      valueOf({ ...typeFor(keyword), [keyword]: keywordValue(keyword) }),
    ]),
  ),
  ...Object.fromEntries(
    [...strictMode.formats, 'uri'].map((format) => [
      `the format ${format}`,
      valueOf({ type: 'string', format }),
    ]),
  ),
  ...Object.fromEntries(
    strictMode.limits.flatMap(({ limit, most, called }) =>
      [most, most + 1].map((count) => [`${count} ${called}`, sized[limit](count)]),
    ),
  ),
  'number bounds': valueOf({ type: 'number', minimum: 0, maximum: 9, multipleOf: 0.5 }),
  'array bounds': valueOf({ type: 'array', items: text, minItems: 1, maxItems: 2 }),
  'an array without items': valueOf({ type: 'array' }),
  'a nullable type': valueOf({ type: ['string', 'null'] }),
  anyOf: valueOf({ anyOf: [text, { type: 'null' }] }),
  '$ref and $defs': object({ a: { $ref: '#/$defs/a' } }, { $defs: { a: text } }),
  'a recursive schema': object({ next: { anyOf: [{ $ref: '#' }, { type: 'null' }] } }),
  '$ref with a sibling': object({ a: { $ref: '#/$defs/a', description: 'A' } }, { $defs: { a: text } }),
  '$ref to nothing': valueOf({ $ref: '#/$defs/none' }),
  'lookahead in a pattern': valueOf({ type: 'string', pattern: '^(?=a)a$' }),
};

/** A type on which a keyword has a meaning. */
function typeFor(keyword: string): object {
  if (/propert|dependent/i.test(keyword)) return object({ a: text });
  if (/items|contains/i.test(keyword)) return { type: 'array', items: text };
  return text;
}

/** One completion from its storage to the end, by the fields that find it. */
const stored: Case[] = [
  {
    name: 'a stored completion',
    isStored: true,
    body: { ...base, store: true, metadata: { purpose: 'comparison' } },
  },
  { name: 'retrieve', method: 'GET', path: '/chat/completions/{id}' },
  { name: 'its messages', method: 'GET', path: '/chat/completions/{id}/messages' },
  {
    name: 'list by metadata',
    method: 'GET',
    path: '/chat/completions?limit=1&order=desc&metadata[purpose]=comparison',
  },
  {
    name: 'update',
    path: '/chat/completions/{id}',
    body: { metadata: { purpose: 'comparison', seen: 'yes' } },
  },
  { name: 'update with a number', path: '/chat/completions/{id}', body: { metadata: { purpose: 1 } } },
  { name: 'a list of none', method: 'GET', path: '/chat/completions?limit=0' },
  { name: 'a list after nothing', method: 'GET', path: '/chat/completions?after=chatcmpl-none' },
  { name: 'delete', method: 'DELETE', path: '/chat/completions/{id}' },
  { name: 'retrieve what was deleted', method: 'GET', path: '/chat/completions/{id}' },
  { name: 'delete it again', method: 'DELETE', path: '/chat/completions/{id}' },
  {
    name: 'a stored stream',
    isStored: true,
    body: { ...base, store: true, stream: true, metadata: { purpose: 'comparison' } },
  },
  { name: 'retrieve what was streamed', method: 'GET', path: '/chat/completions/{id}' },
  { name: 'delete what was streamed', method: 'DELETE', path: '/chat/completions/{id}' },
];

const errors: Record<string, Record<string, unknown>> = {
  'no model': { messages },
  'an unknown model': { ...base, model: 'no-such-model-7' },
  'no messages': { model: 'MODEL' },
  'an empty list of messages': { ...base, messages: [] },
  'an unknown role': { ...base, messages: [{ role: 'robot', content: 'hi' }] },
  'a user message without content': { ...base, messages: [{ role: 'user' }] },
  'content that is a number': { ...base, messages: [{ role: 'user', content: 1 }] },
  'an unknown parameter': { ...base, no_such_parameter: 1 },
  'temperature of the wrong type': { ...base, temperature: 'hot' },
  'temperature too high': { ...base, temperature: 3 },
  'top_logprobs without logprobs': { ...base, top_logprobs: 2 },
  'n of zero': { ...base, n: 0 },
  'five stop sequences': { ...base, stop: ['1', '2', '3', '4', '5'] },
  'both token limits': { ...base, max_tokens: 5 },
  'stream_options without stream': { ...base, stream_options: { include_usage: true } },
  'tool_choice without tools': { ...base, tool_choice: 'auto' },
  'a tool_choice that is no tool': {
    ...askWeather,
    tool_choice: { type: 'function', function: { name: 'other' } },
  },
  'an empty list of tools': { ...base, tools: [] },
  'tools of one name': { ...base, tools: [weather, weather] },
  'tools and functions': {
    ...askWeather,
    functions: [{ name: 'f', parameters: { type: 'object', properties: {} } }],
  },
  'a tool name with a space': { ...base, tools: [{ type: 'function', function: { name: 'a b' } }] },
  'a tool result without a call': {
    ...base,
    messages: [...messages, { role: 'tool', tool_call_id: 'call_1', content: '1' }],
  },
  'a call without a result': {
    ...base,
    messages: [...messages, { role: 'assistant', tool_calls: [call] }, ...messages],
  },
  'two results of one call': {
    ...base,
    messages: [
      ...messages,
      { role: 'assistant', tool_calls: [call] },
      ...['1', '2'].map((content) => ({ role: 'tool', tool_call_id: 'call_1', content })),
    ],
  },
  'metadata without store': { ...base, metadata: { a: 'b' } },
  'metadata that is a number': { ...base, store: true, metadata: { a: 1 } },
  'a JSON object without the word': { ...base, response_format: { type: 'json_object' } },
  'a schema without a name': {
    ...base,
    response_format: { type: 'json_schema', json_schema: { schema: person } },
  },
  'a format of an unknown type': { ...base, response_format: { type: 'yaml' } },
};

const casesOf = (bodies: Record<string, Record<string, unknown>>): Case[] =>
  Object.entries(bodies).map(([name, body]) => ({ name, body }));

export const groups: Groups = {
  requests: [...casesOf(requests), ...neighbours],
  schemas: casesOf(
    Object.fromEntries(Object.entries(schemas).map(([name, schema]) => [name, withSchema(schema)])),
  ),
  stored,
  errors: [
    ...casesOf(errors),
    { name: 'no key', body: base, key: 'none' },
    { name: 'a wrong key', body: base, key: 'wrong' },
    {
      name: 'an embedding of nothing',
      path: '/embeddings',
      body: { model: 'text-embedding-3-small', input: '' },
    },
  ],
};
