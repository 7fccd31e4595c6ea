import assert from 'node:assert/strict';
import * as braintrust from 'braintrust';
import OpenAI from 'openai';
import { messages, model, startCollector, textOf } from '../support.mjs';

const project = { id: '00000000-0000-4000-8000-000000000001', name: 'test' };
const collector = await startCollector(({ path }) => {
  if (path === '/api/apikey/login')
    return { org_info: [{ id: project.id, name: 'test', api_url: collector.url, proxy_url: collector.url }] };
  return { project, org_id: project.id, logs3_payload_max_bytes: null };
});
const logger = braintrust.initLogger({ projectName: 'test', apiKey: 'any', appUrl: collector.url });
const openai = braintrust.wrapOpenAI(new OpenAI());

const completion = await openai.chat.completions.create({ model, messages });
const text = completion.choices[0].message.content;
assert.match(text, /2 \+ 2 = 4/);
assert.equal(await textOf(await openai.chat.completions.create({ model, messages, stream: true })), text);
const { data } = await openai.embeddings.create({ model: 'text-embedding-3-small', input: 'text' });
assert.equal(data[0].embedding.length, 1536);

await logger.flush();
await collector.receives('Chat Completion', '2 + 2 = 4', '"Embedding"', '"completion_tokens"');
collector.close();
