import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { OpenAI } from 'colloquy';
import { OpenAI as Original } from 'openai';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createSandbox, FixtureError, type Sandbox } from '../../src/testing/index.ts';
import { completionBody } from '../support/app.ts';
import { chunksOf, modelsOf, sayingModel, scriptedModel } from '../support/scripted-model.ts';

const params = { model: 'test-model', messages: [{ role: 'user' as const, content: 'Hi' }] };
const saying = { ...sayingModel(['One ', 'two ', 'three'], { paced: true }), sandbox: true as const };
const models = modelsOf(saying);

let sandbox: Sandbox;
beforeEach(async () => {
  sandbox = await createSandbox({ models });
});
afterEach(() => sandbox.close());

const post = (body: object, init: RequestInit = {}, to = sandbox): Promise<Response> =>
  to.fetch('https://api.example/v1/chat/completions', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(completionBody(body)),
    ...init,
  });

const clients = [
  ['colloquy', OpenAI],
  ['openai', Original as unknown as typeof OpenAI],
] as const;

describe.each(clients)('a sandbox without a socket, with %s', (_name, Client) => {
  const clientOf = (): OpenAI => new Client({ apiKey: 'sk-test', fetch: sandbox.fetch, maxRetries: 0 });

  it('completes, streams, stores and lists', async () => {
    const { completions } = clientOf().chat;
    const created = await completions.create({ ...params, store: true });
    expect(created.choices[0]?.message.content).toBe('One two three');
    expect(await completions.stream(params).finalContent()).toBe('One two three');
    await expect.poll(() => sandbox.requests[1]?.response?.state).toBe('complete');
    expect((await completions.list()).data.map(({ id }) => id)).toEqual([created.id]);
  });

  it('sees an abort before the request and in the middle of a stream', async () => {
    const before = AbortSignal.abort();
    const refused = clientOf().chat.completions.create(params, { signal: before });
    await expect(refused).rejects.toThrow(Client.APIUserAbortError);
    const stream = await clientOf().chat.completions.create({ ...params, stream: true });
    for await (const chunk of stream) if (chunk.choices[0]?.delta.content) break;
    await expect.poll(() => sandbox.requests.at(-1)?.response?.state).toBe('cancelled');
  });
});

describe('a sandbox', () => {
  /** What `fetch` and the body do: the status and the text, or the names and messages of the errors. */
  async function outcome(
    fetch: typeof globalThis.fetch,
    url: string,
    body: object,
    fault: string,
  ): Promise<string> {
    const headers = { 'content-type': 'application/json', 'x-sandbox-fault': fault };
    try {
      const response = await fetch(`${url}/chat/completions`, {
        method: 'POST',
        headers,
        body: JSON.stringify(completionBody(body)),
        signal: fault.startsWith('stall') ? AbortSignal.timeout(300) : null,
      });
      const text = await response.text().catch(String);
      const stable = text.replaceAll(/chatcmpl-\w+|"created":\d+/g, '…');
      return `${response.status} ${response.headers.get('content-type')} ${stable}`;
    } catch (error) {
      return String(error);
    }
  }

  it.each(
    [
      'none',
      'reset',
      'reset-after=0',
      'reset-after=2',
      'cut-after=2',
      'error-after=2',
      'stall-after=0',
      'stall-after=2',
    ]
      .concat(['status=429;retry-after=2', 'html', 'json', 'empty', 'truncate-body', 'slow=5ms'])
      .flatMap((fault) => [
        { fault, stream: true },
        { fault, stream: false },
      ]),
  )('behaves without a socket as with one: $fault, stream: $stream', async ({ fault, stream }) => {
    const { url } = await sandbox.listen();
    const near = await outcome(sandbox.fetch, 'https://api.openai.com/v1', { stream }, fault);
    const far = await outcome(fetch, url, { stream }, fault);
    expect(near).toBe(far);
  });

  it('rejects with the reason of the signal, also while the body is read', async () => {
    const reason = new Error('enough');
    const early = new AbortController();
    const never = await createSandbox({ models: modelsOf(scriptedModel(() => forever())) });
    const pending = never.fetch(
      new Request('http://x/v1/chat/completions', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(completionBody()),
        signal: early.signal,
      }),
    );
    await expect.poll(() => never.requests).toHaveLength(1);
    early.abort(reason);
    await expect(pending).rejects.toBe(reason);
    expect(never.requests[0]?.response).toBeUndefined();
    await never.close();

    const late = new AbortController();
    const response = await post({ stream: true }, { signal: late.signal });
    late.abort(reason);
    await expect(response.text()).rejects.toBe(reason);
  });

  it('records requests and responses, whatever became of them', async () => {
    await (await post({ temperature: 0 }, {})).json();
    await (await post({ stream: true })).text();
    await (await post({ temperature: 'hot' })).json();
    await sandbox.fetch('http://x/v1/models?limit=1', { headers: { 'x-team': 'blue' } });
    await (await sandbox.fetch('http://x/health')).json();
    await (await post({}, { body: '{' })).json();

    const [whole, streamed, refused, models, broken, ...others] = sandbox.requests;
    expect(others).toEqual([]);
    expect(whole).toMatchObject({ method: 'POST', path: '/v1/chat/completions', body: { temperature: 0 } });
    expect(whole?.response).toMatchObject({ status: 200, state: 'complete' });
    expect(whole?.response?.body.choices[0].message.content).toBe('One two three');
    expect(Date.now() - whole!.startedAt.getTime()).toBeLessThan(60_000);
    expect(whole?.durationMs).toBeGreaterThan(0);

    expect(streamed?.body.stream).toBe(true);
    const pieces = streamed?.response?.body.map((chunk: any) => chunk.choices[0]?.delta.content ?? '');
    expect(pieces.join('')).toBe('One two three');
    expect(streamed?.response?.text).toMatch(/data: \[DONE\]\n\n$/);

    expect(refused?.body.temperature).toBe('hot');
    expect(refused?.response).toMatchObject({ status: 400, body: { error: { param: 'temperature' } } });
    expect(models).toMatchObject({ method: 'GET', path: '/v1/models?limit=1', body: undefined });
    expect(models?.headers.get('x-team')).toBe('blue');
    expect(broken).toMatchObject({ body: undefined, response: { status: 400 } });
  });

  it('records of a response only what was sent', async () => {
    const fault = (text: string): RequestInit => ({
      headers: { 'content-type': 'application/json', 'x-sandbox-fault': text },
    });
    await (await post({ stream: true }, fault('reset-after=2'))).text().catch(() => {});
    const cut = sandbox.requests[0]?.response;
    expect(cut).toMatchObject({ status: 200 });
    expect(cut?.body).toHaveLength(2);
    expect(cut?.state).not.toBe('complete');

    const stalled = await post({ stream: true }, fault('stall-after=1'));
    const reader = stalled.body!.getReader();
    await reader.read();
    expect(sandbox.requests[1]).toMatchObject({ response: { state: 'sending' }, durationMs: undefined });
    await reader.cancel();
    expect(sandbox.requests[1]?.response?.state).toBe('cancelled');
    expect(sandbox.requests[1]?.durationMs).toBeGreaterThan(0);
  });

  it('is new after a reset: what still runs belongs to the time before', async () => {
    const stored = (await (await post({ store: true })).json()) as { id: string };
    const fault = { 'content-type': 'application/json', 'x-sandbox-fault': 'status=500;times=1' };
    expect((await post({}, { headers: fault })).status).toBe(500);
    const stalled = await post(
      { stream: true },
      { headers: { ...fault, 'x-sandbox-fault': 'stall-after=1' } },
    );
    const storing = await post({ stream: true, store: true });

    sandbox.reset();
    expect(sandbox.requests).toEqual([]);
    expect(await stalled.text()).toContain('data: ');
    await storing.text();
    expect((await post({}, { headers: fault })).status).toBe(500);
    const list = await sandbox.fetch('http://x/v1/chat/completions');
    expect(await list.json()).toMatchObject({ data: [] });
    expect((await sandbox.fetch(`http://x/v1/chat/completions/${stored.id}`)).status).toBe(404);
    expect(sandbox.requests).toHaveLength(3);
  });

  it('listens once, for all its life, and frees the port', async () => {
    const { url, port } = await sandbox.listen();
    expect(await sandbox.listen()).toEqual({ url, port });
    expect(new URL(url).hostname).toBe('127.0.0.1');
    const client = new OpenAI({ baseURL: url, apiKey: 'any', maxRetries: 0 });
    await client.chat.completions.create(params);
    sandbox.reset();
    await client.chat.completions.create(params);
    expect(sandbox.requests).toHaveLength(1);

    const other = await createSandbox();
    await expect(other.listen({ port })).rejects.toMatchObject({ code: 'EADDRINUSE' });
    await sandbox.close();
    expect(await other.listen({ port })).toMatchObject({ port });
    await other.close();
  });

  it('is closed at the end of a block, and then says so', async () => {
    let kept: Sandbox;
    let begun: Response;
    {
      await using inBlock = await createSandbox({ models });
      kept = inBlock;
      await inBlock.listen();
      begun = await post({ stream: true }, {}, inBlock);
    }
    expect(await begun.text()).toContain('data: [DONE]');
    await kept.close();
    await expect(kept.fetch('http://x/v1/models')).rejects.toMatchObject({
      message: 'fetch failed',
      cause: { message: 'The sandbox is closed.' },
    });
    await expect(kept.listen()).rejects.toThrow('The sandbox is closed.');
    expect(() => kept.reset()).toThrow('The sandbox is closed.');
  });

  it('says what its fixtures say: those of calls first, and after a reset those it was made with', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'colloquy-sandbox-'));
    const file = join(folder, 'fixtures.yaml');
    await writeFile(file, '- when: { lastUser: ping }\n  reply: pong\n');
    await using scripted = await createSandbox({
      fixtures: [file, { when: { lastUser: /^\d+$/ }, reply: ['one', 'two'] }],
      strictFixtures: true,
    });
    const client = new OpenAI({ apiKey: 'any', fetch: scripted.fetch, maxRetries: 0 });
    const say = async (content: string): Promise<string | null | undefined> => {
      const body = { model: 'gpt-5', messages: [{ role: 'user' as const, content }] };
      return (await client.chat.completions.create(body)).choices[0]?.message.content;
    };
    expect([await say('ping'), await say('1'), await say('2'), await say('3')]).toEqual([
      'pong',
      'one',
      'two',
      'two',
    ]);
    const chained = scripted
      .on({ lastUser: 'ping' }, { times: 1 })
      .reply('pang')
      .on({ lastUser: 'hi' })
      .reply('ho');
    expect(chained).toBe(scripted);
    expect([await say('ping'), await say('ping'), await say('hi')]).toEqual(['pang', 'pong', 'ho']);
    scripted.reset();
    expect([await say('ping'), await say('1')]).toEqual(['pong', 'one']);
    await expect(say('hi')).rejects.toMatchObject({ status: 404 });
    expect(() => scripted.on({ lastUsr: 'x' } as never).reply('y')).toThrow("Unknown field 'when.lastUsr'");
    await rm(folder, { recursive: true });
  });

  it('refuses what it cannot use', async () => {
    await expect(createSandbox({ fixtures: 'missing.yaml' })).rejects.toThrow(
      "Cannot read fixtures from 'missing.yaml'",
    );
    await expect(createSandbox({ fixtures: [{ when: {} } as never] })).rejects.toThrow(FixtureError);
    await expect(createSandbox({ quirk: 'olama' })).rejects.toThrow(
      "must be the name of a quirk, not 'olama'",
    );
    await expect(createSandbox({ fault: 'stall-after' })).rejects.toMatchObject({ name: 'SettingError' });
  });

  it('has the sandbox model under any name', async () => {
    await using plain = await createSandbox({ seed: 3, newId: () => 'chatcmpl-1', now: () => 0 });
    const client = new OpenAI({ apiKey: 'any', fetch: plain.fetch });
    const completion = await client.chat.completions.create({ ...params, model: 'gpt-anything' });
    expect(completion).toMatchObject({ id: 'chatcmpl-1', created: 0, model: 'gpt-anything' });
  });
});

async function* forever(): AsyncGenerator<never> {
  await new Promise(() => {});
  yield* chunksOf([]) as never[];
}
