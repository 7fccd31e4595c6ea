// How failures reach the caller: class, status, fields, message; from error bodies, connections and constructors.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { differs, expectSame, same } from './compare.ts';
import type { Package } from './packages.ts';
import { type Reply, fakeWorld, json } from './world.ts';

const call = (from: Package, reply: Reply): unknown =>
  new from.OpenAI({ apiKey: 'k', fetch: fakeWorld([reply]).fetch, maxRetries: 0 }).get('/x');

describe('error bodies', () => {
  const bodies = [
    '{"error":{"message":"m","type":"t","param":"p","code":"c"}}',
    '{"error":{"message":"m"}}',
    '{"error":{"message":{"deep":1}}}',
    '{"error":{"message":""}}',
    '{"error":{"message":5}}',
    '{"error":{}}',
    '{"error":[]}',
    '{"error":""}',
    '{"error":0}',
    '{"error":false}',
    '{"error":null}',
    '{"error":null,"message":"mm"}',
    '{"message":"m2","code":"c2","type":"t2","param":"p2"}',
    '{}',
    '[1,2]',
    '[]',
    '0',
    'false',
    'null',
    '',
    ' ',
    'plain text',
    '<html>no</html>',
    '{"error":{"message":"cut',
  ];
  for (const status of [300, 400, 401, 403, 404, 409, 418, 422, 429, 500, 503])
    for (const body of status === 400 ? bodies : bodies.slice(0, 4))
      for (const type of ['application/json', 'text/plain'])
        same(`${status} ${type} ${body}`, (from) =>
          call(from, { status, body, headers: { 'content-type': type, 'x-request-id': 'req_9' } }),
        );
  same('without a request id', (from) => call(from, { status: 400, body: '{}' }));
  differs(
    'string-error-body',
    'a JSON string is the message',
    (from) => call(from, { status: 400, body: '"quota gone"' }),
    (mine) => {
      if (mine.threw.message !== '400 quota gone') throw new Error(mine.threw.message);
    },
  );
  for (const [body, message] of [
    ['{"error":"str"}', '400 str'],
    ['{"detail":"d"}', '400 d'],
    ['{"detail":[{"loc":["body","model"],"msg":"field required"}]}', '400 body.model: field required'],
    ['{"fault":{"faultstring":"f","detail":{"errorcode":"e"}}}', '400 f'],
    ['[{"error":{"code":400,"message":"m","status":"INVALID_ARGUMENT"}}]', '400 m'],
    ['{"success":false,"errors":[{"code":7009,"message":"up"}]}', '400 up'],
  ])
    differs(
      'error-shapes',
      `400 ${body}`,
      (from) => call(from, { status: 400, body: body! }),
      (mine) => expect(mine.threw.message).toBe(message),
    );
  test('random error bodies', async () => {
    // Roots and errors that are a JSON string are the known differences above.
    const body = fc.oneof(
      fc
        .jsonValue({ maxDepth: 2 })
        .filter((value) => typeof value !== 'string')
        .map((value) => JSON.stringify(value)),
      fc
        .dictionary(
          fc.constantFrom('error', 'message', 'code', 'type', 'param'),
          fc.jsonValue({ maxDepth: 2 }),
        )
        .filter(({ error }) => typeof error !== 'string')
        .map((value) => JSON.stringify(value)),
      fc.string().filter((text) => !text.trim().startsWith('"')),
    );
    await fc.assert(
      fc.asyncProperty(body, fc.constantFrom(400, 404, 429, 500, 418), (text, status) =>
        expectSame((from) => call(from, { status, body: text })),
      ),
      { numRuns: 300 },
    );
  });
});

describe('successful bodies', () => {
  const bodies: [string, Reply][] = [
    ['JSON', { body: '{"a":1}', headers: { 'content-type': 'application/json' } }],
    [
      'JSON with parameters and capitals',
      { body: '{"a":1}', headers: { 'content-type': 'Application/JSON; charset=utf-8' } },
    ],
    ['a +json type', { body: '{"a":1}', headers: { 'content-type': 'application/problem+json' } }],
    ['text', { body: '{"a":1}', headers: { 'content-type': 'text/plain' } }],
    ['no type', { body: new TextEncoder().encode('{"a":1}') }],
    ['empty JSON', { body: '', headers: { 'content-type': 'application/json' } }],
    [
      'content-length 0',
      { body: '', headers: { 'content-type': 'application/json', 'content-length': '0' } },
    ],
    ['204', { status: 204, headers: { 'content-type': 'application/json' } }],
    ['a JSON array', { body: '[1]', headers: { 'content-type': 'application/json', 'x-request-id': 'r' } }],
    ['a JSON null', { body: 'null', headers: { 'content-type': 'application/json' } }],
    ['leading blank lines', { body: '\n\n\n{"a":1}', headers: { 'content-type': 'application/json' } }],
  ];
  for (const [name, reply] of bodies) same(name, (from) => call(from, reply));
  differs(
    'malformed-json',
    'broken JSON',
    (from) => call(from, { body: '{"a":', headers: { 'content-type': 'application/json' } }),
    (mine, original) => {
      expect(mine.threw).toEqual({ ...original.threw, is: ['OpenAIError'] });
      expect(mine.threw.class).toBe('SyntaxError');
    },
  );
});

describe('answers to create', () => {
  const completions = (from: Package, reply: Reply) =>
    new from.OpenAI({ apiKey: 'k', fetch: fakeWorld([reply]).fetch, maxRetries: 0 }).chat.completions;
  const create = (from: Package, reply: Reply): unknown =>
    completions(from, reply).create({ model: 'm', messages: [] });
  const answers: [string, string, object][] = [
    ['<html>login</html>', 'text/html', { message: expect.stringMatching(/text\/html.*login/) }],
    ['', 'application/json', { message: expect.stringMatching(/no body/) }],
    [
      '{"id":',
      'application/json',
      { class: 'APIError', message: expect.stringMatching(/malformed JSON of 6/) },
    ],
    [
      'data: {"id":1}\n\n',
      'text/event-stream',
      { class: 'APIError', message: expect.stringMatching(/an event stream without choices/) },
    ],
    [
      '{"error":{"code":502,"message":"gone"}}',
      'application/json',
      { class: 'InternalServerError', status: 502, code: 502 },
    ],
    [
      '{"object":"error","message":"bad","code":400}',
      'application/json',
      { class: 'BadRequestError', message: '400 bad' },
    ],
  ];
  for (const [body, type, error] of answers)
    differs(
      'responses-are-completions',
      `${type} ${body.trim()}`,
      (from) => create(from, { body, headers: { 'content-type': type } }),
      (mine) => expect(mine.threw).toMatchObject(error),
    );
  differs(
    'responses-are-completions',
    'no content',
    (from) => create(from, { status: 204 }),
    (mine) => expect(mine.threw.message).toBe('Expected a completion, got no content type: (no body)'),
  );
  const login: Reply = { body: '<html>login</html>', headers: { 'content-type': 'text/html' } };
  const others: Record<string, (from: Package) => unknown> = {
    retrieve: (from) => completions(from, login).retrieve('x'),
    update: (from) => completions(from, login).update('x', { metadata: null }),
  };
  for (const [name, script] of Object.entries(others))
    differs('responses-are-completions', `a page to log in on, to ${name}`, script, (mine) =>
      expect(mine.threw.message).toMatch(/^Expected a completion, got text\/html: <html>login/),
    );
  const objects: [string, object][] = [
    ['an object without choices', {}],
    ['an object without choices', { choices: null }],
    ['but choices[1] has no message', { choices: [{ message: { content: 'x' } }, {}] }],
  ];
  for (const [what, object] of objects)
    differs(
      'responses-are-completions',
      `${JSON.stringify(object)} to parse()`,
      (from) => completions(from, json(object)).parse({ model: 'm', messages: [] }),
      (mine, original) => {
        expect(mine.threw).toMatchObject({ class: 'OpenAIError', message: expect.stringContaining(what) });
        expect(original.threw).toMatchObject({ class: 'TypeError' });
      },
    );
  differs(
    'responses-are-completions',
    'a completion that is labelled as text',
    (from) => create(from, { body: '{"id":"c","choices":[]}', headers: { 'content-type': 'text/plain' } }),
    (mine) => expect(mine).toEqual({ id: 'c', choices: [] }),
  );
});

describe('constructed by hand', () => {
  const errors: Record<string, (e: Package['errors']) => unknown> = {
    'APIError with everything': (e) =>
      new e.APIError(418, { message: 'tea', code: 'c' }, 'given', new Headers({ 'x-request-id': 'r' })),
    'APIError with a message only': (e) => new e.APIError(undefined, undefined, 'given', undefined),
    'APIError with nothing': (e) => new e.APIError(undefined, undefined, undefined, undefined),
    'APIError with a status only': (e) => new e.APIError(500, undefined, undefined, undefined),
    'APIError with an array': (e) => new e.APIError(500, [1] as never, undefined, new Headers()),
    APIUserAbortError: (e) => new e.APIUserAbortError(),
    'APIUserAbortError with a message': (e) => new e.APIUserAbortError({ message: 'm' }),
    APIConnectionError: (e) => new e.APIConnectionError({}),
    'APIConnectionError with a cause': (e) =>
      new e.APIConnectionError({ message: 'm', cause: new Error('c') }),
    APIConnectionTimeoutError: (e) => new e.APIConnectionTimeoutError(),
    OpenAIError: (e) => new e.OpenAIError('m'),
    LengthFinishReasonError: (e) => new e.LengthFinishReasonError(),
    ContentFilterFinishReasonError: (e) => new e.ContentFilterFinishReasonError(),
    InvalidWebhookSignatureError: (e) => new e.InvalidWebhookSignatureError('m'),
    'generate without a status': (e) =>
      e.APIError.generate(undefined, { error: { message: 'x' } }, 'm', undefined),
    'generate without headers': (e) => e.APIError.generate(400, { error: { message: 'x' } }, 'm', undefined),
  };
  for (const status of [400, 401, 403, 404, 405, 409, 422, 429, 500, 502, 599, 600, 200])
    errors[`generate ${status}`] = (e) =>
      e.APIError.generate(status, { error: { message: 'x', param: 'p' } }, 'm', new Headers());
  for (const [name, make] of Object.entries(errors))
    same(name, (from) => {
      throw make(from.errors);
    });
  same('own enumerable fields', (from) =>
    Object.keys(new from.errors.APIError(400, { message: 'm' }, 'g', new Headers())),
  );
  const names = (from: Package): string[] =>
    Object.values(from.errors)
      .map((value) => (typeof value === 'function' ? value.name : 'x'))
      .filter((name) => name.endsWith('Error'))
      .toSorted();
  same('names of the classes', (from) => names(from).filter((name) => name !== 'StreamTruncatedError'));
  differs('more-error-classes', 'a class for answers that stop half way', names, (mine) =>
    expect(mine).toContain('StreamTruncatedError'),
  );
  differs(
    'more-error-classes',
    'that class as a static of the client',
    (from) => 'StreamTruncatedError' in from.OpenAI,
    (mine) => expect(mine).toBe(true),
  );
});
