import OpenAI from 'colloquy';
import { zodFunction, zodResponseFormat } from 'colloquy/helpers/zod';
import { afterEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { createApp } from '../../src/app.ts';
import type { AppConfig } from '../../src/config.ts';
import type { Reply, When } from '../../src/fixtures/fixture.ts';
import { Fixtures } from '../../src/fixtures/fixtures.ts';
import { Models } from '../../src/models/routing.ts';
import { sandboxModel } from '../../src/sandbox/model.ts';
import { CompletionStore } from '../../src/store/completions.ts';
import { openDatabase } from '../../src/store/database.ts';
import { weather } from '../support/scenes.ts';

const db = await openDatabase(':memory:');
const fixtures = new Fixtures();
const models = new Models([{ name: '*', model: sandboxModel({ seed: 1 }) }]);

function clientOf(config: Partial<AppConfig> = {}): OpenAI {
  const app = createApp({ store: new CompletionStore(db), models, fixtures, config });
  return new OpenAI({
    apiKey: 'any',
    baseURL: 'http://sandbox.test/v1',
    maxRetries: 0,
    fetch: async (url, init) => app.fetch(new Request(url, init)),
  });
}

const client = clientOf();
const model = 'gpt-4o';
const user = (content: string): OpenAI.ChatCompletionMessageParam[] => [{ role: 'user', content }];
const ask = (content: string, extra: object = {}): Promise<OpenAI.ChatCompletion> =>
  client.chat.completions.create({ model, messages: user(content), ...extra });
const on = (when: When, ...replies: Reply[]): Fixtures => fixtures.on(when).reply(...replies);

afterEach(() => fixtures.reset());

describe('a reply', () => {
  it('is a text, in one piece or streamed, and leaves other requests to the sandbox', async () => {
    on({ lastUser: 'ping' }, 'pong');
    expect((await ask('ping')).choices[0]?.message).toMatchObject({ content: 'pong', refusal: null });
    const streamed = await client.chat.completions.stream({ model, messages: user('ping') }).finalContent();
    expect(streamed).toBe('pong');
    expect((await ask('pang')).choices[0]?.message.content).toContain('pang');
  });

  it('is cut by max_completion_tokens and stop, and repeated in every choice', async () => {
    on({}, 'one two three four five');
    const cut = await ask('x', { max_completion_tokens: 2 });
    expect(cut.choices[0]).toMatchObject({ message: { content: 'one two' }, finish_reason: 'length' });
    expect(cut.usage?.completion_tokens).toBe(2);
    expect((await ask('x', { stop: ' three' })).choices[0]).toMatchObject({
      message: { content: 'one two' },
      finish_reason: 'stop',
    });
    const several = await ask('x', { n: 3 });
    expect(several.choices.map(({ message }) => message.content)).toEqual(
      Array(3).fill('one two three four five'),
    );
  });

  it('is a refusal', async () => {
    on({}, { refusal: 'No.' });
    expect((await ask('x')).choices[0]).toMatchObject({
      message: { content: null, refusal: 'No.' },
      finish_reason: 'stop',
    });
  });

  it('is tool calls with text before them, whose ids are made', async () => {
    const toolCalls = [
      { name: 'get_weather', arguments: { city: 'Oslo' } },
      { name: 'get_weather', arguments: '{oops', id: 'c2' },
    ];
    on({}, { text: 'Let me look.', toolCalls });
    const [choice] = (await ask('x', { tools: [weather] })).choices;
    expect(choice).toMatchObject({
      finish_reason: 'tool_calls',
      message: {
        content: 'Let me look.',
        tool_calls: [
          {
            id: expect.stringMatching(/^call_\w{24}$/),
            type: 'function',
            function: { arguments: '{"city":"Oslo"}' },
          },
          { id: 'c2', type: 'function', function: { arguments: '{oops' } },
        ],
      },
    });
  });

  it('is tool calls whose arguments satisfy the schema when they are left out', async () => {
    on({}, { toolCalls: [{ name: 'get_weather' }, { name: 'unknown' }] });
    const [choice] = (await ask('x', { tools: [weather] })).choices;
    const made = choice?.message.tool_calls?.map(
      (call) => call.type === 'function' && call.function.arguments,
    );
    expect(JSON.parse(String(made?.[0]))).toEqual({ city: expect.any(String) });
    expect(made?.[1]).toBe('{}');
  });

  it('is the input of a custom tool', async () => {
    on({}, { toolCalls: [{ name: 'sql', input: 'select 1' }] });
    const tools = [{ type: 'custom', custom: { name: 'sql' } }];
    expect((await ask('x', { tools })).choices[0]?.message.tool_calls?.[0]).toMatchObject({
      type: 'custom',
      custom: { name: 'sql', input: 'select 1' },
    });
  });

  it('is a function call for a request with functions', async () => {
    on({}, { toolCalls: [{ name: 'f', arguments: { a: 1 } }] });
    expect((await ask('x', { functions: [{ name: 'f' }] })).choices[0]).toMatchObject({
      message: { function_call: { name: 'f', arguments: '{"a":1}' } },
      finish_reason: 'function_call',
    });
  });

  it('has reasoning, which counts as tokens, and goes where a quirk has it', async () => {
    on({}, { reasoning: 'Hm, hm.', text: 'Yes.' });
    const plain = await ask('x');
    expect(plain.choices[0]?.message).toMatchObject({ reasoning_content: 'Hm, hm.', content: 'Yes.' });
    const { completion_tokens: all, completion_tokens_details: details } = plain.usage ?? {};
    expect(details?.reasoning_tokens).toBeGreaterThan(2);
    expect(all).toBe((details?.reasoning_tokens ?? 0) + 2);
  });

  it('has a finish reason and usage', async () => {
    on(
      {},
      {
        text: 'Yes',
        finishReason: 'content_filter',
        usage: { prompt_tokens: 7, completion_tokens: 11, prompt_tokens_details: { cached_tokens: 5 } },
      },
    );
    const { choices, usage } = await ask('x');
    expect(choices[0]?.finish_reason).toBe('content_filter');
    expect(usage).toMatchObject({
      prompt_tokens: 7,
      completion_tokens: 11,
      total_tokens: 18,
      prompt_tokens_details: { cached_tokens: 5, audio_tokens: 0 },
    });
  });

  it('has log probabilities, which also are its text, for requests that ask', async () => {
    const logprobs = [
      {
        token: 'Ye',
        logprob: -0.1,
        top_logprobs: [
          { token: 'Ye', logprob: -0.1 },
          { token: 'No', logprob: -3 },
        ],
      },
      { token: 's', logprob: -0.2 },
    ];
    on({}, { logprobs });
    const [choice] = (await ask('x', { logprobs: true, top_logprobs: 1 })).choices;
    expect(choice?.message.content).toBe('Yes');
    expect(choice?.logprobs?.content).toEqual([
      {
        token: 'Ye',
        bytes: [89, 101],
        logprob: -0.1,
        top_logprobs: [{ token: 'Ye', bytes: [89, 101], logprob: -0.1 }],
      },
      { token: 's', bytes: [115], logprob: -0.2, top_logprobs: [] },
    ]);
    expect((await ask('x')).choices[0]?.logprobs).toBeNull();
    expect((await ask('x', { stop: 'es' })).choices[0]?.message.content).toBe('Y');
  });

  it('is an error with status, code, message and headers', async () => {
    on(
      {},
      {
        error: { status: 429, code: 'insufficient_quota', message: 'Pay.', headers: { 'retry-after': '7' } },
      },
    );
    for (const stream of [false, true]) {
      const failure = await ask('x', { stream }).then(
        () => undefined,
        (error: unknown) => error,
      );
      expect(failure).toBeInstanceOf(OpenAI.RateLimitError);
      expect(failure).toMatchObject({ code: 'insufficient_quota', message: '429 Pay.' });
      expect((failure as InstanceType<typeof OpenAI.APIError>).headers?.get('retry-after')).toBe('7');
    }
  });

  it('waits, and has its own pace', async () => {
    on({}, { text: 'one two three four five six', delay: '60ms', pace: { tokensPerSecond: 50 } });
    const started = performance.now();
    const times: number[] = [];
    for await (const chunk of await client.chat.completions.create({
      model,
      messages: user('x'),
      stream: true,
    })) {
      if (chunk.choices[0]?.delta.content) times.push(performance.now() - started);
    }
    expect(times[0]).toBeGreaterThan(55);
    // The delay and five tokens: from the start, because a chunk that is late is followed sooner.
    expect(times.at(-1)).toBeGreaterThan(150);
  });

  it('has a fault and a quirk by their names; a header goes first', async () => {
    on({ lastUser: 'fault' }, { text: 'one two three', fault: 'error-after=2' });
    on({ lastUser: 'quirk' }, { text: 'Yes', reasoning: 'So: ', quirk: 'ollama' });
    const stream = client.chat.completions.stream({ model, messages: user('fault') });
    await expect(stream.finalContent()).rejects.toThrow('The sandbox was asked to fail in the middle.');
    const headers = { 'x-sandbox-fault': 'none' };
    const fine = await client.chat.completions.create({ model, messages: user('fault') }, { headers });
    expect(fine.choices[0]?.message.content).toBe('one two three');
    const other = await ask('quirk');
    expect(other.system_fingerprint).toBe('fp_ollama');
    expect(other.choices[0]?.message).toMatchObject({ content: 'Yes', reasoning: 'So: ' });
  });

  it('without words is what the sandbox says', async () => {
    const plain = await ask('Hello there');
    on({}, { delay: 1 });
    expect((await ask('Hello there')).choices).toEqual(plain.choices);
  });

  it('is a function of the request, its headers and the match', async () => {
    fixtures.on({ lastUser: /(\d+) times (\d+)/ }).reply(({ messages }, { match, headers }) => ({
      text: `${Number(match?.[1]) * Number(match?.[2])} ${messages.length} ${headers.get('x-team')}`,
    }));
    const made = await client.chat.completions.create(
      { model, messages: user('6 times 7') },
      { headers: { 'x-team': 'a' } },
    );
    expect(made.choices[0]?.message.content).toBe('42 1 a');
  });

  it.each([
    [async () => ({ txt: 'x' }) as object, "Unknown field 'reply.txt'"],
    [() => 7 as never, 'expected a string or an object, but got an integer'],
    [() => Promise.reject(new Error('boom')), 'boom'],
  ])('that a function gets wrong says so: %s', async (reply, message) => {
    on({ lastUser: 'x' }, reply as Reply);
    await expect(ask('x')).rejects.toThrow(message);
  });
});

describe('a structured value', () => {
  const Trip = z.object({ city: z.string(), stops: z.array(z.object({ days: z.int().min(1) })) });
  const request = { model, messages: user('plan'), response_format: zodResponseFormat(Trip, 'trip') };

  it('is parsed by the client', async () => {
    on({ schema: 'trip' }, { value: { city: 'Oslo', stops: [{ days: 2 }] } });
    const { choices } = await client.chat.completions.parse(request);
    expect(choices[0]?.message.parsed).toEqual({ city: 'Oslo', stops: [{ days: 2 }] });
  });

  it.each([
    [
      { city: 'Oslo', stops: [{ days: 2 }, { days: 0 }] },
      'reply.value.stops[1].days is 0, which does not satisfy {"type":"integer","minimum":1',
    ],
    [
      { city: 'Oslo', stops: [{ days: 'two' }] },
      'reply.value.stops[0].days is "two", which does not satisfy {"type":"integer"',
    ],
    [{ city: 'Oslo' }, 'reply.value.stops is missing'],
    [{ city: 'Oslo', stops: [], country: 'no' }, 'reply.value.country is not in the schema'],
    [[], 'reply.value is [], which does not satisfy {"type":"object"}'],
  ])('that does not fit is an error that says where: %j', async (value, message) => {
    on({}, { value });
    const failure = await client.chat.completions.parse(request).then(
      () => undefined,
      (error: unknown) => error,
    );
    expect(failure).toMatchObject({ status: 500, code: 'fixture_mismatch' });
    expect(String(failure)).toContain(message);
  });

  it('for json_object must be an object', async () => {
    on({}, { value: 'x' });
    await expect(ask('as json', { response_format: { type: 'json_object' } })).rejects.toThrow(
      'reply.value is "x"',
    );
  });

  it('for json_object must satisfy the schema beside it', async () => {
    const response_format = { type: 'json_object', schema: { type: 'array', items: { type: 'integer' } } };
    on({ lastUser: 'good' }, { value: [1, 2] });
    on({ lastUser: 'bad' }, { value: [1, 'two'] });
    expect((await ask('good', { response_format })).choices[0]?.message.content).toBe('[1,2]');
    await expect(ask('bad', { response_format })).rejects.toThrow('reply.value[1] is "two"');
  });

  it('holds for the arguments of strict functions, unless they are a string', async () => {
    const tools = [
      {
        type: 'function',
        function: {
          ...weather.function,
          strict: true,
          parameters: { ...weather.function.parameters, additionalProperties: false },
        },
      },
    ];
    on({ lastUser: 'object' }, { toolCalls: [{ name: 'get_weather', arguments: { town: 'Oslo' } }] });
    on({ lastUser: 'string' }, { toolCalls: [{ name: 'get_weather', arguments: '{"town":"Oslo"}' }] });
    await expect(ask('object', { tools })).rejects.toThrow('reply.toolCalls[0].arguments.city is missing');
    expect((await ask('string', { tools })).choices[0]?.finish_reason).toBe('tool_calls');
  });
});

describe('strict fixtures', () => {
  const strict = clientOf({ strictFixtures: true });

  it('refuse a request that no fixture is for with the nearest one', async () => {
    on({ lastUser: 'ping', model: 'gpt-4o' }, 'pong');
    const create = (content: string) => strict.chat.completions.create({ model, messages: user(content) });
    expect((await create('ping')).choices[0]?.message.content).toBe('pong');
    const failure = await create('pang').then(
      () => undefined,
      (error: unknown) => error,
    );
    expect(failure).toMatchObject({ status: 404, code: 'fixture_not_found' });
    expect(String(failure)).toContain(
      `The nearest fixture is for {"lastUser":"ping","model":"gpt-4o"}: lastUser is 'pang', expected 'ping'. The request: {"messages":[{"role":"user","content":"pang"}],"model":"gpt-4o"}`,
    );
  });

  it('say so when there are none', async () => {
    await expect(strict.chat.completions.create({ model, messages: user('x') })).rejects.toThrow(
      'There are no fixtures.',
    );
  });
});

it('a stored completion is what the fixture said', async () => {
  on({}, 'kept');
  const { id } = await ask('x', { store: true });
  expect((await client.chat.completions.retrieve(id)).choices[0]?.message.content).toBe('kept');
});

it('tools run with a fixture for each round', async () => {
  on(
    { lastUser: /in (\w+)/, tool: 'get_weather' },
    { toolCalls: [{ name: 'get_weather', arguments: { city: '{{match.1}}' } }] },
  );
  on({ toolResult: /rain/ }, 'Take an umbrella.');
  const runner = client.chat.completions.runTools({
    model,
    messages: user('Weather in Oslo?'),
    tools: [
      zodFunction({
        name: 'get_weather',
        parameters: z.object({ city: z.string() }),
        function: ({ city }) => `${city}: rain`,
      }),
    ],
  });
  expect(await runner.finalContent()).toBe('Take an umbrella.');
});

it('a model that is not a sandbox is replaced for requests that have a fixture', async () => {
  const own = new Models([
    {
      name: '*',
      model: {
        id: 'own',
        created: 1,
        ownedBy: 'me',
        complete: async function* () {
          throw new Error('not reached');
        },
      },
    },
  ]);
  const app = createApp({
    store: new CompletionStore(db),
    models: own,
    fixtures: new Fixtures([{ when: {}, reply: 'hi' }]),
  });
  const response = await app.fetch(
    new Request('http://localhost/v1/chat/completions', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ model, messages: user('x') }),
    }),
  );
  expect(await response.json()).toMatchObject({ choices: [{ message: { content: 'hi' } }] });
});
