import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { ChatCompletionChunk } from '../types/chunk.ts';
import { accumulate, partialOf } from './accumulate.ts';
import { chunkRules } from './chunks.ts';

const fail = (error: unknown): never => {
  throw Object.assign(new Error('failed'), { error });
};
const read = (payload: unknown, event: string | null = null): any => chunkRules().read(payload, event, fail);

const envelope = { id: 'c', object: 'chat.completion.chunk', created: 1, model: 'm' };
const text = fc.string({ maxLength: 3 });
const delta = fc.oneof(
  { weight: 4, arbitrary: fc.record({ content: text }) },
  fc.record({ reasoning_content: text }),
  fc.record({ role: fc.constant('assistant'), content: fc.option(text) }),
  fc.record({ content: text, reasoning: text, refusal: fc.option(text) }),
  fc.record({
    tool_calls: fc.array(fc.record({ index: fc.nat(2), function: fc.record({ arguments: text }) }), {
      maxLength: 2,
    }),
  }),
  fc.constant({}),
);
const choice = fc.record(
  {
    index: fc.nat(1),
    delta,
    finish_reason: fc.option(fc.constantFrom('stop', 'length')),
    logprobs: fc.constantFrom(null, { content: [{ token: 'a', logprob: 0 }] }),
  },
  { requiredKeys: ['index', 'delta'] },
);
const chunks = fc.array(
  fc
    .record(
      { choices: fc.array(choice, { maxLength: 2 }), usage: fc.constantFrom(null, { total_tokens: 1 }) },
      { requiredKeys: ['choices'] },
    )
    .map((rest) => ({ ...envelope, ...rest }) as unknown as ChatCompletionChunk),
  { maxLength: 12 },
);

test('at any time, partial is what the accumulator makes of all chunks', () => {
  fc.assert(
    fc.property(chunks, fc.func(fc.boolean()), (given, looks) => {
      const rules = chunkRules();
      let folded: ReturnType<typeof accumulate> | undefined;
      for (const [at, chunk] of given.entries()) {
        const before = structuredClone(chunk);
        const item = rules.read(chunk, null, fail)!;
        folded = accumulate(folded, { ...item, choices: before.choices });
        if (looks(at)) expect(rules.partial()).toEqual(partialOf(folded));
      }
      expect(rules.partial()).toEqual(folded && partialOf(folded));
      expect(rules.whole()).toBe(folded?.choices.every((each) => each.finish_reason) ?? true);
    }),
  );
});

test('chunks a reader takes apart, and indices that are none, stop nothing', () => {
  const rules = chunkRules();
  for (const index of [0, -1, 0]) {
    const chunk: any = rules.read({ ...envelope, choices: [{ index, delta: { content: 'a' } }] }, null, fail);
    chunk.choices = undefined;
  }
  expect(() => rules.partial()).not.toThrow();
});

describe('a payload', () => {
  test.each<[unknown, string | null]>([
    [null, null],
    [5, null],
    ['text', null],
    [{}, null],
    [{ type: 'ping' }, 'ping'],
    [{ id: 'c' }, 'keep-alive'],
  ])('%j of the event %j is skipped', (payload, event) => {
    expect(read(payload, event)).toBeUndefined();
  });

  test('without choices has none when it is a chunk, and is left alone when it may be anything', () => {
    expect(read({ id: 'c' })).toEqual({ id: 'c', choices: [] });
    expect(read({ choices: null })).toEqual({ choices: [] });
    expect(read({ a: 1 })).toEqual({ a: 1 });
    expect(read({ a: 1 }, 'message')).toEqual({ a: 1 });
  });

  test('with choices is a chunk under any name', () => {
    expect(read({ choices: [{ delta: {} }] }, 'chunk')).toEqual({
      choices: [{ delta: {}, finish_reason: null }],
    });
  });

  test('that is an error in any shape fails', () => {
    for (const error of [{ object: 'error', message: 'm' }, { detail: 'm' }, { message: 'm' }])
      expect(() => read(error)).toThrow('failed');
  });
});

test('a snapshot somebody keeps is used in the place of one of its own', () => {
  const kept = accumulate(undefined, {
    ...envelope,
    choices: [{ index: 0, delta: { content: 'kept' } }],
  } as never);
  const rules = chunkRules(() => kept);
  rules.read(
    { ...envelope, choices: [{ index: 0, delta: { content: 'other' }, finish_reason: 'stop' }] },
    null,
    fail,
  );
  expect(rules.whole()).toBe(false);
  expect(rules.partial()).toMatchObject({ choices: [{ message: { content: 'kept' } }] });
});
