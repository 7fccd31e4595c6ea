import { expect, it } from 'vitest';
import type { ChatCompletion } from '../types/completion.ts';
import type { ChatCompletionMessageParam } from '../types/messages.ts';
import {
  AbstractChatCompletionRunner,
  isAssistantMessage,
  isPresent,
  isToolMessage,
} from './conversation.ts';

/** A run that consists of these messages and completions. */
class Conversation extends AbstractChatCompletionRunner<any, null> {
  static of(...turns: (ChatCompletionMessageParam | ChatCompletion)[]): Conversation {
    const run = new Conversation();
    run._run(async () => {
      for (const turn of turns) {
        if ('choices' in turn) run._addChatCompletion(turn as never);
        else run._addMessage(turn);
      }
    });
    return run;
  }
}

const reply = (message: object, usage?: object): ChatCompletion =>
  ({
    choices: [{ index: 0, message: { role: 'assistant', ...message }, finish_reason: 'stop' }],
    usage,
  }) as unknown as ChatCompletion;
const call = (id: string, name: string): object => ({
  id,
  type: 'function',
  function: { name, arguments: '{}' },
});

it('adds up the usage of all completions, in every detail', async () => {
  const run = Conversation.of(
    reply(
      { content: 'a' },
      {
        prompt_tokens: 1,
        completion_tokens: 2,
        total_tokens: 3,
        prompt_tokens_details: { cached_tokens: 1 },
        completion_tokens_details: { reasoning_tokens: 4, audio_tokens: null },
      },
    ),
    reply({ content: 'b' }),
    reply(
      { content: 'c' },
      {
        prompt_tokens: 10,
        completion_tokens: 20,
        total_tokens: 30,
        prompt_tokens_details: { cached_tokens: 10, audio_tokens: 5 },
        completion_tokens_details: { reasoning_tokens: 40 },
      },
    ),
  );
  const told: unknown[] = [];
  run.on('totalUsage', (usage: unknown) => told.push(usage));
  const sum = {
    prompt_tokens: 11,
    completion_tokens: 22,
    total_tokens: 33,
    prompt_tokens_details: { cached_tokens: 11, audio_tokens: 5 },
    completion_tokens_details: { reasoning_tokens: 44 },
  };
  expect(await run.totalUsage()).toEqual(sum);
  expect(told).toEqual([sum]);
});

it('tells no usage where no answer did, and has zeros', async () => {
  const run = Conversation.of(reply({ content: 'a' }));
  const told: unknown[] = [];
  run.on('totalUsage', (usage: unknown) => told.push(usage));
  expect(await run.totalUsage()).toEqual({ prompt_tokens: 0, completion_tokens: 0, total_tokens: 0 });
  expect(told).toEqual([]);
});

it('has as its last result the last text that a called function gave back', async () => {
  const run = Conversation.of(
    reply({ content: null, tool_calls: [call('1', 'f'), call('2', 'g'), call('3', 'h')] }),
    { role: 'tool', tool_call_id: '1', content: 'first' },
    { role: 'tool', tool_call_id: '2', content: 'second' },
    { role: 'tool', tool_call_id: '3', content: [{ type: 'text', text: 'parts' }] },
    { role: 'tool', tool_call_id: 'unknown', content: 'of no call' },
    reply({ content: 'done' }),
  );
  expect(await run.finalFunctionToolCallResult()).toBe('second');
  expect(await run.finalFunctionToolCall()).toEqual({ name: 'h', arguments: '{}' });
});

it('tells messages apart, and what is there from what is not', () => {
  const [assistant, tool] = [{ role: 'assistant' as const }, { role: 'tool', content: '' } as never];
  expect([assistant, tool, null, undefined].map(isAssistantMessage)).toEqual([true, false, false, false]);
  expect([assistant, tool, null, undefined].map(isToolMessage)).toEqual([false, true, false, false]);
  expect([0, '', false, null, undefined].map(isPresent)).toEqual([true, true, true, false, false]);
});
