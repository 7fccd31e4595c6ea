import assert from 'node:assert/strict';
import { Portkey } from 'portkey-ai';
import { baseURL, messages, model, textOf } from '../support.mjs';

const portkey = new Portkey({ apiKey: 'any', virtualKey: 'any', baseURL });

const completion = await portkey.chat.completions.create({ model, messages });
const text = completion.choices[0].message.content;
assert.match(text, /2 \+ 2 = 4/);
assert.equal(await textOf(await portkey.chat.completions.create({ model, messages, stream: true })), text);
const { data } = await portkey.embeddings.create({ model: 'text-embedding-3-small', input: 'text' });
assert.equal(data[0].embedding.length, 1536);
const models = await portkey.models.list();
assert.equal(models.data[0].id, 'sandbox');
