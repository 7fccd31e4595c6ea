// The cost of a stream is linear in its length, for each kind of listener. The ratio does not depend on the machine.
import { expect, test } from 'vitest';
import { expectGrowth } from '../../../../test/growth.ts';
import { accumulate } from '../../src/streaming/accumulate.ts';
import type { ChatCompletionSnapshot } from '../../src/streaming/accumulate.ts';
import { ChatCompletionStream } from '../../src/streaming/chat-completion-stream.ts';
import type { ChatCompletionChunk } from '../../src/types/chunk.ts';
import { PartialJSON } from '../../src/wire/partial-json.ts';

const chunk = (delta: object, finish_reason: string | null = null): ChatCompletionChunk =>
  ({ id: 'c', created: 1, model: 'm', choices: [{ index: 0, delta, finish_reason }] }) as ChatCompletionChunk;

/** JSON of about `size` times four characters: an object with one long list, and the same in four-character pieces. */
function rows(size: number): string[] {
  const list = Array.from({ length: Math.ceil(size / 10) }, (_, id) => ({
    id,
    name: `name ${id}`,
    ok: true,
  }));
  return JSON.stringify({ title: 't', rows: list }).match(/.{1,4}/gs) ?? [];
}

async function stream(
  deltas: object[],
  params: object,
  listen: (stream: ChatCompletionStream) => unknown,
): Promise<void> {
  async function* chunks(): AsyncGenerator<ChatCompletionChunk> {
    yield chunk({ role: 'assistant', content: null });
    for (const delta of deltas) yield chunk(delta);
    yield chunk({}, 'stop');
  }
  const helper = ChatCompletionStream.createChatCompletion<null>(
    { chat: { completions: { create: async () => chunks() } } },
    { model: 'm', messages: [], ...params } as never,
  );
  listen(helper);
  await helper.done();
}

const format = { response_format: { type: 'json_schema', json_schema: { name: 'n' } } };
const strict = { tools: [{ type: 'function', function: { name: 'f', strict: true } }] };
const content = (size: number): object[] => rows(size).map((piece) => ({ content: piece }));
const call = (piece: string, opening?: object): object => ({
  tool_calls: [{ index: 0, ...opening, function: { ...(opening && { name: 'f' }), arguments: piece } }],
});

test('folding chunks', async () => {
  const fold = (size: number): void => {
    let snapshot: ChatCompletionSnapshot | undefined;
    for (const delta of content(size)) snapshot = accumulate(snapshot, chunk(delta));
  };
  await expectGrowth({ size: 5_000, read: fold });
});

test('folding many tool calls', async () => {
  const open = (index: number): ChatCompletionChunk =>
    chunk({
      tool_calls: [{ index, id: `i${index}`, type: 'function', function: { name: 'f', arguments: '{}' } }],
    });
  const fold = (size: number): void => {
    let snapshot: ChatCompletionSnapshot | undefined;
    for (let index = 0; index < size; index++) snapshot = accumulate(snapshot, open(index));
  };
  await expectGrowth({ size: 1_000, read: fold });
});

test('reading JSON and looking at it after every piece', async () => {
  const read = (size: number): void => {
    const reader = new PartialJSON();
    for (const piece of rows(size)) {
      reader.push(piece);
      void reader.value;
    }
  };
  await expectGrowth({ size: 5_000, read: read });
});

test('a stream with text listeners', async () => {
  const run = (size: number): Promise<void> =>
    stream(content(size), {}, (helper) => helper.on('content', () => {}).on('content.delta', () => {}));
  await expectGrowth({ size: 1_250, read: run });
});

test('a stream whose listener reads parsed on every delta', async () => {
  const run = async (size: number): Promise<void> => {
    let read = 0;
    await stream(content(size), format, (helper) =>
      helper.on('content.delta', (event) => void (event.parsed && read++)),
    );
    expect(read).toBe(rows(size).length);
  };
  await expectGrowth({ size: 1_250, read: run });
});

test('a stream whose parsed values are read only after its end', async () => {
  const run = async (size: number): Promise<void> => {
    const events: { parsed: unknown }[] = [];
    await stream(content(size), format, (helper) =>
      helper.on('content.delta', (event) => events.push(event)),
    );
    expect(events.every((event) => event.parsed !== null)).toBe(true);
  };
  await expectGrowth({ size: 1_250, read: run });
});

test('a stream of arguments that are read on every delta', async () => {
  const run = async (size: number): Promise<void> => {
    const deltas = [call('', { id: 'a', type: 'function' }), ...rows(size).map((piece) => call(piece))];
    await stream(deltas, strict, (helper) =>
      helper.on('tool_calls.function.arguments.delta', (event) => void event.parsed_arguments),
    );
  };
  await expectGrowth({ size: 1_250, read: run });
});

test('two calls that take turns with every fragment', async () => {
  const run = async (size: number): Promise<void> => {
    const deltas = rows(size).flatMap((piece) =>
      [0, 1].map((index) => ({
        tool_calls: [{ index, type: 'function', function: { name: 'f', arguments: piece } }],
      })),
    );
    await stream(deltas, {}, (helper) => helper.on('tool_calls.function.arguments.done', () => {}));
  };
  await expectGrowth({ size: 625, read: run });
});

test('an iterator that only begins to read when everything has come', async () => {
  const run = (size: number): Promise<void> =>
    stream(content(size), {}, async (helper) => {
      const iterator = helper[Symbol.asyncIterator]();
      await helper.done();
      while (!(await iterator.next()).done);
    });
  await expectGrowth({ size: 1_250, read: run });
});
