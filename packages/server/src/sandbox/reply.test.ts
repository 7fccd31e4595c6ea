import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readPrompt } from './prompt.ts';
import { randomFrom } from './random.ts';
import { reply } from './reply.ts';
import { sentencesOf } from './style.ts';

type Messages = Parameters<typeof readPrompt>[0]['messages'];

function said(question: string, system?: string, seed = 1): string {
  const messages: Messages = [
    ...(system ? [{ role: 'system' as const, content: system }] : []),
    { role: 'user', content: question },
  ];
  return reply(readPrompt({ messages }), randomFrom(seed, question));
}

describe('what the sandbox can do', () => {
  it.each([
    ['What is 12 * (3 + 4)?', '84'],
    ['what is 15% of 80', '12'],
    ['What is 2 to the power of 10?', '1024'],
    ['What is the square root of 144?', '12'],
    ['How much is 1,000 divided by 8?', '125'],
    ['What is 0.1 + 0.2?', '0.3.'],
    ['What is 7 divided by 0?', 'no answer'],
    ['What is the capital of Japan?', 'Tokyo'],
    ['Translate "good morning" to French', 'bonjour'],
    ['How do you say thank you in German?', '“thank you” is “danke”'],
    ['How many words are in "one two three"?', '3'],
    ['How many r are in "strawberry"?', '3'],
    ['Summarize: The cat sat on the mat. It was warm. The dog left.', 'mat.” It ends with “The dog left.”'],
    ['Write a Python function for the factorial', 'def factorial(n):'],
    ['Write a TypeScript function that parses a CSV line', 'throw new Error'],
  ])('%s', (question, answer) => {
    expect(said(question)).toContain(answer);
  });

  it.each([
    ['Say this is a test', 'this is a test'],
    ['Reply with exactly: "pong"', 'pong'],
    ['Repeat after me: one, two', 'one, two'],
    ['Repeat after me: one two', 'one two'],
    ['Say exactly: a b c d', 'a b c d'],
    ['Say "a cat"', 'a cat'],
    ['Count from 3 to 6', '3, 4, 5, 6'],
    ['Reverse the word "stressed"', 'desserts'],
    ['Spell "cat"', 'C-A-T'],
  ])('%s, word for word', (question, answer) => {
    expect(said(question)).toBe(answer);
  });

  it.each(['Say something', 'Say a joke', 'Echo one of them'])('%s, in words of its own', (question) => {
    expect(question).not.toContain(said(question));
  });

  it.each(['The meeting is on 2024-01-15.', 'Call 555-1234.', 'See section 4.2', 'I have 3 cats'])(
    'sees no sum in: %s',
    (text) => {
      expect(said(text)).not.toMatch(/= |is -?\d+\./);
    },
  );

  it('knows what the tour asks, in as many sentences as it is asked for', () => {
    expect(said('And why are sunsets red?')).toContain('scatters the blue out of it');
    expect(said('In one word: which sea does the Nile reach?')).toBe('Mediterranean');
    for (const question of [
      'Why is the sky blue?',
      'What is the capital of Peru?',
      'Who wrote Hamlet?',
      'How do tides work?',
      'I like rain.',
    ]) {
      expect(sentencesOf(said(`${question} Answer in two sentences.`)), question).toHaveLength(2);
    }
    expect(sentencesOf(said('Explain tides in 5 sentences.'))).toHaveLength(5);
    expect(said('How do tides work? Answer in three sentences.')).not.toContain('three sentences');
  });

  it('makes as many lines of a list as it is asked for', () => {
    expect(said('Give me 5 tips for learning the piano').split('\n')).toHaveLength(5);
    expect(said('List three colours').split('\n')).toHaveLength(3);
  });

  it('answers in one word, in one sentence, in another language, in capitals and in bullets', () => {
    expect(said('What is the capital of Japan?', 'Answer in one word.')).toBe('Tokyo');
    expect(said('How do tides work?', 'Answer in one word.')).toMatch(/^\S+$/);
    expect(said('How do tides work?', 'Answer in one sentence.')).toMatch(/^[^.!?]*(“[^”]*”[^.!?]*)*[.!?]$/);
    expect(said('What is the capital of Japan?', 'Reply in French.')).toBe('Voici la réponse : Tokyo.');
    expect(said('How do tides work?', 'Always answer in German.')).toContain('Sie haben gefragt');
    expect(said('What is the capital of Japan? Please answer in Dutch.')).toBe('Het antwoord is Tokyo.');
    expect(said('What is the capital of Japan?', 'Shout.')).toMatch(/^[^a-z]+$/);
    expect(
      said('How do tides work?', 'Use bullet points.')
        .split('\n')
        .every((line) => line.startsWith('- ')),
    ).toBe(true);
  });

  it('says what it is when asked, and passes for nothing else', () => {
    for (const question of ['Who are you?', 'Are you ChatGPT?', 'What model is this?', 'Are you real?']) {
      expect(said(question)).toMatch(/sandbox/i);
    }
  });

  it('comes back to what was said before', () => {
    const messages: Messages = [
      { role: 'user', content: 'My name is Bo and my favourite food is rice.' },
      { role: 'assistant', content: 'Noted.' },
    ];
    const recall = (content: string): string =>
      reply(readPrompt({ messages: [...messages, { role: 'user', content }] }), randomFrom(1));
    expect(recall('What is my name?')).toContain('Bo');
    expect(recall('What is my favourite food?')).toContain('rice');
    expect(recall('What did I say first?')).toContain('My name is Bo');
  });

  it('tells what tools gave back, errors included', () => {
    const after = (content: string): string =>
      reply(
        readPrompt({
          messages: [
            { role: 'user', content: 'Weather in Oslo?' },
            {
              role: 'assistant',
              content: null,
              tool_calls: [
                {
                  id: 'a',
                  type: 'function',
                  function: { name: 'get_weather', arguments: '{"city":"Oslo"}' },
                },
              ],
            },
            { role: 'tool', tool_call_id: 'a', content },
          ],
        }),
        randomFrom(1),
      );
    expect(after('{"temperature":-3,"sky":"clear"}')).toContain(
      'The weather for Oslo says: temperature is -3 and sky is clear.',
    );
    expect(after('{"city":"Oslo","sky":"clear"}')).toContain('The weather for Oslo says: sky is clear.');
    expect(after('{"city":"Oslo"}')).toContain('The weather for Oslo says: city is Oslo.');
    expect(after('Sunny')).toContain('The weather for Oslo says Sunny.');
    expect(after('{"error":"no such city"}')).toContain('failed: no such city');
    expect(after('')).toContain('without a word');
  });

  it('knows what it was shown, and that it cannot see it', () => {
    const content = [
      { type: 'text' as const, text: 'What is this?' },
      { type: 'image_url' as const, image_url: { url: `data:image/png;base64,${'A'.repeat(4000)}` } },
    ];
    expect(reply(readPrompt({ messages: [{ role: 'user', content }] }), randomFrom(1))).toMatch(
      /a PNG picture of 3 KB.*cannot see/,
    );
  });
});

describe('every question', () => {
  it('gets an answer that is not empty, the same each time, in time', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string({ unit: 'binary', maxLength: 2000 }),
          fc.lorem({ maxCount: 50 }),
          fc.string({ maxLength: 300 }),
        ),
        fc.integer(),
        (question, seed) => {
          const start = performance.now();
          expect(said(question, undefined, seed)).not.toBe('');
          expect(said(question, undefined, seed)).toBe(said(question, undefined, seed));
          expect(performance.now() - start).toBeLessThan(3000);
        },
      ),
      { numRuns: 500 },
    );
  });

  it('is read in time even when it is a hundred thousand of one character', () => {
    for (const text of [
      'a',
      ' ',
      '"',
      '1',
      '(',
      '1+',
      'a b ',
      'A',
      "'",
      '.',
      '\n',
      'say ',
      'the ',
      'list ',
      ': ',
      '1-',
      'write ',
    ]) {
      const start = performance.now();
      said(text.repeat(100_000 / text.length));
      said(`Summarize: ${text.repeat(100_000 / text.length)}`);
      expect([text, performance.now() - start < 3000]).toEqual([text, true]);
    }
  });
});
