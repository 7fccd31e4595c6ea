import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { z } from 'zod';
import { zodFunction } from '../entries/helpers/zod.ts';
import { OpenAI } from '../entries/index.ts';
import { ours, theirs } from '../../test/parity/packages.ts';
import { ChatCompletionStreamingRunner } from '../entries/lib/ChatCompletionStreamingRunner.ts';
import { toSSEResponse, toTextResponse } from '../entries/relay.ts';
import { delta } from '../../test/support/chunks.ts';
import { eventually } from '../../test/support/http-server.ts';
import { body, client, streamed } from '../../test/support/sandbox.ts';
import { begun, stalling } from '../../test/support/stalling.ts';
import { Stream } from './stream.ts';

const fault = (value: string): { headers: Record<string, string> } => ({
  headers: { 'x-sandbox-fault': value },
});
const weather = zodFunction({
  name: 'get_weather',
  description: 'The weather in a city',
  parameters: z.object({ city: z.string() }),
  function: ({ city }) => `It snows in ${city}.`,
});
const run = ({ chat } = client): ChatCompletionStreamingRunner<unknown> =>
  chat.completions.runTools({
    ...streamed,
    messages: [{ role: 'user', content: 'What is the weather in Oslo?' }],
    tools: [weather],
  });

/** The origin of a server whose handler gives a web `Response`, as in the documentation. */
async function route(handler: (request: IncomingMessage) => Promise<Response>): Promise<string> {
  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { status, headers, body: content } = await handler(request);
    response.writeHead(status, Object.fromEntries(headers));
    await pipeline(Readable.fromWeb(content as never), response);
  };
  const listening = createServer((request, response) => void handle(request, response).catch(() => {}));
  await once(listening.listen(0, '127.0.0.1'), 'listening');
  onTestFinished(() => {
    listening.closeAllConnections();
    listening.close();
  });
  return `http://127.0.0.1:${(listening.address() as AddressInfo).port}`;
}

describe('a text response', () => {
  it('has the text, and headers that keep proxies from holding it back', async () => {
    const response = await toTextResponse(await client.chat.completions.create(streamed), {
      status: 201,
      headers: { 'cache-control': 'no-store', 'x-own': '1' },
    });
    expect(response.status).toBe(201);
    expect(Object.fromEntries(response.headers)).toEqual({
      'cache-control': 'no-store',
      'content-type': 'text/plain; charset=utf-8',
      'x-accel-buffering': 'no',
      'x-own': '1',
    });
    const whole = await client.chat.completions.create(body);
    expect(await response.text()).toBe(whole.choices[0]!.message.content);
  });

  it('keeps every cookie it is given', async () => {
    const headers = new Headers([
      ['set-cookie', 'a=1'],
      ['set-cookie', 'b=2'],
    ]);
    const response = await toTextResponse(await client.chat.completions.create(streamed), { headers });
    expect(response.headers.getSetCookie()).toEqual(['a=1', 'b=2']);
    await response.body!.cancel();
  });

  it('has the text of a text completion', async () => {
    const prompt = { model: 'sandbox', prompt: 'Say exactly: hello there', stream: true } as const;
    const whole = await client.completions.create({ ...prompt, stream: false });
    const response = await toTextResponse(await client.completions.create(prompt));
    expect(await response.text()).toBe(whole.choices[0]!.text);
  });

  it('is empty for a completion without text', async () => {
    const stream = new Stream(async function* () {
      yield delta({ role: 'assistant' }, 'stop');
    }, new AbortController());
    expect(await (await toTextResponse(stream)).text()).toBe('');
  });

  it('rejects with an error before the first text, of every kind of stream', async () => {
    const onError = vi.fn<() => void>();
    const failing = fault('status=429');
    await expect(client.chat.completions.create(streamed, failing)).rejects.toMatchObject({ status: 429 });
    const helper = client.chat.completions.stream(body, failing);
    await expect(toTextResponse(helper, { onError })).rejects.toMatchObject({ status: 429 });
    const late = await client.chat.completions.create(streamed, fault('cut-after=1'));
    await expect(toTextResponse(late, { onError })).rejects.toThrow('before the response was complete');
    expect(onError).not.toHaveBeenCalled();
  });

  it('has the text before an error, fails then, and reports the error to its handler', async () => {
    const onError = vi.fn<(error: unknown) => void>();
    const origin = await route(async () =>
      toTextResponse(await client.chat.completions.create(streamed, fault('cut-after=4')), { onError }),
    );
    const response = await fetch(origin);
    let got = '';
    const reading = (async () => {
      for await (const piece of response.body!.pipeThrough(new TextDecoderStream())) got += piece;
    })();
    await expect(reading).rejects.toThrow('terminated');
    expect(got).toBe('2 + ');
    expect(onError.mock.calls).toEqual([
      [expect.objectContaining({ name: 'Error', partial: expect.anything() })],
    ]);
  });
});

describe('an event response', () => {
  it('is read by both packages', async () => {
    const whole = await client.chat.completions.create(body);
    for (const { OpenAI: Client } of [ours, theirs]) {
      const reader = new Client({
        apiKey: 'k',
        fetch: async () => toSSEResponse(await client.chat.completions.create(streamed)),
      });
      let content = '';
      for await (const chunk of await reader.chat.completions.create(streamed))
        content += chunk.choices[0]?.delta.content ?? '';
      expect(content).toBe(whole.choices[0]!.message.content);
    }
  });

  it('sends a late error as an event that both packages throw, without its message', async () => {
    const error = {
      message: 'org-1 is over its quota',
      type: 'server_error',
      code: 'overloaded',
      param: null,
    };
    const upstream = async (): Promise<Response> =>
      new Response(`${begun}data: ${JSON.stringify({ error })}\n\n`, {
        headers: { 'content-type': 'text/event-stream' },
      });
    const failing = new OpenAI({ apiKey: 'k', fetch: upstream, logLevel: 'off' });
    const seen: unknown[] = [];
    for (const { OpenAI: Client } of [ours, theirs])
      for (const told of ['Try again.', undefined]) {
        const onError = (late: unknown): string | undefined => {
          seen.push((late as Error).message);
          return told;
        };
        const fetch = async (): Promise<Response> =>
          toSSEResponse(await failing.chat.completions.create(streamed), { onError });
        const reader = new Client({ apiKey: 'k', fetch, maxRetries: 0, logLevel: 'off' });
        const reading = (async () => {
          for await (const chunk of await reader.chat.completions.create(streamed)) void chunk;
        })();
        const thrown: any = await reading.catch((caught) => caught);
        expect(thrown).toBeInstanceOf(Client.APIError);
        expect(thrown).toMatchObject({
          message: told ?? 'The stream failed.',
          type: 'server_error',
          code: 'overloaded',
          param: null,
        });
      }
    expect(seen).toEqual(Array(4).fill(error.message));
  });

  it.each(['cut', 'aborted'] as const)('has no [DONE] when the completion was %s', async (how) => {
    const stream = await client.chat.completions.create(streamed, {
      ...(how === 'cut' && fault('cut-after=4')),
      onTruncated: 'return',
    });
    const response = await toSSEResponse(stream);
    if (how === 'aborted') stream.controller.abort();
    const events = await response.text();
    expect(events).toMatch(/^data: \{/);
    expect(events).not.toContain('[DONE]');
  });

  it('has the tool results of a run, which can be replayed', async () => {
    const onTheServer = run();
    const response = await toSSEResponse(onTheServer);
    const events = Stream.fromSSEResponse(response, new AbortController());
    const replayed = ChatCompletionStreamingRunner.fromReadableStream(events.toReadableStream());
    const results: string[] = [];
    replayed.on('functionToolCallResult', (result) => results.push(result));
    expect(await replayed.finalContent()).toBe(await onTheServer.finalContent());
    expect(results).toEqual(['It snows in Oslo.']);
    const told = ({ messages }: ChatCompletionStreamingRunner<unknown>): unknown[] =>
      messages.map((message) => [message.role, message.content]);
    expect(told(replayed)).toEqual(told(onTheServer).slice(1));
  });
});

describe('a client that disconnects', () => {
  it.each([
    ['text', 'create', toTextResponse],
    ['text', 'stream', toTextResponse],
    ['text', 'runTools', toTextResponse],
    ['events', 'create', toSSEResponse],
    ['events', 'stream', toSSEResponse],
    ['events', 'runTools', toSSEResponse],
  ] as const)(
    'of the %s of %s aborts the request, even if nothing more comes',
    async (_, method, respond) => {
      const { client: upstream, closed } = await stalling();
      const onError = vi.fn<() => void>();
      const origin = await route(async () => {
        if (method === 'runTools') return respond(run(upstream), { onError });
        if (method === 'stream') return respond(upstream.chat.completions.stream(body), { onError });
        return respond(await upstream.chat.completions.create(streamed), { onError });
      });
      const leaving = new AbortController();
      const response = await fetch(origin, { signal: leaving.signal });
      const { value } = await response.body!.getReader().read();
      expect(new TextDecoder().decode(value)).toContain('Hello');
      expect(closed()).toBe(0);
      leaving.abort();
      await eventually(() => expect(closed()).toBe(1));
      expect(onError).not.toHaveBeenCalled();
    },
  );
});
