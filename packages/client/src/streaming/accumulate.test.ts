import { expect, it } from 'vitest';
import type { ChatCompletionChunk } from '../types/chunk.ts';
import { accumulate, complete } from './accumulate.ts';
import { callIndex } from '../quirks/call-places.ts';

type Delta = Record<string, unknown>;

const chunk = (delta: Delta, rest: Delta = {}, top: Delta = {}): ChatCompletionChunk =>
  ({
    id: 'c1',
    object: 'chat.completion.chunk',
    created: 1,
    model: 'm',
    choices: [{ index: 0, delta, finish_reason: null, ...rest }],
    ...top,
  }) as unknown as ChatCompletionChunk;

const fold = (...chunks: ChatCompletionChunk[]) =>
  chunks.reduce(accumulate, undefined as never) as ReturnType<typeof accumulate>;
const stop = chunk({}, { finish_reason: 'stop' });
const message = (...chunks: ChatCompletionChunk[]): any =>
  complete(fold(...chunks, stop)).choices[0]?.message;
const call = (rest: Delta): ChatCompletionChunk => chunk({ tool_calls: [rest] });

it('joins text and keeps the rest of the completion', () => {
  const usage = { prompt_tokens: 1, completion_tokens: 2, total_tokens: 3 };
  const whole = complete(
    fold(
      chunk({ role: 'assistant', content: 'Hel' }),
      chunk({ content: 'lo' }),
      stop,
      chunk({}, {}, { choices: [], usage }),
    ),
  );
  expect(whole).toEqual({
    id: 'c1',
    object: 'chat.completion',
    created: 1,
    model: 'm',
    usage,
    choices: [
      {
        index: 0,
        finish_reason: 'stop',
        logprobs: null,
        message: { role: 'assistant', content: 'Hello', refusal: null },
      },
    ],
  });
});

it.each([null, undefined, 'text', 7])('refuses %j in the place of a chunk', (value) => {
  for (const snapshot of [undefined, fold(chunk({ content: 'a' }))])
    expect(() => accumulate(snapshot, value as never)).toThrow(/^Expected a chunk, got \[object \w+]$/);
});

it('leaves content unset on a null delta and starts it on an empty one', () => {
  expect(fold(chunk({ content: null })).choices[0]?.message).toEqual({});
  expect(fold(chunk({ content: '' })).choices[0]?.message).toEqual({ content: '' });
});

it('never lets null or an empty string replace what has come', () => {
  const first = chunk(
    { role: 'assistant', foo: 'a' },
    {},
    { service_tier: 'flex', usage: { total_tokens: 1 } },
  );
  const snapshot = fold(
    first,
    chunk({ role: '', foo: '' }, { finish_reason: 'stop' }, { service_tier: null, usage: null }),
    chunk({ role: null, foo: null }, { finish_reason: '' }),
  );
  expect(snapshot).toMatchObject({ service_tier: 'flex', usage: { total_tokens: 1 } });
  expect(snapshot.choices[0]).toMatchObject({
    finish_reason: 'stop',
    message: { role: 'assistant', foo: 'a' },
  });
});

it('joins the text of reasoning under either name', () => {
  expect(
    message(
      chunk({ reasoning_content: null, reasoning: 'x' }),
      chunk({ reasoning_content: 'We', reasoning: 'y' }),
      chunk({ reasoning_content: ' think' }),
      chunk({ reasoning_content: null }),
    ),
  ).toMatchObject({ reasoning_content: 'We think', reasoning: 'xy' });
});

it('merges reasoning details by their index and keeps what must be sent back', () => {
  const details = (...list: Delta[]) => chunk({ reasoning_details: list });
  expect(
    message(
      details({ type: 'reasoning.text', index: 0, text: 'I ' }),
      details(
        { type: 'reasoning.text', index: 0, text: 'am' },
        { type: 'reasoning.encrypted', index: 1, data: 'zz' },
      ),
      details({ type: 'reasoning.text', index: 0, signature: 's' }),
    ).reasoning_details,
  ).toEqual([
    { type: 'reasoning.text', index: 0, text: 'I am', signature: 's' },
    { type: 'reasoning.encrypted', index: 1, data: 'zz' },
  ]);
});

it('keeps the thought signature of a tool call', () => {
  const extra_content = { google: { thought_signature: 'sig' } };
  const calls = message(
    call({ index: 0, id: 'a', type: 'function', function: { name: 'f', arguments: '{}' }, extra_content }),
  ).tool_calls;
  expect(calls).toEqual([
    { id: 'a', type: 'function', function: { name: 'f', arguments: '{}' }, extra_content },
  ]);
});

it('keeps calls apart that start at index 1, have no index, or all claim index 0', () => {
  const f = (id: string, name: string, args: string, index?: number): Delta => ({
    ...(index !== undefined && { index }),
    id,
    type: 'function',
    function: { name, arguments: args },
  });
  const result = (...chunks: ChatCompletionChunk[]) =>
    message(...chunks).tool_calls.map(
      (one: any) => `${one.id} ${one.function.name} ${one.function.arguments}`,
    );
  expect(result(call(f('a', 'f', '', 1)), call({ index: 1, function: { arguments: '{}' } }))).toEqual([
    'a f {}',
  ]);
  expect(
    result(
      chunk({ tool_calls: [f('a', 'f', '1'), f('b', 'g', '2')] }),
      call({ function: { arguments: '3' } }),
    ),
  ).toEqual(['a f 1', 'b g 23']);
  expect(
    result(
      call(f('a', 'f', '1', 0)),
      call(f('b', 'g', '2', 0)),
      call({ index: 0, function: { arguments: '3' } }),
    ),
  ).toEqual(['a f 1', 'b g 23']);
  expect(
    result(
      call(f('a', 'f', '1', 0)),
      call(f('b', 'g', '2', 0)),
      call({ index: 0, id: 'a', function: { arguments: '3' } }),
      call({ index: 0, id: 'b', function: { arguments: '4' } }),
    ),
  ).toEqual(['a f 13', 'b g 24']);
});

it('numbers calls without an index from 0, and finds the call of a fragment by its id', () => {
  const deltas: Delta[] = [
    { id: 'a', type: 'function', function: { name: 'f', arguments: '1' } },
    { id: 'b', type: 'function', function: { name: 'g', arguments: '2' } },
    { id: 'a', function: { arguments: '3' } },
    { function: { arguments: '4' } },
  ] as never;
  const calls = message(...deltas.map((delta) => call(delta))).tool_calls;
  expect(calls.map((one: any) => one.function.arguments)).toEqual(['13', '24']);
  expect(deltas.map((delta) => callIndex(delta as never))).toEqual([0, 1, 0, 1]);
});

it('puts calls in order of their index however they arrive', () => {
  const open = (index: number) =>
    call({ index, id: `i${index}`, type: 'custom', custom: { name: 'n', input: '' } });
  expect(message(open(4), open(0), open(2)).tool_calls.map((one: any) => one.id)).toEqual(['i0', 'i2', 'i4']);
});

it('takes a fragment with a new id but no name as part of the same call', () => {
  const calls = message(
    call({ index: 0, id: 'r1', type: 'function', function: { name: 'f', arguments: '{' } }),
    call({ index: 0, id: 'r2', function: { arguments: '}' } }),
  ).tool_calls;
  expect(calls).toEqual([{ id: 'r2', type: 'function', function: { name: 'f', arguments: '{}' } }]);
});

it('makes room for choices with gaps and refuses an index that is none', () => {
  const at = (index: unknown) =>
    chunk({ role: 'assistant', content: String(index) }, { index, finish_reason: 'stop' });
  const whole = complete(fold(at(4_000_000_000), at(1)));
  expect(whole.choices.map((choice) => [choice.index, choice.message.content])).toEqual([
    [1, '1'],
    [4_000_000_000, '4000000000'],
  ]);
  for (const index of [-1, 1.5, 'a']) expect(() => fold(at(index))).toThrow(`invalid choice index: ${index}`);
  expect(() => fold(call({ index: -1 }))).toThrow(
    'Chat completion stream contains an invalid tool call index: -1',
  );
});

it('takes a choice without index as the first, a missing role as assistant and parts as their text', () => {
  expect(
    message(
      { ...chunk({ content: [{ type: 'text', text: 'a' }, { type: 'thinking' }] }, { index: undefined }) },
      chunk({ content: 'b' }),
    ),
  ).toEqual({
    role: 'assistant',
    content: 'ab',
    refusal: null,
  });
});

it('never changes a chunk, whatever comes after it', () => {
  const first = chunk(
    {
      function_call: { name: 'f', arguments: '{' },
      tool_calls: [{ index: 0, type: 'function', function: { name: 'g', arguments: '' } }],
      reasoning_details: [{ index: 0, text: 'a' }],
    },
    { logprobs: { content: [{ token: 'x' }], refusal: null } },
  );
  const before = structuredClone(first);
  fold(first, structuredClone(first), structuredClone(first));
  expect(first).toEqual(before);
});

it('counts the log-probabilities of the first chunk once', () => {
  const snapshot = fold(
    chunk({}, { logprobs: { content: [{ token: 'a' }], refusal: null } }),
    chunk({}, { logprobs: { content: [{ token: 'b' }] } }),
  );
  expect(snapshot.choices[0]?.logprobs).toEqual({ content: [{ token: 'a' }, { token: 'b' }], refusal: null });
});

it('fills gaps from a chunk without an id but lets it replace nothing except usage', () => {
  const snapshot = fold(
    chunk({}, {}, { id: '', model: '', prompt_filter_results: [1] }),
    chunk({ content: 'a' }),
    chunk(
      {},
      { finish_reason: null },
      { id: '', model: 'x', created: 0, extra: 1, usage: { total_tokens: 5 } },
    ),
  );
  expect(snapshot).toMatchObject({
    id: 'c1',
    model: 'm',
    created: 1,
    extra: 1,
    usage: { total_tokens: 5 },
    prompt_filter_results: [1],
  });
});

it('stores a received __proto__ as a field', () => {
  const hostile = JSON.parse('{"__proto__":{"polluted":1},"content":"a","constructor":null}') as Delta;
  const snapshot = fold(chunk(hostile, JSON.parse('{"__proto__":{"polluted":1}}') as Delta));
  const received = snapshot.choices[0]?.message as object;
  expect(Object.getPrototypeOf(received)).toBe(Object.prototype);
  expect(Object.keys(received)).toContain('__proto__');
  expect((received as { polluted?: number }).polluted).toBeUndefined();
});

it('ends audio without a finish reason at its expiry', () => {
  const audio = (part: Delta) => chunk({ audio: part }, { finish_reason: undefined });
  const whole = complete(
    fold(
      audio({ id: 'a', transcript: 'h' }),
      audio({ data: 'QQ', transcript: 'i' }),
      audio({ expires_at: 9 }),
    ),
  );
  expect(whole.choices[0]).toMatchObject({
    finish_reason: 'stop',
    message: { audio: { id: 'a', data: 'QQ', transcript: 'hi', expires_at: 9 } },
  });
  const all = { id: 'a', data: 'QQ', transcript: 'hi', expires_at: 9 };
  for (const lacking of Object.keys(all)) {
    const rest = Object.fromEntries(Object.entries(all).filter(([key]) => key !== lacking));
    expect(() => complete(fold(audio(rest))), lacking).toThrow('missing finish_reason for choice 0');
  }
});

it('calls audio cut off when something follows the expiry and the end does not', () => {
  const audio = (part: object, rest?: Delta): ChatCompletionChunk =>
    chunk({ audio: part, ...rest }, { finish_reason: undefined });
  const early = audio({ id: 'a', transcript: 'h', data: 'QQ', expires_at: 9 });
  const cut = [
    [early],
    [early, audio({ data: 'QQ' })],
    [early, audio({ transcript: 'i' })],
    [early, chunk({ content: 'i' }, { finish_reason: undefined })],
    [audio({ id: 'a', transcript: 'h', data: 'QQ' }), audio({ data: 'QQ', expires_at: 9 })],
    [early, audio({ expires_at: 9 }), audio({ data: 'QQ' })],
  ];
  for (const chunks of cut)
    expect(() => complete(fold(...chunks))).toThrow('missing finish_reason for choice 0');
  const whole = [
    [early, audio({ data: 'QQ' }), audio({ expires_at: 9 })],
    [
      early,
      audio({ id: 'a', expires_at: 9, data: '', transcript: '' }, { role: 'assistant', content: null }),
    ],
    [early, audio({ expires_at: 9 }), chunk({}, { finish_reason: undefined })],
    [early, audio({ data: 'QQ' }), stop],
  ];
  for (const chunks of whole) expect(complete(fold(...chunks)).choices[0]!.finish_reason).toBe('stop');
});

it('names what a cut-off answer lacks', () => {
  const cut =
    (...chunks: ChatCompletionChunk[]) =>
    () =>
      complete(fold(...chunks));
  expect(cut(chunk({ content: 'a' }))).toThrow('missing finish_reason for choice 0');
  expect(cut(chunk({ function_call: { name: 'f' } }), stop)).toThrow(
    'missing function_call.arguments for choice 0',
  );
  expect(cut(chunk({ function_call: { arguments: '' } }), stop)).toThrow(
    'missing function_call.name for choice 0',
  );
  expect(cut(call({ index: 0, id: 'a' }), stop)).toThrow('missing choices[0].tool_calls[0].type');
  expect(cut(call({ index: 0, type: 'function' }), stop)).toThrow(
    'missing choices[0].tool_calls[0].function.name',
  );
  expect(cut(call({ index: 0, type: 'custom', function: { name: 'f' } }), stop)).toThrow(
    'missing choices[0].tool_calls[0].custom.name',
  );
});

it('makes up an id for a call that never got one', () => {
  const [one] = message(call({ index: 0, id: '', function: { name: 'f' } })).tool_calls;
  expect(one).toMatchObject({ type: 'function', function: { name: 'f', arguments: '' } });
  expect(one.id).toMatch(/^call_[0-9a-f-]{36}$/);
});

it('gives a finished completion that later chunks leave alone', () => {
  const snapshot = fold(
    chunk({ content: 'a', tool_calls: [{ index: 0, function: { name: 'f', arguments: '1' } }] }),
    stop,
  );
  const whole = complete(snapshot);
  const before = structuredClone(whole);
  accumulate(snapshot, chunk({ content: 'b', tool_calls: [{ index: 0, function: { arguments: '2' } }] }));
  expect(whole).toEqual(before);
});

const folded = (...chunks: object[]) =>
  chunks.reduce<ReturnType<typeof accumulate> | undefined>(
    (snapshot, chunk) => accumulate(snapshot, { id: 'c', ...chunk } as ChatCompletionChunk),
    undefined,
  )!;

it('takes usage from wherever the server tells of it, and the last that says something', () => {
  const choices = [{ index: 0, delta: {}, finish_reason: 'stop' }];
  expect(folded({ choices, x_groq: { usage: { total_tokens: 1 } } }).usage).toEqual({ total_tokens: 1 });
  expect(folded({ choices: [{ ...choices[0], usage: { total_tokens: 2 } }] }).usage).toEqual({
    total_tokens: 2,
  });
  const both = { choices, usage: { total_tokens: 3 }, x_groq: { usage: { total_tokens: 4 } } };
  expect(folded(both, { choices: [], usage: null }).usage).toEqual({ total_tokens: 3 });
});

it('drops arguments that come once more as a whole, and no other repetition', () => {
  const call = (text: string) => ({
    choices: [{ index: 0, delta: { tool_calls: [{ index: 0, function: { arguments: text } }] } }],
  });
  const args = (...texts: string[]) => {
    const [given] = folded(...texts.map(call)).choices[0]!.message.tool_calls!;
    return (given as { function: { arguments: string } }).function.arguments;
  };
  expect(args('{"x"', ':1}', '{"x":1}')).toBe('{"x":1}');
  expect(args('{', '{')).toBe('{{');
  expect(args('1', '1')).toBe('11');
  expect(args('{"x":1}', '{"x":2}')).toBe('{"x":1}{"x":2}');
});

it('keeps the thinking parts of content as reasoning, and the others as text', () => {
  const part = (content: unknown) => ({ choices: [{ index: 0, delta: { content } }] });
  const { message } = folded(
    part([{ type: 'thinking', thinking: [{ type: 'text', text: 'h' }] }]),
    part([
      { type: 'thinking', thinking: 'm' },
      { type: 'text', text: 'A' },
    ]),
    part(''),
  ).choices[0]!;
  expect(message).toMatchObject({ reasoning_content: 'hm', content: 'A' });
});

it('a finish reason may be missing only when the end was announced', () => {
  const snapshot = folded({ choices: [{ index: 0, delta: { content: 'a' } }] });
  expect(() => complete(snapshot)).toThrow('missing finish_reason for choice 0');
  expect(complete(snapshot, true).choices[0]).toMatchObject({
    finish_reason: null,
    message: { content: 'a' },
  });
});
