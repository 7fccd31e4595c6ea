// What must hold wherever the client runs, against a colloquy-server. It names no runtime and uses only what all have;
// `scripts/runtimes.ts` says where it runs, and what it should find there.
import OpenAI, { APIConnectionError, APIConnectionTimeoutError, APIError, APIUserAbortError } from 'colloquy';
import { AuthenticationError, InternalServerError, NotFoundError, OpenAIError } from 'colloquy';
import { RateLimitError, StreamTruncatedError } from 'colloquy';
import { OpenAI as SmallClient } from 'colloquy/core';
import { zodFunction, zodResponseFormat } from 'colloquy/helpers/zod';
import { ChatCompletionStream } from 'colloquy/lib/ChatCompletionStream';
import { Stream } from 'colloquy/streaming';
import { z } from 'zod';
import { begins, equal, matches, rejects, throws, trace } from './expect.js';

const asked = { model: 'sandbox', messages: [{ role: 'user', content: 'What is 2 + 2?' }] };
const sum = '2 + 2 = 4.';

/** Each gets a client of the server and the config; it throws, or rejects, when what its name says is not so. */
const checks = {
  async 'an answer in one piece'({ client }) {
    const completion = await client.chat.completions.create(asked);
    begins(completion.choices[0].message.content, sum);
    equal(completion.choices[0].finish_reason, 'stop');
  },

  async 'a streamed answer, and its outcome'({ client }) {
    const stream = await client.chat.completions.create({ ...asked, stream: true });
    begins(textOf(await all(stream)), sum);
    equal(stream.outcome, 'complete');
  },

  async 'stream(): events, and the final completion'({ client }) {
    const stream = client.chat.completions.stream(asked);
    let text = '';
    stream.on('content', (delta) => (text += delta));
    const completion = await stream.finalChatCompletion();
    begins(text, sum);
    equal(completion.choices[0].message.content, text);
  },

  async 'parse() with zod'({ client }) {
    const response_format = zodResponseFormat(z.object({ city: z.string(), days: z.number() }), 'trip');
    const { choices } = await client.chat.completions.parse({ ...asked, response_format });
    equal(typeof choices[0].message.parsed.city, 'string');
    equal(typeof choices[0].message.parsed.days, 'number');
  },

  async 'runTools(), streamed and not'({ client }) {
    for (const stream of [false, true]) {
      const cities = [];
      const weather = zodFunction({
        name: 'get_weather',
        description: 'The weather in a city',
        parameters: z.object({ city: z.string() }),
        function: ({ city }) => `It snows in ${cities[cities.push(city) - 1]}.`,
      });
      const messages = [{ role: 'user', content: 'What is the weather in Oslo?' }];
      const runner = client.chat.completions.runTools({ ...asked, messages, stream, tools: [weather] });
      equal(typeof (await runner.finalContent()), 'string');
      equal(cities, ['Oslo']);
    }
  },

  async 'stored completions, page after page'({ client }) {
    const metadata = { run: crypto.randomUUID() };
    const ids = [];
    for (let count = 0; count < 3; count++)
      ids.push((await client.chat.completions.create({ ...asked, store: true, metadata })).id);
    const listed = await all(client.chat.completions.list({ limit: 1, order: 'asc', metadata }));
    equal(
      listed.map(({ id }) => id),
      ids,
    );
    equal((await client.chat.completions.delete(ids[0])).deleted, true);
    await rejects(client.chat.completions.retrieve(ids[0]), NotFoundError, { status: 404 });
  },

  async 'withResponse() and asResponse()'({ client }) {
    const { data, response, request_id } = await client.chat.completions.create(asked).withResponse();
    equal([response.status, response instanceof Response, request_id], [200, true, data._request_id]);
    equal(typeof request_id, 'string');
    const raw = await client.chat.completions.create(asked).asResponse();
    equal((await raw.json()).object, 'chat.completion');
  },

  async 'an abort in the middle of a stream'({ client }) {
    const slow = fault('slow=20ms');
    const controller = new AbortController();
    const { signal } = controller;
    const stream = client.chat.completions.stream(asked, { ...slow, signal });
    stream.once('content', () => controller.abort(new Error('enough')));
    const error = await rejects(stream.done(), APIUserAbortError);
    equal([stream.aborted, error.cause?.message], [true, 'enough']);

    const iterated = await client.chat.completions.create({ ...asked, stream: true }, slow);
    for await (const chunk of iterated) if (chunk.choices[0].delta.content) iterated.controller.abort();
    equal(iterated.outcome, 'aborted');
  },

  async 'whoever stops reading closes the connection'({ config }) {
    const client = clientOf(config, { baseURL: `${config.echo}/endless` });
    const ways = {
      async loop() {
        const stream = await client.chat.completions.create({ ...asked, stream: true });
        for await (const chunk of stream) if (chunk) break;
      },
      async abort() {
        const stream = await client.chat.completions.create({ ...asked, stream: true });
        for await (const chunk of stream) if (chunk) stream.controller.abort();
      },
      async signal() {
        const signal = AbortSignal.timeout(50);
        await rejects(client.chat.completions.stream(asked, { signal }).done(), APIUserAbortError);
      },
      async helper() {
        for await (const chunk of client.chat.completions.stream(asked)) if (chunk) break;
      },
      async tee() {
        const stream = await client.chat.completions.create({ ...asked, stream: true });
        for (const branch of stream.tee()) for await (const chunk of branch) if (chunk) break;
      },
      async readable() {
        const stream = await client.chat.completions.create({ ...asked, stream: true });
        const reader = stream.toReadableStream().getReader();
        await reader.read();
        await reader.cancel();
      },
      async unread() {
        const response = await client.chat.completions.create({ ...asked, stream: true }).asResponse();
        await response.body.cancel();
      },
    };
    for (const [way, leave] of Object.entries(ways)) {
      await leave();
      const isClosed = async () =>
        (await clientOf(config, { baseURL: config.echo }).get('/listeners')).count === 0;
      for (let asks = 0; !(await isClosed()); asks++) {
        if (asks === 100) throw new Error(`${way} left it open`);
        await sleep(10);
      }
    }
  },

  async 'a body is unlocked at the end, and one that failed before an abort says so'() {
    for (const act of ['close', 'error', 'abort']) {
      let source;
      const body = new ReadableStream({ start: (to) => void (source = to) });
      const controller = new AbortController();
      const stream = Stream.fromSSEResponse(new Response(body), controller, console);
      const reading = stream[Symbol.asyncIterator]().next();
      await new Promise((resolve) => setTimeout(resolve, 5));
      if (act !== 'abort') source[act](...(act === 'error' ? [new Error('reset')] : []));
      controller.abort(new Error('enough'));
      if (act === 'error') equal((await rejects(reading, APIConnectionError)).cause.message, 'reset');
      else equal((await reading).done, true);
      equal(body.locked, false);
    }
  },

  async 'an abort before the headers, and before the request'({ client }) {
    const stalled = fault('stall-after=0');
    const signal = AbortSignal.timeout(50);
    await rejects(client.chat.completions.create(asked, { ...stalled, signal }), APIUserAbortError);
    const aborted = AbortSignal.abort();
    await rejects(client.chat.completions.create(asked, { signal: aborted }), APIUserAbortError);
  },

  async timeout({ client }) {
    const options = { ...fault('stall-after=0'), timeout: 100, maxRetries: 0 };
    await rejects(client.chat.completions.create(asked, options), APIConnectionTimeoutError);
  },

  async 'firstChunkTimeout and idleTimeout'({ client }) {
    const first = { ...fault('stall-after=0'), firstChunkTimeout: 100, maxRetries: 0 };
    const stream = client.chat.completions.create({ ...asked, stream: true }, first);
    await rejects(stream.then(all), APIConnectionTimeoutError);
    const idle = { ...fault('stall-after=4'), idleTimeout: 100 };
    const run = client.chat.completions.stream(asked, idle);
    const error = await rejects(run.finalChatCompletion(), APIConnectionTimeoutError);
    begins(sum, error.partial.choices[0].message.content);
  },

  async 'a stream that is cut keeps what came'({ client }) {
    const stream = await client.chat.completions.create({ ...asked, stream: true }, fault('cut-after=4'));
    const error = await rejects(all(stream), StreamTruncatedError);
    begins(sum, error.partial.choices[0].message.content);
    equal(stream.outcome, 'truncated');
  },

  async 'a connection that breaks in the middle of a stream'({ client }) {
    const stream = client.chat.completions.stream(asked, fault('reset-after=4'));
    const error = await rejects(stream.finalChatCompletion(), APIConnectionError);
    equal(error.constructor === APIConnectionError, true);
    begins(sum, error.partial.choices[0].message.content);
  },

  async 'a connection that breaks before the answer, and in its middle'({ client }) {
    for (const name of ['reset', 'truncate-body']) {
      const once = { maxRetries: 0, ...fault(name) };
      const error = await rejects(client.chat.completions.create(asked, once), APIConnectionError);
      equal(error.constructor === APIConnectionError, true);
      begins(
        (await client.chat.completions.create(asked, fault(`${name};times=1`))).choices[0].message.content,
        sum,
      );
    }
  },

  async 'nobody listens'({ config }) {
    const client = clientOf(config, { baseURL: config.nobody, maxRetries: 0 });
    const error = await rejects(client.chat.completions.create(asked), APIConnectionError);
    begins(error.message, `Connection error. The request to ${new URL(config.nobody).origin} failed: `);
    equal(error.cause instanceof Error, true);
  },

  async 'a failure that passes is tried again'({ client }) {
    const options = fault('status=500;retry-after=10ms;times=1');
    begins((await client.chat.completions.create(asked, options)).choices[0].message.content, sum);
    const { data } = await client.chat.completions.create({ ...asked, stream: true }, options).withResponse();
    begins(textOf(await all(data)), sum);
  },

  async 'errors have their classes'({ client }) {
    const classes = {
      401: AuthenticationError,
      404: NotFoundError,
      429: RateLimitError,
      503: InternalServerError,
    };
    for (const [status, Class] of Object.entries(classes)) {
      const options = { ...fault(`status=${status}`), maxRetries: 0 };
      const error = await rejects(client.chat.completions.create(asked, options), Class, { status: +status });
      equal(
        [APIError, OpenAIError, Error, OpenAI.APIError].map((Base) => error instanceof Base),
        Array(4).fill(true),
      );
      equal(error.headers instanceof Headers, true);
    }
  },

  async 'the retry-after of a refusal is read'({ client }) {
    const options = { ...fault('status=429;retry-after=7'), maxRetries: 0 };
    const error = await rejects(client.chat.completions.create(asked, options), RateLimitError);
    equal(error.retryAfter, 7000);
  },

  async 'toReadableStream() and fromReadableStream()'({ client }) {
    const stream = await client.chat.completions.create({ ...asked, stream: true });
    const answer = new Response(stream.toReadableStream());
    begins(textOf(await all(Stream.fromReadableStream(answer.body, new AbortController()))), sum);
    const run = client.chat.completions.stream(asked);
    const again = ChatCompletionStream.fromReadableStream(new Response(run.toReadableStream()).body);
    begins(await again.finalContent(), sum);
  },

  async 'tee() gives two streams'({ client }) {
    const stream = await client.chat.completions.create({ ...asked, stream: true });
    const [left, right] = await Promise.all(stream.tee().map(all));
    begins(textOf(left), sum);
    equal(left, right);
  },

  async 'every text survives the way there and back'({ config }) {
    const client = clientOf(config, { baseURL: config.echo });
    for (const text of ['añb 🧵 \u2028 "\\ \u0000 漢字', '🧵 漢'.repeat(100_000)])
      equal((await client.post('/body', { body: { text } })).text, text);
  },

  async 'a body that is a stream arrives, but from a browser without HTTP/2'({ config }) {
    const client = clientOf(config, { baseURL: config.echo, maxRetries: 0 });
    const pieces = async function* () {
      for (const piece of ['{"a":', '"🧵"', '}']) yield piece;
    };
    const sent = client.post('/body', { body: pieces() });
    if (config.expected.browser) await rejects(sent, APIConnectionError);
    else equal(await sent, { a: '🧵' });
  },

  async 'characters are whole again that came in two pieces'({ config }) {
    const client = clientOf(config, { baseURL: `${config.echo}/endless` });
    let text = '';
    for await (const chunk of await client.chat.completions.create({ ...asked, stream: true })) {
      text += chunk.choices[0].delta.content;
      if (text.length > 20) break;
    }
    equal(/^(on 🧵 and )+$/u.test(text), true);
  },

  async 'the log has everything but the key'({ config }) {
    const lines = [];
    const log = (...values) => lines.push(JSON.stringify(values));
    const logger = { error: log, warn: log, info: log, debug: log };
    const client = clientOf(config, { apiKey: 'secret', logger, logLevel: 'debug' });
    await client.chat.completions.create(asked);
    const text = lines.join('\n');
    equal(
      [text.includes('/chat/completions'), text.includes('[REDACTED]'), text.includes('secret')],
      [true, true, false],
    );
  },

  async 'colloquy/core, without helpers'({ config }) {
    const client = clientOf(config, {}, SmallClient);
    begins((await client.chat.completions.create(asked)).choices[0].message.content, sum);
    begins(textOf(await all(await client.chat.completions.create({ ...asked, stream: true }))), sum);
  },

  async 'headers say where it runs'({ config }) {
    const sent = await clientOf(config, { baseURL: config.echo }).get('/headers');
    const names = ['os', 'arch', 'runtime', 'runtime-version'];
    matches(names.map((name) => sent[`x-stainless-${name}`]).join(' '), config.expected.platform);
    matches(sent['user-agent'], config.expected.agent);
    equal(
      [sent.authorization, sent['x-stainless-lang'], sent.accept],
      ['Bearer key', 'js', 'application/json'],
    );
  },

  async 'the environment is read where there is one'({ config }) {
    const { environment } = config.expected;
    if (environment) equal(clientOf(config, { apiKey: undefined }).apiKey, 'key of the environment');
    else throws(() => clientOf(config, { apiKey: undefined }), OpenAIError, 'Missing credentials');
  },

  async 'only a browser has to be allowed'({ config }) {
    const make = () => new OpenAI({ apiKey: 'key', baseURL: config.baseURL });
    if (config.expected.browser) throws(make, OpenAIError, 'dangerouslyAllowBrowser');
    else make();
  },
};

/**
 * Runs the checks one after the other and gives `print` a line for each, and last a summary as JSON. `config` has
 *
 * - `baseURL` of the server; `echo`, an origin that answers with the headers or the body it was sent, or without end;
 *   and `nobody`, where nobody listens;
 * - `fetch`, when it is not to be the platform's, and `client`, when one is there already;
 * - `expected`: `platform` and `agent`, which are sources of regular expressions, `environment` and `browser`.
 */
export async function run(config, print) {
  const failed = [];
  let passed = 0;
  const check = async (name, body) => {
    try {
      await within(15_000, body({ client: config.client ?? clientOf(config), config }));
      passed += 1;
      print(`ok   ${name}`);
    } catch (error) {
      failed.push(name);
      print(`FAIL ${name}: ${trace(error)}`);
    }
  };
  const stray = watchRejections();
  for (const [name, body] of Object.entries(checks)) await check(name, body);
  await check('no rejection was left unhandled', async () => {
    Promise.reject(new Error('canary')); // or nobody would know whether one is seen
    await sleep(100);
    const reasons = [...stray.values()].map(trace);
    if (reasons.length !== 1 || !reasons[0].startsWith('Error: canary')) throw new Error(reasons.join('\n'));
  });
  print(JSON.stringify({ passed, failed }));
}

function clientOf({ baseURL, expected, fetch }, options, Client = OpenAI) {
  const dangerouslyAllowBrowser = expected.browser;
  return new Client({ baseURL, apiKey: 'key', logLevel: 'off', fetch, dangerouslyAllowBrowser, ...options });
}

/** The options of a request that is to fail in this way, as no other did. */
function fault(list) {
  return { headers: { 'x-sandbox-fault': list, 'x-sandbox-fault-id': crypto.randomUUID() } };
}

/**
 * What is rejected and not handled from now on, by its promise. Runtimes know one way of telling it or the other.
 * Workers of a date before 2025-12 cry for every read that fails, also if it is awaited, and take it back.
 */
function watchRejections() {
  const stray = new Map();
  globalThis.process?.on?.('unhandledRejection', (reason, promise) => stray.set(promise, reason));
  globalThis.addEventListener?.('unhandledrejection', (event) => {
    event.preventDefault();
    stray.set(event.promise, event.reason);
  });
  globalThis.addEventListener?.('rejectionhandled', ({ promise }) => stray.delete(promise));
  return stray;
}

function sleep(milliseconds) {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

async function within(milliseconds, promise) {
  let timer;
  const late = new Promise((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`not done after ${milliseconds} ms`)), milliseconds);
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}

async function all(items) {
  const list = [];
  for await (const item of items) list.push(item);
  return list;
}

function textOf(chunks) {
  return chunks.map(({ choices }) => choices[0]?.delta.content ?? '').join('');
}
