import assert from 'node:assert/strict';
import * as Sentry from '@sentry/node';
import OpenAI from 'openai';
import { messages, model, startCollector, textOf } from '../support.mjs';

const collector = await startCollector();
Sentry.init({
  dsn: collector.url.replace('//', '//key@') + '/1',
  tracesSampleRate: 1,
});
const openai = Sentry.instrumentOpenAiClient(new OpenAI(), { recordInputs: true, recordOutputs: true });

await Sentry.startSpan({ name: 'request' }, async () => {
  const completion = await openai.chat.completions.create({ model, messages });
  const text = completion.choices[0].message.content;
  assert.match(text, /2 \+ 2 = 4/);
  assert.equal(await textOf(await openai.chat.completions.create({ model, messages, stream: true })), text);
  await openai.embeddings.create({ model: 'text-embedding-3-small', input: 'text' });
});

await Sentry.flush();
await collector.receives(
  'gen_ai.chat',
  'gen_ai.embeddings',
  'gen_ai.usage.total_tokens',
  '2 + 2 = 4',
  `chat ${model}`,
);
collector.close();
