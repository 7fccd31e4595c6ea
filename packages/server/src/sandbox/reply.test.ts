import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cpuMs, least } from '../../../../test/timing.ts';
import { readPrompt } from './prompt.ts';
import { randomFrom } from './random.ts';
import { reply } from './reply.ts';

type Messages = Parameters<typeof readPrompt>[0]['messages'];

const said = (messages: Messages, seed = 1): string => reply(readPrompt({ messages }), randomFrom(seed));
const user = (content: string): Messages => [{ role: 'user', content }];

describe('the default response', () => {
  it('names the last question, and is short', () => {
    const messages: Messages = [
      ...user('First?'),
      { role: 'assistant', content: 'Yes.' },
      ...user('Why is  the\nsky blue?'),
    ];
    expect(said(messages)).toContain('“Why is the sky blue?”');
    expect(said(messages)).not.toContain('First?');
    expect(said(user('a'.repeat(10_000))).length).toBeLessThan(250);
  });

  it('is the same for the same seed, and has other words for others', () => {
    const texts = Array.from({ length: 10 }, (_, seed) => said(user('Hi'), seed));
    expect(texts).toEqual(Array.from({ length: 10 }, (_, seed) => said(user('Hi'), seed)));
    expect(new Set(texts).size).toBeGreaterThan(3);
  });

  it('does without a question', () => {
    expect(said([{ role: 'system', content: 'Be kind.' }])).toContain('There is no user message.');
  });

  it('is one for any text, in no time', async () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 2000 }), fc.integer(), (question, seed) => {
        expect(said(user(question), seed)).not.toBe('');
      }),
    );
    const sayAll = (): void => {
      for (const text of ['a', ' ', '\n', ' a', '"']) said(user(text.repeat(1_000_000)));
    };
    expect(await least(1_000, () => cpuMs(sayAll))).toBeLessThan(1_000);
  });
});

describe('after tools', () => {
  const call = (id: string, name: string, input: string) => ({
    id,
    type: 'function' as const,
    function: { name, arguments: input },
  });
  const after = (...contents: string[]): string =>
    said([
      ...user('Weather in Oslo?'),
      {
        role: 'assistant',
        tool_calls: contents.map((_, at) => call(`c${at}`, 'get_weather', '{"city":"Oslo"}')),
      },
      ...contents.map((content, at) => ({ role: 'tool' as const, tool_call_id: `c${at}`, content })),
    ]);

  it('repeats each result with the call it belongs to', () => {
    expect(after('{"sky":"clear"}', 'rain')).toBe(
      'get_weather returned {"sky":"clear"} for {"city":"Oslo"}. get_weather returned rain for {"city":"Oslo"}.',
    );
    expect(after('')).toBe('get_weather returned nothing for {"city":"Oslo"}.');
  });

  it('stays short however long and many the results are', () => {
    expect(after('x'.repeat(10_000)).length).toBeLessThan(300);
    expect(after(...Array.from({ length: 50 }, () => 'x'))).toContain('There were 38 more results.');
  });

  it('reads results of functions of the older kind', () => {
    const messages: Messages = [
      ...user('x'),
      { role: 'assistant', function_call: { name: 'f', arguments: '{}' } },
      { role: 'function', name: 'f', content: '7' },
    ];
    expect(said(messages)).toBe('f returned 7.');
  });
});
