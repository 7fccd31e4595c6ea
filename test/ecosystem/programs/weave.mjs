import assert from 'node:assert/strict';
import OpenAI from 'openai';
import { messages, model, startCollector, textOf } from '../support.mjs';

const collector = await startCollector(({ path, body }) => {
  if (path.includes('graphql') && body.includes('viewer'))
    return { data: { viewer: { username: 'test', defaultEntity: { name: 'test' } }, serverInfo: {} } };
  return { data: {}, res: [] };
});
process.env.WANDB_API_KEY = 'x'.repeat(40);
process.env.WANDB_BASE_URL = collector.url;
process.env.WF_TRACE_SERVER_URL = collector.url;
const { init, op, wrapOpenAI } = await import('weave');
await init('test/quickstart');
const openai = wrapOpenAI(new OpenAI());

const ask = op(async function ask(question) {
  const completion = await openai.chat.completions.create({
    model,
    messages: [{ role: 'user', content: question }],
  });
  return completion.choices[0].message.content;
});
const text = await ask(messages[0].content);
assert.match(text, /2 \+ 2 = 4/);
assert.equal(await textOf(await openai.chat.completions.create({ model, messages, stream: true })), text);

await collector.receives('openai.chat.completions.create', 'ask', '2 + 2 = 4');
collector.close();
process.exit();
