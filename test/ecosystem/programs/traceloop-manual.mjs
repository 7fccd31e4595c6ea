import assert from 'node:assert/strict';
import { OpenAIInstrumentation } from '@traceloop/instrumentation-openai';
import OpenAI from 'openai';
import { askTwice, model, startTracing } from '../support.mjs';

const { provider, spans } = await startTracing();
const instrumentation = new OpenAIInstrumentation();
instrumentation.setTracerProvider(provider);
instrumentation.manuallyInstrument(OpenAI);

const openai = new OpenAI();
await askTwice(openai);

await new Promise((resolve) => setTimeout(resolve, 100)); // the span of a stream ends after it
assert.equal(spans().length, 2);
for (const { attributes } of spans()) {
  assert.equal(attributes['gen_ai.request.model'], model);
  assert.ok(JSON.stringify(attributes).includes('2 + 2 = 4'));
}
