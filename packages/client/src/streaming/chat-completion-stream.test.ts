import fc from 'fast-check';
import { expect, it } from 'vitest';
import { z } from 'zod';
import { zodFunction, zodResponseFormat } from '../helpers/zod.ts';
import { Stream } from '../stream/stream.ts';
import { delta, eventStream, text, toolCall } from '../../test/support/chunks.ts';
import { APIError, APIUserAbortError } from '../errors/api-error.ts';
import { LengthFinishReasonError } from '../errors/unfinished.ts';
import type { ChatCompletionChunk } from '../types/chunk.ts';
import type { ChatCompletionMessageParam } from '../types/messages.ts';
import { ChatCompletionStream } from './chat-completion-stream.ts';
import type { StreamingClient } from './chat-completion-stream.ts';

const answering = (chunks: readonly unknown[], seen: unknown[] = []): StreamingClient => ({
  chat: {
    completions: {
      create: async (body, options) => {
        seen.push(body, options);
        return Stream.fromSSEResponse<ChatCompletionChunk>(eventStream(chunks), new AbortController());
      },
    },
  },
});

const messages: ChatCompletionMessageParam[] = [{ role: 'user', content: 'hi' }];
const ask = (chunks: readonly unknown[], more: object = {}, seen?: unknown[]): ChatCompletionStream<any> =>
  ChatCompletionStream.createChatCompletion(answering(chunks, seen), { model: 'm', messages, ...more });

/** A class that runs a tool turn, as the streaming runner does. */
class Replayed extends ChatCompletionStream {
  static start(): Replayed {
    const run = new Replayed(null);
    run._run(async () => {
      const params = { model: 'm', messages, stream: true } as const;
      await run._createChatCompletion(answering(toolCall('f', '{}')), params);
      run._addMessage({ role: 'tool', tool_call_id: 'call_1', content: 'result' });
      const second = text('done').map((chunk) => ({ ...chunk, id: 'chatcmpl-2' }));
      await run._createChatCompletion(answering(second), params);
    });
    return run;
  }
}

it('sends the body with stream: true a macrotask later, and changes nothing of the caller', async () => {
  const seen: any[] = [];
  const body = { model: 'm', messages, temperature: 0 };
  const stream = ChatCompletionStream.createChatCompletion(answering(text('a'), seen), body, { timeout: 5 });
  expect(seen).toEqual([]);
  await stream.done();
  expect(seen[0]).toEqual({ ...body, stream: true });
  expect(seen[1]).toMatchObject({ timeout: 5, signal: stream.controller.signal });
  expect(body).not.toHaveProperty('stream');
  expect(stream.messages).toHaveLength(2);
  expect(stream.messages[0]).toBe(messages[0]);
});

it('gives final values', async () => {
  const usage = {
    prompt_tokens: 1,
    completion_tokens: 2,
    total_tokens: 3,
    prompt_tokens_details: { cached_tokens: 1 },
  };
  const stream = ask([...text('Hel', 'lo'), { ...delta({}), choices: [], usage }]);
  expect(await stream.finalContent()).toBe('Hello');
  expect(await stream.finalMessage()).toMatchObject({
    role: 'assistant',
    content: 'Hello',
    refusal: null,
    parsed: null,
  });
  expect((await stream.finalChatCompletion()).object).toBe('chat.completion');
  expect(await stream.totalUsage()).toEqual(usage);
  expect(await stream.finalFunctionToolCall()).toBeUndefined();
  expect(stream.allChatCompletions()).toHaveLength(1);
  expect(stream.currentChatCompletionSnapshot).toBeUndefined();
});

it('keeps the snapshot of an answer that broke off', async () => {
  const stream = ask([...text('a').slice(0, 2), { error: { message: 'overloaded' } }]);
  await expect(stream.done()).rejects.toBeInstanceOf(APIError);
  expect(stream.currentChatCompletionSnapshot?.choices[0]?.message.content).toBe('a');
});

it('fails as soon as an answer to be parsed ends early, with what had come', async () => {
  const response_format = { type: 'json_schema', json_schema: { name: 'n' } };
  const stream = ask([...text('{"a":1').slice(0, 2), delta({}, 'length')], { response_format });
  const error = await stream.done().catch((error: unknown) => error);
  expect(error).toBeInstanceOf(LengthFinishReasonError);
  expect((error as LengthFinishReasonError).partialText).toBe('{"a":1');
});

it('iterates over the chunks, once per iterator, and yields nothing after the end', async () => {
  const chunks = text('a', 'b');
  const stream = ask(chunks);
  const read = async (): Promise<unknown[]> => {
    const chunks: unknown[] = [];
    for await (const chunk of stream) chunks.push(chunk);
    return chunks;
  };
  expect(await Promise.all([read(), read()])).toEqual([chunks, chunks]);
  expect(await read()).toEqual([]);
});

it('aborts when an iteration is left', async () => {
  const stream = ask(text('a', 'b', 'c'));
  for await (const _ of stream) break;
  await expect(stream.done()).rejects.toBeInstanceOf(APIUserAbortError);
  expect(stream.aborted).toBe(true);
});

it('replays a serialized run: chunks, tool results and their ids', async () => {
  const copy = ChatCompletionStream.fromReadableStream(Replayed.start().toReadableStream());
  const told: unknown[] = [];
  copy
    .on('message', ({ role }) => told.push(role))
    .on('functionToolCallResult', (content) => told.push(content));
  expect(await copy.finalContent()).toBe('done');
  expect(told).toEqual(['assistant', 'tool', 'result', 'assistant']);
  expect(copy.allChatCompletions().map(({ id }) => id)).toEqual(['chatcmpl-1', 'chatcmpl-2']);
  expect(await copy.finalFunctionToolCallResult()).toBe('result');
});

it('gives a replayed call the id its result names', async () => {
  const noId = delta(
    {
      role: 'assistant',
      tool_calls: [{ index: 0, type: 'function', function: { name: 'f', arguments: '{}' } }],
    },
    'tool_calls',
  );
  const message = { role: 'tool', tool_call_id: 'call_x', content: 'r' };
  const lines = [noId, { type: 'message', message, tool_call_ids: ['call_x'] }]
    .map((item) => JSON.stringify(item))
    .join('\n');
  const copy = ChatCompletionStream.fromReadableStream(new Response(lines).body as ReadableStream);
  await copy.done();
  expect(copy.messages).toMatchObject([{ tool_calls: [{ id: 'call_x' }] }, message]);
});

it('throws an error that stands in a serialized stream, as an object or in words', async () => {
  const [first, ...rest] = text('a').map((chunk) => JSON.stringify(chunk));
  const copyOf = (...lines: string[]): ChatCompletionStream =>
    ChatCompletionStream.fromReadableStream(new Response(lines.join('\n')).body as ReadableStream);
  for (const error of [{ message: 'no' }, 'no']) {
    const copy = copyOf(first!, JSON.stringify({ error }), ...rest);
    const thrown = await copy.done().catch((reason: unknown) => reason);
    expect(thrown).toBeInstanceOf(APIError);
    expect(thrown).toMatchObject({ message: 'no' });
  }
  for (const error of [null, '', 'none']) {
    const said = text('a').map((chunk) => JSON.stringify({ ...chunk, error }));
    expect(await copyOf(...said).finalContent()).toBe('a');
  }
});

it.each([
  ['breaks', (to: ReadableStreamDefaultController) => to.error(new TypeError('terminated'))],
  ['ends too early', (to: ReadableStreamDefaultController) => to.close()],
  ['is malformed', (to: ReadableStreamDefaultController) => to.enqueue(new TextEncoder().encode('{"id\n'))],
  [
    'tells an error',
    (to: ReadableStreamDefaultController) => to.enqueue(new TextEncoder().encode('{"error":{}}\n')),
  ],
])('has what came on the error of a serialized stream that %s', async (_, then) => {
  let begun = false;
  const lines = new ReadableStream({
    pull(to) {
      if (begun) return then(to);
      begun = true;
      to.enqueue(new TextEncoder().encode(`${JSON.stringify(text('Hel', 'lo')[1])}\n`));
    },
  });
  const copy = ChatCompletionStream.fromReadableStream(lines);
  const done: unknown[] = [];
  copy.on('content.done', (event) => done.push(event));
  await expect(copy.done()).rejects.toMatchObject({
    partial: { choices: [{ message: { content: 'Hel' }, finish_reason: null }] },
  });
  expect(done).toEqual([]);
});

it('tells calls as done in the order of their index, whichever began first', async () => {
  const call = (index: number, text: string): object => ({
    index,
    id: `id_${index}`,
    type: 'function',
    function: { name: 'f', arguments: text },
  });
  const done: number[] = [];
  await ask([
    delta({ role: 'assistant', tool_calls: [call(1, '{')] as never }),
    delta({ tool_calls: [call(0, '{')] as never }),
    delta({
      tool_calls: [
        { index: 1, function: { arguments: '}' } },
        { index: 0, function: { arguments: '}' } },
      ],
    }),
    delta({}, 'tool_calls'),
  ])
    .on('tool_calls.function.arguments.done', ({ index }) => done.push(index))
    .done();
  expect(done).toEqual([0, 1]);
});

it('tells an empty delta of content that has begun, and reads nothing from content that was refused', async () => {
  const heard: unknown[] = [];
  const response_format = { type: 'json_schema', json_schema: { name: 'n', schema: {} } };
  const chunks = [
    delta({ role: 'assistant', content: 'I' }),
    delta({ content: '' }),
    delta({ refusal: 'no' }),
    delta({}, 'stop'),
  ];
  const completion = await ask(chunks, { response_format })
    .on('content', (text) => heard.push(text))
    .on('content.done', ({ parsed }) => heard.push(parsed))
    .finalChatCompletion();
  expect(heard).toEqual(['I', '', null]);
  expect(completion.choices[0]?.message.parsed).toBeNull();
});

it('tells a text as done after its last delta, though every chunk says that it finished', async () => {
  const told: unknown[] = [];
  const pieces = ['a', 'b', '', 'c'].map((content) => delta({ content }, 'stop'));
  await ask(pieces)
    .on('content', (text) => told.push(text))
    .on('content.done', ({ content }) => told.push({ content }))
    .done();
  expect(told).toEqual(['a', 'b', '', 'c', { content: 'abc' }]);

  const order: unknown[] = [];
  await ask([delta({ content: 'a' }, 'stop'), delta({}, 'stop')])
    .on('chunk', () => order.push('chunk'))
    .on('content.done', ({ content }) => order.push(content))
    .done();
  expect(order).toEqual(['chunk', 'a', 'chunk']);
});

it('fails when nothing came', async () => {
  await expect(ask([]).done()).rejects.toThrow('request ended without sending any chunks');
});

it('has the value that is done on the message it tells, when it tells so', async () => {
  const schema = z.object({ when: z.date() });
  const tools = [zodFunction({ name: 'f', parameters: schema })];
  const response_format = zodResponseFormat(schema, 'it');
  const value = { when: new Date('2026-01-02T03:04:05.000Z') };
  const wire = JSON.stringify(value);

  const called = ask(toolCall('f', wire.slice(0, 9), wire.slice(9)), { tools });
  const calls: unknown[] = [];
  called.on('tool_calls.function.arguments.done', ({ parsed_arguments }) => {
    const { message } = called.currentChatCompletionSnapshot!.choices[0]!;
    calls.push(parsed_arguments, (message.tool_calls as any)[0].function.parsed_arguments);
  });
  await called.done();
  expect(calls).toEqual([value, value]);

  const said = ask(text(wire.slice(0, 9), wire.slice(9)), { response_format });
  const contents: unknown[] = [];
  said.on('content.done', ({ parsed }) => {
    const { message } = said.currentChatCompletionSnapshot!.choices[0]!;
    contents.push(parsed, (message as any).parsed);
  });
  await said.done();
  expect(contents).toEqual([value, value]);
});

it('tells reasoning under any name, once as done for each stretch of it', async () => {
  for (const of of [
    (text: string) => ({ reasoning_content: text }),
    (text: string) => ({ reasoning: text, reasoning_details: [{ type: 'reasoning.text', text, index: 0 }] }),
    (text: string) => ({ reasoning_details: [{ type: 'reasoning.text', text, index: 0 }] }),
    (text: string) => ({ content: [{ type: 'thinking', thinking: [{ type: 'text', text }] }] }),
  ]) {
    const told: string[] = [];
    const chunks = [of('a'), of('b'), { content: 'c' }, of('d')].map((value) => delta(value as object));
    const stream = ask([...chunks, delta({}, 'stop')]);
    stream.on('reasoning.delta', (event) => told.push(`${event.delta} of ${event.snapshot}`));
    stream.on('reasoning.done', (event) => told.push(`done ${event.reasoning}`));
    stream.on('content.delta', (event) => event.delta && told.push(`content ${event.delta}`));
    await stream.done();
    expect(told).toEqual(['a of a', 'b of ab', 'done ab', 'content c', 'd of abd', 'done abd']);
  }
});

it('says how it ended, and leaves on every error what had come', async () => {
  const whole = ask(text('a'));
  expect(whole.outcome).toBeUndefined();
  await whole.done();
  expect(whole.outcome).toBe('complete');

  const failing = ask([delta({ content: 'a' }), { error: { message: 'late', code: 503 } }]);
  const error: any = await failing.done().catch((reason: unknown) => reason);
  expect(failing.outcome).toBe('error');
  expect(error).toMatchObject({ status: 503, message: '503 late' });
  expect(error.partial.choices[0].message.content).toBe('a');

  const left = ask(text('a', 'b'));
  left.on('content', () => left.abort());
  const abort: any = await left.done().catch((reason: unknown) => reason);
  expect(left.outcome).toBe('aborted');
  expect(abort).toBeInstanceOf(APIUserAbortError);
  // This source of chunks does not hear of the abort, so all of them had come.
  expect(abort.partial.choices[0].message.content).toBe('ab');
});

it('takes a name of a declared tool from pieces, cut anywhere, and any other as it last came', async () => {
  const declared = ['get_weather', 'a', 'aa'];
  const tools = declared.map((name) => ({ type: 'function', function: { name } }));
  const nameOf = async (pieces: string[], more: object): Promise<string | undefined> => {
    const [role, opened, ...end] = toolCall(pieces[0]!, '{}');
    const later = pieces.slice(1).map((name) => delta({ tool_calls: [{ index: 0, function: { name } }] }));
    const call = await ask([role, opened, ...later, ...end], more).finalFunctionToolCall();
    return call?.name;
  };
  const cuts = fc.uniqueArray(fc.integer({ min: 1, max: 10 })).map((at) => at.toSorted((a, b) => a - b));
  await fc.assert(
    fc.asyncProperty(cuts, async (at) => {
      const whole = 'get_weather';
      const pieces = [0, ...at].map((from, index) => whole.slice(from, at[index]));
      expect(await nameOf(pieces, { tools })).toBe(whole);
      expect(await nameOf(pieces, {})).toBe(pieces.at(-1));
    }),
    { numRuns: 50 },
  );
  expect(await nameOf(['a', 'a'], { tools })).toBe('a');
  expect(await nameOf(['get_weather', 'get_weather'], { tools })).toBe('get_weather');
  expect(await nameOf(['f', 'g'], { tools })).toBe('g');
});
