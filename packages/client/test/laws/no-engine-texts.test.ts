// Nothing that a fetch, a body, a page, a completion or a serialized stream can hold makes an error of the engine, such as
// `Cannot read properties of undefined`: whatever is thrown is an error of this package that names what is wrong.
import * as fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { APIError, OpenAI, OpenAIError } from '../../src/entries/index.ts';
import { ChatCompletionStream } from '../../src/streaming/chat-completion-stream.ts';
import { Stream } from '../../src/stream/stream.ts';
import { CursorPage } from '../../src/http/page.ts';
import { ChatCompletionStreamingRunner } from '../../src/tools/streaming-runner.ts';
import { completion, delta, sse, text, toolCall } from '../support/chunks.ts';

const engine =
  /cannot (read|set|use|convert|destructure|assign|define)|is not (a function|iterable|an object|a constructor)|undefined \(|not an instance|must be an instance|invalid state|unusable|call stack|failed to execute/i;

/** Throws unless `error` is ours, and says what the engine would not. */
function check(error: unknown): void {
  const chain: any[] = [];
  for (let link: any = error; link && chain.length < 8; link = link.cause) chain.push(link);
  expect(error, String(chain[0]?.stack)).toBeInstanceOf(OpenAIError);
  for (const { message, stack } of chain) expect(message, stack).not.toMatch(engine);
}

async function settled(run: () => unknown): Promise<void> {
  try {
    await run();
  } catch (error) {
    check(error);
  }
}

async function read(items: AsyncIterable<unknown> | Promise<AsyncIterable<unknown>>): Promise<void> {
  for await (const item of await items) void item;
}

const schema = { type: 'object', properties: { a: { type: 'number' } }, required: ['a'] };
const body = { model: 'm', messages: [{ role: 'user' as const, content: 'hi' }] };
const response_format = { type: 'json_schema' as const, json_schema: { name: 'it', strict: true, schema } };
const tools = [
  {
    type: 'function' as const,
    function: {
      name: 'f',
      description: '',
      strict: true,
      parameters: schema,
      function: () => 'done',
      parse: (text: string): any => JSON.parse(text),
    },
  },
];
const strict = [{ type: 'function' as const, function: { name: 'f', strict: true, parameters: schema } }];

const calls: Record<string, (client: OpenAI) => unknown> = {
  create: (client) => client.chat.completions.create(body),
  'create, streamed': (client) => read(client.chat.completions.create({ ...body, stream: true })),
  retrieve: (client) => client.chat.completions.retrieve('id'),
  delete: (client) => client.chat.completions.delete('id'),
  parse: (client) => client.chat.completions.parse({ ...body, response_format, tools: strict }),
  'stream()': (client) => client.chat.completions.stream({ ...body, response_format }).finalChatCompletion(),
  'stream(), strict tools': (client) => client.chat.completions.stream({ ...body, tools: strict }).done(),
  runTools: (client) =>
    client.chat.completions.runTools({ ...body, tools }, { maxChatCompletions: 2 }).done(),
  'runTools, streamed': (client) =>
    client.chat.completions.runTools({ ...body, stream: true, tools }, { maxChatCompletions: 2 }).done(),
  list: (client) => read(client.chat.completions.list()),
  'messages.list': (client) => read(client.chat.completions.messages.list('id')),
  'models.list': (client) => read(client.models.list()),
};

const clientOf = (fetch: () => unknown): OpenAI =>
  new OpenAI({ apiKey: 'k', maxRetries: 0, logLevel: 'off', fetch: async () => fetch() as Response });

const json = { 'content-type': 'application/json' };
const events = { 'content-type': 'text/event-stream' };
const pieces = (...list: unknown[]) =>
  new ReadableStream({
    start(to) {
      for (const piece of list) to.enqueue(piece);
      to.close();
    },
  });
const taken = (): Response => {
  const response = new Response('{}', { headers: json });
  response.body!.getReader();
  return response;
};

const responses: Record<string, () => unknown> = {
  nothing: () => undefined,
  null: () => null,
  'a number': () => 5,
  'a text': () => 'text',
  'an object': () => ({}),
  'an Error': () => new Error('refused'),
  'no headers': () => ({ ok: true, status: 200, text: async () => '{}' }),
  'headers that are an object': () => ({ ok: true, status: 200, headers: json, text: async () => '{}' }),
  'only headers': () => ({ ok: true, status: 200, headers: new Headers(json) }),
  'a failure with only headers': () => ({ ok: false, status: 400, headers: new Headers() }),
  'a text that is none': () => ({
    ok: true,
    status: 200,
    headers: new Headers(json),
    text: async () => ({}),
  }),
  'a body that is a text': () => ({ ok: true, headers: new Headers(events), body: 'data: {}' }),
  'a body that is an object': () => ({ ok: true, headers: new Headers(json), body: {} }),
  'a body of numbers': () => new Response(pieces(1), { headers: events }),
  'a body of objects, as JSON': () => ({ ok: true, headers: new Headers(json), body: pieces({}) }),
  'a body that is read elsewhere': taken,
  'a body that was read': () => {
    const response = new Response('{}', { headers: json });
    void response.text();
    return response;
  },
};

describe.each(Object.entries(responses))('a fetch that gives %s', (_name, make) => {
  it.each(Object.entries(calls))('in %s', (_call, call) => settled(() => call(clientOf(make))));
});

it('an Error that fetch gives instead of throwing it is the cause', async () => {
  const refused = new Error('refused');
  const error = await clientOf(() => refused)
    .chat.completions.create(body)
    .catch((error: unknown) => error);
  expect(error).toMatchObject({ cause: refused, message: expect.stringContaining('refused') });
});

it('a body of strings is read as its text, also where a stream was requested', async () => {
  const sent = JSON.stringify(completion('Hello'));
  for (const [list, headers] of [
    [[sent.slice(0, 9), sent.slice(9)], json],
    [[sse(text('Hel', 'lo'))], json],
    [[sse(text('Hel', 'lo'))], events],
  ] as const) {
    let said = '';
    const client = clientOf(() => new Response(pieces(...list), { headers }));
    for await (const chunk of await client.chat.completions.create({ ...body, stream: true }))
      said += chunk.choices[0]?.delta.content ?? '';
    expect(said).toBe('Hello');
  }
});

/** Values where others belong. */
const odd = fc.constantFrom<unknown>(
  null,
  0,
  1,
  true,
  '',
  'text',
  [],
  {},
  [null],
  [1],
  [[]],
  { a: null },
  -1,
  1.5,
);

/** `value` with one to three of its places, at any depth, taken by odd values. */
function spoiled(value: unknown): fc.Arbitrary<unknown> {
  const edits = fc.array(fc.tuple(fc.array(fc.nat(), { minLength: 1, maxLength: 7 }), odd), {
    minLength: 1,
    maxLength: 3,
  });
  return edits.map((list) => {
    const root = { value: structuredClone(value) };
    for (const [path, to] of list) {
      let at: any = root;
      let key = 'value';
      for (const step of path) {
        const next = at[key];
        if (!next || typeof next !== 'object' || Object.keys(next).length === 0) break;
        at = next;
        key = Object.keys(next)[step % Object.keys(next).length]!;
      }
      at[key] = structuredClone(to);
    }
    return root.value;
  });
}

const called = completion('', {
  choices: [
    {
      index: 0,
      finish_reason: 'tool_calls',
      logprobs: null,
      message: {
        role: 'assistant',
        content: '{"a":1}',
        refusal: null,
        tool_calls: [{ id: 'c', type: 'function', function: { name: 'f', arguments: '{"a":1}' } }],
      },
    },
  ],
});
const page = { object: 'list', data: [{ id: 'a' }, { id: 'b' }], has_more: false };
const whole = [called, completion('{"a":1}'), page];
const chunks = [text('{"a"', ':1}'), toolCall('f', '{"a"', ':1}'), [delta({ content: 'x' }), ...text('y')]];

test('no JSON that a server can send', { timeout: 60_000 }, async () => {
  const value = fc.oneof(...whole.map(spoiled));
  const law = fc.asyncProperty(value, fc.constantFrom(...Object.keys(calls)), (value, name) =>
    settled(() => calls[name]!(clientOf(() => Response.json(value)))),
  );
  await fc.assert(law, { numRuns: 250 });
});

test('no events that a server can send', { timeout: 60_000 }, async () => {
  const value = fc.oneof(...chunks.map(spoiled));
  const law = fc.asyncProperty(value, fc.constantFrom(...Object.keys(calls)), (value, name) =>
    settled(() =>
      calls[name]!(
        clientOf(() => new Response(sse(Array.isArray(value) ? value : [value]), { headers: events })),
      ),
    ),
  );
  await fc.assert(law, { numRuns: 250 });
});

const message = { role: 'tool', tool_call_id: 'c', content: 'x' };
const object = 'chat.completion.chunk.message:';
const lines = [
  ...chunks,
  [...toolCall('f', '{}'), { type: 'message', message, tool_call_ids: ['c'] }, ...text('y')],
  [
    ...toolCall('f', '{}'),
    { id: 'x', choices: [], object: object + JSON.stringify({ type: 'message', message }) },
  ],
  [{ id: 'x', choices: [], object: `${object}{` }],
  [null],
  [1],
];

test('no line of a serialized stream', { timeout: 60_000 }, async () => {
  const helpers = [ChatCompletionStream, ChatCompletionStreamingRunner];
  const value = fc.oneof(...lines.map(spoiled));
  const law = fc.asyncProperty(value, fc.constantFrom(...helpers), (value, Helper) => {
    const items = Array.isArray(value) ? value : [value];
    const text = items.map((item) => `${JSON.stringify(item)}\n`).join('');
    return settled(() => Helper.fromReadableStream(new Response(text).body!).done());
  });
  await fc.assert(law, { numRuns: 250 });
});

it.each([
  [null, 'Expected a chunk as item 2 of the stream, got [object Null]'],
  [1, 'Expected a chunk as item 2 of the stream, got [object Number]'],
  [{ type: 'message' }, 'Expected a message in item 2 of the stream'],
  [{ id: 'x', choices: [], object: `${object}{` }, 'Expected a message in item 2 of the stream'],
])('an item %j of a serialized stream is named', async (item, said) => {
  const { body } = new Response(`${JSON.stringify(delta({ content: 'x' }))}\n${JSON.stringify(item)}\n`);
  await expect(ChatCompletionStream.fromReadableStream(body!).done()).rejects.toThrow(said);
});

describe('what others hand over', () => {
  const client = new OpenAI({ apiKey: 'k' });
  const cases: Record<string, () => unknown> = {
    'a page without a body': () => new CursorPage(client, new Response(), undefined as never, {} as never),
    'a page of null': () => new CursorPage(client, new Response(), null as never, {} as never),
    'a page whose data is an object': () =>
      new CursorPage(client, new Response(), { data: {} } as never, {} as never),
    'a page whose data is a text': () =>
      new CursorPage(client, new Response(), { data: 'x' } as never, {} as never),
    'lines of nothing': () => read(Stream.fromReadableStream(undefined as never, new AbortController())),
    'lines of an object': () => read(Stream.fromReadableStream({} as never, new AbortController())),
    'lines that are read elsewhere': () => {
      const stream = pieces('1\n');
      stream.getReader();
      return read(Stream.fromReadableStream(stream, new AbortController()));
    },
    'pieces of another type': () => read(Stream.fromReadableStream(pieces({}), new AbortController())),
    'lines that are no JSON': () => read(Stream.fromReadableStream(pieces('{\n'), new AbortController())),
  };
  it.each(Object.entries(cases))('%s', async (_name, run) => {
    const error = await (async () => run())().catch((error: unknown) => error);
    check(error);
  });

  it('a page names what its data is', () => {
    const made = () => new CursorPage(client, new Response(), { data: {} } as never, {} as never);
    expect(made).toThrow(APIError);
    expect(made).toThrow('Expected a page with a list as data, got [object Object]');
  });
});
