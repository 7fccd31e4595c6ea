/** Requests that the sandbox answers with text, with one call, and with several. */
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
