import { describe, expect, it } from 'vitest';
import type { ChatCompletionMessageParam } from '../types/messages.ts';
import { pendingCalls, sortAnswers } from './pending.ts';

const user = { role: 'user', content: 'x' } as const;
const reply = (...ids: string[]): ChatCompletionMessageParam => ({
  role: 'assistant',
  tool_calls: ids.map((id, at) => ({ id, type: 'function', function: { name: `f${at}`, arguments: '' } })),
});
const answer = (tool_call_id: string, content = ''): ChatCompletionMessageParam => ({
  role: 'tool',
  tool_call_id,
  content,
});
const names = (messages: ChatCompletionMessageParam[]): string[] =>
  pendingCalls(messages).map((call) => (call.type === 'function' ? call.function.name : ''));

describe('pending calls', () => {
  it('are those of the last reply that have no answer', () => {
    expect(names([user, reply('a', 'b', 'c'), answer('b')])).toEqual(['f0', 'f2']);
    expect(names([reply('a', 'b'), answer('b'), answer('a')])).toEqual([]);
  });

  it('are none once the conversation has moved on', () => {
    expect(names([reply('a'), user])).toEqual([]);
    expect(names([reply('a'), { role: 'assistant', content: 'never mind' }])).toEqual([]);
    expect(names([user])).toEqual([]);
    expect(names([])).toEqual([]);
  });

  it('with one id for all are as many as answers are missing', () => {
    expect(names([reply('a', 'a', 'a'), answer('a'), answer('a')])).toEqual(['f2']);
  });
});

describe('answers that came late', () => {
  it('are put in the order of their calls', () => {
    const messages = [user, reply('a', 'b', 'c'), answer('a'), answer('c'), answer('b')];
    const list = messages;
    sortAnswers(messages);
    expect(messages).toEqual([user, reply('a', 'b', 'c'), answer('a'), answer('b'), answer('c')]);
    expect(messages).toBe(list);
  });

  it('leave any other conversation as it is', () => {
    for (const messages of [[], [user], [reply('b', 'a'), answer('a'), user], [answer('x'), answer('a')]]) {
      const before = [...messages];
      sortAnswers(messages);
      expect(messages).toEqual(before);
    }
  });
});
