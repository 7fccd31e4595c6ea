/** A file of tests that uses the packed package, for any test runner. */

export type Runner = 'node:test' | 'vitest' | 'jest';

const imports: Record<Runner, Record<'module' | 'commonjs', string>> = {
  'node:test': {
    module: "import { describe, test } from 'node:test';",
    commonjs: "const { describe, test } = require('node:test');",
  },
  vitest: { module: "import { describe, test } from 'vitest';", commonjs: '' },
  // Both are global.
  jest: { module: '', commonjs: '' },
};

/** Four tests. They need `colloquy`, and `colloquy-server/testing`. */
export function suite(runner: Runner, kind: 'module' | 'commonjs'): string {
  const from = (names: string, path: string): string =>
    kind === 'module' ? `import ${names} from '${path}';` : `const ${names} = require('${path}');`;
  return `${imports[runner][kind]}
${from('assert', 'node:assert/strict')}
${from('{ OpenAI }', 'colloquy')}
${from('{ everyFailure, useSandbox }', 'colloquy-server/testing')}

process.env.OPENAI_BASE_URL = 'http://before.invalid';
const sandbox = useSandbox({ fixtures: [{ when: { lastUser: 'ping' }, reply: 'pong' }] });

const body = (content) => ({ model: 'gpt-5', messages: [{ role: 'user', content }] });
const say = async (content) =>
  (await new OpenAI().chat.completions.create(body(content))).choices[0].message.content;

test('a fixture of a test is for that test', async () => {
  sandbox.on({ lastUser: 'hi' }).reply('hello');
  assert.equal(await say('hi'), 'hello');
  assert.equal(sandbox.requests.length, 1);
  assert.equal(new OpenAI().baseURL, sandbox.url);
});

test('the next test has a new sandbox', async () => {
  assert.equal(sandbox.requests.length, 0);
  assert.equal(await say('ping'), 'pong');
  assert.notEqual(await say('hi'), 'hello');
  assert.equal(sandbox.requests[0].body.model, 'gpt-5');
  const client = new OpenAI();
  const { id } = await client.chat.completions.create({ ...body('ping'), store: true });
  assert.equal((await client.chat.completions.retrieve(id)).id, id);
});

describe('a block with a sandbox of its own', () => {
  const inner = useSandbox({ fixtures: [{ when: {}, reply: 'inner' }], apiKeys: ['sk-inner'] });
  test('uses that', async () => {
    assert.equal(await say('ping'), 'inner');
    assert.equal(process.env.OPENAI_API_KEY, 'sk-inner');
    assert.equal(inner.requests.length, 1);
    assert.equal(sandbox.requests.length, 0);
  });
});

test('after the block, the first is used again; every failure is found', async () => {
  assert.equal(await say('ping'), 'pong');
  const message = { role: 'assistant', content: 'One two', refusal: null };
  const choices = [{ index: 0, finish_reason: 'stop', logprobs: null, message }];
  const completion = { id: 'c', object: 'chat.completion', created: 1, model: 'gpt-5', choices };
  const report = await everyFailure(
    completion,
    (fetch) => new OpenAI({ fetch, logLevel: 'off' }).chat.completions.stream(body('hi')).finalContent(),
    { groups: ['cut', 'split', 'error'] },
  );
  assert.deepEqual(report.problems, []);
  assert.ok(report.results.length > 15);
});

process.on('exit', () => {
  const { OPENAI_BASE_URL: url, OPENAI_API_KEY: key } = process.env;
  if (url !== 'http://before.invalid' || key !== undefined) process.exitCode = 1;
});
`;
}
