import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { OpenAIInstrumentation } from '@arizeai/openinference-instrumentation-openai';
import { registerInstrumentations } from '@opentelemetry/instrumentation';
import { messages, model, startTracing, textOf } from '../support.mjs';

const { provider, spans } = await startTracing();
registerInstrumentations({ instrumentations: [new OpenAIInstrumentation()], tracerProvider: provider });

// By hook, which sees what is required.
const { OpenAI } = createRequire(import.meta.url)('openai');
const openai = new OpenAI();
const completion = await openai.chat.completions.create({ model, messages });
const text = completion.choices[0].message.content;
assert.match(text, /2 \+ 2 = 4/);
assert.equal(await textOf(await openai.chat.completions.create({ model, messages, stream: true })), text);
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
