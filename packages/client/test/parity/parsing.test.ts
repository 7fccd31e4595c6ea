// What parse() and create() make of answers, where ours is meant to differ: each script shows one known difference.
import { standardResponseFormat as theirFormat } from 'openai/helpers/standard-schema';
import { expect } from 'vitest';
import { standardResponseFormat as ourFormat } from '../../src/helpers/standard-schema.ts';
import { completion, delta, sse, text } from '../support/chunks.ts';
import { functionCall } from '../support/tool-runs.ts';
import { differs } from './compare.ts';
import { ours, type Package } from './packages.ts';
import { fakeWorld, json, type Reply, type World } from './world.ts';

type Fields = Record<string, any>;

const body = { model: 'm', messages: [] };
const streamed = (chunks: unknown[]): Reply => ({
  headers: { 'content-type': 'text/event-stream' },
  body: sse(chunks),
});

function worldOf(from: Package, ...replies: Reply[]): World & { completions: any } {
  const world = fakeWorld(replies);
  const client = new from.OpenAI({ apiKey: 'k', maxRetries: 0, fetch: world.fetch });
  return { ...world, completions: client.chat.completions };
}

const failureOf = (promise: PromiseLike<unknown>): Promise<any> =>
  Promise.resolve(promise).then(String, (error) => error);

const schemaFormat = { type: 'json_schema', json_schema: { name: 'it', schema: {} } };

for (const way of ['parse', 'stream', 'runTools'])
  differs(
    'unparsed-responses-are-kept',
    `${way}() keeps what it cannot parse`,
    async (from) => {
      const reply =
        way === 'stream'
          ? streamed([delta({ role: 'assistant', content: '{"a":' }, 'stop')])
          : json(completion('{"a":'));
      const asked = { ...body, response_format: schemaFormat, ...(way === 'runTools' && { tools: [] }) };
      const call = worldOf(from, reply).completions[way](asked);
      const error = await failureOf(way === 'parse' ? call : call.done());
      return {
        isSyntaxError: (way === 'parse' ? error : error.cause) instanceof SyntaxError,
        message: error.message,
        isOurs: error instanceof from.errors.OpenAIError,
        text: error.text,
        content: error.completion?.choices[0].message.content,
      };
    },
    (mine, original) => {
      expect(mine).toMatchObject({ isOurs: true, text: '{"a":', content: '{"a":' });
      expect(original).toMatchObject({ isSyntaxError: true, message: mine.message, text: '[undefined]' });
      expect(mine.isSyntaxError).toBe(true);
    },
  );

differs(
  'async-validators',
  'a validator that takes time is awaited',
  async (from) => {
    const validator: any = {
      '~standard': {
        version: 1,
        vendor: 'test',
        validate: async (value: object) => ({ value: { ...value, checked: true } }),
        jsonSchema: { input: () => ({ type: 'object', properties: {}, additionalProperties: false }) },
      },
    };
    const formatOf: (validator: any, name: string) => object = from === ours ? ourFormat : theirFormat;
    const response_format = formatOf(validator, 'it');
    const parsed = await worldOf(from, json(completion('{}'))).completions.parse({
      ...body,
      response_format,
    });
    return parsed.choices[0].message.parsed;
  },
  (mine, original) => {
    expect(mine).toEqual({ checked: true });
    expect(original.threw.message).toMatch(/synchronous/);
  },
);

differs(
  'parse-does-not-stream',
  'parse() with stream: true sends nothing',
  async (from) => {
    const { completions, seen } = worldOf(from, streamed(text('Hi')));
    const error = await failureOf((async () => completions.parse({ ...body, stream: true }))());
    return { message: error.message, requests: seen.length };
  },
  (mine, original) => {
    expect(mine).toEqual({ message: expect.stringContaining('use stream()'), requests: 0 });
    expect(original).toEqual({ message: expect.stringContaining("reading 'map'"), requests: 1 });
  },
);

differs(
  'events-for-a-completion',
  'events in place of a completion are folded',
  async (from) => await worldOf(from, streamed(text('Hel', 'lo'))).completions.create(body),
  (mine, original) => {
    expect(mine.choices[0].message.content).toBe('Hello');
    expect(original).toContain('data: {');
  },
);

differs(
  'body-is-read-once',
  'a promise that was awaited gives others',
  async (from) => {
    const created = worldOf(from, json(completion('Hello'))).completions.create(body);
    await created;
    return await created._thenUnwrap(({ choices }: Fields) => choices[0].message.content);
  },
  (mine, original) => {
    expect(mine).toBe('Hello');
    expect(original.threw.message).toContain('Body is unusable');
  },
);

differs(
  'patched-create',
  'parse() takes what a patched create() gives',
  async (from) => {
    const { completions } = worldOf(from, json(completion('{"a":1}')));
    const create = completions.create.bind(completions);
    completions.create = async (...args: unknown[]) => create(...args);
    return (await completions.parse({ ...body, response_format: schemaFormat })).choices[0].message.parsed;
  },
  (mine, original) => {
    expect(mine).toEqual({ a: 1 });
    expect(original.threw.message).toContain('_thenUnwrap is not a function');
  },
);

differs(
  'repaired-replies',
  'a reply without a role, whose call has null for arguments, goes back whole',
  async (from) => {
    const called: any = completion('');
    called.choices[0].message = { content: null, tool_calls: [functionCall('f', null as never)] };
    const { completions, seen } = worldOf(from, json(called), json(completion('Done')));
    const tool = { name: 'f', description: '', parameters: {}, function: () => 'ok' };
    await completions.runTools({ ...body, tools: [{ type: 'function', function: tool }] }).done();
    const [{ role, tool_calls }] = JSON.parse(seen[1]!.body!).messages;
    return { role, arguments: tool_calls[0].function.arguments };
  },
  (mine, original) => {
    expect(mine).toEqual({ role: 'assistant', arguments: '' });
    expect(original).toEqual({ role: '[undefined]', arguments: null });
  },
);
