// What others build from the classes of both packages: streams over iterators and responses, pages, promises of responses
// that were fetched elsewhere, and runs that end themselves.
import { describe, expect } from 'vitest';
import { differs, same } from './compare.ts';
import type { Package } from './packages.ts';

type Items = AsyncIterable<unknown>;

async function read(items: Items, limit = Infinity): Promise<unknown[]> {
  const got: unknown[] = [];
  for await (const item of items) if (got.push(item) >= limit) break;
  return got;
}

async function* two(): AsyncGenerator<unknown> {
  yield { a: 1 };
  yield { a: 2 };
}

describe('a Stream over an iterator', () => {
  const made = ({ Stream }: Package, iterator: () => any = two) =>
    new Stream(iterator, new AbortController());

  same('is read as often as its iterator can be made', async (from) => {
    const stream = made(from);
    return [await read(stream), await read(stream)];
  });
  same('leaves the iterator with the loop, and the controller alone', async (from) => {
    let left = false;
    const stream = made(from, async function* () {
      try {
        yield* two();
      } finally {
        left = true;
      }
    });
    return [await read(stream, 1), left, stream.controller.signal.aborted];
  });
  same('needs no return() of its iterator', async (from) => {
    let count = 0;
    return read(
      made(from, () => ({ next: async () => ({ value: count++, done: count > 3 }) })),
      2,
    );
  });
  same('takes a synchronous iterator, branches, and turns into lines', async (from) => {
    const list = () => [1, null, 'x'][Symbol.iterator]();
    const [left, right] = made(from, list).tee();
    const lines = new Response(made(from, list).toReadableStream()).text();
    return [await read(left), await read(right), await lines, await read(made(from, list))];
  });
  same('passes on what its iterator throws', async (from) =>
    read(
      made(from, async function* () {
        yield 1;
        throw new RangeError('mine');
      }),
    ),
  );
});

describe('a Stream of a response', () => {
  const events = 'data: {"a":1}\n\ndata: {"a":2}\n\ndata: [DONE]\n\ndata: {"a":3}\n\n';
  const of = (from: Package, response: unknown = new Response(events)) =>
    from.Stream.fromSSEResponse(response as Response, new AbortController());

  same('has its events, and aborts the controller when it is left', async (from) => {
    const stream = of(from);
    return [await read(of(from)), await read(stream, 1), stream.controller.signal.aborted];
  });
  same('takes an object with only a body', async (from) =>
    read(of(from, { body: new Response(events).body })),
  );
  same('throws the error of an event, also without headers', async (from) =>
    read(of(from, { body: new Response('data: {"error":{"message":"no"}}\n\n').body })),
  );
  for (const response of [new Response(null), {}])
    same(`without a body says so: ${response.constructor.name}`, async (from) => {
      const stream = of(from, response);
      const failure = await read(stream).catch((error: Error) => error);
      return [failure, stream.controller.signal.aborted];
    });
});

describe('a page', () => {
  const body = { data: [{ id: 'a' }, { id: 'b' }], has_more: true, last_id: 'l', next: 'n', object: 'list' };
  const options = { path: '/x', method: 'get', query: { limit: 2 } } as const;
  const classes = ['Page', 'CursorPage', 'ConversationCursorPage', 'NextCursorPage', 'TokenPage'] as const;
  for (const name of classes) {
    const bodies: object[] = [body, { ...body, has_more: false }, { data: [] }, { data: null }, {}];
    const build = (from: Package, given: object, client = new from.OpenAI({ apiKey: 'k' })) =>
      new (from.pages[name] as any)(client, new Response(), given, options);
    for (const given of bodies)
      same(`${name} of ${JSON.stringify(given)}`, (from) => {
        const page = build(from, given);
        return [page.getPaginatedItems(), page.hasNextPage(), page.nextPageRequestOptions(), { ...page }];
      });
    same(`${name} is followed through its client`, async (from) => {
      const urls: string[] = [];
      const fetch = async (url: unknown): Promise<Response> => {
        urls.push(String(url));
        return Response.json({ data: [{ id: 'c' }], has_more: false });
      };
      const client = new from.OpenAI({ apiKey: 'k', fetch });
      return [await read(build(from, body, client)), urls];
    });
  }
});

describe('a promise of a response', () => {
  const of = (from: Package, props: object) =>
    new from.APIPromise(
      new from.OpenAI({ apiKey: 'k', logLevel: 'off' }),
      Promise.resolve(props as never),
    ) as Promise<unknown>;
  const response = () => Response.json({ a: 1 }, { headers: { 'x-request-id': 'r' } });
  const names = [
    'controller',
    'requestLogID',
    'retryOfRequestLogID',
    'startTime',
    'timeout',
    'deadline',
    'sender',
  ];

  for (const [shape, members] of [
    ['nothing else', {}],
    ['members that are undefined', Object.fromEntries(names.map((name) => [name, undefined]))],
  ] as const) {
    same(`beside options and ${shape} gives the value`, async (from) => {
      const promise = of(from, { response: response(), options: {}, ...members });
      return [await promise, await (promise as any).withResponse()];
    });
    same(`beside options and ${shape} gives a stream`, async (from) => {
      const events = new Response('data: {"a":1}\n\n', { headers: { 'content-type': 'text/event-stream' } });
      const controller = new AbortController();
      const props = { response: events, options: { stream: true }, ...members, controller };
      return read((await of(from, props)) as Items);
    });
  }
  differs(
    'response-by-hand',
    'alone gives the value',
    (from) => of(from, { response: response() }),
    (mine, original) => {
      expect(mine).toEqual({ a: 1 });
      expect(original.threw.message).toContain('Cannot read properties');
    },
  );
});

type Tell = (event: string, ...args: unknown[]) => void;

/** Everything a run of either package tells, and how it ends, when `act` emits its events. */
async function told(
  from: Package,
  act: (run: { on(event: string, listener: () => unknown): unknown }, tell: Tell) => void,
): Promise<unknown> {
  class Own extends from.EventStream<any> {
    tell: Tell = (event, ...args) => this._emit(event, ...(args as []));
  }
  const run = new Own();
  const events: unknown[] = [];
  for (const event of ['item', 'error', 'abort', 'end'])
    run.on(event, (...args: unknown[]) => events.push([event, ...args]));
  const done = run.done().then(
    () => 'resolved',
    (error: unknown) => ({ rejected: error }),
  );
  try {
    act(run, run.tell);
  } catch (error) {
    events.push({ thrown: error });
  }
  const pending = new Promise((resolve) => setTimeout(resolve, 20, 'pending'));
  return { events, done: await Promise.race([done, pending]), ended: run.ended };
}

describe('a run that ends itself', () => {
  const errors: Record<string, (from: Package) => unknown> = {
    'an OpenAIError': (from) => new from.errors.OpenAIError('no'),
    'an abort error': (from) => new from.errors.APIUserAbortError(),
    'an AbortError of the platform': () => new DOMException('stop', 'AbortError'),
    'any error': () => new RangeError('mine'),
  };
  for (const event of ['error', 'abort'])
    for (const [name, make] of Object.entries(errors))
      same(`with \`${event}\` and ${name} tells that event, and rejects with that error`, (from) =>
        told(from, (_run, tell) => tell(event, make(from))),
      );
  same('with `end` resolves, and tells nothing after it', (from) =>
    told(from, (run, tell) => {
      run.on('end', () => tell('error', new from.errors.OpenAIError('late')));
      tell('item', 1);
      tell('end');
      tell('item', 2);
    }),
  );
  for (const event of ['error', 'end'])
    same(`with \`${event}\` throws what a listener of it throws, and keeps its outcome`, (from) =>
      told(from, (run, tell) => {
        run.on(event, () => {
          throw new RangeError('mine');
        });
        tell(event, ...(event === 'end' ? [] : [new from.errors.OpenAIError('no')]));
      }),
    );

  for (const event of ['error', 'abort'])
    for (const [given, value] of [
      ['nothing', []],
      ['a text', ['text']],
      ['an object', [{ message: 'text' }]],
    ] as const)
      differs(
        'outcome-is-an-error',
        `\`${event}\` with ${given}`,
        (from) => told(from, (_run, tell) => tell(event, ...value)),
        ({ done, events }) => {
          expect(done.rejected.is).toContain(event === 'abort' ? 'APIUserAbortError' : 'OpenAIError');
          if (event === 'error') expect(done.rejected.message).toBe(value.length ? 'text' : 'undefined');
          expect(events.map(([name]: [string]) => name)).toEqual([event, 'end']);
        },
      );
  for (const first of ['error', 'abort'])
    for (const again of ['error', 'abort', 'end'])
      differs(
        'first-outcome',
        `a listener of \`${first}\` emits \`${again}\` up to 20 times`,
        (from) => {
          const failure = (text: string): unknown => new from.errors.OpenAIError(text);
          return told(from, (run, tell) => {
            let left = 20;
            run.on(first, () => left-- > 0 && tell(again, failure('again')));
            tell(first, failure('first'));
          });
        },
        ({ events, done }, original) => {
          expect(events.map(([name, error]: any) => [name, error?.message])).toEqual([
            [first, 'first'],
            ['end', undefined],
          ]);
          expect(done.rejected.message).toBe('first');
          if (again === first) expect(original.events).toHaveLength(22);
        },
      );
  differs(
    'listener-isolation',
    'the first of two listeners throws',
    async (from) => {
      const order: string[] = [];
      const ended = await told(from, (run, tell) => {
        run.on('item', () => {
          order.push('first');
          throw new RangeError('mine');
        });
        run.on('item', () => order.push('second'));
        tell('item');
      });
      return { order, ended };
    },
    ({ order, ended }, original) => {
      expect(original.order).toEqual(['first']);
      expect(order).toEqual(['first', 'second']);
      expect(ended.events.at(-1).thrown).toMatchObject({ class: 'RangeError', message: 'mine' });
    },
  );
});

describe('a fetch by hand', () => {
  const events = { 'content-type': 'text/event-stream' };
  const json = { 'content-type': 'application/json' };
  const bodyOf = (...list: unknown[]) =>
    new ReadableStream({
      start(to) {
        for (const piece of list) to.enqueue(piece);
        to.close();
      },
    });

  /** What a stream of `make()` gives, and the message and class of the error it ends with. */
  async function streamed(from: Package, make: () => unknown): Promise<{ items: unknown[]; end: unknown }> {
    const fetch = async (): Promise<Response> => make() as Response;
    const client = new from.OpenAI({ apiKey: 'k', maxRetries: 0, logLevel: 'off', fetch });
    const items: unknown[] = [];
    try {
      const stream = await client.chat.completions.create({ model: 'm', messages: [], stream: true });
      for await (const item of stream) items.push(item);
      return { items, end: 'end' };
    } catch (error) {
      return { items, end: error };
    }
  }

  const chunk = '{"id":"c","choices":[{"index":0,"delta":{"content":"hi"},"finish_reason":null}]}';
  const failure = 'data: {"error":{"message":"stream_read_error","code":502}}\n\n';
  for (const [name, text, count] of [
    ['a fragment and an error event', `data: ${chunk.slice(0, 30)}\nevent: error\n${failure}`, 0],
    ['a fragment and the data of an error', `data: ${chunk.slice(0, 30)}\n${failure}`, 0],
    ['a whole chunk and an error event', `data: ${chunk}\nevent: error\n${failure}`, 1],
    ['a whole chunk and the data of an error', `data: ${chunk}\n${failure}`, 1],
  ] as const)
    differs(
      'error-in-event',
      name,
      (from) => streamed(from, () => new Response(text, { headers: events })),
      ({ items, end }, original) => {
        expect(items).toHaveLength(count);
        expect(end).toMatchObject({ message: expect.stringContaining('stream_read_error'), code: 502 });
        expect(original).toMatchObject({ items: [], end: { class: 'SyntaxError' } });
      },
    );

  const whole = '{"id":"c","choices":[{"index":0,"message":{"content":"hi"},"finish_reason":"stop"}]}';
  differs(
    'string-bodies',
    'that is JSON',
    (from) =>
      streamed(from, () => new Response(bodyOf(whole.slice(0, 9), whole.slice(9)), { headers: json })),
    ({ items, end }, original) => {
      expect(items).toMatchObject([{ choices: [{ delta: { content: 'hi' } }] }]);
      expect([end, original]).toEqual(['end', { items: [], end: 'end' }]);
    },
  );
  differs(
    'stream-truncated',
    'audio that breaks off after its `expires_at`',
    (from) => {
      const audio = [{ id: 'a', expires_at: 5 }, { data: 'AAAA' }].map(
        (audio) => `data: {"id":"c","choices":[{"index":0,"delta":${JSON.stringify({ audio })}}]}\n\n`,
      );
      return streamed(from, () => new Response(audio.join(''), { headers: events }));
    },
    ({ end }, original) => {
      expect(end.class).toBe('StreamTruncatedError');
      expect(original.end).toBe('end');
    },
  );

  const odd: Record<string, () => unknown> = {
    'a text': () => 'text',
    'no headers': () => ({ ok: true, status: 200, body: bodyOf() }),
    'headers of another type': () => ({ ok: true, status: 200, headers: events, body: bodyOf() }),
    'a body that is a text': () => ({ ok: true, headers: new Headers(events), body: 'data: {}' }),
    'a body of numbers': () => new Response(bodyOf(1), { headers: events }),
    'a locked body': () => {
      const response = new Response('data: {}\n\n', { headers: events });
      response.body!.getReader();
      return response;
    },
  };
  for (const [name, make] of Object.entries(odd))
    differs(
      'unreadable-responses',
      name,
      (from) => streamed(from, make),
      ({ end }, original) => {
        expect(end.is).toContain('OpenAIError');
        // What it cannot read, `openai` leaves out.
        if (original.end !== 'end') expect(original.end).toMatchObject({ class: 'TypeError', is: [] });
      },
    );
  differs(
    'unreadable-responses',
    'a page whose data is an object',
    async (from) => {
      const fetch = async (): Promise<Response> => Response.json({ data: {} });
      const client = new from.OpenAI({ apiKey: 'k', logLevel: 'off', fetch });
      return read(client.chat.completions.list());
    },
    (mine, original) => {
      expect(mine.threw).toMatchObject({
        message: 'Expected a page with a list as data, got [object Object]',
      });
      expect(original.threw).toMatchObject({ class: 'TypeError', is: [] });
    },
  );
});
