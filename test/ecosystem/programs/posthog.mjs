import assert from 'node:assert/strict';
import { OpenAI } from '@posthog/ai/openai';
import { PostHog } from 'posthog-node';
import { messages, model, startCollector, textOf } from '../support.mjs';

const collector = await startCollector();
const posthog = new PostHog('phc_any', { host: collector.url, flushAt: 1 });
const openai = new OpenAI({ apiKey: 'any', posthog });
const observed = { model, messages, posthogDistinctId: 'user_123', posthogProperties: { paid: true } };

const completion = await openai.chat.completions.create(observed);
const text = completion.choices[0].message.content;
assert.match(text, /2 \+ 2 = 4/);
assert.equal(await textOf(await openai.chat.completions.create({ ...observed, stream: true })), text);
const { data } = await openai.embeddings.create({
  model: 'text-embedding-3-small',
  input: 'text',
  posthogDistinctId: 'user_123',
});
assert.equal(data[0].embedding.length, 1536);

await posthog.shutdown();
await collector.receives('$ai_generation', '$ai_embedding', '$ai_output_tokens', '2 + 2 = 4', 'user_123');
collector.close();
