// What holds for every run of tools, whatever the model calls and however the tools behave.
import { getEventListeners } from 'node:events';
import fc from 'fast-check';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { z } from 'zod';
import { growth, linear } from '../../../../test/growth.ts';
import { standardFunction } from '../../src/helpers/standard-schema.ts';
import { zodFunction } from '../../src/helpers/zod.ts';
import { OpenAI } from '../../src/entries/index.ts';
import { ChatCompletionRunner } from '../../src/tools/runner.ts';
import { ChatCompletionStreamingRunner } from '../../src/tools/streaming-runner.ts';
import {
  chunksOf,
  completionOf,
  customCall,
  functionCall,
  line,
  type Script,
  tell,
  type Told,
  tool,
  type Turn,
} from '../support/tool-runs.ts';

type Fields = Record<string, any>;

const run = (script: Script): Promise<Told> => tell(OpenAI, script);
const ticks = async (count: number): Promise<void> => {
  for (let at = 0; at < count; at++) await new Promise((resolve) => setImmediate(resolve));
};
const idOf = ({ id }: Fields): string => id;

/** Turns whose calls have ids of their own; `n` is what a call is asked to do. */
const turns = (most: number): fc.Arbitrary<Turn[]> =>
  fc
    .array(
      fc.array(
        fc.record({
          n: fc.nat(5),
          name: fc.constantFrom('read', 'raw', 'custom', 'nobody'),
          broken: fc.boolean(),
        }),
        { minLength: 1, maxLength: 4 },
      ),
      { minLength: 1, maxLength: most },
    )
    .map((turns) =>
      turns.map((calls, at) => ({
        content: at % 2 ? `turn ${at}` : null,
        calls: calls.map(({ n, name, broken }, place) => {
          const id = `id_${at}_${place}`;
          const text = broken && name === 'read' ? '{"n"' : `{"n":${n}}`;
          return name === 'custom' ? customCall(name, text, id) : functionCall(name, text, id);
        }),
      })),
    );

const numbered = (act: (n: number, context: Fields) => unknown): Fields[] => {
  const text = (args: string, _: unknown, __: unknown, context: Fields): unknown =>
    act(JSON.parse(args).n, context);
  return [
    tool('read', ({ n }: Fields, _, __, context) => act(n, context), { parse: JSON.parse }),
    tool('raw', text),
    { type: 'custom', custom: { name: 'custom', function: text } },
  ];
};

describe('calls of one reply', () => {
  const plan = fc.record({
    waits: fc.array(fc.nat(4), { minLength: 1, maxLength: 7 }),
    toolConcurrency: fc.option(fc.integer({ min: 1, max: 8 }), { nil: undefined }),
    streaming: fc.boolean(),
  });

  it('begin in order, as many at once as allowed and never more, and are answered in order', async () => {
    const check = fc.asyncProperty(plan, async ({ waits, toolConcurrency, streaming }) => {
      const begun: number[] = [];
      let running = 0;
      let peak = 0;
      const work = async (at: number): Promise<number> => {
        begun.push(at);
        peak = Math.max(peak, ++running);
        await ticks(1 + waits[at]!);
        running--;
        return at;
      };
      const { messages } = await run({
        streaming,
        replies: [
          { calls: waits.map((_, at) => functionCall('work', `${at}`, `id_${at}`)) },
          { content: 'done' },
        ],
        tools: () => [tool('work', (at: string) => work(Number(at)))],
        options: () => ({ toolConcurrency }),
      });
      const places = waits.map((_, at) => at);
      expect(begun).toEqual(places);
      expect(peak).toBe(Math.min(toolConcurrency ?? Infinity, waits.length));
      expect(messages.slice(2, -1)).toEqual(
        places.map((at) => line({ role: 'tool', tool_call_id: `id_${at}`, content: `${at}` })),
      );
    });
    await fc.assert(check, { numRuns: 120 });
  });

  const ends = fc.record({
    turns: turns(3),
    streaming: fc.boolean(),
    inTurn: fc.boolean(),
    onToolError: fc.constantFrom('throw', 'report'),
    toolConcurrency: fc.constantFrom(undefined, 1, 2),
    abortAt: fc.option(fc.nat(8)),
    verdicts: fc.array(fc.constantFrom('approve', 'approve', 'pause', 'refuse', 'throw'), { maxLength: 6 }),
  });

  it('have one answer each when the run ends, or none and are pending', async () => {
    const reasons = new Set<unknown>();
    const check = fc.asyncProperty(ends, async ({ turns, streaming, inTurn, abortAt, verdicts, ...rest }) => {
      let called = 0;
      let asked = 0;
      const { runner } = await run({
        streaming,
        replies: [...turns, { content: 'done' }],
        tools: (_, stop) =>
          numbered(async (n) => {
            if (called++ === abortAt) stop.signal.abort('enough');
            await ticks(n % 3);
            if (n === 5) throw new Error('five');
            return n === 4 ? undefined : n;
          }),
        params: inTurn ? { parallel_tool_calls: false } : {},
        options: () => ({
          ...rest,
          toolTimeout: 60_000,
          approveToolCall: async () => {
            const verdict = verdicts[asked++] ?? 'approve';
            if (verdict === 'throw') throw new Error('nobody to ask');
            return verdict === 'refuse' ? { refuse: 'no' } : verdict;
          },
        }),
      });
      reasons.add(runner.stopReason);
      const replies = runner.messages.filter((message: Fields) => message['tool_calls']);
      const answers = runner.messages.filter((message: Fields) => message['role'] === 'tool');
      const calls = replies.flatMap((message: Fields) => message['tool_calls'].map(idOf));
      const pending = runner.pendingToolCalls.map(idOf);
      const answered = answers.map((message: Fields) => message['tool_call_id']);
      expect([...answered, ...pending].toSorted()).toEqual(calls.toSorted());
      for (const { content } of answers) expect(content).toBeTypeOf('string');
      const last = replies.at(-1)?.tool_calls.map(idOf) ?? [];
      for (const id of pending) expect(last).toContain(id);
      if (runner.stopReason === 'stop') expect(pending).toEqual([]);
      if (runner.stopReason === 'paused') expect(pending).not.toEqual([]);
    });
    await fc.assert(check, { numRuns: 250 });
    expect([...reasons].toSorted()).toEqual(['aborted', 'paused', 'stop', null].toSorted());
  });
});

describe('a run that was paused', () => {
  const plan = fc.record({
    turns: turns(3),
    streaming: fc.boolean(),
    inTurn: fc.boolean(),
    paused: fc.array(fc.constantFrom('id_0_0', 'id_0_1', 'id_0_3', 'id_1_0', 'id_1_2', 'id_2_1'), {
      minLength: 1,
      maxLength: 4,
    }),
  });

  it('goes on from its saved messages to the conversation it would have been', async () => {
    let pauses = 0;
    const check = fc.asyncProperty(plan, async ({ turns, streaming, inTurn, paused }) => {
      const replies = [...turns, { content: 'done' }];
      const ran: string[] = [];
      const script = (rest: Turn[], messages: unknown, waiting: Set<string>): Script => ({
        streaming,
        replies: rest,
        tools: () =>
          numbered((n, { toolCall }) => {
            ran.push(toolCall.id);
            return n;
          }),
        params: { ...(messages ? { messages } : {}), ...(inTurn && { parallel_tool_calls: false }) },
        options: () => ({
          // A call waits once; whoever decides it starts the next run.
          approveToolCall: ({ id }: Fields) => (waiting.delete(id) ? 'pause' : 'approve'),
        }),
      });
      const whole = await run(script(replies, undefined, new Set()));
      const once = ran.splice(0);

      const waiting = new Set(paused);
      let rest: Turn[] = replies;
      let part = await run(script(rest, undefined, waiting));
      while (part.runner.stopReason === 'paused') {
        pauses += 1;
        rest = rest.slice(part.sent.length);
        const saved = JSON.parse(JSON.stringify(part.runner.messages)) as unknown;
        part = await run(script(rest, saved, waiting));
      }
      expect(part.runner.stopReason).toBe('stop');
      expect(part.messages).toEqual(whole.messages);
      expect(part.sent.at(-1)).toEqual(whole.sent.at(-1));
      expect(ran.toSorted()).toEqual(once.toSorted());
    });
    await fc.assert(check, { numRuns: 150 });
    expect(pauses).toBeGreaterThan(50);
  });

  it('tells what waits, and takes an answer that somebody else adds', async () => {
    const first = await run({
      replies: [{ calls: [functionCall('ask'), functionCall('know')] }],
      tools: () => [tool('ask', undefined as never), tool('know', () => 42)],
    });
    expect(first.runner.stopReason).toBe('paused');
    expect(first.runner.pendingToolCalls.map(idOf)).toEqual(['id_ask']);
    const messages = [...first.runner.messages, { role: 'tool', tool_call_id: 'id_ask', content: 'yes' }];
    const second = await run({ replies: [{ content: 'done' }], tools: () => [], params: { messages } });
    expect(second.runner.stopReason).toBe('stop');
    expect(second.sent[0]!['messages'].slice(2).map((message: Fields) => message['content'])).toEqual([
      '42',
      'yes',
    ]);
  });
});

describe('why a run ended', () => {
  const calls = { calls: [functionCall('a')] };
  const cases: Record<string, [reason: string | null, script: Partial<Script>]> = {
    'the model is done': ['stop', { replies: [calls, { content: 'x' }] }],
    'the limit is reached': [
      'max_completions',
      { replies: [calls], options: () => ({ maxChatCompletions: 1 }) },
    ],
    'the forced function was called': [
      'tool_choice',
      { replies: [calls], params: { tool_choice: { type: 'function', function: { name: 'a' } } } },
    ],
    'the forced custom tool was called': [
      'tool_choice',
      {
        replies: [{ calls: [customCall('c', 'x')] }],
        params: { tool_choice: { type: 'custom', custom: { name: 'c' } } },
        tools: () => [{ type: 'custom', custom: { name: 'c', function: () => 'ran' } }],
      },
    ],
    'a call waits': ['paused', { replies: [calls], options: () => ({ approveToolCall: () => 'pause' }) }],
    'it was aborted': [
      'aborted',
      { replies: [calls], watch: (runner) => runner.once('message', () => runner.abort()) },
    ],
    'it was aborted before': ['aborted', { replies: [calls], watch: (runner) => runner.abort() }],
    'it failed': [null, { replies: [new Error('network')] }],
    'the answer broke off': [null, { replies: [{ ...calls, finish: 'error' }] }],
  };
  for (const [name, [reason, script]] of Object.entries(cases)) {
    for (const streaming of [false, true]) {
      it(`is ${reason} when ${name}${streaming ? ', streamed' : ''}`, async () => {
        const { runner } = await run({
          replies: [],
          tools: () => [tool('a', () => 'r')],
          streaming,
          ...script,
        });
        expect(runner.stopReason).toBe(reason);
      });
    }
  }
});

describe('an answer that broke off', () => {
  for (const finish of ['error', 'model_length', 'insufficient_system_resource'])
    for (const streaming of [false, true])
      it(`with ${finish} runs no calls, for their arguments may go on${streaming ? ', streamed' : ''}`, async () => {
        const ran: unknown[] = [];
        const { runner } = await run({
          replies: [{ calls: [functionCall('a', '{"path":"/"}')], finish }, { content: 'x' }],
          tools: () => [tool('a', (args) => ran.push(args))],
          streaming,
        });
        expect(ran).toEqual([]);
        await expect(runner.done()).rejects.toThrow(`The response was cut off (${finish})`);
      });
});

describe('a tool that takes too long', () => {
  const never = (seen: AbortSignal[]): Fields =>
    tool('a', (_, __, ___, { signal }: Fields) => {
      seen.push(signal as AbortSignal);
      return new Promise(() => {});
    });
  const message = 'The tool "a" did not return within 5 ms';

  for (const streaming of [false, true]) {
    it(`does not keep the run${streaming ? ', streamed' : ''}`, async () => {
      const seen: AbortSignal[] = [];
      const told = await run({
        streaming,
        replies: [{ calls: [functionCall('a'), functionCall('b')] }],
        tools: () => [never(seen), tool('b', () => 'quick')],
        options: () => ({ toolTimeout: 5 }),
      });
      expect(told.final['done']).toBe(`threw OpenAIError: ${message}`);
      expect(told.messages.at(-1)).toContain('quick');
      expect(seen[0]!.reason.message).toBe(message);
    });
  }

  it('may be made by a schema helper, with a time of its own that is not sent', async () => {
    const options = {
      name: 'a',
      parameters: z.object({}),
      function: () => new Promise(() => {}),
      toolTimeout: 5,
    };
    for (const made of [zodFunction(options), standardFunction(options)]) {
      const told = await run({
        replies: [{ calls: [functionCall('a')] }],
        tools: () => [made],
        options: () => ({ toolTimeout: 60_000 }),
      });
      expect(told.final['done']).toBe(`threw OpenAIError: ${message}`);
      expect(JSON.stringify([made, told.sent])).not.toContain('toolTimeout');
    }
  });

  it('is told to the model if errors are', async () => {
    const told = await run({
      replies: [{ calls: [functionCall('a')] }, { content: 'sorry' }],
      tools: () => [never([])],
      options: () => ({ toolTimeout: 5, onToolError: 'report' }),
    });
    expect(told.messages[2]).toBe(line({ role: 'tool', tool_call_id: 'id_a', content: message }));
    expect(told.runner.stopReason).toBe('stop');
  });

  it('may have more time than the others, and may fail late without harm', async () => {
    const unhandled: unknown[] = [];
    const listener = (error: unknown): number => unhandled.push(error);
    process.on('unhandledRejection', listener);
    const late = (ms: number): Promise<string> => new Promise((resolve) => setTimeout(resolve, ms, 'late'));
    const told = await run({
      replies: [{ calls: [functionCall('slow'), functionCall('fails')] }, { content: 'x' }],
      tools: () => [
        tool('slow', () => late(25), { toolTimeout: 60_000 }),
        tool('fails', () => late(15).then(() => Promise.reject(new Error('too late')))),
      ],
      options: () => ({ toolTimeout: 5, onToolError: 'report' }),
    });
    await late(20);
    process.off('unhandledRejection', listener);
    expect(told.messages[2]).toContain('late');
    expect(told.messages[3]).toContain('did not return within 5 ms');
    expect(told.sent[0]!['tools'][0]).not.toHaveProperty('function.toolTimeout');
    expect(unhandled).toEqual([]);
  });
});

describe('after a run', () => {
  /** Timers of a second or more that were set and neither fired nor cleared. */
  const set = vi.spyOn(globalThis, 'setTimeout');
  const cleared = vi.spyOn(globalThis, 'clearTimeout');
  const openTimers = (): number => {
    const gone = new Set(cleared.mock.calls.map(([timer]) => timer));
    const long = set.mock.results.filter((_, at) => Number(set.mock.calls[at]![1]) >= 1_000);
    return long.filter(({ value }) => !gone.has(value)).length;
  };
  afterAll(() => vi.restoreAllMocks());

  it('no timer of it is left, and no listener on the signal of the caller', async () => {
    const check = fc.asyncProperty(
      fc.boolean(),
      turns(2),
      fc.boolean(),
      async (streaming, replies, fails) => {
        let signal: AbortSignal | undefined;
        set.mockClear();
        cleared.mockClear();
        const { runner } = await run({
          streaming,
          replies: [...replies, { content: 'done' }],
          tools: () =>
            numbered((n, { signal }) => {
              expect(signal).toBeInstanceOf(AbortSignal);
              if (fails && n === 3) throw new Error('three');
              return n;
            }),
          options: (_, stop) => {
            signal = stop.signal.signal;
            return { toolTimeout: 60_000 };
          },
        });
        await ticks(2);
        expect(getEventListeners(signal!, 'abort')).toEqual([]);
        // Bodies that were read are followed by one listener until they are collected.
        expect(getEventListeners(runner.controller.signal, 'abort').length).toBeLessThanOrEqual(
          streaming ? 1 : 0,
        );
        expect(set.mock.calls.length).toBeGreaterThan(replies.length);
        expect(openTimers()).toBe(0);
      },
    );
    await fc.assert(check, { numRuns: 60 });
  });
});

describe('many calls at once', () => {
  it('do not make the platform warn of a leak', async () => {
    const warnings: Error[] = [];
    const listener = (warning: Error): number => warnings.push(warning);
    process.on('warning', listener);
    await run({
      replies: [
        { calls: Array.from({ length: 40 }, (_, at) => functionCall('a', '{}', `id_${at}`)) },
        { content: 'x' },
      ],
      tools: () => [tool('a', () => ticks(1))],
      options: () => ({ toolTimeout: 60_000 }),
    });
    await ticks(2);
    process.off('warning', listener);
    expect(warnings).toEqual([]);
  });
});

describe('growth', () => {
  /** The length of all bodies of a run of so many turns. */
  async function lengthOf(count: number, streaming: boolean): Promise<number> {
    let length = 0;
    let turn = 0;
    const create = async (body: unknown): Promise<any> => {
      length += JSON.stringify(body).length;
      const reply: Turn =
        turn++ < count
          ? {
              content: 'thinking',
              calls: [functionCall('a', '{"q":1}', `id_${turn}`)],
              usage: { total_tokens: 1 },
            }
          : { content: 'done' };
      return streaming
        ? (async function* () {
            yield* chunksOf(reply);
          })()
        : completionOf(reply);
    };
    const client = { chat: { completions: { create } } };
    const params: any = {
      model: 'm',
      messages: [{ role: 'user', content: 'go' }],
      tools: [tool('a', () => 'a result')],
    };
    const Runner = streaming ? ChatCompletionStreamingRunner : ChatCompletionRunner;
    const runner: any = Runner.runTools(client as never, params, { maxChatCompletions: count + 1 });
    let events = 0;
    runner.on('functionToolCallResult', () => events++);
    await runner.finalFunctionToolCallResult();
    expect(events).toBe(count);
    return length;
  }

  for (const streaming of [false, true]) {
    it(`a run of more turns costs no more than its bodies grow${streaming ? ', streamed' : ''}`, async () => {
      const factor = Math.round((await lengthOf(320, streaming)) / (await lengthOf(160, streaming)));
      expect(factor).toBe(4);
      expect(await growth((turns) => lengthOf(turns, streaming), 160, { factor })).toBeLessThan(linear);
    });
  }
});
