import assert from 'node:assert/strict';
import { Client } from 'langsmith';
import { wrapOpenAI } from 'langsmith/wrappers';
import { OpenAI } from 'openai';
import { messages, model, startCollector, textOf } from '../support.mjs';

const collector = await startCollector();
const client = new Client({ apiUrl: collector.url, apiKey: 'any', autoBatchTracing: false });
const openai = wrapOpenAI(new OpenAI(), { client, tracingEnabled: true });

const completion = await openai.chat.completions.create({ model, messages });
assert.match(completion.choices[0].message.content, /2 \+ 2 = 4/);
const streamed = await textOf(await openai.chat.completions.create({ model, messages, stream: true }));
assert.equal(streamed, completion.choices[0].message.content);
const parsed = await openai.chat.completions.parse({ model, messages });
assert.equal(parsed.choices[0].message.content, streamed);
const { data } = await openai.models.list();
assert.equal(data[0].id, 'sandbox');

await client.awaitPendingTraceBatches();
await collector.receives(completion.id, 'ChatOpenAI', 'total_tokens');
const runs = collector.requests.filter(({ method, path }) => method === 'POST' && path === '/runs');
assert.equal(runs.length, 3);
collector.close();
