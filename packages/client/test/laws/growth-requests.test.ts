// The cost is linear in the lists of a request and of a response that arrives whole: headers, pages, log lines and other fields.
import { describe, expect } from 'vitest';
import { holdGrowth } from '../../../../test/growth.ts';
import { OpenAI } from '../../src/entries/index.ts';
import { toSSEResponse, toTextResponse } from '../../src/entries/relay.ts';
import type { ClientOptions } from '../../src/http/options.ts';
import { buildHeaders, parseHeaderLines } from '../../src/http/headers.ts';
import { inputOf, outputOf } from '../../src/otel/content.ts';
import { chunksOf, completionOf, functionCall, tool } from '../support/tool-runs.ts';
import { sse } from '../support/chunks.ts';
import { json, text } from '../support/fake-fetch.ts';

type Fields = Record<string, any>;

const list = <T>(count: number, item: (at: number) => T): T[] =>
  Array.from({ length: count }, (_, at) => item(at));
const named = <T>(count: number, value: (at: number) => T): Record<string, T> =>
  Object.fromEntries(list(count, (at) => [`n${at}`, value(at)]));

const said = (at: number): Fields => ({ role: at % 2 ? 'assistant' : 'user', content: `text ${at}` });
const turns = (count: number): Fields[] =>
  list(count, (at) => [
    { role: 'assistant', content: null, tool_calls: [functionCall('f', '{"a":1}', `i${at}`)] },
    { role: 'tool', tool_call_id: `i${at}`, content: 'done' },
  ]).flat();

/** A client whose every response is made by `respond`. */
const clientOf = (respond: (url: URL) => Response, options: ClientOptions = {}): OpenAI =>
  new OpenAI({ apiKey: 'k', fetch: async (url) => respond(new URL(String(url))), maxRetries: 0, ...options });

const completion = completionOf({ content: 'fine' });
const calling = (calls: Fields[]): Fields => completionOf({ calls });
const streamed = (turn: object): Response => text(sse(chunksOf(turn) as never), 'text/event-stream');

/** Sends a request of each kind, with these parameters. */
async function sendAll(params: Fields): Promise<void> {
  const request: any = { model: 'm', messages: [{ role: 'user', content: 'Hi' }], ...params };
  const whole = clientOf(() => json(completion)).chat.completions;
  await whole.create(request);
  await whole.parse(request);
  await clientOf(() => streamed({ content: 'fine' }))
    .chat.completions.stream(request)
    .done();
}

const tools = (count: number, more: Fields = {}): Fields[] =>
  list(count, (at) => ({ type: 'function', function: { name: `f${at}`, parameters: {}, ...more } }));

async function runTools(params: Fields, calls: Fields[]): Promise<void> {
  const replies = [...(calls.length > 0 ? [calling(calls)] : []), completion];
  const runner = clientOf(() => json(replies.shift())).chat.completions.runTools({
    model: 'm',
    messages: [{ role: 'user', content: 'go' }],
    tools: [tool('f', () => 'done')],
    ...params,
  } as never);
  expect(await runner.finalContent()).toBe('fine');
}

describe('requests with many', () => {
  holdGrowth({
    messages: { size: 1_250, make: (size) => list(size, said), read: (messages) => sendAll({ messages }) },
    'messages with calls': { size: 500, make: turns, read: (messages) => sendAll({ messages }) },
    'parts of a message': {
      size: 1_250,
      make: (size) => list(size, (at) => ({ type: 'text', text: `${at}` })),
      read: (content) => sendAll({ messages: [{ role: 'user', content }] }),
    },
    tools: {
      size: 500,
      make: (size) => tools(size, { strict: true }),
      read: (tools) => sendAll({ tools }),
    },
    metadata: {
      size: 1_250,
      make: (size) => named(size, String),
      read: (metadata) => sendAll({ metadata }),
    },
    'parameters of their own': { size: 1_250, make: (size) => named(size, String), read: sendAll },
    'messages before a run of tools': {
      size: 625,
      make: turns,
      read: (messages) => runTools({ messages }, []),
    },
    'messages that a run of tools continues': {
      size: 625,
      make: (size) => turns(size).filter(({ role }, at) => role === 'assistant' || at < 10),
      read: (messages) => runTools({ messages: messages.slice(0, -1) }, [functionCall('f')]),
    },
    'tools of a run, each called': {
      size: 125,
      make: (size) => list(size, (at) => tool(`f${at}`, () => 'done')),
      read: (tools) =>
        runTools(
          { tools },
          tools.map((_: unknown, at: number) => functionCall(`f${at}`, '{}', `i${at}`)),
        ),
    },
    'calls in a run, one after the other': {
      size: 250,
      make: (size) => list(size, (at) => functionCall('f', '{}', `i${at}`)),
      read: (calls) => runTools({ parallel_tool_calls: false }, calls),
    },
    'values in a query': {
      size: 500,
      make: (size) => ({ ...named(size, String), list: list(size, String), map: named(size, String) }),
      read: (query) => clientOf(() => json({})).get('/x', { query }),
    },
    'values in a query of the base URL': {
      size: 250,
      make: (size) => `http://h/v1?${new URLSearchParams(named(size, String))}`,
      read: (baseURL) => clientOf(() => json({}), { baseURL }).get('/x'),
    },
    'texts to embed': {
      size: 625,
      make: (size) => ({
        input: list(size, String),
        data: list(size, (index) => ({ index, embedding: 'AACAPwAAAEA=' })),
      }),
      read: ({ input, data }) => clientOf(() => json({ data })).embeddings.create({ model: 'm', input }),
    },
    files: {
      size: 25,
      make: (size) => list(size, (at) => new File([`${at}`], `f${at}`)),
      read: (files) => clientOf(() => json({})).post('/x', { body: { files }, headers: {} }),
    },
  });
});

describe('headers', () => {
  const values = (size: number): Record<string, string> => named(size, (at) => `value ${at}`);
  holdGrowth({
    'of the client': {
      size: 250,
      make: values,
      read: (defaultHeaders) => clientOf(() => json({}), { defaultHeaders }).get('/x'),
    },
    'of a request': {
      size: 250,
      make: values,
      read: (headers) => clientOf(() => json({})).get('/x', { headers }),
    },
    'that replace others, or take them away': {
      size: 250,
      make: (size) => [values(size), values(size), named(size, (at) => (at % 2 ? null : 'x'))],
      read: buildHeaders,
    },
    'of one name': {
      size: 500,
      make: (size) => list(size, (at) => ['n', `${at}`] as const),
      read: (pairs) => buildHeaders([pairs]),
    },
    'of one name in layers': {
      size: 500,
      make: (size) => list(size, (at) => ({ n: `${at}` })),
      read: buildHeaders,
    },
    'in a variable': {
      size: 2_500,
      make: (size) => list(size, (at) => `n${at}: ${at}`).join('\n'),
      read: parseHeaderLines,
    },
    'of a response that is logged': {
      size: 250,
      make: values,
      read: (headers) =>
        clientOf(() => json({}, { headers }), { logLevel: 'debug', logger: silent }).get('/x'),
    },
  });
});

const nothing = (): void => {};
const silent = { error: nothing, warn: nothing, info: nothing, debug: nothing };

/** One choice for each message, as a whole response has it. */
const choices = (messages: Fields[]): Fields => ({
  ...completion,
  choices: messages.map((message, index) => ({ index, finish_reason: 'stop', message })),
});

describe('whole responses with many', () => {
  const create = (body: Fields) =>
    clientOf(() => json(body)).chat.completions.create({ model: 'm', messages: [] });
  const strict: any = { tools: [{ type: 'function', function: { name: 'f', strict: true } }] };
  const format: any = { response_format: { type: 'json_schema', json_schema: { name: 'n' } } };
  const parse = (body: Fields) =>
    clientOf(() => json(body)).chat.completions.parse({ model: 'm', messages: [], ...strict, ...format });
  holdGrowth({
    choices: {
      size: 500,
      make: (size) => choices(list(size, () => ({ role: 'assistant', content: '{}' }))),
      read: async (body) => [await create(body), await parse(body)],
    },
    calls: {
      size: 500,
      make: (size) => calling(list(size, (at) => functionCall('f', '{"a":1}', `i${at}`))),
      read: async (body) => [await create(body), await parse(body)],
    },
    'calls to as many tools': {
      size: 250,
      make: (size) => ({
        tools: tools(size, { strict: true }),
        body: calling(list(size, (at) => functionCall(`f${at}`, '{"a":1}', `i${at}`))),
      }),
      read: async ({ tools, body }) => {
        const params: any = { model: 'm', messages: [], tools };
        await clientOf(() => json(body)).chat.completions.parse(params);
        await clientOf(() => streamed({ calls: body.choices[0].message.tool_calls }))
          .chat.completions.stream(params)
          .done();
      },
    },
    'items of JSON': {
      size: 500,
      make: (size) => completionOf({ content: JSON.stringify(list(size, (at) => ({ at, text: `${at}` }))) }),
      read: parse,
    },
    'models in a list': {
      size: 500,
      make: (size) => ({ data: list(size, (at) => ({ id: `m${at}` })) }),
      read: async (body) => {
        let seen = 0;
        for await (const _ of clientOf(() => json(body)).models.list()) seen++;
        expect(seen).toBe(body.data.length);
      },
    },
    'details of an error': {
      size: 500,
      make: (size) => list(size, (at) => ({ loc: ['body', at], msg: 'wrong' })),
      read: (detail) =>
        expect(clientOf(() => json({ detail }, { status: 422 })).get('/x')).rejects.toThrow('wrong'),
    },
    'characters of an error': {
      size: 25_000,
      make: (size) => '{"error":'.repeat(size / 10),
      read: (message) =>
        expect(clientOf(() => json({ error: message }, { status: 400 })).get('/x')).rejects.toThrow('error'),
    },
    'messages for a tracer': {
      size: 500,
      make: (size) => ({ messages: turns(size), ...choices(turns(size)) }),
      read: (body) => [inputOf(body), outputOf(body)],
    },
  });
});

describe('pages', () => {
  /** A server whose list has so many pages. */
  const paged = (pages: number, items: number): OpenAI =>
    clientOf((url) => {
      const from = Number(url.searchParams.get('after') ?? -1) + 1;
      const data = list(items, (at) => ({ id: `${from + at}` }));
      return json({ object: 'list', data, has_more: from + items < pages * items });
    });
  const readAll = async (client: OpenAI, count: number): Promise<void> => {
    let seen = 0;
    for await (const _ of client.chat.completions.list()) seen++;
    expect(seen).toBe(count);
  };
  holdGrowth({
    'of one item': { size: 37, read: (size) => readAll(paged(size, 1), size) },
    'of many items': { size: 1_250, read: (size) => readAll(paged(1, size), size) },
  });
});

describe('streams that are read in other ways', () => {
  const ask = (body: string) =>
    clientOf(() => text(body, 'text/event-stream')).chat.completions.create({
      model: 'm',
      messages: [],
      stream: true,
    });
  const make = (size: number): string =>
    sse(
      list(size, (at) => ({
        choices: [{ index: 0, delta: { content: `${at} ` }, finish_reason: null }],
      })) as never,
    );
  holdGrowth({
    raw: {
      size: 250,
      make,
      read: async (body) => {
        for await (const _ of await ask(body));
      },
    },
    'both branches of tee(), one after the other': {
      size: 250,
      make,
      read: async (body) => {
        for (const branch of (await ask(body)).tee()) for await (const _ of branch);
      },
    },
    'as a web stream': {
      size: 250,
      make,
      read: async (body) => {
        for await (const _ of (await ask(body)).toReadableStream());
      },
    },
    'as text, and relayed as text': {
      size: 250,
      make,
      read: async (body) => {
        for await (const _ of (await ask(body)).textStream());
        await (await toTextResponse(await ask(body))).text();
      },
    },
    'relayed as events': {
      size: 250,
      make,
      read: async (body) => (await toSSEResponse(await ask(body))).text(),
    },
    'logged with every byte': {
      size: 250,
      make,
      read: async (body) => {
        const options: any = { debugWire: true, logLevel: 'debug', logger: silent };
        const client = clientOf(() => text(body, 'text/event-stream'), options);
        const params = { model: 'm', messages: [], stream: true as const };
        for await (const _ of await client.chat.completions.create(params));
      },
    },
  });
});

describe('what a log shows', () => {
  const logged = (value: unknown): unknown =>
    clientOf(() => json(value), { logLevel: 'debug', logger: silent }).get('/x');
  holdGrowth({
    'of a body with many fields': { size: 500, make: (size) => named(size, String), read: logged },
    ...Object.fromEntries(
      ['sk-', 'key=', 'token: "', '://', 'a:', 'Bearer ', '\\"', 'a '].map((part) => [
        `of many ${JSON.stringify(part)}`,
        {
          size: 5_000,
          make: (size: number) => ({ error: { message: part.repeat(size / part.length) } }),
          read: (body: unknown) =>
            expect(
              clientOf(() => json(body, { status: 400 }), { logLevel: 'debug', logger: silent }).get('/x'),
            ).rejects.toThrow('400'),
        },
      ]),
    ),
  });
});
