import assert from 'node:assert/strict';
import { Agent, run, setOpenAIAPI, setTracingDisabled, tool } from '@openai/agents';
import { z } from 'zod';
import { model, question } from '../support.mjs';

setTracingDisabled(true);
setOpenAIAPI('chat_completions');

const asked = [];
const weather = tool({
  name: 'get_weather',
  description: 'Get the weather of a city',
  parameters: z.object({ city: z.string() }),
  execute: ({ city }) => {
    asked.push(city);
    return `Sunny in ${city}`;
  },
});
const agent = new Agent({
  name: 'Assistant',
  instructions: 'You are a helpful assistant.',
  model,
  tools: [weather],
});

const result = await run(agent, 'What is the weather in Paris?');
assert.equal(asked.length, 1);
assert.match(result.finalOutput, /Sunny/);

const plain = new Agent({ name: 'Assistant', instructions: 'You are a helpful assistant.', model });
const stream = await run(plain, question, { stream: true });
let text = '';
for await (const part of stream.toTextStream()) text += part;
await stream.completed;
assert.match(text, /4/);
assert.equal(stream.finalOutput, text);

const typed = new Agent({
  name: 'Typed',
  instructions: 'Extract.',
  model,
  outputType: z.object({ name: z.string() }),
});
assert.equal(typeof (await run(typed, 'Ada is 36')).finalOutput.name, 'string');
