import assert from 'node:assert/strict';
import { TokenJS } from 'token.js';
import { baseURL, messages, model, textOf, weatherTool } from '../support.mjs';

const tokenjs = new TokenJS({ apiKey: 'any', baseURL });
// token.js deletes `provider` from what it is passed.
const request = () => ({ provider: 'openai', model, messages });

const completion = await tokenjs.chat.completions.create(request());
const text = completion.choices[0].message.content;
assert.match(text, /2 \+ 2 = 4/);
assert.equal(await textOf(await tokenjs.chat.completions.create({ ...request(), stream: true })), text);

const called = await tokenjs.chat.completions.create({
  ...request(),
  messages: [{ role: 'user', content: 'What is the weather in Paris?' }],
  tools: [weatherTool],
});
assert.equal(called.choices[0].message.tool_calls[0].function.name, 'get_weather');
