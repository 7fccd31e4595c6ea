// The fetches people pass to the client. Some have answers whose body is a stream of Node, or headers of their own; a
// program must not notice.
import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import nodeFetch from 'node-fetch';
// @ts-expect-error It comes without types.
import nodeFetch2 from 'node-fetch-2';
import { fetch as undiciFetch } from 'undici';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { OpenAI, OpenAIError, APIError } from '../../src/entries/index.ts';

const fetches = {
  'node-fetch 3': nodeFetch,
  'node-fetch 2': nodeFetch2,
  undici: undiciFetch,
} as unknown as Record<string, typeof fetch>;

const completion = { id: 'c', object: 'chat.completion', choices: [], created: 1, model: 'm' };
const chunk = (content: string, finish_reason: string | null = null): string =>
  `data: ${JSON.stringify({
    id: 'c',
    object: 'chat.completion.chunk',
    created: 1,
    model: 'm',
    choices: [{ index: 0, delta: { content }, finish_reason }],
  })}\n\n`;

type Answer = (to: ServerResponse) => void;

const json = (to: ServerResponse, status: number, body: unknown, headers = {}): void =>
  void to
    .writeHead(status, { 'content-type': 'application/json', 'retry-after-ms': '1', ...headers })
    .end(JSON.stringify(body));
const events = (to: ServerResponse, text: string): ServerResponse => {
  to.writeHead(200, { 'content-type': 'text/event-stream' }).write(text);
  return to;
};
const whole: Answer = (to) => json(to, 200, completion);
const stream: Answer = (to) => void events(to, chunk('a') + chunk('b', 'stop') + 'data: [DONE]\n\n').end();
const refused =
  (status: number, error: object = { message: 'no' }): Answer =>
  (to) =>
    json(to, status, { error });
const cutBody: Answer = (to) => {
  to.writeHead(200, { 'content-type': 'application/json' }).write('{"id":');
  setTimeout(() => to.destroy(), 20);
};
const cutStream =
  (text: string): Answer =>
  (to) => {
    events(to, text);
    setTimeout(() => to.destroy(), 20);
  };
const silent: Answer = (to) => void events(to, chunk('a'));
const typed =
  (type: string, text: string): Answer =>
  (to) =>
    void to.writeHead(200, { 'content-type': type }).end(text);

type Use = (client: OpenAI) => Promise<unknown>;
const params = { model: 'm', messages: [] };
const create: Use = async (client) => client.chat.completions.create(params);
const iterate: Use = async (client) => {
  const stream = await client.chat.completions.create({ ...params, stream: true });
  let text = '';
  for await (const { choices } of stream) text += choices[0]?.delta.content;
  return [text, stream.outcome];
};
const leave: Use = async (client) => {
  const stream = await client.chat.completions.create({ ...params, stream: true });
  for await (const { choices } of stream) return [choices[0]?.delta.content, stream.outcome];
  return undefined;
};
const helper: Use = async (client) => client.chat.completions.stream(params).finalContent();
const abort: Use = async (client) => {
  const controller = new AbortController();
  const { signal } = controller;
  const stream = await client.chat.completions.create({ ...params, stream: true }, { signal });
  let text = '';
  for await (const { choices } of stream) {
    text += choices[0]?.delta.content;
    controller.abort();
  }
  return [text, stream.outcome];
};
const tee: Use = async (client) => {
  const stream = await client.chat.completions.create({ ...params, stream: true });
  return Promise.all(stream.tee().map((branch) => new Response(branch.toReadableStream()).text()));
};
const readable: Use = async (client) => {
  const stream = await client.chat.completions.create({ ...params, stream: true });
  return new Response(stream.toReadableStream()).text();
};
const raw: Use = async (client) => {
  const response = await client.chat.completions.create(params).asResponse();
  return [response.status, response.headers.get('content-type'), await response.json()];
};
const withResponse: Use = async (client) => {
  const { data, response, request_id } = await client.chat.completions.create(params).withResponse();
  return [data, response.status, request_id];
};

/** What is asked, how, and the answers in turn; the last of them again and again. */
const scenes: Record<string, [use: Use, ...answers: Answer[]]> = {
  'a completion': [create, whole],
  'a response by hand': [raw, whole],
  'a completion with its response': [
    withResponse,
    (to) => json(to, 200, completion, { 'x-request-id': 'r' }),
  ],
  'a stream': [iterate, stream],
  'a stream of the helper': [helper, stream],
  'two branches': [tee, stream],
  'a readable stream': [readable, stream],
  'a stream that is left': [leave, silent],
  'a stream that is aborted': [abort, silent],
  'a server error, then a completion': [create, refused(500), whole],
  'a server error, then a stream': [iterate, refused(500), refused(503), stream],
  'too many requests, then a stream': [helper, refused(429), stream],
  'no credit left': [create, refused(429, { message: 'no', code: 'insufficient_quota' })],
  'a refusal': [create, refused(400, { message: 'bad', param: 'x', code: 'y' })],
  'server errors to the end': [iterate, refused(500)],
  'a body that is cut, then a completion': [create, cutBody, whole],
  'a body that is cut each time': [create, cutBody],
  'a stream that is cut before its first chunk, then one': [iterate, cutStream(': hi\n\n'), stream],
  'a stream that is cut': [iterate, cutStream(chunk('a'))],
  'a stream that is silent': [iterate, silent],
  'a connection that is lost, then a completion': [create, (to) => void to.socket!.destroy(), whole],
  'a completion in place of a stream': [iterate, whole],
  'an error in place of a stream': [iterate, typed('application/json', '{"error":{"message":"no"}}')],
  'a page in place of a stream': [iterate, typed('text/html', '<h1>Sign in</h1>')],
  'a page in place of a completion': [create, typed('text/html', '<h1>Sign in</h1>')],
  'events labelled as text': [
    iterate,
    typed('text/plain', chunk('a') + chunk('b', 'stop') + 'data: [DONE]\n\n'),
  ],
};

const asked = new Map<string, number>();
const server = createServer((request, to) => {
  request.resume();
  const id = request.url!.split('/')[1]!;
  const time = asked.get(id) ?? 0;
  asked.set(id, time + 1);
  const answers = scenes[decodeURIComponent(id.split('~')[1]!)]!.slice(1) as Answer[];
  answers[Math.min(time, answers.length - 1)]!(to);
});
let origin: string;

beforeAll(async () => {
  await once(server.listen(0, '127.0.0.1'), 'listening');
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

let runs = 0;

async function outcome(scene: string, fetch: typeof globalThis.fetch): Promise<unknown> {
  const id = `${runs++}~${encodeURIComponent(scene)}`;
  const client = new OpenAI({
    apiKey: 'k',
    baseURL: `${origin}/${id}`,
    fetch,
    idleTimeout: 100,
    logLevel: 'off',
  });
  let end: unknown;
  try {
    end = await scenes[scene]![0](client);
  } catch (error) {
    if (!(error instanceof OpenAIError)) throw error;
    end = {
      class: error.constructor.name,
      // Why a connection failed, each fetch says in its own words.
      message: error.message.replace(/(?<=The request to .* failed: ).*/, '...'),
      ...(error instanceof APIError && { status: error.status, code: error.code, param: error.param }),
      partial: (error as { partial?: unknown }).partial,
    };
  }
  return { end, requests: asked.get(id) };
}

describe.each(Object.keys(fetches))('with the fetch of %s', (name) => {
  it.each(Object.keys(scenes))('%s ends as with the platform’s', async (scene) => {
    expect(await outcome(scene, fetches[name]!)).toEqual(await outcome(scene, globalThis.fetch));
  });
});
