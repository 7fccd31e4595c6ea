/** Every wire and every fault of the sandbox, through a server in front of it: bytes, and what is stored of them. */
import { OpenAI } from 'colloquy';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Fixtures } from '../../src/fixtures/fixtures.ts';
import { faultNames } from '../../src/sandbox/faults.ts';
import { quirkNames } from '../../src/sandbox/quirks.ts';
import { startServer, type RunningServer } from '../../src/server.ts';
import { completionBody } from '../support/app.ts';
import { gateway, post, recorder, type Arrived, type Gateway } from '../support/gateway.ts';
import { calls, fixtures, user } from '../support/scenes.ts';

let sandbox: RunningServer;
let tape: Awaited<ReturnType<typeof recorder>>;
let front: Gateway;
let client: OpenAI;

beforeAll(async () => {
  sandbox = await startServer({
    port: 0,
    db: ':memory:',
    logRequests: false,
    graceMs: 0,
    fixtures: new Fixtures([
      ...fixtures,
      { when: { lastUser: 'Think' }, reply: { text: 'Done.', reasoning: 'Step by step.' } },
    ]),
  });
  tape = await recorder(sandbox.url);
  const behind = (headers: Record<string, string>) => ({ baseURL: tape.url, headers });
  const names = [...quirkNames, 'none'].map((name) => [name, behind({ 'x-sandbox-quirk': name })] as const);
  const faults = faultCases.map(
    ([fault], index) => [`fault${index}`, behind({ 'x-sandbox-fault': fault })] as const,
  );
  front = await gateway({ upstreams: Object.fromEntries([...names, ...faults]) });
  client = new OpenAI({ baseURL: front.url, apiKey: 'any', maxRetries: 0, logLevel: 'off' });
});
afterAll(async () => {
  await front.close();
  tape.close();
  await sandbox.close();
});

/** What the caller got, and what the upstream had sent. */
async function through(
  upstream: string,
  body: object,
): Promise<{ got: Arrived; sent: Arrived | undefined; asked: unknown }> {
  tape.exchanges.length = 0;
  const got = await post(
    `${front.url}/chat/completions`,
    completionBody({ ...body, model: `${upstream}/test-model` }),
  );
  const [{ arrived, sent }] = tape.exchanges as [(typeof tape.exchanges)[0]];
  return { got, sent: arrived, asked: JSON.parse(sent.toString()) };
}

/** The one completion that was stored under this mark. */
async function stored(mark: string): Promise<OpenAI.ChatCompletion | undefined> {
  const { data } = await client.chat.completions.list({ metadata: { mark } });
  expect(data.length).toBeLessThan(2);
  return data[0];
}

let marks = 0;
const asking = (body: object): { mark: string; body: object } => {
  const mark = `m${++marks}`;
  return { mark, body: { ...body, store: true, metadata: { mark } } };
};

/** What the client makes of bytes that arrived, as the caller of the server would. */
async function clientReads(
  { status, headers, body }: Arrived,
  stream: boolean,
  tools: unknown,
): Promise<any> {
  const reader = new OpenAI({
    apiKey: 'any',
    baseURL: 'http://upstream.invalid',
    maxRetries: 0,
    logLevel: 'off',
    fetch: async () =>
      new Response(new Uint8Array(body), {
        status,
        headers: { 'content-type': headers['content-type'] ?? '' },
      }),
  });
  const request = { ...completionBody(), tools } as any;
  try {
    return stream
      ? await reader.chat.completions.stream(request).finalChatCompletion()
      : await reader.chat.completions.create(request);
  } catch {
    return undefined;
  }
}

/** The parts of a message that a program acts on. */
const said = (completion: any): unknown =>
  completion?.choices.map(({ message, finish_reason }: any) => ({
    finish_reason,
    content: textOf(message.content) || null,
    reasoning: message.reasoning ?? message.reasoning_content ?? thinkingOf(message.content),
    calls: (message.tool_calls ?? []).map((call: any) => [
      call.function.name,
      jsonOf(call.function.arguments),
    ]),
  }));

/** Of a response in one piece, the client leaves these as they came. */
const textOf = (content: any): unknown =>
  Array.isArray(content) ? content.map(({ text = '' }) => text as string).join('') : content;
const thinkingOf = (content: any): unknown =>
  Array.isArray(content) ? content.find(({ type }) => type === 'thinking').thinking[0].text : null;
const jsonOf = (value: unknown): unknown => (typeof value === 'string' ? value : JSON.stringify(value));

const scenes = {
  text: user('Count to 12'),
  reasoning: user('Think'),
  calls,
};

describe.each(quirkNames)('an upstream with the wire of %s', (quirk) => {
  it.each(Object.keys(scenes))('passes %s through, and stores what the client reads of it', async (scene) => {
    for (const stream of [false, true]) {
      const { mark, body } = asking({
        ...scenes[scene as keyof typeof scenes],
        stream,
        ...(stream && { stream_options: { include_usage: true } }),
      });
      const { got, sent, asked } = await through(quirk, body);
      expect(got.status).toBe(200);
      expect(got.body.equals(sent!.body)).toBe(true);
      expect(got.headers['content-type']).toBe(sent!.headers['content-type']);
      expect(asked).not.toHaveProperty('store');
      expect(asked).not.toHaveProperty('metadata');
      const read = await clientReads(sent!, stream, (body as { tools?: unknown }).tools);
      const kept = await stored(mark);
      expect(said(kept)).toEqual(said(read));
      if (read) {
        expect(kept?.usage?.total_tokens).toEqual(read.usage?.total_tokens);
        expect(kept).toMatchObject({ metadata: { mark }, colloquy: { upstream: quirk, attempts: 1 } });
        // One completion also has the parameters of its request.
        const { tools } = body as { tools?: unknown };
        expect(await client.chat.completions.retrieve(kept!.id)).toEqual({
          ...(tools !== undefined && { tools }),
          ...kept,
        });
      }
    }
  });

  it('passes its errors through, and stores nothing', async () => {
    for (const stream of [false, true]) {
      const { mark, body } = asking({ ...user('Hi'), stream, temperature: 9 });
      const { got, sent } = await through(quirk, body);
      expect(got.status).toBe(sent!.status);
      expect(got.body.equals(sent!.body)).toBe(true);
      expect(await stored(mark)).toBeUndefined();
    }
  });
});

/** A list of faults, and whether a completion reaches the caller in one piece and as a stream. */
const faultCases: [fault: string, whole: boolean, stream: boolean][] = [
  ['cut-after=2', false, false],
  ['reset-after=2', false, false],
  ['error-after=2', false, false],
  ['status=503', false, false],
  ['status=429;retry-after=7', false, false],
  ['status=429;retry-after=70ms', false, false],
  ['html', false, false],
  ['html;status=502', false, false],
  ['json', true, true],
  ['empty', false, false],
  ['truncate-body', false, true],
  ['slow=2ms', true, true],
  ['keepalive=5ms;slow=20ms', true, true],
];

describe('an upstream that fails', () => {
  it('is tested with every fault; stalls, resets and repetition have tests of their own', () => {
    const tested = new Set(
      faultCases.flatMap(([list]) => list.split(';').map((fault) => fault.split('=')[0])),
    );
    expect(faultNames.filter((name) => !tested.has(name))).toEqual(['stall-after', 'reset', 'times', 'rate']);
  });

  it.each(faultCases)('with %s has its bytes passed through', async (_fault, ...survives) => {
    const index = faultCases.findIndex(([list]) => list === _fault);
    for (const stream of [false, true]) {
      const { mark, body } = asking({ ...user('Count to 12'), stream });
      const { got, sent } = await through(`fault${index}`, body);
      expect(got.status).toBe(sent!.status);
      expect(got.body.toString()).toBe(sent!.body.toString());
      expect(got.broken).toBe(sent!.broken);
      for (const name of ['retry-after', 'retry-after-ms', 'content-type'])
        expect(got.headers[name]).toBe(sent!.headers[name]);
      const kept = await stored(mark);
      expect(kept?.choices[0]?.message.content).toBe(
        survives[stream ? 1 : 0] ? '1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12' : undefined,
      );
    }
  });
});
