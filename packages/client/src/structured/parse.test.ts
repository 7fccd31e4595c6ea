import { describe, expect, it } from 'vitest';
import { ContentFilterFinishReasonError, LengthFinishReasonError } from '../errors/unfinished.ts';
import { OpenAIError } from '../errors/openai-error.ts';
import { maybeParseChatCompletion, parseChatCompletion, parseResponseFormatContent } from './parse.ts';
import { shouldParseToolCall, validateInputTools } from './parse.ts';

const format = { type: 'json_schema', json_schema: { name: 'it', schema: {} } };
const strict = { type: 'function', function: { name: 'f', strict: true } };
const call = (name: string, text: string): object => ({
  id: '1',
  type: 'function',
  function: { name, arguments: text },
});

function completion(message: object, finish_reason = 'stop'): any {
  return {
    id: 'c',
    choices: [
      { index: 0, finish_reason, message: { role: 'assistant', content: null, refusal: null, ...message } },
    ],
  };
}

const parsed = (message: object, params: object): any =>
  parseChatCompletion(completion(message), params as any).choices[0]!.message;

describe('parseChatCompletion', () => {
  it('reads content by the response format', () => {
    expect(parsed({ content: '{"a":1}' }, { response_format: format }).parsed).toEqual({ a: 1 });
    expect(parsed({ content: '{"a":1}' }, {}).parsed).toBeNull();
  });

  it('reads nothing from a refusal, nor from a message that only calls tools', () => {
    const params = { response_format: format };
    expect(parsed({ content: 'x', refusal: 'no' }, params).parsed).toBeNull();
    expect(parsed({ content: '', tool_calls: [call('g', '')] }, params).parsed).toBeNull();
    expect(parsed({ content: null }, params).parsed).toBeNull();
  });

  it('takes empty content for invalid JSON when no tool was called', () => {
    expect(() => parsed({ content: '' }, { response_format: format })).toThrow(SyntaxError);
    expect(() => parsed({ content: '', tool_calls: [] }, { response_format: format })).toThrow(SyntaxError);
  });

  it('reads the arguments of strict functions, gives null for others, and passes custom calls on', () => {
    const custom = { id: '2', type: 'custom', custom: { name: 'c', input: '{' } };
    const { tool_calls } = parsed(
      { tool_calls: [call('f', '[1]'), call('g', '[1]'), custom] },
      { tools: [strict] },
    );
    expect(tool_calls.map((call: any) => call.function?.parsed_arguments)).toEqual([[1], null, undefined]);
    expect(tool_calls[2]).toBe(custom);
  });

  it('reads what servers send in other shapes: calls without a type, arguments as a value, content as parts', () => {
    const { tool_calls, ...message } = parsed(
      {
        content: [
          { type: 'thinking', thinking: [] },
          { type: 'text', text: '{"a"' },
          { type: 'text', text: ':1}' },
        ],
        tool_calls: [
          { id: '1', function: { name: 'f', arguments: { x: 1 } } },
          { id: '2', type: null, custom: { name: 'c', input: '' } },
        ],
      },
      { tools: [strict], response_format: format },
    );
    expect(message.parsed).toEqual({ a: 1 });
    expect(tool_calls[0]).toEqual({
      id: '1',
      type: 'function',
      function: { name: 'f', arguments: '{"x":1}', parsed_arguments: { x: 1 } },
    });
    expect(tool_calls[1]).toMatchObject({ type: 'custom', custom: { name: 'c' } });
  });

  it('refuses calls of unknown types', () => {
    expect(() => parsed({ tool_calls: [{ id: '1', type: 'mcp' }] }, {})).toThrow(
      new OpenAIError('Currently only `function` and `custom` tool calls are supported; Received `mcp`'),
    );
  });

  it('does not change the completion', () => {
    const original = completion({ content: '{}', tool_calls: [call('f', '{}')] });
    const before = structuredClone(original);
    parseChatCompletion(original, { response_format: format, tools: [strict] } as any);
    expect(original).toEqual(before);
  });

  it.each([
    ['length', LengthFinishReasonError],
    ['content_filter', ContentFilterFinishReasonError],
  ])('an answer ended by %s is an error that has what arrived, and does not print it', (reason, Class) => {
    const original = completion({ content: '{"secret":' }, reason);
    original.usage = { total_tokens: 5 };
    const error: any = (() => {
      try {
        return parseChatCompletion(original, {} as any);
      } catch (error) {
        return error;
      }
    })();
    expect(error).toBeInstanceOf(Class);
    expect(error.completion).toBe(original);
    expect(error.usage).toEqual({ total_tokens: 5 });
    expect(error.partialText).toBe('{"secret":');
    expect(JSON.stringify({ ...error }) + error.stack).not.toContain('secret');
    expect(new Class()).toMatchObject({ completion: undefined, usage: undefined, partialText: undefined });
  });

  it('names the choice that ended early', () => {
    const original = completion({ content: 'whole' });
    original.choices.push({ index: 1, finish_reason: 'length', message: { content: 'par' } });
    expect(() => parseChatCompletion(original, {} as any)).toThrow(
      expect.objectContaining({ partialText: 'par' }),
    );
  });
});

describe('maybeParseChatCompletion', () => {
  it('gives null, and no error for answers that ended early, when nothing is to be parsed', () => {
    for (const params of [null, {}, { tools: [{ type: 'function', function: { name: 'f' } }] }]) {
      const result = maybeParseChatCompletion(completion({ content: '{' }, 'length'), params as any);
      expect(result.choices[0]!.message.parsed).toBeNull();
    }
  });

  it('parses like parseChatCompletion when a format or a strict tool asks for it', () => {
    expect(() => maybeParseChatCompletion(completion({}, 'length'), { tools: [strict] } as any)).toThrow(
      LengthFinishReasonError,
    );
  });
});

describe('validateInputTools', () => {
  it('takes strict functions and custom tools, and nothing else', () => {
    validateInputTools([strict, { type: 'custom', custom: { name: 'c' } }] as any);
    validateInputTools(undefined);
    expect(() => validateInputTools([{ type: 'function', function: { name: 'g' } }])).toThrow(
      'The `g` tool is not marked with `strict: true`. Only strict function tools can be auto-parsed',
    );
    expect(() => validateInputTools([{ type: 'mcp' }] as any)).toThrow(
      'Currently only `function` and `custom` tool types are supported; Received `mcp`',
    );
  });
});

it('shouldParseToolCall says whether arguments will be read', () => {
  const asks = (name: string): boolean =>
    shouldParseToolCall({ tools: [strict] } as any, { type: 'function', function: { name } });
  expect([asks('f'), asks('g'), shouldParseToolCall(null, {})]).toEqual([true, false, false]);
});

it('parseResponseFormatContent reads by format, and gives null without a schema', () => {
  expect(parseResponseFormatContent(format, '1')).toBe(1);
  expect(parseResponseFormatContent({ type: 'json_object' }, '1')).toBeNull();
});
