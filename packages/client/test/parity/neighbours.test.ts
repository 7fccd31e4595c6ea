// The endpoints beside chat: models, embeddings, moderations and text completions.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { differs, expectSame, same } from './compare.ts';
import { type Package, ours } from './packages.ts';
import { type Reply, type World, fakeWorld, json } from './world.ts';

type Client = InstanceType<Package['OpenAI']>;
type Run = (client: Client) => unknown;

/** What the server saw, and what the call gave or threw. */
async function sent(from: Package, replies: Reply[], run: Run): Promise<unknown> {
  const world: World = fakeWorld(replies);
  const client = new from.OpenAI({ apiKey: 'k', fetch: world.fetch, maxRetries: 0 });
  let result: unknown;
  try {
    result = await run(client);
  } catch (error) {
    result = error;
  }
  return { result, seen: world.seen.map(({ at: _, ...request }) => request) };
}

async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const list: T[] = [];
  for await (const item of items) list.push(item);
  return list;
}

function scripts(table: Record<string, [Reply, Run]>): void {
  for (const [name, [reply, run]] of Object.entries(table)) same(name, (from) => sent(from, [reply], run));
}

const failure = json({ error: { message: 'no', type: 't', code: 'c', param: 'input' } }, { status: 400 });
const options = { headers: { 'X-Mine': '1' }, query: { a: 'b' }, timeout: 5000, idempotencyKey: 'i' };

describe('models', () => {
  const models = json({ object: 'list', data: [{ id: 'a' }, { id: 'b' }] });
  scripts({
    'a page': [models, async (c) => ({ ...(await c.models.list()) }).data],
    'the items of the page': [models, (c) => all(c.models.list())],
    'the page says that it is the only one': [
      json({ object: 'list', data: [{ id: 'a' }], has_more: true }),
      async (c) => {
        const page = await c.models.list();
        return [page.constructor.name, page.object, page.hasNextPage(), page.nextPageRequestOptions()];
      },
    ],
    'data: null': [json({ object: 'list', data: null }), (c) => all(c.models.list())],
    'list with options': [models, (c) => all(c.models.list(options))],
    'list with a promise of options': [
      models,
      (c) => all(c.models.list(Promise.resolve({ query: { a: 1 } }) as never)),
    ],
    'list with null': [models, (c) => all(c.models.list(null as never))],
    'list that fails': [failure, (c) => c.models.list()],
    retrieve: [json({ id: 'a' }), (c) => c.models.retrieve('a')],
    'retrieve a name with slashes': [json({ id: 'a' }), (c) => c.models.retrieve('org/model a')],
    'retrieve with options': [json({ id: 'a' }), (c) => c.models.retrieve('a', options)],
    'retrieve ""': [json({ id: 'a' }), (c) => c.models.retrieve('')],
    'retrieve ..': [json({ id: 'a' }), (c) => c.models.retrieve('..')],
    'retrieve undefined': [json({ id: 'a' }), (c) => c.models.retrieve(undefined as never)],
    'retrieve that fails': [failure, (c) => c.models.retrieve('a')],
    delete: [json({ id: 'a', deleted: true }), (c) => c.models.delete('ft:a:b', options)],
    'delete that fails': [failure, (c) => c.models.delete('a')],
  });
  differs(
    'bare-lists',
    'a list without an object around it',
    (from) => sent(from, [json([{ id: 'a' }])], (c) => all(c.models.list())),
    (mine, original) => {
      expect(mine.result).toEqual([{ id: 'a' }]);
      expect(original.result).toEqual([]);
    },
  );
});

describe('embeddings', () => {
  const body = { model: 'm', input: 'x' };
  const base64 = (floats: number[]): string =>
    Buffer.from(new Float32Array(floats).buffer).toString('base64');
  const vectors = (...list: unknown[]): Reply =>
    json({
      object: 'list',
      data: list.map((embedding, index) => ({ object: 'embedding', index, embedding })),
      model: 'm',
      usage: { prompt_tokens: 1, total_tokens: 1 },
    });
  const create =
    (more: object = {}, given?: object): Run =>
    (c) =>
      c.embeddings.create({ ...body, ...more }, given);

  scripts({
    'base64 is requested and decoded': [vectors(base64([1, 0.5, -0.1])), create()],
    'several inputs': [vectors(base64([1]), base64([2])), create({ input: ['a', 'b'] })],
    'token ids': [vectors(base64([1])), create({ input: [1, 2, 3] })],
    'lists of token ids': [vectors(base64([1]), base64([2])), create({ input: [[1], [2, 3]] })],
    'dimensions and user': [vectors(base64([1, 2])), create({ dimensions: 2, user: 'u' })],
    'numbers, as requested': [vectors([1, 2]), create({ encoding_format: 'float' })],
    'base64 though numbers were requested': [vectors(base64([1])), create({ encoding_format: 'float' })],
    'base64, as requested': [vectors(base64([1])), create({ encoding_format: 'base64' })],
    'numbers though base64 was requested': [vectors([1, 2]), create()],
    'numbers and base64': [vectors([1, 2], base64([3])), create()],
    'an empty vector': [vectors(''), create()],
    'no padding': [vectors(base64([1]).replace(/=+$/, '')), create()],
    'the URL-safe alphabet': [vectors('AACA_w==', '-_-_-w'), create()],
    'spaces in base64': [vectors(' AACA\n Pw== '), create()],
    'values that JSON cannot say': [vectors(base64([NaN, Infinity, -Infinity, -0])), create()],
    'with options': [vectors(base64([1])), create({}, options)],
    'a body in options': [
      vectors(base64([1])),
      create({}, { body: { model: 'z', input: 'y', encoding_format: 'float' } }),
    ],
    'an error': [failure, create()],
    asResponse: [vectors(base64([1])), async (c) => (await c.embeddings.create(body).asResponse()).text()],
    withResponse: [
      vectors(base64([1])),
      async (c) => {
        const { data, request_id } = await c.embeddings.create(body).withResponse();
        return { data, request_id, own: (data as { _request_id?: string })._request_id };
      },
    ],
    'the body is left as it was': [
      vectors(base64([1])),
      async (c) => {
        const mine = { ...body };
        await c.embeddings.create(mine);
        return mine;
      },
    ],
  });
  for (const encoding_format of [undefined, null, '', 0, false, 'odd'])
    same(`encoding_format: ${encoding_format}`, (from) =>
      sent(from, [vectors(base64([1]))], create({ encoding_format })),
    );
  test('any vectors', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.float32Array({ maxLength: 40 }), { maxLength: 5 }), (list) =>
        expectSame((from) => sent(from, [vectors(...list.map((each) => base64([...each])))], create())),
      ),
      { numRuns: 50 },
    );
  });

  const odd: [string, Reply, RegExp][] = [
    ['null in place of a vector', vectors(null), /^data\[0\]\.embedding is not/],
    ['an object in place of a vector', vectors(base64([1]), { a: 1 }), /^data\[1\]\.embedding is not/],
    ['null in place of an item', json({ data: [null] }), /^data\[0\]\.embedding is not/],
    ['half a number', vectors('AAAA'), /^data\[0\]\.embedding is not/],
    ['text that is not base64', vectors('!!!!'), /^data\[0\]\.embedding is not/],
    ['no data', json({ object: 'list' }), /^Expected a list of embeddings in data, got undefined/],
    ['data: null', json({ data: null }), /^Expected a list of embeddings in data, got null/],
  ];
  for (const [name, reply, message] of odd)
    differs(
      'undecodable-embeddings',
      name,
      (from) => sent(from, [reply], create()),
      (mine) => {
        expect(mine.result.class).toBe('OpenAIError');
        expect(mine.result.message).toMatch(message);
      },
    );
  differs(
    'responses-are-completions',
    'a page to log in on, for embeddings',
    (from) =>
      sent(
        from,
        [{ body: '<html>', headers: { 'content-type': 'text/html' } }],
        create({ encoding_format: 'float' }),
      ),
    (mine) => expect(mine.result.message).toBe('Expected embeddings, got text/html: <html>'),
  );
});

describe('moderations', () => {
  const moderation = json({ id: 'modr-1', model: 'm', results: [{ flagged: false }] });
  scripts({
    'a text': [moderation, (c) => c.moderations.create({ input: 'x' })],
    parts: [
      moderation,
      (c) =>
        c.moderations.create({
          model: 'omni-moderation-latest',
          input: [
            { type: 'text', text: 'x' },
            { type: 'image_url', image_url: { url: 'data:,' } },
          ],
        }),
    ],
    'with options': [moderation, (c) => c.moderations.create({ input: ['x'] }, options)],
    'an error': [failure, (c) => c.moderations.create({ input: 'x' })],
  });
});

describe('text completions', () => {
  const body = { model: 'm', prompt: 'p' };
  const chunk = (text: string, finish_reason: string | null = null): object => ({
    id: 'cmpl-1',
    object: 'text_completion',
    created: 1,
    model: 'm',
    choices: [{ text, index: 0, logprobs: null, finish_reason }],
  });
  const events = (...list: (object | string)[]): Reply => ({
    headers: { 'content-type': 'text/event-stream', 'x-request-id': 'req_1' },
    body: list.map((item) => `data: ${typeof item === 'string' ? item : JSON.stringify(item)}\n\n`).join(''),
  });
  const streamed: Run = async (c) => {
    const stream = await c.completions.create({ ...body, stream: true });
    return [stream.constructor.name, await all(stream)];
  };
  const usage = { prompt_tokens: 1, completion_tokens: 2, total_tokens: 3 };
  scripts({
    create: [json(chunk('x', 'stop')), (c) => c.completions.create(body)],
    'create with everything': [
      json(chunk('x', 'stop')),
      (c) =>
        c.completions.create(
          {
            ...body,
            prompt: [[1, 2], [3]],
            n: 2,
            best_of: 3,
            echo: true,
            logprobs: 1,
            suffix: 's',
            stream: false,
          },
          options,
        ),
    ],
    'create that fails': [failure, (c) => c.completions.create(body)],
    'a stream': [events(chunk('a'), chunk('b', 'stop'), '[DONE]'), streamed],
    'a stream with usage': [
      events(chunk('a', 'stop'), { id: 'cmpl-1', choices: [], usage }, '[DONE]'),
      streamed,
    ],
    'a stream with token log probabilities': [
      events(
        {
          id: 'cmpl-1',
          choices: [
            { text: 'a', index: 0, finish_reason: 'stop', logprobs: { tokens: ['a'], token_logprobs: [-1] } },
          ],
        },
        '[DONE]',
      ),
      streamed,
    ],
    'an error in a stream': [events(chunk('a'), { error: { message: 'gone', code: 'c' } }), streamed],
    'a stream that is refused': [failure, streamed],
    'a stream, with options': [
      events(chunk('a', 'stop'), '[DONE]'),
      async (c) => all(await c.completions.create({ ...body, stream: true }, options)),
    ],
    'a body in options': [
      events(chunk('a', 'stop'), '[DONE]'),
      async (c) => all((await c.completions.create(body, { body: { ...body, stream: true } })) as never),
    ],
    'the lines of toReadableStream': [
      events(chunk('a'), chunk('b', 'stop'), '[DONE]'),
      async (c) => {
        const stream = await c.completions.create({ ...body, stream: true });
        return new Response(stream.toReadableStream()).text();
      },
    ],
    'both branches of tee': [
      events(chunk('a'), chunk('b', 'stop'), '[DONE]'),
      async (c) => {
        const [left, right] = (await c.completions.create({ ...body, stream: true })).tee();
        return [await all(left), await all(right)];
      },
    ],
  });

  differs(
    'stream-truncated',
    'a text that stops in the middle',
    (from) => sent(from, [events(chunk('a'), chunk('b'))], streamed),
    (mine, original) => {
      expect(mine.result.class).toBe('StreamTruncatedError');
      expect(original.result[1]).toHaveLength(2);
    },
  );
  test('what came of a text is on the error', async () => {
    const world = fakeWorld([events(chunk('a'), chunk('b'))]);
    const client = new ours.OpenAI({ apiKey: 'k', fetch: world.fetch, maxRetries: 0 });
    const failed = all(await client.completions.create({ ...body, stream: true }));
    await expect(failed).rejects.toMatchObject({ partial: chunk('ab') });
  });
  differs(
    'json-for-stream',
    'a text that is not streamed',
    (from) => sent(from, [json(chunk('ab', 'stop'))], streamed),
    (mine, original) => {
      expect(mine.result[1]).toMatchObject([{ choices: [{ text: 'ab' }] }]);
      expect(original.result[1]).toEqual([]);
    },
  );
  differs(
    'events-for-a-completion',
    'a text that is streamed without being asked',
    (from) =>
      sent(from, [events(chunk('a'), chunk('b', 'stop'), '[DONE]')], (c) => c.completions.create(body)),
    (mine, original) => {
      expect(mine.result).toMatchObject(chunk('ab', 'stop'));
      expect(mine.result.choices[0]).not.toHaveProperty('message');
      expect(original.result).toMatch(/^data: /);
    },
  );
  differs(
    'responses-are-completions',
    'a page to log in on, for a text',
    (from) =>
      sent(from, [{ body: '<html>', headers: { 'content-type': 'text/html' } }], (c) =>
        c.completions.create(body),
      ),
    (mine) => expect(mine.result.message).toBe('Expected a completion, got text/html: <html>'),
  );
});

for (const name of ['embeddings', 'moderations', 'completions'] as const)
  differs(
    'missing-body',
    `${name}.create() without a body`,
    (from) => sent(from, [json({})], (c) => (c[name].create as (body?: unknown) => unknown)()),
    (mine) => {
      expect(mine.result.message).toBe('create() needs a body, got undefined');
      expect(mine.seen).toEqual([]);
    },
  );

differs(
  'absent-resources',
  'a resource that is not ours',
  (from) =>
    sent(from, [json({ id: 'resp_1' })], (c) =>
      (c as unknown as Record<string, any>)['responses'].create({ model: 'm', input: 'x' }),
    ),
  (mine, original) => {
    expect(mine.result.message).toContain("Use client.post('/responses', { body })");
    expect(mine.seen).toEqual([]);
    expect(original.seen).toHaveLength(1);
  },
);

describe('patches', () => {
  for (const name of ['Embeddings', 'Moderations', 'Completions', 'Models'] as const)
    same(`a method put on the prototype of OpenAI.${name} is used by every client`, (from) => {
      const { prototype } = from.OpenAI[name] as unknown as { prototype: Record<string, unknown> };
      const method = name === 'Models' ? 'list' : 'create';
      const before = prototype[method];
      prototype[method] = () => 'patched';
      try {
        const client = new from.OpenAI({ apiKey: 'k' }) as unknown as Record<string, any>;
        const resource = client[name.toLowerCase()];
        return [resource[method](), resource instanceof (from.OpenAI[name] as never), from.OpenAI[name].name];
      } finally {
        prototype[method] = before;
      }
    });
});
