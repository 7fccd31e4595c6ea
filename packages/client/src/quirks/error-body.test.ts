import { expect, test } from 'vitest';
import { errorIn, factsOf } from './error-body.ts';

const nested = 'Engine said: {"code":500,"message":"Context size has been exceeded.","type":"server_error"}';

test.each<[string, unknown, object]>([
  [
    'OpenAI',
    { error: { message: 'm', code: 'c', type: 't', param: 'p' } },
    { message: 'm', code: 'c', type: 't', param: 'p' },
  ],
  ['vLLM', { object: 'error', message: 'm', code: 400 }, { message: 'm', code: 400, status: 400 }],
  ['OpenRouter', { error: { message: 'm', code: 502, metadata: { a: 1 } } }, { message: 'm', status: 502 }],
  [
    'Groq',
    { error: { message: 'm', code: 'tool_use_failed', status_code: 400 } },
    { code: 'tool_use_failed', status: 400 },
  ],
  [
    'Gemini',
    [{ error: { code: 400, message: 'm', status: 'INVALID_ARGUMENT' } }],
    { message: 'm', code: 400, type: 'INVALID_ARGUMENT', status: 400 },
  ],
  ['FastAPI', { detail: 'Not Found' }, { message: 'Not Found', status: undefined }],
  [
    'FastAPI, fields',
    { detail: [{ loc: ['body', 0], msg: 'a' }, { msg: 'b' }] },
    { message: 'body.0: a; b' },
  ],
  [
    'Cloudflare',
    { success: false, errors: [{ code: 7009, message: 'm' }] },
    { message: 'm', code: 7009, status: undefined },
  ],
  [
    'FastAPI, an object',
    { detail: { message: 'm', code: 'c', type: 't' } },
    { message: 'm', code: 'c', type: 't' },
  ],
  [
    'FastAPI, an error in it',
    { detail: { error: { message: 'm', code: 404 } } },
    { message: 'm', code: 404, status: 404 },
  ],
  ['somebody with a detail beside', { error: { message: 'm', detail: { message: 'd' } } }, { message: 'm' }],
  ['Cloudflare, no success told', { errors: [{ code: 7009, message: 'm' }] }, { message: 'm', code: 7009 }],
  ['Fireworks', { fault: { faultstring: 'm', detail: { errorcode: 'c' } } }, { message: 'm', code: 'c' }],
  ['Together', { error: 'overloaded', job_id: 'j' }, { message: 'overloaded', code: undefined }],
  ['LM Studio', { error: nested }, { message: nested, code: 500, type: 'server_error', status: 500 }],
  ['LM Studio, twice', { error: { message: 'm' }, message: 'm' }, { message: 'm' }],
])('reads the error of %s', (_, body, facts) => {
  expect(factsOf(errorIn(body))).toMatchObject(facts);
});

test.each([
  { id: 'c', choices: [] },
  { choices: [], detail: 'kept' },
  { id: 'c' },
  { error: null, a: 1 },
  { message: { role: 'assistant' } },
  {},
  [],
  [1],
  null,
  'text',
  0,
])('%j is no error', (body) => {
  expect(errorIn(body)).toBeUndefined();
});

test.each([null, undefined, 0, '', [], {}, 'sentence {', { errors: [] }, { detail: null }])(
  'nothing is known of %j but that it has no status',
  (error) => {
    expect(factsOf(error)).toMatchObject({ code: undefined, status: undefined });
  },
);

test('only a number from 400 to 599 is a status', () => {
  for (const code of [399, 600, 4000, NaN, '', null, true, [1], {}])
    expect(factsOf({ code }).status).toBeUndefined();
  for (const code of [400, 599, '429']) expect(factsOf({ code }).status).toBe(Number(code));
});
