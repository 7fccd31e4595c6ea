import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sandboxModel } from '../../src/sandbox/model.ts';
import { testApp, type Answer, type TestApp } from '../support/app.ts';

let app: TestApp;
beforeAll(async () => (app = await testApp({ model: sandboxModel({ id: 'gpt-moderation' }) })));
afterAll(() => app.close());

const ask = (extra: object, headers?: Record<string, string>): Promise<Answer> =>
  app.ask('POST', '/v1/moderations', { model: 'gpt-moderation', ...extra }, headers);
const image = { type: 'image_url', image_url: { url: 'https://example.com/a.png' } };

describe('POST /moderations', () => {
  it('responds with one result for each text, under /v1 and without it', async () => {
    for (const path of ['/v1/moderations', '/moderations']) {
      const { status, body, headers } = await app.ask('POST', path, {
        model: 'gpt-moderation',
        input: ['fine', 'I will kill you'],
      });
      expect(status).toBe(200);
      expect(body).toMatchObject({
        model: 'gpt-moderation',
        results: [{ flagged: false }, { flagged: true }],
      });
      expect(body.id).toMatch(/^modr-[0-9a-f]{32}$/);
      expect(headers.get('x-sandbox-note')).toMatch(/no model was used/i);
    }
  });

  it('responds with one result for all the items of an array', async () => {
    const { body } = await ask({ input: [{ type: 'text', text: 'a' }, image] });
    expect(body.results).toHaveLength(1);
    expect(body.results[0].category_applied_input_types.violence).toEqual(['text', 'image']);
  });

  it('asks for omni-moderation-latest where the body names no model', async () => {
    const { status, body } = await ask({ model: null, input: 'a' });
    expect(status).toBe(404);
    expect(body.error.message).toContain("'omni-moderation-latest'");
  });

  it.each([
    [{}, 'input', /^Missing required parameter: 'input'/],
    [{ input: null }, 'input', /expected one of a string, array of strings or array of objects/],
    [{ input: { type: 'text', text: 'a' } }, 'input', /got an object/],
    [{ input: [] }, 'input', /empty array/],
    [{ input: ['a', 'b', 'c', 4] }, 'input[3]', /expected a string, but got an integer/],
    [{ input: ['a', image] }, 'input[1]', /expected a string, but got an object/],
    [{ input: [image, 'a'] }, 'input[1]', /expected an object, but got a string/],
    [{ input: [[]] }, 'input[0]', /expected one of a string or object/],
    [{ input: [null] }, 'input[0]', /got null/],
    [{ input: [{}] }, 'input[0].type', /Missing/],
    [{ input: [{ type: 'audio' }] }, 'input[0].type', /'text' and 'image_url'/],
    [{ input: [{ type: 'text' }] }, 'input[0].text', /Missing/],
    [{ input: [image, { type: 'image_url' }] }, 'input[1].image_url', /Missing/],
    [{ input: [{ type: 'image_url', image_url: 'x' }] }, 'input[0].image_url', /expected an object/],
    [
      { input: [{ type: 'image_url', image_url: { url: 'x' } }] },
      'input[0].image_url.url',
      /data URL or an http/,
    ],
    [{ input: 'a', model: 7 }, 'model', /expected a string/],
    [{ inputs: 'a', input: 'a' }, 'inputs', /Did you mean 'input'/],
  ])('refuses %j and names %s', async (extra, param, message) => {
    const { status, body } = await ask(extra);
    expect(status).toBe(400);
    expect(body.error).toMatchObject({ type: 'invalid_request_error', param });
    expect(body.error.message).toMatch(message);
  });

  it('refuses images for a model that only reads texts', async () => {
    const { body } = await ask({
      model: 'gpt-/text-moderation-latest',
      input: [{ type: 'text', text: 'a' }, image],
    });
    expect(body.error).toMatchObject({ param: 'input[1]', code: 'unsupported_value' });
  });

  it('is a 404 for a model that does not moderate', async () => {
    const other = await testApp();
    const { status, body } = await other.ask('POST', '/v1/moderations', { model: 'test-model', input: 'a' });
    expect([status, body.error.code]).toEqual([404, 'unsupported_model']);
    await other.close();
  });

  it('fails as it is asked to, and in the words of another server', async () => {
    expect((await ask({ input: 'a' }, { 'x-sandbox-fault': 'status=503' })).status).toBe(503);
    expect((await ask({ input: [] }, { 'x-sandbox-quirk': 'gemini' })).body[0].error.status).toBe(
      'INVALID_ARGUMENT',
    );
  });
});
