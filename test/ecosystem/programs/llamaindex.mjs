import assert from 'node:assert/strict';
import { OpenAI, OpenAIEmbedding } from '@llamaindex/openai';
import { tool } from 'llamaindex';
import { messages, model } from '../support.mjs';

const llm = new OpenAI({ model });

const { message } = await llm.chat({ messages });
assert.match(message.content, /2 \+ 2 = 4/);
let text = '';
for await (const { delta } of await llm.chat({ messages, stream: true })) text += delta;
assert.equal(text, message.content);

const weather = tool({
  name: 'get_weather',
  description: 'Get the weather of a city',
  parameters: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
  execute: ({ city }) => `Sunny in ${city}`,
});
const called = await llm.chat({
  messages: [{ role: 'user', content: 'What is the weather in Paris?' }],
  tools: [weather],
});
assert.equal(called.message.options.toolCall[0].name, 'get_weather');

const vector = await new OpenAIEmbedding({ model: 'text-embedding-3-small' }).getTextEmbedding('text');
assert.equal(vector.length, 1536);
