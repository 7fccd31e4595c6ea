import assert from 'node:assert/strict';
import { embed, generateText, listModels, rawTool, streamText } from 'xsai';
import { baseURL, messages, model } from '../support.mjs';

const common = { apiKey: 'any', baseURL: `${baseURL}/`, model };

const { text, usage } = await generateText({ ...common, messages });
assert.match(text, /2 \+ 2 = 4/);
assert.ok(usage.total_tokens > 0);
let streamed = '';
for await (const part of streamText({ ...common, messages }).textStream) streamed += part;
assert.equal(streamed, text);

const weather = rawTool({
  name: 'get_weather',
  description: 'Get the weather of a city',
  parameters: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
  execute: ({ city }) => `Sunny in ${city}`,
});
const answered = await generateText({
  ...common,
  messages: [{ role: 'user', content: 'What is the weather in Paris?' }],
  tools: [weather],
  maxSteps: 2,
});
assert.match(answered.text, /Sunny/);

const { embedding } = await embed({ ...common, model: 'text-embedding-3-small', input: 'text' });
assert.equal(embedding.length, 1536);
assert.equal((await listModels(common))[0].id, 'sandbox');
