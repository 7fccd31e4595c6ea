import { describe, expect, it } from 'vitest';
import { inputOf, outputOf } from './content.ts';

const input = (...messages: object[]): any => JSON.parse(inputOf({ messages })!);

describe('messages', () => {
  it('are a role and parts', () => {
    expect(
      input(
        { role: 'system', content: 'Be brief' },
        { role: 'user', name: 'Ann', content: [{ type: 'text', text: 'What is this?' }] },
      ),
    ).toEqual([
      { role: 'system', parts: [{ type: 'text', content: 'Be brief' }] },
      { role: 'user', name: 'Ann', parts: [{ type: 'text', content: 'What is this?' }] },
    ]);
  });

  it('have images and audio as links or data', () => {
    const content = [
      { type: 'image_url', image_url: { url: 'https://h/a.png' } },
      { type: 'image_url', image_url: { url: 'data:image/png;base64,AAAA' } },
      { type: 'input_audio', input_audio: { format: 'wav', data: 'BBBB' } },
      { type: 'file', file: { file_id: 'f' } },
    ];
    expect(input({ role: 'user', content })[0].parts).toEqual([
      { type: 'uri', modality: 'image', uri: 'https://h/a.png' },
      { type: 'blob', modality: 'image', mime_type: 'image/png', content: 'AAAA' },
      { type: 'blob', modality: 'audio', mime_type: 'audio/wav', content: 'BBBB' },
      { type: 'file', file: { file_id: 'f' } },
    ]);
  });

  it('have calls with their arguments, and their results', () => {
    const tool_calls = [
      { id: '1', type: 'function', function: { name: 'f', arguments: '{"a":1}' } },
      { id: '2', type: 'function', function: { name: 'f', arguments: '{"a":' } },
      { id: '3', type: 'custom', custom: { name: 'g', input: 'text' } },
    ];
    const [assistant, result] = input(
      { role: 'assistant', content: null, refusal: 'No', reasoning_content: 'Hm', tool_calls },
      { role: 'tool', tool_call_id: '1', content: 'done' },
    );
    expect(assistant.parts).toEqual([
      { type: 'reasoning', content: 'Hm' },
      { type: 'refusal', content: 'No' },
      { type: 'tool_call', id: '1', name: 'f', arguments: { a: 1 } },
      { type: 'tool_call', id: '2', name: 'f', arguments: '{"a":' },
      { type: 'tool_call', id: '3', name: 'g', arguments: 'text' },
    ]);
    expect(result).toEqual({
      role: 'tool',
      parts: [{ type: 'tool_call_response', id: '1', response: 'done' }],
    });
  });

  it('may be a prompt, and a choice a text', () => {
    expect(inputOf({ prompt: 'Once' })).toBe('[{"role":"user","parts":[{"type":"text","content":"Once"}]}]');
    expect(JSON.parse(outputOf({ choices: [{ text: 'upon', finish_reason: 'length' }] })!)).toEqual([
      { role: 'assistant', parts: [{ type: 'text', content: 'upon' }], finish_reason: 'length' },
    ]);
    expect([inputOf({}), outputOf({})]).toEqual([undefined, undefined]);
  });

  it.each([
    [null],
    ['text'],
    [{ role: 'user' }],
    [{ role: 'user', content: [null, 'text'] }],
    [{ tool_calls: [null] }],
  ])('that are none of this kind, such as %j, do not fail', (message) => {
    expect(() => inputOf({ messages: [message] })).not.toThrow();
    expect(() => outputOf({ choices: [null, { message }] })).not.toThrow();
  });
});
