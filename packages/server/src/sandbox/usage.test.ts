import { describe, expect, it } from 'vitest';
import type { CompletionRequest } from '../models/model.ts';
import { atOnce } from '../slices.ts';
import { loadTokenizer } from './tokens.ts';
import { promptTokens } from './usage.ts';

const tokenizer = await loadTokenizer();
const tokens = (request: Omit<CompletionRequest, 'model'>): number =>
  atOnce(promptTokens({ ...request, model: 'gpt-4o' } as CompletionRequest, tokenizer));
const user = { role: 'user' as const, content: 'Hello' };

// The first prompt and its number are those of "How to count tokens with tiktoken" in the OpenAI cookbook: the API counted
// 124 for gpt-4o.
describe('promptTokens', () => {
  it('counts messages and names as the API does', () => {
    const example = (who: string, content: string): CompletionRequest['messages'][number] => ({
      role: 'system',
      name: `example_${who}`,
      content,
    });
    const messages: CompletionRequest['messages'] = [
      {
        role: 'system',
        content:
          'You are a helpful, pattern-following assistant that translates corporate jargon into plain English.',
      },
      example('user', 'New synergies will help drive top-line growth.'),
      example('assistant', 'Things working well together will increase revenue.'),
      example(
        'user',
        "Let's circle back when we have more bandwidth to touch base on opportunities for increased leverage.",
      ),
      example('assistant', "Let's talk later when we're less busy about how to do better."),
      {
        role: 'user',
        content: "This late pivot means we don't have time to boil the ocean for the client deliverable.",
      },
    ];
    expect(tokens({ messages })).toBe(124);
  });

  it('adds for functions what the published constants say', () => {
    const described = { type: 'string', description: 'City.', enum: ['a', 'b'] };
    const tool = (parameters?: object): Partial<CompletionRequest> =>
      ({
        tools: [
          {
            type: 'function',
            function: { name: 'f', description: 'Does.', ...(parameters ? { parameters } : {}) },
          },
        ],
      }) as Partial<CompletionRequest>;
    const alone = tokens({ messages: [user] });
    const bare = alone + 12 + 7 + tokenizer.count('f:Does');
    expect(tokens({ messages: [user], ...tool() })).toBe(bare);
    const property = 3 + 3 + tokenizer.count('city:string:City') - 3 + 2 * (3 + 1);
    expect(tokens({ messages: [user], ...tool({ type: 'object', properties: { city: described } }) })).toBe(
      bare + property,
    );
  });

  it('adds for each message, picture, call and schema what it adds', () => {
    const alone = tokens({ messages: [user] });
    expect(alone).toBe(8);
    expect(tokens({ messages: [user, user] })).toBe(13);
    const picture = (detail?: 'low'): CompletionRequest['messages'][number] => ({
      role: 'user',
      content: [
        { type: 'text', text: 'Hello' },
        { type: 'image_url', image_url: { url: 'https://x', ...(detail ? { detail } : {}) } },
      ],
    });
    expect(tokens({ messages: [picture('low')] })).toBe(alone + 85);
    expect(tokens({ messages: [picture()] })).toBe(alone + 765);
    const schema = { name: 'n', schema: { type: 'object' } };
    const formatted = tokens({
      messages: [user],
      response_format: { type: 'json_schema', json_schema: schema },
    });
    expect(formatted).toBe(alone + tokenizer.count(JSON.stringify(schema)));
  });
});
