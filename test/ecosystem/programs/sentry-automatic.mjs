import assert from 'node:assert/strict';
import * as Sentry from '@sentry/node';
import { messages, model, startCollector } from '../support.mjs';

const collector = await startCollector();
Sentry.init({ dsn: collector.url.replace('//', '//key@') + '/1', tracesSampleRate: 1 });
const { default: OpenAI } = await import('openai');

await Sentry.startSpan({ name: 'request' }, async () => {
  const completion = await new OpenAI().chat.completions.create({ model, messages });
  assert.match(completion.choices[0].message.content, /2 \+ 2 = 4/);
});
await Sentry.flush();
await collector.receives(`chat ${model}`);
collector.close();
