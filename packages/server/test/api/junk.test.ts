/** Whatever is sent to whichever route, the answer is no 5xx, and a failure is the API's error object. */
import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sandboxModel } from '../../src/sandbox/model.ts';
import { completionBody, testApp, type TestApp } from '../support/app.ts';
import { sayingModel } from '../support/scripted-model.ts';

let app: TestApp;
let stored: string;
beforeAll(async () => {
  const model = { ...sandboxModel(), ...sayingModel(['Hello', ' there']) };
  app = await testApp({ model, config: { bodyLimit: 100_000 } });
  const answer = await app.ask(
    'POST',
    '/v1/chat/completions',
    completionBody({ store: true, metadata: { k: 'v' } }),
  );
  stored = answer.body.id as string;
});
afterAll(() => app.close());

const runs = { numRuns: 400 };

/** What is wrong with the answer to a request; nothing when it is what any client can read. */
async function faultsOf(request: Request): Promise<string[]> {
  const response = await app.fetch(request);
  const text = await response.text();
  const faults: string[] = [];
  const demand = (holds: boolean, fault: string): void => void (holds || faults.push(`${fault}: ${text}`));
  demand(response.status < 500, `status ${response.status}`);
  demand(response.headers.get('x-request-id')?.startsWith('req_') === true, 'no request id');
  if (response.ok || text === '') return faults;
  const { error, ...rest } = JSON.parse(text) as { error: Record<string, unknown> };
  demand(Object.keys(rest).length === 0, 'more than an error');
  demand(Object.keys(error).toSorted().join() === 'code,message,param,type', 'wrong fields');
  for (const name of ['message', 'type'])
    demand(typeof error[name] === 'string' && error[name] !== '', `no ${name}`);
  for (const name of ['param', 'code'])
    demand(error[name] === null || typeof error[name] === 'string', `odd ${name}`);
  return faults;
}

const methods = fc.constantFrom(
  'GET',
  'POST',
  'DELETE',
  'PUT',
  'PATCH',
  'OPTIONS',
  'HEAD',
  'PROPFIND',
  'X-ODD',
);
const oddText = fc.oneof(
  fc.constantFrom(
    '',
    '\0',
    '%00',
    '%',
    '%zz',
    '%E0%A4%A',
    '..',
    '__proto__',
    'constructor',
    '\ud800',
    "' or 1=1 --",
    '😀',
    '/',
    '?',
    '#',
    '*',
    ':id',
  ),
  fc.string({ unit: 'binary', maxLength: 20 }),
);
const escaped = oddText.map((text) => {
  try {
    return encodeURIComponent(text);
  } catch {
    return '%ED%A0%80';
  }
});
const segment = fc.oneof(escaped, fc.constantFrom('%00', '%', '%zz', '%E0%A4%A', '..', '*', '%2F', '%2e%2e'));
const id = fc.oneof(fc.constant(''), segment);
const path = fc
  .tuple(
    fc.constantFrom('', '/v1', '/v2', '/V1'),
    fc.constantFrom(
      '/chat/completions',
      '/chat/completions/',
      '/models',
      '/models/',
      '/health',
      '/',
      '//',
      '/chat',
    ),
    id,
    fc.constantFrom('', '/messages', '/messages/', '/x'),
  )
  .map((parts) => parts.join(''));
const name = fc.oneof(
  fc.constantFrom(
    'after',
    'limit',
    'order',
    'model',
    'metadata',
    'metadata[k]',
    'metadata[]',
    'metadata[',
    'metadata]',
    'metadata[a][b]',
    'metadata[__proto__]',
    '__proto__',
    '',
  ),
  escaped,
);
const value = fc.oneof(
  escaped,
  fc.constantFrom(
    '0',
    '-1',
    '101',
    '1e3',
    '0x10',
    'NaN',
    '٣',
    '1',
    '9'.repeat(400),
    'desc',
    'x'.repeat(5_000),
  ),
);
const query = fc
  .array(fc.tuple(name, value), { maxLength: 20 })
  .map((pairs) => pairs.map((pair) => pair.join('=')).join('&'));

/** A request body with one part replaced by any JSON value: closer to valid than junk, so it gets further in. */
const spoiled = fc
  .tuple(
    fc.constantFrom(
      'model',
      'messages',
      'store',
      'stream',
      'metadata',
      'n',
      'tools',
      'tool_choice',
      'response_format',
      'stop',
      'stream_options',
      'logit_bias',
      'modalities',
      'max_completion_tokens',
      'temperature',
      'user',
      '__proto__',
    ),
    fc.jsonValue({ maxDepth: 4 }),
    fc.boolean(),
  )
  .map(([field, junk, store]) => {
    const text = JSON.stringify(completionBody({ store, metadata: { a: 'b' } }));
    // Appended as text, so that `__proto__` arrives as a client would send it; the last of equal names counts.
    return `${text.slice(0, -1)},${JSON.stringify(field)}:${JSON.stringify(junk)}}`;
  });
const messages = fc
  .array(
    fc.record(
      {
        role: fc.oneof(
          fc.constantFrom('user', 'system', 'assistant', 'tool', 'developer', 'function'),
          fc.jsonValue(),
        ),
        content: fc.jsonValue(),
        name: fc.jsonValue(),
        tool_calls: fc.jsonValue(),
        tool_call_id: fc.jsonValue(),
      },
      { requiredKeys: ['role'] },
    ),
    { maxLength: 4 },
  )
  .map((list) => JSON.stringify(completionBody({ messages: list, store: true })));
/** Requests of the other endpoints: each of them ignores the parameters of the rest. */
const neighbours = fc
  .record(
    {
      model: fc.oneof(
        { weight: 9, arbitrary: fc.constant('test-model') },
        { weight: 1, arbitrary: fc.jsonValue() },
      ),
      input: oneOrMany(),
      prompt: oneOrMany(),
      dimensions: fc.oneof(fc.integer({ min: 1, max: 9 }), fc.jsonValue()),
      encoding_format: fc.constantFrom('float', 'base64', null),
      n: fc.oneof(fc.integer({ min: 1, max: 3 }), fc.jsonValue()),
      best_of: fc.oneof(fc.integer({ min: 1, max: 4 }), fc.jsonValue()),
      logprobs: fc.oneof(fc.integer({ min: 0, max: 5 }), fc.jsonValue()),
      echo: fc.boolean(),
      stream: fc.boolean(),
    },
    { requiredKeys: ['model'] },
  )
  .map((value) => JSON.stringify(value));

function oneOrMany(): fc.Arbitrary<unknown> {
  const text = fc.oneof(fc.string({ unit: 'binary', maxLength: 20 }), fc.constant(''));
  const ids = fc.array(fc.oneof(fc.integer({ min: 0, max: 100_300 }), fc.integer()), { maxLength: 5 });
  const item = fc.record({
    type: fc.constantFrom('text', 'image_url', 'audio'),
    text,
    image_url: fc.oneof(fc.jsonValue(), fc.constant({ url: 'https://example.com/a' })),
  });
  return fc.oneof(
    text,
    ids,
    fc.array(text, { maxLength: 3 }),
    fc.array(ids, { maxLength: 3 }),
    fc.array(item, { maxLength: 3 }),
    fc.array(fc.oneof(text, ids, item, fc.jsonValue()), { maxLength: 3 }),
    fc.jsonValue(),
  );
}

const body = fc.oneof(
  spoiled,
  neighbours,
  messages,
  fc.json(),
  fc.uint8Array({ maxLength: 200 }).map((bytes) => bytes.slice()),
  fc.jsonValue().map((metadata) => JSON.stringify({ metadata })),
  fc.integer({ min: 1, max: 20_000 }).map((depth) => '{"metadata":'.repeat(depth) + '1' + '}'.repeat(depth)),
  fc
    .integer({ min: 1, max: 40_000 })
    .map((depth) => `{"model":"test-model","messages":${'['.repeat(depth)}${']'.repeat(depth)}}`),
  fc.constant('x'.repeat(100_001)),
);
const header = (text: string): string => text.replaceAll(/[^\t\x20-\x7e\x80-\xff]/g, '');
const headers = fc.record(
  {
    'content-type': fc.oneof(
      { weight: 6, arbitrary: fc.constant('application/json') },
      { weight: 1, arbitrary: oddText.map(header) },
    ),
    authorization: oddText.map((text) => header(`Bearer ${text}`)),
    'content-length': fc.constantFrom('0', '-1', 'x', '999999999'),
    'content-encoding': fc.constantFrom('identity', 'gzip', 'nope'),
    origin: oddText.map(header),
  },
  { requiredKeys: [] },
);

describe('junk', () => {
  it('in the path, the query or the method is never a server error', () =>
    fc.assert(
      fc.asyncProperty(methods, path, query, headers, async (method, path, query, headers) => {
        expect(await faultsOf(new Request(`http://127.0.0.1${path}?${query}`, { method, headers }))).toEqual(
          [],
        );
      }),
      runs,
    ));

  it('in the body of any route that reads one is never a server error', () =>
    fc.assert(
      fc.asyncProperty(
        fc.constantFrom(
          '/v1/chat/completions',
          '/chat/completions',
          'stored',
          '/v1/chat/completions/nope',
          '/v1/models',
          '/v1/embeddings',
          '/v1/moderations',
          '/v1/completions',
        ),
        body,
        headers,
        fc.integer({ min: 0, max: 9 }),
        async (path, body, headers, plain) => {
          const url = `http://127.0.0.1${path === 'stored' ? `/v1/chat/completions/${stored}` : path}`;
          const sent = plain < 7 ? { 'content-type': 'application/json' } : headers;
          expect(await faultsOf(new Request(url, { method: 'POST', body, headers: sent }))).toEqual([]);
        },
      ),
      runs,
    ));

  it('as the cursor or the filter of the lists is never a server error', () =>
    fc.assert(
      fc.asyncProperty(fc.constantFrom('', `/messages`), query, async (tail, query) => {
        const base = `http://127.0.0.1/v1/chat/completions${tail && `/${stored}${tail}`}`;
        expect(await faultsOf(new Request(`${base}?${query}`))).toEqual([]);
      }),
      runs,
    ));

  it('leaves nothing behind that the lists cannot show', async () => {
    for (let after = '', more = true; more;) {
      const { status, body } = await app.ask(
        'GET',
        `/v1/chat/completions?limit=100${after && `&after=${after}`}`,
      );
      expect(status).toBe(200);
      for (const { id } of body.data)
        expect((await app.ask('GET', `/v1/chat/completions/${id}/messages`)).status).toBe(200);
      after = body.last_id;
      more = body.has_more;
    }
    expect(app.logged.filter((line) => line.includes('Error'))).toEqual([]);
  });
});
