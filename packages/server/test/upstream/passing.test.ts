/** What a server in front of an upstream passes on, what it changes, and when it stops. With real sockets. */
import { once } from 'node:events';
import { request, type IncomingMessage, type ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import * as fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { least } from '../../../../test/timing.ts';
import type { ServerOptions } from '../../src/server.ts';
import { chunksOf } from '../support/scripted-model.ts';
import { bytesOf, gateway, listening, post, type Gateway, type Listener } from '../support/gateway.ts';

const open: { close(): unknown }[] = [];
afterEach(async () => {
  for (const one of open.splice(0).toReversed()) await one.close();
});

type Respond = (request: IncomingMessage, response: ServerResponse, body: Buffer) => unknown;

async function upstream(
  respond: Respond,
): Promise<Listener & { bodies: Buffer[]; headers: IncomingMessage['headers'][] }> {
  const bodies: Buffer[] = [];
  const headers: IncomingMessage['headers'][] = [];
  const listener = await listening(async (incoming, outgoing) => {
    const body = await bytesOf(incoming);
    bodies.push(body);
    headers.push(incoming.headers);
    outgoing.on('error', () => {});
    await respond(incoming, outgoing, body);
  });
  open.push(listener);
  return Object.assign(listener, { bodies, headers });
}

async function front(upstreams: ServerOptions['upstreams'], options: ServerOptions = {}): Promise<Gateway> {
  const server = await gateway(upstreams, options);
  open.push(server);
  return server;
}

const only = (baseURL: string, more: object = {}) => ({ upstreams: { up: { baseURL, ...more } } });
const hello = { model: 'm', messages: [{ role: 'user', content: 'Hi' }] };
const eventStream = { 'content-type': 'text/event-stream' };
const event = (value: unknown): string => `data: ${JSON.stringify(value)}\n\n`;
const answer = (texts: readonly string[]): string => `${chunksOf(texts).map(event).join('')}data: [DONE]\n\n`;
const whole = (content: string, id = 'chatcmpl-w'): string =>
  JSON.stringify({
    id,
    object: 'chat.completion',
    created: 1,
    model: 'm',
    choices: [{ index: 0, finish_reason: 'stop', message: { role: 'assistant', content }, logprobs: null }],
  });
const listed = async (server: Gateway): Promise<any[]> =>
  (JSON.parse((await post(`${server.url}/chat/completions`, '', { method: 'GET' })).body.toString()) as any)
    .data;

describe('the body of a request', () => {
  it('passes on byte by byte when nothing has to change, and without store and metadata otherwise', async () => {
    const up = await upstream((_request, response) => response.end(whole('ok')));
    const { url } = await front(only(up.url));
    const odd =
      '{ "model":"m",\n "seed": 12345678901234567890, "messages":[ {"role":"user","content":"\\u00e9"} ] }';
    await post(`${url}/chat/completions`, Buffer.from(odd));
    expect(up.bodies[0]!.toString()).toBe(odd);
    await post(
      `${url}/chat/completions`,
      Buffer.from(odd.replace('{', '{ "store":true, "metadata": {"a":"1"},')),
    );
    expect(up.bodies[1]!.toString()).toBe(odd);
  });

  it('is stored whatever it says with --store all', async () => {
    const up = await upstream((_request, response) =>
      response.end(whole('ok', `chatcmpl-${up.bodies.length}`)),
    );
    const server = await front(only(up.url), { store: 'all' });
    for (const body of [hello, { ...hello, store: false }, { ...hello, store: null }])
      expect((await post(`${server.url}/chat/completions`, body)).status).toBe(200);
    await expect.poll(async () => (await listed(server)).length).toBe(3);
  });

  it('keeps store and metadata for an upstream that stores', async () => {
    const up = await upstream((_request, response) => response.end(whole('ok')));
    const { url } = await front(only(up.url, { stores: true }));
    const body = JSON.stringify({ ...hello, store: true, metadata: { a: '1' } });
    await post(`${url}/chat/completions`, Buffer.from(body));
    expect(up.bodies[0]!.toString()).toBe(body);
  });

  it.each([
    [{ ...hello, messages: 'Hi' }, 'messages'],
    [{ messages: [] }, 'model'],
    [{ ...hello, store: 'yes' }, 'store'],
    [{ ...hello, metadata: { a: 1 } }, 'metadata.a'],
  ])('is refused here when it is %j', async (body, param) => {
    const { url } = await front(only('http://127.0.0.1:1/v1'));
    const { status, body: text } = await post(`${url}/chat/completions`, body);
    expect([status, JSON.parse(text.toString()).error.param]).toEqual([400, param]);
  });

  it('is otherwise the business of the upstream', async () => {
    const up = await upstream((_request, response) => response.end(whole('ok')));
    const { url } = await front(only(up.url));
    const body = {
      model: 'm',
      messages: [{ role: 'wizard' }, 7],
      temperature: 'hot',
      n: -1,
      stream_options: 3,
    };
    expect((await post(`${url}/chat/completions`, body)).status).toBe(200);
    expect(JSON.parse(up.bodies[0]!.toString())).toEqual(body);
  });

  it('passes on for embeddings, moderations and text completions too, with the name of the upstream', async () => {
    const up = await upstream((incoming, response) => response.end(JSON.stringify({ path: incoming.url })));
    const { url } = await front({ upstreams: { up: { baseURL: up.url }, other: { baseURL: up.url } } });
    for (const path of ['/embeddings', '/moderations', '/completions']) {
      const { body } = await post(url + path, { model: 'up/a/b', input: 'x', store: 1 });
      expect(JSON.parse(body.toString())).toEqual({ path: `/v1${path}` });
      expect(JSON.parse(up.bodies.at(-1)!.toString())).toEqual({ model: 'a/b', input: 'x', store: 1 });
    }
  });
});

describe('credentials', () => {
  it("of the caller reach the only upstream, unless it has a key or they are this server's", async () => {
    const up = await upstream((_request, response) => response.end(whole('ok')));
    const seen = async (options: object, serverOptions: ServerOptions = {}): Promise<unknown[]> => {
      const { url } = await front(only(up.url, options), serverOptions);
      const headers = { authorization: 'Bearer caller', 'api-key': 'caller' };
      await post(`${url}/chat/completions`, hello, { headers });
      const { authorization, 'api-key': key } = up.headers.at(-1)!;
      return [authorization, key];
    };
    expect(await seen({})).toEqual(['Bearer caller', 'caller']);
    expect(await seen({ key: 'own' })).toEqual(['Bearer own', undefined]);
    expect(await seen({ passKey: false })).toEqual([undefined, undefined]);
    expect(await seen({}, { apiKeys: ['caller'] })).toEqual([undefined, undefined]);
    expect(await seen({ key: 'own', azure: { apiVersion: '1' } })).toEqual([undefined, 'own']);
  });

  it('of the caller reach none of several upstreams', async () => {
    const up = await upstream((_request, response) => response.end(whole('ok')));
    const { url } = await front({ upstreams: { up: { baseURL: up.url }, other: { baseURL: up.url } } });
    await post(
      `${url}/chat/completions`,
      { ...hello, model: 'up/m' },
      { headers: { authorization: 'Bearer caller' } },
    );
    expect(up.headers[0]!.authorization).toBeUndefined();
  });
});

describe('a caller', () => {
  it.each([
    ['before the headers', false, false],
    ['in a stream', true, false],
    ['in a stream that is to be stored', true, true],
  ])('who leaves %s ends the request upstream within 100 ms', async (_when, begins, store) => {
    const closesAfter = async (): Promise<number> => {
      let closedAt = 0;
      const up = await upstream((_request, response) => {
        response.on('close', () => (closedAt = performance.now()));
        if (begins) response.writeHead(200, eventStream).write(event(chunksOf(['a'])[0]));
      });
      const server = await front(only(up.url));
      const outgoing = request(`${server.url}/chat/completions`, {
        method: 'POST',
        agent: false,
        headers: { 'content-type': 'application/json' },
      });
      outgoing.on('error', () => {});
      outgoing.end(JSON.stringify({ ...hello, stream: true, store }));
      if (begins) await once((await once(outgoing, 'response'))[0] as IncomingMessage, 'data');
      else await expect.poll(() => up.bodies.length).toBe(1);
      const leftAt = performance.now();
      outgoing.destroy();
      await expect.poll(() => closedAt, { interval: 2, timeout: 5_000 }).toBeGreaterThan(0);
      expect(await listed(server)).toEqual([]);
      return closedAt - leftAt;
    };
    expect(await least(100, closesAfter)).toBeLessThan(100);
  });

  it('who reads slowly makes the upstream wait', async () => {
    let written = 0;
    const state = { isFull: false };
    const part = event({ choices: [{ index: 0, delta: { content: 'x'.repeat(60_000) } }] });
    const up = await upstream(async (_request, response) => {
      response.setMaxListeners(0);
      response.writeHead(200, eventStream);
      while (!response.destroyed && written < 200e6) {
        written += part.length;
        if (response.write(part)) continue;
        state.isFull = true;
        await Promise.race([once(response, 'drain'), once(response, 'close')]);
        state.isFull = false;
      }
    });
    for (const store of [false, true]) {
      written = 0;
      const server = await front(only(up.url));
      const outgoing = request(`${server.url}/chat/completions`, {
        method: 'POST',
        agent: false,
        headers: { 'content-type': 'application/json' },
      });
      outgoing.on('error', () => {});
      outgoing.end(JSON.stringify({ ...hello, stream: true, store }));
      const [response] = (await once(outgoing, 'response')) as [IncomingMessage];
      response.pause();
      let before = -1;
      while (before !== written || !state.isFull) {
        before = written;
        await sleep(150);
      }
      expect(written).toBeLessThan(40e6);
      outgoing.destroy();
    }
  });
});

describe('any cut of the bytes of a stream', () => {
  it('gives the caller the same bytes, and the same stored completion', async () => {
    const texts = ['Hello', ' wörld', ' 👋', ' [DONE]', ' "\\n'];
    const bytes = Buffer.from(answer(texts));
    let cuts: number[] = [];
    const up = await upstream(async (_request, response) => {
      response.writeHead(200, eventStream);
      let from = 0;
      for (const to of [...cuts, bytes.length]) {
        response.write(bytes.subarray(from, to));
        from = to;
        await new Promise((resolve) => setImmediate(resolve));
      }
      response.end();
    });
    const server = await front(only(up.url));
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(fc.integer({ min: 1, max: bytes.length - 1 }), { maxLength: 12 }),
        async (at) => {
          cuts = at.toSorted((a, b) => a - b);
          const { body, broken } = await post(`${server.url}/chat/completions`, {
            ...hello,
            stream: true,
            store: true,
          });
          expect(broken).toBe(false);
          expect(body.equals(bytes)).toBe(true);
          const [stored] = await listed(server);
          expect(stored.choices[0].message.content).toBe(texts.join(''));
          expect(stored.usage.total_tokens).toBe(texts.length + 1);
          expect(stored.colloquy).toMatchObject({ upstream: 'up', attempts: 1 });
          expect(stored.colloquy.first_token_ms).toBeLessThanOrEqual(stored.colloquy.total_ms);
          expect(
            (await post(`${server.url}/chat/completions/${stored.id}`, '', { method: 'DELETE' })).status,
          ).toBe(200);
        },
      ),
      { numRuns: 60 },
    );
  });

  it('cut off there, it breaks off for the caller after the same bytes, and is not stored', async () => {
    const bytes = Buffer.from(answer(['Hello', ' world']));
    const end = bytes.indexOf('data: [DONE]');
    let at = 0;
    const up = await upstream((_request, response) => {
      response.writeHead(200, eventStream);
      response.write(bytes.subarray(0, at), () => setTimeout(() => response.destroy(), 20));
    });
    const server = await front(only(up.url));
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: end }), fc.boolean(), async (to, store) => {
        at = to;
        const { body, broken } = await post(`${server.url}/chat/completions`, {
          ...hello,
          stream: true,
          store,
        });
        expect(broken).toBe(true);
        expect(bytes.subarray(0, at).equals(body)).toBe(true);
        expect(await listed(server)).toEqual([]);
      }),
      { numRuns: 25 },
    );
  });
});

describe('what is stored', () => {
  it('is there when the caller has read the end, however the end is told', async () => {
    const [done, ...ends] = [
      answer(['a']),
      answer(['a']).replace('data: [DONE]\n\n', ''),
      answer(['a']).replace('\n\ndata: [DONE]', '\r\n\r\ndata:[DONE]'),
    ];
    for (const text of [done!, ...ends, whole('a')]) {
      const isStream = text.startsWith('data');
      const up = await upstream((_request, response) =>
        response.writeHead(200, isStream ? eventStream : {}).end(text),
      );
      const server = await front(only(up.url));
      await post(`${server.url}/chat/completions`, { ...hello, stream: isStream, store: true });
      expect((await listed(server)).map(({ choices }) => choices[0].message.content)).toEqual(['a']);
    }
  });

  it('gets an id of its own when the upstream uses one again, or sends none', async () => {
    for (const id of ['chatcmpl-7', '', null]) {
      const up = await upstream((_request, response) => response.end(whole('a', id as string)));
      const server = await front(only(up.url));
      for (const round of [1, 2]) {
        const { status } = await post(`${server.url}/chat/completions`, { ...hello, store: true });
        expect([round, status]).toEqual([round, 200]);
      }
      const ids = (await listed(server)).map((one) => one.id as string);
      expect(new Set(ids).size).toBe(2);
      if (id) expect(ids[0]).toBe(id);
    }
  });

  it('is nothing when the response is no completion, which passes on all the same; the log says why', async () => {
    for (const [type, text] of [
      ['application/json', '{"odd":true}'],
      ['application/json', 'not JSON'],
      ['text/html', '<p>Sign in</p>'],
      ['text/event-stream', 'data: {"error":{"message":"no"}}\n\n'],
      ['text/event-stream', ': only a comment\n\n'],
      ['text/event-stream', 'data: [DONE]\n\n'],
    ] as const) {
      const up = await upstream((_request, response) =>
        response.writeHead(200, { 'content-type': type }).end(text),
      );
      const server = await front(only(up.url));
      const { status, body } = await post(`${server.url}/chat/completions`, {
        ...hello,
        stream: true,
        store: true,
      });
      expect([status, body.toString()]).toEqual([200, text]);
      expect(await listed(server)).toEqual([]);
      expect(server.logged.join('\n')).toContain('The completion was not stored: ');
    }
  });
});

describe('hostile upstreams', () => {
  it('end no process and leave no request open, whatever they send', async () => {
    let reply: { status: number; headers: [string, string][]; parts: Uint8Array[]; breaks: boolean };
    const up = await upstream(async (_request, response) => {
      response.writeHead(reply.status, Object.fromEntries(reply.headers));
      response.flushHeaders();
      for (const part of reply.parts) {
        response.write(part);
        await new Promise((resolve) => setImmediate(resolve));
      }
      if (reply.breaks) response.destroy();
      else response.end();
    });
    const server = await front(only(up.url));
    const piece = fc.oneof(
      fc.uint8Array({ minLength: 1, maxLength: 50 }),
      fc
        .constantFrom(
          'data: {"choices":[{"index":-1,"delta":{}}]}\n\n',
          'data: {"choices":[null]}\n\n',
          'data: [DONE]\n\n',
          'data: 7\n\n',
          '{"choices":[{}]}',
          '{"choices":[{"message":{"tool_calls":[{}]}}]}',
          'event: error\ndata: {}\n\n',
          event(chunksOf(['a'])[1]),
        )
        .map((text) => Buffer.from(text)),
    );
    const replies = fc.record({
      status: fc.constantFrom(200, 200, 200, 201, 204, 304, 400, 429, 500, 599),
      headers: fc.array(
        fc.tuple(
          fc.constantFrom('content-type', 'x-request-id', 'retry-after', 'content-encoding', 'set-cookie'),
          fc.constantFrom('text/event-stream', 'application/json', 'gzip', 'x', ''),
        ),
        { maxLength: 3 },
      ),
      parts: fc.array(piece, { maxLength: 5 }),
      breaks: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(replies, fc.boolean(), fc.boolean(), async (given, stream, store) => {
        reply = given;
        const { status } = await post(`${server.url}/chat/completions`, { ...hello, stream, store });
        expect([given.status, 502]).toContain(status);
      }),
      { numRuns: 200 },
    );
    expect((await post(`${server.url}/chat/completions`, '', { method: 'GET' })).status).toBe(200);
  });
});
