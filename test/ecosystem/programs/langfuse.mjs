import assert from 'node:assert/strict';
import { observeOpenAI } from '@langfuse/openai';
import { LangfuseSpanProcessor } from '@langfuse/otel';
import { NodeTracerProvider } from '@opentelemetry/sdk-trace-node';
import OpenAI from 'openai';
import { messages, model, startCollector, textOf } from '../support.mjs';

const collector = await startCollector();
const keys = { publicKey: 'pk', secretKey: 'sk', baseUrl: collector.url };
const processor = new LangfuseSpanProcessor(keys);
new NodeTracerProvider({ spanProcessors: [processor] }).register();
const openai = observeOpenAI(new OpenAI());

const completion = await openai.chat.completions.create({ model, messages });
const text = completion.choices[0].message.content;
assert.match(text, /2 \+ 2 = 4/);
assert.equal(await textOf(await openai.chat.completions.create({ model, messages, stream: true })), text);
const { data } = await openai.embeddings.create({ model: 'text-embedding-3-small', input: 'text' });
assert.equal(data[0].embedding.length, 1536);

await processor.forceFlush();
await collector.receives('langfuse.observation.output', '2 + 2 = 4', 'langfuse.observation.usage_details');
collector.close();
