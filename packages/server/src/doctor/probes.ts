/** The requests of the checks. Each is sent once, however many checks use it. */
import type { Exchange, Sent } from './exchange.ts';
import { storedProbe } from './stored-probe.ts';
import type { Run } from './run.ts';

/** Sends requests; the first response is the one that most checks judge. */
export type Probe = (run: Run) => Promise<Exchange[]>;

const path = '/chat/completions';
const user = (content: unknown): object[] => [{ role: 'user', content }];

/** Numbers, because some servers send them as numbers. */
const counting = user('Reply with exactly this text and nothing else: 1,2,3,4,5,6,7,8,9');
const hello = user('Say hello in three words.');

const chat =
  (body: object, more: Partial<Sent> = {}): Probe =>
  async (run) => [await run.send({ path, body: run.bodyOf({ messages: hello, ...body }), ...more })];

const get =
  (path: (run: Run) => string): Probe =>
  async (run) => [await run.send({ path: path(run) })];

/** A body that is sent as it is, with nothing added. */
const raw =
  (body: object | string, headers: Record<string, string> = {}): Probe =>
  async (run) => [await run.send({ path, body, headers })];

const city = { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] };
const tool = (name: string, description: string, parameters: object = city, more: object = {}): object => ({
  type: 'function',
  function: { name, description, parameters, ...more },
});
const weather = tool('get_weather', 'The weather in a city');
const time = tool('get_time', 'The time in a city');
const askWeather = user('What is the weather in Paris? Use the tool.');
const askBoth = user('What is the weather in Paris, and what is the time in Paris? Call both tools at once.');

/** What a model has called, with the results. */
const afterCall = [
  ...askWeather,
  {
    role: 'assistant',
    content: null,
    tool_calls: [
      {
        id: 'call_doctor0000000000000001',
        type: 'function',
        function: { name: 'get_weather', arguments: '{"city":"Paris"}' },
      },
    ],
  },
  { role: 'tool', tool_call_id: 'call_doctor0000000000000001', content: '{"sky":"clear","celsius":21}' },
];

const person = {
  type: 'object',
  properties: { name: { type: 'string' }, age: { type: 'integer' } },
  required: ['name', 'age'],
  additionalProperties: false,
};
const schemaOf = (schema: object): object => ({
  type: 'json_schema',
  json_schema: { name: 'person', strict: true, schema },
});
const askPerson = user('Make up a person, as JSON with the keys name and age.');
const strictWeather = tool(
  'get_weather',
  'The weather in a city',
  { ...city, additionalProperties: false },
  { strict: true },
);

/** The sandbox fails when this header asks for it. Other servers ignore it. */
const failing = (fault: string): Partial<Sent> => ({ headers: { 'x-sandbox-fault': fault } });

export const probes = {
  models: get(() => '/models'),
  model: get((run) => `/models/${encodeURIComponent(run.model)}`),
  plain: chat({ messages: counting }),
  stream: chat({ messages: counting, stream: true }),
  streamUsage: chat({ messages: counting, stream: true, stream_options: { include_usage: true } }),
  maxTokens: chat({ messages: user('Tell a long story about the sea.'), max_tokens: 16 }),
  maxCompletionTokens: chat({
    messages: user('Tell a long story about the sea.'),
    max_completion_tokens: 16,
  }),
  stop: chat({ messages: counting, stop: ['6'] }),
  two: chat({ n: 2 }),
  twoStreamed: chat({ n: 2, stream: true }),
  seed: async (run) => {
    const body = run.bodyOf({ messages: hello, seed: 7, temperature: 0 });
    return [await run.send({ path, body }), await run.send({ path, body })];
  },
  sampling: chat({ temperature: 0.5, top_p: 0.9 }),
  penalties: chat({ presence_penalty: 0.5, frequency_penalty: 0.5 }),
  logitBias: chat({ logit_bias: { '100': -1 } }),
  user: chat({ user: 'doctor' }),
  developer: chat({ messages: [{ role: 'developer', content: 'Be brief.' }, ...hello] }),
  system: chat({ messages: [{ role: 'system', content: 'Be brief.' }, ...hello] }),
  parts: chat({ messages: user([{ type: 'text', text: 'Say hello.' }]) }),
  turns: chat({
    messages: [
      ...hello,
      { role: 'assistant', content: 'Hello to you.' },
      { role: 'user', content: 'Again.' },
    ],
  }),
  unknownField: chat({ doctor_unknown_parameter: 1 }),
  call: chat({ messages: askWeather, tools: [weather], tool_choice: 'required' }),
  callStreamed: chat({ messages: askWeather, tools: [weather], tool_choice: 'required', stream: true }),
  calls: chat({ messages: askBoth, tools: [weather, time] }),
  callsStreamed: chat({ messages: askBoth, tools: [weather, time], stream: true }),
  callAuto: chat({ messages: askWeather, tools: [weather], tool_choice: 'auto' }),
  callNone: chat({ messages: askWeather, tools: [weather], tool_choice: 'none' }),
  callNamed: chat({
    messages: askBoth,
    tools: [weather, time],
    tool_choice: { type: 'function', function: { name: 'get_time' } },
  }),
  callSingle: chat({ messages: askBoth, tools: [weather, time], parallel_tool_calls: false }),
  callStrict: chat({ messages: askWeather, tools: [strictWeather], tool_choice: 'required' }),
  callResult: chat({ messages: afterCall, tools: [weather] }),
  jsonObject: chat({ messages: askPerson, response_format: { type: 'json_object' } }),
  schema: chat({ messages: askPerson, response_format: schemaOf(person) }),
  schemaStreamed: chat({ messages: askPerson, response_format: schemaOf(person), stream: true }),
  schemaRefused: chat({ messages: askPerson, response_format: schemaOf({ ...person, required: ['name'] }) }),
  logprobs: chat({ logprobs: true, top_logprobs: 2 }),
  logprobsStreamed: chat({ logprobs: true, top_logprobs: 2, stream: true }),
  noMessages: async (run) => [await run.send({ path, body: { model: run.model } })],
  wrongType: chat({ temperature: 'warm' }),
  wrongTypeStreamed: chat({ temperature: 'warm', stream: true }),
  notJSON: raw('{"model": '),
  wrongModel: async (run) => [
    await run.send({ path, body: { ...run.bodyOf({ messages: hello }), model: 'no-such-model-doctor' } }),
  ],
  wrongKey: async (run) => [
    await run.send({
      path: '/models',
      headers: { authorization: 'Bearer sk-doctor-wrong-key-000', 'api-key': '' },
    }),
  ],
  wrongPath: async (run) => [await run.send({ path: '/no-such-path-doctor' })],
  failure: chat({}, failing('status=500')),
  failureStreamed: chat({ messages: counting, stream: true }, failing('error-after=2')),
  stored: storedProbe,
  leaveStream: async (run) => {
    const body = run.bodyOf({ messages: counting, stream: true });
    const left = await run.send({ path, body, leave: 'at first bytes' });
    return [await run.send({ path: '/models' }), left];
  },
  leaveEarly: async (run) => {
    const left = await run.send({ path, body: run.bodyOf({ messages: hello }), leave: 5 });
    return [await run.send({ path: '/models' }), left];
  },
} satisfies Record<string, Probe>;

export type ProbeName = keyof typeof probes;
