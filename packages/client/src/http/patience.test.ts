import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { fakeFetch } from '../../test/support/fake-fetch.ts';
import { asOfWorkerd, body, finish, half, read, slow, whole } from '../../test/support/slow-streams.ts';
import { OpenAI } from '../client.ts';
import { APIConnectionTimeoutError, StreamTruncatedError } from '../errors/api-error.ts';
import type { PatienceOptions } from './options.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe('a stream that stalls', () => {
  test('fails after idleTimeout, with what came', async () => {
    const result = await finish(read([slow([[50, half]], 'hang')], { idleTimeout: 700 }));
    expect(result.error).toBeInstanceOf(APIConnectionTimeoutError);
    expect(result).toMatchObject({ text: 'Hel', after: 750, outcome: 'error' });
    expect(result.error.partial.choices[0]).toMatchObject({
      finish_reason: null,
      message: { content: 'Hel' },
    });
    expect(Object.keys(result.error)).not.toContain('partial');
    expect(vi.getTimerCount()).toBe(0);
  });

  test('fails with the same error where cancelling rejects a read', async () => {
    const late = 'Request timed out. No stream item for 700 ms.';
    const result = await finish(read([asOfWorkerd(slow([[50, half]], 'hang'))], { idleTimeout: 700 }));
    expect(result).toMatchObject({ text: 'Hel', after: 750, outcome: 'error', error: { message: late } });
    const steps = [asOfWorkerd(slow([], 'hang')), slow([[0, whole]])];
    expect(await finish(read(steps, { firstChunkTimeout: 700 }))).toMatchObject({ text: 'Hello' });
  });

  test('fails after the timeout when no other is given', async () => {
    const result = await finish(read([slow([[50, half]], 'hang')], { timeout: 900 }));
    expect(result.error).toBeInstanceOf(APIConnectionTimeoutError);
    expect(result.after).toBe(950);
  });

  test('is not kept alive by comments and pings', async () => {
    const pings = Array.from({ length: 50 }, (): [number, string] => [
      100,
      ': ping\n\nevent: ping\n\ndata: {}\n\n',
    ]);
    const result = await finish(read([slow([[0, half], ...pings], 'hang')], { idleTimeout: 1_000 }));
    expect(result.error).toBeInstanceOf(APIConnectionTimeoutError);
    expect(result.after).toBeLessThan(1_200);
  });

  test('may take as long as it likes while every item comes in time', async () => {
    const pieces = whole.split(/(?<=\n\n)/).map((piece): [number, string] => [900, piece]);
    const result = await finish(read([slow(pieces)], { idleTimeout: 1_000, firstChunkTimeout: 1_000 }));
    expect(result).toMatchObject({ text: 'Hello', error: undefined, outcome: 'complete' });
    expect(result.after).toBe(900 * pieces.length);
    expect(vi.getTimerCount()).toBe(0);
  });

  test('may wait for ever when that is asked for', async () => {
    let settled = false;
    const limits = { idleTimeout: Infinity, firstChunkTimeout: Infinity };
    void read([slow([[50, half]], 'hang')], limits).then(() => (settled = true));
    await vi.advanceTimersByTimeAsync(2 ** 31);
    expect(settled).toBe(false);
    expect(vi.getTimerCount()).toBe(0);
  });

  test('does not blame the server for a reader that is slow', async () => {
    const client = new OpenAI({
      apiKey: 'k',
      fetch: fakeFetch(
        slow([
          [0, half],
          [10, whole.slice(half.length)],
        ]),
      ),
    });
    const reading = (async () => {
      let text = '';
      for await (const chunk of await client.chat.completions.create(body, { idleTimeout: 100 })) {
        text += chunk.choices[0]?.delta.content ?? '';
        await new Promise((resolve) => setTimeout(resolve, 5_000));
      }
      return text;
    })();
    expect(await finish(reading)).toBe('Hello');
  });

  test('has ended when its choices have, and throws nothing', async () => {
    const open = whole.replace('data: [DONE]\n\n', '');
    const result = await finish(read([slow([[50, open]], 'hang')], { idleTimeout: 700 }));
    expect(result).toMatchObject({ text: 'Hello', after: 750, error: undefined, outcome: 'complete' });
  });

  test('has ended for the helpers, too, and where cancelling rejects a read', async () => {
    const open = whole.replace('data: [DONE]\n\n', '');
    for (const given of [(response: Response) => response, asOfWorkerd]) {
      const fetch = fakeFetch(given(slow([[0, open]], 'hang')));
      const client = new OpenAI({ apiKey: 'k', fetch, idleTimeout: 700, logLevel: 'off' });
      const run = client.chat.completions.stream({ model: 'm', messages: [] });
      expect(await finish(run.finalContent())).toBe('Hello');
    }
  });

  test('is not waited for longer than five seconds once its usage has come, too', async () => {
    const usage = 'data: {"id":"c","choices":[],"usage":{"total_tokens":3}}\n\n';
    const open = whole.replace('data: [DONE]\n\n', usage);
    const result = await finish(read([slow([[50, open]], 'hang')]));
    expect(result).toMatchObject({ text: 'Hello', after: 5_050, error: undefined, outcome: 'complete' });
    const early = await finish(read([slow([[50, half + usage]], 'hang')], { idleTimeout: 7_000 }));
    expect(early).toMatchObject({ text: 'Hel', after: 7_050, outcome: 'error' });
    expect(vi.getTimerCount()).toBe(0);
  });

  test('is not blamed for a process that was too busy to read', async () => {
    vi.useRealTimers();
    const piece = (text: string): Uint8Array => new TextEncoder().encode(text);
    const stream = new ReadableStream({
      start(controller) {
        controller.enqueue(piece(half));
        // As sockets are, it is read after timers.
        setTimeout(() => setImmediate(() => controller.enqueue(piece(whole.slice(half.length)))), 10);
        setTimeout(() => {
          for (const end = Date.now() + 200; Date.now() < end;);
        }, 5);
      },
    });
    const answer = new Response(stream, { headers: { 'content-type': 'text/event-stream' } });
    expect(await read([answer], { idleTimeout: 60 })).toMatchObject({ text: 'Hello', error: undefined });
  });

  test('before its first item is asked for again, within firstChunkTimeout', async () => {
    const result = await finish(
      read([slow([[100, ': hi\n\n']], 'hang'), slow([[10, whole]])], {
        firstChunkTimeout: 500,
        idleTimeout: 50,
      }),
    );
    expect(result).toMatchObject({ text: 'Hello', error: undefined, outcome: 'complete' });
    expect(result.fetch.requests).toHaveLength(2);
  });
});

describe('options that cannot be', () => {
  test.each<[object, string]>([
    [{ idleTimeout: 0 }, 'idleTimeout must be a number above 0'],
    [{ idleTimeout: '5' }, 'idleTimeout must be a number above 0'],
    [{ firstChunkTimeout: -1 }, 'firstChunkTimeout must be a number above 0'],
    [{ firstChunkTimeout: NaN }, 'firstChunkTimeout must be a number above 0'],
    [{ maxRetryDelay: -1 }, 'maxRetryDelay must be a number of at least 0'],
    [{ onTruncated: 'error' }, "onTruncated must be 'throw' or 'return'"],
    [{ onMalformed: 'skip' }, "onMalformed must be 'throw' or 'salvage'"],
  ])('%j is refused by a client and by a request', async (options, message) => {
    expect(() => new OpenAI({ apiKey: 'k', ...options })).toThrow(message);
    const client = new OpenAI({ apiKey: 'k', fetch: fakeFetch() });
    await expect(client.get('/x', options)).rejects.toThrow(message);
  });

  test('of a client count for its requests and its copies, unless a request says otherwise', async () => {
    const fetch = fakeFetch(...[1, 2].map(() => () => slow([[0, half]])));
    const client = new OpenAI({ apiKey: 'k', fetch, onTruncated: 'return' }).withOptions({ maxRetries: 0 });
    const all = async (options?: PatienceOptions) => {
      for await (const _ of await client.chat.completions.create(body, options));
    };
    await finish(all());
    // oxlint-disable-next-line vitest/valid-expect -- awaited below, once the clock has moved
    const thrown = expect(all({ onTruncated: 'throw' })).rejects.toBeInstanceOf(StreamTruncatedError);
    await finish(thrown);
  });
});
