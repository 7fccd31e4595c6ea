import { describe, expect, test } from 'vitest';
import { completion, sse, text as chunksOf } from '../../test/support/chunks.ts';
import { cutOff, fakeFetch, json, text, unfinished } from '../../test/support/fake-fetch.ts';
import type { Step } from '../../test/support/fake-fetch.ts';
import { OpenAI } from '../client.ts';
import { APIConnectionError, APIConnectionTimeoutError, APIError } from '../errors/api-error.ts';
import { OpenAIError } from '../errors/openai-error.ts';

const body = { model: 'm', messages: [], stream: true as const };

async function itemsFrom(...script: Step[]): Promise<any[]> {
  const client = new OpenAI({ apiKey: 'k', fetch: fakeFetch(...script), maxRetries: script.length - 1 });
  const items: unknown[] = [];
  for await (const item of await client.chat.completions.create(body, { timeout: 500 })) items.push(item);
  return items;
}

describe('a request for a stream', () => {
  const events = sse(chunksOf('Hello'));

  test.each(['text/event-stream', 'text/plain', 'text/html', 'application/json', 'application/octet-stream'])(
    'is answered by events labelled %s',
    async (type) => {
      expect(await itemsFrom(text(events, type))).toEqual(chunksOf('Hello'));
    },
  );

  test.each(['\uFEFF', '\n\n', ': keep-alive\n\n', 'event: chunk\n', 'retry: 5\n'])(
    'reads events with a wrong label that begin with %j, cut anywhere',
    async (start) => {
      const bytes = new TextEncoder().encode(start + events);
      for (const size of [1, 3]) {
        const pieces = new ReadableStream({
          start(controller) {
            for (let at = 0; at < bytes.length; at += size) controller.enqueue(bytes.slice(at, at + size));
            controller.close();
          },
        });
        const response = new Response(pieces, { headers: { 'content-type': 'application/json' } });
        expect(await itemsFrom(response)).toEqual(chunksOf('Hello'));
      }
    },
  );

  test('turns a whole completion into the one chunk that says it all', async () => {
    const whole = completion('Hello');
    const call = { id: 'c', type: 'function' as const, function: { name: 'f', arguments: '{}' } };
    whole.choices[0]!.message.tool_calls = [call, { ...call, id: 'd' }];
    const [chunk, ...more] = await itemsFrom(json(whole));
    expect(more).toEqual([]);
    expect(chunk).toMatchObject({
      id: whole.id,
      object: 'chat.completion.chunk',
      usage: whole.usage,
      choices: [
        {
          finish_reason: 'stop',
          delta: { role: 'assistant', content: 'Hello', tool_calls: [{ index: 0 }, { index: 1, id: 'd' }] },
        },
      ],
    });
    expect(chunk.choices[0]).not.toHaveProperty('message');
  });

  describe.each(['text/event-stream', undefined])('answered by JSON labelled %s', (type) => {
    const answer = (value: unknown, before = '') => {
      const json = JSON.stringify(value, null, 2);
      const bytes = new TextEncoder().encode(`${before}${json}`);
      return new Response(bytes, type ? { headers: { 'content-type': type } } : {});
    };

    test.each(['', ': wait\n\n'])('takes a completion after %j for the one chunk', async (before) => {
      const [chunk, ...more] = await itemsFrom(answer(completion('Hello'), before));
      expect(chunk.choices[0]).toMatchObject({ delta: { content: 'Hello' }, finish_reason: 'stop' });
      expect(more).toEqual([]);
    });

    test.each(['', sse(chunksOf('Hello').slice(0, 2)).replace('data: [DONE]', '')])(
      'throws an error after %j',
      async (before) => {
        for (const wrap of [(error: object) => error, (error: object) => [error]]) {
          const failed = itemsFrom(answer(wrap({ error: { message: 'no credit', code: 402 } }), before));
          await expect(failed).rejects.toThrow('402 no credit');
        }
      },
    );

    test('says that it is malformed when it is', async () => {
      const cut = new Response('{"choices":[{"mess', type ? { headers: { 'content-type': type } } : {});
      await expect(itemsFrom(cut)).rejects.toThrow('malformed');
    });
  });

  test.each(['application/octet-stream', undefined])(
    'takes JSON labelled %s for the one chunk, after blank lines with spaces in them',
    async (type) => {
      const bytes = new TextEncoder().encode(`\n  \n\t\n ${JSON.stringify(completion('Hello'))}\n`);
      const answer = new Response(bytes, type ? { headers: { 'content-type': type } } : {});
      expect(await itemsFrom(answer)).toHaveLength(1);
    },
  );

  test.each(['event: error\ndata: ', 'error: ', 'data: ', ''])(
    'throws an error in any shape that comes after %j, whatever follows',
    async (field) => {
      for (const error of [
        [{ error: { code: 402, message: 'no credit' } }],
        { result: null, success: false, errors: [{ code: 402, message: 'no credit' }] },
        { message: 'no credit', object: 'error', code: 402 },
        { detail: { error: { message: 'no credit', code: 402 } } },
      ]) {
        const before = sse(chunksOf('Hello').slice(0, 2)).replace('data: [DONE]\n\n', '');
        const wire = `${before}${field}${JSON.stringify(error)}\n\ndata: [DONE]\n\n`;
        await expect(itemsFrom(text(wire, 'text/event-stream'))).rejects.toThrow('402 no credit');
      }
    },
  );

  test.each([{}, { code: 1305, msg: 'overloaded' }, { choices: null }])(
    'is not answered by %j, which has no choices',
    async (value) => {
      const failed = itemsFrom(json(value));
      await expect(failed).rejects.toBeInstanceOf(APIError);
      await expect(failed).rejects.toThrow(/got application\/json: JSON without choices of \d+ characters/);
    },
  );

  test('waits no longer than firstChunkTimeout for events with a wrong label', async () => {
    const fetch = fakeFetch(unfinished('', { headers: { 'content-type': 'text/plain' } }), text(events));
    const client = new OpenAI({ apiKey: 'k', fetch, maxRetries: 1, firstChunkTimeout: 200 });
    const items: unknown[] = [];
    for await (const item of await client.chat.completions.create(body)) items.push(item);
    expect(items).toEqual(chunksOf('Hello'));
    const gone = fakeFetch(unfinished('{"id"', { headers: { 'content-type': 'application/json' } }));
    const failed = client.withOptions({ fetch: gone, maxRetries: 0 }).chat.completions.create(body);
    await expect(failed).rejects.toBeInstanceOf(APIConnectionTimeoutError);
  });

  test('leaves a body with a wrong label in peace when it cannot be cancelled', async () => {
    const stubborn = new ReadableStream({
      start: (controller) => controller.enqueue(new TextEncoder().encode(events)),
      cancel: () => Promise.reject(new Error('no')),
    });
    const answer = new Response(stubborn, { headers: { 'content-type': 'text/plain' } });
    expect(await itemsFrom(answer)).toEqual(chunksOf('Hello')); // and no unhandled rejection
  });

  test('throws the error that comes as JSON behind a status of 200', async () => {
    const failed = itemsFrom(json({ error: { message: 'no credit', code: 'quota' } }));
    await expect(failed).rejects.toBeInstanceOf(APIError);
    await expect(failed).rejects.toMatchObject({ message: 'no credit', code: 'quota', status: undefined });
  });

  test.each(['<!doctype html><title>Log in</title>', '', '"a string"', '42'])('quotes %j', async (page) => {
    const failed = itemsFrom(text(page + ' '.repeat(500), 'text/html'));
    await expect(failed).rejects.toBeInstanceOf(OpenAIError);
    await expect(failed).rejects.toThrow(/text\/html/);
    await expect(failed.catch((error) => error.message.length)).resolves.toBeLessThan(300);
  });

  test('does not quote JSON it cannot use, unless asked for the wire', async () => {
    const secret = '{"choices":[{"message":{"content":"secr';
    const ask = (debugWire: boolean) => {
      const client = new OpenAI({ apiKey: 'k', fetch: async () => text(secret, 'application/json') });
      return client.chat.completions.create(body, { debugWire }).catch((error) => error);
    };
    const [quiet, telling] = [await ask(false), await ask(true)];
    expect(quiet.message).toBe(
      'Expected an event stream, got application/json: malformed JSON of 39 characters',
    );
    expect(quiet).not.toHaveProperty('raw');
    expect(telling.message).toBe(quiet.message);
    expect(telling.raw).toBe(secret);
  });

  test('asks again when such a body is lost, and gives up as a connection error', async () => {
    expect(await itemsFrom(cutOff('{"id"'), text(events, 'text/event-stream'))).toEqual(chunksOf('Hello'));
    await expect(itemsFrom(cutOff('{"id"'))).rejects.toBeInstanceOf(APIConnectionError);
    await expect(itemsFrom(unfinished('{"id"'))).rejects.toThrow('Request timed out.');
  });

  test('gives null finish reasons on every way of reading', async () => {
    const bare = { id: '1', choices: [{ index: 0, delta: {} }] };
    const client = new OpenAI({ apiKey: 'k', fetch: fakeFetch(text(sse([bare]), 'text/event-stream')) });
    const [left, right] = (await client.chat.completions.create(body)).tee();
    for (const branch of [left, right])
      for await (const chunk of branch) expect(chunk.choices[0]!.finish_reason).toBeNull();
  });
});
