// Which parameters change nothing: docs/sandbox.md lists them.
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parameters } from '../../src/completion/rules.ts';
import { sandboxModel } from '../../src/sandbox/model.ts';
import { testApp, type TestApp } from '../support/app.ts';

const page = readFileSync(new URL('../../../../docs/sandbox.md', import.meta.url), 'utf8');
const [, section = ''] = page.split('### Parameters without effect');
const [, sentence = ''] = /ignored: ([^.]*)\./.exec(section) ?? [];
const listed = [...sentence.matchAll(/`(\w+)`/g)].map(([, name = '']) => name).toSorted();

let app: TestApp;
beforeAll(async () => {
  const now = (): number => 1_700_000_000_000;
  app = await testApp({ model: sandboxModel({ now, newId: () => `id-${++made}` }) });
});
afterAll(() => app.close());
let made = 0;

const tool = (name: string): object => ({ type: 'function', function: { name } });
const question = { role: 'user', content: 'The news of today, in JSON' };

/** For each parameter a value that should make itself felt, and what else the request needs for that. */
const values: Record<string, [value: unknown, beside?: object]> = {
  messages: [[{ role: 'user', content: 'Another question' }]],
  model: ['gpt-4o'],
  audio: [{ format: 'wav', voice: 'ash' }],
  frequency_penalty: [2],
  function_call: ['none', { functions: [{ name: 'news' }] }],
  functions: [[{ name: 'news' }]],
  logit_bias: [{ 50256: 100 }],
  logprobs: [true],
  max_completion_tokens: [1],
  max_tokens: [1],
  metadata: [{ a: 'b' }, { store: true }],
  modalities: [['text', 'audio'], { audio: { format: 'wav', voice: 'ash' } }],
  moderation: [{ model: 'omni-moderation-latest' }],
  n: [2],
  parallel_tool_calls: [false, { tools: [tool('get_news'), tool('news_of_today')] }],
  prediction: [{ type: 'content', content: 'The news' }],
  presence_penalty: [2],
  prompt_cache_key: ['key'],
  prompt_cache_options: [{ mode: 'explicit' }],
  prompt_cache_retention: ['24h'],
  reasoning_effort: ['high'],
  response_format: [{ type: 'json_object' }],
  safety_identifier: ['someone'],
  seed: [7],
  service_tier: ['flex'],
  stop: [['sandbox', 'message', 'asked']],
  store: [true],
  stream: [true],
  stream_options: [{ include_usage: true }, { stream: true }],
  temperature: [2],
  tool_choice: ['none', { tools: [tool('get_news')] }],
  tools: [[tool('get_news')]],
  top_logprobs: [2, { logprobs: true }],
  top_p: [0],
  user: ['someone'],
  verbosity: ['high'],
  web_search_options: [{ search_context_size: 'high' }],
};

/** The response, and the completion that is stored, without their ids. */
async function effect(fields: object): Promise<string> {
  const path = '/v1/chat/completions';
  const response = await app.fetch(
    new Request(`http://127.0.0.1${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ model: 'sandbox', messages: [question], ...fields }),
    }),
  );
  const text = await response.text();
  const { body: stored } = await app.ask('GET', `${path}/id-${made}`);
  const isStored = stored.id === `id-${made}`;
  return `${response.status} ${text} ${isStored ? JSON.stringify(stored) : ''}`.replaceAll(/id-\d+/g, 'id');
}

describe('a parameter that docs/sandbox.md calls ignored', () => {
  it('is one of the table', () => {
    expect(Object.keys(values).toSorted()).toEqual(Object.keys(parameters).toSorted());
  });

  it('changes nothing, and any other changes the response or what is stored', async () => {
    const ignored: string[] = [];
    for (const [name, [value, beside]] of Object.entries(values)) {
      if ((await effect({ ...beside })) === (await effect({ ...beside, [name]: value }))) ignored.push(name);
    }
    expect(ignored.toSorted()).toEqual(listed);
  });
});
