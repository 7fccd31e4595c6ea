import assert from 'node:assert/strict';
import { EmbeddingSimilarity, Factuality, init } from 'autoevals';
import OpenAI from 'openai';
import { model } from '../support.mjs';

init({ client: new OpenAI() });

const input = 'Which country has the highest population?';
const factual = await Factuality({ output: "People's Republic of China", expected: 'China', input, model });
assert.equal(factual.name, 'Factuality');
assert.ok(factual.score >= 0 && factual.score <= 1, `score ${factual.score}`);
assert.equal(typeof factual.metadata.rationale, 'string');

const similar = await EmbeddingSimilarity({ output: 'a red apple', expected: 'a red apple' });
const other = await EmbeddingSimilarity({ output: 'a red apple', expected: 'Quarterly results' });
assert.ok(similar.score > 0.99 && other.score < similar.score, `scores ${similar.score}, ${other.score}`);

// Without a client of its own, it makes one of the options.
const own = await Factuality({
  output: 'China',
  expected: 'China',
  input,
  model,
  openAiApiKey: 'any',
  openAiBaseUrl: process.env.OPENAI_BASE_URL,
});
assert.ok(own.score >= 0);
