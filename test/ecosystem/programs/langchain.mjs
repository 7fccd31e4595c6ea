import assert from 'node:assert/strict';
import { HumanMessage } from '@langchain/core/messages';
import { tool } from '@langchain/core/tools';
import { ChatOpenAI, OpenAIEmbeddings } from '@langchain/openai';
import { z } from 'zod';
import { model as name, question } from '../support.mjs';

const model = new ChatOpenAI({ model: name });

const message = await model.invoke([new HumanMessage(question)]);
assert.match(message.text, /2 \+ 2 = 4/);
assert.ok(message.usage_metadata.total_tokens > 0);

let streamed = '';
for await (const chunk of await model.stream(question)) streamed += chunk.text;
assert.equal(streamed, message.text);

const weather = tool(({ city }) => `Sunny in ${city}`, {
  name: 'get_weather',
  description: 'Get the weather of a city',
  schema: z.object({ city: z.string() }),
});
const { tool_calls: calls } = await model.bindTools([weather]).invoke('What is the weather in Paris?');
assert.equal(calls[0].name, 'get_weather');
assert.match((await weather.invoke(calls[0])).content, /^Sunny in \w/);

const person = z.object({ name: z.string(), age: z.number() });
const structured = await model.withStructuredOutput(person, { name: 'person' }).invoke('Ada is 36');
assert.ok(person.safeParse(structured).success);

const embeddings = new OpenAIEmbeddings({ model: 'text-embedding-3-small', dimensions: 64 });
const vectors = await embeddings.embedDocuments(['first text', 'second text']);
assert.deepEqual(
  vectors.map(({ length }) => length),
  [64, 64],
);
assert.ok(Math.abs(Math.hypot(...vectors[0]) - 1) < 1e-3);
