import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { registerInstrumentations } from '@opentelemetry/instrumentation';
import { OpenAIInstrumentation } from '@traceloop/instrumentation-openai';
import { messages, model, startTracing } from '../support.mjs';

const { provider, spans } = await startTracing();
registerInstrumentations({ instrumentations: [new OpenAIInstrumentation()], tracerProvider: provider });

const { OpenAI } = createRequire(import.meta.url)('openai');
const completion = await new OpenAI().chat.completions.create({ model, messages });
assert.match(completion.choices[0].message.content, /2 \+ 2 = 4/);
assert.equal(spans().length, 1, 'no span');
assert.equal(spans()[0].attributes['gen_ai.request.model'], model);
