// A server that streams although no stream was asked for: create(), parse() and runTools() give what they would have given.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { OpenAI as Core } from '../../src/core.ts';
import { OpenAI } from '../../src/entries/index.ts';
import { completion, delta, eventStream, sse, text, toolCall } from '../support/chunks.ts';
import { cutOff, fakeFetch, json, type Step, unfinished } from '../support/fake-fetch.ts';
import { answer } from '../support/streamed-answers.ts';

const body = { model: 'm', messages: [] };
const headers = { 'content-type': 'text/event-stream', 'x-request-id': 'req_1' };
const client = (...steps: Step[]): OpenAI =>
  new OpenAI({ apiKey: 'k', maxRetries: 0, fetch: fakeFetch(...steps) });
const patient = (...steps: Step[]): OpenAI =>
  new OpenAI({ apiKey: 'k', maxRetries: 2, maxRetryDelay: 1, fetch: fakeFetch(...steps) });

/** Without ids that were made up. */
const comparable = (value: unknown): unknown =>
  JSON.parse(JSON.stringify(value).replace(/call_[0-9a-f-]{36}/g, 'call_<uuid>'));

describe.each(['text/event-stream', 'application/json', 'text/plain'])('as %s', (type) => {
  const inType = (chunks: readonly unknown[]): Response =>
    eventStream(chunks, { headers: { 'content-type': type, 'x-request-id': 'req_1' } });

  it('create() resolves with what stream() would have had in the end', async () => {
    const answers = fc.oneof(answer({ calls: 'in turn', provider: true }), answer({ calls: 'interleaved' }));
    await fc.assert(
      fc.asyncProperty(answers, async ({ chunks }) => {
        const given = await client(inType(chunks)).chat.completions.create(body);
        expect(given._request_id).toBe('req_1');
        const stream = client(eventStream(chunks)).chat.completions.stream(body);
        const { choices, ...rest } = await stream.finalChatCompletion();
        const unparsed = choices.map(({ message: { parsed: _, ...message }, ...choice }) => ({
          ...choice,
          message,
        }));
        expect(comparable(given)).toEqual(comparable({ ...rest, choices: unparsed }));
      }),
      { numRuns: 60 },
    );
  });

  it('the client of colloquy/core reads it too', async () => {
    const core = new Core({ apiKey: 'k', fetch: fakeFetch(inType(text('Hel', 'lo'))) });
    expect((await core.chat.completions.create(body)).choices[0]!.message.content).toBe('Hello');
  });

  it('parse() and runTools() read it', async () => {
    const response_format = { type: 'json_schema' as const, json_schema: { name: 'it', schema: {} } };
    const parsed = await client(inType(text('{"a"', ':1}'))).chat.completions.parse({
      ...body,
      response_format,
    });
    expect(parsed.choices[0]!.message.parsed).toEqual({ a: 1 });
    const run = client(inType(toolCall('f', '{"x"', ':1}')), inType(text('Done'))).chat.completions.runTools({
      ...body,
      tools: [
        {
          type: 'function',
          function: { name: 'f', description: '', parameters: {}, function: (args: string) => `got ${args}` },
        },
      ],
    });
    expect(await run.finalContent()).toBe('Done');
    expect(run.messages.find(({ role }) => role === 'tool')!.content).toBe('got {"x":1}');
  });

  it('an error in it rejects, with what had come', async () => {
    const failure = { error: { message: 'Upstream is gone', code: 502 } };
    const given = client(inType([delta({ content: 'Hel' }), failure])).chat.completions.create(body);
    await expect(given).rejects.toThrow(OpenAI.InternalServerError);
    await expect(given).rejects.toMatchObject({
      status: 502,
      partial: { choices: [{ message: { content: 'Hel' } }] },
    });
  });

  it('a call without a place rejects, rather than being left out', async () => {
    const bad = delta({
      tool_calls: [{ index: -1, id: 'a', type: 'function', function: { name: 'f' } }],
    } as any);
    await expect(
      client(inType([bad, delta({}, 'tool_calls')])).chat.completions.create(body),
    ).rejects.toThrow('invalid tool call index: -1');
  });

  it('one that stops before its end rejects, or gives what came when that was asked for', async () => {
    const cut = (): Response =>
      new Response(sse([delta({ content: 'Hel' })]).replace('data: [DONE]\n\n', ''), {
        headers: { 'content-type': type },
      });
    await expect(client(cut()).chat.completions.create(body)).rejects.toThrow(OpenAI.StreamTruncatedError);
    const { choices } = await client(cut()).chat.completions.create(body, { onTruncated: 'return' });
    expect(choices).toMatchObject([{ finish_reason: null, message: { content: 'Hel' } }]);
  });

  it.each([
    ['a chunk', []],
    ['a choice', [{ id: 'x', choices: [], usage: { total_tokens: 1 } }]],
  ])('one that ends without %s rejects', async (_name, chunks) => {
    const given = client(inType(chunks)).chat.completions.create(body);
    await expect(given).rejects.toThrow(/^Expected a completion, got .*an event stream without choices/);
  });
});

it('one that is lost is asked for again, as often as any body', async () => {
  const start = sse([delta({ content: 'Lost' })]).replace('data: [DONE]\n\n', '');
  const lost = (): Response => cutOff(start, { headers });
  const again = patient(lost(), lost(), eventStream(text('Hello')));
  expect((await again.chat.completions.create(body)).choices[0]!.message.content).toBe('Hello');
  const whole = patient(lost(), json(completion('Whole')));
  expect((await whole.chat.completions.create(body)).choices[0]!.message.content).toBe('Whole');
  const fetch = fakeFetch(lost(), lost(), lost());
  const given = new OpenAI({ apiKey: 'k', maxRetries: 2, maxRetryDelay: 1, fetch }).chat.completions.create(
    body,
  );
  await expect(given).rejects.toThrow(OpenAI.APIConnectionError);
  await expect(given).rejects.toMatchObject({ partial: { choices: [{ message: { content: 'Lost' } }] } });
  expect(fetch.requests).toHaveLength(3);
});

it('one whose connection stays open after [DONE] is over', async () => {
  const open = unfinished(sse(text('Hello')), { headers });
  const { choices } = await client(open).chat.completions.create(body, { timeout: 5000 });
  expect(choices[0]!.message.content).toBe('Hello');
});

it('one that falls silent is a timeout, and an abort is an abort', async () => {
  const start = sse([delta({ content: 'Hel' })]).replace('data: [DONE]\n\n', '');
  const silent = unfinished(start, { headers });
  await expect(client(silent).chat.completions.create(body, { timeout: 20 })).rejects.toThrow(
    OpenAI.APIConnectionTimeoutError,
  );
  const caller = new AbortController();
  const given = client(silent).chat.completions.create(body, { signal: caller.signal });
  setTimeout(() => caller.abort('enough'), 20);
  await expect(given).rejects.toThrow(OpenAI.APIUserAbortError);
  await expect(given).rejects.toMatchObject({ cause: 'enough' });
});
