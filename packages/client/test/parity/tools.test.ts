// Tool runs, scripted and random, through both packages and both runners: the same requests, calls, events, messages
// and final values, in the same order.
import fc from 'fast-check';
import { ChatCompletionStreamingRunner as Original } from 'openai/lib/ChatCompletionStreamingRunner';
import { zodFunction as originalZodFunction } from 'openai/helpers/zod';
import { ParsingToolFunction as OriginalParsing } from 'openai/lib/RunnableFunction';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { zodFunction } from '../../src/helpers/zod.ts';
import { ParsingToolFunction } from '../../src/tools/runnable.ts';
import { ChatCompletionStreamingRunner } from '../../src/tools/streaming-runner.ts';
import {
  customCall,
  eventNames,
  functionCall,
  line,
  type Log,
  type Script,
  type Stop,
  tell,
  tool,
  type Turn,
} from '../support/tool-runs.ts';
import { differs, expectSame, same } from './compare.ts';
import { ours, type Package } from './packages.ts';

type Fields = Record<string, any>;
type Made = Script | ((from: Package) => Script);

const runners = [false, true];
const nameOf = (name: string, streaming: boolean): string => (streaming ? `${name}, streamed` : name);

async function outcome(from: Package, made: Made, streaming: boolean): Promise<Fields> {
  const script = typeof made === 'function' ? made(from) : made;
  const { log, final, messages } = await tell(from.OpenAI, { streaming, ...script });
  return { log, final, messages };
}

function sameRun(name: string, made: Made): void {
  for (const streaming of runners) same(nameOf(name, streaming), (from) => outcome(from, made, streaming));
}

function differentRun(
  id: string,
  name: string,
  made: Made,
  check: (mine: Fields, theirs: Fields) => void,
): void {
  for (const streaming of runners)
    differs(id, nameOf(name, streaming), (from) => outcome(from, made, streaming), check);
}

const zod = (from: Package): typeof zodFunction =>
  from === ours ? zodFunction : (originalZodFunction as unknown as typeof zodFunction);

/** A tool that writes down how it was called, and gives its name. */
const echo = (log: Log, name: string, more: Fields = {}): Fields =>
  tool(
    name,
    async (args: unknown, runner: any, toolContext: unknown) => {
      log(`call ${name} ${line(args)} ${line(toolContext)} of ${runner.messages.length}`);
      return `answer of ${name}`;
    },
    more,
  );
const failing = (log: Log, name: string, error: unknown): Fields =>
  tool(name, async () => {
    log(`call ${name}`);
    throw error;
  });
const ab = (log: Log): Fields[] => [echo(log, 'a'), echo(log, 'b')];
const forcedA = { tool_choice: { type: 'function', function: { name: 'a' } } };
const usage = (tokens: number): Fields => ({
  prompt_tokens: tokens,
  completion_tokens: 2,
  total_tokens: tokens + 2,
  completion_tokens_details: { reasoning_tokens: 1, audio_tokens: tokens },
});
const done: Turn = { content: 'all done' };

describe('a run', () => {
  sameRun('answers calls until there are none', {
    replies: [
      { calls: [functionCall('a'), functionCall('b', '{"x":1}')], usage: usage(3) },
      { content: 'still thinking', calls: [functionCall('a', '{"y":2}', 'id_2')], usage: usage(5) },
      { ...done, usage: usage(7) },
    ],
    tools: ab,
  });
  sameRun('without tools is one request', { replies: [done], tools: () => [] });
  sameRun('passes tools of other kinds on', {
    replies: [done],
    tools: (log) => [echo(log, 'a'), { type: 'web_search', size: 1 }],
  });
  sameRun('sends neither callbacks nor unknown fields of functions', {
    replies: [{ calls: [functionCall('getTime')] }, done],
    tools: () => [
      {
        type: 'function',
        function: {
          function: function getTime() {},
          parameters: {},
          description: 'd',
          strict: false,
          more: 1,
        },
      },
    ],
  });
  sameRun('calls the last of two tools with one name', {
    replies: [{ calls: [functionCall('a')] }, done],
    tools: () => [tool('a', () => 'first'), tool('a', () => 'second')],
  });
  sameRun('gives tools their context and their definition as this', {
    replies: [{ calls: [functionCall('a', '{"q":1}')] }, done],
    params: { toolContext: { database: 'db' } },
    tools: (log) => [
      tool(
        'a',
        function (this: Fields, args: unknown, _: unknown, context: unknown) {
          return [Object.keys(this), args, context];
        },
        {
          parse(this: Fields, text: string) {
            log(`parse ${Object.keys(this)} ${text}`);
            return Promise.resolve({ parsed: text });
          },
        },
      ),
    ],
  });
  sameRun('names calls that came without an id', {
    replies: [
      {
        calls: [functionCall('a', '{}', ''), { type: 'function', function: { name: 'b', arguments: '{}' } }],
      },
      done,
    ],
    tools: ab,
  });
  sameRun('runs calls whatever the reply says it ended with', {
    replies: [{ calls: [functionCall('a')], finish: 'stop' }, done],
    tools: ab,
  });
  sameRun('does not run the functions of old', {
    replies: [{ message: { function_call: { name: 'a', arguments: '{}' } }, finish: 'function_call' }, done],
    tools: ab,
  });
  for (const finish of ['length', 'content_filter']) {
    sameRun(`fails when a reply ends with ${finish}`, { replies: [{ content: 'x', finish }], tools: ab });
    sameRun(`runs no call of a reply that ends with ${finish}`, {
      replies: [{ content: 'x', calls: [functionCall('a')], finish }, done],
      tools: ab,
    });
    sameRun(`fails a second reply that ends with ${finish}`, {
      replies: [{ calls: [functionCall('a')] }, { content: 'x', finish }],
      tools: (log) => [echo(log, 'a', { strict: true })],
    });
  }
  sameRun('reads the format of the last reply', {
    replies: [{ calls: [functionCall('a')] }, { content: '{"q":[1]}' }],
    tools: ab,
    params: { response_format: { type: 'json_schema', json_schema: { name: 'x', schema: {} } } },
  });
  sameRun('fails on a last reply that is not in its format', {
    replies: [{ calls: [functionCall('a')] }, { content: '{"q":' }],
    tools: ab,
    params: { response_format: { type: 'json_schema', json_schema: { name: 'x', schema: {} } } },
  });
  same('fails on a reply without choices', (from) =>
    outcome(
      from,
      { replies: [{ id: 'x', object: 'chat.completion', created: 1, model: 'm', choices: [] }], tools: ab },
      false,
    ),
  );
  sameRun('fails when a request does', {
    replies: [{ calls: [functionCall('a')] }, new TypeError('network')],
    tools: ab,
  });
  sameRun('begins with the messages given, as they may be sent', {
    replies: [done],
    tools: ab,
    params: {
      messages: [
        { role: 'system', content: 's', more: 1 },
        {
          role: 'assistant',
          content: 'q',
          name: 'n',
          tool_calls: [
            {
              ...functionCall('b', '{}', 'id_0'),
              function: { name: 'b', arguments: '{}', parsed_arguments: {} },
            },
            customCall('c', 'in'),
          ],
          audio: { id: 'audio_1', data: 'AA' },
          function_call: null,
          refusal: null,
          annotations: [],
          parsed: { a: 1 },
        },
        { role: 'tool', tool_call_id: 'id_0', content: 'r' },
        { role: 'tool', tool_call_id: 'id_c', content: [{ type: 'text', text: 'r' }] },
        { role: 'assistant', content: 'q', tool_calls: undefined, audio: undefined },
        { role: 'assistant', content: 'q', tool_calls: [] },
      ],
    },
  });
  sameRun('fails without messages', { replies: [done], tools: ab, params: { messages: undefined } });
  differentRun(
    'provider-fields',
    'sends back what the provider added',
    {
      replies: [
        {
          calls: [{ ...functionCall('a'), extra_content: { google: { thought_signature: 'sig' } } }],
          message: { reasoning_content: 'hm', annotations: [] },
        },
        done,
      ],
      tools: ab,
    },
    (mine, theirs) => {
      const second = (told: Fields): string =>
        told['log'].filter((text: string) => text.startsWith('request'))[1];
      expect(second(mine)).toContain('"extra_content":{"google":{"thought_signature":"sig"}}');
      expect(second(mine)).toContain('"reasoning_content":"hm"');
      expect(second(mine)).not.toMatch(/annotations|parsed/);
      expect(second(theirs)).not.toMatch(/thought_signature|reasoning/);
    },
  );
  differentRun(
    'pending-calls',
    'begins with the calls nobody answered',
    {
      replies: [done],
      tools: ab,
      params: { messages: [{ role: 'assistant', content: null, tool_calls: [functionCall('a')] }] },
    },
    (mine, theirs) => {
      expect(mine['log'][0]).toMatch(/^call a/);
      expect(theirs['log'][0]).toMatch(/^request/);
      expect(mine['messages'][1]).toContain('answer of a');
    },
  );
  const nulls: Record<string, Fields> = {
    tool_choice: { tool_choice: null },
    tool_calls: { messages: [{ role: 'assistant', content: 'q', tool_calls: null }] },
  };
  for (const [name, params] of Object.entries(nulls)) {
    differentRun(
      'null-fields',
      `takes a null ${name}`,
      { replies: [done], tools: ab, params },
      (mine, theirs) => {
        expect(mine['final'].finalContent).toBe('"all done"');
        expect(theirs['final'].finalContent).toContain('Cannot read properties of null');
      },
    );
  }
  const unusable: Record<string, [unknown, string]> = {
    'no list of tools': [undefined, 'runTools() needs a list of tools, got undefined'],
    'a function without a name': [
      [
        tool(
          '',
          (
            () => () =>
              1
          )(),
        ),
      ],
      'missing tools[0].function.name',
    ],
    'what is no tool': [[tool('a', () => 1), undefined], 'missing tools[1]'],
    'a function without its definition': [[{ type: 'function', name: 'a' }], 'missing tools[0].function'],
    'a custom tool without its definition': [[{ type: 'custom' }], 'missing tools[0].custom'],
    'a custom tool without a name': [[{ type: 'custom', custom: {} }], 'missing tools[0].custom.name'],
    'what cannot be called': [[tool('a', 'text' as never)], 'tools[0].function.function is no function'],
    'what cannot parse': [[tool('a', () => 1, { parse: {} })], 'tools[0].function.parse is no function'],
  };
  for (const [name, [tools, message]] of Object.entries(unusable)) {
    differentRun('unusable-tools', `refuses ${name}`, { replies: [done], tools: () => tools }, (mine) => {
      expect(mine['log']).toEqual([`error OpenAIError: ${message}`, 'end ']);
    });
  }
});

describe('one call', () => {
  const oneCall = (name: string, ...tools: Fields[]): Script => ({
    replies: [{ calls: [functionCall(name)] }, done],
    tools: () => tools,
  });
  for (const name of ['nobody', '__proto__', 'toString', 'constructor', ''])
    sameRun(`of the unknown tool ${JSON.stringify(name)} is told to the model`, {
      replies: [{ calls: [functionCall(name, '{}', 'id')] }, done],
      tools: ab,
    });
  sameRun('of a tool named __proto__ is run', {
    replies: [{ calls: [functionCall('__proto__')] }, done],
    tools: (log) => [echo(log, '__proto__')],
  });
  const results: Record<string, unknown> = {
    text: 'text',
    'empty text': '',
    undefined,
    null: null,
    'a number': 5,
    NaN,
    false: false,
    'an object': { a: [1, { b: null }] },
    'content parts': [{ type: 'text', text: 'x' }],
    'a date': new Date(0),
    'a map': new Map([[1, 2]]),
    'an error': new Error('given, not thrown'),
    'an object with toJSON': { toJSON: () => ({ as: 'json' }) },
  };
  for (const [name, result] of Object.entries(results))
    sameRun(
      `that gives ${name} is answered`,
      oneCall(
        'a',
        tool('a', () => result),
      ),
    );
  const cycle: Fields = {};
  cycle['self'] = cycle;
  for (const [name, result] of Object.entries({ 'a bigint': 1n }))
    sameRun(
      `that gives ${name} fails the run`,
      oneCall(
        'a',
        tool('a', () => result),
      ),
    );
  for (const streaming of runners)
    same(nameOf('that gives a cycle fails the run', streaming), async (from) => {
      const { log } = await outcome(
        from,
        oneCall(
          'a',
          tool('a', () => cycle),
        ),
        streaming,
      );
      return log.at(-2).split('\n')[0];
    });
  for (const result of [() => 1, Symbol('s')])
    differentRun(
      'unwritable-results',
      `that gives a ${typeof result} is answered with its text`,
      oneCall(
        'a',
        tool('a', () => result),
      ),
      (mine, theirs) => {
        expect(mine['messages'][2]).toBe(
          line({ role: 'tool', tool_call_id: 'id_a', content: String(result) }),
        );
        expect(theirs['messages'][2]).toBe(line({ role: 'tool', tool_call_id: 'id_a' }));
      },
    );
  const thrown: Record<string, unknown> = {
    'an error': new Error('boom'),
    'a typed error': new RangeError('boom'),
    text: 'boom',
    undefined,
    null: null,
    'an object': { message: 'boom' },
  };
  /** The text is all that differs where an object was thrown. */
  const thrownRun = (name: string, error: unknown, made: Made): void => {
    if (!(error instanceof Error) && error && typeof error === 'object')
      differentRun('thrown-objects', name, made, (mine, theirs) =>
        expect(JSON.parse(JSON.stringify(mine).replaceAll('boom', '[object Object]'))).toEqual(theirs),
      );
    else sameRun(name, made);
  };
  for (const [name, error] of Object.entries(thrown)) {
    thrownRun(`that throws ${name} fails the run`, error, {
      replies: [{ calls: [functionCall('a')] }, done],
      tools: (log) => [failing(log, 'a', error)],
    });
    thrownRun(`whose parser throws ${name} is told to the model`, error, {
      replies: [{ calls: [functionCall('a')] }, done],
      tools: (log) => [
        echo(log, 'a', {
          parse: () => {
            throw error;
          },
        }),
      ],
    });
  }
  sameRun('that throws at once fails the run', {
    replies: [{ calls: [functionCall('a')] }, done],
    tools: () => [
      tool('a', () => {
        throw new Error('at once');
      }),
    ],
  });
  sameRun('with raw arguments gets them as they are', {
    replies: [{ calls: [functionCall('a', 'not { json')] }, { calls: [functionCall('b', '')] }, done],
    tools: ab,
  });
  sameRun('of a strict tool shows its arguments', {
    replies: [{ calls: [functionCall('a', '{"q":1}'), functionCall('b')] }, done],
    tools: (log) => [echo(log, 'a', { strict: true, parse: JSON.parse }), echo(log, 'b')],
  });
  sameRun('of a tool made with new is run', (from) => ({
    replies: [{ calls: [functionCall('a', '{"q":1}'), functionCall('a', 'no', 'id_2')] }, done],
    tools: (log) => [
      new (from === ours ? ParsingToolFunction : OriginalParsing)(
        echo(log, 'a', { parse: (text: string) => JSON.parse(text) })['function'],
      ),
    ],
  }));
  sameRun('of a tool made by a helper is validated', (from) => ({
    replies: [
      { calls: [functionCall('a', '{"x":1}'), functionCall('a', '{"x":"no number"}', 'id_2')] },
      { calls: [functionCall('a', '{"x":2}', 'id_3')] },
      done,
    ],
    tools: (log) => [
      zod(from)({
        name: 'a',
        description: 'adds',
        parameters: z.object({ x: z.number() }),
        function: ({ x }) => {
          log(`call ${x}`);
          return x + 1;
        },
      }),
    ],
  }));
  sameRun('cannot be of a helper-made tool that has no function', (from) => ({
    replies: [done],
    tools: () => [zod(from)({ name: 'a', parameters: z.object({}) })],
  }));
  const malformed: Record<string, (from: Package, log: Log) => Fields> = {
    'a helper-made tool': (from, log) =>
      zod(from)({ name: 'a', parameters: z.object({}), function: () => log('call a') }) as Fields,
    'a strict tool': (_, log) => echo(log, 'a', { strict: true }),
    'a strict tool with a parser': (_, log) => echo(log, 'a', { strict: true, parse: JSON.parse }),
  };
  for (const [name, make] of Object.entries(malformed))
    differentRun(
      'malformed-arguments',
      `with malformed arguments of ${name} is told to the model`,
      (from) => ({
        replies: [{ calls: [functionCall('a', '{"x":'), functionCall('b')] }, done],
        tools: (log) => [make(from, log), echo(log, 'b')],
      }),
      (mine, theirs) => {
        const calls = mine['log'].filter((text: string) => text.startsWith('call'));
        expect(calls).toEqual([expect.stringMatching(/^call b/)]);
        expect(mine['messages'][2]).toContain('JSON');
        expect(mine['messages'][3]).toContain('answer of b');
        expect(mine['final'].finalContent).toBe('"all done"');
        expect(theirs['final'].finalContent).toMatch(/threw OpenAIError: .*JSON/);
      },
    );
  differentRun(
    'empty-arguments',
    'with empty arguments gets an empty object',
    {
      replies: [{ calls: [functionCall('a', '')] }, done],
      tools: (log) => [echo(log, 'a', { parse: JSON.parse })],
    },
    (mine, theirs) => {
      expect(mine['messages'][2]).toContain('answer of a');
      expect(theirs['messages'][2]).toContain('Unexpected end of JSON input');
    },
  );
  const readsObject: Script['tools'] = (log) => [echo(log, 'a', { parse: JSON.parse })];
  const oddCalls: [id: string, call: Fields][] = [
    ['missing-tool-call-type', { id: 'id_a', function: { name: 'a', arguments: '{"x":1}' } }],
    ['object-arguments', { id: 'id_a', type: 'function', function: { name: 'a', arguments: { x: 1 } } }],
  ];
  for (const [id, call] of oddCalls)
    differs(
      id,
      'of a whole reply is run all the same',
      (from) => outcome(from, { replies: [{ calls: [call] }, done], tools: readsObject }, false),
      (mine, original) => {
        expect(mine.log).toContainEqual(expect.stringMatching(/^call a .*"x":1/));
        expect(original.log).not.toContainEqual(expect.stringMatching(/^call a/));
      },
    );
  for (const finish of ['error', 'model_length', 'insufficient_system_resource'])
    differentRun(
      'failed-finish-reasons',
      `of an answer that broke off with ${finish} are not run`,
      { replies: [{ calls: [functionCall('a')], finish }, done], tools: (log) => [echo(log, 'a')] },
      (mine, theirs) => {
        expect(mine['log']).not.toContainEqual(expect.stringMatching(/^call a/));
        expect(mine['final'].done).toContain(`The response was cut off (${finish})`);
        expect(theirs['log']).toContainEqual(expect.stringMatching(/^call a/));
      },
    );
  differentRun(
    'tool-without-function',
    'of a tool without a function ends the run',
    {
      replies: [{ calls: [functionCall('a'), functionCall('b')] }, done],
      tools: (log) => [tool('a', undefined as never), echo(log, 'b')],
    },
    (mine, theirs) => {
      expect(mine['messages'][2]).toContain('answer of b');
      expect(mine['final'].done).toBe('undefined');
      expect(theirs['final'].done).toContain('fn.function is not a function');
    },
  );
  differentRun(
    'custom-tools',
    'of a custom tool has one answer',
    {
      replies: [{ calls: [customCall('c', 'SELECT 1'), functionCall('a'), customCall('d', 'x')] }, done],
      tools: (log) => [
        echo(log, 'a'),
        { type: 'custom', custom: { name: 'c', function: (sql: string) => `ran ${sql}` } },
      ],
    },
    (mine, theirs) => {
      expect(mine['messages'].slice(2, 5)).toEqual([
        line({ role: 'tool', tool_call_id: 'id_c', content: 'ran SELECT 1' }),
        line({ role: 'tool', tool_call_id: 'id_a', content: 'answer of a' }),
        line({
          role: 'tool',
          tool_call_id: 'id_d',
          content: 'Invalid tool_call: "d". Available options are: "c". Please try again',
        }),
      ]);
      expect(theirs['messages'].slice(2)).toHaveLength(2);
    },
  );
  differentRun(
    'custom-tools',
    'of a custom tool without a function ends the run',
    {
      replies: [{ calls: [customCall('c', 'x')] }, done],
      tools: () => [{ type: 'custom', custom: { name: 'c' } }],
    },
    (mine, theirs) => {
      expect(mine['log'].filter((text: string) => text.startsWith('request'))).toHaveLength(1);
      expect(theirs['log'].filter((text: string) => text.startsWith('request'))).toHaveLength(2);
    },
  );
});

describe('several calls of a reply', () => {
  const after = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
  const failsAfter = (name: string, ms: number): Fields =>
    tool(name, async () => {
      await after(ms);
      throw new Error(`${name} failed`);
    });
  sameRun('that all fail are the failure of the first of them, whichever failed first', {
    replies: [{ calls: [functionCall('a'), functionCall('b')] }, done],
    tools: () => [failsAfter('a', 5), failsAfter('b', 0)],
  });
  const paced = (log: Log): Fields[] =>
    [9, 1, 5].map((ms, at) =>
      tool(`t${at}`, async () => {
        log(`begin ${at}`);
        await after(ms);
        log(`end ${at}`);
        return `${at}`;
      }),
    );
  const three = [functionCall('t0'), functionCall('t1'), functionCall('t2')];
  sameRun('run together and are answered in order', { replies: [{ calls: three }, done], tools: paced });
  sameRun('run in turn if the request says so', {
    replies: [{ calls: three }, done],
    tools: paced,
    params: { parallel_tool_calls: false },
  });
  sameRun('begin in the same order with and without parsers', {
    replies: [{ calls: [functionCall('a'), functionCall('b'), functionCall('a', '1', 'id_3')] }, done],
    tools: (log) => [echo(log, 'a', { parse: JSON.parse }), echo(log, 'b')],
  });
  const bab = [functionCall('b'), functionCall('a'), functionCall('b', '{}', 'id_3')];
  sameRun('stop at the first failure when they run in turn', {
    replies: [{ calls: bab }, done],
    tools: (log) => [failing(log, 'a', new Error('boom')), echo(log, 'b')],
    params: { parallel_tool_calls: false },
  });
  differentRun(
    'kept-siblings',
    'keep their answers when one fails',
    {
      replies: [{ calls: bab }, done],
      tools: (log) => [failing(log, 'a', new Error('boom')), echo(log, 'b')],
    },
    (mine, theirs) => {
      expect(mine['final'].done).toBe(theirs['final'].done);
      expect(theirs['messages']).toHaveLength(2);
      expect(mine['messages'].slice(2)).toEqual([
        line({ role: 'tool', tool_call_id: 'id_b', content: 'answer of b' }),
        line({ role: 'tool', tool_call_id: 'id_3', content: 'answer of b' }),
      ]);
    },
  );
  sameRun('stop after the forced one', {
    replies: [{ calls: [functionCall('b'), functionCall('a'), functionCall('a', '{}', 'id_3')] }, done],
    tools: ab,
    params: forcedA,
  });
  sameRun('go on until the forced one was called', {
    replies: [{ calls: [functionCall('b')] }, { calls: [functionCall('a')] }, done],
    tools: ab,
    params: forcedA,
  });
  sameRun('go on until the forced one could be read', {
    replies: [{ calls: [functionCall('a', 'no')] }, { calls: [functionCall('a', '{}')] }, done],
    tools: (log) => [echo(log, 'a', { parse: JSON.parse })],
    params: forcedA,
  });
  sameRun('are all refused when an unknown one is forced', {
    replies: [{ calls: [functionCall('a')] }, done],
    tools: ab,
    params: { tool_choice: { type: 'function', function: { name: 'nobody' } } },
  });
  for (const tool_choice of [
    'required',
    'none',
    { function: { name: 'b' } },
    {
      type: 'allowed_tools',
      allowed_tools: { mode: 'auto', tools: [{ type: 'function', function: { name: 'a' } }] },
    },
  ])
    sameRun(`run as ever with tool_choice ${line(tool_choice)}`, {
      replies: [{ calls: [functionCall('a')] }, { calls: [functionCall('a')] }],
      tools: ab,
      params: { tool_choice },
      options: () => ({ maxChatCompletions: 2 }),
    });
});

describe('the limits', () => {
  for (const maxChatCompletions of [0, 1, 2, 3, 1.5, -1, Infinity, undefined]) {
    sameRun(`maxChatCompletions ${maxChatCompletions}`, {
      replies: [{ calls: [functionCall('a')] }, { calls: [functionCall('b')] }, done],
      tools: ab,
      options: () => ({ maxChatCompletions }),
    });
  }
  sameRun('ten completions are the most', {
    replies: Array.from({ length: 11 }, (_, at) => ({ calls: [functionCall('a', '{}', `id_${at}`)] })),
    tools: ab,
  });
  sameRun('maxChatCompletions 0 is fine after a reply', {
    replies: [done],
    tools: ab,
    params: { messages: [{ role: 'assistant', content: 'earlier' }] },
    options: () => ({ maxChatCompletions: 0 }),
  });
  same('n above 1 is refused', (from) =>
    outcome(from, { replies: [done], tools: ab, params: { n: 2 } }, false),
  );
  sameRun('n of 1 is fine', { replies: [done], tools: ab, params: { n: 1 } });
  differs(
    'streamed-n',
    'n above 1 is refused, streamed',
    (from) => outcome(from, { replies: [done], tools: ab, params: { n: 2 } }, true),
    (mine, theirs) => {
      expect(mine.final.done).toContain('only support n=1 at this time');
      expect(theirs.final.finalContent).toBe('"all done"');
    },
  );
});

describe('afterCompletion', () => {
  const turns = [{ calls: [functionCall('a')] }, done];
  const withAfter = (afterCompletion: (log: Log, completion: any, runner: any) => unknown): Script => ({
    replies: turns,
    tools: ab,
    options: (log) => ({
      afterCompletion: (completion: unknown, runner: unknown) => afterCompletion(log, completion, runner),
    }),
  });
  sameRun(
    'is awaited after the calls of each completion',
    withAfter(async (log, completion, runner) => {
      log(`after ${line(completion)} ${runner.messages.length}`);
      await new Promise((resolve) => setTimeout(resolve, 3));
      log('after that');
    }),
  );
  sameRun(
    'may add messages',
    withAfter((_, __, runner) => void runner.messages.push({ role: 'user', content: 'and?' })),
  );
  sameRun(
    'may replace the messages',
    withAfter((_, __, runner) => void (runner.messages = [{ role: 'user', content: 'in short' }])),
  );
  sameRun(
    'may fail the run',
    withAfter(() => Promise.reject(new TypeError('after'))),
  );
  sameRun(
    'may abort the run',
    withAfter((_, __, runner) => runner.abort()),
  );
  sameRun('may abort the run after the last completion', {
    ...withAfter((_, __, runner) => runner.abort()),
    replies: [done],
  });
  sameRun('may abort the run after the forced call', {
    ...withAfter((_, __, runner) => runner.abort()),
    params: forcedA,
  });
  sameRun('may abort the run at its limit', {
    replies: turns,
    tools: ab,
    options: () => ({ maxChatCompletions: 1, afterCompletion: (_: unknown, runner: any) => runner.abort() }),
  });
});

describe('an abort', () => {
  const twoCalls: Turn[] = [
    { content: 'text', calls: [functionCall('a'), functionCall('b')], usage: usage(1) },
    done,
  ];
  const inTurn = { parallel_tool_calls: false };
  sameRun('before the run sends nothing', {
    replies: twoCalls,
    tools: ab,
    options: (_, stop) => (stop.signal.abort('why not'), {}),
  });
  sameRun('by the runner before the run sends nothing', {
    replies: twoCalls,
    tools: ab,
    watch: (runner) => runner.abort(),
  });
  sameRun('during the request', {
    replies: twoCalls,
    tools: ab,
    watch: (runner, _, stop) => setTimeout(() => stop.signal.abort(new Error('mind changed')), 0) && runner,
  });
  const aborting = (_: Log, stop: Stop, end: (reason: Error) => unknown): Fields =>
    tool('a', async () => {
      const reason = new Error('user');
      stop.signal.abort(reason);
      await Promise.resolve();
      return end(reason);
    });
  for (const params of [{}, inTurn]) {
    const how = params === inTurn ? 'in turn' : 'together';
    sameRun(`during tools that run ${how} keeps what they give`, {
      replies: twoCalls,
      params,
      tools: (log, stop) => [aborting(log, stop, () => 'late'), echo(log, 'b')],
    });
    sameRun(`during tools that run ${how}, thrown again`, {
      replies: twoCalls,
      params,
      tools: (log, stop) => [aborting(log, stop, (reason) => Promise.reject(reason)), echo(log, 'b')],
    });
  }
  differentRun(
    'abort-wins',
    'during a tool that then throws is an abort',
    {
      replies: twoCalls,
      params: inTurn,
      tools: (log, stop) => [aborting(log, stop, () => Promise.reject(new Error('other'))), echo(log, 'b')],
    },
    (mine, theirs) => {
      expect(mine['final'].done).toBe('threw APIUserAbortError: Request was aborted. <- Error: user');
      expect(theirs['final'].done).toContain('other');
    },
  );
  sameRun('during tools that run together, one of which then throws', {
    replies: twoCalls,
    tools: (log, stop) => [aborting(log, stop, () => Promise.reject(new Error('other'))), echo(log, 'b')],
  });
  const listeners = [
    'connect',
    'functionToolCallResult',
    'finalMessage',
    'finalChatCompletion',
    'totalUsage',
  ];
  const replied = ['chatCompletion', 'message', 'functionToolCall', 'content'];
  const abortIn = (name: string, script: Partial<Script>): Script => ({
    replies: twoCalls,
    tools: ab,
    watch: (runner, _, stop) => runner.once(name, () => stop.signal.abort('enough')),
    ...script,
  });
  const parsed = {
    tools: (log: Log) => ab(log).map((one) => echo(log, one['function'].name, { parse: JSON.parse })),
  };
  for (const name of listeners) {
    sameRun(`in a listener of ${name}`, abortIn(name, {}));
    sameRun(`in a listener of ${name}, in turn`, abortIn(name, { params: inTurn }));
  }
  for (const name of replied) {
    sameRun(`in a listener of ${name} starts no tool with a parser`, abortIn(name, parsed));
    sameRun(`in a listener of ${name} of the last reply`, abortIn(name, { replies: [done] }));
    for (const params of [{}, inTurn])
      for (const streaming of name === 'content' ? [false] : runners)
        differs(
          'abort-starts-nothing',
          nameOf(
            `in a listener of ${name} starts no tool ${params === inTurn ? 'in turn' : 'at all'}`,
            streaming,
          ),
          (from) => outcome(from, abortIn(name, { params }), streaming),
          (mine, theirs) => {
            const calls = (told: Fields): string[] =>
              told['log'].filter((text: string) => text.startsWith('call'));
            expect(calls(mine)).toEqual([]);
            expect(calls(theirs)).toHaveLength(1);
            expect(mine.final).toEqual(theirs.final);
          },
        );
  }
  for (const name of [...listeners, ...replied])
    differentRun(
      'listener-isolation',
      `is not what a listener of ${name} that throws makes`,
      {
        replies: twoCalls,
        tools: ab,
        watch: (runner) =>
          runner.once(name, () => {
            throw new Error('listener');
          }),
      },
      (mine, theirs) => {
        // The listener after it is called too; nothing else differs.
        const at = mine['log'].findIndex((text: string, at: number) => text !== theirs['log'][at]);
        expect(mine['log'].splice(at, 1)).toEqual([expect.stringMatching(`^${name} `)]);
        expect(mine).toEqual(theirs);
      },
    );
});

describe('a streamed run over a readable stream', () => {
  const Runner = (from: Package): typeof ChatCompletionStreamingRunner =>
    from === ours
      ? ChatCompletionStreamingRunner
      : (Original as unknown as typeof ChatCompletionStreamingRunner);
  const script: Script = {
    streaming: true,
    replies: [
      {
        content: 'let me see',
        calls: [functionCall('a'), functionCall('b', '{"x":1}', '')],
        more: { id: 'one' },
      },
      { calls: [functionCall('nobody')], more: { id: 'two' } },
      { ...done, more: { id: 'three' }, usage: usage(3) },
    ],
    tools: ab,
  };
  async function written(from: Package): Promise<string> {
    let text: Promise<string> | undefined;
    await tell(from.OpenAI, {
      ...script,
      watch: (runner) => (text = new Response(runner.toReadableStream()).text()),
    });
    return (await text)!.replace(/call_[0-9a-f-]{36}/g, 'call_made');
  }
  async function readBack(from: Package, text: string): Promise<unknown> {
    const runner: any = Runner(from).fromReadableStream(new Response(text).body!);
    const log: string[] = [];
    for (const name of eventNames)
      runner.on(name, (...args: unknown[]) => log.push(`${name} ${args.map(line).join(' ')}`));
    const final = await runner.finalContent().catch(line);
    return {
      log,
      final,
      messages: runner.messages.map(line),
      result: await runner.finalFunctionToolCallResult(),
    };
  }
  same('is written as the same lines', written);
  same('is read back with its tool results', async (from) => readBack(from, await written(from)));
  same('is read back by the other package', async (from) => readBack(from, await written(ours)));
});

describe('random conversations', () => {
  /** What a tool is asked to do, by its arguments. */
  const acts: Record<string, () => unknown> = {
    text: () => 'some text',
    empty: () => '',
    object: () => ({ a: [1] }),
    nothing: () => undefined,
    later: () => new Promise((resolve) => setImmediate(resolve, 'later')),
    soon: () => Promise.resolve().then(() => 'soon'),
    throws: () => {
      throw new Error('thrown');
    },
    rejects: () => Promise.reject(new RangeError('rejected')),
  };
  const act = (told: unknown): unknown => acts[(told as Fields)?.['act'] ?? 'text']?.() ?? null;
  const toolsOf = (from: Package, log: Log): Fields[] => {
    const called = (name: string, args: unknown): unknown => {
      log(`call ${name} ${line(args)}`);
      return act(args);
    };
    return [
      tool('raw', (text: string) => (log(`call raw ${text}`), act(text.endsWith('}') && JSON.parse(text)))),
      tool('read', (args: unknown) => called('read', args), { parse: JSON.parse }),
      tool('read_later', (args: unknown) => called('read_later', args), {
        parse: async (text: string) => JSON.parse(text),
      }),
      tool('strict', (args: unknown) => called('strict', args), { strict: true, parse: JSON.parse }),
      zod(from)({
        name: 'made',
        parameters: z.object({ act: z.enum(['text', 'object', 'soon']) }),
        function: (args) => called('made', args),
      }) as Fields,
    ];
  };
  /** When malformed arguments are done is a matter of streams. */
  const inOrder = (text: string): boolean => !text.startsWith('tool_calls.function.arguments.done');
  const failures = ['throws', 'rejects'];
  const callOf = (fails: boolean): fc.Arbitrary<Fields> =>
    fc
      .record({
        name: fc.constantFrom('raw', 'read', 'read_later', 'strict', 'made', 'nobody', '__proto__'),
        act: fc.constantFrom(...Object.keys(acts).filter((name) => fails || !failures.includes(name))),
        malformed: fc.boolean(),
        id: fc.constantFrom('', 'id_1', 'id_2', 'id_3'),
      })
      .map(({ name, act, malformed, id }) => {
        const readsAlone = name === 'raw' || name === 'read' || name === 'read_later';
        return functionCall(name, malformed && readsAlone ? '{"act"' : JSON.stringify({ act }), id);
      });
  const turn = (fails: boolean): fc.Arbitrary<Turn> =>
    fc.record(
      {
        content: fc.constantFrom(null, 'text', 'longer text, with é and 😀'),
        calls: fc.array(callOf(fails), { maxLength: 4 }),
        usage: fc.integer({ min: 1, max: 9 }).map(usage),
      },
      { requiredKeys: ['content', 'calls'] },
    );
  const conversation = (fails: boolean): fc.Arbitrary<Fields> =>
    fc.record({
      turns: fc.array(turn(fails), { minLength: 1, maxLength: 4 }),
      streaming: fc.boolean(),
      params: fc.record(
        {
          parallel_tool_calls: fc.boolean(),
          tool_choice: fc.constantFrom('auto', 'required', { type: 'function', function: { name: 'read' } }),
          toolContext: fc.constant({ user: 1 }),
        },
        { requiredKeys: [] },
      ),
      maxChatCompletions: fc.constantFrom(undefined, 1, 2, 3),
      after: fc.constantFrom('nothing', 'waits', 'adds'),
    });
  const scriptOf = (
    from: Package,
    { turns, streaming, params, maxChatCompletions, after }: Fields,
  ): Script => ({
    streaming,
    replies: [...turns, done, done, done],
    tools: (log) => toolsOf(from, log),
    params,
    options: (log) => ({
      maxChatCompletions,
      ...(after !== 'nothing' && {
        afterCompletion: async (completion: unknown, runner: any) => {
          log(`after ${line(completion)}`);
          if (after === 'adds' && runner.messages.length < 12)
            runner.messages.push({ role: 'user', content: 'go on' });
        },
      }),
    }),
  });
  const text = async (from: Package, given: Fields): Promise<string> => {
    const { log, final, messages } = await tell(from.OpenAI, scriptOf(from, given));
    return [...log.filter(inOrder), line(final), ...messages].join('\n');
  };

  test('are the same', { timeout: 240_000 }, async () => {
    const check = fc.asyncProperty(conversation(false), (given) => expectSame((from) => text(from, given)));
    await fc.assert(check, { numRuns: 1_600 });
  });

  test('whose calls run in turn are the same when tools fail', { timeout: 240_000 }, async () => {
    const check = fc.asyncProperty(conversation(true), (given) =>
      expectSame((from) =>
        text(from, { ...given, params: { ...given['params'], parallel_tool_calls: false } }),
      ),
    );
    await fc.assert(check, { numRuns: 400 });
  });

  test(
    'whose calls run together differ only in the answers kept when tools fail',
    { timeout: 240_000 },
    async () => {
      const answer = /^(message \{.*"role":"tool"|functionToolCallResult )/;
      const check = fc.asyncProperty(conversation(true), (given) =>
        expectSame(async (from) => {
          const told = await tell(from.OpenAI, scriptOf(from, { ...given, params: {} }));
          const log = told.log.filter(inOrder);
          const asked = log.findLastIndex((text) => text.startsWith('request'));
          const failed = log.some((text) => text.startsWith('error'));
          return log.filter((text, at) => !failed || at < asked || !answer.test(text)).join('\n');
        }),
      );
      await fc.assert(check, { numRuns: 400 });
    },
  );
});
