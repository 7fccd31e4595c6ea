import { AsyncLocalStorage } from 'node:async_hooks';
import { describe, expect, it, vi } from 'vitest';
import { sse, text as textChunks } from '../../test/support/chunks.ts';
import { cutOff, failure, fakeFetch, json } from '../../test/support/fake-fetch.ts';
import type { Step } from '../../test/support/fake-fetch.ts';
import { completionOf } from '../../test/support/tool-runs.ts';
import { OpenAI } from '../client.ts';
import {
  APIConnectionError,
  APIUserAbortError,
  BadRequestError,
  StreamTruncatedError,
} from '../errors/api-error.ts';
import type { CallObserver, EndEvent, Observe, ObservedCall, ObservedRequest } from './observer.ts';
import type { ClientOptions } from './options.ts';

const body = { model: 'm', messages: [{ role: 'user' as const, content: 'Hi' }] };
const streamed = { ...body, stream: true as const };
const usage = { prompt_tokens: 1, completion_tokens: 2, total_tokens: 3 };
const completion = completionOf({ content: 'Hello', usage });
const events = (text: string): Response =>
  new Response(text, { headers: { 'content-type': 'text/event-stream' } });
const usageChunk = { id: 'c', object: 'chat.completion.chunk', choices: [], usage };
const whole = sse([...textChunks('Hel', 'lo'), usageChunk]);
const half = sse(textChunks('Hel', 'lo').slice(0, 2)).replace('data: [DONE]\n\n', '');

const methods = ['attempt', 'response', 'retry', 'failure', 'chunk', 'end'] as const;

/** What happened, in its order. */
interface Told {
  calls: ObservedCall[];
  names: string[];
  events: Record<(typeof methods)[number], any[]>;
  observe: Observe;
  /** The one end. */
  end(): EndEvent;
}

function listener(more: (call: ObservedCall) => CallObserver = () => ({})): Told {
  const told: Told = {
    calls: [],
    names: [],
    events: { attempt: [], response: [], retry: [], failure: [], chunk: [], end: [] },
    observe(call) {
      told.calls.push(call);
      const own = more(call);
      const observer: any = { ...own };
      for (const name of methods)
        observer[name] = (event: unknown) => {
          told.names.push(name);
          told.events[name].push(event);
          return (own as any)[name]?.(event);
        };
      return observer;
    },
    end() {
      expect(told.events.end).toHaveLength(1);
      return told.events.end[0];
    },
  };
  return told;
}

function clientOf(steps: Step[], options: ClientOptions = {}) {
  const fetch = fakeFetch(...steps);
  const client = new OpenAI({ apiKey: 'k', baseURL: 'http://h/v1', fetch, logLevel: 'off', ...options });
  const sent = (): any[] => fetch.requests.map((request) => JSON.parse(String(request.body)));
  return { client, fetch, sent };
}

async function readAll(stream: AsyncIterable<unknown>): Promise<any[]> {
  const items = [];
  for await (const item of stream) items.push(item);
  return items;
}

describe('a request', () => {
  it('is told from its attempt to its value', async () => {
    const told = listener();
    const { client } = clientOf([json(completion, { headers: { 'x-request-id': 'r' } })], told);
    await client.chat.completions.create(body);
    expect(told.calls).toMatchObject([
      { kind: 'request', method: 'post', path: '/chat/completions', baseURL: 'http://h/v1', body },
    ]);
    expect(told.names).toEqual(['attempt', 'response', 'end']);
    const [attempt] = told.events.attempt;
    expect(attempt).toMatchObject({ attempt: 1, url: 'http://h/v1/chat/completions' });
    expect(attempt.headers.get('authorization')).toBe('Bearer k');
    const [response] = told.events.response;
    expect(response).toMatchObject({ attempt: 1, status: 200, ms: expect.any(Number) });
    expect(response.headers.get('x-request-id')).toBe('r');
    expect(told.end()).toEqual({
      outcome: 'complete',
      error: undefined,
      value: completion,
      usage,
      ms: expect.any(Number),
    });
  });

  it('is told of every repeat, and of why there is one', async () => {
    const told = listener();
    const lost = new TypeError('fetch failed');
    const { client } = clientOf([failure(503), lost, json(completion)], told);
    await client.chat.completions.create(body);
    expect(told.names.join(' ')).toBe('attempt response retry attempt retry attempt response end');
    expect(told.events.retry).toEqual([
      { attempt: 1, delay: 0, status: 503, error: undefined },
      { attempt: 2, delay: expect.any(Number), status: undefined, error: expect.any(APIConnectionError) },
    ]);
    expect(told.events.attempt.map(({ attempt }) => attempt)).toEqual([1, 2, 3]);
    expect(told.end().outcome).toBe('complete');
  });

  it('is told of a body that is lost and fetched again', async () => {
    const told = listener();
    const { client } = clientOf([cutOff('{"id"'), json(completion)], told);
    await client.chat.completions.create(body);
    expect(told.names).toEqual(['attempt', 'response', 'retry', 'attempt', 'response', 'end']);
    expect(told.events.retry).toMatchObject([{ status: undefined, error: expect.any(APIConnectionError) }]);
  });

  it('ends with its failure', async () => {
    const told = listener();
    const { client } = clientOf([failure(400)], told);
    const error = await client.chat.completions.create(body).catch((error) => error);
    expect(error).toBeInstanceOf(BadRequestError);
    expect(told.names).toEqual(['attempt', 'response', 'failure', 'end']);
    expect(told.events.failure).toEqual([{ attempt: 1, error }]);
    expect(told.end()).toMatchObject({ outcome: 'error', error, value: undefined });
  });

  it('ends with its failure before the first attempt', async () => {
    const told = listener();
    const { client } = clientOf([], told);
    await expect(client.chat.completions.create(body, { timeout: 0.5 })).rejects.toThrow('integer');
    expect(told.names).toEqual(['end']);
    expect(told.end().outcome).toBe('error');
  });

  it('ends as aborted', async () => {
    const told = listener();
    const { client } = clientOf([() => new Promise(() => {})], told);
    const signal = AbortSignal.timeout(5);
    await expect(client.chat.completions.create(body, { signal })).rejects.toThrow(APIUserAbortError);
    expect(told.names).toEqual(['attempt', 'end']);
    expect(told.end().outcome).toBe('aborted');
  });

  it('names its helper', async () => {
    const told = listener();
    const { client } = clientOf([json(completion), events(whole)], told);
    await client.chat.completions.parse(body);
    await client.chat.completions.stream(body).done();
    expect(told.calls).toMatchObject([{ helper: 'chat.completions.parse' }, { helper: 'stream' }]);
  });

  it('is each page of a list', async () => {
    const told = listener();
    const pages = [json({ data: [{ id: '1' }], has_more: true }), json({ data: [], has_more: false })];
    const { client } = clientOf(pages, told);
    await readAll(client.chat.completions.list());
    expect(told.calls).toMatchObject([{ method: 'get' }, { method: 'get', query: { after: '1' } }]);
    expect(told.events.end).toMatchObject([{ value: { data: [{ id: '1' }] } }, { value: { data: [] } }]);
  });

  it('ends once with the one completion that unrequested events add up to', async () => {
    const told = listener();
    const { client } = clientOf([events(whole)], told);
    const value = await client.chat.completions.create(body);
    expect(value.choices[0]!.message.content).toBe('Hello');
    expect(told.names).toEqual(['attempt', 'response', 'end']);
    expect(told.end()).toMatchObject({ outcome: 'complete', value, usage });
  });
});

describe('a response that the caller reads', () => {
  it('ends its call', async () => {
    const told = listener();
    const { client } = clientOf([json(completion)], told);
    const value = await client.chat.completions.create(body).asResponse();
    await vi.waitFor(() => expect(told.end()).toMatchObject({ outcome: 'complete', value }), {
      timeout: 10_000,
    });
    await value.json();
  });

  it.each([
    ['before', (call: any) => Promise.all([call, call.asResponse()])],
    ['with', (call: any) => call.withResponse()],
  ])('does not end it while the value is read, %s', async (_, both) => {
    const told = listener();
    const { client } = clientOf([json(completion)], told);
    await both(client.chat.completions.create(body));
    expect(told.end()).toMatchObject({ value: completion, usage });
  });

  it('does not end the call of a stream', async () => {
    const told = listener();
    const { client } = clientOf([events(whole)], told);
    const { data } = await client.chat.completions.create(streamed).withResponse();
    expect(told.names).not.toContain('end');
    await readAll(data);
    expect(told.end().outcome).toBe('complete');
  });
});

describe('a stream', () => {
  it('tells its chunks, and ends with all they add up to', async () => {
    const told = listener();
    const { client } = clientOf([events(whole)], told);
    const chunks = await readAll(await client.chat.completions.create(streamed));
    expect(told.events.chunk).toEqual(chunks);
    expect(told.names.slice(-2)).toEqual(['chunk', 'end']);
    expect(told.end()).toMatchObject({ outcome: 'complete', usage, error: undefined });
    expect((told.end().value as any).choices[0].message.content).toBe('Hello');
  });

  it.each([
    ['left', 'aborted', undefined],
    ['cut', 'truncated', StreamTruncatedError],
    ['malformed', 'error', SyntaxError],
  ])('that is %s ends as %s', async (how, outcome, error) => {
    const told = listener();
    const text = how === 'left' ? whole : how === 'cut' ? half : `${half}data: {\n\n`;
    const { client } = clientOf([events(text)], told);
    const stream = await client.chat.completions.create(streamed);
    await (async () => {
      for await (const { choices } of stream) if (how === 'left' && choices[0]?.delta.content) break;
    })().catch(() => {});
    expect(told.end()).toMatchObject({ outcome, error: error ? expect.any(error) : undefined });
    expect((told.end().value as any).choices[0].message.content).toBe('Hel');
  });

  it('that is aborted and never read ends as aborted', async () => {
    const told = listener();
    const { client } = clientOf([events(whole)], told);
    const stream = await client.chat.completions.create(streamed);
    stream.controller.abort();
    await vi.waitFor(() => expect(told.end().outcome).toBe('aborted'), { timeout: 10_000 });
  });

  it('that is asked for again is one call', async () => {
    let request: ObservedRequest;
    const told = listener((call) => {
      request = call as ObservedRequest;
      return { retry: () => void (request.body = { ...streamed, model: 'other' }) };
    });
    const { client, sent } = clientOf([cutOff(''), events(whole)], told);
    const chunks = await readAll(await client.chat.completions.create(streamed));
    expect(told.names.slice(0, 5)).toEqual(['attempt', 'response', 'retry', 'attempt', 'response']);
    expect(sent().map(({ model }) => model)).toEqual(['m', 'other']);
    expect(told.events.chunk).toEqual(chunks);
    expect(told.end().outcome).toBe('complete');
  });

  it('does not show its reader the chunks that an observer hides', async () => {
    const hide = { chunk: (chunk: any) => (chunk.usage ? ('hide' as const) : undefined) };
    const told = listener(() => hide);
    const { client } = clientOf([events(whole), events(whole)], told);
    const chunks = await readAll(await client.chat.completions.create(streamed));
    expect(chunks.some((chunk) => chunk.usage)).toBe(false);
    expect(told.events.chunk).toHaveLength(chunks.length + 1);
    expect(told.end().usage).toEqual(usage);
    const final = await client.chat.completions.stream(body).finalChatCompletion();
    expect(final.usage).toBeUndefined();
    expect(told.events.end[1]).toMatchObject({ outcome: 'complete', usage });
  });
});

describe('an observer', () => {
  it('replaces what is sent, and leaves what the caller passed as it is', async () => {
    const given = { method: 'post', path: '/chat/completions', body: Object.freeze(body) } as const;
    const before = structuredClone(given);
    const { client, sent } = clientOf([json(completion)], {
      observe(call) {
        if (call.kind === 'request') call.body = { ...(call.body as object), store: true };
      },
    });
    await client.request(given);
    expect(sent()).toEqual([{ ...body, store: true }]);
    expect(given).toEqual(before);
  });

  it('sets a header of an attempt', async () => {
    const { client, fetch } = clientOf([json(completion)], {
      observe: () => ({ attempt: ({ attempt, headers }) => headers.set('x-attempt', `${attempt}`) }),
    });
    await client.chat.completions.create(body);
    expect(fetch.requests[0]!.headers['x-attempt']).toBe('1');
  });

  it('makes one more attempt of a call that failed', async () => {
    const told = listener((call) => ({
      failure() {
        if (call.kind === 'request') call.body = { ...body, model: 'fallback' };
        return 'retry';
      },
    }));
    const { client, sent } = clientOf([failure(400), json(completion)], { ...told, maxRetries: 0 });
    await client.chat.completions.create(body);
    expect(told.names).toEqual(['attempt', 'response', 'failure', 'attempt', 'response', 'end']);
    expect(sent().map(({ model }) => model)).toEqual(['m', 'fallback']);
    expect(told.end().outcome).toBe('complete');
  });

  it('makes no second attempt of its own', async () => {
    const told = listener(() => ({ failure: () => 'retry' }));
    const { client, fetch } = clientOf([failure(400), failure(400)], told);
    await expect(client.chat.completions.create(body)).rejects.toThrow(BadRequestError);
    expect(fetch.requests).toHaveLength(2);
    expect(told.end().outcome).toBe('error');
  });

  it.each(['observe', 'run', ...methods])('that fails in %s is logged, and nothing else', async (method) => {
    const failed = vi.fn<() => any>(() => {
      throw new Error('sorry');
    });
    const rejected = vi.fn<() => any>(() => Promise.reject(new Error('sorry')));
    for (const bad of [failed, rejected]) {
      const logged = vi.fn<(message: string) => void>();
      const logger = { error: logged, warn: logged, info: logged, debug: logged };
      const observe: Observe = method === 'observe' ? bad : () => ({ [method]: bad });
      const options: ClientOptions = { observe, logger, logLevel: 'error' };
      const { client } = clientOf([failure(503), events(whole), failure(400)], options);
      expect(await readAll(await client.chat.completions.create(streamed))).toHaveLength(5);
      await expect(client.chat.completions.create(body)).rejects.toThrow(BadRequestError);
      expect(bad).toHaveBeenCalled();
      expect(logged).toHaveBeenCalledTimes(bad.mock.calls.length);
      expect(logged).toHaveBeenCalledWith('Observer failed:', expect.objectContaining({ message: 'sorry' }));
    }
  });

  it('of a client and of a request are both called, also by a client made of it', async () => {
    const [one, two] = [listener(), listener()];
    const { client } = clientOf([json(completion), json(completion)], one);
    await client.withOptions({ timeout: 9 }).chat.completions.create(body, { observe: two.observe });
    await client.chat.completions.create(body);
    expect([one.calls.length, two.calls.length]).toEqual([2, 1]);
    expect(two.names).toEqual(one.names.slice(0, 3));
  });

  it('must be a function', async () => {
    const observe = {} as Observe;
    expect(() => clientOf([], { observe })).toThrow('observe must be a function');
    const { client } = clientOf([]);
    await expect(client.models.list({ observe })).rejects.toThrow('observe must be a function');
  });
});

describe('run', () => {
  it('surrounds every attempt, also of a body that is fetched again', async () => {
    const context = new AsyncLocalStorage<string>();
    const seen: unknown[] = [];
    const see = (response: Response) => () => {
      seen.push(context.getStore());
      return response;
    };
    const { client } = clientOf([see(failure(503)), see(cutOff('{')), see(json(completion))], {
      observe: ({ kind }) => ({ run: (work) => context.run(kind, work) }),
    });
    await client.chat.completions.create(body);
    expect(seen).toEqual(['request', 'request', 'request']);
  });

  it('does not give the failure of the call to the observer', async () => {
    const logged = vi.fn<(message: string) => void>();
    const logger = { error: logged, warn: logged, info: logged, debug: logged };
    const told = listener(() => ({ run: (work) => work() }));
    const { client } = clientOf([failure(400)], { ...told, logger, logLevel: 'error' });
    await expect(client.chat.completions.create(body)).rejects.toThrow(BadRequestError);
    expect(told.end().outcome).toBe('error');
    expect(logged).not.toHaveBeenCalled();
  });

  it('need not call the work, nor call it once', async () => {
    for (const run of [() => {}, (work: () => unknown) => [work(), work()]]) {
      const { client, fetch } = clientOf([json(completion)], { observe: () => ({ run }) });
      await client.chat.completions.create(body);
      expect(fetch.requests).toHaveLength(1);
    }
  });
});
