import assert from 'node:assert/strict';
import { openAI } from '@genkit-ai/compat-oai/openai';
import { genkit, z } from 'genkit';
import { baseURL, model, question } from '../support.mjs';

const ai = genkit({ plugins: [openAI({ apiKey: 'any', baseURL })], model: openAI.model(model) });

const { text } = await ai.generate(question);
assert.match(text, /2 \+ 2 = 4/);

const { stream, response } = ai.generateStream(question);
let streamed = '';
for await (const chunk of stream) streamed += chunk.text;
assert.equal(streamed, text);
assert.equal((await response).text, text);

const asked = [];
const weather = ai.defineTool(
  {
    name: 'get_weather',
    description: 'Get the weather of a city',
    inputSchema: z.object({ city: z.string() }),
    outputSchema: z.string(),
  },
  async ({ city }) => {
    asked.push(city);
    return `Sunny in ${city}`;
  },
);
const answered = await ai.generate({ prompt: 'What is the weather in Paris?', tools: [weather] });
assert.equal(asked.length, 1);
assert.match(answered.text, /Sunny/);

const [{ embedding }] = await ai.embed({
  embedder: openAI.embedder('text-embedding-3-small'),
  content: 'text',
});
assert.equal(embedding.length, 1536);
process.exit();
