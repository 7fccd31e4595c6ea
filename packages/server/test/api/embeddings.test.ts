import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sandboxModel } from '../../src/sandbox/model.ts';
import { testApp, type Answer, type TestApp } from '../support/app.ts';

let app: TestApp;
beforeAll(async () => (app = await testApp({ model: sandboxModel({ id: 'gpt-sandbox' }) })));
afterAll(() => app.close());

const small = 'gpt-embedding';
const ask = (extra: object, headers?: Record<string, string>): Promise<Answer> =>
  app.ask('POST', '/v1/embeddings', { model: small, input: 'Hello', dimensions: 4, ...extra }, headers);

describe('POST /embeddings', () => {
  it('responds with one vector for each text, under /v1 and without it', async () => {
    for (const path of ['/v1/embeddings', '/embeddings']) {
      const { status, body, headers } = await app.ask('POST', path, {
        model: small,
        input: ['a', 'b'],
        dimensions: 3,
      });
      expect(status).toBe(200);
      expect(body).toEqual({
        object: 'list',
        data: [0, 1].map((index) => ({
          object: 'embedding',
          index,
          embedding: [expect.any(Number), expect.any(Number), expect.any(Number)],
        })),
        model: small,
        usage: { prompt_tokens: 2, total_tokens: 2 },
      });
      expect(headers.get('content-type')).toBe('application/json');
      expect(headers.get('x-request-id')).toMatch(/^req_/);
    }
  });

  it('says in a header that no model was used', async () => {
    expect((await ask({})).headers.get('x-sandbox-note')).toMatch(/no model/i);
  });

  it.each([
    ['gpt-other', 1536],
    ['gpt-/text-embedding-3-large', 3072],
    ['gpt-/nomic-embed-text:v1.5', 768],
  ])('has the vector size of %s', async (model, size) => {
    const { body } = await ask({ model, dimensions: null });
    expect(body.data[0].embedding).toHaveLength(size);
  });

  it.each([
    [{ input: undefined }, 'input', /^Missing required parameter: 'input'/],
    [{ input: null }, 'input', /expected one of a string, array of strings/],
    [{ input: 7 }, 'input', /but got an integer/],
    [{ input: {} }, 'input', /but got an object/],
    [{ input: '' }, 'input', /cannot be an empty string/],
    [{ input: [] }, 'input', /empty array/],
    [{ input: ['a', 'b', 'c', ''] }, 'input[3]', /cannot be an empty string/],
    [{ input: ['a', 1] }, 'input[1]', /expected a string, but got an integer/],
    [{ input: [null] }, 'input[0]', /expected one of a string, integer or array/],
    [{ input: [1, 'a'] }, 'input[1]', /expected an integer, but got a string/],
    [{ input: [1, 2.5] }, 'input[1]', /expected an integer, but got a decimal/],
    [{ input: [1, -1] }, 'input[1]', /below minimum/],
    [{ input: [[1], [1, 'a']] }, 'input[1][1]', /expected an integer/],
    [{ input: [[1], []] }, 'input[1]', /empty array/],
    [{ input: [[1], 'a'] }, 'input[1]', /expected an array of integers/],
    [{ input: [1, 100_256] }, 'input[1]', /not the id of a token/],
    [{ input: [[1], [2, 999_999]] }, 'input[1][1]', /not the id of a token/],
    [{ input: Array.from({ length: 2049 }, () => 'a') }, 'input', /maximum length 2048/],
    [{ input: ['a', 'word '.repeat(8200)] }, 'input[1]', /maximum input length is 8192 tokens/],
    [{ input: ['a', ' '.repeat(2_000_000)] }, 'input[1]', /maximum input length is 8192 tokens/],
    [{ input: Array.from({ length: 8193 }, () => 1) }, 'input', /maximum input length is 8192 tokens/],
    [{ dimensions: 0 }, 'dimensions', /below minimum/],
    [{ dimensions: 1.5 }, 'dimensions', /expected an integer/],
    [{ dimensions: 4097 }, 'dimensions', /less than or equal to 4096/],
    [{ model: 'gpt-/text-embedding-3-small', dimensions: 1537 }, 'dimensions', /less than or equal to 1536/],
    [{ model: 'gpt-/text-embedding-ada-002' }, 'dimensions', /does not support specifying dimensions/],
    [{ encoding_format: 'hex' }, 'encoding_format', /'float' and 'base64'/],
    [{ user: 1 }, 'user', /expected a string/],
    [{ model: undefined }, 'model', /Missing/],
    [{ model: '' }, 'model', /empty string/],
    [{ dimension: 3 }, 'dimension', /Did you mean 'dimensions'/],
    [{ encodingFormat: 'float' }, 'encodingFormat', /Did you mean 'encoding_format'/],
  ])('refuses %j and names %s', async (extra, param, message) => {
    const { status, body } = await ask(extra);
    expect(status).toBe(400);
    expect(body.error).toMatchObject({ type: 'invalid_request_error', param });
    expect(body.error.message).toMatch(message);
  });

  it('refuses more than 300,000 tokens in one request', async () => {
    const { status, body } = await ask({ input: Array.from({ length: 40 }, () => 'word '.repeat(8000)) });
    expect(status).toBe(400);
    expect(body.error).toMatchObject({ code: 'max_tokens_per_request' });
    expect(body.error.message).toMatch(/max 300000 tokens per request/);
  });

  it('is a 404 for an unknown model, and for a model that makes no vectors', async () => {
    expect((await ask({ model: 'nope' })).body.error.code).toBe('model_not_found');
    const other = await testApp();
    const { status, body } = await other.ask('POST', '/v1/embeddings', { model: 'test-model', input: 'a' });
    expect(status).toBe(404);
    expect(body.error).toMatchObject({ param: 'model', code: 'unsupported_model' });
    await other.close();
  });

  it('needs a key when the server has keys', async () => {
    const locked = await testApp({ model: sandboxModel(), config: { apiKeys: ['sk-one'] } });
    const post = (headers: Record<string, string>): Promise<Answer> =>
      locked.ask('POST', '/v1/embeddings', { model: 'sandbox', input: 'a' }, headers);
    expect((await post({})).status).toBe(401);
    expect((await post({ authorization: 'Bearer sk-one' })).status).toBe(200);
    await locked.close();
  });

  it('fails as it is asked to, and in the words of another server', async () => {
    const once = { 'x-sandbox-fault': 'status=429;retry-after=2;times=1' };
    const failed = await ask({ user: 'faults' }, once);
    expect([failed.status, failed.headers.get('retry-after')]).toEqual([429, '2']);
    expect((await ask({ user: 'faults' }, once)).status).toBe(200);
    const { body } = await ask({ input: [] }, { 'x-sandbox-quirk': 'vllm' });
    expect(body).toMatchObject({ object: 'error', param: 'input', code: 400 });
    const whole = await ask({}, { 'x-sandbox-quirk': 'deepseek' });
    expect(whole.body.data).toHaveLength(1);
  });

  it('stops when the client disconnects', async () => {
    const gone = new AbortController();
    setImmediate(() => gone.abort());
    const input = Array.from({ length: 2000 }, (_, at) => `text ${at}`);
    const response = await app.fetch(
      new Request('http://127.0.0.1/v1/embeddings', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ model: small, input }),
        signal: gone.signal,
      }),
    );
    expect(response.status).toBe(499);
  });
});
