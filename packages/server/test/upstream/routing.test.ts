/** Which upstream is asked, in which order, for how long; and the list of models. With real sockets. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { parseConfigFile } from '../../src/config-file/config-file.ts';
import { Upstreams, type UpstreamsSettings } from '../../src/models/upstreams.ts';
import { startServer, type ServerOptions } from '../../src/server.ts';
import { gateway, listening, post, type Gateway, type Listener } from '../support/gateway.ts';
import { chunksOf } from '../support/scripted-model.ts';

const open: { close(): unknown }[] = [];
afterEach(async () => {
  for (const one of open.splice(0).toReversed()) await one.close();
});

type Respond = (request: IncomingMessage, response: ServerResponse) => unknown;
async function upstream(respond: Respond): Promise<Listener & { asked: number }> {
  const listener = Object.assign(
    await listening((incoming, outgoing) => {
      listener.asked++;
      incoming.resume();
      outgoing.on('error', () => {});
      incoming.on('end', () => respond(incoming, outgoing));
    }),
    { asked: 0 },
  );
  open.push(listener);
  return listener;
}
async function front(upstreams: ServerOptions['upstreams'], options: ServerOptions = {}): Promise<Gateway> {
  const server = await gateway(upstreams, options);
  open.push(server);
  return server;
}

const messages = [{ role: 'user', content: 'Hi' }];
const ask = (server: Gateway, body: object) =>
  post(`${server.url}/chat/completions`, { messages, stream: true, store: true, ...body });
const get = async (server: Gateway, path: string): Promise<any> => {
  const { status, body } = await post(server.url + path, '', { method: 'GET' });
  return { status, ...JSON.parse(body.toString()) };
};
const sends =
  (text: string): Respond =>
  (_request, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    for (const chunk of chunksOf([text])) response.write(`data: ${JSON.stringify(chunk)}\n\n`);
    response.end('data: [DONE]\n\n');
  };
const fails =
  (status: number, headers = {}): Respond =>
  (_request, response) =>
    response
      .writeHead(status, { 'content-type': 'application/json', ...headers })
      .end(`{"error":{"message":"${status}"}}`);

describe('settings', () => {
  it('with a time that no timer can wait for are those of the longest one', async () => {
    const slow: Respond = async (request, response) => {
      await sleep(100);
      sends('Hello')(request, response);
    };
    const text = `upstreams:\n  up: { baseURL: "${(await upstream(slow)).url}", timeouts: { firstChunk: 999999m, idle: 999999m, connect: 999999m } }`;
    for (const upstreams of [
      parseConfigFile(text, 'colloquy.yaml', {}).upstreams,
      { up: { baseURL: (await upstream(slow)).url, timeouts: { firstChunk: Infinity, idle: Infinity } } },
    ]) {
      const { status, body } = await ask(await front({ upstreams }), { model: 'm' });
      expect([status, body.toString()]).toEqual([200, expect.stringContaining('[DONE]')]);
    }
  });

  it.each(['a\nb', 'a\0b', 'ключ'])('with the key %j, which no header can have, are refused', (key) => {
    const baseURL = 'http://127.0.0.1:9/v1';
    expect(() => new Upstreams({ upstreams: { up: { baseURL, key } } })).toThrow(
      "The key of the upstream 'up' has",
    );
    const groq = { upstreams: { groq: {} }, env: { GROQ_API_KEY: key } };
    expect(() => new Upstreams(groq)).toThrow("The key of the upstream 'groq' has");
  });
});

describe('names of models', () => {
  const names = (settings: Partial<UpstreamsSettings>, name: string): unknown => {
    const upstreams = new Upstreams({ upstreams: {}, env: {}, ...settings });
    return upstreams.targets(name)?.map(({ upstream, model }) => `${upstream.name} ${model}`);
  };
  const two = { a: { baseURL: 'http://a' }, b: { baseURL: 'http://b' } };
  const models = {
    fast: { upstream: 'a', name: 'large', fallbacks: ['b/small', 'openrouter/x/y', 'b'] },
    'gpt-*': { upstream: 'b' },
    'gpt-5*': { upstream: 'a' },
    'local/*': { upstream: 'b', name: 'my-*' },
    'test/*': { upstream: 'sandbox' },
  };

  it.each([
    ['fast', ['a large', 'b small', 'openrouter x/y', 'b large']],
    ['gpt-4', ['b gpt-4']],
    ['gpt-5-mini', ['a gpt-5-mini']],
    ['local/x', ['b my-x']],
    ['a/b/c', ['a b/c']],
    ['openrouter/b/c', ['openrouter b/c']],
    ['ollama/llama3.2', ['ollama llama3.2']],
    ['test/x', undefined],
    ['other', undefined],
    ['__proto__', undefined],
    ['constructor/x', undefined],
  ])('%s is %j', (name, targets) => {
    expect(names({ upstreams: two, models }, name)).toEqual(targets);
  });

  it('all belong to the only upstream, those of providers too unless they are asked for', () => {
    const only = { upstreams: { a: { baseURL: 'http://a' } } };
    expect(names(only, 'openai/gpt-5')).toEqual(['a openai/gpt-5']);
    expect(names({ ...only, providers: true }, 'openai/gpt-5')).toEqual(['openai gpt-5']);
    expect(names({ ...only, providers: true }, 'meta/llama')).toEqual(['a meta/llama']);
  });

  it('send a key to the server it is for, and to no other', () => {
    const env = { OPENAI_API_KEY: 'sk-secret', GROQ_API_KEY: '' };
    const keyOf = (entry: object, name = 'x'): unknown =>
      new Upstreams({ upstreams: { [name]: entry }, env }).only!.upstream.headersFor(new Headers())[
        'authorization'
      ];
    expect(keyOf({ baseURL: 'https://api.openai.com/v1/' })).toBe('Bearer sk-secret');
    expect(keyOf({}, 'openai')).toBe('Bearer sk-secret');
    expect(keyOf({ baseURL: 'http://evil.example/v1' }, 'openai')).toBeUndefined();
    expect(keyOf({ baseURL: 'http://api.openai.com/v1' })).toBeUndefined();
    expect(keyOf({}, 'groq')).toBeUndefined();
  });

  it('that nobody serves are a 404; those of the sandbox get its response', async () => {
    const server = await front({ upstreams: {}, models: { 'test/*': { upstream: 'sandbox' } } });
    expect((await ask(server, { model: 'gpt-9' })).status).toBe(404);
    expect((await ask(server, { model: 'test/x' })).status).toBe(200);
  });

  it('of an unknown upstream are an error at the start', () => {
    expect(() => new Upstreams({ upstreams: {}, models: { a: { upstream: 'nowhere' } } })).toThrow(/nowhere/);
    expect(() => new Upstreams({ upstreams: { mine: {} } })).toThrow(/mine/);
  });
});

describe('fallbacks', () => {
  const routed = async (first: Respond, timeouts: object = {}) => {
    const one = await upstream(first);
    const two = await upstream(sends('second'));
    const server = await front({
      upstreams: { one: { baseURL: one.url, timeouts }, two: { baseURL: two.url } },
      models: { m: { upstream: 'one', fallbacks: ['two/other'] } },
    });
    return { server, two };
  };

  it.each<[string, Respond, object?]>([
    ['status 500', fails(500)],
    ['status 429', fails(429)],
    ['a connection that is reset', (_request, response) => response.socket?.resetAndDestroy()],
    ['no headers in time', () => {}, { firstChunk: 60 }],
    [
      'comments and no chunk in time',
      async (_request, response) => {
        response.writeHead(200, { 'content-type': 'text/event-stream' });
        while (!response.destroyed) {
          response.write(': waiting\n\n');
          await sleep(20);
        }
      },
      { firstChunk: 100 },
    ],
    [
      'a stream without a chunk',
      (_request, response) =>
        response.writeHead(200, { 'content-type': 'text/event-stream' }).end(': hi\n\n'),
    ],
    [
      'a body that breaks before its first byte',
      (_request, response) => {
        response.writeHead(200, { 'content-type': 'text/event-stream' });
        response.flushHeaders();
        setTimeout(() => response.destroy(), 20);
      },
    ],
  ])('are asked after %s', async (_name, first, timeouts) => {
    const { server } = await routed(first, timeouts);
    const { status, body } = await ask(server, { model: 'm' });
    expect(status).toBe(200);
    expect(body.toString()).toContain('second');
    const { data } = await get(server, '/chat/completions');
    expect(data[0].colloquy).toMatchObject({ upstream: 'two', attempts: 2 });
    expect(server.logged.join('\n')).toMatch(/The upstream 'one' failed: /);
  });

  it.each([400, 401, 404, 422])('are not asked after status %d', async (status) => {
    const { server, two } = await routed(fails(status));
    expect((await ask(server, { model: 'm' })).status).toBe(status);
    expect(two.asked).toBe(0);
  });

  it('are not asked after the first chunk', async () => {
    const { server, two } = await routed((_request, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write(`data: ${JSON.stringify(chunksOf(['a'])[0])}\n\n`);
      setTimeout(() => response.destroy(), 30);
    });
    expect((await ask(server, { model: 'm' })).broken).toBe(true);
    expect(two.asked).toBe(0);
  });

  it('that all fail leave the caller with the first response', async () => {
    const one = await upstream(fails(429, { 'retry-after': '7' }));
    const two = await upstream(fails(503));
    const server = await front({
      upstreams: {
        gone: { baseURL: 'http://127.0.0.1:1' },
        one: { baseURL: one.url },
        two: { baseURL: two.url },
      },
      models: { m: { upstream: 'gone', fallbacks: ['one', 'two'] }, n: { upstream: 'gone' } },
    });
    const { status, headers, body } = await ask(server, { model: 'm' });
    expect([status, headers['retry-after'], body.toString()]).toEqual([
      429,
      '7',
      '{"error":{"message":"429"}}',
    ]);
    expect((await ask(server, { model: 'n' })).status).toBe(502);
  });
});

describe('times', () => {
  it('without a first chunk are a 504; silence later breaks the connection', async () => {
    const silent = await upstream(() => {});
    const stalls = await upstream((_request, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write(`data: ${JSON.stringify(chunksOf(['a'])[0])}\n\n`);
    });
    const server = await front({
      upstreams: {
        silent: { baseURL: silent.url, timeouts: { firstChunk: 60 } },
        stalls: { baseURL: stalls.url, timeouts: { idle: 80 } },
      },
    });
    const late = await ask(server, { model: 'silent/m' });
    expect([late.status, JSON.parse(late.body.toString()).error.code]).toEqual([504, 'upstream_timeout']);
    for (const store of [true, false]) {
      const cut = await ask(server, { model: 'stalls/m', store });
      expect([cut.status, cut.broken]).toEqual([200, true]);
    }
  });
});

it('a failed response is passed on whole after another upstream was too slow', async () => {
  const limited = await upstream(fails(429, { 'retry-after': '7' }));
  const hangs = await upstream(() => {});
  const timeouts = { firstChunk: 100 };
  const server = await front({
    upstreams: { a: { baseURL: limited.url, timeouts }, b: { baseURL: hangs.url, timeouts } },
    models: { m: { upstream: 'a', fallbacks: ['b'] } },
  });
  const { status, headers, body, broken } = await ask(server, { model: 'm' });
  expect([limited.asked, hangs.asked, status, broken]).toEqual([1, 1, 429, false]);
  expect(headers['retry-after']).toBe('7');
  expect(body.toString()).toBe('{"error":{"message":"429"}}');
});

describe('GET /models', () => {
  const lists =
    (...ids: string[]): Respond =>
    (incoming, response) =>
      incoming.url === '/v1/models'
        ? response.end(
            JSON.stringify({ object: 'list', data: ids.map((id) => ({ id, object: 'model', context: 8 })) }),
          )
        : fails(404)(incoming, response);

  it('merges what upstreams list, without those that fail, and asks them once', async () => {
    const one = await upstream(lists('a', 'b'));
    const two = await upstream(lists('a'));
    const broken = await upstream(fails(500));
    const server = await front({
      upstreams: {
        one: { baseURL: one.url },
        two: { baseURL: two.url },
        broken: { baseURL: broken.url },
        gone: { baseURL: 'http://127.0.0.1:1' },
      },
      models: {
        fast: { upstream: 'one', name: 'a' },
        'x*': { upstream: 'two' },
        fake: { upstream: 'sandbox' },
      },
    });
    for (const _round of [1, 2]) {
      const { data } = await get(server, '/models');
      expect(data.map(({ id }: { id: string }) => id)).toEqual(['fake', 'fast', 'one/a', 'one/b', 'two/a']);
      expect(data[2]).toEqual({ id: 'one/a', object: 'model', context: 8 });
    }
    expect([one.asked, two.asked, broken.asked]).toEqual([1, 1, 1]);
    expect(await get(server, '/models/two/a')).toMatchObject({ status: 200, id: 'two/a' });
    expect(await get(server, '/models/two/zzz')).toMatchObject({ status: 404 });
    expect(await get(server, '/models/two%2F..%2F..')).toMatchObject({ status: 404 });
  });

  it('names the models of an only upstream as it does, and one list for each key that is passed on', async () => {
    const one = await upstream((incoming, response) =>
      response.end(JSON.stringify({ data: [{ id: incoming.headers.authorization ?? 'nobody' }] })),
    );
    const server = await front({ upstreams: { one: { baseURL: one.url } } });
    for (const key of ['a', 'b', 'a']) {
      const { body } = await post(`${server.url}/models`, '', {
        method: 'GET',
        headers: { authorization: `Bearer ${key}` },
      });
      expect(JSON.parse(body.toString()).data).toEqual([{ id: `Bearer ${key}` }]);
    }
    expect(one.asked).toBe(2);
  });
});

describe('Azure', () => {
  it('is asked for a deployment, with its version and key', async () => {
    const seen: unknown[] = [];
    const azure = await upstream((incoming, response) => {
      seen.push([incoming.url, incoming.headers['api-key'], incoming.headers.authorization]);
      sends('hi')(incoming, response);
    });
    const file = parseConfigFile(
      `upstreams: { work: { baseURL: "${azure.url.replace('/v1', '')}", key: "\${KEY}", azure: { apiVersion: 2024-10-21 } } }`,
      'colloquy.yaml',
      { KEY: 'secret' },
    );
    const server = await front(file);
    await ask(server, { model: 'my deployment' });
    expect(seen).toEqual([
      ['/openai/deployments/my%20deployment/chat/completions?api-version=2024-10-21', 'secret', undefined],
    ]);
    expect((await ask(server, { model: '..' })).status).toBe(404);
  });
});

describe('faults of the sandbox behind an upstream', () => {
  it('pass through: a reset before the headers is a 502, a stall ends when the caller leaves, repetition succeeds', async () => {
    const sandbox = await startServer({ port: 0, db: ':memory:', logRequests: false, graceMs: 0 });
    open.push(sandbox);
    const faulty = (fault: string) => ({ baseURL: sandbox.url, headers: { 'x-sandbox-fault': fault } });
    const server = await front({
      upstreams: {
        reset: faulty('reset'),
        stall: faulty('stall-after=2'),
        times: faulty('status=503;times=1'),
      },
    });
    expect((await ask(server, { model: 'reset/m' })).status).toBe(502);
    expect((await ask(server, { model: 'times/m' })).status).toBe(503);
    expect((await ask(server, { model: 'times/m' })).status).toBe(200);
    const stalled = await post(
      `${server.url}/chat/completions`,
      { model: 'stall/m', messages, stream: true, store: true },
      { signal: AbortSignal.timeout(3_000) },
    );
    expect([stalled.status, stalled.broken]).toEqual([200, true]);
    expect(stalled.body.toString().match(/^data:/gm)).toHaveLength(2);
  });
});
