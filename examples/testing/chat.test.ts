import OpenAI from 'colloquy';
import { useSandbox } from 'colloquy-server/testing';
import { expect, test } from 'vitest';

/** The code under test. */
async function summarize(text: string): Promise<string> {
  const client = new OpenAI();
  const completion = await client.chat.completions.create({
    model: 'gpt-5',
    messages: [
      { role: 'system', content: 'Summarize the text in one sentence.' },
      { role: 'user', content: text },
    ],
  });
  return completion.choices[0]?.message.content ?? '';
}

const sandbox = useSandbox();

test('returns what the model says', async () => {
  sandbox.on({ system: /one sentence/ }).reply('Tides follow the Moon.');
  expect(await summarize('The tides of the sea …')).toBe('Tides follow the Moon.');
  expect(sandbox.requests).toHaveLength(1);
  expect(sandbox.requests[0]?.body.messages[1].content).toBe('The tides of the sea …');
});

test('tries again when the API is busy', async () => {
  sandbox.on({}, { times: 1 }).reply({ error: { status: 429, headers: { 'retry-after-ms': '1' } } });
  sandbox.on({}).reply('Tides follow the Moon.');
  expect(await summarize('…')).toBe('Tides follow the Moon.');
  expect(sandbox.requests.map(({ response }) => response?.status)).toEqual([429, 200]);
});
