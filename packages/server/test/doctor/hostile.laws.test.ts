/** Whatever a server sends, the doctor ends in time, and says something about it. */
import { createServer, type Server, type Socket } from 'node:net';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import * as fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { cpuMs, least } from '../../../../test/timing.ts';
import type { Check, Verdict } from '../../src/doctor/check.ts';
import { checks } from '../../src/doctor/checks/all.ts';
import { DoctorError, examine } from '../../src/doctor/doctor.ts';
import type { Exchange } from '../../src/doctor/exchange.ts';
import { readChunks } from '../../src/doctor/frames.ts';
import { parsed } from '../../src/doctor/look.ts';
import { reportAsJSON, reportAsText } from '../../src/doctor/report.ts';
import { listening } from '../support/gateway.ts';
import { slowness } from '../support/stalls.ts';

const outcomes = ['pass', 'deviation', 'missing', 'undecided'];

/** What the API has there, or anything else, or nothing. */
const nearly = (value: unknown): fc.Arbitrary<unknown> =>
  fc.oneof(
    { weight: 6, arbitrary: fc.constant(value) },
    { weight: 1, arbitrary: fc.jsonValue({ maxDepth: 2 }) },
  );

const object = (fields: Record<string, fc.Arbitrary<unknown>>): fc.Arbitrary<unknown> =>
  fc.oneof(
    { weight: 12, arbitrary: fc.record(fields, { requiredKeys: [] }) },
    { weight: 1, arbitrary: fc.jsonValue() },
  );
const several = (item: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> =>
  fc.oneof(
    { weight: 8, arbitrary: fc.array(item, { maxLength: 3 }) },
    { weight: 1, arbitrary: fc.jsonValue() },
  );

const call = object({
  id: fc.oneof(nearly('call_abcdefghijklmnopqrstuvwx'), fc.constant('')),
  index: fc.oneof(nearly(0), nearly(1)),
  type: nearly('function'),
  function: object({
    name: fc.oneof(nearly('get_weather'), fc.constant('')),
    arguments: fc.oneof(nearly('{"city":"Paris"}'), nearly({ city: 'Paris' })),
  }),
});
const message = object({
  role: nearly('assistant'),
  content: fc.oneof(nearly('1,2,3'), nearly('{"name":"A","age":1}'), nearly([{ type: 'text', text: 'Hi' }])),
  reasoning_content: nearly('Hm'),
  reasoning_details: nearly([{ text: 'Hm' }]),
  tool_calls: several(call),
});
const usage = object({ prompt_tokens: nearly(1), completion_tokens: nearly(2), total_tokens: nearly(3) });
const answer = object({
  id: nearly('chatcmpl-0123456789abcdef0123'),
  object: nearly('chat.completion'),
  created: nearly(1),
  model: nearly('m'),
  error: fc.oneof(nearly({ message: 'no', type: 't', code: 400 }), nearly('no')),
  errors: nearly([{ message: 'no' }]),
  usage,
  data: several(object({ id: nearly('a'), content: nearly('hello') })),
  choices: several(
    object({
      index: nearly(0),
      message,
      delta: message,
      usage,
      finish_reason: fc.oneof(nearly('stop'), nearly(null), nearly('')),
      logprobs: object({ content: several(object({ token: nearly('a'), logprob: nearly(-1) })) }),
    }),
  ),
});

const event = fc.oneof(
  { weight: 8, arbitrary: answer.map((value) => `data: ${JSON.stringify(value)}\n\n`) },
  fc.constantFrom(
    'data: [DONE]\n\n',
    'data:[DONE]\n',
    ': ping\n\n',
    'event: error\n',
    'error: {"a":1}\n\n',
    '\r\n',
    'data',
  ),
  fc.string().map((text) => `${text}\n`),
);
const body = fc.oneof(
  { weight: 3, arbitrary: answer.map((value) => JSON.stringify(value)) },
  { weight: 3, arbitrary: fc.array(event, { maxLength: 6 }).map((events) => events.join('')) },
  { weight: 1, arbitrary: fc.string() },
);
const response = fc.record({
  status: fc.constantFrom(0, 200, 200, 200, 400, 404, 500, 302),
  headers: fc.dictionary(
    fc.constantFrom('content-type', 'x-request-id', 'cache-control', 'openai-processing-ms'),
    fc.oneof(fc.constantFrom('application/json', 'text/event-stream'), fc.string()),
  ),
  text: body,
  failure: fc.constantFrom(
    undefined,
    undefined,
    undefined,
    'timeout',
    'cut',
    'connection',
    'too large',
    'left',
  ),
});

const exchangeOf = (given: {
  status: number;
  headers: Record<string, string>;
  text: string;
  failure: any;
}): Exchange => ({
  ...given,
  code: undefined,
  pieces: 1,
  json: parsed(given.text),
  chunks: readChunks(given.text),
});

it('every check judges whatever it is given, and always alike', { timeout: 60_000 }, () => {
  fc.assert(
    fc.property(fc.array(response, { minLength: 2, maxLength: 2 }), ([one, other]) => {
      const judged = (check: Check): unknown => {
        const [first, second] = [exchangeOf(one!), exchangeOf(other!)];
        return check.judge(first, second, ...Array.from({ length: 8 }, () => first));
      };
      for (const check of checks) {
        const verdict = judged(check);
        expect(outcomes).toContain((verdict as Verdict).outcome);
        expect(judged(check)).toEqual(verdict);
      }
    }),
    { numRuns: 100 },
  );
});

/** Bodies that make a careless reader hang or overflow the stack. */
const large: [string, string][] = [
  ['a line that begins with data', `data: ${'a'.repeat(900_000)}`],
  ['braces', `{"error":"${'{'.repeat(900_000)}"}`],
  ['lines', '\n'.repeat(900_000)],
  ['spaces', `: ${' '.repeat(900_000)}x\n\n`],
  ['nesting', `{"choices":[{"message":{"tool_calls":[${'['.repeat(200_000)}${']'.repeat(200_000)}]}}]}`],
  ['an id', `{"choices":[{"message":{"tool_calls":[{"id":"${'-a'.repeat(400_000)}-"}]}}]}`],
];
it.each(large)('every check judges a megabyte of %s in less than a second', async (_, text) => {
  const limit = slowness() * 1_000;
  for (const check of checks) {
    const took = await least(limit, () => {
      const given = exchangeOf({ status: 200, headers: {}, text, failure: undefined });
      return cpuMs(() => check.judge(...Array.from({ length: 10 }, () => given)));
    });
    expect(took, check.id).toBeLessThan(limit);
  }
});

let server: Server;
let respond: (socket: Socket) => void = () => {};
beforeAll(async () => {
  server = createServer((socket) => {
    socket.on('error', () => {});
    socket.on('data', () => respond(socket));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
});
afterAll(() => server.close());
const url = (): string => `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`;

/** The bytes of a response, which may stop anywhere, in pieces; and whether the connection ends after them. */
const bytes = fc.record({
  text: fc.oneof(
    fc
      .record({ status: fc.integer({ min: 100, max: 599 }), body, isChunked: fc.boolean() })
      .map(({ status, body, isChunked }) => {
        const length = Buffer.byteLength(body);
        const framing = isChunked ? 'transfer-encoding: chunked' : `content-length: ${length}`;
        const payload = isChunked ? `${length.toString(16)}\r\n${body}\r\n0\r\n\r\n` : body;
        return `HTTP/1.1 ${status} OK\r\ncontent-type: text/event-stream\r\n${framing}\r\n\r\n${payload}`;
      }),
    fc.string({ unit: 'binary' }),
    fc.string().map((text) => `HTTP/1.1 200 ${text}\r\n${text}: ${text}\r\n\r\n${text}`),
  ),
  cut: fc.option(fc.integer({ min: 0, max: 400 }), { nil: undefined }),
  ends: fc.constantFrom('end', 'reset', 'stay'),
});

it('a run against any bytes ends in time, with a report or with a reason', { timeout: 120_000 }, async () => {
  const patience = 100;
  // About 70 requests, three at a time.
  const limit = slowness() * 70 * patience;
  await fc.assert(
    fc.asyncProperty(fc.array(bytes, { minLength: 1, maxLength: 8 }), async (scripts) => {
      let turn = 0;
      respond = (socket) => {
        const { text, cut, ends } = scripts[turn++ % scripts.length]!;
        const sent = Buffer.from(text).subarray(0, cut);
        if (ends === 'reset') socket.write(sent, () => socket.resetAndDestroy());
        else if (ends === 'end') socket.end(sent);
        else socket.write(sent);
      };
      const startedAt = performance.now();
      try {
        const report = await examine({ url: url(), model: 'm', timeoutMs: patience });
        expect(report.results).toHaveLength(checks.length);
        expect(reportAsText(report).replaceAll('\n', '')).not.toMatch(/\p{C}/u);
        JSON.stringify(reportAsJSON(report));
      } catch (error) {
        expect(error).toBeInstanceOf(DoctorError);
      }
      expect(performance.now() - startedAt).toBeLessThan(limit);
    }),
    { numRuns: 25 },
  );
});

it('prints nothing of a server that could steer a terminal', { timeout: 60_000 }, async () => {
  const evil = '\u001b]0;evil\u0007\u001b[31m\u202e\u009b31m\u2028';
  const completion = {
    id: `id${evil}`,
    object: evil,
    choices: [{ index: 0, message: { role: evil, content: evil, [evil]: evil }, finish_reason: evil }],
    usage: { [evil]: evil },
    [evil]: evil,
  };
  const list = { object: 'list', data: [{ id: `model${evil}` }], [evil]: 1 };
  let limited = false;
  const evilServer = await listening(({ method, url: path }, response) => {
    response.statusCode = method === 'DELETE' ? 500 : limited && method === 'POST' ? 429 : 200;
    response.setHeader('retry-after', '\u009b31m').setHeader('content-type', 'application/json');
    response.end(JSON.stringify(path === '/v1/models' ? list : completion));
  });
  const options = { url: evilServer.url.replace('//', '//ann:secret@'), timeoutMs: 5_000 };
  const report = await examine(options);
  expect(report.leftBehind.length).toBeGreaterThan(0);
  const text = reportAsText(report);
  expect(text).toContain('model ]0;evil');
  expect(text.split('\n').filter((line) => /[\p{C}\u2028]/u.test(line))).toEqual([]);
  expect(text.replaceAll('\n', '')).not.toMatch(/[\p{C}\u2028]/u);
  expect(text + JSON.stringify(reportAsJSON(report))).not.toContain('secret');

  limited = true;
  const failure = (await examine(options).catch((error: unknown) => error)) as Error;
  evilServer.close();
  expect(failure).toBeInstanceOf(DoctorError);
  expect(failure.message).toContain('refuses more requests');
  expect(failure.message.replaceAll('\n', '')).not.toMatch(/[\p{C}\u2028]/u);
});

it('names what a list of models is instead', { timeout: 60_000 }, async () => {
  const problemOf = (): Promise<string> =>
    examine({ url: url(), timeoutMs: 5_000 }).then(String, (error: Error) => error.message);
  const send = (head: string, text: string): void => {
    respond = (socket) => socket.end(`HTTP/1.1 ${head}\r\nconnection: close\r\n\r\n${text}`);
  };
  send('200 OK', '<!doctype html><title>Log in</title>');
  expect(await problemOf()).toContain('GET /models is not JSON');
  send('302 Found\r\nlocation: /login', '');
  expect(await problemOf()).toContain('GET /models: 302 to /login');
});

it('sends the user name and password of the URL', { timeout: 60_000 }, async () => {
  const seen = new Set<string | undefined>();
  const server = await listening(({ headers }, response) => {
    seen.add(headers.authorization);
    response.writeHead(429).end();
  });
  const failing = examine({ url: server.url.replace('//', '//ann:se%20cret@'), model: 'm' });
  await expect(failing).rejects.toThrow(DoctorError);
  server.close();
  expect([...seen]).toEqual([`Basic ${Buffer.from('ann:se cret').toString('base64')}`]);
});

it('does not read a body that does not end', { timeout: 60_000 }, async () => {
  const piece = Buffer.alloc(256 * 1024, 'a');
  respond = (socket) => {
    socket.write('HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n\r\n');
    const more = (): void => {
      if (socket.writable) socket.write(piece, more);
    };
    more();
  };
  const before = process.memoryUsage().rss;
  const report = await examine({ url: url(), model: 'm', timeoutMs: 2_000 });
  expect(report.results.find(({ id }) => id === 'create.text')?.note).toBe('the response is too large');
  expect(process.memoryUsage().rss - before).toBeLessThan(600 * 1024 * 1024);
});
