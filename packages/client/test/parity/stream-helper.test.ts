// Random answers, in random chunks, through the stream helper of both packages: the same events with the same payloads
// in the same order, and the same completion. Then what differs on purpose, one test each.
import fc from 'fast-check';
import { ChatCompletionStream as Original } from 'openai/lib/ChatCompletionStream';
import { describe, expect, test } from 'vitest';
import { ChatCompletionStream } from '../../src/streaming/chat-completion-stream.ts';
import { eventStream } from '../support/chunks.ts';
import { answer, type Answer, type Chunk } from '../support/streamed-answers.ts';
import { knownDifferences } from './known-differences.ts';
import { type Package, ours, theirs } from './packages.ts';
import { settle } from './tally.ts';

const names = [
  'connect',
  'chunk',
  'content',
  'content.delta',
  'content.done',
  'refusal.delta',
  'refusal.done',
  'tool_calls.function.arguments.delta',
  'tool_calls.function.arguments.done',
  'logprobs.content.delta',
  'logprobs.content.done',
  'logprobs.refusal.delta',
  'logprobs.refusal.done',
  'chatCompletion',
  'message',
  'functionToolCall',
  'functionToolCallResult',
  'finalChatCompletion',
  'finalMessage',
  'finalContent',
  'finalFunctionToolCall',
  'finalFunctionToolCallResult',
  'totalUsage',
  'error',
  'abort',
  'end',
] as const;

/** An event: its name, and the JSON of its payload as it was when told. */
type Event = [name: string, payload: string];

function open(from: Package, chunks: object[], params: object): ChatCompletionStream<unknown> {
  const fetch = async (): Promise<Response> => eventStream(chunks);
  const client = new from.OpenAI({ apiKey: 'k', maxRetries: 0, logLevel: 'off', fetch });
  const Helper = from === ours ? ChatCompletionStream : (Original as unknown as typeof ChatCompletionStream);
  return Helper.createChatCompletion(client, { model: 'm', messages: [], ...params });
}

/** Every event, and the completion or error at the end. Of the growing snapshots beside chunks, each eighth is kept. */
async function eventsOf(
  from: Package,
  chunks: object[],
  params: object = {},
  heard: readonly string[] = names,
): Promise<Event[]> {
  const stream = open(from, chunks, params);
  const events: Event[] = [];
  let chunk = 0;
  for (const name of heard as typeof names) {
    stream.on(name, (...args: unknown[]) => {
      const kept = name === 'chunk' && chunk++ % 8 > 0 ? args.slice(0, 1) : args;
      events.push([name, JSON.stringify(kept.map(plain))]);
    });
  }
  const final = await stream.finalChatCompletion().catch((error: unknown) => error);
  events.push(['final', JSON.stringify(plain(final))]);
  return events;
}

const plain = (value: unknown): unknown =>
  value instanceof Error ? `${value.constructor.name}: ${value.message}` : value;

/** The event with its keys in order and random ids named alike; only needed where the plain texts differ. */
function canonical([name, payload]: Event): string {
  const sorted = JSON.stringify(JSON.parse(payload), (_, inner: unknown) =>
    inner && typeof inner === 'object' && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
  return `${name} ${sorted.replace(/call_[0-9a-f]{8}-[0-9a-f-]{27}/g, 'call_<uuid>')}`;
}

function expectSame(mine: Event[], original: Event[]): void {
  const same = ([name, payload]: Event, at: number): boolean => {
    const other = original[at];
    return (
      other !== undefined &&
      name === other[0] &&
      (payload === other[1] || canonical([name, payload]) === canonical(other))
    );
  };
  const equal = mine.length === original.length && mine.every(same);
  settle(equal ? 'equal' : 'unknown');
  if (!equal) expect(mine.map(canonical)).toEqual(original.map(canonical));
}

async function both(chunks: object[], params: object = {}): Promise<[Event[], Event[]]> {
  return Promise.all([eventsOf(ours, chunks, params), eventsOf(theirs, chunks, params)]);
}

const argumentsDone = 'tool_calls.function.arguments.done';
const without = (events: Event[], name: string): Event[] => events.filter((event) => event[0] !== name);
const told = (events: Event[], name: string): any[] =>
  events.filter((event) => event[0] === name).map((event) => JSON.parse(event[1])[0]);

const together = 25;

/** Many answers at a time, as a stream mostly waits. A counterexample is reported as found: shrinking would take minutes. */
function holds(
  given: fc.Arbitrary<Answer>,
  answers: number,
  check: (given: Answer) => Promise<void>,
): Promise<void> {
  const batch = fc.array(given, { minLength: together, maxLength: together, size: 'max' });
  const property = fc.asyncProperty(batch, async (some) => void (await Promise.all(some.map(check))));
  return fc.assert(property, { numRuns: answers / together, endOnFailure: true });
}

describe('random answers', { timeout: 300_000 }, () => {
  test('give the same events and the same completion', () =>
    holds(answer({ calls: 'in turn' }), 4_000, async ({ chunks, params }) => {
      expectSame(...(await both(chunks, params)));
    }));

  test('whose calls take turns differ in when arguments are done, and in nothing else', () =>
    holds(answer({ calls: 'interleaved' }), 1_200, async ({ chunks }) => {
      const [mine, original] = await both(chunks);
      expectSame(without(mine, argumentsDone), without(original, argumentsDone));
    }));
});

/** One entry of the list: what the original does, and what ours does instead. */
function differs(
  id: string,
  chunks: object[],
  params: object,
  check: (mine: Event[], original: Event[]) => void,
): void {
  test(id, async () => {
    expect(knownDifferences.map((difference) => difference.id)).toContain(id);
    const [mine, original] = await both(chunks, params);
    settle('known');
    expect(mine.map(canonical)).not.toEqual(original.map(canonical));
    check(mine, original);
  });
}

const chunk = (delta: object, beside: object = {}): object => ({
  id: 'c',
  object: 'chat.completion.chunk',
  created: 1,
  model: 'm',
  choices: [{ index: 0, delta, finish_reason: null, ...beside }],
});
const role = chunk({ role: 'assistant', content: null });
const end = (finish_reason = 'stop'): object => chunk({}, { finish_reason });
const say = (...texts: string[]): object[] => texts.map((content) => chunk({ content }));
const call = (rest: object): object => chunk({ tool_calls: [rest] });
const opening = (index: number | undefined, id: string, name: string, text = ''): object => ({
  ...(index !== undefined && { index }),
  id,
  type: 'function',
  function: { name, arguments: text },
});
const more = (index: number, text: string): object => ({ index, function: { arguments: text } });
const format = {
  response_format: { type: 'json_schema', json_schema: { name: 'n', schema: { type: 'object' } } },
};
const strict = {
  tools: [{ type: 'function', function: { name: 'f', strict: true, parameters: { type: 'object' } } }],
};

const final = (events: Event[]): any => JSON.parse(events.at(-1)![1]);
const message = (events: Event[]): any => final(events).choices[0].message;
const failure = (events: Event[]): string => told(events, 'error')[0] ?? '';
const doneTexts = (events: Event[]): unknown[] =>
  told(events, argumentsDone).map((event) => [event.index, event.arguments]);

describe('differs on purpose:', () => {
  differs(
    'arguments-done-with-finish',
    [role, chunk({ tool_calls: [opening(0, 'a', 'f', '{}')] }, { finish_reason: 'tool_calls' })],
    {},
    (mine, original) => {
      expect(doneTexts(original)).toEqual([]);
      expect(doneTexts(mine)).toEqual([[0, '{}']]);
    },
  );

  differs(
    'arguments-delta-before-done',
    [role, chunk({ tool_calls: [opening(0, 'a', 'f', '{}'), opening(1, 'b', 'f', '{}')] }), end()],
    {},
    (mine, original) => {
      const order = (events: Event[]): unknown[] =>
        events
          .filter(([name]) => name.startsWith('tool_calls'))
          .map(([name, payload]) => `${name.split('.').at(-1)} ${JSON.parse(payload)[0].index}`);
      expect(order(original)).toEqual(['done 0', 'delta 0', 'delta 1', 'done 1']);
      expect(order(mine)).toEqual(['delta 0', 'done 0', 'delta 1', 'done 1']);
    },
  );

  const turns = [
    role,
    call(opening(0, 'a', 'f', '{"x"')),
    call(opening(1, 'b', 'f', '{"y"')),
    call(more(0, ':1}')),
    call(more(1, ':2}')),
    end(),
  ];
  differs('arguments-done-once', turns, {}, (mine, original) => {
    expect(doneTexts(original).length).toBeGreaterThan(2);
    expect(doneTexts(mine)).toEqual([
      [0, '{"x":1}'],
      [1, '{"y":2}'],
    ]);
  });
  differs('interleaved-strict-calls', turns, strict, (mine, original) => {
    expect(failure(original)).toContain('invalid structured output JSON');
    expect(message(mine).tool_calls.map((one: any) => one.function.parsed_arguments)).toEqual([
      { x: 1 },
      { y: 2 },
    ]);
  });

  differs('sparse-tool-calls', [role, call(opening(1, 'a', 'f', '{}')), end()], {}, (mine, original) => {
    expect(failure(original)).toContain('Cannot read properties');
    expect(message(mine).tool_calls).toHaveLength(1);
    expect(told(mine, argumentsDone)[0].index).toBe(1);
  });
  differs(
    'sparse-choices',
    [chunk({ role: 'assistant', content: 'a' }, { index: 2, finish_reason: 'stop' })],
    {},
    (mine, original) => {
      expect(failure(original)).not.toBe('');
      expect(final(mine).choices).toMatchObject([{ index: 2, message: { content: 'a' } }]);
    },
  );
  differs('no-index-limits', [role, call(opening(128, 'a', 'f', '{}')), end()], {}, (mine, original) => {
    expect(failure(original)).toContain('invalid tool call index: 128');
    expect(message(mine).tool_calls).toHaveLength(1);
  });
  differs(
    'missing-indices',
    [
      chunk(
        {
          role: 'assistant',
          tool_calls: [opening(undefined, 'a', 'f', '1'), opening(undefined, 'b', 'g', '2')],
        },
        { index: undefined },
      ),
      end(),
    ],
    {},
    (mine, original) => {
      expect(failure(original)).toContain('invalid choice index: undefined');
      expect(message(mine).tool_calls.map((one: any) => one.id)).toEqual(['a', 'b']);
    },
  );
  differs(
    'one-index-for-all-calls',
    [role, call(opening(0, 'a', 'f', '1')), call(opening(0, 'b', 'g', '2')), end()],
    {},
    (mine, original) => {
      expect(message(original).tool_calls).toHaveLength(1);
      expect(message(mine).tool_calls.map((one: any) => [one.id, one.function.arguments])).toEqual([
        ['a', '1'],
        ['b', '2'],
      ]);
    },
  );
  differs(
    'missing-tool-call-type',
    [role, call({ index: 0, id: 'a', function: { name: 'f', arguments: '{}' } }), end()],
    {},
    (mine, original) => {
      expect(failure(original)).toContain('missing `type`');
      expect(message(mine).tool_calls[0].type).toBe('function');
    },
  );
  differs(
    'object-arguments',
    [role, call({ ...opening(0, 'a', 'f'), function: { name: 'f', arguments: { x: 1 } } }), end()],
    {},
    (mine, original) => {
      expect(message(original).tool_calls[0].function.arguments).toContain('[object Object]');
      expect(message(mine).tool_calls[0].function.arguments).toBe('{"x":1}');
    },
  );
  differs('missing-role', [...say('a'), end()], {}, (mine, original) => {
    expect(failure(original)).toContain('missing role for choice 0');
    expect(message(mine)).toMatchObject({ role: 'assistant', content: 'a' });
  });
  differs('missing-choices', [role, { ...role, choices: null }, ...say('a'), end()], {}, (mine, original) => {
    expect(failure(original)).not.toBe('');
    expect(message(mine).content).toBe('a');
  });
  differs(
    'content-parts',
    [role, chunk({ content: [{ type: 'text', text: 'a' }] }), ...say('b'), end()],
    {},
    (mine, original) => {
      expect(message(original).content).toContain('[object Object]');
      expect(message(mine).content).toBe('ab');
    },
  );

  differs(
    'reasoning-is-joined',
    [role, chunk({ reasoning_content: 'a' }), chunk({ reasoning_content: 'b' }), end()],
    {},
    (mine, original) => {
      expect(message(original).reasoning_content).toBe('b');
      expect(message(mine).reasoning_content).toBe('ab');
    },
  );
  test('reasoning-events', async () => {
    const chunks = [role, chunk({ reasoning: 'a' }), chunk({ reasoning: 'b' }), ...say('c'), end()];
    const heard = ['reasoning.delta', 'reasoning.done', 'content.delta'];
    const [mine, original] = await Promise.all([
      eventsOf(ours, chunks, {}, heard),
      eventsOf(theirs, chunks, {}, heard),
    ]);
    settle('known');
    expect(told(original, 'reasoning.delta')).toEqual([]);
    expect(mine.slice(0, -1).map(([name]) => name)).toEqual([heard[0], heard[0], heard[1], heard[2]]);
    expect(told(mine, 'reasoning.delta')[1]).toEqual({ delta: 'b', snapshot: 'ab' });
    expect(told(mine, 'reasoning.done')).toEqual([{ reasoning: 'ab' }]);
  });
  differs('done-without-finish-reason', [role, ...say('a')], {}, (mine, original) => {
    expect(failure(original)).toContain('missing finish_reason for choice 0');
    expect(final(mine).choices[0]).toMatchObject({ finish_reason: null, message: { content: 'a' } });
  });
  differs(
    'usage-anywhere',
    [role, ...say('a'), { ...end(), x_groq: { usage: { total_tokens: 7 } } }],
    {},
    (mine, original) => {
      expect(final(original).usage).toBeUndefined();
      expect(final(mine).usage).toEqual({ total_tokens: 7 });
    },
  );
  differs(
    'repeated-arguments',
    [role, call(opening(0, 'a', 'f')), call(more(0, '{"x":1}')), call(more(0, '{"x":1}')), end()],
    {},
    (mine, original) => {
      const text = '{"x":1}';
      expect(message(original).tool_calls[0].function.arguments).toBe(text + text);
      expect(message(mine).tool_calls[0].function.arguments).toBe(text);
    },
  );
  differs(
    'null-replaces-nothing',
    [chunk({ role: 'assistant', extra: 'a' }), chunk({ extra: null }), end()],
    {},
    (mine, original) => {
      expect(message(original).extra).toBeNull();
      expect(message(mine).extra).toBe('a');
    },
  );
  differs(
    'usage-without-id',
    [role, ...say('a'), end(), { ...role, id: '', choices: [], usage: { total_tokens: 1 } }],
    {},
    (mine, original) => {
      expect(final(original).usage).toBeUndefined();
      expect(final(mine).usage).toEqual({ total_tokens: 1 });
    },
  );
  const counted = (usage: object): object[] => [role, ...say('a'), end(), { ...role, choices: [], usage }];
  differs('missing-token-counts', counted({ completion_tokens: 4 }), {}, (mine, original) => {
    expect(told(original, 'totalUsage')[0]).toMatchObject({ completion_tokens: 4, total_tokens: null });
    expect(told(mine, 'totalUsage')[0]).toMatchObject({ completion_tokens: 4, total_tokens: 0 });
  });
  test('details of usage without numbers are empty in the sum', async () => {
    const counts = { completion_tokens: 1, prompt_tokens: 2, total_tokens: 3 };
    for (const details of [{}, { reasoning_tokens: null, kind: 'x' }, null])
      expectSame(...(await both(counted({ ...counts, completion_tokens_details: details }))));
  });
  differs(
    'provider-fields-are-kept',
    [
      chunk({ role: 'assistant', extra: 1, function_call: { name: 'f', arguments: '{}' } }),
      end('function_call'),
    ],
    {},
    (mine, original) => {
      expect(message(original)).not.toHaveProperty('extra');
      expect(message(mine).extra).toBe(1);
    },
  );
  differs(
    'done-after-all-text',
    [
      chunk({ role: 'assistant', content: 'a' }, { finish_reason: 'stop' }),
      chunk({ content: 'b' }, { finish_reason: 'stop' }),
    ],
    {},
    (mine, original) => {
      expect(told(original, 'content.done').map((event) => event.content)).toEqual(['a']);
      expect(told(mine, 'content.done').map((event) => event.content)).toEqual(['ab']);
    },
  );

  const long = JSON.stringify({ text: 'x'.repeat(3_000) }).match(/.{1,4}/g)!;
  differs('parsed-on-every-delta', [role, ...say(...long), end()], format, (mine, original) => {
    const empty = (events: Event[]): number =>
      told(events, 'content.delta').filter((event) => event.parsed === null).length;
    expect(empty(original)).toBeGreaterThan(300);
    expect(empty(mine)).toBe(0);
  });
  differs(
    'parsed-keeps-trailing-space',
    [role, ...say('{"a":"x ', 'y"}'), end()],
    format,
    (mine, original) => {
      expect(told(original, 'content.delta')[0].parsed).toEqual({ a: 'x' });
      expect(told(mine, 'content.delta')[0].parsed).toEqual({ a: 'x ' });
    },
  );
  differs('unreadable-prefix', [role, ...say('-', '1'), end()], format, (mine, original) => {
    expect(failure(original)).toContain('invalid structured output JSON');
    expect(told(mine, 'content.delta').map((event) => event.parsed)).toEqual([null, -1]);
  });
  differs('prose-fails-at-the-end', [role, ...say('Sorry', ', no'), end()], format, (mine, original) => {
    expect(failure(original)).toBe(failure(mine));
    expect(told(original, 'content.delta')).toEqual([]);
    expect(told(mine, 'content.delta').map((event) => event.snapshot)).toEqual(['Sorry', 'Sorry, no']);
  });
  const deep = '['.repeat(200) + ']'.repeat(200);
  differs('no-structured-limits', [role, ...say(deep), end()], format, (mine, original) => {
    expect(failure(original)).toContain('nesting depth limit');
    expect(message(mine).parsed).toEqual(JSON.parse(deep));
  });
  differs(
    'tool-call-identity',
    [role, call(opening(0, 'a', 'f', '{}')), call({ index: 0, function: { name: 'g' } }), end()],
    strict,
    (mine, original) => {
      expect(failure(original)).toContain('changed tool call identity');
      expect(message(mine).tool_calls[0].function.name).toBe('g');
    },
  );

  differs(
    'names-in-pieces',
    [
      role,
      call(opening(0, 'a', 'get_', '')),
      call({ index: 0, function: { name: 'f', arguments: '{}' } }),
      end(),
    ],
    { tools: [{ type: 'function', function: { name: 'get_f' } }] },
    (mine, original) => {
      expect(message(original).tool_calls[0].function.name).toBe('f');
      expect(message(mine).tool_calls[0].function.name).toBe('get_f');
    },
  );

  test('chunks-never-change', async () => {
    const given = [
      role,
      chunk({ function_call: { name: 'f', arguments: '{' } }),
      chunk({ function_call: { arguments: '}' } }),
      end('function_call'),
    ];
    const received = async (from: Package): Promise<unknown> => {
      const chunks: Chunk[] = [];
      await open(from, given, {})
        .on('chunk', (one) => chunks.push(one))
        .done();
      return chunks[1]?.choices[0]?.delta.function_call?.arguments;
    };
    expect([await received(ours), await received(theirs)]).toEqual(['{', '{}']);
  });

  test('emitted-settles', async () => {
    const outcome = async (from: Package): Promise<unknown> => {
      const stream = open(from, [role, ...say('a'), end()], {});
      const refused = stream.emitted('refusal.done').then(
        () => 'resolved',
        (error: Error) => error.message,
      );
      await stream.done();
      return Promise.race([refused, new Promise((resolve) => setTimeout(resolve, 20, 'pending'))]);
    };
    expect(await outcome(ours)).toBe("stream ended without emitting 'refusal.done'");
    expect(await outcome(theirs)).toBe('pending');
  });

  test('slow-iterators', async () => {
    const many = Array.from({ length: 5_000 }, () => say('a')[0]!);
    const count = async (from: Package): Promise<unknown> => {
      const stream = open(from, [role, ...many, end()], {});
      stream.on('error', () => {});
      const iterator = stream[Symbol.asyncIterator]();
      await stream.done().catch(() => {});
      let items = 0;
      try {
        while (!(await iterator.next()).done) items += 1;
        return items;
      } catch (error) {
        return (error as Error).message;
      }
    };
    expect(await count(ours)).toBe(5_002);
    expect(await count(theirs)).toContain('buffer limit exceeded');
  });

  test('unhandled-failures', async () => {
    const unhandled = async (from: Package): Promise<number> => {
      let count = 0;
      const listeners = process.listeners('unhandledRejection');
      process.removeAllListeners('unhandledRejection').on('unhandledRejection', () => (count += 1));
      const stream = open(from, [role], {}).on('content', () => {});
      await new Promise<void>((resolve) => void stream.on('end', resolve));
      await new Promise((resolve) => setTimeout(resolve, 20));
      process.removeAllListeners('unhandledRejection');
      for (const listener of listeners) process.on('unhandledRejection', listener);
      return count;
    };
    expect([await unhandled(ours), await unhandled(theirs)]).toEqual([0, 1]);
  });
});
