import { describe, expect, test, vi } from 'vitest';
import { clientOf } from '../../test/support/client-of.ts';
import { failure, json } from '../../test/support/fake-fetch.ts';

const body = { model: 'gpt-4o', messages: [{ role: 'user' as const, content: 'Hi' }] };

describe('credentials', () => {
  test('from a function are asked for again on every attempt', async () => {
    let calls = 0;
    const { client, requests } = clientOf([failure(500), json({})], { apiKey: async () => `key-${++calls}` });
    expect(client.apiKey).toBeNull();
    await client.get('/x');
    expect(requests.map(({ headers }) => headers['authorization'])).toEqual(['Bearer key-1', 'Bearer key-2']);
    expect(client.apiKey).toBe('key-2');
  });

  test('that an older call brings late are used for its own request and not kept', async () => {
    const waiting: ((key: string) => void)[] = [];
    const { client, requests } = clientOf([json({}), json({})], {
      apiKey: () => new Promise<string>((resolve) => waiting.push(resolve)),
    });
    const [older, newer] = [client.get('/old'), client.get('/new')];
    await vi.waitFor(() => expect(waiting).toHaveLength(2), { timeout: 10_000 });
    waiting[1]!('new');
    await newer;
    waiting[0]!('old');
    await older;
    expect(client.apiKey).toBe('new');
    expect(requests.map(({ url, headers }) => [url.slice(-3), headers['authorization']])).toEqual([
      ['new', 'Bearer new'],
      ['old', 'Bearer old'],
    ]);
  });

  test.each([
    ['throws', () => Promise.reject(new Error('vault')), "Failed to get token from 'apiKey' function: vault"],
    [
      'answers nothing',
      async () => '',
      "Expected 'apiKey' function argument to return a string but it returned ",
    ],
  ])('from a function that %s reject the request', async (_name, apiKey, message) => {
    const { client, requests } = clientOf([], { apiKey });
    await expect(client.get('/x')).rejects.toThrow(message);
    expect(requests).toEqual([]);
  });

  test('of an administrator are kept, and never sent', async () => {
    const admin = clientOf([], { apiKey: null, adminAPIKey: 'adm' });
    await expect(admin.client.chat.completions.create(body)).rejects.toThrow(
      /^Could not resolve authentication method\./,
    );
    const both = clientOf([json({})], { adminAPIKey: 'adm' });
    await both.client.get('/organization/projects');
    expect(both.client.adminAPIKey).toBe('adm');
    expect(JSON.stringify(both.requests)).not.toContain('adm');
  });

  test('may be taken away on purpose', async () => {
    const { client, requests } = clientOf([json({})]);
    await client.get('/x', { headers: { Authorization: null } });
    expect(requests[0]!.headers).not.toHaveProperty('authorization');
  });
});
