import assert from 'node:assert/strict';
import { OpenAIInstrumentation } from '@arizeai/openinference-instrumentation-openai';
import OpenAI from 'openai';
import { messages, model, startTracing } from '../support.mjs';

const { provider, spans } = await startTracing();
const instrumentation = new OpenAIInstrumentation();
instrumentation.setTracerProvider(provider);
instrumentation.manuallyInstrument(OpenAI);

const completion = await new OpenAI().chat.completions.create({ model, messages });
assert.equal(spans().length, 1);
const [{ attributes }] = spans();
assert.equal(attributes['llm.output_messages.0.message.content'], completion.choices[0].message.content);
assert.equal(attributes['llm.token_count.total'], completion.usage.total_tokens);
