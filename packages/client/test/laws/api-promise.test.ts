// The promise of a call, asked in any order and through whatever a tracer makes of it: one body, read once.
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { OpenAI } from '../../src/entries/index.ts';
import { completion, eventStream, text } from '../support/chunks.ts';
import { fakeFetch, json } from '../support/fake-fetch.ts';

const body = { model: 'm', messages: [] };
const sent = completion('Hello');
const headers = { 'x-request-id': 'req_1' };

/** One way to ask a promise; gives the completion it was given. */
const ways: Record<string, (promise: any) => unknown> = {
  then: (promise) => promise.then((value: unknown) => value),
  await: async (promise) => await promise,
  catch: (promise) => promise.catch(() => 'failed'),
  finally: (promise) => promise.finally(() => {}),
  withResponse: async (promise) => {
    const { data, response, request_id } = await promise.withResponse();
    expect([response.status, request_id]).toEqual([200, 'req_1']);
    return data;
  },
  asResponse: async (promise) => {
    expect((await promise.asResponse()).headers.get('x-request-id')).toBe('req_1');
    return promise;
  },
};

/** One way to make another promise of a promise, for the same completion. */
const derivations: Record<string, (promise: any) => any> = {
  itself: (promise) => promise,
  unwrap: (promise) => promise._thenUnwrap((value: unknown) => value),
  'unwrap, a copy': (promise) => promise._thenUnwrap((value: object) => ({ ...value })),
  'unwrap, frozen': (promise) => promise._thenUnwrap((value: object) => Object.freeze({ ...value })),
  'unwrap, async': (promise) => promise._thenUnwrap(async (value: object) => ({ ...value })),
  proxy: (promise) => new Proxy(promise, {}),
  'proxy over get': (promise) =>
    new Proxy(promise, { get: (target, key, receiver) => Reflect.get(target, key, receiver) }),
};

const steps = fc.array(
  fc.record({
    of: fc.nat(),
    derive: fc.constantFrom(...Object.keys(derivations)),
    ask: fc.option(fc.constantFrom(...Object.keys(ways))),
    wait: fc.boolean(),
  }),
  { minLength: 1, maxLength: 12 },
);

it('any sequence of asking and deriving sees one body', async () => {
  await fc.assert(
    fc.asyncProperty(steps, async (steps) => {
      const fetch = fakeFetch(json(sent, { headers }));
      const promises: any[] = [
        new OpenAI({ apiKey: 'k', maxRetries: 0, fetch }).chat.completions.create(body),
      ];
      const asked: unknown[] = [];
      for (const { of, derive, ask, wait } of steps) {
        const promise = derivations[derive]!(promises[of % promises.length]);
        promises.push(promise);
        if (!ask) continue;
        const value = ways[ask]!(promise);
        asked.push(value);
        if (wait) await value;
      }
      for (const value of await Promise.all([...asked, ...promises])) {
        expect(value).toEqual(sent);
        if (Object.isExtensible(value)) expect((value as any)._request_id).toBe('req_1');
      }
      expect(fetch.requests).toHaveLength(1);
    }),
    { numRuns: 300 },
  );
});

it('the same promise gives the same object, and a stream is opened once', async () => {
  const client = new OpenAI({ apiKey: 'k', fetch: fakeFetch(json(sent), eventStream(text('Hi'))) });
  const whole = client.chat.completions.create(body);
  expect(await whole).toBe(await whole);
  expect((await whole.withResponse()).data).toBe(await whole);
  const streamed = client.chat.completions.create({ ...body, stream: true });
  expect(await streamed._thenUnwrap((stream) => stream)).toBe(await streamed);
  let said = '';
  for await (const chunk of await streamed) said += chunk.choices[0]?.delta.content ?? '';
  expect(said).toBe('Hi');
});

it('what transforms throw rejects their promise alone', async () => {
  const created = new OpenAI({ apiKey: 'k', fetch: fakeFetch(json(sent)) }).chat.completions.create(body);
  const failing = created._thenUnwrap(() => {
    throw new RangeError('mine');
  });
  await expect(failing).rejects.toThrow('mine');
  await expect(failing.withResponse()).rejects.toThrow('mine');
  expect(await created._thenUnwrap(({ id }) => id)).toBe(sent.id);
  expect((await failing.asResponse()).status).toBe(200);
});

class Traced<T> extends Promise<T> {
  span = 'mine';
}

/** What a `create` that somebody has put in the place of ours may give. */
const patches: Record<string, (promise: any) => any> = {
  'a plain promise': async (promise) => promise,
  'a subclass of Promise': (promise) => Traced.resolve().then(() => promise),
  // oxlint-disable-next-line unicorn/no-thenable
  'a thenable': (promise) => ({ then: promise.then.bind(promise) }),
  'a proxy of our promise': (promise) => new Proxy(promise, {}),
};

describe.each(Object.entries(patches))('a patched create() that gives %s', (_name, patch) => {
  function patched(...answers: Response[]): OpenAI {
    const client = new OpenAI({ apiKey: 'k', maxRetries: 0, fetch: fakeFetch(...answers) });
    const { completions } = client.chat;
    const create = completions.create.bind(completions) as any;
    completions.create = (...args: unknown[]) => patch(create(...args));
    return client;
  }

  const response_format = { type: 'json_schema' as const, json_schema: { name: 'it', schema: {} } };
  const asked = { ...body, response_format };

  it('works in parse()', async () => {
    const { choices } = await patched(json(completion('{"a":1}'))).chat.completions.parse(asked);
    expect(choices[0]!.message.parsed).toEqual({ a: 1 });
    await expect(patched(json(completion('{'))).chat.completions.parse(asked)).rejects.toMatchObject({
      text: '{',
      completion: { id: sent.id },
    });
  });

  it('works in stream()', async () => {
    const stream = patched(eventStream(text('{"a"', ':1}'))).chat.completions.stream(asked);
    expect((await stream.finalChatCompletion()).choices[0]!.message.parsed).toEqual({ a: 1 });
  });

  it('works in runTools(), streamed or not', async () => {
    const run = patched(json(sent)).chat.completions.runTools({ ...body, tools: [] });
    expect(await run.finalContent()).toBe('Hello');
    const streamed = patched(eventStream(text('Hi'))).chat.completions.runTools({
      ...body,
      stream: true,
      tools: [],
    });
    expect(await streamed.finalContent()).toBe('Hi');
  });
});

it.each([undefined, null, 5, 'text'])(
  'a patched create() that gives %s is named in the error',
  async (given) => {
    const { completions } = new OpenAI({ apiKey: 'k' }).chat;
    for (const give of [() => given, async () => given]) {
      completions.create = give as never;
      const message = `Expected a completion, got ${given}`;
      await expect(completions.parse(body)).rejects.toThrow(message);
      await expect(completions.runTools({ ...body, tools: [] }).done()).rejects.toThrow(message);
    }
  },
);

it.each([undefined, null, 5, {}])('a patched create() that gives %s is no stream', async (given) => {
  const { completions } = new OpenAI({ apiKey: 'k' }).chat;
  for (const give of [() => given, async () => given]) {
    completions.create = give as never;
    const message = `Expected a stream of chunks, got ${Object.prototype.toString.call(given)}`;
    await expect(completions.stream(body).done()).rejects.toThrow(message);
    await expect(completions.runTools({ ...body, stream: true, tools: [] }).done()).rejects.toThrow(message);
  }
});

it.each(Object.entries(patches))(
  'pages that a patched client gives as %s follow each other',
  async (_name, patch) => {
    const page = (id: string, has_more: boolean): Response => json({ data: [{ id }], has_more });
    const client = new OpenAI({ apiKey: 'k', fetch: fakeFetch(page('a', true), page('b', false)) });
    const request = client.requestAPIList.bind(client) as any;
    client.requestAPIList = (...args: unknown[]) => patch(request(...args));
    const ids: string[] = [];
    for await (const { id } of await client.chat.completions.list()) ids.push(id);
    expect(ids).toEqual(['a', 'b']);
  },
);
