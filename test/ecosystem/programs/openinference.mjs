import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { OpenAIInstrumentation } from '@arizeai/openinference-instrumentation-openai';
import { registerInstrumentations } from '@opentelemetry/instrumentation';
import { askTwice, model, startTracing } from '../support.mjs';

const { provider, spans } = await startTracing();
registerInstrumentations({ instrumentations: [new OpenAIInstrumentation()], tracerProvider: provider });

// By hook, which sees what is required.
const { OpenAI } = createRequire(import.meta.url)('openai');
const openai = new OpenAI();
const text = await askTwice(openai);
await openai.embeddings.create({ model: 'text-embedding-3-small', input: 'text' });
await openai.completions.create({ model, prompt: 'Once upon a time', max_tokens: 8 });

await new Promise((resolve) => setTimeout(resolve, 100)); // the span of a stream ends after it
const names = spans().map(({ name }) => name);
assert.deepEqual(names.toSorted(), [
  'OpenAI Chat Completions',
  'OpenAI Chat Completions',
  'OpenAI Completions',
  'OpenAI Embeddings',
]);
for (const { name, attributes } of spans())
  if (name.includes('Chat')) assert.equal(attributes['llm.output_messages.0.message.content'], text);
assert.ok(spans().some(({ attributes }) => attributes['llm.token_count.total'] > 0));
