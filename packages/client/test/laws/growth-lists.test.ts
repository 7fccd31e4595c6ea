// The cost is linear in the lists of a streamed response, in whichever order their items arrive.
import { describe, expect, test } from 'vitest';
import { expectGrowth } from '../../../../test/growth.ts';
import { OpenAI } from '../../src/entries/index.ts';
import { accumulate, complete } from '../../src/streaming/accumulate.ts';
import { ChatCompletionStream } from '../../src/streaming/chat-completion-stream.ts';
import { chunkRules } from '../../src/streaming/chunks.ts';
import type { ChatCompletionSnapshot } from '../../src/streaming/snapshot.ts';
import { pendingCalls, sortAnswers } from '../../src/tools/pending.ts';
import type { ChatCompletionChunk } from '../../src/types/chunk.ts';
import type { ChatCompletionMessageParam } from '../../src/types/messages.ts';
import { AsyncQueue } from '../../src/wire/async-queue.ts';
import { InternalEventEmitter } from '../../src/wire/event-emitter.ts';
import { PartialJSON } from '../../src/wire/partial-json.ts';

type Chunks = ChatCompletionChunk[];
type Numbering = (at: number, count: number) => object;

const chunk = (...choices: object[]): ChatCompletionChunk =>
  ({ id: 'c', object: 'chat.completion.chunk', created: 1, model: 'm', choices }) as ChatCompletionChunk;
const said = (delta: object, finish_reason: string | null = null, index = 0): ChatCompletionChunk =>
  chunk({ index, delta, finish_reason });
const list = <T>(count: number, item: (at: number) => T): T[] =>
  Array.from({ length: count }, (_, at) => item(at));

const numberings: Record<string, Numbering> = {
  'from 0': (index) => ({ index, id: `i${index}` }),
  'from 1': (at) => ({ index: at + 1, id: `i${at}` }),
  'with gaps': (at) => ({ index: 2 * at + 3, id: `i${at}` }),
  'from the end': (at, count) => ({ index: count - 1 - at, id: `i${at}` }),
  'by id': (at) => ({ id: `i${at}` }),
  'not at all': () => ({}),
  'all 0': (at) => ({ index: 0, id: `i${at}` }),
};
const functionCall = { type: 'function', function: { name: 'f', arguments: '{"a":1}' } };
const customCall = { type: 'custom', custom: { name: 'f', input: 'a' } };

const call = (numbering: string, at: number, count: number, rest: object = functionCall): object => ({
  ...numberings[numbering]!(at, count),
  ...rest,
});

/** Folds the chunks, and hears them as a stream with a listener for everything. */
async function readAll(chunks: Chunks): Promise<void> {
  let snapshot: ChatCompletionSnapshot | undefined;
  for (const each of chunks) snapshot = accumulate(snapshot, each);
  complete(snapshot!, true);
  const create = async (): Promise<AsyncIterable<ChatCompletionChunk>> =>
    (async function* () {
      yield* chunks;
    })();
  const stream = ChatCompletionStream.createChatCompletion<null>({ chat: { completions: { create } } }, {
    model: 'm',
    messages: [],
    tools: [{ type: 'function', function: { name: 'f', strict: true } }],
  } as never);
  const events = ['chunk', 'content.delta', 'reasoning.delta', 'logprobs.content.delta'] as const;
  for (const event of events) stream.on(event, () => {});
  stream.on('tool_calls.function.arguments.delta', () => {});
  stream.on('tool_calls.function.arguments.done', () => {});
  await stream.done();
}

const expectLinear = (chunks: (count: number) => Chunks): Promise<void> =>
  expectGrowth({ size: 250, make: chunks, read: readAll });

const end = said({}, 'stop');

describe.each(Object.keys(numberings))('tool calls numbered %s', (numbering) => {
  test.each([
    ['functions', functionCall],
    ['custom tools', customCall],
  ])('of %s, one to a chunk', (_name, rest) =>
    expectLinear((count) => [
      ...list(count, (at) => said({ tool_calls: [call(numbering, at, count, rest)] })),
      end,
    ]),
  );

  test('all in one chunk, twice', () =>
    expectLinear((count) => {
      const all = said({ tool_calls: list(count, (at) => call(numbering, at, count)) });
      const more = { function: { arguments: ' ' } };
      return [all, said({ tool_calls: list(count, (at) => call(numbering, at, count, more)) }), end];
    }));
});

describe('tool calls', () => {
  test('each in a part of its own, with a finish reason', () =>
    expectLinear((count) => [
      chunk(
        ...list(count, (at) => ({
          index: 0,
          delta: { tool_calls: [call('from 0', at, count)] },
          finish_reason: 'tool_calls',
        })),
      ),
    ]));

  test('of two choices that finish with every chunk', () =>
    expectLinear((count) =>
      list(count, (at) =>
        chunk(
          ...[0, 1].map((index) => ({
            index,
            delta: { tool_calls: [call('from 0', at, count)] },
            finish_reason: 'tool_calls',
          })),
        ),
      ),
    ));

  test('that take turns, numbered from 1', () =>
    expectLinear((count) => [
      ...[0, 1].flatMap(() => list(count, (at) => said({ tool_calls: [call('from 1', at, count)] }))),
      end,
    ]));

  test('and as many chunks that say again that it has finished', () =>
    expectLinear((count) => [
      said({ tool_calls: list(count, (at) => call('from 0', at, count)) }),
      ...list(count, () => said({}, 'tool_calls')),
    ]));

  test('and one whose name never ends', () =>
    expectLinear((count) => [
      ...list(count, (at) => said({ tool_calls: [{ index: 0, id: 'i', function: { name: `${at}` } }] })),
      end,
    ]));

  // 16,000 calls are 1.4 MB.
  test.each(Object.keys(numberings))('numbered %s, over HTTP', async (numbering) => {
    const body = (count: number): string =>
      `data: ${JSON.stringify(said({ tool_calls: list(count, (at) => call(numbering, at, count)) }, 'tool_calls'))}\n\ndata: [DONE]\n\n`;
    const read = async (text: string): Promise<void> => {
      const client = new OpenAI({
        apiKey: 'k',
        fetch: async () => new Response(text, { headers: { 'content-type': 'text/event-stream' } }),
      });
      const params = { model: 'm', messages: [] };
      for await (const _ of await client.chat.completions.create({ ...params, stream: true }));
      const { choices } = await client.chat.completions.stream(params).finalChatCompletion();
      expect(choices[0]?.message.tool_calls?.length).toBeGreaterThan(1);
    };
    await expectGrowth({ size: 2_000, make: body, read });
  });

  test('that a conversation leaves open, answered from the last to the first', async () => {
    const run = (count: number): void => {
      const ids = list(count, (at) => `i${at}`);
      const tool_calls = ids.map((id) => ({ id, ...functionCall }));
      const messages = [
        { role: 'assistant', tool_calls },
        ...ids.toReversed().map((tool_call_id) => ({ role: 'tool', tool_call_id, content: '' })),
      ] as ChatCompletionMessageParam[];
      expect(pendingCalls(messages)).toEqual([]);
      sortAnswers(messages);
      expect(messages.at(-1)).toMatchObject({ tool_call_id: `i${count - 1}` });
    };
    await expectGrowth({ size: 1_000, read: run });
  });
});

describe('choices', () => {
  const orders: Record<string, (at: number, count: number) => number> = {
    'from 0': (at) => at,
    'from 1': (at) => at + 1,
    'with gaps': (at) => 2 * at + 5,
    'from the end': (at, count) => count - 1 - at,
  };
  test.each(Object.entries(orders))('numbered %s, in turns', (_name, index) =>
    expectLinear((count) => [
      ...list(count, (at) => said({ content: 'a' }, null, index(at, count))),
      ...list(count, (at) => said({ content: 'b' }, 'stop', index(at, count))),
    ]),
  );

  test('all in one chunk', () =>
    expectLinear((count) => [
      chunk(...list(count, (index) => ({ index, delta: { content: 'a' }, finish_reason: 'stop' }))),
      chunk(...list(count, (index) => ({ index, delta: {}, finish_reason: 'stop' }))),
    ]));

  test('and as many chunks that only tell the usage', async () => {
    const run = (count: number): void => {
      const rules = chunkRules();
      const fail = (): never => expect.unreachable();
      const choices = list(count, (index) => ({ index, delta: { content: 'a' }, finish_reason: 'stop' }));
      rules.read(chunk(...choices), null, fail);
      for (let at = 0; at < count; at++) {
        const item = rules.read({ ...chunk(), usage: { total_tokens: at } }, null, fail);
        expect(rules.ended(item)).toBe(true);
      }
    };
    await expectGrowth({ size: 1_000, read: run });
  });
});

describe('lists of a message', () => {
  const details: Record<string, (at: number) => object> = {
    'of one index each': (index) => ({ index, type: 'reasoning.text', text: 'a' }),
    'of one index and many types': (at) => ({ index: 0, type: `t${at}`, text: 'a' }),
    'without an index': () => ({ text: 'a' }),
  };
  test.each(Object.entries(details))('details of reasoning %s', (_name, detail) =>
    expectLinear((count) => [
      ...list(count, (at) => said({ reasoning_details: [detail(at)] })),
      said({ reasoning_details: list(count, detail) }),
      end,
    ]),
  );

  test('log probabilities', () =>
    expectLinear((count) => [
      ...list(count, () =>
        chunk({
          index: 0,
          delta: { content: 'a' },
          logprobs: { content: [{ token: 'a', logprob: 0 }] },
          finish_reason: null,
        }),
      ),
      end,
    ]));

  test.each(['annotations', 'images', 'content', 'a field of its own'])('%s', (field) =>
    expectLinear((count) => [
      ...list(count, (at) => said({ [field.startsWith('a f') ? `f${at}` : field]: [{ text: 'a' }] })),
      said({ [field]: list(count, () => ({ text: 'a', thinking: ['b'] })) }),
      end,
    ]),
  );

  test('reasoning under two names, one far behind the other', () =>
    expectLinear((count) => [
      ...list(count, () => said({ reasoning: 'ab' })),
      ...list(count, () => said({ reasoning: 'ab', reasoning_content: 'aba' })),
      ...list(count, () => said({ reasoning_content: 'b' })),
      end,
    ]));
});

test('a number that is all there is, read after every digit', async () => {
  const read = (size: number): void => {
    const reader = new PartialJSON();
    for (let at = 0; at < size; at++) {
      reader.push('1');
      void reader.value;
    }
  };
  await expectGrowth({ size: 5_000, read: read });
});

test('readers that wait for a queue, and values that wait for readers', async () => {
  const run = async (count: number): Promise<void> => {
    const queue = new AsyncQueue<number>();
    const waiting = list(count, () => queue.next());
    for (let at = 0; at < 2 * count; at++) queue.push(at);
    expect((await waiting.at(-1))?.value).toBe(count - 1);
    for (let at = count; at < 2 * count; at++) expect((await queue.next()).value === at).toBe(true);
  };
  // From some 16,000 items on, `Array.prototype.shift` moves them all.
  await expectGrowth({ size: 4_000, read: run });
});

describe('listeners', () => {
  type Events = { a: (value: number) => void; error: (error: Error) => void };
  const ways: Record<string, (emitter: InternalEventEmitter<Events>, count: number) => unknown> = {
    'added and removed in order': (emitter, count) => {
      const listeners = list(count, () => () => {});
      for (const listener of listeners) emitter.on('a', listener);
      for (const listener of listeners) emitter.off('a', listener);
    },
    'added and removed backwards': (emitter, count) => {
      const listeners = list(count, () => () => {});
      for (const listener of listeners) emitter.on('a', listener);
      for (const listener of listeners.toReversed()) emitter.off('a', listener);
    },
    'that are one function': (emitter, count) => {
      const listener = (): void => {};
      for (let at = 0; at < count; at++) emitter.on('a', listener);
      for (let at = 0; at < count; at++) emitter.off('a', listener);
    },
    'that come and go beside many': (emitter, count) => {
      for (let at = 0; at < count; at++) emitter.on('a', () => {});
      for (let at = 0; at < count; at++) {
        const listener = (): void => {};
        emitter.on('a', listener).off('a', listener);
      }
    },
    'that wait for one event': async (emitter, count) => {
      const waiting = list(count, () => emitter.emitted('a'));
      emitter._emit('a', 1);
      await Promise.all(waiting);
    },
  };
  test.each(Object.entries(ways))('%s', async (_name, way) => {
    const read = (count: number): unknown => way(new InternalEventEmitter<Events>(), count);
    await expectGrowth({ size: 2_000, read });
  });
});
