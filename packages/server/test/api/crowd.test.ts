// Many callers at once: a stream that is to begin goes before those that are being sent.
import { afterAll, beforeAll, expect, it } from 'vitest';
import { sandboxModel } from '../../src/sandbox/model.ts';
import { loadTokenizer } from '../../src/sandbox/tokens.ts';
import { completionBody, testApp, type TestApp } from '../support/app.ts';

const streams = 100;
const tokens = 400;

let app: TestApp;
beforeAll(async () => {
  const model = { ...sandboxModel(), id: 'test-model' };
  const text = ' word'.repeat(tokens);
  app = await testApp({ model, fixtures: [{ when: {}, reply: { text } }] });
  await loadTokenizer();
}, 60_000);
afterAll(() => app.close());

/** Reads a stream to its end, and calls `onChunks` with the number of chunks in each piece. */
async function read(onChunks: (chunks: number) => void, fields: object = {}): Promise<void> {
  const request = new Request('http://127.0.0.1/v1/chat/completions', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(completionBody({ stream: true, ...fields })),
  });
  const response = await app.fetch(request);
  for await (const piece of response.body ?? [])
    onChunks(Buffer.from(piece).toString().split('data: {').length - 1);
}

it(
  'streams of a crowd begin before most of their chunks are sent, and so does one that comes later',
  { timeout: 60_000 },
  async () => {
    let sent = 0;
    let begun = 0;
    let onAllBegun!: () => void;
    const allBegun = new Promise<void>((resolve) => (onAllBegun = resolve));
    const crowd = Array.from({ length: streams }, async () => {
      let isFirst = true;
      await read((chunks) => {
        if (isFirst && ++begun === streams) onAllBegun();
        isFirst = false;
        sent += chunks;
      });
    });
    await allBegun;
    const before = sent;
    let meanwhile: number | undefined;
    await read(() => (meanwhile ??= sent - before), { max_tokens: 1 });
    await Promise.all(crowd);
    // Besides its tokens, a stream has a chunk with the role and one with the finish reason.
    expect(sent).toBe(streams * (tokens + 2));
    expect(before).toBeLessThan(sent / 4);
    expect(meanwhile).toBeLessThan(sent / 16);
  },
);
