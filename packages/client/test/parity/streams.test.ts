// Streams from random chunk lists and random byte cuts, and the odd wires people meet.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { differs, expectSame, same } from './compare.ts';
import { describeError } from './describe.ts';
import type { Package } from './packages.ts';
import { type Reply, fakeWorld } from './world.ts';

type Client = InstanceType<Package['OpenAI']>;
const encoder = new TextEncoder();

/** A body that arrives in pieces cut at the given places. */
function pieces(text: string | Uint8Array, cuts: number[]): () => ReadableStream<Uint8Array> {
  const bytes = typeof text === 'string' ? encoder.encode(text) : text;
  const ends = [...new Set(cuts.map((cut) => cut % (bytes.length + 1)))].toSorted((a, b) => a - b);
  return () => {
    let start = 0;
    const rest = [...ends, bytes.length];
    return new ReadableStream({
      pull(controller) {
        const end = rest.shift();
        if (end === undefined) return controller.close();
        controller.enqueue(bytes.slice(start, end));
        start = end;
      },
    });
  };
}

const sse = (body: Reply['body'], headers: Record<string, string> = {}): Reply => ({
  headers: { 'content-type': 'text/event-stream', 'x-request-id': 'req_s', ...headers },
  body: body ?? null,
});

const open = (from: Package, reply: Reply, options: object = {}) =>
  (
    new from.OpenAI({
      apiKey: 'k',
      fetch: fakeWorld([reply]).fetch,
      maxRetries: 0,
      logLevel: 'off',
      ...options,
    }) as Client
  ).chat.completions.create({
    model: 'm',
    messages: [],
    stream: true,
  });

/** Everything the stream gave, then how it ended. */
async function read(items: AsyncIterable<unknown>, from: Package): Promise<unknown> {
  const got: unknown[] = [];
  try {
    for await (const item of items) got.push(item);
    return { got, end: 'end' };
  } catch (error) {
    return { got, end: describeError(error, from) };
  }
}

const readAll = (reply: Reply) => async (from: Package) => read(await open(from, reply), from);

/** The same, apart from what ours says of chunks without choices and of answers that stop, which is shown below. */
const readLeniently = (reply: Reply) => async (from: Package) => {
  const outcome: any = await read(await open(from, reply, { onTruncated: 'return' }), from);
  for (const item of outcome.got) item.choices ??= [];
  return outcome;
};

const chunk = fc.record(
  {
    id: fc.constantFrom('c1', 'c2', ''),
    object: fc.constant('chat.completion.chunk'),
    choices: fc.oneof(
      fc.array(
        fc.record(
          {
            index: fc.nat(2),
            delta: fc.record(
              {
                role: fc.constant('assistant'),
                content: fc.oneof(fc.string({ unit: 'grapheme' }), fc.constant(null)),
              },
              { requiredKeys: [] },
            ),
            finish_reason: fc.constantFrom('stop', null, 'tool_calls'),
            logprobs: fc.constant(null),
          },
          { requiredKeys: ['index', 'delta'] },
        ),
        { maxLength: 2 },
      ),
      fc.constant(null),
    ),
    usage: fc.oneof(fc.constant(null), fc.record({ total_tokens: fc.nat() })),
    odd: fc.jsonValue({ maxDepth: 2 }),
  },
  { requiredKeys: ['id'] },
);

const wire = fc
  .record({
    chunks: fc.array(chunk, { maxLength: 8 }),
    eol: fc.constantFrom('\n', '\r\n', '\r'),
    space: fc.constantFrom('', ' '),
    noise: fc.array(fc.constantFrom(': comment', 'id: 7', 'retry: 100', 'unknown: x', 'nocolon', ''), {
      maxLength: 3,
    }),
    done: fc.boolean(),
    lastBlank: fc.boolean(),
  })
  .map(({ chunks, eol, space, noise, done, lastBlank }) => {
    const lines: string[] = [];
    for (const value of chunks) lines.push(...noise, `data:${space}${JSON.stringify(value)}`, '');
    if (done) lines.push(`data:${space}[DONE]`, '');
    return lines.join(eol) + (lastBlank ? eol : '');
  });

describe('random streams', () => {
  test('any chunk list under any cut of the bytes', async () => {
    await fc.assert(
      fc.asyncProperty(wire, fc.array(fc.nat(5000), { maxLength: 12 }), (text, cuts) =>
        expectSame(readLeniently(sse(pieces(text, cuts)))),
      ),
      { numRuns: 1500 },
    );
  }, 120_000);
  test('byte by byte', async () => {
    await fc.assert(
      fc.asyncProperty(wire, (text) =>
        expectSame(
          readLeniently(
            sse(
              pieces(
                text,
                Array.from({ length: 3000 }, (_, i) => i),
              ),
            ),
          ),
        ),
      ),
      { numRuns: 60 },
    );
  }, 120_000);
});

describe('odd wires', () => {
  const texts: Record<string, string | Uint8Array> = {
    'nothing at all': '',
    'only [DONE]': 'data: [DONE]\n\n',
    'data after [DONE]': 'data: {"a":1}\n\ndata: [DONE]\n\ndata: {"b":2}\n\n',
    'no final blank line': 'data: {"a":1}\n\ndata: {"b":2}',
    'several data lines': 'data: {"a":\ndata: 1}\n\n',
    'comments and retry': ': hi\nretry: 5\n\ndata: {"a":1}\n\n',
    'an event name': 'event: message\ndata: {"a":1}\n\n',
    'an error event': 'event: error\ndata: {"error":{"message":"m","code":"c","type":"t"}}\n\n',
    'an error event without the wrapper': 'event: error\ndata: {"message":"m","code":"c"}\n\n',
    'an error field': 'data: {"error":{"message":"late","code":"c"}}\n\n',
    'a falsy error field': 'data: {"error":null,"a":1}\n\n',
    'a BOM first': '\uFEFFdata: {"a":1}\n\n',
    'invalid UTF-8': new Uint8Array([
      ...encoder.encode('data: {"a":"'),
      0xff,
      0xfe,
      ...encoder.encode('"}\n\n'),
    ]),
    'capital field names': 'DATA: {"a":1}\n\n',
    'data without colon': 'data\n\ndata: {"a":1}\n\n',
    'a null byte': 'data: {"a":"\\u0000"}\n\n',
    'missing finish_reason is null':
      'data: {"choices":[{"index":0,"delta":{}},{"index":1,"delta":{},"finish_reason":"stop"}]}\n\ndata: [DONE]\n\n',
    'own __proto__ keys':
      'data: {"__proto__":{"x":1},"choices":[{"__proto__":{"y":1},"delta":{}}]}\n\ndata: [DONE]\n\n',
  };
  const ended = (text: string) => readAll(sse(text));
  const cut = 'data: {"id":"c","choices":[{"index":0,"delta":{"content":"Hel"},"finish_reason":null}]}\n\n';
  const truncated = { class: 'StreamTruncatedError' };
  differs('stream-truncated', 'an answer that stops half way', ended(cut), (mine, original) => {
    expect(mine).toMatchObject({ got: [{ id: 'c' }], end: truncated });
    expect(original.end).toBe('end');
  });
  same('an answer that stops half way, when that is asked for', async (from) =>
    read(await open(from, sse(cut), { onTruncated: 'return' }), from),
  );
  const errors: [string, string, string, object][] = [
    [
      'status-in-stream',
      'a code that is a status',
      'data: {"error":{"message":"late","code":500}}\n\n',
      { class: 'InternalServerError', status: 500, message: '500 late' },
    ],
    [
      'error-shapes',
      'an error as text',
      'data: {"error":"late"}\n\n',
      { class: 'APIError', message: 'late' },
    ],
    [
      'error-shapes',
      'an error without a wrapper',
      'data: {"object":"error","message":"bad","code":400}\n\n',
      { class: 'BadRequestError', status: 400 },
    ],
    [
      'error-shapes',
      'a field called error',
      'error: {"message":"bad","code":400}\n\ndata: [DONE]\n\n',
      { class: 'BadRequestError', status: 400 },
    ],
    [
      'error-shapes',
      'an error on a line of its own',
      '{"error":{"message":"bad"}}\n',
      { class: 'APIError', message: 'bad' },
    ],
    [
      'error-shapes',
      'an error event that is a sentence',
      'event: error\ndata: out of luck\n\n',
      { class: 'APIError', message: 'out of luck' },
    ],
    ['malformed-json', 'not JSON', 'data: nonsense\n\n', { class: 'SyntaxError', is: ['OpenAIError'] }],
  ];
  for (const [id, name, text, error] of errors)
    differs(id, name, ended(text), (mine) => expect(mine).toMatchObject({ got: [], end: error }));
  for (const ping of ['data: null', 'data: 5', 'data: {}', 'event: ping\ndata: {"type":"ping"}'])
    differs('pings-are-no-chunks', JSON.stringify(ping), ended(`${ping}\n\n`), (mine) =>
      expect(mine).toEqual({ got: [], end: 'end' }),
    );
  for (const choices of ['', ',"choices":null'])
    differs('choices-are-a-list', `no choices ${choices}`, ended(`data: {"id":"c"${choices}}\n\n`), (mine) =>
      expect(mine).toEqual({ got: [{ id: 'c', choices: [] }], end: 'end' }),
    );
  differs(
    'missing-blank-lines',
    'events with single line ends, and a space after [DONE]',
    ended('data: {"a":1}\ndata: {"b":2}\ndata: [DONE] \n'),
    (mine) => expect(mine).toEqual({ got: [{ a: 1 }, { b: 2 }], end: 'end' }),
  );
  for (const [name, text] of Object.entries(texts))
    if (name !== 'data without colon') same(name, readAll(sse(typeof text === 'string' ? text : text)));
  differs(
    'empty-event',
    'a heartbeat with only a name is skipped',
    readAll(sse('event: ping\n\ndata: {"a":1}\n\ndata:\n\n')),
    (mine) => {
      if (mine.end !== 'end' || mine.got.length !== 1) throw new Error(JSON.stringify(mine));
    },
  );
  differs(
    'bom-per-line',
    'a BOM later in the stream is text',
    readAll(sse('data: {"a":1}\n\n\uFEFFdata: {"b":2}\n\n')),
    (mine) => {
      if (mine.got.length !== 1) throw new Error(JSON.stringify(mine));
    },
  );
  same('the same types without content type', readAll({ body: encoder.encode('data: {"a":1}\n\n') }));
  same('no body at all', async (from) => read(await open(from, sse(null)), from));
});

describe('the Stream object', () => {
  const two = 'data: {"choices":[{"index":0,"delta":{"content":"a"}}]}\n\ndata: {"b":2}\n\ndata: [DONE]\n\n';
  same('cannot be iterated twice', async (from) => {
    const stream = await open(from, sse(two));
    await read(stream, from);
    return read(stream, from);
  });
  same('what it shows', async (from) => {
    const stream = await open(from, sse(two));
    return {
      keys: Object.keys(stream),
      class: stream.constructor.name,
      controller: stream.controller instanceof AbortController,
    };
  });
  same('an early break aborts', async (from) => {
    const stream = await open(from, sse(two));
    for await (const item of stream)
      return { item, aborted: stream.controller.signal.aborted, later: await read(stream, from) };
  });
  same('an early break has aborted after the loop', async (from) => {
    const stream = await open(from, sse(two));
    for await (const _ of stream) break;
    return stream.controller.signal.aborted;
  });
  same('abort before reading', async (from) => {
    const stream = await open(from, sse(two));
    stream.controller.abort();
    return read(stream, from);
  });
  same('abort while reading ends quietly', async (from) => {
    const stream = await open(from, sse(pieces(two, [70])));
    const got: unknown[] = [];
    for await (const item of stream) {
      got.push(item);
      stream.controller.abort();
    }
    return got;
  });
  same('the body is unlocked however the stream ended', async (from) => {
    const ends: Record<string, (to: ReadableStreamDefaultController, controller: AbortController) => void> = {
      close: (to) => to.close(),
      done: (to) => to.enqueue(encoder.encode('data: [DONE]\n\n')),
      failure: (to) => to.error(new Error('reset')),
      abort: (_to, controller) => controller.abort(),
      'failure, then abort'(to, controller) {
        to.error(new Error('reset'));
        controller.abort();
      },
    };
    const outcomes: unknown[] = [];
    for (const end of Object.values(ends)) {
      let source!: ReadableStreamDefaultController;
      const body = new ReadableStream({ start: (to) => void (source = to) });
      const controller = new AbortController();
      const stream = from.Stream.fromSSEResponse(new Response(body), controller);
      const reading = stream[Symbol.asyncIterator]().next();
      await new Promise((resolve) => setTimeout(resolve, 5));
      end(source, controller);
      const failed = await reading.then(
        () => false,
        () => true,
      );
      outcomes.push([failed, body.locked, await body.cancel().catch(String)]);
    }
    return outcomes;
  });
  const named = 'event: thread.x\ndata: 1\n\nevent: thread.x\ndata: {"error":{"message":"m"}}\n\n';
  differs('thread-events', 'events of threads', readAll(sse(named)), (mine) => {
    expect(mine.got).toEqual([]);
    expect(JSON.stringify(mine.end)).toContain('"m"');
  });
  for (const [name, ...rest] of [
    ['synthesizeEventData', true],
    ['streamMode', false, 'events'],
  ] as const)
    differs(
      'event-options',
      name,
      (from) =>
        read(
          (from.Stream.fromSSEResponse as (...args: unknown[]) => AsyncIterable<unknown>)(
            new Response('event: x\ndata: 1\n\ndata: {"error":{"message":"m"}}\n\n'),
            new AbortController(),
            undefined,
            ...rest,
          ),
          from,
        ),
      (mine) => {
        expect(mine.got).toEqual([1]);
        expect(JSON.stringify(mine.end)).toContain('"m"');
      },
    );
  same('toReadableStream', async (from) =>
    new Response((await open(from, sse(two))).toReadableStream() as BodyInit).text(),
  );
  same('fromReadableStream of toReadableStream', async (from) =>
    read(
      from.Stream.fromReadableStream((await open(from, sse(two))).toReadableStream(), new AbortController()),
      from,
    ),
  );
  for (const text of [
    '{"a":1}\n{"b":2}\n',
    '{"a":1}\n\n{"b":2}',
    '{"a":1}\r\n{"b":2}\r\n',
    '{"error":{"message":"m"}}\n',
    '',
  ])
    same(`fromReadableStream of ${JSON.stringify(text)}`, (from) =>
      read(from.Stream.fromReadableStream(new Response(text).body!, new AbortController()), from),
    );
  for (const text of [' \n', 'x\n', '[DONE]\n'])
    differs(
      'malformed-json',
      `fromReadableStream of ${JSON.stringify(text)}`,
      (from) => read(from.Stream.fromReadableStream(new Response(text).body!, new AbortController()), from),
      (mine) => expect(mine.end).toMatchObject({ class: 'SyntaxError', is: ['OpenAIError'] }),
    );
  same('tee branches read apart', async (from) => {
    const [left, right] = (
      await open(from, sse(two.replace('"delta"', '"finish_reason":null,"delta"')))
    ).tee();
    const first = await left![Symbol.asyncIterator]().next();
    return {
      first,
      right: await read(right!, from),
      left: await read(left!, from),
      again: await read(right!, from),
    };
  });
  same('tee branches share the controller', async (from) => {
    const stream = await open(from, sse(two));
    const [left, right] = stream.tee();
    return left!.controller === stream.controller && right!.controller === stream.controller;
  });
  same('closing one tee branch leaves the other', async (from) => {
    const stream = await open(from, sse(two.replace('"delta"', '"finish_reason":null,"delta"')));
    const [left, right] = stream.tee();
    for await (const _ of left!) break;
    return { aborted: stream.controller.signal.aborted, right: await read(right!, from) };
  });
  differs(
    'tee-normalized',
    'tee branches have finish_reason too',
    async (from) => read((await open(from, sse(two))).tee()[0]!, from),
    (mine) => expect(mine.got[0].choices[0].finish_reason).toBe(null),
  );
  const plain = (body: string, type: string, status = 200): Reply => ({
    status,
    body,
    headers: { 'content-type': type },
  });
  const completion = {
    id: 'c',
    object: 'chat.completion',
    created: 1,
    model: 'm',
    choices: [
      {
        index: 0,
        finish_reason: 'stop',
        logprobs: null,
        message: { role: 'assistant', content: 'whole', refusal: null },
      },
    ],
  };
  const caught = (reply: Reply) => async (from: Package) => {
    try {
      return await read(await open(from, reply), from);
    } catch (error) {
      return { got: [], end: describeError(error, from) };
    }
  };
  for (const type of ['application/json', 'text/event-stream']) {
    differs(
      'json-for-stream',
      `a JSON completion labelled ${type} becomes one chunk`,
      caught(plain(JSON.stringify(completion), type)),
      (mine) =>
        expect(mine).toMatchObject({
          got: [
            {
              object: 'chat.completion.chunk',
              choices: [{ delta: { content: 'whole' }, finish_reason: 'stop' }],
            },
          ],
          end: 'end',
        }),
    );
    differs(
      'json-for-stream',
      `a JSON error labelled ${type} is thrown`,
      caught(plain('{"error":{"message":"no","code":"c"}}', type)),
      (mine) => expect(mine.end).toMatchObject({ message: expect.stringContaining('no'), code: 'c' }),
    );
  }
  differs(
    'json-for-stream',
    'a page is an error that shows it',
    caught(plain('<html>login</html>', 'text/html')),
    (mine) => expect(mine.end.message).toMatch(/text\/html.*login/s),
  );
  differs(
    'cut-connection',
    'a cut stream is an APIConnectionError',
    readAll(
      sse(
        () =>
          new ReadableStream({
            start: (c) => c.enqueue(encoder.encode('data: {"a":1}\n\n')),
            pull: (c) => c.error(new TypeError('terminated')),
          }),
      ),
    ),
    (mine) =>
      expect(mine).toMatchObject({
        got: [{ a: 1 }],
        end: { class: 'APIConnectionError', cause: { message: 'terminated' } },
      }),
  );
});
