// The thirty-two rows, one test each: what a program gets from this package.
import { expect, test } from 'vitest';
import { OpenAI } from '../../src/entries/index.ts';
import type { ChatCompletionMessage } from '../../src/types/completion.ts';
import { expectError } from './expect.ts';
import { ask, type Outcome } from './read.ts';
import { fetchRow, rows } from './rows.ts';

interface Both {
  raw: Outcome;
  helper: Outcome;
}

/** A test of the row, given what both ways of streaming saw of it. */
function row(
  number: number,
  title: string,
  check: (seen: Both) => void,
  options: object = {},
  more: object = {},
): void {
  test(`row ${number}: ${title}`, async () => {
    const fetch = fetchRow(rows[number - 1]!);
    const client = new OpenAI({ apiKey: 'k', maxRetries: 0, logLevel: 'off', fetch });
    const [raw, helper] = await Promise.all([
      ask(client, 'raw', more, options),
      ask(client, 'helper', more, options),
    ]);
    check({ raw, helper });
  });
}

const messageOf = ({ completion, error }: Outcome): ChatCompletionMessage & Record<string, unknown> => {
  if (!completion) throw error;
  return completion.choices[0]!.message as ReturnType<typeof messageOf>;
};
const callsOf = (outcome: Outcome): unknown[] =>
  (messageOf(outcome).tool_calls ?? []).map((call) =>
    call.type === 'function' ? [call.id, call.function.name, call.function.arguments] : call,
  );
/** The text of a raw stream that ended well. */
const textOf = ({ chunks, error }: Outcome): string => {
  if (error) throw error;
  return chunks.map((chunk) => chunk.choices?.[0]?.delta?.content ?? '').join('');
};

function bothSay(text: string): (seen: Both) => void {
  return ({ raw, helper }) => {
    expect(textOf(raw)).toBe(text);
    expect(messageOf(helper).content).toBe(text);
    expect(helper.completion?.choices[0]?.finish_reason).toBe('stop');
  };
}

function bothFail(expected: Parameters<typeof expectError>[1]): (seen: Both) => void {
  return ({ raw, helper }) => {
    expectError(raw.error, expected);
    expectError(helper.error, expected);
  };
}

const failed = {
  is: 'InternalServerError',
  message: '502 Upstream is gone',
  status: 502,
  code: 502,
  type: 'server_error',
};

row(
  1,
  'a silent server is an idle timeout that carries what had come',
  bothFail({ is: 'APIConnectionTimeoutError', partial: 'Hel' }),
  { idleTimeout: 50 },
);
row(
  2,
  'a cut stream is an error that carries what had come',
  bothFail({ is: 'StreamTruncatedError', partial: 'Hello' }),
);
row(
  2,
  'a cut stream just ends for who asked for that; a whole completion there is not',
  ({ raw, helper }) => {
    expect(textOf(raw)).toBe('Hello');
    expectError(helper.error, { is: 'OpenAIError', message: /finish_reason/, partial: 'Hello' });
  },
  { onTruncated: 'return' },
);
row(3, 'a completion that is not streamed is a stream of one', ({ raw, helper }) => {
  expect(raw.error).toBeUndefined();
  expect(raw.chunks).toHaveLength(1);
  expect(messageOf(helper).content).toBe('Hello');
});
row(4, 'an error behind a status of 200 is thrown', bothFail(failed));
row(
  5,
  'a page is an error that tells its type and how it begins',
  bothFail({ is: 'OpenAIError', message: /text\/html.*<!doctype html><title>Sign in/ }),
);
row(6, 'an event without data is skipped', bothSay('Hello'));
row(7, 'an empty event is skipped', bothSay('Hello'));
row(8, 'a ping with an empty object is skipped', ({ raw, helper }) => {
  bothSay('Hello')({ raw, helper });
  expect(raw.chunks).toHaveLength(3);
});
row(9, 'null is skipped', ({ raw, helper }) => {
  bothSay('Hello')({ raw, helper });
  expect(raw.chunks).toHaveLength(3);
});
row(10, 'events without a blank line between them are told apart', bothSay('Hello'));
row(11, 'a space after [DONE] does not matter', bothSay('Hello'));
row(12, 'an error field is thrown', bothFail({ ...failed, partial: 'Hel' }));
row(13, 'an error that is not wrapped is thrown', bothFail({ ...failed, partial: 'Hel' }));
row(14, 'an error on a line of its own is thrown', bothFail({ ...failed, partial: 'Hel' }));
row(15, 'an error in a stream keeps message, code and type', bothFail({ ...failed, partial: 'Hel' }));
row(16, 'glued frames are an error that does not repeat what they held', ({ raw, helper }) => {
  const message = 'Error reading response: malformed server-sent event JSON.';
  bothFail({ is: 'OpenAIError', message, partial: 'Hel' })({ raw, helper });
});
row(
  16,
  'glued frames are at hand for who asked for them',
  ({ raw, helper }) => {
    for (const { error } of [raw, helper])
      expect((error as { raw?: string }).raw).toContain('"object":"chat.completion.cdata: {');
  },
  { debugWire: true },
);
row(16, 'the frame that begins inside another is saved for who asked for that', bothSay('Hello'), {
  onMalformed: 'salvage',
});
row(
  17,
  'a lost connection is a connection error that carries what had come',
  bothFail({ is: 'APIConnectionError', partial: 'Hel' }),
);
row(18, 'chunks without choices have none', bothSay('Hello'));
row(19, 'a choice without index is the first', bothSay('Hello'));
row(20, 'a role that never comes is assistant', ({ raw, helper }) => {
  bothSay('Hello')({ raw, helper });
  expect(messageOf(helper).role).toBe('assistant');
});
row(21, 'a call without index has its place', ({ helper }) => {
  expect(callsOf(helper)).toEqual([['a', 'add', '{"x":1}']]);
});
row(22, 'a first call with index 1 is the first call', ({ helper }) => {
  expect(callsOf(helper)).toEqual([['a', 'add', '{"x":1}']]);
  expect(messageOf(helper).content).toBe('Hel');
});
row(23, 'two calls of one index are two', ({ helper }) => {
  expect(callsOf(helper)).toEqual([
    ['a', 'add', '{"x":1}'],
    ['b', 'sub', '{"y":2}'],
  ]);
});
row(24, 'arguments that are an object become their JSON', ({ helper }) => {
  expect(callsOf(helper)).toEqual([['a', 'add', '{"x":1}']]);
});
row(25, 'a call without type is a function call', ({ helper }) => {
  expect(messageOf(helper).tool_calls?.[0]?.type).toBe('function');
});
row(26, 'of a name in pieces the last counts, while no tool is declared', ({ helper }) => {
  expect(callsOf(helper)).toEqual([['a', 'weather', '{"x":1}']]);
});
row(
  26,
  'pieces that make the name of a declared tool are joined',
  ({ helper }) => {
    expect(callsOf(helper)).toEqual([['a', 'get_weather', '{"x":1}']]);
    expect(helper.events.join()).toContain('get_weather');
  },
  {},
  { tools: [{ type: 'function', function: { name: 'get_weather' } }] },
);
row(27, 'the text of parts is joined', ({ helper }) => {
  expect(messageOf(helper).content).toBe('Hello');
});
row(28, 'reasoning is joined', ({ helper }) => {
  expect(messageOf(helper)).toMatchObject({ content: 'Hello', reasoning_content: 'Two plus' });
});
row(29, 'details of reasoning are merged by index', ({ helper }) => {
  expect(messageOf(helper)['reasoning_details']).toEqual([
    { index: 0, type: 'reasoning.text', text: 'Two plus' },
  ]);
});
row(30, 'content is done once, with all of it', ({ helper }) => {
  expect(helper.events.filter((event) => event.startsWith('content.done'))).toEqual(['content.done Hello']);
  expect(helper.events.at(-1)).toBe('content.done Hello');
});
row(31, 'a number is read as text', ({ helper }) => expect(messageOf(helper).content).toBe('Hel1'));
row(32, '[DONE] without a finish reason is an answer whose reason is null', ({ raw, helper }) => {
  expect(textOf(raw)).toBe('Hello');
  expect(messageOf(helper).content).toBe('Hello');
  expect(helper.completion?.choices[0]?.finish_reason).toBeNull();
});
