// What cannot be parsed: the error has the completion and the text, is still what the validator threw, and is never left
// behind as an unhandled rejection.
import { inspect } from 'node:util';
import * as fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import * as z3 from 'zod/v3';
import { standardFunction, standardResponseFormat } from '../../src/helpers/standard-schema.ts';
import { zodFunction, zodResponseFormat } from '../../src/helpers/zod.ts';
import { OpenAI } from '../../src/entries/index.ts';
import { completion, delta, eventStream, toolCall } from '../support/chunks.ts';
import { fakeFetch, json } from '../support/fake-fetch.ts';
import { functionCall } from '../support/tool-runs.ts';

const strays: unknown[] = [];
const onStray = (reason: unknown): void => void strays.push(reason);
beforeEach(() => void process.on('unhandledRejection', onStray));
afterEach(async () => {
  await new Promise((resolve) => setTimeout(resolve, 5));
  process.off('unhandledRejection', onStray);
  expect(strays.splice(0)).toEqual([]);
});

const client = (...answers: Response[]): OpenAI =>
  new OpenAI({ apiKey: 'k', maxRetries: 0, fetch: fakeFetch(...answers) });

const asked = { model: 'm', messages: [] };
const object = { type: 'object', properties: {}, additionalProperties: false };

/** A schema of any object, checked by `validate`. */
const checkedBy = (validate: (value: any) => any): any => ({
  '~standard': { version: 1, vendor: 'test', validate, jsonSchema: { input: () => object } },
});

const failureOf = (promise: PromiseLike<unknown>): Promise<any> =>
  Promise.resolve(promise).then(
    (value) => {
      throw new Error(`no failure, but ${JSON.stringify(value)}`);
    },
    (error) => error,
  );

const shared = new RangeError('thrown again and again');
/** What validators throw. */
const throwables: Record<string, () => unknown> = {
  'an Error': () => new RangeError('no'),
  'a ZodError': () => new z.ZodError([]),
  'an OpenAIError': () => new OpenAI.OpenAIError('no'),
  'a frozen Error': () => Object.freeze(new RangeError('no')),
  'one Error for all': () => shared,
  'a text': () => 'no',
  nothing: () => undefined,
};

type Mode = 'at once' | 'as a rejection';
const modes: Mode[] = ['at once', 'as a rejection'];

/** Fails for objects with `bad`, with a new throwable each time. */
const validator = (kind: string, mode: Mode): any => {
  const check = (value: { bad?: boolean }): object => {
    if (value.bad) throw throwables[kind]!();
    return { value };
  };
  return checkedBy(mode === 'at once' ? check : async (value) => check(value));
};

describe.each(modes)('a validator that fails %s', (mode) => {
  it.each(Object.keys(throwables))('with %s leaves the completion and a text on the error', async (kind) => {
    const texts = fc.record({ bad: fc.boolean(), n: fc.nat() }).map((value) => JSON.stringify(value));
    const choices = fc.array(fc.record({ content: texts, calls: fc.array(texts, { maxLength: 3 }) }), {
      minLength: 1,
      maxLength: 4,
    });
    const schema = validator(kind, mode);
    const body = {
      ...asked,
      response_format: standardResponseFormat(schema, 'it'),
      tools: [standardFunction({ name: 'f', parameters: schema })],
    };
    await fc.assert(
      fc.asyncProperty(choices, async (given) => {
        const sent = completion('');
        sent.choices = given.map(({ content, calls }, index) => ({
          ...sent.choices[0]!,
          index,
          message: {
            role: 'assistant',
            content,
            refusal: null,
            tool_calls: calls.map((text) => functionCall('f', text) as any),
          },
        }));
        const bad = given
          .flatMap(({ content, calls }) => [...calls, content])
          .filter((text) => JSON.parse(text).bad);
        const parsed = client(json(sent)).chat.completions.parse(body);
        if (!bad.length) return void expect((await parsed).choices).toHaveLength(given.length);
        const error = await failureOf(parsed);
        expect(error).toBeInstanceOf(OpenAI.OpenAIError);
        expect(error.completion).toEqual(sent);
        expect(bad).toContain(error.text);
        expect(inspect({ ...error })).not.toContain('"bad"');
        const thrown = throwables[kind]!();
        if (
          kind === 'an OpenAIError' ||
          (thrown instanceof Error && Object.isExtensible(thrown) && thrown !== shared)
        )
          expect(error).toBeInstanceOf((thrown as Error).constructor);
        else if (error !== shared) expect(error.cause).toEqual(thrown);
      }),
      { numRuns: 40 },
    );
  });
});

it('one error that is thrown again and again never has the completion of another answer', async () => {
  const response_format = standardResponseFormat(validator('one Error for all', 'at once'), 'it');
  const contents = Array.from({ length: 5 }, (_, n) => JSON.stringify({ bad: true, n }));
  const errors = await Promise.all(
    contents.map((content) =>
      failureOf(client(json(completion(content))).chat.completions.parse({ ...asked, response_format })),
    ),
  );
  expect(new Set(errors.map(({ text }) => text)).size).toBe(contents.length);
  for (const { text, completion } of errors) expect(completion.choices[0].message.content).toBe(text);
});

const Person = z.object({ age: z.number() });
const Old = z3.object({ age: z3.number() });

describe.each([
  ['Zod 4', Person, z.ZodError],
  ['Zod 3', Old, z3.ZodError],
] as const)('%s', (_name, schema, ZodError) => {
  const response_format = zodResponseFormat(schema as typeof Person, 'person');
  const bad = '{"age":"old"}';

  it('parse() rejects with the ZodError itself, which is an OpenAIError too', async () => {
    const error = await failureOf(
      client(json(completion(bad))).chat.completions.parse({ ...asked, response_format }),
    );
    expect(error).toBeInstanceOf(ZodError);
    expect(error).toBeInstanceOf(OpenAI.OpenAIError);
    expect(error.issues[0].path).toEqual(['age']);
    expect(error).toMatchObject({ text: bad, completion: { usage: { total_tokens: 3 } } });
  });

  it('stream() and runTools() reject with an OpenAIError whose cause is the ZodError, with the same facts', async () => {
    const chunks = [delta({ role: 'assistant', content: bad }, 'stop')];
    const { completions } = client(eventStream(chunks)).chat;
    const stream = completions.stream({ ...asked, response_format });
    const told = stream.emitted('error');
    const run = client(json(completion(bad))).chat.completions.runTools({
      ...asked,
      response_format,
      tools: [],
    });
    for (const error of [
      await failureOf(stream.finalChatCompletion()),
      await told,
      await failureOf(run.done()),
    ]) {
      expect(error.constructor).toBe(OpenAI.OpenAIError);
      expect(error.cause).toBeInstanceOf(ZodError);
      expect(error.text).toBe(bad);
      expect(error.completion.choices[0].message.content).toBe(bad);
    }
  });
});

it('text that is not JSON is a SyntaxError with the completion, for content and for strict arguments', async () => {
  const tools = [zodFunction({ name: 'f', parameters: Person })];
  const message = { tool_calls: [functionCall('f', '{"age":')], role: 'assistant', content: null };
  const sent = { ...completion(''), choices: [{ index: 0, finish_reason: 'stop', message }] };
  const error = await failureOf(client(json(sent)).chat.completions.parse({ ...asked, tools }));
  expect(error).toBeInstanceOf(SyntaxError);
  expect(error).toBeInstanceOf(OpenAI.OpenAIError);
  expect(error).toMatchObject({ text: '{"age":', completion: sent });
  const streamed = client(eventStream(toolCall('f', '{"age"', ':'))).chat.completions.stream({
    ...asked,
    tools,
  });
  const failure = await failureOf(streamed.finalMessage());
  expect(failure).toMatchObject({ text: '{"age":', cause: expect.any(SyntaxError) });
  expect(failure.completion.choices[0].message.tool_calls[0].function.arguments).toBe('{"age":');
  expect(failure.partial).toEqual(failure.completion);
});

it('an answer that is no completion is on the error as it came', async () => {
  const error = await failureOf(client(json({ choices: [{}] })).chat.completions.parse(asked));
  expect(error.completion).toEqual({ choices: [{}] });
  expect(error.message).toContain('choices[0] has no message');
});

/** Schemas that take time, each making `{ n: 2 }` of `{ n: 1 }`, and refusing a negative number. */
const slow: Record<string, { format: any; tool: (call: any) => any }> = {
  'Standard Schema': of(
    checkedBy(async ({ n }) => (n < 0 ? { issues: [{ message: 'negative' }] } : { value: { n: n + 1 } })),
    standardResponseFormat,
    standardFunction,
  ),
  'Zod 4': of(
    z
      .object({ n: z.number().refine(async (n) => n >= 0, 'negative') })
      .transform(async ({ n }) => ({ n: n + 1 })),
    zodResponseFormat,
    zodFunction,
  ),
  'Zod 4, inside an object': of(
    z.object({
      n: z
        .number()
        .refine((n) => n >= 0, 'negative')
        .transform(async (n) => n + 1),
    }),
    zodResponseFormat,
    zodFunction,
  ),
  'Zod 3': of(
    z3.object({
      n: z3
        .number()
        .refine(async (n) => n >= 0, 'negative')
        .transform(async (n) => n + 1),
    }),
    zodResponseFormat,
    zodFunction,
  ),
};

function of(schema: any, format: any, tool: any): { format: any; tool: (call: any) => any } {
  return {
    format: format(schema, 'it'),
    tool: (call) => tool({ name: 'f', parameters: schema, function: call }),
  };
}

describe.each(Object.entries(slow))('an asynchronous validator of %s', (_name, { format, tool }) => {
  const body = { ...asked, response_format: format };
  const chunks = (text: string): any[] => [
    delta({ role: 'assistant', content: text.slice(0, 3) }),
    delta({ content: text.slice(3) }),
    delta({}, 'stop'),
    { ...delta({}), choices: [], usage: { total_tokens: 1 } },
  ];

  it('is waited for by parse(), for content and arguments', async () => {
    const sent = completion('{"n":1}');
    sent.choices[0]!.message.tool_calls = [functionCall('f', '{"n":5}') as any];
    const { choices } = await client(json(sent)).chat.completions.parse({
      ...body,
      tools: [tool(undefined)],
    });
    expect(choices[0]!.message.parsed).toEqual({ n: 2 });
    expect((choices[0]!.message.tool_calls![0] as any).function.parsed_arguments).toEqual({ n: 6 });
    const error = await failureOf(client(json(completion('{"n":-1}'))).chat.completions.parse(body));
    expect(error).toMatchObject({ text: '{"n":-1}', completion: completion('{"n":-1}') });
    expect(error.message).toContain('negative');
  });

  it('is waited for by the final values and done events of a stream', async () => {
    const stream = client(eventStream(chunks('{"n":1}'))).chat.completions.stream(body);
    const told: string[] = [];
    stream.on('content.done', ({ parsed }) => told.push(`done ${JSON.stringify(parsed)}`));
    stream.on('chatCompletion', () => told.push('completion'));
    expect((await stream.finalChatCompletion()).choices[0]!.message.parsed).toEqual({ n: 2 });
    expect(told).toEqual(['done {"n":2}', 'completion']);
    const failed = client(eventStream(chunks('{"n":-1}'))).chat.completions.stream(body);
    const error = await failureOf(failed.finalChatCompletion());
    expect(error).toMatchObject({ text: '{"n":-1}' });
    expect(error.completion.choices[0].message.content).toBe('{"n":-1}');
    expect(error.message).toContain('negative');
  });

  it('is waited for by runTools(), for content and arguments; a refusal is told to the model', async () => {
    const calls: unknown[] = [];
    const call = completion('');
    call.choices[0]!.message.tool_calls = [
      functionCall('f', '{"n":1}', 'a'),
      functionCall('f', '{"n":-1}', 'b'),
    ] as any;
    const run = client(json(call), json(completion('{"n":7}'))).chat.completions.runTools({
      ...body,
      tools: [tool((args: unknown) => (calls.push(args), 'ok'))],
    });
    expect((await run.finalChatCompletion()).choices[0]!.message.parsed).toEqual({ n: 8 });
    expect(calls).toEqual([{ n: 2 }]);
    const results = run.messages.filter(({ role }) => role === 'tool').map(({ content }) => content);
    expect(results).toEqual(['ok', expect.stringContaining('negative')]);
  });
});

it('a stream that is aborted while a validator runs ends as aborted', async () => {
  const response_format = standardResponseFormat(
    checkedBy(async (value) => (stream.abort(), { value })),
    'it',
  );
  const stream = client(
    eventStream([delta({ role: 'assistant', content: '{}' }, 'stop')]),
  ).chat.completions.stream({
    ...asked,
    response_format,
  });
  expect(await failureOf(stream.finalChatCompletion())).toBeInstanceOf(OpenAI.APIUserAbortError);
  expect(stream.outcome).toBe('aborted');
});

describe.each(['stream', 'runTools'] as const)('%s()', (way) => {
  const start = (validate: (value: any) => any): any => {
    const answer =
      way === 'stream'
        ? eventStream([delta({ role: 'assistant', content: '{}' }, 'stop')])
        : json(completion('{}'));
    const response_format = standardResponseFormat(checkedBy(validate), 'it');
    return (client(answer).chat.completions as any)[way]({ ...asked, response_format, tools: [] });
  };

  it('ends when it is aborted, though its validator never does', async () => {
    const reason = new Error('enough');
    const run = start(() => {
      setTimeout(() => run.controller.abort(reason), 5);
      return new Promise(() => {});
    });
    expect(await failureOf(run.done())).toMatchObject({
      constructor: OpenAI.APIUserAbortError,
      cause: reason,
    });
    expect(run.outcome).toBe('aborted');
  });

  it('fails, and is not aborted, when its validator aborts a request of its own', async () => {
    const run = start(async () => {
      throw new DOMException('This operation was aborted', 'AbortError');
    });
    const error = await failureOf(run.done());
    expect(error).toMatchObject({ text: '{}', cause: expect.any(DOMException) });
    expect([run.aborted, run.outcome]).toEqual([false, 'error']);
  });
});

it('$parseRaw of a format made by hand reads the content, whatever it gives', async () => {
  const format = (parse: (text: string) => unknown): any => ({
    type: 'json_schema',
    json_schema: { name: 'it', schema: {} },
    $parseRaw: parse,
  });
  for (const parse of [(text: string) => text.length, async (text: string) => text.length]) {
    const body = { ...asked, response_format: format(parse) };
    const whole = await client(json(completion('{"a":1}'))).chat.completions.parse(body);
    expect(whole.choices[0]!.message.parsed).toBe(7);
    const stream = client(eventStream([delta({ role: 'assistant', content: '{"a":1}' }, 'stop')]));
    const final = await stream.chat.completions.stream(body).finalChatCompletion();
    expect(final.choices[0]!.message.parsed).toBe(7);
  }
});

/** Schemas that ask a database, which is down. What they throw comes as a rejection, long after a synchronous parse gave up. */
const down = async (): Promise<never> => {
  throw new RangeError('the database is down');
};
const unreachable: Record<string, { schema: any; format: any; tool: any }> = {
  'Standard Schema': { schema: checkedBy(down), format: standardResponseFormat, tool: standardFunction },
  'Zod 4, a refinement': {
    schema: z.object({ n: z.number().refine(down) }),
    format: zodResponseFormat,
    tool: zodFunction,
  },
  'Zod 4, a transform': {
    schema: z.object({ n: z.number().transform(down) }),
    format: zodResponseFormat,
    tool: zodFunction,
  },
  'Zod 4, as a Standard Schema': {
    schema: z.object({ n: z.union([z.number().refine(down), z.string()]) }),
    format: standardResponseFormat,
    tool: standardFunction,
  },
  'Zod 3, a refinement': {
    schema: z3.object({ n: z3.lazy(() => z3.number().refine(down)) }),
    format: zodResponseFormat,
    tool: zodFunction,
  },
  'Zod 3, a transform': {
    schema: z3.object({ n: z3.union([z3.string(), z3.number().transform(down)]) }),
    format: zodResponseFormat,
    tool: zodFunction,
  },
};

describe.each(Object.entries(unreachable))('a query that fails in %s', (_name, { schema, format, tool }) => {
  const text = '{"n":1}';
  const body = { ...asked, response_format: format(schema, 'it') };

  it('fails parse(), stream() and runTools(), and nothing is left behind', async () => {
    const { completions } = client(
      json(completion(text)),
      json(completion(text)),
      eventStream([delta({ role: 'assistant', content: text }, 'stop')]),
    ).chat;
    for (const failing of [
      completions.parse(body),
      completions.runTools({ ...body, tools: [] }).done(),
      completions.stream(body).done(),
    ]) {
      const error = await failureOf(failing);
      expect(error).toBeInstanceOf(OpenAI.OpenAIError);
      expect(error).toMatchObject({ text, message: 'the database is down' });
      expect(error.completion.choices[0].message.content).toBe(text);
    }
  });

  it('is told to the model as the result of its call', async () => {
    const call = completion('');
    call.choices[0]!.message.tool_calls = [functionCall('f', text)] as any;
    const run = client(json(call), json(completion('Sorry'))).chat.completions.runTools({
      ...asked,
      tools: [tool({ name: 'f', parameters: schema, function: () => 'never' })],
    });
    await run.done();
    expect(run.messages.map(({ content }) => content)).toEqual([
      expect.anything(),
      'the database is down',
      'Sorry',
    ]);
  });
});

it.each([
  ['Zod 4', z.object({ n: z.number().transform((n) => n + 1) })],
  ['Zod 3', z3.object({ n: z3.number().min(1) })],
])('%s: the done event of a synchronous schema is part of its chunk', async (_name, schema) => {
  const told: string[] = [];
  const stream = client(
    eventStream([delta({ role: 'assistant', content: '{"n":1}' }), delta({}, 'stop'), delta({})]),
  ).chat.completions.stream({ ...asked, response_format: zodResponseFormat(schema as any, 'it') });
  stream.on('chunk', ({ choices }) => told.push(`chunk ${choices[0]!.finish_reason}`));
  stream.on('content.done', () => told.push('done'));
  await stream.done();
  expect(told).toEqual(['chunk null', 'chunk stop', 'done', 'chunk null']);
});
