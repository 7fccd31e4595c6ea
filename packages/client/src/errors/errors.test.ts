import { runInNewContext } from 'node:vm';
import { expect, test, vi } from 'vitest';
import * as errors from './public.ts';
import { isAbortError, readErrorBody } from './api-error.ts';
import { castToError, textOf } from './openai-error.ts';

const { APIError, APIConnectionError, APIConnectionTimeoutError, APIUserAbortError, OpenAIError } = errors;
const headers = new Headers({ 'x-request-id': 'req_1' });

/** The error a response of status 400 with this body becomes. */
function errorOf(text: string): errors.APIError {
  const { response, message } = readErrorBody(text);
  return APIError.generate(400, response, message, headers);
}

test.each([
  [400, errors.BadRequestError],
  [401, errors.AuthenticationError],
  [403, errors.PermissionDeniedError],
  [404, errors.NotFoundError],
  [409, errors.ConflictError],
  [422, errors.UnprocessableEntityError],
  [429, errors.RateLimitError],
  [500, errors.InternalServerError],
  [599, errors.InternalServerError],
  [302, APIError],
  [418, APIError],
])('status %d has its class', (status, Class) => {
  const error = APIError.generate(status, undefined, 'text', headers);
  expect(error.constructor).toBe(Class);
  expect(error.message).toBe(`${status} text`);
});

test('an API error has its facts as own enumerable fields, and no name of its own', () => {
  const inner = { message: 'm', code: 'c', param: 'p', type: 't' };
  const error = APIError.generate(429, { error: inner }, undefined, headers);
  expect({ ...error }).toEqual({
    status: 429,
    headers,
    requestID: 'req_1',
    error: inner,
    code: 'c',
    param: 'p',
    type: 't',
  });
  expect(error.name).toBe('Error');
  expect(error.stack).toContain('429 m');
});

test('the request id is null without the header and undefined without an answer', () => {
  expect(new APIError(500, undefined, 'm', new Headers()).requestID).toBeNull();
  expect(new APIError(undefined, undefined, 'm', undefined).requestID).toBeUndefined();
});

test.each<[string, unknown, string]>([
  ['{"error":{"message":"m"}}', { message: 'm' }, '400 m'],
  ['{"error":{"message":{"a":1}}}', { message: { a: 1 } }, '400 {"a":1}'],
  ['{"error":{}}', {}, '400 {}'],
  ['{"message":"m2","code":"c2"}', { message: 'm2', code: 'c2' }, '400 m2'],
  ['{"error":"str"}', 'str', '400 str'],
  ['{"error":null,"message":"mm"}', { error: null, message: 'mm' }, '400 mm'],
  ['[1,2]', [1, 2], '400 [1,2]'],
  ['{}', {}, '400 {}'],
  ['"the reason"', undefined, '400 the reason'],
  ['0', undefined, '400 0'],
  ['null', undefined, '400 null'],
  ['true', undefined, '400 status code (no body)'],
  ['<html>', undefined, '400 <html>'],
  ['', undefined, '400 status code (no body)'],
])('the error body %s is told', (text, error, message) => {
  const made = errorOf(text);
  expect(made.error).toEqual(error);
  expect(made.message).toBe(message);
});

test('an error without status or text says so', () => {
  expect(new APIError(undefined, undefined, undefined, undefined).message).toBe('(no status code or body)');
});

test('an error of any depth is an error of ours', () => {
  const deep = (open: string, close: string): string => open.repeat(20_000) + '1' + close.repeat(20_000);
  for (const text of [
    deep('{"detail":', '}'),
    deep('{"error":', '}'),
    `{"error":${deep('{"a":', '}')}}`,
    deep('[', ']'),
  ])
    expect(errorOf(text).message).toMatch(/^400 \[object (Object|Array)\]$/);
  const told = `{"detail":{"detail":{"detail":{"code":"x","message":"told"}}}}`;
  expect(errorOf(told)).toMatchObject({ message: '400 told', code: 'x' });
});

test('without a status there was no answer', () => {
  const error = APIError.generate(undefined, { a: 1 }, undefined, undefined);
  expect(error).toBeInstanceOf(APIConnectionError);
  expect(error.message).toBe('Connection error.');
  expect((error.cause as Error).message).toBe('{"a":1}');
});

test('errors without an answer have their default messages and keep a cause only when given one', () => {
  const cause = new Error('why');
  expect(new APIConnectionError({ cause }).cause).toBe(cause);
  expect('cause' in new APIConnectionError({})).toBe(false);
  expect(new APIConnectionTimeoutError({ cause }).message).toBe('Request timed out.');
  expect(new APIConnectionTimeoutError({ cause }).cause).toBe(cause);
  expect(new APIConnectionTimeoutError()).toBeInstanceOf(APIConnectionError);
  expect(new APIUserAbortError({ cause }).message).toBe('Request was aborted.');
  expect(new APIUserAbortError({ cause }).cause).toBe(cause);
  expect(new APIError(500, undefined, 'm', headers, { cause }).cause).toBe(cause);
});

test('finish-reason, webhook and token errors stand where they stand in the original', () => {
  expect(new errors.LengthFinishReasonError()).toBeInstanceOf(OpenAIError);
  expect(new errors.ContentFilterFinishReasonError()).not.toBeInstanceOf(APIError);
  expect(new errors.InvalidWebhookSignatureError('m')).not.toBeInstanceOf(OpenAIError);
  const oauth = new errors.OAuthError(401, { error: 'invalid_grant' }, headers);
  expect(oauth).toBeInstanceOf(APIError);
  expect(oauth.error_code).toBe('invalid_grant');
  expect(new errors.OAuthError(401, undefined, headers).message).toBe('401 OAuth2 authentication error');
  const provider = new errors.SubjectTokenProviderError('m', 'gcp', new Error('c'));
  expect([provider.provider, provider.cause?.message]).toEqual(['gcp', 'c']);
});

/** A second evaluation of the module, as the CommonJS build is beside the ESM one. */
async function otherCopy(): Promise<typeof errors> {
  vi.resetModules();
  return import('./public.ts');
}

test('instanceof holds for the errors of another copy, class by class', async () => {
  const other = await otherCopy();
  const error = other.APIError.generate(429, undefined, 'm', headers);
  expect(other.APIError).not.toBe(APIError);
  expect(error instanceof errors.RateLimitError).toBe(true);
  expect(error instanceof APIError).toBe(true);
  expect(error instanceof OpenAIError).toBe(true);
  expect(error instanceof Error).toBe(true);
  expect(error instanceof errors.NotFoundError).toBe(false);
  expect(error instanceof errors.InvalidWebhookSignatureError).toBe(false);
  expect(new other.InvalidWebhookSignatureError('m') instanceof errors.InvalidWebhookSignatureError).toBe(
    true,
  );
  expect(new other.InvalidWebhookSignatureError('m') instanceof OpenAIError).toBe(false);
});

test('a subclass made by a user is an ordinary subclass, also of a class from the other copy', async () => {
  const other = await otherCopy();
  class Mine extends APIError {}
  class Theirs extends other.RateLimitError {}
  const mine = new Mine(400, undefined, 'm', headers);
  expect(mine instanceof Mine).toBe(true);
  expect(mine instanceof APIError).toBe(true);
  expect(mine instanceof Theirs).toBe(false);
  expect(new APIError(400, undefined, 'm', headers) instanceof Mine).toBe(false);
  expect(new Theirs(429, undefined, 'm', headers) instanceof errors.RateLimitError).toBe(true);
});

test('what is no error is an instance of nothing', () => {
  for (const value of [undefined, null, 1, 'x', {}, new Error('plain'), { constructor: APIError }]) {
    expect((value as unknown) instanceof OpenAIError).toBe(false);
  }
});

test('castToError keeps errors of any realm and describes everything else', () => {
  const foreign = runInNewContext('new TypeError("far")') as Error;
  expect(castToError(foreign)).toBe(foreign);
  const cycle: Record<string, unknown> = {};
  cycle['self'] = cycle;
  const told = [{ a: 1 }, 'text', undefined, 5n, Symbol('s'), () => 1, cycle, Object.create(null)].map(
    (value) => castToError(value).message,
  );
  expect(told).toEqual([
    '{"a":1}',
    'text',
    'undefined',
    '5',
    'Symbol(s)',
    '() => 1',
    '[object Object]',
    '{}',
  ]);
});

test('textOf is the message, or what castToError says', () => {
  const far = runInNewContext('new TypeError("far")') as Error;
  const unreadable = Object.defineProperty({}, 'message', { get: () => expect.unreachable() });
  expect(
    [{ message: 'm', code: 5 }, far, { code: 5 }, { message: 5 }, unreadable, null, 'text'].map(textOf),
  ).toEqual(['m', 'far', '{"code":5}', '{"message":5}', '{}', 'null', 'text']);
});

test('aborts are recognised by name and by the message of Expo', () => {
  expect(isAbortError(new DOMException('x', 'AbortError'))).toBe(true);
  expect(isAbortError(new Error('FetchRequestCanceledException: x'))).toBe(true);
  for (const value of [undefined, null, 'AbortError', new Error('x'), {}]) {
    expect(isAbortError(value)).toBe(false);
  }
});
