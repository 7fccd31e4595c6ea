import { Readable } from 'node:stream';
import { expect, it } from 'vitest';
import { TappedStream } from './relay.ts';
import { Source } from './source.ts';
import { StreamTap } from './tap.ts';

const headers = new Headers({ 'content-type': 'text/event-stream' });
const chunk = (content: string): Buffer => {
  const choices = [{ index: 0, delta: { content }, finish_reason: null }];
  return Buffer.from(`data: ${JSON.stringify({ id: 'a', created: 1, model: 'm', choices })}\n\n`);
};

it('gives each part, in order, to a reader that asks for more while one is held', async () => {
  const parts = [
    Buffer.from(': waiting\n\n'),
    chunk('Hel'),
    chunk('lo'),
    chunk('!'),
    Buffer.from('data: [DONE]\n\n'),
  ];
  const body = Readable.from(parts, { objectMode: false });
  const source = new Source(
    { status: 200, headers, body },
    {
      limits: { firstChunk: 60_000, idle: 60_000 },
      sentAt: performance.now(),
      late: () => new Error('It was too slow.'),
    },
  );
  // What was read by then is given at once, before the tap has begun to read.
  expect(await source.hasChunk()).toBe(true);
  const texts: (string | null)[] = [];
  const tapped = new TappedStream(
    source,
    new StreamTap({ model: 'm', messages: [], stream: true }, headers),
    {
      read: async ({ completion }) => void texts.push(completion.choices[0]!.message.content),
      lost: (reason) => void texts.push(String(reason)),
      broken: (kind) => void texts.push(kind),
      fail: (thrown) => thrown as never,
    },
  );
  const given: string[] = [];
  await new Promise<void>((resolve, reject) => {
    tapped.flow({ part: (part) => given.push(String(part)) > 0, end: resolve, fail: reject });
    // As a body does whose next read comes while the first one waits.
    tapped.resume();
  });
  expect(given).toEqual(parts.map(String));
  expect(texts).toEqual(['Hello!']);
}, 2_000);
