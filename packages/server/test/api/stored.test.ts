import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { completionBody, testApp, type TestApp } from '../support/app.ts';
import { record } from '../support/records.ts';

let app: TestApp;
const ids: string[] = [];
const base = '/v1/chat/completions';

beforeAll(async () => {
  app = await testApp();
  for (let index = 0; index < 25; index++) {
    const extra = {
      store: true,
      model: index % 5 === 0 ? 'other-model' : 'test-model',
      metadata: { parity: index % 2 ? 'odd' : 'even', 'a&b=[c]': 'ü' },
    };
    ids.push((await app.ask('POST', base, completionBody(extra))).body.id);
  }
});
afterAll(() => app.close());

describe('GET /chat/completions', () => {
  it('gives twenty, oldest first, as a list with its ends', async () => {
    const { status, body } = await app.ask('GET', base);
    expect(status).toBe(200);
    expect(body.data.map(({ id }: { id: string }) => id)).toEqual(ids.slice(0, 20));
    expect(body).toMatchObject({ object: 'list', first_id: ids[0], last_id: ids[19], has_more: true });
  });

  it('gives what comes after a cursor, in either order', async () => {
    const rest = await app.ask('GET', `${base}?after=${ids[19]}`);
    expect(rest.body.data.map(({ id }: { id: string }) => id)).toEqual(ids.slice(20));
    expect(rest.body.has_more).toBe(false);
    const newest = await app.ask('GET', `${base}?order=desc&limit=2&after=${ids[24]}`);
    expect(newest.body.data.map(({ id }: { id: string }) => id)).toEqual([ids[23], ids[22]]);
  });

  it('filters by model and by every metadata pair, escaped or not, whatever its key', async () => {
    const odd = await app.ask('GET', `${base}?metadata[parity]=odd&limit=100`);
    expect(odd.body.data).toHaveLength(12);
    const both = await app.ask('GET', `${base}?metadata%5Bparity%5D=odd&model=other-model&limit=100`);
    expect(both.body.data.map(({ id }: { id: string }) => id)).toEqual([ids[5], ids[15]]);
    const key = 'metadata[a%26b%3D[c]]';
    expect((await app.ask('GET', `${base}?${key}=ü&limit=100`)).body.data).toHaveLength(ids.length);
    const none = await app.ask('GET', `${base}?metadata[parity]=odd&metadata[x]=y`);
    expect(none.body).toEqual({ object: 'list', data: [], first_id: null, last_id: null, has_more: false });
  });

  it('filters by a span of time, from its first second to the one before its end', async () => {
    const times = [10, 20, 20, 30];
    const aged = await testApp();
    for (const [index, created] of times.entries())
      await aged.store.insert(record({ id: `id-${index}`, created }));
    const found = async (query: string): Promise<string> => {
      const { body } = await aged.ask('GET', `${base}?${query}`);
      return body.data.map(({ id }: { id: string }) => id.replace('id-', '')).join('');
    };
    expect(await found('created_after=20')).toBe('123');
    expect(await found('created_before=20')).toBe('0');
    expect(await found('created_after=20&created_before=30&model=m')).toBe('12');
    expect(await found('created_after=21&created_before=30')).toBe('');
    expect(await found('created_after=-5&order=desc')).toBe('3210');
    await aged.close();
  });

  it.each([
    ['limit=0', 'limit', 'integer_below_min_value'],
    ['limit=-1', 'limit', 'integer_below_min_value'],
    ['limit=101', 'limit', 'integer_above_max_value'],
    ['limit=abc', 'limit', 'invalid_type'],
    ['limit=', 'limit', 'invalid_type'],
    ['limit=1.5', 'limit', 'invalid_type'],
    ['limit=1&limit=2', 'limit', null],
    ['created_after=', 'created_after', 'invalid_type'],
    ['created_before=2026-11-29', 'created_before', 'invalid_type'],
    ['created_before=1e9', 'created_before', 'invalid_type'],
    ['order=down', 'order', 'invalid_value'],
    ['metadata=x', 'metadata', 'invalid_type'],
    ['metadata[a][b]=x', 'metadata[a][b]', 'invalid_type'],
    ['ordre=desc', 'ordre', 'unknown_parameter'],
    [`metadata[${'k'.repeat(65)}]=v`, expect.stringContaining('metadata'), expect.any(String)],
    [`metadata[k]=${'v'.repeat(513)}`, 'metadata.k', expect.any(String)],
    [Array.from({ length: 17 }, (_, n) => `metadata[k${n}]=v`).join('&'), 'metadata', expect.any(String)],
  ])('refuses ?%s with 400', async (query, param, code) => {
    const { status, body } = await app.ask('GET', `${base}?${query}`);
    expect(status).toBe(400);
    expect(body.error).toMatchObject({ type: 'invalid_request_error', param, code });
  });

  it('an `after` that names nothing is a 404', async () => {
    const { status, body } = await app.ask('GET', `${base}?after=chatcmpl-nope`);
    expect(status).toBe(404);
    expect(body.error).toMatchObject({ param: 'after', code: 'not_found' });
  });

  it('ignores the api-version that Azure clients send', async () => {
    expect((await app.ask('GET', `${base}?api-version=2024-10-21&limit=1`)).status).toBe(200);
  });
});

describe('/chat/completions/{id}', () => {
  it('answers HEAD like GET, without a body', async () => {
    const response = await app.fetch(new Request(`http://127.0.0.1${base}/${ids[0]}`, { method: 'HEAD' }));
    expect(response.status).toBe(200);
    expect(await response.text()).toBe('');
  });

  it('POST replaces the metadata and nothing else', async () => {
    const before = (await app.ask('GET', `${base}/${ids[1]}`)).body;
    const { status, body } = await app.ask('POST', `${base}/${ids[1]}`, { metadata: { new: 'pair' } });
    expect(status).toBe(200);
    expect(body).toEqual({ ...before, metadata: { new: 'pair' } });
    expect((await app.ask('GET', `${base}/${ids[1]}`)).body).toEqual(body);
    expect((await app.ask('POST', `${base}/${ids[1]}`, { metadata: null })).body.metadata).toBeNull();
  });

  it.each([
    [{}, 'metadata'],
    [{ metadata: 'x' }, 'metadata'],
    [{ metadata: ['x'] }, 'metadata'],
    [{ metadata: { k: 1 } }, 'metadata.k'],
    [{ metadata: { k: 'v'.repeat(513) } }, 'metadata.k'],
    [{ metadata: { ['k'.repeat(65)]: 'v' } }, expect.stringContaining('metadata')],
    [{ metadata: Object.fromEntries(Array.from({ length: 17 }, (_, n) => [`k${n}`, 'v'])) }, 'metadata'],
    [{ metadata: {}, model: 'x' }, 'model'],
    [[], null],
    ['"text"', null],
    ['null', null],
  ])('POST refuses %j', async (body, param) => {
    const answer = await app.ask('POST', `${base}/${ids[2]}`, body);
    expect(answer.status).toBe(400);
    expect(answer.body.error.param).toEqual(param);
  });

  it('keeps pairs whose keys are names of object members', async () => {
    const text = '{"metadata":{"__proto__":"a","constructor":"b"}}';
    const { body } = await app.ask('POST', `${base}/${ids[3]}`, text);
    expect(JSON.stringify(body.metadata)).toBe('{"__proto__":"a","constructor":"b"}');
    const found = await app.ask('GET', `${base}?metadata[__proto__]=a&metadata[constructor]=b`);
    expect(found.body.data.map(({ id }: { id: string }) => id)).toEqual([ids[3]]);
  });

  it('DELETE removes it; afterwards it is unknown everywhere', async () => {
    const gone = `${base}/${ids[24]}`;
    expect((await app.ask('DELETE', gone)).body).toEqual({
      object: 'chat.completion.deleted',
      id: ids[24],
      deleted: true,
    });
    for (const [method, path, body] of [
      ['GET', gone],
      ['DELETE', gone],
      ['POST', gone, { metadata: null }],
      ['GET', `${gone}/messages`],
    ] as const) {
      const answer = await app.ask(method, path, body);
      expect(answer.status).toBe(404);
      expect(answer.body.error).toMatchObject({
        code: 'not_found',
        message: `No chat completion found with id '${ids[24]}'.`,
      });
    }
  });
});

describe('GET /chat/completions/{id}/messages', () => {
  it('gives the messages of the request, page by page', async () => {
    const messages = ['one', 'two', 'three'].map((content) => ({ role: 'user', content }));
    const { body: stored } = await app.ask('POST', base, completionBody({ store: true, messages }));
    const first = await app.ask('GET', `${base}/${stored.id}/messages?limit=2`);
    expect(first.body).toEqual({
      object: 'list',
      data: [
        { id: `${stored.id}-0`, role: 'user', content: 'one', name: null, content_parts: null },
        { id: `${stored.id}-1`, role: 'user', content: 'two', name: null, content_parts: null },
      ],
      first_id: `${stored.id}-0`,
      last_id: `${stored.id}-1`,
      has_more: true,
    });
    const rest = await app.ask('GET', `${base}/${stored.id}/messages?after=${first.body.last_id}`);
    expect(rest.body.data.map(({ content }: { content: string }) => content)).toEqual(['three']);
    const last = await app.ask('GET', `${base}/${stored.id}/messages?order=desc&limit=1`);
    expect(last.body.data[0].content).toBe('three');
    expect((await app.ask('GET', `${base}/${stored.id}/messages?after=nope`)).status).toBe(404);
  });
});
