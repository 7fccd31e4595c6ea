// What others build from our classes: promises of responses they fetched, runs they end themselves, errors cut into events.
import * as fc from 'fast-check';
import { APIPromise as TheirPromise } from 'openai/core/api-promise';
import { Page as TheirPage, PagePromise as TheirPagePromise } from 'openai/core/pagination';
import { EventStream as TheirEventStream } from 'openai/lib/EventStream';
import { describe, expect, it, test } from 'vitest';
import { EventStream } from '../../src/streaming/event-stream.ts';
import { APIPromise } from '../../src/http/api-promise.ts';
import { APIConnectionError, APIError, APIUserAbortError } from '../../src/errors/api-error.ts';
import { OpenAIError } from '../../src/errors/openai-error.ts';
import { Page, PagePromise } from '../../src/http/page.ts';
import { Stream } from '../../src/stream/stream.ts';
import { EventEmitter } from '../../src/wire/event-emitter.ts';
import { OpenAI } from '../../src/entries/index.ts';
import { OpenAI as Theirs } from 'openai';

const props = (body: string, options: object, type = 'application/json'): any => ({
  response: new Response(body, { headers: { 'content-type': type, 'x-request-id': 'r' } }),
  options,
  controller: new AbortController(),
});

describe('a promise of a response fetched elsewhere', () => {
  const both: [string, any, any, any, any][] = [
    ['ours', OpenAI, APIPromise, PagePromise, Page],
    ['openai', Theirs, TheirPromise, TheirPagePromise, TheirPage],
  ];
  for (const [name, Client, PromiseClass, PageClass, ListPage] of both) {
    const client = new Client({ apiKey: 'k', logLevel: 'off' });
    const of = (...args: Parameters<typeof props>) =>
      new PromiseClass(client, Promise.resolve(props(...args)));
    test(`gives values, pages and streams: ${name}`, async () => {
      expect(await of('{"a":1}', {})).toEqual({ a: 1 });
      expect(await of('text', {}, 'text/plain')).toBe('text');
      const { data, request_id } = await of('{"a":2}', {}).withResponse();
      expect([data, request_id]).toEqual([{ a: 2 }, 'r']);
      const list = new PageClass(client, Promise.resolve(props('{"data":[{"id":"x"}]}', {})), ListPage);
      const items: unknown[] = [];
      for await (const item of list) items.push(item);
      expect(items).toEqual([{ id: 'x' }]);
      const chunks: unknown[] = [];
      const events = 'data: {"choices":[]}\n\ndata: [DONE]\n\n';
      for await (const chunk of await of(events, { stream: true }, 'text/event-stream')) chunks.push(chunk);
      expect(chunks).toEqual([{ choices: [] }]);
    });
  }

  it('needs nothing but the response, whatever else is missing', async () => {
    const rest = { ...props('', {}), requestLogID: 'log', startTime: Date.now(), timeout: 60_000 };
    const names = [...Object.keys(rest), 'retryOfRequestLogID', 'url', 'sender', 'deadline', 'retriesLeft'];
    const states = fc.constantFrom('absent', 'undefined', 'null', 'given');
    const members = fc.record(
      Object.fromEntries(names.filter((name) => name !== 'response').map((name) => [name, states])),
    );
    const check = fc.asyncProperty(members, fc.boolean(), async (members, isLost) => {
      const client = new OpenAI({ apiKey: 'k', logLevel: 'off' });
      const cut = new ReadableStream({ start: (to) => to.error(new Error('reset')) });
      const all: any = {
        response: new Response(isLost ? cut : '{"a":1}', { headers: { 'content-type': 'application/json' } }),
      };
      for (const [name, state] of Object.entries(members))
        if (state !== 'absent')
          all[name] = state === 'given' ? rest[name] : state === 'null' ? null : undefined;
      const value = new APIPromise(client, Promise.resolve(all));
      if (isLost) await expect(value).rejects.toBeInstanceOf(APIConnectionError);
      else expect(await value).toEqual({ a: 1 });
    });
    await fc.assert(check, { numRuns: 300 });
  });

  test('has no time limit, and rejects with an error of ours when its body is lost', async () => {
    const client = new OpenAI({ apiKey: 'k', logLevel: 'off' });
    const later = new ReadableStream({
      async start(to) {
        await new Promise((resolve) => setTimeout(resolve, 50));
        to.enqueue(new TextEncoder().encode('{"late":true}'));
        to.close();
      },
    });
    const response = new Response(later, { headers: { 'content-type': 'application/json' } });
    expect(await new APIPromise(client, Promise.resolve({ ...props('', {}), response }))).toEqual({
      late: true,
    });
    const lost = new Response(new ReadableStream({ start: (to) => to.error(new Error('reset')) }));
    await expect(
      new APIPromise(client, Promise.resolve({ ...props('', {}), response: lost })),
    ).rejects.toBeInstanceOf(OpenAIError);
  });
});

describe('a run that ends itself', () => {
  for (const [name, Base] of [
    ['ours', EventStream],
    ['openai', TheirEventStream as unknown as typeof EventStream],
  ] as const) {
    class Own extends Base<any> {
      end(event: string, ...args: unknown[]): void {
        this._emit(event, ...(args as any));
      }
    }
    const settled = (promise: Promise<unknown>): Promise<string> =>
      promise.then(
        () => 'resolved',
        () => 'rejected',
      );
    test(`settles what was asked of it: ${name}`, async () => {
      const ends: [string, unknown[], string][] = [
        ['end', [], 'resolved'],
        ['error', [new OpenAIError('no')], 'rejected'],
        ['abort', [new APIUserAbortError()], 'rejected'],
      ];
      for (const [event, args, outcome] of ends) {
        const run = new Own();
        const done = settled(run.done());
        run.end(event, ...args);
        expect(await done).toBe(outcome);
        expect(run.ended).toBe(true);
      }
    });
  }

  it('settles iterators and promises of other events, and tells the end once', async () => {
    class Own extends EventStream<any> {
      tell(event: string, ...args: unknown[]): void {
        this._emit(event, ...(args as any));
      }
    }
    const run = new Own();
    let ends = 0;
    run.on('end', () => void ends++);
    const iterator = run.events('item');
    const other = run.emitted('other').catch((error: Error) => error.message);
    run.tell('item', 1);
    run.tell('end');
    run.tell('end');
    run.tell('item', 2);
    const items: unknown[] = [];
    for await (const [item] of iterator) items.push(item);
    expect([items, ends, await other]).toEqual([[1], 1, "stream ended without emitting 'other'"]);
  });
});

/** Runs `act` and gives the unhandled rejections it leaves, which nobody else hears of. */
async function strays(act: () => unknown): Promise<unknown[]> {
  const found: unknown[] = [];
  const listeners = process.listeners('unhandledRejection');
  process.removeAllListeners('unhandledRejection').on('unhandledRejection', (error) => found.push(error));
  try {
    await act();
    await new Promise((resolve) => setTimeout(resolve));
  } finally {
    process.removeAllListeners('unhandledRejection');
    for (const listener of listeners) process.on('unhandledRejection', listener);
  }
  return found;
}

it('listeners are all called when some throw: the first error is thrown, the others are unhandled rejections', async () => {
  class Own extends EventEmitter<{ item: () => void }> {
    tell(): void {
      this._emit('item');
    }

    get hears(): boolean {
      return this._hasListener('item');
    }
  }
  // A few errors, so that several listeners at times throw the same one.
  const errors = ['a', 'b', 'c'].map((text) => new Error(text));
  const throwing = fc.array(fc.option(fc.constantFrom(...errors)), { maxLength: 8 });
  const check = fc.asyncProperty(throwing, async (throwing) => {
    const emitter = new Own();
    const called: number[] = [];
    for (const [at, error] of throwing.entries())
      emitter.on('item', () => {
        called.push(at);
        if (error) throw error;
      });
    let thrown: unknown;
    const unhandled = await strays(() => {
      try {
        emitter.tell();
      } catch (error) {
        thrown = error;
      }
    });
    const all = throwing.filter(Boolean);
    expect(called).toEqual([...throwing.keys()]);
    expect(thrown).toBe(all[0]);
    expect(unhandled).toEqual(all.filter((error) => error !== all[0]));
    expect(emitter.hears).toBe(throwing.length > 0);
  });
  await fc.assert(check);
});

it('whatever listeners of a run that ends do, it ends once, with the first outcome, and no error is lost', async () => {
  class Own extends EventStream<any> {
    tell(event: string, error: OpenAIError | undefined): void {
      this._emit(event, ...(error ? [error] : []));
    }
  }
  const events = ['error', 'abort', 'end'] as const;
  const act = fc.oneof(fc.constantFrom(...events), fc.constant('throw' as const));
  const listeners = fc.array(fc.tuple(fc.constantFrom(...events), act), { maxLength: 6 });
  const check = fc.asyncProperty(fc.constantFrom(...events), listeners, async (first, listeners) => {
    const run = new Own();
    const errorOf = (event: string, text: string) => (event === 'end' ? undefined : new OpenAIError(text));
    const outcome = errorOf(first, 'first');
    const told: unknown[] = [];
    const thrown: unknown[] = [];
    for (const event of events) run.on(event, (error: unknown) => told.push(error ? [event, error] : event));
    for (const [at, [event, act]] of listeners.entries())
      run.on(event, () => {
        if (act !== 'throw') return run.tell(act, errorOf(act, 'again'));
        thrown.push(new RangeError(`${at}`));
        throw thrown.at(-1);
      });
    const seen = await strays(() => {
      try {
        run.tell(first, outcome);
      } catch (error) {
        return void Promise.reject(error);
      }
    });
    const end = await run.done().catch((error: unknown) => error);
    expect(end).toBe(outcome);
    expect(told).toEqual(outcome ? [[first, outcome], 'end'] : ['end']);
    expect(new Set(seen)).toEqual(new Set(thrown));
  });
  await fc.assert(check);
});

it("an error inside an unfinished event is the server's error, wherever that was cut, and what is whole is given", async () => {
  const whole = 'data: {"id":"c1","choices":[{"index":0,"delta":{"content":"an \\"error\\": héllo"}}]}';
  const failure = { error: { message: 'stream_read_error', code: 502 } };
  const bodies = fc.record({
    at: fc.oneof(fc.integer({ min: 6, max: whole.length }), fc.constant(whole.length)),
    // Chunks before the fragment that lack their blank line too.
    before: fc.nat(2),
    form: fc.constantFrom('event', 'data', 'bare', 'text'),
    pretty: fc.boolean(),
    blank: fc.boolean(),
    named: fc.boolean(),
    size: fc.integer({ min: 1, max: 400 }),
    asCompletion: fc.boolean(),
  });
  const check = fc.asyncProperty(bodies, async (drawn) => {
    const { at, before, form, blank, named, size } = drawn;
    const pretty = drawn.pretty && form !== 'bare';
    const json = JSON.stringify(failure, null, pretty ? 1 : 0);
    const lines = (form === 'text' ? 'stream_read_error' : json)
      .split('\n')
      .map((line) => (form === 'bare' ? line : `data: ${line}`));
    if (form === 'event' || form === 'text') lines.unshift('event: error');
    const start = [named && 'event: message', ...Array(before).fill(whole), whole.slice(0, at)];
    const open = [...start.filter((line) => line !== false), ...lines].join('\n');
    const bytes = new TextEncoder().encode(`${whole}\n\n${open}\n${blank ? '\n' : ''}`);
    const pieces = new ReadableStream({
      start(to) {
        for (let from = 0; from < bytes.length; from += size) to.enqueue(bytes.slice(from, from + size));
        to.close();
      },
    });
    const response = new Response(pieces, { headers: { 'content-type': 'text/event-stream' } });
    const client = new OpenAI({ apiKey: 'k', logLevel: 'off', maxRetries: 0, fetch: async () => response });
    const stream = drawn.asCompletion
      ? await client.chat.completions.create({ model: 'm', messages: [], stream: true })
      : Stream.fromSSEResponse<any>(response, new AbortController());
    const items: unknown[] = [];
    const error = await (async () => {
      for await (const item of stream) items.push(item);
    })().catch((thrown: unknown) => thrown);
    expect(items).toHaveLength(1 + before + (at === whole.length ? 1 : 0));
    expect(error).toBeInstanceOf(APIError);
    expect(error).toMatchObject({ message: expect.stringContaining('stream_read_error') });
    if (form !== 'text') expect(error).toMatchObject({ code: 502 });
  });
  await fc.assert(check, { numRuns: 500 });
});
