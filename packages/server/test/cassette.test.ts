/** Recording and replaying through sockets: a sandbox as the upstream, a server in front of it, both clients' wire. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { OpenAI } from 'colloquy';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { runCLI, type RunningCLI } from '../scripts/run-cli.ts';
import {
  Fixtures,
  openCassette,
  startServer,
  type Exchange,
  type RunningServer,
  type ServerOptions,
} from '../src/index.ts';
import { createSandbox, type Sandbox } from '../src/testing/index.ts';
import { quirkNames } from '../src/sandbox/quirks.ts';

const folder = mkdtempSync(join(tmpdir(), 'colloquy-record-'));
let upstream: RunningServer;
const open: RunningServer[] = [];
let files = 0;
const fresh = (): string => join(folder, `${++files}.jsonl`);

beforeAll(async () => {
  upstream = await startServer({ port: 0, db: ':memory:' });
});
afterEach(async () => {
  await Promise.all(open.splice(0).map((server) => server.close()));
});
afterAll(async () => {
  await upstream.close();
  rmSync(folder, { recursive: true });
});

async function start(options: ServerOptions): Promise<RunningServer> {
  const server = await startServer({ port: 0, db: ':memory:', ...options });
  open.push(server);
  return server;
}

async function bytesOf(
  url: string,
  body: object,
  headers: Record<string, string> = {},
  path = '/chat/completions',
  send: typeof fetch = fetch,
) {
  const response = await send(url + path, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      authorization: 'Bearer sk-test-0123456789abcdef',
      ...headers,
    },
    body: JSON.stringify(body),
  });
  const { status, headers: got } = response;
  return { status, type: got.get('content-type'), id: got.get('x-request-id'), text: await response.text() };
}

const question = { model: 'gpt-4o', messages: [{ role: 'user', content: 'Say hello to Åsa 🙂' }] };
const tools = [
  {
    type: 'function',
    function: {
      name: 'get_weather',
      parameters: { type: 'object', properties: { city: { type: 'string' } } },
    },
  },
];
const bodies: [name: string, body: object, path?: string][] = [
  ['in one piece', question],
  ['streamed', { ...question, stream: true, stream_options: { include_usage: true } }],
  ['with calls', { ...question, tools, tool_choice: 'required', stream: true }],
  ['refused', { ...question, temperature: 99 }],
  ['embedded', { model: 'text-embedding-3-small', input: 'a', dimensions: 4 }, '/embeddings'],
  ['moderated', { input: 'a' }, '/moderations'],
  ['continued', { model: 'gpt-3.5-turbo-instruct', prompt: 'a' }, '/completions'],
];

describe('a server with a cassette', () => {
  it.each(bodies)('records what is %s, and replays the same status and bytes', async (_name, body, path) => {
    const file = fresh();
    const recorder = await start({ cassette: { file, mode: 'record', upstream: upstream.url } });
    const recorded = await bytesOf(recorder.url, body, {}, path);
    expect(recorded.text).not.toBe('');
    expect(readFileSync(file, 'utf8')).not.toContain('sk-test-0123456789abcdef');
    const player = await start({ cassette: file });
    expect(await bytesOf(player.url, body, {}, path)).toEqual(recorded);
    const missed = await bytesOf(player.url, { ...body, seed: 99 }, {}, path);
    expect(missed.status).toBe(404);
    expect(JSON.parse(missed.text)).toMatchObject({
      error: {
        code: 'recording_not_found',
        message: expect.stringContaining('seed: recorded nothing, requested 99'),
      },
    });
  });

  it.each(quirkNames)('records and replays the wire of %s byte for byte', async (quirk) => {
    const file = fresh();
    // Headers for the sandbox are not passed on, so this upstream has the quirk by itself.
    const odd = await start({ quirk });
    const recorder = await start({ cassette: { file, mode: 'record', upstream: odd.url } });
    const player = async (): Promise<RunningServer> => start({ cassette: file });
    const body = {
      ...question,
      tools,
      tool_choice: 'required',
      stream: true,
      stream_options: { include_usage: true },
    };
    const recorded = [
      await bytesOf(recorder.url, body),
      await bytesOf(recorder.url, { ...body, stream: false }),
    ];
    const { url } = await player();
    expect([await bytesOf(url, body), await bytesOf(url, { ...body, stream: false })]).toEqual(recorded);
  });

  it('is the same to the client: text, calls, errors and their fields', async () => {
    const file = fresh();
    const recorder = await start({ cassette: { file, mode: 'record-on-miss', upstream: upstream.url } });
    const run = async (url: string): Promise<unknown[]> => {
      const client = new OpenAI({ baseURL: url, apiKey: 'any', maxRetries: 0 });
      const { chat } = client;
      return [
        await chat.completions.create(question as OpenAI.ChatCompletionCreateParamsNonStreaming),
        await chat.completions
          .stream({ ...question, tools, tool_choice: 'required' } as never)
          .finalChatCompletion(),
        await chat.completions
          .create({ ...question, n: 0 } as never)
          .catch((error: InstanceType<typeof OpenAI.APIError>) => [error.status, error.message, error.param]),
      ];
    };
    const recorded = await run(recorder.url);
    expect(await run((await start({ cassette: file })).url)).toEqual(recorded);
  });

  it('leaves requests to fixtures that are for them', async () => {
    const fixtures = new Fixtures([{ when: { lastUser: 'ping' }, reply: 'pong' }]);
    const server = await start({
      fixtures,
      strictFixtures: true,
      cassette: { file: fresh(), mode: 'record', upstream: upstream.url },
    });
    const client = new OpenAI({ baseURL: server.url, apiKey: 'any', maxRetries: 0 });
    const ask = async (content: string): Promise<string | null | undefined> =>
      (await client.chat.completions.create({ model: 'm', messages: [{ role: 'user', content }] })).choices[0]
        ?.message.content;
    expect(await ask('ping')).toBe('pong');
    expect(await ask('Say hello')).not.toBe('pong');
    await expect(client.chat.completions.create({ model: 'm' } as never)).rejects.toThrow("'messages'");
  });

  it('does not pass its own keys on, and needs them', async () => {
    const strict = await start({ apiKeys: ['sk-upstream-0123456789'] });
    const file = fresh();
    const settings = { file, mode: 'record' as const, upstream: strict.url };
    const without = await start({ apiKeys: ['sk-own-0123456789'], cassette: settings });
    const authorization = 'Bearer sk-own-0123456789';
    expect((await bytesOf(without.url, question)).status).toBe(401);
    expect((await bytesOf(without.url, question, { authorization })).text).toContain(
      "You didn't provide an API key",
    );
    const withKey = await start({
      apiKeys: ['sk-own-0123456789'],
      cassette: { ...settings, upstreamKey: 'sk-upstream-0123456789' },
    });
    expect((await bytesOf(withKey.url, question, { authorization })).status).toBe(200);
    expect(readFileSync(file, 'utf8')).not.toMatch(/sk-(?:own|upstream)/);
  });

  it('passes on, records and replays a connection that breaks in the middle', async () => {
    const broken = await start({ fault: 'reset-after=2' });
    const file = fresh();
    const recorder = await start({ cassette: { file, mode: 'record', upstream: broken.url } });
    for (const open of [() => recorder, () => start({ cassette: file })]) {
      const { url } = await open();
      const response = await fetch(`${url}/chat/completions`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ ...question, stream: true }),
      });
      let text = '';
      const reading = (async () => {
        for await (const part of response.body!) text += Buffer.from(part).toString();
      })();
      await expect(reading).rejects.toThrow('terminated');
      expect(text).toMatch(/^(?:data: \{.*\}\n\n){2}$/);
    }
  });

  it('aborts the upstream when the caller leaves, and records nothing', async () => {
    const slow = await start({ tokensPerSecond: 0.005, graceMs: 600_000 });
    const file = fresh();
    const recorder = await start({ cassette: { file, mode: 'record', upstream: slow.url } });
    const controller = new AbortController();
    const response = await fetch(`${recorder.url}/chat/completions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ ...question, stream: true }),
      signal: controller.signal,
    });
    await response.body!.getReader().read();
    controller.abort();
    open.splice(open.indexOf(slow), 1);
    await slow.close(); // waits for its responses in flight, the next chunk of which would be due in minutes
    expect(() => readFileSync(file)).toThrow('ENOENT');
  });

  it('by the flags of the command', { timeout: 60_000 }, async () => {
    const file = fresh();
    const running: RunningCLI[] = [];
    const flags = ['--port', '0', '--db', ':memory:', '--quiet', '--cassette', file];
    try {
      const recorder = runCLI([...flags, '--mode', 'record', '--upstream', upstream.url, '--ignore', 'seed']);
      running.push(recorder);
      const recorded = await bytesOf(await recorder.url(), { ...question, stream: true });
      expect(recorder.output()).toContain(`Responses from ${file} (record)`);
      await recorder.end('SIGTERM');
      const player = runCLI([...flags, '--pace', 'real'], { env: { COLLOQUY_IGNORE: 'seed, temperature' } });
      running.push(player);
      expect(
        await bytesOf(await player.url(), { ...question, stream: true, seed: 5, temperature: 1 }),
      ).toEqual(recorded);
    } finally {
      await Promise.all(running.map((cli) => cli.end('SIGKILL')));
    }
  });
});

describe('a sandbox with a cassette', () => {
  const exchange = (json: unknown): Exchange => ({
    version: 1,
    request: { path: '/chat/completions', body: question },
    response: { json },
  });
  const ask = async (sandbox: Sandbox): Promise<unknown> =>
    (await bytesOf('http://sandbox/v1', question, {}, '/chat/completions', sandbox.fetch)).text;

  it('replays without a socket, from the start after reset()', async () => {
    await using sandbox = await createSandbox({ cassette: { exchanges: [exchange(1), exchange(2)] } });
    expect([await ask(sandbox), await ask(sandbox)]).toEqual(['1', '2']);
    sandbox.reset();
    expect(await ask(sandbox)).toBe('1');
    expect(sandbox.requests).toHaveLength(1);
  });

  it('leaves a cassette open that it did not open', async () => {
    const cassette = await openCassette({ exchanges: [exchange(1)] });
    for (const round of ['first', 'second']) {
      await using sandbox = await createSandbox({ cassette });
      expect([round, await ask(sandbox)]).toEqual([round, '1']);
    }
  });
});

describe('a fixture that replies with a recording', () => {
  it('sends its status, headers and bytes, for one request or as part of a sequence', async () => {
    await using sandbox = await createSandbox();
    const line: Exchange = {
      version: 1,
      request: { path: '/chat/completions', body: {} },
      response: { status: 418, headers: { 'content-type': 'text/x' }, text: 'a {{tea}} pot' },
    };
    sandbox
      .on({ model: 'gpt-4o' })
      .reply({ recording: line }, { recording: { chunks: ['data: 1\n\n'], broken: true } }, 'as ever');
    const ask = () => bytesOf('http://sandbox/v1', question, {}, '/chat/completions', sandbox.fetch);
    expect(await ask()).toMatchObject({ status: 418, type: 'text/x', text: 'a {{tea}} pot' });
    await expect(ask()).rejects.toThrow('terminated');
    expect((await ask()).text).toContain('as ever');
  });

  it('breaks a real connection where the recorded one broke', async () => {
    const fixtures = new Fixtures([
      { when: {}, reply: { recording: { chunks: ['data: 1\n\n'], broken: true } } },
    ]);
    const server = await start({ fixtures });
    await expect(bytesOf(server.url, question)).rejects.toThrow('terminated');
    const response = await fetch(`${server.url}/chat/completions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(question),
    });
    const reader = response.body!.getReader();
    expect(Buffer.from((await reader.read()).value!).toString()).toBe('data: 1\n\n');
    await expect(reader.read()).rejects.toThrow('terminated');
  });

  it.each([
    [
      { recording: { status: 99 } },
      "Invalid 'reply.recording.status': it must be a status from 200 to 599, not 99.",
    ],
    [
      { recording: { chunks: ['a', [1]] } },
      "Invalid 'reply.recording.chunks[1]': it must be a time and a text, not an array.",
    ],
    [{ recording: {}, text: 'a' }, "'reply' has both 'recording' and 'text'. Leave one out."],
    [{ recording: [] }, "Invalid 'reply.recording': it must be an object, not an array."],
  ])('is an error when it is %j', (reply, message) => {
    expect(() => new Fixtures([{ when: {}, reply: reply as never }])).toThrow(
      message.replaceAll("'reply", "'[0].reply"),
    );
  });
});
