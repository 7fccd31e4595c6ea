import { afterEach, describe, expect, it } from 'vitest';
import { completionBody, testApp, type TestApp } from '../support/app.ts';
import { scriptedModel } from '../support/scripted-model.ts';

let app: TestApp;
afterEach(() => app.close());
const completions = '/v1/chat/completions';

describe('every answer', () => {
  it('has an id of its own and the time it took', async () => {
    app = await testApp();
    const seen = new Set<string | null>();
    for (const [method, path] of [
      ['GET', '/v1/models'],
      ['GET', '/nope'],
      ['PUT', completions],
      ['POST', completions],
      ['GET', '/health'],
      ['GET', '/v1/health'],
    ] as const) {
      const { headers } = await app.ask(method, path);
      expect(headers.get('x-request-id')).toMatch(/^req_[0-9a-f]{32}$/);
      expect(headers.get('openai-processing-ms')).toMatch(/^\d+$/);
      seen.add(headers.get('x-request-id'));
    }
    expect(seen.size).toBe(6);
  });

  it('is one line in the log, without the query', async () => {
    app = await testApp();
    const { headers } = await app.ask('GET', `${completions}?metadata[secret]=1`);
    expect(app.logged).toHaveLength(1);
    expect(app.logged[0]).toMatch(
      new RegExp(`^GET ${completions} 200 \\d+ms ${headers.get('x-request-id')}$`),
    );
  });
});

describe('models', () => {
  it('are listed and retrieved, also by a name with a slash', async () => {
    app = await testApp();
    const { body } = await app.ask('GET', '/v1/models');
    expect(body.object).toBe('list');
    expect(body.data.map(({ id }: { id: string }) => id)).toEqual([
      'test-model',
      'other-model',
      'org/with-slash',
    ]);
    for (const path of ['/v1/models/org/with-slash', '/models/org%2Fwith-slash']) {
      expect((await app.ask('GET', path)).body).toEqual({
        id: 'org/with-slash',
        object: 'model',
        created: 1_700_000_000,
        owned_by: 'tests',
      });
    }
    expect((await app.ask('GET', '/v1/models/nope')).body.error.code).toBe('model_not_found');
  });
});

describe('a request that cannot be routed', () => {
  it('to an unknown path is a 404 in the API’s words', async () => {
    app = await testApp();
    const { status, body } = await app.ask('POST', '/v1/completionz', {});
    expect(status).toBe(404);
    expect(body).toEqual({
      error: {
        message: 'Invalid URL (POST /v1/completionz)',
        type: 'invalid_request_error',
        param: null,
        code: null,
      },
    });
  });

  it('with a wrong method is a 405 that says which ones there are', async () => {
    app = await testApp();
    for (const [method, path, allow] of [
      ['PUT', completions, 'GET, POST, HEAD'],
      ['PATCH', `${completions}/x`, 'GET, POST, DELETE, HEAD'],
      ['DELETE', '/models', 'GET, HEAD'],
      ['OPTIONS', completions, 'GET, POST, HEAD'],
      ['POST', '/health', 'GET, HEAD'],
    ] as const) {
      const { status, headers, body } = await app.ask(method, path);
      expect(status).toBe(405);
      expect(headers.get('allow')).toBe(allow);
      expect(body.error.code).toBe('method_not_supported');
    }
  });
});

describe('a body', () => {
  it.each([
    ['', 400],
    ['{', 400],
    ['{"a":1}}', 400],
    ['[]', 400],
    ['null', 400],
    ['1', 400],
    ['{"model":"test-model","messages":[],"messages":3}', 400],
    [
      `{"model":"test-model","messages":[{"role":"user","content":"x"}],"x":${'['.repeat(100_000)}${']'.repeat(100_000)}}`,
      400,
    ],
    ['['.repeat(200_000), 400],
    ['{"__proto__":{"model":"test-model"}}', 400],
  ])('%# that is not a request is a %i', async (text, status) => {
    app = await testApp();
    const answer = await app.ask('POST', completions, text);
    expect(answer.status).toBe(text === '' ? 400 : status);
    expect(answer.body.error.type).toBe('invalid_request_error');
  });

  it('that is not UTF-8 is a 400', async () => {
    app = await testApp();
    const bytes = Buffer.concat([Buffer.from('{"model":"'), Buffer.from([0xff, 0xfe]), Buffer.from('"}')]);
    const response = await app.fetch(
      new Request(`http://127.0.0.1${completions}`, {
        method: 'POST',
        body: bytes,
        headers: { 'content-type': 'application/json' },
      }),
    );
    expect(response.status).toBe(400);
    expect(await response.text()).toContain('could not parse the JSON body');
  });

  it('over the limit is a 413, announced or not', async () => {
    app = await testApp({ config: { bodyLimit: 1_000 } });
    const text = JSON.stringify(completionBody({ user: 'u'.repeat(1_000) }));
    expect((await app.ask('POST', completions, text)).status).toBe(413);
    expect((await app.ask('POST', completions, text, { 'content-length': String(text.length) })).status).toBe(
      413,
    );
    expect((await app.ask('POST', completions, completionBody())).status).toBe(200);
  });

  it('must say that it is JSON', async () => {
    app = await testApp();
    const text = JSON.stringify(completionBody());
    for (const type of [
      'text/plain',
      'application/x-www-form-urlencoded',
      'multipart/form-data',
      'application/jsonp',
      '',
    ]) {
      const { status, body } = await app.ask('POST', completions, text, { 'content-type': type });
      expect(status).toBe(415);
      expect(body.error.message).toContain('expected application/json');
    }
    for (const type of ['application/json', 'Application/JSON; charset=utf-8', 'application/vnd.api+json']) {
      expect((await app.ask('POST', completions, text, { 'content-type': type })).status).toBe(200);
    }
    expect((await app.ask('POST', completions, text, { 'content-encoding': 'gzip' })).status).toBe(415);
  });
});

describe('an unexpected failure', () => {
  it('is a 500 that leaks nothing, and is logged once under the id of its request', async () => {
    app = await testApp({
      model: scriptedModel(async function* () {
        throw new TypeError('password=hunter2');
      }),
    });
    const { status, body, headers } = await app.ask('POST', completions, completionBody());
    expect(status).toBe(500);
    expect(body.error).toEqual({
      message: expect.any(String),
      type: 'server_error',
      param: null,
      code: null,
    });
    expect(JSON.stringify(body)).not.toContain('hunter2');
    expect(app.logged.filter((line) => line.includes('hunter2'))).toHaveLength(1);
    expect(app.logged.find((line) => line.includes('hunter2'))).toMatch(
      new RegExp(`^${headers.get('x-request-id')} TypeError`),
    );
  });

  it('of the database is one too', async () => {
    app = await testApp();
    await app.close();
    const { status, body } = await app.ask('GET', completions);
    expect(status).toBe(500);
    expect(body.error.type).toBe('server_error');
  });
});

describe('keys', () => {
  it('are not asked for when there are none', async () => {
    app = await testApp();
    expect((await app.ask('GET', '/v1/models', undefined, { authorization: 'Bearer whatever' })).status).toBe(
      200,
    );
  });

  it('are asked for everywhere but at /health', async () => {
    app = await testApp({ config: { apiKeys: ['sk-first-of-the-keys', 'sk-second'] } });
    const ask = (authorization?: string): ReturnType<TestApp['ask']> =>
      app.ask('GET', '/v1/models', undefined, authorization === undefined ? {} : { authorization });
    for (const right of ['Bearer sk-first-of-the-keys', 'bearer  sk-second'])
      expect((await ask(right)).status).toBe(200);
    const missing = await ask();
    expect(missing.status).toBe(401);
    expect(missing.body.error.message).toMatch(/^You didn't provide an API key/);
    expect(missing.headers.get('www-authenticate')).toBe('Bearer');
    for (const wrong of [
      'Bearer sk-first-of-the-key',
      'Bearer sk-second-of-the-keys',
      'Basic sk-second',
      'sk-second',
    ]) {
      expect((await ask(wrong)).status).toBe(401);
    }
    const { body } = await ask('Bearer sk-wrong-0123456789');
    expect(body.error).toMatchObject({
      code: 'invalid_api_key',
      message: 'Incorrect API key provided: sk-w****6789.',
    });
    for (const base of ['', '/v1']) expect((await app.ask('GET', `${base}/health`)).status).toBe(200);
    expect((await app.ask('GET', '/nope')).status).toBe(401);
  });
});

describe('browsers', () => {
  it('get no CORS headers unless it is asked for', async () => {
    app = await testApp();
    const { headers } = await app.ask('GET', '/v1/models', undefined, { origin: 'https://a.example' });
    expect(headers.get('access-control-allow-origin')).toBeNull();
    expect((await app.ask('OPTIONS', completions, undefined, { origin: 'https://a.example' })).status).toBe(
      405,
    );
  });

  it('of an allowed origin may call, with a key, and may read errors and request ids', async () => {
    app = await testApp({ config: { cors: ['https://a.example'], apiKeys: ['k'] } });
    const preflight = await app.fetch(
      new Request(`http://127.0.0.1${completions}`, {
        method: 'OPTIONS',
        headers: {
          origin: 'https://a.example',
          'access-control-request-method': 'POST',
          'access-control-request-headers': 'authorization,content-type',
        },
      }),
    );
    expect(preflight.status).toBe(204);
    expect(preflight.headers.get('access-control-allow-origin')).toBe('https://a.example');
    expect(preflight.headers.get('access-control-allow-headers')).toBe('authorization,content-type');
    const refused = await app.ask('GET', '/v1/models', undefined, { origin: 'https://a.example' });
    expect(refused.status).toBe(401);
    expect(refused.headers.get('access-control-allow-origin')).toBe('https://a.example');
    // What a client reads: whether, and when, to try again is in two of them.
    const exposed = refused.headers.get('access-control-expose-headers')?.split(',');
    expect(exposed).toEqual(expect.arrayContaining(['x-request-id', 'retry-after', 'retry-after-ms']));
    const other = await app.ask('GET', '/v1/models', undefined, { origin: 'https://b.example' });
    expect(other.headers.get('access-control-allow-origin')).toBeNull();
  });

  it('cannot reach a guarded server through a name of their own', async () => {
    app = await testApp({ config: { allowedHosts: ['box.internal'] } });
    const status = async (host: string): Promise<number> =>
      (await app.ask('GET', '/v1/models', undefined, { host })).status;
    for (const host of [
      'localhost:8787',
      '127.0.0.1',
      '127.0.0.1:1',
      '[::1]:8787',
      'app.localhost',
      'BOX.internal:80',
    ]) {
      expect(await status(host)).toBe(200);
    }
    for (const host of [
      'evil.example',
      'evil.example:8787',
      '127.0.0.1.evil.example',
      'localhost.evil.example',
      '10.0.0.1',
    ]) {
      expect(await status(host)).toBe(403);
    }
  });
});
