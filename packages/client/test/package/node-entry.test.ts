// `colloquy/node` as it is installed: the client over its fetch, in a process of its own, against a real server.
import { execFile } from 'node:child_process';
import { dirname } from 'node:path';
import { promisify } from 'node:util';
import { type RunningServer, startServer } from 'colloquy-server';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { install } from './installed.ts';
import type { Installed } from './installed.ts';

let installed: Installed;
let server: RunningServer;

beforeAll(async () => {
  installed = install();
  server = await startServer({ port: 0, db: ':memory:' });
});
afterAll(async () => {
  installed?.remove();
  await server?.close();
});

/** Every way a request can go; what came of each, by its name. Ends by itself, though connections are kept. */
const program = `
  const main = async () => {
    const client = new OpenAI({ baseURL: process.env.BASE_URL, apiKey: 'key', fetch, maxRetries: 0 });
    const body = { model: 'sandbox', messages: [{ role: 'user', content: 'Say exactly: hello there' }] };
    const ask = (fault, options, more) =>
      client.chat.completions.create(
        { ...body, ...more },
        { ...options, headers: fault && { 'x-sandbox-fault': fault } },
      );
    const outcome = (run) => run().catch((error) => [error.constructor.name, error.message]);
    const streamed = async (fault, options, each) => {
      const stream = await ask(fault, options, { stream: true });
      let text = '';
      for await (const chunk of stream) {
        text += chunk.choices[0]?.delta.content ?? '';
        each?.(stream);
      }
      return [stream.outcome, text];
    };
    const found = {};
    found.create = await outcome(async () => (await ask()).choices[0].message.content);
    found.stream = await outcome(() => streamed());
    found.cut = await outcome(() => streamed('cut-after=2'));
    found.refused = await outcome(() => ask('status=400'));
    found.retry = await outcome(async () => {
      let attempts = 0;
      const counting = client.withOptions({ maxRetries: 2, fetch: (...call) => (attempts++, fetch(...call)) });
      const headers = {
        'x-sandbox-fault': 'status=503;times=1;retry-after=0',
        'x-sandbox-fault-id': process.env.KIND,
      };
      const { choices } = await counting.chat.completions.create(body, { headers });
      return [attempts, choices[0].message.content];
    });
    found.timeout = await outcome(() => ask('stall-after=0', { timeout: 50 }));
    found.abort = await outcome(() => ask('stall-after=0', { signal: AbortSignal.timeout(50) }));
    found.abortStream = await outcome(() => streamed('', {}, (stream) => stream.controller.abort()));
    found.stall = await outcome(() => streamed('stall-after=2', { idleTimeout: 50 }));
    found.again = await outcome(async () => (await ask()).choices[0].message.content);
    console.log(JSON.stringify(found));
  };
  main();`;

it.each([
  ['module', `import OpenAI from 'openai'; import { fetch } from 'openai/node';`],
  ['commonjs', `const OpenAI = require('openai'); const { fetch } = require('openai/node');`],
])('answers, streams, fails, repeats and stops in a %s', async (kind, imports) => {
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [`--input-type=${kind}`, '-e', imports + program],
    {
      cwd: dirname(dirname(installed.folder)),
      env: { ...process.env, NODE_OPTIONS: '', BASE_URL: server.url, KIND: kind },
      timeout: 15_000,
    },
  );
  expect(JSON.parse(stdout)).toEqual({
    create: 'hello there',
    stream: ['complete', 'hello there'],
    cut: ['StreamTruncatedError', 'The stream ended before the answer was complete.'],
    refused: ['BadRequestError', '400 The sandbox was asked to fail with 400.'],
    retry: [2, 'hello there'],
    timeout: [
      'APIConnectionTimeoutError',
      expect.stringMatching(/^Request timed out\. No (complete )?response from http:/),
    ],
    abort: ['APIUserAbortError', 'Request was aborted.'],
    abortStream: ['aborted', ''],
    stall: ['APIConnectionTimeoutError', 'Request timed out. No item of the stream for 50 ms.'],
    again: 'hello there',
  });
});
