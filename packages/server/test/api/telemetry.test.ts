import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { createMetrics } from '../../src/metrics/metrics.ts';
import { counters, histograms } from '../../src/metrics/names.ts';
import { gateway, listening } from '../support/gateway.ts';
import { completionBody, testApp, type TestApp } from '../support/app.ts';
import { scriptedModel } from '../support/scripted-model.ts';

let app: TestApp;
afterEach(() => app.close());
const completions = '/v1/chat/completions';

const json = { logFormat: 'json' } as const;
const records = (): Record<string, unknown>[] => app.logged.map((line) => JSON.parse(line));

/** The samples of a metric: the labels of each, and its value. */
async function samples(name: string): Promise<{ labels: Record<string, string>; value: number }[]> {
  const { headers, text } = await read('/metrics');
  expect(headers.get('content-type')).toMatch(/^text\/plain; version=0\.0\.4/);
  const lines = text.split('\n').filter((line) => new RegExp(`^${name}[{ ]`).test(line));
  return lines.map((line) => ({
    labels: Object.fromEntries(
      [...line.matchAll(/([a-z_]+)="([^"]*)"/g)].map(([, key, value]) => [key, value]),
    ),
    value: Number(line.split(' ').at(-1)),
  }));
}

async function read(path: string, init: RequestInit = {}): Promise<{ headers: Headers; text: string }> {
  const response = await app.fetch(new Request(`http://127.0.0.1${path}`, init));
  return { headers: response.headers, text: await response.text() };
}

const stream = (body: object): Promise<Response> =>
  app.fetch(
    new Request(`http://127.0.0.1${completions}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: 'Bearer sk-secret-1234567890' },
      body: JSON.stringify(completionBody({ stream: true, ...body })),
    }),
  );

describe('a log of JSON', () => {
  it('has one object for each request, with the model and its tokens, without content and keys', async () => {
    app = await testApp({ config: { ...json, apiKeys: ['sk-secret-1234567890'] } });
    const key = { authorization: 'Bearer sk-secret-1234567890' };
    const { headers } = await app.ask('POST', completions, completionBody({ store: true }), key);
    await (await stream({})).text();
    await app.ask('GET', `${completions}?metadata[a]=private`, undefined, key);
    await app.ask('GET', completions, undefined, { authorization: 'Bearer sk-wrong-12345678' });
    const [first, second, third, fourth, ...rest] = records();
    expect(rest).toEqual([]);
    expect(first).toEqual({
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
      level: 'info',
      id: headers.get('x-request-id'),
      method: 'POST',
      path: completions,
      status: 200,
      ms: expect.any(Number),
      ending: 'complete',
      model: 'test-model',
      input_tokens: 1,
      output_tokens: 2,
      stored: true,
      project: 'default',
    });
    expect(second).toMatchObject({ first_chunk_ms: expect.any(Number), input_tokens: 1, output_tokens: 2 });
    expect(third).toMatchObject({ method: 'GET', path: completions, status: 200 });
    expect(fourth).toMatchObject({ status: 401 });
    expect(app.logged.join('\n')).not.toMatch(/secret|private|Hi|Hello|wrong/);
  });

  it('says that a client left a stream early', async () => {
    const model = scriptedModel(async function* (request, signal) {
      yield { id: 'c', object: 'chat.completion.chunk', created: 1, model: request.model, choices: [] };
      await new Promise((resolve) => signal.addEventListener('abort', resolve));
      signal.throwIfAborted();
    });
    app = await testApp({ model, config: json });
    const leaving = (await stream({})).body!.getReader();
    await leaving.read();
    await leaving.cancel();
    expect(records()).toMatchObject([{ status: 200, ending: 'cancelled', model: 'test-model' }]);
  });

  it('finds the lines of a request by one id, and by the id of the upstream', async () => {
    app = await testApp();
    const behind = await listening((_, response) => {
      const id = `req_upstream${'x'.repeat(10_000)}`;
      response.setHeader('x-request-id', id).setHeader('content-type', 'application/json');
      response.end('{"id":"c","choices":[],"usage":{"prompt_tokens":3,"completion_tokens":4}}');
    });
    const front = await gateway(
      {
        upstreams: { good: { baseURL: behind.url }, bad: { baseURL: 'http://127.0.0.1:9/v1' } },
        models: { m: { upstream: 'bad', fallbacks: ['good/m'] } },
      },
      { ...json, logRequests: true },
    );
    const body = JSON.stringify(completionBody({ model: 'm' }));
    const headers = { 'content-type': 'application/json' };
    await (await fetch(`${front.url}/chat/completions`, { method: 'POST', headers, body })).text();
    const [failure, request] = front.logged.map((line) => JSON.parse(line));
    expect(failure).toMatchObject({ level: 'error', id: expect.stringMatching(/^req_[0-9a-f]{32}$/) });
    expect(request).toMatchObject({
      id: failure.id,
      response_id: expect.stringMatching(/^req_upstreamx{0,200}$/),
      upstream: 'good',
      upstream_failures: [{ upstream: 'bad', reason: 'connection' }],
    });
    await front.close();
    behind.close();
  });

  it('is JSON for failures as well, also when requests are not logged', async () => {
    const model = scriptedModel(async function* () {
      yield* [];
      throw new Error('the disk\nis gone');
    });
    app = await testApp({ model, config: { ...json, logRequests: false } });
    const { headers } = await app.ask('POST', completions, completionBody());
    expect(records()).toMatchObject([
      {
        level: 'error',
        id: headers.get('x-request-id'),
        message: expect.stringContaining('Error: the disk\nis gone'),
      },
    ]);
  });
});

describe('GET /metrics', () => {
  it('does not exist unless it is asked for', async () => {
    app = await testApp();
    expect((await app.ask('GET', '/metrics')).status).toBe(404);
  });

  it('needs a key when the server has keys', async () => {
    app = await testApp({ metrics: await createMetrics(), config: { apiKeys: ['sk-a'] } });
    expect(JSON.parse((await read('/metrics')).text)).toMatchObject({ error: { param: null } });
    const { text } = await read('/metrics', { headers: { authorization: 'Bearer sk-a' } });
    expect(text).toContain('# TYPE http_server_request_duration_seconds histogram');
  });

  it('counts requests, their status, time, tokens, first chunks and stored completions', async () => {
    app = await testApp({ metrics: await createMetrics() });
    await app.ask('POST', completions, completionBody({ store: true }));
    await (await stream({})).text();
    await app.ask('POST', completions, { model: 'test-model' });
    await app.ask('GET', `${completions}/nope`);

    const requests = await samples(`${histograms.http.name}_count`);
    const count = (route: string, status: string): number | undefined =>
      requests.find(
        ({ labels }) => labels['http_route'] === route && labels['http_response_status_code'] === status,
      )?.value;
    expect(count('/chat/completions', '200')).toBe(2);
    expect(count('/chat/completions', '400')).toBe(1);
    expect(count('/chat/completions/:id', '404')).toBe(1);

    const chat = {
      gen_ai_operation_name: 'chat',
      gen_ai_provider_name: 'sandbox',
      gen_ai_request_model: 'test-model',
    };
    expect(await samples(`${histograms.request.name}_count`)).toEqual([
      { labels: { ...chat, error_type: '' }, value: 2 },
      { labels: { ...chat, error_type: '400' }, value: 1 },
    ]);
    expect(await samples(`${histograms.firstToken.name}_count`)).toEqual([{ labels: chat, value: 1 }]);
    expect(await samples(counters.tokens.name)).toEqual([
      { labels: { ...chat, gen_ai_token_type: 'input' }, value: 2 },
      { labels: { ...chat, gen_ai_token_type: 'output' }, value: 4 },
    ]);
    expect(await samples(counters.stored.name)).toEqual([{ labels: {}, value: 1 }]);
  });

  it('counts the failures of upstreams that a request notes', async () => {
    const metrics = await createMetrics();
    app = await testApp({ metrics });
    metrics.observe({
      route: '/chat/completions',
      model: 'llama',
      upstream: 'second',
      upstreamFailures: [{ upstream: 'first', reason: 'timeout' }],
      id: 'req_1',
      responseId: 'req_1',
      method: 'POST',
      path: completions,
      status: 200,
      startedAt: new Date(),
      durationMs: 5,
      firstChunkMs: undefined,
      ending: 'complete',
    });
    expect(await samples(counters.upstreamFailures.name)).toEqual([
      { labels: { upstream: 'first', reason: 'timeout' }, value: 1 },
    ]);
    const [sample] = await samples(`${histograms.request.name}_count`);
    expect(sample?.labels['gen_ai_provider_name']).toBe('second');
  });

  it('has a bounded number of series, whatever callers send', async () => {
    app = await testApp({ metrics: await createMetrics() });
    const request = fc.record({
      method: fc.constantFrom('GET', 'POST', 'DELETE', 'BREW'),
      path: fc.oneof(
        fc.constantFrom('/v1/chat/completions', '/embeddings', '/models'),
        fc.string().map(encodeURIComponent),
      ),
      model: fc.string(),
    });
    await fc.assert(
      fc.asyncProperty(request, async ({ method, path, model }) => {
        await app.ask(
          method,
          path.startsWith('/') ? path : `/${path}`,
          method === 'GET' ? undefined : completionBody({ model }),
        );
      }),
      { numRuns: 300 },
    );
    for (let index = 0; index < 300; index++) {
      await app.ask('POST', completions, completionBody({ model: `gpt-${index}` }));
    }
    const series = await samples(`${histograms.request.name}_count`);
    expect(new Set(series.map(({ labels }) => labels['gen_ai_request_model'])).size).toBe(101);
    const requests = await samples(`${histograms.http.name}_count`);
    expect(requests.length).toBeLessThan(50);
    expect(requests.some(({ labels }) => labels['http_request_method'] === '_OTHER')).toBe(true);
  });
});
