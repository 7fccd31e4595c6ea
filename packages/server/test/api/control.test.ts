import { afterEach, describe, expect, it } from 'vitest';
import { Fixtures, startServer, type RunningServer, type ServerOptions } from '../../src/index.ts';
import { runCLI } from '../../scripts/run-cli.ts';
import { completionBody } from '../support/app.ts';

let server: RunningServer;
afterEach(() => server.close());

async function start(options: ServerOptions = {}): Promise<void> {
  server = await startServer({ port: 0, db: ':memory:', control: true, logRequests: false, ...options });
}

async function ask(
  method: string,
  path: string,
  body?: unknown,
  headers: Record<string, string> = {},
): Promise<any> {
  const response = await fetch(server.url + path, {
    method,
    headers: { 'content-type': 'application/json', ...headers },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  return { status: response.status, ...((await response.json()) as object) };
}

const say = async (content: string, more: object = {}): Promise<string> => {
  const body = completionBody({ messages: [{ role: 'user', content }], ...more });
  return (await ask('POST', '/chat/completions', body)).choices[0].message.content;
};

const pong = { when: { lastUser: 'ping' }, reply: 'pong' };

describe('/sandbox', () => {
  it('does not exist without --control', async () => {
    await start({ control: false });
    for (const [method, path] of [
      ['POST', 'fixtures'],
      ['GET', 'requests'],
      ['POST', 'reset'],
    ]) {
      expect((await ask(method!, `/sandbox/${path}`, method === 'POST' ? [] : undefined)).status).toBe(404);
    }
  });

  it('adds fixtures in each form, before the others, and says what is wrong with one', async () => {
    await start();
    expect(await ask('POST', '/sandbox/fixtures', pong)).toEqual({ status: 200, added: 1 });
    expect(await say('ping')).toBe('pong');
    await ask('POST', '/sandbox/fixtures', [{ when: { lastUser: 'one' }, reply: '1' }]);
    const inObject = { fixtures: [{ when: { lastUser: { matches: '^t' } }, reply: ['2', '3'] }] };
    expect(await ask('POST', '/sandbox/fixtures', inObject)).toEqual({ status: 200, added: 1 });
    expect([await say('one'), await say('two'), await say('three')]).toEqual(['1', '2', '3']);

    const wrong: [unknown, string][] = [
      [[pong, { when: { lastUsr: 'x' }, reply: 'y' }], '[1].when.lastUsr'],
      [{ fixtures: [{ when: {}, reply: 7 }] }, 'fixtures[0].reply'],
      [{ when: { model: 7 }, reply: 'x' }, 'when.model'],
      [{ fixtures: 'all' }, 'fixtures'],
    ];
    for (const [body, param] of wrong) {
      expect(await ask('POST', '/sandbox/fixtures', body)).toMatchObject({ status: 400, error: { param } });
    }
    // None of a list with a mistake is added.
    await ask('POST', '/sandbox/reset');
    await ask('POST', '/sandbox/fixtures', [pong, { reply: 'x' }]);
    expect(await say('ping')).not.toBe('pong');
  });

  it('lists requests with their responses, and no key', async () => {
    await start();
    await ask('POST', '/chat/completions', completionBody(), { authorization: 'Bearer sk-abcdefghijklmnop' });
    await say('Hi', { temperature: 9 }).catch(() => {});
    const { data } = await ask('GET', '/sandbox/requests');
    expect(data).toHaveLength(2);
    expect(data[0]).toMatchObject({
      method: 'POST',
      path: '/v1/chat/completions',
      headers: { authorization: 'Bearer sk-a****mnop' },
      body: completionBody(),
      response: { status: 200, state: 'complete', body: { object: 'chat.completion' } },
    });
    expect(Date.parse(data[0].started_at)).toBeGreaterThan(Date.now() - 60_000);
    expect(data[1].response).toMatchObject({ status: 400, body: { error: { param: 'temperature' } } });
    expect(JSON.stringify(data)).not.toContain('abcdefghijklmnop');
  });

  it('lists the requests that meet the filters, the last ones with a limit', async () => {
    await start();
    await say('one');
    await say('two', { model: 'other' });
    await ask('POST', '/chat/completions', completionBody({ temperature: 9 }));
    await ask('GET', '/models?api-version=1');
    const listed = async (query: string): Promise<string[]> => {
      const { data } = await ask('GET', `/sandbox/requests${query}`);
      return data.map((entry: any) => entry.body?.messages[0].content ?? entry.path);
    };
    expect(await listed('')).toEqual(['one', 'two', 'Hi', '/v1/models?api-version=1']);
    expect(await listed('?path=/chat/completions')).toEqual(['one', 'two', 'Hi']);
    expect(await listed('?path=/v1/models')).toEqual(['/v1/models?api-version=1']);
    expect(await listed('?path=/chat')).toEqual([]);
    expect(await listed('?model=other')).toEqual(['two']);
    expect(await listed('?status=400')).toEqual(['Hi']);
    expect(await listed('?path=/chat/completions&status=200&limit=1')).toEqual(['two']);
    expect(await listed('?limit=2')).toEqual(['Hi', '/v1/models?api-version=1']);
    expect(await listed('?limit=0')).toEqual([]);
    for (const [query, param] of [
      ['?limit=x', 'limit'],
      ['?limit=-1', 'limit'],
      ['?status=2xx', 'status'],
      ['?modle=a', 'modle'],
    ] as const) {
      expect(await ask('GET', `/sandbox/requests${query}`)).toMatchObject({ status: 400, error: { param } });
    }
  });

  it('resets fixtures, requests, counted faults and what is stored in memory', async () => {
    await start();
    await ask('POST', '/sandbox/fixtures', pong);
    await say('ping', { store: true });
    const fault = { 'x-sandbox-fault': 'status=500;times=1' };
    expect((await ask('POST', '/chat/completions', completionBody(), fault)).status).toBe(500);
    expect(await ask('POST', '/sandbox/reset')).toEqual({ status: 200, reset: true });
    expect((await ask('GET', '/sandbox/requests')).data).toEqual([]);
    expect((await ask('GET', '/chat/completions')).data).toEqual([]);
    expect(await say('ping')).not.toBe('pong');
    expect((await ask('POST', '/chat/completions', completionBody(), fault)).status).toBe(500);
  });

  it('resets what belongs to one test, while another one runs', async () => {
    const fixtures = new Fixtures([{ when: { header: { 'x-test-id': 'a' } }, reply: ['first', 'second'] }]);
    await start({ fixtures });
    const failing = { 'x-sandbox-fault': 'status=500;times=1' };
    const test = (id: string) => ({
      headers: { 'x-test-id': id, 'x-sandbox-fault-id': id },
      say: async (content: string): Promise<string> => {
        const body = completionBody({ messages: [{ role: 'user', content }], store: true });
        const { choices } = await ask('POST', '/chat/completions', body, { 'x-test-id': id });
        return choices[0].message.content;
      },
    });
    const [a, b] = [test('a'), test('b')] as const;
    const fails = async ({ headers }: typeof a): Promise<boolean> =>
      (await ask('POST', '/chat/completions', completionBody(), { ...failing, ...headers })).status === 500;
    for (const id of ['a', 'b']) {
      const when = { lastUser: 'ping', header: { 'X-Test-Id': id } };
      await ask('POST', '/sandbox/fixtures', { when, reply: `pong ${id}` });
    }
    await ask('POST', '/sandbox/fixtures', { when: { lastUser: 'all' }, reply: 'for all' });
    expect([await a.say('ping'), await b.say('ping'), await a.say('Hi')]).toEqual([
      'pong a',
      'pong b',
      'first',
    ]);
    expect([await fails(a), await fails(b), await fails(a), await fails(b)]).toEqual([
      true,
      true,
      false,
      false,
    ]);

    expect(await ask('POST', '/sandbox/reset?header[X-Test-Id]=a')).toEqual({ status: 200, reset: true });
    const listed = async (id: string): Promise<number> =>
      (await ask('GET', `/sandbox/requests?header[x-test-id]=${id}`)).data.length;
    expect([await listed('a'), await listed('b')]).toEqual([0, 3]);
    expect([await a.say('ping'), await b.say('ping')]).toEqual(['first', 'pong b']);
    expect([await fails(a), await fails(b)]).toEqual([true, false]);
    expect(await b.say('all')).toBe('for all');
    // What is stored has no test: it stays.
    expect((await ask('GET', '/chat/completions?limit=100')).data.length).toBeGreaterThan(3);
    expect(await ask('POST', '/sandbox/reset?headr[x-test-id]=a')).toMatchObject({ status: 400 });
    expect(await ask('POST', '/sandbox/reset?header=a')).toMatchObject({ status: 400 });
  });

  it('resets a cassette, so that it replays from its first recordings', async () => {
    const body = completionBody({ messages: [{ role: 'user', content: 'Hi' }] });
    const exchanges = ['first', 'second'].map((content) => ({
      version: 1 as const,
      request: { path: '/chat/completions', body },
      response: { json: { choices: [{ message: { role: 'assistant', content } }] } },
    }));
    await start({ cassette: { exchanges } });
    expect([await say('Hi'), await say('Hi')]).toEqual(['first', 'second']);
    expect(await ask('POST', '/sandbox/reset')).toEqual({ status: 200, reset: true });
    expect([await say('Hi'), await say('Hi'), await say('Hi')]).toEqual(['first', 'second', 'second']);
  });

  it('asks for the key, and refuses pages of other origins', async () => {
    await start({ apiKeys: ['secret'], cors: ['https://mine.example'] });
    const headers = { authorization: 'Bearer secret' };
    for (const [method, path] of [
      ['POST', 'fixtures'],
      ['GET', 'requests'],
      ['POST', 'reset'],
    ]) {
      expect((await ask(method!, `/sandbox/${path}`)).status).toBe(401);
    }
    for (const path of ['fixtures', 'reset']) {
      const from = (origin: string): Promise<any> =>
        ask('POST', `/sandbox/${path}`, [], { ...headers, origin });
      expect(await from('https://evil.example')).toMatchObject({
        status: 403,
        error: { code: 'origin_not_allowed' },
      });
      expect((await from('https://mine.example')).status).toBe(200);
    }
  });

  it('is there with the flag', { timeout: 60_000 }, async () => {
    await start();
    const cli = runCLI(['--port', '0', '--db', ':memory:', '--quiet', '--control']);
    const response = await fetch(`${await cli.url()}/sandbox/requests`);
    expect(await response.json()).toEqual({ object: 'list', data: [] });
    expect((await cli.end('SIGTERM')).code).toBe(0);
  });
});
