import { expect, it } from 'vitest';
import type { ChatCompletionMessageParam } from '../types/messages.ts';
import { toParam } from './outgoing.ts';

const sent = (message: object): unknown =>
  JSON.parse(JSON.stringify(toParam(message as ChatCompletionMessageParam)));

it('what a provider added to a reply or a call is sent back', () => {
  const reply = {
    role: 'assistant',
    content: '',
    reasoning_content: 'hm',
    reasoning_details: [{ type: 'reasoning.text', text: 'hm' }],
    tool_calls: [
      {
        id: 'a',
        type: 'function',
        function: { name: 'f', arguments: '{}' },
        extra_content: { google: { thought_signature: 'sig' } },
      },
    ],
  };
  expect(sent(reply)).toEqual(reply);
});

it('what we added to a reply, and what only replies have, is not', () => {
  const call = { name: 'f', arguments: '{}' };
  const reply = {
    role: 'assistant',
    content: null,
    parsed: { a: 1 },
    annotations: [],
    audio: { id: 'audio_1', data: 'AA', transcript: 'hi', expires_at: 1 },
    tool_calls: [
      { id: 'a', type: 'function', function: { ...call, parsed_arguments: {} } },
      { id: 'b', type: 'custom', custom: { name: 'c', input: 'x' } },
    ],
  };
  expect(sent(reply)).toEqual({
    role: 'assistant',
    content: null,
    audio: { id: 'audio_1' },
    tool_calls: [
      { id: 'a', type: 'function', function: call },
      { id: 'b', type: 'custom', custom: { name: 'c', input: 'x' } },
    ],
  });
});

it('fields that a message may not have as null are left out, and a null content stays', () => {
  const reply = {
    role: 'assistant',
    content: null,
    audio: null,
    function_call: null,
    refusal: null,
    tool_calls: null,
  };
  expect(sent(reply)).toEqual({ role: 'assistant', content: null });
});

it('the message of the conversation is not changed, and other messages are sent as they are', () => {
  const reply = Object.freeze({ role: 'assistant', content: 'x', parsed: 1, tool_calls: undefined });
  expect(sent(reply)).toEqual({ role: 'assistant', content: 'x' });
  const user = { role: 'user', content: 'x', parsed: 1 } as ChatCompletionMessageParam;
  expect(toParam(user)).toBe(user);
});
