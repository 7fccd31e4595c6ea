import { describe, expect, it, vi } from 'vitest';
import { sse, text as textChunks } from '../../test/support/chunks.ts';
import { cutOff, failure, fakeFetch, json } from '../../test/support/fake-fetch.ts';
import type { Step } from '../../test/support/fake-fetch.ts';
import { completionOf } from '../../test/support/tool-runs.ts';
import { OpenAI } from '../client.ts';
import type { ClientOptions } from './options.ts';
import type { OnUsage } from './usage.ts';

const body = { model: 'm', messages: [{ role: 'user' as const, content: 'Hi' }] };
const streamed = { ...body, stream: true as const };
const usage = { prompt_tokens: 1, completion_tokens: 2, total_tokens: 3 };
const completion = completionOf({ content: 'Hello', usage });
const chunks = textChunks('Hel', 'lo');
const usageChunk = { ...chunks[0], choices: [], usage };
const events = (values: unknown[], end = '[DONE]'): Response =>
  new Response(sse(values).replace('[DONE]', end), { headers: { 'content-type': 'text/event-stream' } });
const cut = (values: unknown[]): Response =>
  cutOff(sse(values).replace('data: [DONE]\n\n', ''), { headers: { 'content-type': 'text/event-stream' } });

function metered(steps: Step[], options: ClientOptions = {}) {
  const fetch = fakeFetch(...steps);
  const report = vi.fn<OnUsage>();
  const client = new OpenAI({
    apiKey: 'k',
    baseURL: 'http://h/v1',
    fetch,
    logLevel: 'off',
    usage: report,
    ...options,
  });
  const sent = (): any[] => fetch.requests.map((request) => JSON.parse(String(request.body)));
  return { client, sent, report, reports: () => report.mock.calls };
}

async function readAll(stream: AsyncIterable<unknown>): Promise<any[]> {
  const items = [];
  for await (const item of stream) items.push(item);
  return items;
}

const info = { path: '/chat/completions', attempt: 1, ms: expect.any(Number), cut: false };

describe('usage', () => {
  it('is told for a completion', async () => {
    const { client, sent, reports } = metered([json(completion)]);
    await client.chat.completions.create(body);
    expect(reports()).toEqual([[usage, { ...info, model: 'm', id: 'chatcmpl-1' }]]);
    expect(sent()).toEqual([body]);
  });

  it.each(['create', 'stream', 'asked'])('is told for a stream, by %s', async (how) => {
    const { client, sent, reports } = metered([events([...chunks, usageChunk])]);
    const given = how === 'asked' ? { ...streamed, stream_options: { include_usage: true } } : streamed;
    const before = structuredClone(given);
    const read = await readAll(
      how === 'stream'
        ? client.chat.completions.stream(body)
        : await client.chat.completions.create(Object.freeze(given)),
    );
    expect(read).toHaveLength(chunks.length + (how === 'asked' ? 1 : 0));
    expect(reports()).toEqual([[usage, { ...info, model: 'gpt-4o', id: 'chatcmpl-1' }]]);
    expect(sent()).toEqual([{ ...streamed, stream_options: { include_usage: true } }]);
    expect(given).toEqual(before);
  });

  it('keeps other stream options, and a choice of the caller', async () => {
    const { client, sent, reports } = metered([events(chunks), events(chunks)]);
    for (const stream_options of [{ include_obfuscation: false }, { include_usage: false }])
      await readAll(await client.chat.completions.create({ ...streamed, stream_options }));
    expect(sent().map((one) => one.stream_options)).toEqual([
      { include_obfuscation: false, include_usage: true },
      { include_usage: false },
    ]);
    expect(reports().map(([told]) => told)).toEqual([undefined, undefined]);
  });

  it('is told for text completions, streamed too, and for embeddings', async () => {
    const text = { id: 't', object: 'text_completion', model: 'm', choices: [{ index: 0, text: 'a' }] };
    const { client, reports } = metered([
      json({ ...text, usage }),
      events([
        { ...text, choices: [{ ...text.choices[0], finish_reason: 'stop' }] },
        { ...text, choices: [], usage },
      ]),
      json({ object: 'list', model: 'e', data: [], usage: { prompt_tokens: 4, total_tokens: 4 } }),
    ]);
    await client.completions.create({ model: 'm', prompt: 'a' });
    expect(
      await readAll(await client.completions.create({ model: 'm', prompt: 'a', stream: true })),
    ).toHaveLength(1);
    await client.embeddings.create({ model: 'e', input: 'a' });
    expect(reports()).toMatchObject([
      [usage, { path: '/completions', id: 't' }],
      [usage, { path: '/completions', id: 't' }],
      [
        { prompt_tokens: 4, total_tokens: 4 },
        { path: '/embeddings', model: 'e', id: undefined },
      ],
    ]);
  });

  it('is not told again for a stored completion', async () => {
    const { client, reports } = metered([json(completion), json(completion)]);
    await client.chat.completions.retrieve('chatcmpl-1');
    await client.chat.completions.update('chatcmpl-1', { metadata: null });
    expect(reports()).toEqual([]);
  });

  it('is told once for each attempt that was accepted', async () => {
    const { client, reports } = metered([failure(503), cutOff('{'), json(completion)]);
    await client.chat.completions.create(body);
    expect(reports()).toMatchObject([
      [undefined, { attempt: 2, cut: true, model: 'm', id: undefined }],
      [usage, { attempt: 3, cut: false }],
    ]);
  });

  it('is told for no attempt that was refused', async () => {
    const { client, reports } = metered([failure(503), new TypeError('fetch failed'), failure(400)]);
    await expect(client.chat.completions.create(body)).rejects.toThrow('400');
    expect(reports()).toEqual([]);
  });

  it.each([
    ['lost', () => cut(chunks.slice(0, 2)), undefined],
    ['lost after its usage', () => cut([{ ...chunks[1], usage }]), usage],
    ['truncated', () => events(chunks.slice(0, 2), ''), undefined],
    ['malformed', () => events([chunks[0]], '{'), undefined],
    ['left', () => events([...chunks, usageChunk]), undefined],
  ])('is told of a stream that is %s', async (how, response, told) => {
    const { client, reports } = metered([response()]);
    const stream = await client.chat.completions.create(streamed);
    await (async () => {
      for await (const _ of stream) if (how === 'left') break;
    })().catch(() => {});
    expect(reports()).toEqual([[told, { ...info, model: 'gpt-4o', id: 'chatcmpl-1', cut: true }]]);
  });

  it.each([
    [400, { message: 'Unrecognized request argument supplied: stream_options' }],
    [422, { detail: [{ type: 'extra_forbidden', loc: ['body', 'stream_options'] }] }],
  ])('is not requested again from a server that refuses it with %i', async (status, error) => {
    const refusal = (): Response => json(status === 422 ? error : { error }, { status });
    const { client, sent, reports } = metered([refusal(), events(chunks), events(chunks), events(chunks)], {
      maxRetries: 0,
    });
    for (const again of [client, client.withOptions({ timeout: 9 })])
      await readAll(await again.chat.completions.create(streamed));
    await readAll(await client.chat.completions.create({ ...streamed, model: 'other' }));
    expect(sent().map((one) => 'stream_options' in one)).toEqual([true, false, false, true]);
    expect(reports().map(([told, { attempt }]) => [told, attempt])).toEqual([
      [undefined, 2],
      [undefined, 1],
      [undefined, 1],
    ]);
  });

  it('leaves other refusals, and those of what the caller asked for, as they are', async () => {
    const refusal = failure(400, { message: 'stream_options is not supported' });
    const { client, sent } = metered([failure(400), refusal], { maxRetries: 0 });
    await expect(client.chat.completions.create(streamed)).rejects.toThrow('400');
    const asking = { ...streamed, stream_options: { include_usage: true } };
    await expect(client.chat.completions.create(asking)).rejects.toThrow('stream_options');
    expect(sent()).toHaveLength(2);
  });

  it('is told without tokens when the caller reads the response', async () => {
    const { client, report } = metered([json(completion)]);
    await client.chat.completions.create(body).asResponse();
    await vi.waitFor(
      () => expect(report).toHaveBeenCalledWith(undefined, expect.objectContaining({ cut: false })),
      { timeout: 10_000 },
    );
  });

  it('logs what its callback throws', async () => {
    const logged = vi.fn<(message: string) => void>();
    const logger = { error: logged, warn: logged, info: logged, debug: logged };
    const usage = (): never => {
      throw new Error('sorry');
    };
    const { client } = metered([json(completion)], { usage, logger, logLevel: 'error' });
    await client.chat.completions.create(body);
    expect(logged).toHaveBeenCalledWith('Observer failed:', expect.objectContaining({ message: 'sorry' }));
  });

  it('must be a function', async () => {
    const { client } = metered([], { usage: true as never });
    await expect(client.models.list()).rejects.toThrow('usage must be a function');
  });
});
