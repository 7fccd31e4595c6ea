// What the API refuses and other servers take.
import OpenAI from 'colloquy';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sandboxModel } from '../../src/sandbox/model.ts';
import { quirkNames } from '../../src/sandbox/quirks.ts';
import { type Answer, testApp, type TestApp } from '../support/app.ts';

let app: TestApp;
beforeAll(async () => {
  const fixtures = [
    { when: { lastUser: 'with ids of vLLM' }, reply: { text: 'ok', quirk: 'vllm' } },
    { when: { lastUser: 'call' }, reply: { toolCalls: [{ name: 'f', arguments: {} }] } },
  ];
  app = await testApp({ model: sandboxModel(), fixtures });
});
afterAll(() => app.close());

const user = { role: 'user', content: 'Hi' };
const call = (id: string, name = 'f', args = '{}'): object => ({
  id,
  type: 'function',
  function: { name, arguments: args },
});
const calling = (...calls: unknown[]): object => ({ role: 'assistant', tool_calls: calls });
const result = (id: string): object => ({ role: 'tool', tool_call_id: id, content: 'ok' });
const history = (...messages: object[]): object => ({ messages: [user, ...messages] });

const ask = (fields: object, headers?: Record<string, string>): Promise<Answer> =>
  app.ask('POST', '/v1/chat/completions', { model: 'sandbox', messages: [user], ...fields }, headers);

const long = `call_${'x'.repeat(36)}`;
const refused: [string, object, string, string | null, string][] = [
  [
    'metadata without store',
    { metadata: { a: 'b' } },
    'metadata',
    null,
    "The 'metadata' parameter is only allowed when 'store' is enabled.",
  ],
  [
    'null for tool_calls',
    history({ role: 'assistant', content: 'x', tool_calls: null }),
    'messages[1].tool_calls',
    'invalid_type',
    "Invalid type for 'messages[1].tool_calls': expected an array of objects, but got null instead.",
  ],
  [
    'no calls in tool_calls',
    history({ role: 'assistant', content: 'x', tool_calls: [] }),
    'messages[1].tool_calls',
    'empty_array',
    "Invalid 'messages[1].tool_calls': empty array. Expected an array with minimum length 1, but got an empty array instead.",
  ],
  [
    'an id that is too long',
    history(calling(call('a'), call(long)), result('a'), result(long)),
    'messages[1].tool_calls[1].id',
    'string_above_max_length',
    "Invalid 'messages[1].tool_calls[1].id': string too long. Expected a string with maximum length 40, but got a string with length 41 instead.",
  ],
  [
    'a call of a function without a name',
    history(calling(call('a', '')), result('a')),
    'messages[1].tool_calls[0].function.name',
    'empty_string',
    "Invalid 'messages[1].tool_calls[0].function.name': empty string. Expected a string with minimum length 1, but got an empty string instead.",
  ],
  [
    'a call of a function with a dot in its name',
    history(calling(call('a', 'multi_tool_use.parallel')), result('a')),
    'messages[1].tool_calls[0].function.name',
    'invalid_value',
    "Invalid 'messages[1].tool_calls[0].function.name': string does not match pattern. Expected a string that matches the pattern '^[a-zA-Z0-9_-]+$'.",
  ],
  [
    'the same in its older form',
    history({ role: 'assistant', function_call: { name: 'a b', arguments: '{}' } }),
    'messages[1].function_call.name',
    'invalid_value',
    "Invalid 'messages[1].function_call.name': string does not match pattern. Expected a string that matches the pattern '^[a-zA-Z0-9_-]+$'.",
  ],
  [
    'a space in the name of a message',
    history({ ...user, name: 'Ann Lee' }),
    'messages[1].name',
    'invalid_value',
    "Invalid 'messages[1].name': string does not match pattern. Expected a string that matches the pattern '^[^\\s<|\\\\/>]+$'.",
  ],
  [
    'two results of one call',
    history(calling(call('a'), call('b')), result('a'), result('b'), result('a')),
    'messages[4].tool_call_id',
    null,
    "Invalid parameter: Duplicate value for 'tool_call_id' of 'a' in message[4].",
  ],
];

describe('is refused, as by the API:', () => {
  it.each(refused)('%s', async (_name, fields, param, code, message) => {
    const { status, body } = await ask(fields);
    expect(status).toBe(400);
    expect(body.error).toEqual({ message, type: 'invalid_request_error', param, code });
  });
});

describe('is taken, as no source says that the API refuses it:', () => {
  it.each<[string, object]>([
    ['metadata that is stored', { metadata: { a: 'b' }, store: true }],
    ['null for metadata', { metadata: null }],
    ['arguments that are not JSON', history(calling(call('a', 'f', '{"a":')), result('a'))],
    ['arguments that are empty', history(calling(call('a', 'f', '')), result('a'))],
    ['two calls with one id', history(calling(call('a'), call('a')), result('a'))],
    ['an id again later', history(calling(call('a')), result('a'), calling(call('a')), result('a'))],
    ['a call of a function that is not declared', history(calling(call('a', 'gone')), result('a'))],
    ['an id of 40 characters', history(calling(call(long.slice(1))), result(long.slice(1)))],
    ['results in another order', history(calling(call('a'), call('b')), result('b'), result('a'))],
    [
      'tools beside functions',
      {
        tools: [{ type: 'function', function: { name: 'f' } }],
        functions: [{ name: 'f' }],
        function_call: 'auto',
      },
    ],
  ])('%s', async (_name, fields) => {
    expect((await ask(fields)).status).toBe(200);
  });
});

it('is taken on the wire of another server', async () => {
  const onlyApi = refused.filter(([name]) => name !== 'no calls in tool_calls');
  for (const [, fields] of onlyApi) {
    expect((await ask(fields, { 'x-sandbox-quirk': 'llama-cpp' })).status).toBe(200);
  }
  const last = { role: 'user', content: 'with ids of vLLM' };
  const { messages } = history(calling(call(long)), result(long), last) as { messages: object[] };
  expect((await ask({ messages })).status).toBe(200);
});

// Frames of `glm` hold other frames, so that the client reads no calls.
const wires = ['none', ...quirkNames.filter((name) => name !== 'glm')];
it.each(wires)('is never what the client read on the wire %s', async (quirk) => {
  const client = new OpenAI({
    baseURL: 'http://127.0.0.1/v1',
    apiKey: 'any',
    maxRetries: 0,
    logLevel: 'off',
    defaultHeaders: { 'x-sandbox-quirk': quirk },
    fetch: (url, init) => app.fetch(new Request(url, init)),
  });
  const request = {
    model: 'sandbox',
    messages: [{ role: 'user', content: 'call' }] as OpenAI.ChatCompletionMessageParam[],
    tools: [{ type: 'function' as const, function: { name: 'f', parameters: { type: 'object' } } }],
  };
  const { choices } = await client.chat.completions.stream(request).finalChatCompletion();
  const { message } = choices[0]!;
  const results = (message.tool_calls ?? []).map(({ id }) => ({
    role: 'tool' as const,
    tool_call_id: id,
    content: 'ok',
  }));
  const messages = [...request.messages, message, ...results];
  await expect(client.chat.completions.create({ ...request, messages })).resolves.toMatchObject({
    choices: [{ message: { role: 'assistant' } }],
  });
});
