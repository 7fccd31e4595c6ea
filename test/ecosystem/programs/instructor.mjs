import assert from 'node:assert/strict';
import Instructor from '@instructor-ai/instructor';
import OpenAI from 'openai';
import { z } from 'zod/v3';
import { messages, model } from '../support.mjs';

const client = Instructor({ client: new OpenAI(), mode: 'TOOLS' });

const schema = z.object({ age: z.number().describe('The age of the user'), name: z.string() });
const request = {
  model,
  messages: [{ role: 'user', content: 'Jason Liu is 30 years old' }],
  response_model: { schema, name: 'User' },
};
const user = await client.chat.completions.create(request);
assert.equal(typeof user.age, 'number');
assert.equal(typeof user.name, 'string');

let last;
for await (const partial of await client.chat.completions.create({ ...request, stream: true }))
  last = partial;
assert.equal(typeof last.name, 'string');

const plain = await client.chat.completions.create({ model, messages });
assert.match(plain.choices[0].message.content, /2 \+ 2 = 4/);
