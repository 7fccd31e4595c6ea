// Small programs, as a user writes them: what their bundle weighs and what their types cost.
const setup = (module) => `
import OpenAI from '${module}';
const client = new OpenAI({ apiKey: 'key', dangerouslyAllowBrowser: true });
const messages = [{ role: 'user' as const, content: 'Hello' }];`;

const create = (module) => `${setup(module)}
const completion = await client.chat.completions.create({ model: 'm', messages });
console.log(completion.choices[0]?.message.content);`;

const everything = (module) => `${create(module)}
import { zodResponseFormat } from '${module}/helpers/zod';
import { z } from 'zod';
const response_format = zodResponseFormat(z.object({ name: z.string(), age: z.number() }), 'person');
const stream = client.chat.completions.stream({ model: 'm', messages });
stream.on('content', (delta) => console.log(delta));
console.log((await stream.finalChatCompletion()).usage);
const parsed = await client.chat.completions.parse({ model: 'm', messages, response_format });
console.log(parsed.choices[0]?.message.parsed?.name);`;

export const programs = {
  'one create': {
    colloquy: create('colloquy'),
    'colloquy/core': create('colloquy/core'),
    openai: create('openai'),
    'ai SDK': `
import { createOpenAICompatible } from '@ai-sdk/openai-compatible';
import { generateText } from 'ai';
const provider = createOpenAICompatible({ name: 'a', apiKey: 'key', baseURL: 'https://localhost/v1' });
console.log((await generateText({ model: provider('m'), prompt: 'Hello' })).text);`,
    xsai: `
import { generateText } from 'xsai';
const messages = [{ role: 'user' as const, content: 'Hello' }];
console.log((await generateText({ apiKey: 'key', baseURL: 'https://localhost/v1/', model: 'm', messages })).text);`,
    langchain: `
import { ChatOpenAI } from '@langchain/openai';
console.log((await new ChatOpenAI({ model: 'm', apiKey: 'key' }).invoke('Hello')).content);`,
  },
  'create, stream() and parse with zod': {
    colloquy: everything('colloquy'),
    openai: everything('openai'),
    'ai SDK': `
import { createOpenAICompatible } from '@ai-sdk/openai-compatible';
import { generateText, Output, streamText } from 'ai';
import { z } from 'zod';
const model = createOpenAICompatible({ name: 'a', apiKey: 'key', baseURL: 'https://localhost/v1' })('m');
console.log((await generateText({ model, prompt: 'Hello' })).text);
for await (const delta of streamText({ model, prompt: 'Hello' }).textStream) console.log(delta);
const output = Output.object({ schema: z.object({ name: z.string(), age: z.number() }) });
console.log((await generateText({ model, prompt: 'Hello', output })).output.name);`,
    xsai: `
import { generateObject, generateText, streamText } from 'xsai';
import { z } from 'zod';
const messages = [{ role: 'user' as const, content: 'Hello' }];
const params = { apiKey: 'key', baseURL: 'https://localhost/v1/', model: 'm', messages };
console.log((await generateText(params)).text);
for await (const delta of streamText(params).textStream) console.log(delta);
console.log((await generateObject({ ...params, schema: z.object({ name: z.string(), age: z.number() }) })).object.name);`,
    langchain: `
import { ChatOpenAI } from '@langchain/openai';
import { z } from 'zod';
const model = new ChatOpenAI({ model: 'm', apiKey: 'key' });
console.log((await model.invoke('Hello')).content);
for await (const chunk of await model.stream('Hello')) console.log(chunk.content);
const schema = z.object({ name: z.string(), age: z.number() });
console.log((await model.withStructuredOutput(schema).invoke('Hello')).name);`,
  },
};
