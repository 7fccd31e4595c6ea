import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { registerInstrumentations } from '@opentelemetry/instrumentation';
import { OpenAIInstrumentation } from '@opentelemetry/instrumentation-openai';
import { askTwice, model, startTracing } from '../support.mjs';

const { provider, spans } = await startTracing();
registerInstrumentations({ instrumentations: [new OpenAIInstrumentation()], tracerProvider: provider });

const { OpenAI } = createRequire(import.meta.url)('openai');
const openai = new OpenAI();
await askTwice(openai);
await new Promise((resolve) => setTimeout(resolve, 100)); // the span of a stream ends after it
assert.equal(spans().length, 2, 'no spans');
for (const { name, attributes } of spans()) {
  assert.equal(name, `chat ${model}`);
  assert.equal(attributes['gen_ai.request.model'], model);
}
