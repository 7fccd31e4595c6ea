// Whatever one request holds, other clients are answered meanwhile.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { least } from '../../../../test/timing.ts';
import { Cassette } from '../../src/cassette/cassette.ts';
import { Secrets } from '../../src/cassette/secrets.ts';
import { sandboxModel } from '../../src/sandbox/model.ts';
import { loadTokenizer } from '../../src/sandbox/tokens.ts';
import { inSlices } from '../../src/slices.ts';
import { type Answer, testApp, type TestApp } from '../support/app.ts';
import { slowness, waitsDuring } from '../support/stalls.ts';

let app: TestApp;
/** Lets bodies through that the usual limits refuse. */
let open: TestApp;
beforeAll(async () => {
  const model = { ...sandboxModel(), id: 'test-model' };
  app = await testApp({ model });
  open = await testApp({ model, config: { maxValues: Infinity } });
  await Promise.all([loadTokenizer(), loadTokenizer('cl100k')]);
}, 60_000);
afterAll(() => Promise.all([app.close(), open.close()]));

interface Heavy {
  path?: string;
  body: object;
  status: number;
  code?: string;
}

const many = <Item>(count: number, item: (index: number) => Item): Item[] =>
  Array.from({ length: count }, (_, index) => item(index));
const chat = (fields: object, status = 200, code?: string): Heavy => ({
  body: { model: 'test-model', messages: [{ role: 'user', content: 'Hi' }], ...fields },
  status,
  ...(code !== undefined && { code }),
});
const saying = (content: unknown, status = 200, code?: string): Heavy =>
  chat({ messages: [{ role: 'user', content }] }, status, code);
const formed = (schema: object, status = 200, code?: string): Heavy =>
  chat({ response_format: { type: 'json_schema', json_schema: { name: 's', schema } } }, status, code);
const objectOf = (properties: object): object => ({
  type: 'object',
  properties,
  required: Object.keys(properties),
  additionalProperties: false,
});
const strings = (count: number): object =>
  objectOf(Object.fromEntries(many(count, (index) => [`p${index}`, { type: 'string' }])));

const picture = (length: number): object[] => [
  { type: 'image_url', image_url: { url: `data:image/png;base64,${'A'.repeat(length)}` } },
];

const cases: Record<string, () => Heavy> = {
  'an enum of 60,000 values': () => formed(objectOf({ a: { enum: many(60_000, (index) => `v${index}`) } })),
  'an enum of 20,000 objects': () => formed(objectOf({ a: { enum: many(20_000, (index) => ({ index })) } })),
  '16 million letters': () => saying('a'.repeat(16_000_000), 400, 'string_above_max_length'),
  '8 million letters': () => saying('a'.repeat(8_000_000)),
  '8 million letters of changing case': () => saying('aB'.repeat(4_000_000), 400, 'context_length_exceeded'),
  '150,000 properties': () => formed(strings(150_000), 413, 'request_too_large'),
  '10,000 properties': () => formed(strings(10_000)),
  '128 choices with 20 likely tokens each': () => chat({ n: 128, logprobs: true, top_logprobs: 20 }),
  '3 MB of say "': () => saying('say "'.repeat(600_000), 400, 'context_length_exceeded'),
  '800,000 messages': () =>
    chat({ messages: many(800_000, () => ({ role: 'user', content: '' })) }, 413, 'request_too_large'),
  '2,049 messages': () =>
    chat({ messages: many(2049, () => ({ role: 'user', content: '' })) }, 400, 'array_above_max_length'),
  '15,000 parts of a message': () => saying(many(15_000, () => ({ type: 'text', text: 'a b' }))),
  'a picture of 15 MB': () => saying(picture(15_000_000)),
  'a picture of 20 MB that is stored': () => {
    const { body, status } = saying(picture(20_000_000));
    return { body: { ...body, store: true }, status };
  },
  'an array of 10,000 strings in each of 3 choices': () => {
    const items = { type: 'array', items: { type: 'string' }, minItems: 10_000 };
    const { body, status } = formed(objectOf({ items }));
    return { body: { ...body, n: 3 }, status };
  },
  '300 patterns for the names of 300 properties': () =>
    formed(
      {
        type: 'object',
        patternProperties: Object.fromEntries(many(300, (index) => [`a${index}.*b.*c`, {}])),
        minProperties: 300,
      },
      400,
      'invalid_json_schema',
    ),
  '500 references to anchors': () =>
    formed({
      ...objectOf(Object.fromEntries(many(500, (index) => [`p${index}`, { $ref: `#a${index}` }]))),
      $defs: Object.fromEntries(many(500, (index) => [`d${index}`, { $anchor: `a${index}`, type: 'null' }])),
    }),
  'a chain of 10,000 references': () =>
    formed(
      {
        ...objectOf({ a: { $ref: '#/$defs/d0' } }),
        $defs: Object.fromEntries(many(10_000, (index) => [`d${index}`, { $ref: `#/$defs/d${index + 1}` }])),
      },
      400,
      'invalid_json_schema',
    ),
  '2,048 texts to embed': () => ({
    path: '/v1/embeddings',
    body: { model: 'test-model', input: many(2048, (index) => `text ${index} of many`) },
    status: 200,
  }),
  'a text of 10 MB to moderate': () => ({
    path: '/v1/moderations',
    body: { model: 'test-model', input: 'you are kind. how do you do? '.repeat(350_000) },
    status: 200,
  }),
  '500 prompts with likely tokens': () => ({
    path: '/v1/completions',
    body: {
      model: 'test-model',
      prompt: many(500, (index) => `hello ${index}`),
      max_tokens: 50,
      logprobs: 5,
    },
    status: 200,
  }),
  'a prompt of 16,000 tokens echoed': () => echoing({ prompt: 'a b '.repeat(8_000) }),
  'a prompt of 16,000 tokens echoed by the best of two': () =>
    echoing({ prompt: 'a b '.repeat(8_000), best_of: 2 }),
  'a prompt of 16,000 tokens echoed in 20 choices': () =>
    echoing({ prompt: 'a b '.repeat(8_000), n: 20 }, 400, 'invalid_value'),
  'a prompt of 2 million spaces echoed in 128 choices': () =>
    echoing({ prompt: ' '.repeat(1_900_000), n: 128, logprobs: null }, 400, 'invalid_value'),
  'a prompt of 2 million spaces echoed in 10 choices': () =>
    echoing({ prompt: ' '.repeat(1_900_000), n: 10, logprobs: null }),
};

/** Prompts that are repeated in the response, with the likely alternatives of each token. */
const echoing = (fields: object, status = 200, code?: string): Heavy => ({
  path: '/v1/completions',
  body: { model: 'test-model', echo: true, max_tokens: 10, logprobs: 5, ...fields },
  status,
  ...(code !== undefined && { code }),
});

const health = (): Promise<Answer> => app.ask('GET', '/health');

const bytesOf = ({ body }: Heavy): Buffer => Buffer.from(JSON.stringify(body));

/**
 * Sends a body and reads the response piece by piece, as a socket would. Where the server's turns are measured, `bytes` are
 * made beforehand: the client's own work must not count.
 */
async function send(to: TestApp, heavy: Heavy, bytes = bytesOf(heavy)): Promise<Answer> {
  const { path = '/v1/chat/completions' } = heavy;
  let sent = 0;
  const stream = new ReadableStream({
    async pull(controller) {
      await new Promise((resolve) => setImmediate(resolve));
      controller.enqueue(bytes.subarray(sent, (sent += 65_536)));
      if (sent >= bytes.length) controller.close();
    },
  });
  const init = {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: stream,
    duplex: 'half',
  };
  const response = await to.fetch(new Request(`http://127.0.0.1${path}`, init as RequestInit));
  let text = '';
  for await (const piece of response.body ?? [])
    if (text.length < 10_000) text += Buffer.from(piece).toString();
  return {
    status: response.status,
    headers: response.headers,
    body: response.ok ? undefined : JSON.parse(text).error,
  };
}

/** `/health` answers within 200 ms while `work` runs. Resolves with what `work` did. */
async function expectTurns<Result>(work: () => Promise<Result>): Promise<Result> {
  let result!: Result;
  const longest = await least(200, async () => {
    const turns = await waitsDuring(work, health);
    ({ result } = turns);
    return turns.longestMs / slowness();
  });
  expect(longest).toBeLessThan(200);
  return result;
}

describe('/health answers within 200 ms while another client sends', () => {
  it.each(Object.entries(cases))('%s', { timeout: 120_000 }, async (_name, make) => {
    const heavy = make();
    const bytes = bytesOf(heavy);
    const { status, body } = await expectTurns(() => send(app, heavy, bytes));
    expect(status).toBe(heavy.status);
    expect(body?.code).toBe(heavy.code);
  });

  it('ten of them at once', { timeout: 120_000 }, async () => {
    const heavy = formed(objectOf({ a: { enum: many(15_000, (index) => `v${index}`) } }));
    const bytes = bytesOf(heavy);
    const all = (): Promise<Answer[]> => Promise.all(many(10, () => send(app, heavy, bytes)));
    await expectTurns(all);
  });
});

it(
  '/health answers within 200 ms while a text of 16 MB is searched for credentials',
  { timeout: 120_000 },
  async () => {
    const content = 'some words, and more. '.repeat(16_000_000 / 22);
    const value = { model: 'm', messages: [{ role: 'user', content }] };
    const work = (): Promise<unknown> => inSlices(new Secrets(['sk-known-0123456789']).value(value));
    expect(await expectTurns(work)).toEqual(value);
  },
);

it(
  '/health answers within 200 ms while a cassette looks for a request of 16 MB',
  { timeout: 120_000 },
  async () => {
    const cassette = await Cassette.open({});
    const content = 'some words, and more. '.repeat(16_000_000 / 22);
    const value = { model: 'm', messages: [{ role: 'user', content }] };
    const request = {
      path: '/chat/completions',
      headers: new Headers(),
      body: Buffer.from(''),
      value,
      signal: new AbortController().signal,
    };
    const work = (): Promise<unknown> => cassette.respond(request).catch((error: unknown) => error);
    expect(await expectTurns(work)).toMatchObject({ status: 404 });
  },
);

describe('a request of any size', () => {
  it.each([
    ['properties', (size: number) => formed(strings(size))],
    ['required names', (size: number) => formed({ type: 'object', required: many(size, (i) => `p${i}`) })],
    ['branches', (size: number) => formed(objectOf({ a: { anyOf: many(size, (i) => ({ const: i })) } }))],
    ['parts', (size: number) => formed({ type: 'object', allOf: many(size, () => ({ minProperties: 1 })) })],
  ])('with 150,000 %s is never a 500', { timeout: 120_000 }, async (_name, make) => {
    expect((await send(open, make(150_000))).status).toBeLessThan(500);
  });
});
