import assert from 'node:assert/strict';
import { createOpenAICompatible } from '@ai-sdk/openai-compatible';
import { embed, generateText, jsonSchema, Output, streamText, tool } from 'ai';
import { baseURL, model as name, question } from '../support.mjs';

const provider = createOpenAICompatible({
  baseURL,
  name: 'sandbox',
  apiKey: 'any',
  supportsStructuredOutputs: true,
});
const model = provider.chatModel(name);

const { text, usage } = await generateText({ model, prompt: question });
assert.match(text, /2 \+ 2 = 4/);
assert.ok(usage.totalTokens > 0);
let streamed = '';
for await (const part of streamText({ model, prompt: question }).textStream) streamed += part;
assert.equal(streamed, text);

const parameters = { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] };
const { toolResults } = await generateText({
  model,
  prompt: 'What is the weather in Paris?',
  tools: {
    get_weather: tool({
      description: 'Get the weather of a city',
      inputSchema: jsonSchema(parameters),
      execute: ({ city }) => `Sunny in ${city}`,
    }),
  },
});
assert.match(toolResults[0].output, /^Sunny in \w/);

const person = {
  type: 'object',
  properties: { name: { type: 'string' } },
  required: ['name'],
  additionalProperties: false,
};
const { output } = await generateText({
  model,
  prompt: 'Ada is 36',
  output: Output.object({ schema: jsonSchema(person) }),
});
assert.equal(typeof output.name, 'string');

const { embedding } = await embed({
  model: provider.embeddingModel('text-embedding-3-small'),
  value: 'text',
});
assert.equal(embedding.length, 1536);
