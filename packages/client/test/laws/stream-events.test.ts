// What holds for the events of every answer, however it is cut: deltas add up to the text that is done, each text is
// done once, nothing comes after its done, and `parsed` is the value at its own moment.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ChatCompletionStream } from '../../src/streaming/chat-completion-stream.ts';
import { Stream } from '../../src/stream/stream.ts';
import { PartialJSON } from '../../src/wire/partial-json.ts';
import { eventStream } from '../support/chunks.ts';
import { answer, type Answer } from '../support/streamed-answers.ts';

const answers = fc.oneof(answer({ calls: 'in turn' }), answer({ calls: 'interleaved' }));

type Told = [name: string, ...args: any[]];

/** Every event with its arguments, the object itself. */
async function eventsOf({ chunks, params }: Answer): Promise<Told[]> {
  const stream = ChatCompletionStream.createChatCompletion(
    {
      chat: {
        completions: {
          create: async () => Stream.fromSSEResponse(eventStream(chunks), new AbortController()),
        },
      },
    },
    { model: 'm', messages: [], ...params } as never,
  );
  const told: Told[] = [];
  for (const name of names) stream.on(name, (...args: unknown[]) => told.push([name, ...args]));
  await stream.done();
  return told;
}

const names = [
  'connect',
  'chunk',
  'content.delta',
  'content.done',
  'refusal.delta',
  'refusal.done',
  'tool_calls.function.arguments.delta',
  'tool_calls.function.arguments.done',
  'chatCompletion',
  'message',
  'finalMessage',
  'end',
] as const;

const holds = (check: (told: Told[], given: Answer) => void, runs = 150): Promise<void> =>
  fc.assert(
    fc.asyncProperty(
      answers.filter(({ completion }) => completion.choices.length === 1),
      async (given) => check(await eventsOf(given), given),
    ),
    { numRuns: runs },
  );

const of = (told: Told[], name: string): any[] =>
  told.filter((event) => event[0] === name).map((event) => event[1]);

test('deltas add up to the text that is done, and every snapshot to the deltas before it', () =>
  holds((told, { completion }) => {
    const { content, refusal } = completion.choices[0]!.message;
    for (const [name, field, whole] of [
      ['content', 'content', content],
      ['refusal', 'refusal', refusal],
    ] as const) {
      let text = '';
      for (const event of of(told, `${name}.delta`)) {
        text += event.delta;
        expect(event.snapshot).toBe(text);
      }
      expect(text).toBe(whole ?? '');
      if (whole) expect(of(told, `${name}.done`).map((event) => event[field])).toEqual([whole]);
    }
  }));

test('the arguments of every function call are done once, whole, after their deltas', () =>
  holds((told, { completion }) => {
    const calls = completion.choices[0]!.message.tool_calls ?? [];
    for (const [index, call] of calls.entries()) {
      const mine = told.filter(([name, event]) => name.startsWith('tool_calls') && event.index === index);
      if (call.type !== 'function') {
        expect(mine).toEqual([]);
        continue;
      }
      const [name, done] = mine.pop() as Told;
      expect(name).toBe('tool_calls.function.arguments.done');
      expect(done).toMatchObject({ name: call.function.name, arguments: call.function.arguments });
      expect(mine.map(([, event]) => event.arguments_delta).join('')).toBe(call.function.arguments);
      expect(mine.every(([name]) => name.endsWith('.delta'))).toBe(true);
    }
  }));

test('the run begins with connect, tells each chunk before what it brought, and ends with end', () =>
  holds((told, { chunks }) => {
    expect(told[0]).toEqual(['connect']);
    expect(told.at(-1)).toEqual(['end']);
    expect(of(told, 'chunk')).toEqual(chunks);
    expect(told[1]?.[0]).toBe('chunk');
    const order = told.map(([name]) => name);
    expect(order.indexOf('chatCompletion')).toBeGreaterThan(order.lastIndexOf('chunk'));
    expect(order.slice(order.indexOf('chatCompletion'))).toEqual([
      'chatCompletion',
      'message',
      'finalMessage',
      'end',
    ]);
  }));

/** What can be read of the text by itself. */
function read(text: string): unknown {
  const reader = new PartialJSON();
  reader.push(text);
  return reader.value;
}

test('parsed is the value of its own moment, read at once, at the end, or in any order', () =>
  fc.assert(
    fc.asyncProperty(
      answers.filter(({ params }) => params.response_format !== undefined),
      fc.boolean(),
      async (given, backwards) => {
        const told = await eventsOf(given);
        const deltas = of(told, 'content.delta');
        const calls = of(told, 'tool_calls.function.arguments.delta').filter(
          (event) => event.name === 'strict',
        );
        if (backwards) deltas.reverse();
        for (const event of deltas) expect(event.parsed).toEqual(read(event.snapshot) ?? null);
        for (const event of deltas) expect({ ...event }.parsed).toBe(event.parsed);
        for (const event of calls) expect(event.parsed_arguments).toEqual(read(event.arguments));
      },
    ),
    { numRuns: 150 },
  ));

test('a chunk listener sees the value so far in the snapshot', async () => {
  const chunk = (delta: object, finish_reason: string | null = null): any => ({
    id: 'c',
    choices: [{ index: 0, delta, finish_reason }],
  });
  const chunks = [
    chunk({ role: 'assistant', content: '{"a":' }),
    chunk({ content: '[1,' }),
    chunk({ content: '2]}' }),
    chunk({}, 'stop'),
  ];
  const response_format = { type: 'json_schema', json_schema: { name: 'n' } };
  const seen: string[] = [];
  const stream = ChatCompletionStream.createChatCompletion(
    {
      chat: {
        completions: {
          create: async () => Stream.fromSSEResponse(eventStream(chunks), new AbortController()),
        },
      },
    },
    { model: 'm', messages: [], response_format } as never,
  );
  stream.on('chunk', (_, snapshot) => seen.push(JSON.stringify(snapshot.choices[0]?.message.parsed)));
  await stream.done();
  expect(seen).toEqual(['{}', '{"a":[1]}', '{"a":[1,2]}', '{"a":[1,2]}']);
});
