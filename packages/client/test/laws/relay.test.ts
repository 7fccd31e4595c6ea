// A stream that is passed on as a response is the same stream: its events fold to the same completion, its text is the
// content of a choice.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { OpenAI } from '../../src/entries/index.ts';
import { toSSEResponse, toTextResponse } from '../../src/entries/relay.ts';
import { accumulate } from '../../src/streaming/accumulate.ts';
import { Stream } from '../../src/stream/stream.ts';
import { delta } from '../support/chunks.ts';
import { answer, type Chunk } from '../support/streamed-answers.ts';

const answers = fc.oneof(answer({ calls: 'in turn', provider: true }), answer({ calls: 'interleaved' }));

function streamOf(chunks: readonly Chunk[]): Stream<Chunk> {
  return new Stream(async function* () {
    yield* structuredClone(chunks);
  }, new AbortController());
}

async function fold(chunks: AsyncIterable<Chunk> | Iterable<Chunk>): Promise<unknown> {
  let snapshot;
  for await (const chunk of chunks) snapshot = accumulate(snapshot, chunk);
  return snapshot;
}

const request = { model: 'm', messages: [], stream: true as const };

test('a client that is sent the events folds them to the same completion', async () => {
  await fc.assert(
    fc.asyncProperty(answers, async ({ chunks }) => {
      const fetch = (): Promise<Response> => toSSEResponse(streamOf(chunks));
      const client = new OpenAI({ apiKey: 'k', logLevel: 'off', fetch });
      const stream = await client.chat.completions.create(request);
      expect(await fold(stream)).toEqual(await fold(chunks));
      expect(stream.outcome).toBe('complete');
    }),
    { numRuns: 150 },
  );
});

test('the text of a choice is what its chunks fold to, streamed and as a response', async () => {
  await fc.assert(
    fc.asyncProperty(answers, fc.nat({ max: 2 }), async ({ chunks }, choice) => {
      const folded = (await fold(chunks)) as { choices: { index: number; message: { content: unknown } }[] };
      const content = folded.choices.find(({ index }) => index === choice)?.message.content ?? '';
      const pieces: string[] = [];
      for await (const piece of streamOf(chunks).textStream({ choice })) pieces.push(piece);
      expect(pieces.join('')).toBe(content);
      expect(pieces).not.toContain('');
      const text = await (await toTextResponse(streamOf(chunks), { choice })).text();
      // UTF-8 has no lone surrogates.
      expect(text).toBe(new TextDecoder().decode(new TextEncoder().encode(content as string)));
    }),
    { numRuns: 150 },
  );
});

test('text that is cut inside a character arrives whole', async () => {
  const cut = fc.tuple(fc.string({ unit: 'binary', maxLength: 12 }), fc.array(fc.nat({ max: 24 })));
  await fc.assert(
    fc.asyncProperty(cut, async ([text, places]) => {
      const ends = [...new Set([...places, text.length])].sort((a, b) => a - b);
      const chunks = ends.map((end, at) => delta({ content: text.slice(ends[at - 1] ?? 0, end) }));
      expect(await (await toTextResponse(streamOf(chunks))).text()).toBe(text);
    }),
    { numRuns: 200 },
  );
});
