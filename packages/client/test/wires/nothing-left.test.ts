// What a stream leaves behind when it is over: nothing, on whichever signal, however it ended.
import { getEventListeners } from 'node:events';
import { expect, test } from 'vitest';
import { OpenAI } from '../../src/entries/index.ts';
import type { Stream } from '../../src/stream/stream.ts';
import type { ChatCompletionChunk } from '../../src/types/chunk.ts';
import { fetchRow, rows, type Row } from './rows.ts';

type Chunks = Stream<ChatCompletionChunk>;

const plain = rows[5]!;
const [stalled, lost, failed] = [rows[0]!, rows[16]!, rows[14]!];

const ends: [how: string, row: Row, read: (stream: Chunks) => Promise<unknown>][] = [
  ['read to its end', plain, drain],
  ['left after the first chunk', plain, (stream) => drain(stream, 1)],
  ['aborted', stalled, (stream) => drain(stream, 1, () => stream.controller.abort())],
  ['silent for too long', stalled, drain],
  ['cut off from its server', lost, drain],
  ['told of an error', failed, drain],
  ['read in two branches', plain, (stream) => Promise.all(stream.tee().map((branch) => drain(branch)))],
];

async function drain(stream: AsyncIterable<unknown>, limit = Infinity, then?: () => void): Promise<void> {
  let left = limit;
  for await (const item of stream) {
    void item;
    if (--left > 0) continue;
    if (!then) break;
    then();
  }
}

test.each(ends)('a stream that was %s leaves no listener on a signal', async (_how, row, read) => {
  const caller = new AbortController().signal;
  let asked: AbortSignal | undefined;
  const play = fetchRow(row);
  const client = new OpenAI({
    apiKey: 'k',
    maxRetries: 0,
    logLevel: 'off',
    idleTimeout: 50,
    fetch: (url, init) => {
      asked = init?.signal ?? undefined;
      return play(url, init);
    },
  });
  const before = process.getActiveResourcesInfo().filter((resource) => resource === 'Timeout').length;
  const stream = await client.chat.completions.create(
    { model: 'm', messages: [], stream: true },
    { signal: caller },
  );
  await read(stream).catch(() => {});
  expect(getEventListeners(caller, 'abort'), 'on the signal of the caller').toEqual([]);
  expect(getEventListeners(asked!, 'abort'), 'on the signal of the request').toEqual([]);
  const after = process.getActiveResourcesInfo().filter((resource) => resource === 'Timeout').length;
  expect(after, 'timers').toBeLessThanOrEqual(before);
});

test('a thousand streams beside one signal keep no memory', { timeout: 60_000 }, async () => {
  const { collectGarbage, usedBytes } = await heap();
  const caller = new AbortController().signal;
  const client = new OpenAI({ apiKey: 'k', maxRetries: 0, logLevel: 'off', fetch: fetchRow(plain) });
  const play = async (times: number): Promise<void> => {
    for (let left = times; left > 0; left--) {
      const stream = await client.chat.completions.create(
        { model: 'm', messages: [], stream: true },
        { signal: caller },
      );
      await drain(stream, left % 2 ? Infinity : 1);
    }
  };
  await play(500);
  await collectGarbage();
  const before = usedBytes();
  await play(1_000);
  await collectGarbage();
  // A kilobyte each is half of what one forgotten listener keeps.
  expect(usedBytes() - before).toBeLessThan(1_000 * 1024);
});

test('a hundred calls of stream() keep the text of none but the last', { timeout: 60_000 }, async () => {
  const { collectGarbage, usedBytes } = await heap();
  const text = 'x'.repeat(100_000);
  const play = async (times: number): Promise<void> => {
    for (let left = times; left > 0; left--) {
      const delta = { role: 'assistant', content: text + left, reasoning_content: text + left };
      const chunk = {
        id: 'c',
        created: 1,
        model: 'm',
        choices: [{ index: 0, delta, finish_reason: 'stop' }],
      };
      const fetch = (): Promise<Response> =>
        Promise.resolve(
          new Response(`data: ${JSON.stringify(chunk)}\n\ndata: [DONE]\n\n`, {
            headers: { 'content-type': 'text/event-stream' },
          }),
        );
      const client = new OpenAI({ apiKey: 'k', maxRetries: 0, logLevel: 'off', fetch });
      await client.chat.completions.stream({ model: 'm', messages: [] }).finalContent();
    }
  };
  await play(20);
  await collectGarbage();
  const before = usedBytes();
  await play(100);
  await collectGarbage();
  expect(usedBytes() - before).toBeLessThan(20 * text.length);
});

async function heap(): Promise<{ collectGarbage(): Promise<void>; usedBytes(): number }> {
  const [{ setFlagsFromString }, { runInNewContext }] = await Promise.all([
    import('node:v8'),
    import('node:vm'),
  ]);
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  return {
    async collectGarbage() {
      for (let time = 0; time < 4; time++) {
        collect();
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    },
    usedBytes: () => process.memoryUsage().heapUsed,
  };
}
