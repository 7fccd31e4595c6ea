import { readFileSync, readdirSync } from 'node:fs';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Stream } from '../../src/stream/stream.ts';

interface Reading {
  items: unknown[];
  error?: string;
}

async function read(items: AsyncIterable<unknown>): Promise<Reading> {
  const reading: Reading = { items: [] };
  try {
    for await (const item of items) reading.items.push(item);
  } catch (error) {
    reading.error = String(error);
  }
  return reading;
}

/** A body that gives `size` bytes at a time, and only when asked. */
function response(bytes: Uint8Array, size: number): Response {
  let at = 0;
  return new Response(
    new ReadableStream(
      {
        pull(controller) {
          if (at >= bytes.length) return controller.close();
          controller.enqueue(bytes.slice(at, (at += size)));
        },
      },
      { highWaterMark: 0 },
    ),
  );
}

const streamOf = (bytes: Uint8Array, size: number): Stream<unknown> =>
  Stream.fromSSEResponse(response(bytes, size), new AbortController(), { logLevel: 'off', logger: console });

const throughReadable = (stream: Stream<unknown>): Stream<unknown> =>
  Stream.fromReadableStream(stream.toReadableStream(), new AbortController());

/** A choice a chunk could hold, small enough that runs of one shape are common. */
const chunk = fc.oneof(
  fc
    .string({ unit: 'binary', maxLength: 20 })
    .map((content) => ({ choices: [{ index: 0, delta: { content } }] })),
  fc
    .string({ maxLength: 6 })
    .map((text) => ({ choices: [{ delta: { tool_calls: [{ function: { arguments: text } }] } }] })),
  fc.jsonValue().map((usage) => ({ choices: [], usage })),
);
const wire = fc
  .tuple(fc.array(chunk, { maxLength: 12 }), fc.constantFrom('\n', '\r\n', '\r'), fc.boolean())
  .map(([chunks, end, done]) => ({
    chunks,
    bytes: new TextEncoder().encode(
      [...chunks.map((each) => JSON.stringify(each)), ...(done ? ['[DONE]'] : [])]
        .map((data) => `data: ${data}${end}${end}`)
        .join(''),
    ),
  }));
const size = fc.integer({ min: 1, max: 200 });

describe('Stream', () => {
  it('gives the payloads that were sent, for any cut, through any way of reading', async () => {
    await fc.assert(
      fc.asyncProperty(wire, size, async ({ chunks, bytes }, size) => {
        const sent = { items: JSON.parse(JSON.stringify(chunks)) as unknown[] };
        expect(await read(streamOf(bytes, size))).toStrictEqual(sent);
        const [left, right] = streamOf(bytes, size).tee();
        expect(await Promise.all([read(left), read(right)])).toStrictEqual([sent, sent]);
        const [first, second] = streamOf(bytes, size).tee();
        expect(await read(first)).toStrictEqual(sent);
        expect(await read(throughReadable(second))).toStrictEqual(sent);
        expect(await read(throughReadable(streamOf(bytes, size)))).toStrictEqual(sent);
      }),
      { numRuns: 150 },
    );
  });

  it('gives the same items and the same failure for any bytes and any cut', async () => {
    const text = fc
      .array(
        fc.constantFrom(
          'data: ',
          '{"a":1}',
          '"x"',
          '[DONE]',
          '\n',
          '\n\n',
          '\r\n',
          'event: error\n',
          '{"error":{"message":"m"}}',
          ': c\n',
          '{',
        ),
        { maxLength: 14 },
      )
      .map((parts) => new TextEncoder().encode(parts.join('')));
    await fc.assert(
      fc.asyncProperty(text, size, async (bytes, size) => {
        const whole = await read(streamOf(bytes, bytes.length + 1));
        expect(await read(streamOf(bytes, size))).toStrictEqual(whole);
        const [left, right] = streamOf(bytes, size).tee();
        expect(await Promise.all([read(left), read(right)])).toStrictEqual([whole, whole]);
      }),
      { numRuns: 300 },
    );
  });

  it('answers overlapping calls of next in order', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 0, max: 12 }),
        size,
        fc.array(fc.nat(4)),
        async (count, size, waits) => {
          const bytes = new TextEncoder().encode(
            Array.from({ length: count }, (_, n) => `data: ${n}\n\n`).join(''),
          );
          const iterator = streamOf(bytes, size)[Symbol.asyncIterator]();
          const results: Promise<IteratorResult<unknown>>[] = [];
          for (let i = 0; i < count + 2; i++) {
            results.push(iterator.next());
            // Waiting for an older answer in between makes some calls overlap and others not.
            if (waits[i]) await results[Math.max(0, i - waits[i]! + 1)];
          }
          const values = (await Promise.all(results)).map(({ value, done }) => (done ? 'done' : value));
          expect(values).toStrictEqual([...Array.from({ length: count }, (_, n) => n), 'done', 'done']);
        },
      ),
      { numRuns: 200 },
    );
  });

  it('gives each tee branch every item, however the branches are interleaved', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.boolean(), { maxLength: 30 }), size, async (turns, size) => {
        const bytes = new TextEncoder().encode(
          'data: 0\n\ndata: 1\n\ndata: 2\n\ndata: 3\n\ndata: [DONE]\n\n',
        );
        const iterators = streamOf(bytes, size)
          .tee()
          .map((branch) => branch[Symbol.asyncIterator]());
        const seen: unknown[][] = [[], []];
        for (const turn of turns) {
          const { value, done } = await iterators[Number(turn)]!.next();
          if (!done) seen[Number(turn)]!.push(value);
        }
        for (const items of seen) expect(items).toStrictEqual([0, 1, 2, 3].slice(0, items.length));
        expect(seen.map((items) => items.length)).toStrictEqual(
          [false, true].map((side) => Math.min(4, turns.filter((turn) => turn === side).length)),
        );
      }),
      { numRuns: 200 },
    );
  });

  it('reads nothing ahead but the piece an item came in', async () => {
    let pulled = 0;
    const body = new ReadableStream(
      {
        pull(controller) {
          pulled++;
          controller.enqueue(new TextEncoder().encode(`data: ${pulled}\n\ndata: ${pulled}\n\n`));
        },
      },
      { highWaterMark: 0 },
    );
    const stream = Stream.fromSSEResponse<number>(new Response(body), new AbortController());
    expect(pulled).toBe(0);
    let items = 0;
    for await (const item of stream) {
      expect(item).toBe(pulled);
      if (++items === 20) break;
    }
    expect(pulled).toBe(10);
  });

  const fixtures = new URL('../fixtures/', import.meta.url);
  for (const name of readdirSync(fixtures).filter((file) => file.endsWith('.sse'))) {
    it(`reads ${name} alike for every size of its pieces`, async () => {
      const bytes = new Uint8Array(readFileSync(new URL(name, fixtures)));
      const whole = await read(streamOf(bytes, bytes.length));
      expect(whole.items.length).toBeGreaterThan(0);
      expect(whole.error !== undefined).toBe(name.startsWith('error-'));
      for (const size of [1, 2, 3, 5, 16, 64, 256]) {
        expect(await read(streamOf(bytes, size))).toStrictEqual(whole);
        expect(await read(throughReadable(streamOf(bytes, size)))).toStrictEqual(whole);
      }
    });
  }
});
