/** Requests, and fixtures that reply with text, with one call, and with several. */
import type { Fixture } from '../../src/fixtures/fixture.ts';

export const weather = {
  type: 'function' as const,
  function: {
    name: 'get_weather',
    parameters: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
  },
};
export const user = (content: string): object => ({ messages: [{ role: 'user', content }] });
export const text = user('Count to 3');
export const call = { ...user('What is the weather in Paris?'), tools: [weather] };
export const calls = { ...user('What is the weather in Paris and Rome?'), tools: [weather] };

const callOf = (city: string) => ({ name: 'get_weather', arguments: { city } });

export const fixtures: Fixture[] = [
  { when: { lastUser: 'Count to 3' }, reply: '1, 2, 3' },
  { when: { lastUser: 'Count to 9' }, reply: '1, 2, 3, 4, 5, 6, 7, 8, 9' },
  { when: { lastUser: 'Count to 6' }, reply: '1, 2, 3, 4, 5, 6' },
  { when: { lastUser: 'Count to 12' }, reply: '1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12' },
  { when: { lastUser: 'Say "007 1 2e3"' }, reply: '007 1 2e3' },
  {
    when: { lastUser: /weather in (\w+) and (\w+)\?/, tool: 'get_weather' },
    reply: { toolCalls: [callOf('{{match.1}}'), callOf('{{match.2}}')] },
  },
  {
    when: { lastUser: /weather in (\w+)\?/, tool: 'get_weather' },
    reply: { toolCalls: [callOf('{{match.1}}')] },
  },
];
