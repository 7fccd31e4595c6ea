import { describe, expect, test, vi } from 'vitest';
import { clientOf } from '../../test/support/client-of.ts';
import { json } from '../../test/support/fake-fetch.ts';
import { OpenAI } from '../client.ts';
import { OpenAIError } from '../errors/openai-error.ts';
import type { ClientOptions } from './options.ts';

describe('the options of a client', () => {
  test.each([
    ['baseUrl', 'baseURL'],
    ['base_url', 'baseURL'],
    ['basePath', 'baseURL'],
    ['apikey', 'apiKey'],
    ['api_key', 'apiKey'],
    ['accessToken', 'apiKey'],
    ['adminApiKey', 'adminAPIKey'],
    ['organizationId', 'organization'],
    ['maxretries', 'maxRetries'],
    ['retries', 'maxRetries'],
    ['httpAgent', 'fetchOptions'],
    ['httpsAgent', 'fetchOptions'],
    ['headers', 'defaultHeaders'],
    ['loglevel', 'logLevel'],
    ['debugwire', 'debugWire'],
  ])('%s is warned of, and %s named in its place, once for a client and those made of it', (given, right) => {
    const warn = vi.fn<(...args: unknown[]) => void>();
    const logger = { error: warn, warn, info: warn, debug: warn };
    const unknown = { [given]: 'secret-value' };
    const client = new OpenAI({ apiKey: 'k', logger, ...unknown });
    expect(warn.mock.calls).toEqual([[`Unknown option \`${given}\`: use \`${right}\``]]);
    client.withOptions({ timeout: 5 }).withOptions(unknown);
    expect(warn).toHaveBeenCalledTimes(1);
    clientOf([], { logger, ...unknown });
    expect(warn).toHaveBeenCalledTimes(2);
    clientOf([], { logger, logLevel: 'off', ...unknown });
    expect(warn).toHaveBeenCalledTimes(2);
  });

  test('a misspelled name in withOptions is warned of, and so is one in options that are refused', () => {
    const warn = vi.fn<(...args: unknown[]) => void>();
    const logger = { error: warn, warn, info: warn, debug: warn };
    clientOf([], { logger }).client.withOptions({ baseurl: 'http://h' } as object);
    expect(() => new OpenAI({ apikey: 'k', logger } as object)).toThrow(/^Missing credentials/);
    expect(warn.mock.calls.flat()).toEqual([
      'Unknown option `baseurl`: use `baseURL`',
      'Unknown option `apikey`: use `apiKey`',
    ]);
  });

  test('names that are ours, undefined or of a subclass are not warned of', () => {
    const warn = vi.fn<(...args: unknown[]) => void>();
    const logger = { error: warn, warn, info: warn, debug: warn };
    const others = { basePath: undefined, region: 'eu', constructor: 1, __proto: 1, _: 1, '': 1 };
    const ours = { fetchOptions: {}, defaultHeaders: {}, idleTimeout: 5, debugWire: true, apiKey: 'k' };
    clientOf([], { ...others, ...ours, logger } as object);
    expect(warn.mock.calls).toEqual([]);
  });

  test('withOptions names a region that is none', () => {
    const client = new OpenAI({ apiKey: 'k', baseURL: 'http://h' });
    expect(() => client.withOptions({ dataResidency: '' as never })).toThrow(/^Invalid `dataResidency`/);
    expect(client.withOptions({ dataResidency: null }).baseURL).toBe('http://h');
  });

  test.each([
    ['no credentials', {}, /^Missing credentials\./],
    ['an empty key', { apiKey: '' }, /^Missing credentials\./],
    [
      'a base URL next to a region',
      { apiKey: 'k', dataResidency: 'eu', baseURL: undefined },
      /mutually exclusive/,
    ],
    [
      'a region that is none',
      { apiKey: 'k', dataResidency: 'mars' },
      /^Invalid `dataResidency`.*global, us, eu/,
    ],
    ['workload identity', { workloadIdentity: {} }, /`workloadIdentity`/],
    ['a provider', { apiKey: 'k', provider: {} }, /`provider`/],
    ['a negative timeout', { apiKey: 'k', timeout: -1 }, /timeout/],
    ['a timeout that is no number', { apiKey: 'k', timeout: NaN }, /timeout/],
  ])('%s is refused at once', (_name, options, message) => {
    expect(() => new OpenAI(options as ClientOptions)).toThrow(OpenAIError);
    expect(() => new OpenAI(options as ClientOptions)).toThrow(message);
  });

  test('come from the environment when they are left out, but not when they are null', () => {
    vi.stubEnv('OPENAI_API_KEY', ' sk-env ');
    vi.stubEnv('OPENAI_ORG_ID', 'org');
    vi.stubEnv('OPENAI_BASE_URL', 'http://env.test/v1');
    expect(new OpenAI({ apiKey: undefined })).toMatchObject({
      apiKey: 'sk-env',
      organization: 'org',
      baseURL: 'http://env.test/v1',
    });
    expect(new OpenAI({ organization: null, baseURL: null })).toMatchObject({
      organization: null,
      baseURL: 'https://api.openai.com/v1',
    });
  });

  test('a region decides the base URL over the environment', () => {
    vi.stubEnv('OPENAI_BASE_URL', 'http://env.test/v1');
    const urlOf = (dataResidency: 'eu' | 'global') => new OpenAI({ apiKey: 'k', dataResidency }).baseURL;
    expect([urlOf('eu'), urlOf('global')]).toEqual([
      'https://eu.api.openai.com/v1',
      'https://api.openai.com/v1',
    ]);
  });

  test('retries that cannot be counted are the default', () => {
    const retriesOf = (maxRetries: number) => new OpenAI({ apiKey: 'k', maxRetries }).maxRetries;
    expect([-1, 1.5, NaN, 0, 5].map(retriesOf)).toEqual([2, 2, 2, 0, 5]);
  });

  test('withOptions keeps the current fields but the original key, and replaces headers whole', async () => {
    const { client, requests } = clientOf([json({})], {
      defaultHeaders: { 'x-a': '1' },
      dataResidency: 'us',
    });
    Object.assign(client, { apiKey: 'changed', timeout: 5, maxRetries: 7, baseURL: 'http://b.test' });
    const other = client.withOptions({ defaultHeaders: { 'x-b': '2' } });
    expect(other).toMatchObject({ apiKey: 'sk-1', timeout: 5, maxRetries: 7, baseURL: 'http://b.test' });
    await other.get('/x');
    expect(requests[0]!.headers).toMatchObject({ 'x-b': '2', authorization: 'Bearer sk-1' });
    expect(requests[0]!.headers).not.toHaveProperty('x-a');
    expect(client.withOptions({ dataResidency: 'jp' }).baseURL).toBe('https://jp.api.openai.com/v1');
  });
});
